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

enum { RULESETS = 300, SEED = 20261126, TRIES = 1000, LEGACY = 3 /* each third text */ };

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

static const char no_rules[] =
	"*raw\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n*filter\n:FORWARD ACCEPT [0:0]\nCOMMIT\n"
	"*mangle\n:PREROUTING ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:POSTROUTING ACCEPT "
	"[0:0]\nCOMMIT\n"
	"*security\n:FORWARD ACCEPT [0:0]\nCOMMIT\n";

/* Both kinds of iptables: on nf_tables, and the old tables of the kernel. */
static const char *const restore[2][2][2] = {
	{ { "iptables-nft-restore", NULL }, { "ip6tables-nft-restore", NULL } },
	{ { "iptables-legacy-restore", NULL }, { "ip6tables-legacy-restore", NULL } },
};

/* Newer systems come without the old tables. */
static bool has_legacy(void)
{
	static int has = -1;

	if (has < 0)
		has = run(restore[true][false], STR(no_rules)) == 0 &&
		      run(restore[true][true], STR(no_rules)) == 0;
	return has;
}

static bool has_nat(const struct agree_text *text)
{
	return strstr(text->part[1].data, "*nat") || strstr(text->part[2].data, "*nat");
}

static void unload(bool track, bool legacy)
{
	static const char *const nft[] = { "nft", "-f", "-", NULL };
	static const char *const flush[] = { "ipset", "flush", NULL };
	static const char *const destroy[] = { "ipset", "destroy", NULL };

	assert_int_equal(run(nft, track ? STR(tracking) : STR("flush ruleset\n")), 0);
	for (size_t v6 = 0; legacy && v6 < 2; v6++)
		assert_int_equal(run(restore[true][v6], STR(no_rules)), 0);
	/* The kernel lets go of rules, and so of the sets in them, a moment later. */
	assert_int_equal(run(flush, STR("")), 0); /* lists let go of their members */
	for (unsigned i = 0; run(destroy, STR("")) != 0; i++) {
		assert_true(i < TRIES);
		(void)usleep(1000);
	}
}

static int load(const struct agree_text *text, bool track)
{
	static const char *const sets[] = { "ipset", "restore", NULL };
	static bool legacy;
	static unsigned turn;
	int r;

	unload(track, legacy);
	if (!text)
		return 0;
	/* An old nat table, once there, keeps conntrack at work for good. */
	legacy = ++turn % LEGACY == 0 && !has_nat(text) && has_legacy();
	r = run(sets, buf_str(&text->part[0]));
	for (size_t v6 = 0; r == 0 && v6 < 2; v6++)
		r = run(restore[legacy][v6], buf_str(&text->part[1 + v6]));
	return r;
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
