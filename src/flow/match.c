/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/match.h"

#include <errno.h>

static bool spans_have(struct flow_spans s, u128 value)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.span[i].lo <= value && value <= s.span[i].hi)
			return true;
	return !s.span;
}

static bool patterns_have(const struct pattern *p, size_t n, const struct name *name)
{
	for (size_t i = 0; i < n; i++)
		if (pattern_matches(&p[i], name))
			return true;
	return false;
}

/* Does a flow of this family have the dimension? */
static bool has_dim(enum family family, unsigned dim)
{
	return family == FAMILY_V4 ? dim != FLOW_DST6 && dim != FLOW_SRC6
				   : dim != FLOW_DST4 && dim != FLOW_SRC4;
}

bool flow_match_has(const struct flow_match *m, const struct flow *f)
{
	for (unsigned dim = 0; dim < FLOW_NAME; dim++)
		if (has_dim(f->dst.family, dim) &&
		    !spans_have(m->dim[dim], flow_value(f, (enum flow_dim)dim)))
			return false;
	if (m->name && !patterns_have(m->name, m->names, &f->name))
		return false;
	return !patterns_have(m->except, m->excepts, &f->name);
}

int match_one(struct flow_match *m, enum flow_dim dim, u128 lo, u128 hi, struct arena *a)
{
	struct flow_span *span = arena_array(a, 1, sizeof(*span));

	if (!span)
		return -ENOMEM;
	*span = (struct flow_span){ lo, hi };
	m->dim[dim] = (struct flow_spans){ span, 1 };
	return 0;
}

int match_ports(struct flow_match *m, enum flow_dim dim, const struct ports *p, struct arena *a)
{
	struct flow_span *span = arena_array(a, p->n, sizeof(*span));

	if (!span)
		return -ENOMEM;
	for (size_t i = 0; i < p->n; i++)
		span[i] = (struct flow_span){ p->range[i].lo, p->range[i].hi };
	m->dim[dim] = (struct flow_spans){ span, p->n };
	return 0;
}

int match_prefixes(struct flow_match *m, enum flow_dim dim4, enum flow_dim dim6,
		   const struct prefixlist *l, struct arena *a)
{
	struct flow_span *span = arena_array(a, l->n, sizeof(*span));

	if (!span)
		return -ENOMEM;
	for (size_t i = 0; i < l->n; i++)
		span[i] = (struct flow_span){ l->range[i].lo, l->range[i].hi };
	m->dim[dim4] = (struct flow_spans){ span, l->n4 };
	m->dim[dim6] = (struct flow_spans){ span + l->n4, l->n - l->n4 };
	return 0;
}
