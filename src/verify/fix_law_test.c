/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The law of fixes: a random configuration in every dialect that has changes, and another random
 * policy. The change makes the one let through what the other asks for, less what is told, and does
 * nothing else.
 *
 * Usage: test-verify-fix_law [LISTS [SEED]]
 */
#include "support/test.h"

#include "base/err.h"
#include "support/lawbench.h"
#include "support/rulelists.h"
#include "verify/mend.h"

enum { LISTS = 60, ASKED = 4 };

static struct lawbench_run run = { .lists = LISTS, .seed = 20261126 };
static const struct assume assume = { .hook = "forward", .names = true };

static void must(int r)
{
	assert_int_equal(r, 0);
}

static void fit(struct rulelist *rules, struct rand *rng, struct flow_mgr *m)
{
	lawbench_no_interfaces(rules, rng, m);
	rules->otherwise = VERDICT_DROP;
}

/* A policy says what is accepted; the rest is not. */
static void make_plan(struct lawbench *b, struct rand *rng, struct plan *ret)
{
	struct rulelist all;

	*ret = PLAN_INIT;
	rulelist_init(&all, b->a);
	rulelist_init(&ret->rules, b->a);
	rulelist_random(rng, ASKED, b->m, &all);
	fit(&all, rng, b->m);
	for (size_t i = 0; i < all.n; i++)
		if (all.rule[i].verdict == VERDICT_ACCEPT)
			must(rulelist_add(&ret->rules, &all.rule[i]));
	ret->rules.otherwise = VERDICT_DROP;
	rulelist_release(&all);
}

/* What came of one. */
enum what_came { NOTHING_WRONG, NO_CHANGE, MENDED, TOLD };

static enum what_came conclude(const struct lawbench *b, const struct dialect *dialect,
			       const struct buf *text, const struct mend *m)
{
	const struct fix_check *c = &m->check;

	if (!fix_is_clean(c))
		fail_msg("%s, list %lu of seed %lu: missing %d excess %d opened %d closed "
			 "%d\n%s\n%s",
			 dialect->name, b->list, run.seed, !flow_empty(c->missing),
			 !flow_empty(c->excess), !flow_empty(c->opened), !flow_empty(c->closed),
			 text->data, m->text.data);
	assert_true(c->whole || m->lost.n);
	return c->whole ? MENDED : TOLD;
}

static enum what_came mend(struct lawbench *b, const struct dialect *dialect,
			   const struct plan *plan, const struct buf *text,
			   const struct reading *config, const struct proof *proof)
{
	const struct config_file file = { "there", buf_str(text) };
	const struct mend_subject s = { plan, dialect, &file, 1, &assume, config, proof };
	enum what_came fate = NO_CHANGE;
	struct mend m;
	int r = mend_find(&s, b->a, b->d, &m);

	if (r == E_LIMIT || r == E_UNSUPPORTED)
		return NO_CHANGE;
	must(r);
	fate = conclude(b, dialect, text, &m);
	mend_release(&m);
	return fate;
}

static enum what_came try_one(struct lawbench *b, const struct dialect *dialect, struct rand *rng)
{
	enum what_came fate = NOTHING_WRONG;
	struct buf text = BUF_INIT;
	struct reading *config = NULL;
	struct proof proof;
	struct plan plan;

	make_plan(b, rng, &plan);
	must(dialect->write(&b->rules, b->m, b->a, b->d, &text, &b->lost));
	must(dialect->read(buf_str(&text), "there", &assume, b->m, b->d, &config));
	must(prove(&plan, config, b->a, &proof));
	if (!flow_empty(proof.missing) || !flow_empty(proof.excess) ||
	    !flow_empty(proof.answers_missing))
		fate = mend(b, dialect, &plan, &text, config, &proof);
	reading_free(config);
	rulelist_release(&plan.rules);
	buf_release(&text);
	return fate;
}

static void a_change_makes_it_the_policy_less_what_is_told(void **state)
{
	const struct dialect *dialect;

	(void)state;
	for (size_t i = 0; (dialect = dialect_at(i)); i++) {
		const struct lawbench_subject s = { .dialect = dialect,
						    .assume = &assume,
						    .fit = fit };
		struct rand rng = { run.seed };
		unsigned long fates[TOLD + 1] = { 0 };
		struct lawbench b;

		for (b.list = 0; dialect->change && b.list < run.lists; b.list++) {
			lawbench_begin(&b, &s, &rng);
			fates[try_one(&b, dialect, &rng)]++;
			lawbench_end(&b);
		}
		/* what is written for AWS is a template: it has no changes */
		assert_true(!dialect->change || dialect == &dialect_aws || fates[MENDED]);
		if (dialect->change)
			print_message("# %s: %lu mended, %lu but for what was told, %lu without a "
				      "change, %lu right before\n",
				      dialect->name, fates[MENDED], fates[TOLD], fates[NO_CHANGE],
				      fates[NOTHING_WRONG]);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_change_makes_it_the_policy_less_what_is_told),
	};

	lawbench_arguments(argc, argv, &run);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
