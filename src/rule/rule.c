/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/rule.h"

#include <errno.h>

#include "base/alloc.h"

const char *verdict_name(enum verdict v)
{
	static const char *const name[] = {
		[VERDICT_DROP] = "drop",
		[VERDICT_ACCEPT] = "accept",
		[VERDICT_REJECT] = "reject",
	};

	return name[v];
}

void rulelist_init(struct rulelist *l, struct arena *a)
{
	*l = (struct rulelist){ .arena = a, .otherwise = VERDICT_DROP };
}

void rulelist_release(struct rulelist *l)
{
	mem_free(l->rule);
	rulelist_init(l, l->arena);
}

int rulelist_add(struct rulelist *l, const struct rule *r)
{
	int grown = mem_grow(&l->rule, &l->cap, l->n + 1, sizeof(*l->rule));

	if (grown == 0)
		l->rule[l->n++] = *r;
	return grown;
}

int rulelist_diagram(const struct rulelist *l, struct flow_mgr *m, flow_ref *ret)
{
	EG_AUTO(mem_freep) struct flow_match *match = mem_zero(l->n, sizeof(*match));

	if (!match)
		return -ENOMEM;
	for (size_t i = 0; i < l->n; i++)
		match[i] = l->rule[i].match;
	return flow_first_match(m, match, l->n, ret);
}

int rulelist_verdict(const struct rulelist *l, struct flow_mgr *m, flow_ref diagram, enum verdict v,
		     flow_ref *ret)
{
	EG_AUTO(mem_freep) uint32_t *leaf = mem_zero(l->n + 1, sizeof(*leaf));
	flow_ref decided, matched, others;
	int r;

	if (!leaf)
		return -ENOMEM;
	for (size_t i = 0; i < l->n; i++)
		leaf[i + 1] = l->rule[i].verdict == v;
	r = flow_map(m, diagram, leaf, l->n + 1, &decided);
	if (r < 0 || l->otherwise != v) {
		if (r == 0)
			*ret = decided;
		return r;
	}
	/* Everything that no rule matches has this verdict too. */
	for (size_t i = 0; i < l->n; i++)
		leaf[i + 1] = 1;
	r = flow_map(m, diagram, leaf, l->n + 1, &matched);
	if (r == 0)
		r = flow_not(m, matched, &others);
	return r == 0 ? flow_override(m, decided, others, ret) : r;
}
