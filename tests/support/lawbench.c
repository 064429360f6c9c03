/* SPDX-License-Identifier: Apache-2.0 */
#include "support/lawbench.h"

#include "support/law.h"
#include "support/rulelists.h"
#include "support/test.h"

enum { RULES = 12 };

static void must(int r)
{
	assert_int_equal(r, 0);
}

void lawbench_arguments(int argc, char **argv, struct lawbench_run *run)
{
	if (argc > 1)
		run->lists = strtoul(argv[1], NULL, 10);
	if (argc > 2)
		run->seed = strtoul(argv[2], NULL, 10);
}

void lawbench_no_interfaces(struct rulelist *rules, struct rand *rng, struct flow_mgr *m)
{
	(void)rng;
	(void)m;
	for (size_t i = 0; i < rules->n; i++)
		rules->rule[i].match.dim[FLOW_IIF] = rules->rule[i].match.dim[FLOW_OIF] =
			(struct flow_spans){ 0 };
}

void lawbench_begin(struct lawbench *b, const struct lawbench_subject *s, struct rand *rng)
{
	b->m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
	b->a = arena_new();
	b->d = diag_new();
	assert_true(b->m && b->a && b->d);
	rulelist_init(&b->rules, b->a);
	rulelist_random(rng, RULES, b->m, &b->rules);
	if (s->fit)
		s->fit(&b->rules, rng, b->m);
	b->lost = (struct losses){ 0 };
	b->reading = NULL;
}

void lawbench_end(struct lawbench *b)
{
	reading_free(b->reading);
	rulelist_release(&b->rules);
	diag_free(b->d);
	arena_free(b->a);
	flow_mgr_free(b->m);
}

void lawbench_write_and_read(struct lawbench *b, const struct lawbench_subject *s)
{
	struct buf text = BUF_INIT, messages = BUF_INIT;
	int r = s->dialect->write(&b->rules, b->m, b->a, b->d, &text, &b->lost);

	if (r == 0)
		r = s->dialect->read(buf_str(&text), "law", s->assume, b->m, b->d, &b->reading);
	if (r < 0 || b->reading->unknowns) {
		diag_format(b->d, &messages);
		fail_msg("list %lu: %d, %zu unknown\n%s\n%s", b->list, r,
			 b->reading ? b->reading->unknowns : 0, messages.data ? messages.data : "",
			 text.data ? text.data : "");
	}
	assert_ptr_equal(dialect_detect(buf_str(&text)), s->dialect);
	buf_release(&text);
	buf_release(&messages);
}

void lawbench_reads_back(const struct lawbench_subject *s, const struct lawbench_run *run)
{
	bool (*holds)(const struct rulelist *, const struct reading *, struct buf *) =
		s->whole ? law_holds_whole : law_holds;
	struct rand rng = { run->seed };
	struct lawbench b;

	print_message("# %lu lists of up to %d rules, seed %lu\n", run->lists, RULES, run->seed);
	for (b.list = 0; b.list < run->lists; b.list++) {
		struct buf why = BUF_INIT;

		lawbench_begin(&b, s, &rng);
		lawbench_write_and_read(&b, s);
		if (b.lost.n)
			fail_msg("list %lu: lost: %s", b.list, b.lost.loss[0].why);
		if (!holds(&b.rules, b.reading, &why))
			fail_msg("list %lu:%s", b.list, why.data);
		if (s->also)
			s->also(&b);
		buf_release(&why);
		lawbench_end(&b);
	}
}

/* What a reading of this subject can be asked about: first packets, of one place anywhere. */
static flow_ref asked(struct lawbench *b, const struct lawbench_subject *s, flow_ref set)
{
	struct flow_match first = FLOW_MATCH_ANY;
	flow_ref scope;

	must(match_one(&first, FLOW_STATE, STATE_NEW, STATE_NEW, b->a));
	if (s->whole)
		must(match_one(&first, FLOW_FRAG, 0, 0, b->a));
	must(flow_of_match(b->m, &first, 1, &scope));
	must(flow_restrict(b->m, set, scope, &set));
	if (s->one_place) {
		must(flow_forget(b->m, set, FLOW_IIF, &set));
		must(flow_forget(b->m, set, FLOW_OIF, &set));
	}
	return set;
}

/* Written is certain, is asked for, and with the lost rules is all that is asked for. */
static void check_account(struct lawbench *b, const struct lawbench_subject *s)
{
	flow_ref diagram, want, got, sure, rest, set;

	must(rulelist_diagram(&b->rules, b->m, &diagram));
	must(rulelist_verdict(&b->rules, b->m, diagram, VERDICT_ACCEPT, &want));
	want = asked(b, s, want);
	got = asked(b, s, b->reading->may[VERDICT_ACCEPT]);
	sure = asked(b, s, b->reading->must_accept);
	assert_int_equal(got, sure);
	must(flow_minus(b->m, got, want, &rest));
	if (!flow_empty(rest))
		fail_msg("list %lu: widened", b->list);
	must(flow_minus(b->m, want, got, &rest));
	for (size_t i = 0; i < b->lost.n; i++) {
		must(flow_of_match(b->m, &b->lost.loss[i].rule->match, 1, &set));
		must(flow_minus(b->m, rest, asked(b, s, set), &rest));
	}
	if (!flow_empty(rest))
		fail_msg("list %lu: missing and not told", b->list);
}

void lawbench_accounts(const struct lawbench_subject *s, const struct lawbench_run *run)
{
	struct rand rng = { run->seed };
	size_t lost = 0;
	struct lawbench b;

	print_message("# %lu lists of up to %d rules, seed %lu\n", run->lists, RULES, run->seed);
	for (b.list = 0; b.list < run->lists; b.list++) {
		lawbench_begin(&b, s, &rng);
		b.rules.otherwise = VERDICT_DROP;
		s->spoil(&b.rules, &rng, b.m);
		lawbench_write_and_read(&b, s);
		lost += b.lost.n;
		check_account(&b, s);
		lawbench_end(&b);
	}
	print_message("# %zu rules lost\n", lost);
	assert_true(lost > run->lists / 4);
}

void lawbench_refuses_a_hole(const struct lawbench_subject *s, const struct lawbench_run *run)
{
	static struct pattern name;
	struct rule rule = { .verdict = VERDICT_DROP };
	struct rand rng = { run->seed };
	struct buf text = BUF_INIT;
	struct lawbench b = { .list = 0 };

	lawbench_begin(&b, s, &rng);
	must(pattern_parse(STR("*.example.com"), true, &name));
	rule.match.name = &name;
	rule.match.names = 1;
	must(rulelist_add(&b.rules, &rule));
	b.rules.otherwise = VERDICT_ACCEPT;
	assert_true(s->dialect->write(&b.rules, b.m, b.a, b.d, &text, &b.lost) < 0);
	assert_int_equal(diag_errors(b.d), 1);
	buf_release(&text);
	lawbench_end(&b);
}
