/* SPDX-License-Identifier: Apache-2.0 */
/* Rules that only report stop nothing, whatever they are, and count all that they counted. */
#include "support/test.h"

#include "dialect/nftables.h"
#include "dialect/nftables_report.h"
#include "nft/print.h"
#include "nft/text.h"
#include "support/oom.h"
#include "support/rulelists.h"

enum { LISTS = 200, RULES = 12, SEED = 20261126 };

static void stops_nothing(const struct nft_ruleset *rs, struct flow_mgr *m, struct diag *d)
{
	struct reading *r = NULL;

	assert_int_equal(nftables_read_model(rs, NULL, m, d, &r), 0);
	assert_true(flow_empty(r->may[VERDICT_DROP]));
	assert_true(flow_empty(r->may[VERDICT_REJECT]));
	assert_int_equal(r->must_accept, FLOW_ALL);
	reading_free(r);
}

/* Through the text, in which it is remembered, too. */
static void stops_nothing_as_text(const struct nft_ruleset *rs, struct flow_mgr *m, struct diag *d)
{
	struct buf text = BUF_INIT, again = BUF_INIT;
	struct nft_ruleset *read = NULL;

	nft_print(rs, NFT_PRINT_STATELESS | NFT_PRINT_SORTED, &text);
	assert_int_equal(nft_text_read(buf_str(&text), "report", NULL, d, &read), 0);
	stops_nothing(read, m, d);
	nft_print(read, NFT_PRINT_STATELESS | NFT_PRINT_SORTED, &again);
	assert_string_equal(text.data, again.data);
	nft_ruleset_free(read);
	buf_release(&text);
	buf_release(&again);
}

static size_t counters(const struct nft_table *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->objects; i++)
		n += t->object[i]->kind == NFT_O_COUNTER;
	return n;
}

static void random_rules(void **state)
{
	struct rand rng = { SEED };

	(void)state;
	print_message("# %d lists of up to %d rules, seed %d\n", LISTS, RULES, SEED);
	for (unsigned i = 0; i < LISTS; i++) {
		struct flow_mgr *m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
		struct arena *a = arena_new();
		struct diag *d = diag_new();
		struct nft_ruleset *rs = NULL;
		struct losses lost = { 0 };
		struct rulelist rules;
		size_t before;

		assert_true(m && a && d);
		rulelist_init(&rules, a);
		rulelist_random(&rng, RULES, m, &rules);
		assert_int_equal(nftables_write_model(&rules, m, a, &rs, &lost), 0);
		before = counters(rs->table[0]);
		assert_int_equal(nftables_report_only(rs), 0);
		assert_int_equal(counters(rs->table[0]), before + 1);
		stops_nothing(rs, m, d);
		stops_nothing_as_text(rs, m, d);
		nft_ruleset_free(rs);
		rulelist_release(&rules);
		diag_free(d);
		arena_free(a);
		flow_mgr_free(m);
	}
}

static int write_report(void *data)
{
	EG_AUTO(flow_mgr_freep) struct flow_mgr *m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	EG_AUTO(nft_ruleset_freep) struct nft_ruleset *rs = NULL;
	struct losses lost = { 0 };
	struct rulelist rules;
	int r = m && a ? 0 : -ENOMEM;

	(void)data;
	rulelist_init(&rules, a);
	if (r == 0)
		r = nftables_write_model(&rules, m, a, &rs, &lost);
	return r < 0 ? r : nftables_report_only(rs);
}

static void survives_no_memory(void **state)
{
	(void)state;
	assert_true(assert_survives_oom(write_report, NULL) > 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_rules),
		cmocka_unit_test(survives_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
