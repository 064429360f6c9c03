/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The law of dialects through the kernel: rules are written, loaded, read back over netlink, and
 * still denote the same flows. The nft program must take our text too.
 */
#include "support/test.h"

#include "dialect/nftables.h"
#include "nft/apply.h"
#include "support/law.h"
#include "support/netns.h"
#include "support/rulelists.h"

enum { LISTS = 60, RULES = 10, SEED = 20261122 };

struct bench {
	struct flow_mgr *m;
	struct arena *a;
	struct diag *d;
	struct nft_link *link;
	struct rulelist rules;
	unsigned list;
};

static void must(const struct bench *b, const char *what, int r)
{
	struct buf messages = BUF_INIT;

	if (r == 0)
		return;
	diag_format(b->d, &messages);
	print_error("seed %d, list %u: %s: %d %s\n", SEED, b->list, what, r,
		    messages.data ? messages.data : "");
	buf_release(&messages);
	fail();
}

static void read_back(struct bench *b)
{
	struct nft_ruleset *rs = nft_ruleset_new();
	struct buf why = BUF_INIT;
	struct reading *r = NULL;

	assert_non_null(rs);
	must(b, "reading back", nft_read_table(b->link, NFT_INET, NFTABLES_TABLE, rs, b->d));
	must(b, "understanding it", nftables_read_model(rs, NULL, b->m, b->d, &r));
	if (!law_holds(&b->rules, r, &why))
		fail_msg("list %u:%s", b->list, why.data);
	buf_release(&why);
	reading_free(r);
	nft_ruleset_free(rs);
}

/* What `nft -j list ruleset` tells is the same once more. */
static void read_json(struct bench *b)
{
	static const char *const argv[] = { "nft", "-j", "list", "ruleset", NULL };
	struct buf said = BUF_INIT, why = BUF_INIT;
	struct reading *r = NULL;

	must(b, "nft -j", netns_run(argv, STR(""), &said));
	assert_ptr_equal(dialect_detect(buf_str(&said)), &dialect_nftables);
	must(b, "reading JSON",
	     dialect_nftables.read(buf_str(&said), "json", NULL, b->m, b->d, &r));
	if (!law_holds(&b->rules, r, &why))
		fail_msg("list %u, JSON:%s", b->list, why.data);
	buf_release(&said);
	buf_release(&why);
	reading_free(r);
}

static void load_over_netlink(struct bench *b)
{
	struct nft_ruleset *rs = NULL;
	struct losses lost = { 0 };

	must(b, "writing", nftables_write_model(&b->rules, b->m, b->a, &rs, &lost));
	must(b, "loading", nft_replace_table(b->link, rs->table[0], NFT_COMMIT, b->d));
	nft_ruleset_free(rs);
}

static void load_with_nft(struct bench *b)
{
	static const char *const argv[] = { "nft", "-f", "-", NULL };
	struct losses lost = { 0 };
	struct buf text = BUF_INIT, said = BUF_INIT;
	int r;

	must(b, "writing", dialect_nftables.write(&b->rules, b->m, b->a, b->d, &text, &lost));
	r = netns_run(argv, buf_str(&text), &said);
	if (r != 0)
		(void)fprintf(stderr, "%s\n%s\n", said.data, text.data);
	must(b, "nft -f", r);
	buf_release(&text);
	buf_release(&said);
}

static void check_lists(void (*load)(struct bench *b))
{
	struct rand rng = { SEED };
	struct bench b = { .d = diag_new() };

	print_message("# %d lists of up to %d rules, seed %d\n", LISTS, RULES, SEED);
	must(&b, "opening netlink", nft_link_open(&b.link, b.d));
	for (b.list = 0; b.list < LISTS; b.list++) {
		b.m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
		b.a = arena_new();
		assert_true(b.m && b.a);
		rulelist_init(&b.rules, b.a);
		rulelist_random(&rng, RULES, b.m, &b.rules);
		load(&b);
		read_back(&b);
		read_json(&b);
		rulelist_release(&b.rules);
		arena_free(b.a);
		flow_mgr_free(b.m);
	}
	nft_link_close(b.link);
	diag_free(b.d);
}

static void the_kernel_gives_back_what_it_got(void **state)
{
	(void)state;
	check_lists(load_over_netlink);
}

static void nft_loads_what_we_write(void **state)
{
	(void)state;
	check_lists(load_with_nft);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_kernel_gives_back_what_it_got),
		cmocka_unit_test(nft_loads_what_we_write),
	};

	(void)setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
	return netns_enter() ? cmocka_run_group_tests(tests, NULL, NULL) : 0;
}
