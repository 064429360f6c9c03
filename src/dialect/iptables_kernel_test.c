/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reader of iptables against the kernel (support/agree.h): ipset, iptables-restore and
 * ip6tables-restore load random texts.
 *
 * Usage: test-dialect-iptables_kernel [RULESETS [SEED]]
 */
#include "support/test.h"

#include <unistd.h>

#include "dialect/dialect.h"
#include "support/agree.h"
#include "support/iptrulesets.h"
#include "support/netns.h"

enum { RULESETS = 300, SEED = 20261126, TRIES = 1000 };

static void make(struct rand *rng, struct ruleset_wish wish, struct agree_text *out)
{
	iptables_random(rng, wish, &out->part[0], &out->part[1], &out->part[2]);
}

static int run(const char *const argv[], struct str input)
{
	struct buf said = BUF_INIT;
	int r = netns_run(argv, input, &said);

	assert_true(r >= 0);
	if (r > 0 && getenv("EGRET_TELL_REFUSALS") && strcmp(argv[1] ? argv[1] : "", "destroy"))
		(void)fprintf(stderr, "%s: %s\n", argv[0], said.data ? said.data : "");
	buf_release(&said);
	return r;
}

/* Keeps conntrack at work whatever the rules ask. */
static const char tracking[] =
	"flush ruleset\ntable inet keep {\n\tchain k {\n\t\ttype filter hook "
	"input priority 0\n\t\tct state new accept\n\t}\n}\n";

static int load(const struct agree_text *text, bool track)
{
	static const char *const nft[] = { "nft", "-f", "-", NULL };
	static const char *const flush[] = { "ipset", "flush", NULL };
	static const char *const destroy[] = { "ipset", "destroy", NULL };
	static const char *const restore[][3] = { { "ipset", "restore", NULL },
						  { "iptables-nft-restore", NULL },
						  { "ip6tables-nft-restore", NULL } };

	assert_int_equal(run(nft, track ? STR(tracking) : STR("flush ruleset\n")), 0);
	/* The kernel lets go of rules, and so of the sets in them, a moment later. */
	assert_int_equal(run(flush, STR("")), 0); /* lists let go of their members */
	for (unsigned i = 0; run(destroy, STR("")) != 0; i++) {
		assert_true(i < TRIES);
		(void)usleep(1000);
	}
	for (size_t i = 0; text && i < ARRAY_LEN(restore); i++) {
		int r = run(restore[i], buf_str(&text->part[i]));

		if (r != 0)
			return r;
	}
	return 0;
}

static int read_text(const struct agree_text *text, struct flow_mgr *m, struct diag *d,
		     struct reading **ret)
{
	const struct config_file file[] = { { "sets", buf_str(&text->part[0]) },
					    { "v4", buf_str(&text->part[1]) },
					    { "v6", buf_str(&text->part[2]) } };

	return dialect_iptables.read_files(file, ARRAY_LEN(file), NULL, m, d, ret);
}

int main(int argc, char **argv)
{
	static const struct agree iptables = { "iptables", make, load, read_text };

	return agree_main(&iptables, RULESETS, SEED, argc, argv);
}
