/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/widen.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

enum { EXPONENT_MAX = 99 };

int widen_budget_parse(struct str text, struct widen_budget *ret)
{
	struct widen_budget b = { "" };
	size_t e = str_find(text, 'e');
	struct str digits = { text.p, e };
	uint64_t number, zeros = 0;

	if (str_is(text, "any")) {
		*ret = b;
		return 0;
	}
	if (str_u64(digits, UINT64_MAX / 2, &number) < 0)
		return E_SYNTAX;
	if (e < text.n &&
	    str_u64((struct str){ text.p + e + 1, text.n - e - 1 }, EXPONENT_MAX, &zeros) < 0)
		return E_SYNTAX;
	for (int n = snprintf(b.digits, sizeof(b.digits), "%llu", (unsigned long long)number);
	     number && zeros > 0; zeros--)
		b.digits[n++] = '0';
	*ret = b;
	return 0;
}

/* Of decimals without zeros in front. */
static bool is_more(const char *a, const char *b)
{
	size_t n = strlen(a), k = strlen(b);

	return n != k ? n > k : strcmp(a, b) > 0;
}

struct search {
	const struct dialect *dialect;
	struct flow_mgr *m;
	struct arena *a;
	struct diag *quiet;    /* the writer tells when it writes in the end */
	struct rulelist rules; /* the list as it is tried */
	const struct rulelist *as_asked;
	unsigned *steps; /* by rule */
	bool *lost;	 /* by rule, of the last try */
};

/* Writes the list and notes what was lost. */
static int try_list(struct search *s)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	struct losses lost = { 0 };
	int r;

	diag_clear(s->quiet);
	r = s->dialect->write(&s->rules, s->m, s->a, s->quiet, &text, &lost);

	memset(s->lost, 0, s->rules.n * sizeof(*s->lost));
	for (size_t i = 0; r == 0 && i < lost.n; i++)
		s->lost[lost.loss[i].rule - s->rules.rule] = true;
	return r;
}

/* The rule with these steps. */
static int set_rule(struct search *s, size_t i, unsigned steps)
{
	struct flow_match match = s->as_asked->rule[i].match;
	int r = 0;

	for (unsigned k = 0; r == 0 && k < WIDEN_STEPS; k++)
		if (steps & 1U << k)
			r = widen_match(&match, (enum widen_step)k, s->a, &match);
	s->rules.rule[i].match = match;
	return r;
}

static int same_match(struct search *s, const struct flow_match *x, const struct flow_match *y,
		      bool *ret)
{
	flow_ref one = FLOW_NONE, other = FLOW_NONE;
	int r = flow_of_match(s->m, x, 1, &one);

	if (r == 0)
		r = flow_of_match(s->m, y, 1, &other);
	*ret = one == other;
	return r;
}

/* One step more for every rule that is still lost and to which it does anything. */
static int widen_lost(struct search *s, unsigned step, bool *ret_any)
{
	*ret_any = false;
	for (size_t i = 0; i < s->rules.n; i++) {
		struct flow_match wide;
		bool same = true;
		int r;

		if (!s->lost[i] || s->as_asked->rule[i].verdict != VERDICT_ACCEPT)
			continue;
		r = widen_match(&s->rules.rule[i].match, (enum widen_step)step, s->a, &wide);
		if (r == 0)
			r = same_match(s, &s->rules.rule[i].match, &wide, &same);
		if (r < 0)
			return r;
		if (same)
			continue;
		s->rules.rule[i].match = wide;
		s->steps[i] |= 1U << step;
		*ret_any = true;
	}
	return 0;
}

/* Takes a step back from every rule that has it; those that are lost then get it again. */
static int step_back(struct search *s, unsigned step)
{
	unsigned bit = 1U << step;
	bool any = false;
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->rules.n; i++) {
		/* the last step is the one that did it */
		if (!(s->steps[i] & bit) || s->steps[i] >> step == 1)
			continue;
		any = true;
		r = set_rule(s, i, s->steps[i] & ~bit);
	}
	if (r == 0 && any)
		r = try_list(s);
	for (size_t i = 0; r == 0 && any && i < s->rules.n; i++) {
		if (!(s->steps[i] & bit) || s->steps[i] >> step == 1)
			continue;
		if (s->lost[i])
			r = set_rule(s, i, s->steps[i]);
		else
			s->steps[i] &= ~bit;
	}
	return r;
}

