/* SPDX-License-Identifier: Apache-2.0 */
/* The law of dialects for random rules, through the model and through text. */
#include "support/test.h"

#include "dialect/nftables.h"
#include "support/law.h"
#include "support/rulelists.h"

enum { LISTS = 400, RULES = 12, SEED = 20261122 };

static struct reading *through_model(const struct rulelist *rules, struct flow_mgr *m,
				     struct arena *a, struct diag *d)
{
	struct nft_ruleset *rs = NULL;
	struct reading *r = NULL;
	struct losses lost = { 0 };

	assert_int_equal(nftables_write_model(rules, m, a, &rs, &lost), 0);
	assert_int_equal(lost.n, 0);
	assert_int_equal(nftables_read_model(rs, NULL, m, d, &r), 0);
	nft_ruleset_free(rs);
	return r;
}

static struct reading *through_text(const struct rulelist *rules, struct flow_mgr *m,
				    struct arena *a, struct diag *d)
{
	struct reading *r = NULL;
	struct losses lost = { 0 };
	struct buf text = BUF_INIT;

	assert_int_equal(dialect_nftables.write(rules, m, a, d, &text, &lost), 0);
	assert_int_equal(dialect_nftables.read(buf_str(&text), "law", NULL, m, d, &r), 0);
	buf_release(&text);
	return r;
}

typedef struct reading *way(const struct rulelist *rules, struct flow_mgr *m, struct arena *a,
			    struct diag *d);

static void check_lists(way *through)
{
	struct rand rng = { SEED };

	print_message("# %d lists of up to %d rules, seed %d\n", LISTS, RULES, SEED);
	for (unsigned i = 0; i < LISTS; i++) {
		struct flow_mgr *m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
		struct arena *a = arena_new();
		struct diag *d = diag_new();
		struct buf why = BUF_INIT;
		struct rulelist rules;
		struct reading *r;

		assert_true(m && a && d);
		rulelist_init(&rules, a);
		rulelist_random(&rng, RULES, m, &rules);
		r = through(&rules, m, a, d);
		if (!law_holds(&rules, r, &why))
			fail_msg("list %u:%s", i, why.data);
		reading_free(r);
		rulelist_release(&rules);
		buf_release(&why);
		diag_free(d);
		arena_free(a);
		flow_mgr_free(m);
	}
}

static void models_read_back_as_the_rules(void **state)
{
	(void)state;
	check_lists(through_model);
}

static void texts_read_back_as_the_rules(void **state)
{
	(void)state;
	check_lists(through_text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(models_read_back_as_the_rules),
		cmocka_unit_test(texts_read_back_as_the_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
