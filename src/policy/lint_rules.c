/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lint of rules that add nothing (S29): every flow they let through, others let through too.
 *
 * Later rules are asked first, so of two equal rules the later is told. What was told is out of the
 * comparison from then on: the rules that were not told allow all that the whole list allows.
 */
#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "policy/lint.h"

struct rules {
	const struct lint *lint;
	const struct rulelist *list;
	flow_ref *set;			/* of rule i */
	flow_ref *before;		/* the union of rules 0..i-1 */
	const struct outcome **outcome; /* whose rule i is */
	size_t *told, tolds;		/* rules that add nothing, last first */
};

static void rules_release(struct rules *s)
{
	mem_free(s->set);
	mem_free(s->before);
	mem_free(s->outcome);
	mem_free(s->told);
}

static int rules_open(const struct lint *l, struct rules *s)
{
	size_t n = l->plan->rules.n;

	*s = (struct rules){ .lint = l, .list = &l->plan->rules };
	s->set = mem_zero(n, sizeof(*s->set));
	s->before = mem_zero(n + 1, sizeof(*s->before));
	s->outcome = mem_zero(n, sizeof(*s->outcome));
	s->told = mem_zero(n, sizeof(*s->told));
	if (!s->set || !s->before || !s->outcome || !s->told)
		return -ENOMEM;
	for (size_t i = 0; i < l->plan->outcomes; i++) {
		const struct outcome *o = &l->plan->outcome[i];

		for (size_t k = 0; k < o->rules; k++)
			s->outcome[o->first_rule + k] = o;
	}
	return 0;
}

static int unite(struct rules *s)
{
	struct flow_mgr *m = s->lint->m;
	int r = 0;

	s->before[0] = FLOW_NONE;
	for (size_t i = 0; i < s->list->n && r == 0; i++) {
		r = flow_of_match(m, &s->list->rule[i].match, 1, &s->set[i]);
		if (r == 0)
			r = flow_override(m, s->before[i], s->set[i], &s->before[i + 1]);
	}
	return r;
}

/* Fills `told`, from the last rule to the first. */
static int find_subsumed(struct rules *s)
{
	struct flow_mgr *m = s->lint->m;
	flow_ref after = FLOW_NONE; /* rules behind i that are not told */

	for (size_t i = s->list->n; i-- > 0;) {
		flow_ref others, own;
		int r = flow_override(m, s->before[i], after, &others);

		if (r == 0)
			r = flow_minus(m, s->set[i], others, &own);
		if (r == 0 && flow_empty(own))
			s->told[s->tolds++] = i;
		else if (r == 0)
			r = flow_override(m, after, s->set[i], &after);
		if (r < 0)
			return r;
	}
	return 0;
}

static bool is_told(const struct rules *s, size_t rule)
{
	for (size_t i = 0; i < s->tolds; i++) {
		if (s->told[i] == rule)
			return true;
	}
	return false;
}

/* The one rule that allows all of rule i by itself, if there is one: s->list->n when not. */
static int find_cover(const struct rules *s, size_t i, size_t *ret)
{
	size_t cover = s->list->n;

	for (size_t k = 0; k < s->list->n && cover == s->list->n; k++) {
		flow_ref rest;

		if (k == i || is_told(s, k))
			continue;

		int r = flow_minus(s->lint->m, s->set[i], s->set[k], &rest);

		if (r < 0)
			return r;
		if (flow_empty(rest))
			cover = k;
	}
	*ret = cover;
	return 0;
}

static int tell(const struct rules *s, size_t i)
{
	const struct lint *l = s->lint;
	const struct outcome *o = s->outcome[i];
	size_t cover = 0;
	int r = find_cover(s, i, &cover);

	if (r < 0)
		return r;
	if (cover == s->list->n)
		diag_note(l->d, lint_at(l, o->allow->line),
			  "%s from %s adds nothing: other rules together allow all of it",
			  lint_row_path(o->requirement).text, s->list->rule[i].zone);
	else
		diag_note(l->d, lint_at(l, o->allow->line),
			  "%s from %s adds nothing: %s allows all of it",
			  lint_row_path(o->requirement).text, s->list->rule[i].zone,
			  lint_row_path(s->outcome[cover]->requirement).text);
	return 0;
}

int lint_subsumed(const struct lint *l)
{
	struct rules s;
	int r = rules_open(l, &s);

	if (r == 0)
		r = unite(&s);
	if (r == 0)
		r = find_subsumed(&s);
	for (size_t i = s.tolds; i-- > 0 && r == 0;)
		r = tell(&s, s.told[i]);
	rules_release(&s);
	if (r != E_BUDGET)
		return r;
	diag_note(l->d, lint_at(l, 0), "too many rules to look for those that add nothing");
	return 0;
}