/* As few and as small steps as let the writer say the rules. */
static int find_steps(struct search *s)
{
	int r = try_list(s);

	for (unsigned step = 0; r == 0 && step < WIDEN_STEPS; step++) {
		bool any = false;

		r = widen_lost(s, step, &any);
		if (r == 0 && any)
			r = try_list(s);
	}
	/* what is lost all the same stays as it was asked for */
	for (size_t i = 0; r == 0 && i < s->rules.n; i++) {
		if (s->lost[i] && s->steps[i]) {
			s->steps[i] = 0;
			r = set_rule(s, i, 0);
		}
	}
	for (unsigned step = 0; r == 0 && step < WIDEN_STEPS; step++)
		r = step_back(s, step);
	return r;
}

/* ---- what it costs ---- */

static int accepted(struct search *s, const struct rulelist *rules, flow_ref *ret)
{
	flow_ref diagram = FLOW_NONE;
	int r = rulelist_diagram(rules, s->m, &diagram);

	return r < 0 ? r : rulelist_verdict(rules, s->m, diagram, VERDICT_ACCEPT, ret);
}

/* What rule i lets in besides, when it alone is wider. */
static int cost_of(struct search *s, flow_ref asked, size_t i, struct widened *ret)
{
	EG_AUTO(buf_release) struct buf flows = BUF_INIT;
	struct flow_match wide = s->rules.rule[i].match;
	struct rulelist one = *s->as_asked;
	flow_ref all = FLOW_NONE;
	int r;

	one.rule = arena_copy(s->a, one.rule, one.n * sizeof(*one.rule));
	if (!one.rule)
		return -ENOMEM;
	one.rule[i].match = wide;
	*ret = (struct widened){ .rule = i, .steps = s->steps[i] };
	r = accepted(s, &one, &all);
	if (r == 0)
		r = flow_minus(s->m, all, asked, &ret->extra);
	if (r == 0)
		r = flow_count(s->m, ret->extra, &flows);
	if (r < 0)
		return r;
	ret->flows = arena_str(s->a, buf_str(&flows));
	return ret->flows ? 0 : -ENOMEM;
}

static int by_cost(const void *a, const void *b)
{
	const struct widened *x = a, *y = b;

	if (is_more(x->flows, y->flows))
		return 1;
	return is_more(y->flows, x->flows) ? -1 : (x->rule > y->rule) - (x->rule < y->rule);
}

/* Within the budget the cheapest come first; the others stay as they were. */
static int spend(struct search *s, const struct widen_budget *budget, struct widening *w)
{
	w->extra = FLOW_NONE;
	qsort(w->item, w->n, sizeof(*w->item), by_cost);
	for (size_t i = 0; i < w->n; i++) {
		EG_AUTO(buf_release) struct buf flows = BUF_INIT;
		flow_ref all = FLOW_NONE;
		int r = flow_override(s->m, w->extra, w->item[i].extra, &all);

		if (r == 0)
			r = flow_count(s->m, all, &flows);
		if (r < 0)
			return r;
		w->item[i].beyond = *budget->digits && is_more(buf_str(&flows).p, budget->digits);
		if (w->item[i].beyond)
			r = set_rule(s, w->item[i].rule, 0);
		else
			w->extra = all;
		if (r < 0)
			return r;
	}
	return 0;
}

int widen_rules(const struct rulelist *rules, const struct dialect *dialect,
		const struct widen_budget *budget, struct flow_mgr *m, struct arena *a,
		struct widening *ret)
{
	EG_AUTO(diag_freep) struct diag *quiet = diag_new();
	struct search s = { .dialect = dialect, .m = m, .a = a, .quiet = quiet, .as_asked = rules };
	struct widening w = { .extra = FLOW_NONE };
	flow_ref asked = FLOW_NONE;
	int r = 0;

	rulelist_init(&s.rules, a);
	s.rules.otherwise = rules->otherwise;
	for (size_t i = 0; r == 0 && i < rules->n; i++)
		r = rulelist_add(&s.rules, &rules->rule[i]);
	s.steps = arena_array(a, rules->n, sizeof(*s.steps));
	s.lost = arena_array(a, rules->n, sizeof(*s.lost));
	w.item = arena_array(a, rules->n, sizeof(*w.item));
	if (!quiet || !s.steps || !s.lost || !w.item)
		r = -ENOMEM;
	if (r == 0)
		r = find_steps(&s);
	if (r == 0)
		r = accepted(&s, rules, &asked);
	for (size_t i = 0; r == 0 && i < rules->n; i++)
		if (s.steps[i])
			r = cost_of(&s, asked, i, &w.item[w.n++]);
	if (r == 0)
		r = spend(&s, budget, &w);
	if (r < 0) {
		rulelist_release(&s.rules);
		return r;
	}
	w.rules = s.rules;
	*ret = w;
	return 0;
}
