/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/why.h"

#include "base/attr.h"
#include "net/proto.h"

/* Does the family of the flow have this dimension? */
static bool has_dim(const struct flow *f, enum flow_dim dim)
{
	if (dim == FLOW_DST4 || dim == FLOW_SRC4)
		return f->dst.family == FAMILY_V4;
	if (dim == FLOW_DST6 || dim == FLOW_SRC6)
		return f->dst.family == FAMILY_V6;
	return true;
}

static bool spans_have(struct flow_spans s, u128 value)
{
	size_t lo = 0, hi = s.n;

	if (!s.span)
		return true;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (value > s.span[mid].hi)
			lo = mid + 1;
		else if (value < s.span[mid].lo)
			hi = mid;
		else
			return true;
	}
	return false;
}

static bool names_have(const struct flow_match *m, const struct flow *f)
{
	if (!m->name)
		return true;
	if (!f->name.text[0])
		return false;
	for (size_t i = 0; i < m->names; i++)
		if (pattern_matches(&m->name[i], &f->name))
			return true;
	return false;
}

static unsigned misses_of(const struct flow_match *m, const struct flow *f)
{
	unsigned misses = 0;

	for (enum flow_dim dim = 0; dim < FLOW_NAME; dim++)
		if (has_dim(f, dim) && !spans_have(m->dim[dim], flow_value(f, dim)))
			misses |= 1U << dim;
	return names_have(m, f) ? misses : misses | 1U << FLOW_NAME;
}

/*
 * How far a rule is: dimensions missed, weighted by how much they say that the rule is about
 * something else. A wrong port of the right service is nearer than a wrong address.
 */
static unsigned distance(unsigned misses)
{
	static const unsigned weight[FLOW_DIMS] = {
		[FLOW_STATE] = 1, [FLOW_IIF] = 2,   [FLOW_OIF] = 2,    [FLOW_FRAG] = 1,
		[FLOW_PROTO] = 6, [FLOW_DPORT] = 4, [FLOW_FAMILY] = 9, [FLOW_DST4] = 8,
		[FLOW_DST6] = 8,  [FLOW_SRC4] = 5,  [FLOW_SRC6] = 5,   [FLOW_SPORT] = 2,
		[FLOW_NAME] = 7,
	};
	unsigned sum = 0;

	for (unsigned dim = 0; dim < FLOW_DIMS; dim++)
		if (misses & 1U << dim)
			sum += weight[dim];
	return sum;
}

static const struct outcome *outcome_of(const struct plan *plan, size_t rule)
{
	for (size_t i = 0; i < plan->outcomes; i++) {
		const struct outcome *o = &plan->outcome[i];

		if (rule >= o->first_rule && rule < o->first_rule + o->rules)
			return o;
	}
	return NULL;
}

static void find_nearest(const struct plan *plan, const struct flow *f, struct why *w)
{
	unsigned best = 0;

	for (size_t i = 0; i < plan->rules.n; i++) {
		unsigned misses = misses_of(&plan->rules.rule[i].match, f);

		if (w->nearest && distance(misses) >= best)
			continue;
		best = distance(misses);
		w->nearest = &plan->rules.rule[i];
		w->nearest_outcome = outcome_of(plan, i);
		w->misses = misses;
	}
}

int why_flow(const struct plan *plan, struct flow_mgr *m, const struct flow *f, struct why *ret)
{
	struct why w = { 0 };
	flow_ref diagram = FLOW_NONE;
	int r = rulelist_diagram(&plan->rules, m, &diagram);
	uint32_t leaf;

	if (r < 0)
		return r;
	leaf = flow_leaf_at(m, diagram, f);
	if (leaf == 0) {
		find_nearest(plan, f, &w);
	} else {
		bool inbound;

		w.rule = &plan->rules.rule[leaf - 1];
		w.outcome = outcome_of(plan, leaf - 1);
		inbound = w.outcome && w.outcome->requirement->direction == DIRECTION_INBOUND;
		w.line = origin_find(&w.rule->origin, inbound ? f->src : f->dst, &w.list);
	}
	*ret = w;
	return 0;
}

static void print_value(const struct flow *f, enum flow_dim dim, const struct flow_mgr *m,
			struct buf *out)
{
	const char *zone = dim == FLOW_IIF   ? flow_zone_name(m, f->iif)
			   : dim == FLOW_OIF ? flow_zone_name(m, f->oif)
					     : NULL;

	if (zone)
		buf_adds(out, zone);
	else if (dim == FLOW_DST4 || dim == FLOW_DST6)
		addr_print(f->dst, out);
	else if (dim == FLOW_SRC4 || dim == FLOW_SRC6)
		addr_print(f->src, out);
	else if (dim == FLOW_NAME)
		buf_adds(out, f->name.text[0] ? f->name.text : "(not known)");
	else if (dim == FLOW_PROTO && proto_name(f->proto))
		buf_adds(out, proto_name(f->proto));
	else
		buf_printf(out, "%llu", (unsigned long long)flow_value(f, dim));
}

void why_print_misses(const struct why *w, const struct flow *f, const struct flow_mgr *m,
		      struct buf *out)
{
	static const char *const word[FLOW_DIMS] = {
		[FLOW_STATE] = "state",
		[FLOW_IIF] = "input interface",
		[FLOW_OIF] = "output interface",
		[FLOW_FRAG] = "fragment",
		[FLOW_PROTO] = "protocol",
		[FLOW_DPORT] = "destination port",
		[FLOW_FAMILY] = "family",
		[FLOW_DST4] = "destination",
		[FLOW_DST6] = "destination",
		[FLOW_SRC4] = "source",
		[FLOW_SRC6] = "source",
		[FLOW_SPORT] = "source port",
		[FLOW_NAME] = "name",
	};
	const char *join = "";

	for (enum flow_dim dim = 0; dim < FLOW_DIMS; dim++) {
		if (!(w->misses & 1U << dim))
			continue;
		buf_printf(out, "%s%s ", join, word[dim]);
		print_value(f, dim, m, out);
		join = ", ";
	}
}
