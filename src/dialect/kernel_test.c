/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reader of nftables against the kernel (support/agree.h).
 *
 * Usage: test-dialect-kernel [RULESETS [SEED]]
 */
#include "support/test.h"

#include "dialect/nftables.h"
#include "support/agree.h"
#include "support/netns.h"

enum { RULESETS = 2000, SEED = 20261122 };

/* Keeps conntrack at work whatever the ruleset asks. */
static const char tracking[] = "table inet keep {\n\tchain k {\n\t\ttype filter hook input "
			       "priority 0\n\t\tct state new accept\n\t}\n}\n";

static void make(struct rand *rng, struct ruleset_wish wish, struct agree_text *out)
{
	ruleset_random(rng, wish, &out->part[0]);
}

static int load(const struct agree_text *text, bool track)
{
	static const char *const argv[] = { "nft", "-f", "-", NULL };
	struct buf all = BUF_INIT, said = BUF_INIT;
	int r;

	buf_adds(&all, "flush ruleset\n");
	buf_adds(&all, track ? tracking : "");
	if (text)
		buf_addstr(&all, buf_str(&text->part[0]));
	assert_int_equal(all.r, 0);
	r = netns_run(argv, buf_str(&all), &said);
	assert_true(r >= 0);
	buf_release(&all);
	buf_release(&said);
	return r;
}

static int read_text(const struct agree_text *text, struct flow_mgr *m, struct diag *d,
		     struct reading **ret)
{
	return dialect_nftables.read(buf_str(&text->part[0]), "random", NULL, m, d, ret);
}

int main(int argc, char **argv)
{
	static const struct agree nft = { "nft", make, load, read_text };

	return agree_main(&nft, RULESETS, SEED, argc, argv);
}
