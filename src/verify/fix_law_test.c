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
#include "dialect/change.h"
#include "support/lawbench.h"
#include "support/rulelists.h"
#include "verify/fix.h"

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

struct fixing {
	struct lawbench *b;
	const struct dialect *dialect;
	struct plan plan;
	struct reading *before, *after;
	struct proof proof;
	struct fix fix;
	struct buf text, commands;
	struct losses lost;
};

static enum what_came conclude(struct fixing *f)
{
	struct lawbench *b = f->b;
	struct fix_check found;

	must(fix_verify(&f->plan, f->before, f->after, &f->proof, &f->lost, b->a, &found));
	if (!fix_is_clean(&found))
		fail_msg("%s, list %lu of seed %lu: missing %d excess %d opened %d closed "
			 "%d\n%s\n%s",
			 f->dialect->name, b->list, run.seed, !flow_empty(found.missing),
			 !flow_empty(found.excess), !flow_empty(found.opened),
			 !flow_empty(found.closed), f->text.data, f->commands.data);
	assert_true(found.whole || f->lost.n);
	return found.whole ? MENDED : TOLD;
}

static enum what_came mend(struct fixing *f)
{
	struct lawbench *b = f->b;
	const struct config_file file = { "there", buf_str(&f->text) };
	const struct change c = { &file, 1, &assume, &f->fix.rules, &f->fix.answers };
	int r = fix_make(&f->plan, f->before, &f->proof, &f->fix);

	if (r == 0)
		r = change_write(f->dialect, &c, b->m, b->a, b->d, &f->commands, &f->lost);
	if (r == E_LIMIT || r == E_UNSUPPORTED)
		return NO_CHANGE;
	must(r);
	must(change_read(f->dialect, &c, buf_str(&f->commands), b->m, b->d, &f->after));
	return conclude(f);
}

static enum what_came try_one(struct lawbench *b, const struct dialect *dialect, struct rand *rng)
{
	struct fixing f = { .b = b, .dialect = dialect, .text = BUF_INIT, .commands = BUF_INIT };
	enum what_came fate = NOTHING_WRONG;

	make_plan(b, rng, &f.plan);
	rulelist_init(&f.fix.rules, b->a);
	rulelist_init(&f.fix.answers, b->a);
	must(dialect->write(&b->rules, b->m, b->a, b->d, &f.text, &b->lost));
	must(dialect->read(buf_str(&f.text), "there", &assume, b->m, b->d, &f.before));
	must(prove(&f.plan, f.before, b->a, &f.proof));
	if (!flow_empty(f.proof.missing) || !flow_empty(f.proof.excess) ||
	    !flow_empty(f.proof.answers_missing))
		fate = mend(&f);
	reading_free(f.before);
	reading_free(f.after);
	rulelist_release(&f.fix.rules);
	rulelist_release(&f.fix.answers);
	rulelist_release(&f.plan.rules);
	buf_release(&f.text);
	buf_release(&f.commands);
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
