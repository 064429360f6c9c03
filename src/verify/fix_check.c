/* SPDX-License-Identifier: Apache-2.0 */
/* What a change did. */
#include "base/err.h"
#include "verify/fix.h"

/* What is more in `b` than in `a`, of first packets, and not in `meant`. */
static int more(struct flow_mgr *m, flow_ref a, flow_ref b, flow_ref scope, flow_ref meant,
		flow_ref *ret)
{
	flow_ref set = FLOW_NONE;
	int r = flow_restrict(m, b, scope, &set);

	if (r == 0)
		r = flow_minus(m, set, a, &set);
	return r < 0 ? r : flow_minus(m, set, meant, ret);
}

/* Takes what lost rules speak of off what is still wrong: that was told. */
static int forgive(const struct reading *config, const struct losses *lost, struct fix_check *c)
{
	flow_ref *const part[] = { &c->missing, &c->excess, &c->answers_missing };

	for (size_t i = 0; i < lost->n; i++) {
		struct flow_match match = lost->loss[i].rule->match;
		flow_ref one = FLOW_NONE;
		int r = flow_of_match(config->m, &match, 1, &one);

		for (size_t k = 0; r == 0 && k < ARRAY_LEN(part); k++)
			r = flow_minus(config->m, *part[k], one, part[k]);
		if (r < 0)
			return r;
	}
	return 0;
}

/*
 * What may be closed: what is in excess, of who sees no names those that it cannot tell, and where
 * the link's own packets do not come, those.
 */
static int may_close(const struct plan *plan, const struct reading *before, const struct proof *p,
		     flow_ref scope, flow_ref *ret)
{
	struct flow_mgr *m = before->m;
	flow_ref required = FLOW_NONE, named = FLOW_NONE;
	int r = 0;

	*ret = p->excess;
	if (!before->names)
		r = prove_required(plan, m, scope, &required, &named);
	if (r == 0 && !before->names)
		r = prove_place(before, &named);
	if (r == 0 && !before->names)
		r = flow_override(m, named, *ret, ret);
	return r < 0 || fix_sees_link(before) ? r : flow_override(m, p->link, *ret, ret);
}

/* Adds what a resolver could open for names of the policy, and cannot any more. */
static int unlearn(const struct plan *plan, const struct reading *before,
		   const struct reading *after, flow_ref scope, flow_ref *closed)
{
	struct flow_mgr *m = before->m;
	flow_ref set = FLOW_NONE, now = FLOW_NONE;
	int r;

	if (flow_empty(before->learnable))
		return 0;
	r = prove_any_name(plan, m, scope, &set);
	if (r == 0)
		r = prove_could_pass(before, &now);
	if (r == 0)
		r = flow_restrict(m, set, now, &set);
	if (r == 0)
		r = prove_could_pass(after, &now);
	if (r == 0)
		r = flow_minus(m, set, now, &set);
	return r < 0 ? r : flow_override(m, *closed, set, closed);
}

/* Adds what was closed of packets that are no first ones: answers, and the rest of conversations.
 */
static int close_others(const struct reading *before, const struct reading *after, flow_ref *closed)
{
	static const struct flow_span later = { STATE_NEW + 1, STATE_COUNT - 1 };
	struct flow_mgr *m = before->m;
	struct flow_match match = FLOW_MATCH_ANY;
	flow_ref set = FLOW_NONE, others = FLOW_NONE;
	int r = flow_minus(m, before->must_accept, after->must_accept, &set);

	match.dim[FLOW_STATE] = (struct flow_spans){ &later, 1 };
	if (r == 0)
		r = flow_of_match(m, &match, 1, &others);
	if (r == 0)
		r = flow_restrict(m, set, others, &set);
	return r < 0 ? r : flow_override(m, *closed, set, closed);
}

/* What was opened and closed. */
static int compare(const struct plan *plan, const struct fix_done *done, flow_ref scope,
		   struct fix_check *c)
{
	const struct reading *before = done->before, *after = done->after;
	flow_ref close = FLOW_NONE;
	int r = may_close(plan, before, done->proof, scope, &close);

	if (r == 0)
		r = more(before->m, before->may[VERDICT_ACCEPT], after->may[VERDICT_ACCEPT], scope,
			 done->proof->missing, &c->opened);
	if (r == 0)
		r = more(before->m, after->must_accept, before->must_accept, scope, close,
			 &c->closed);
	if (r == 0 && done->states)
		r = close_others(before, after, &c->closed);
	return r < 0 ? r : unlearn(plan, before, after, scope, &c->closed);
}

int fix_verify(const struct plan *plan, const struct fix_done *done, struct arena *a,
	       struct fix_check *ret)
{
	struct fix_check c = { .opened = FLOW_NONE };
	flow_ref scope = FLOW_NONE;
	struct proof again;
	int r = prove(plan, done->after, a, &again);

	if (r == 0)
		r = prove_scope(done->before->m, a, &scope);
	if (r == 0)
		r = compare(plan, done, scope, &c);
	if (r < 0)
		return r;
	c.missing = again.missing;
	c.excess = again.excess;
	c.answers_missing = again.answers_missing;
	c.whole = flow_empty(c.missing) && flow_empty(c.excess) && flow_empty(c.answers_missing);
	r = forgive(done->after, done->lost, &c);
	if (r == 0)
		*ret = c;
	return r;
}

bool fix_is_clean(const struct fix_check *c)
{
	return flow_empty(c->opened) && flow_empty(c->closed) && flow_empty(c->missing) &&
	       flow_empty(c->excess) && flow_empty(c->answers_missing);
}
