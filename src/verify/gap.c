/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/gap.h"

#include <errno.h>
#include <stdio.h>

#include "base/alloc.h"
#include "dialect/spans.h"

enum { BOXES_MAX = 64 };

static const struct {
	enum flow_dim dim;
	const char *what;
} parts[GAP_PARTS] = {
	[GAP_PORTS] = { FLOW_DPORT, "ports" },	      [GAP_DST4] = { FLOW_DST4, "IPv4 addresses" },
	[GAP_DST6] = { FLOW_DST6, "IPv6 addresses" }, [GAP_SRC4] = { FLOW_SRC4, "IPv4 sources" },
	[GAP_SRC6] = { FLOW_SRC6, "IPv6 sources" },
};

/* The values in one dimension of several products; 0: some product takes any. */
static int count_values(const struct flow_match *const *match, size_t n, enum flow_dim dim,
			struct arena *a, u128 *ret)
{
	struct spanlist all = SPANLIST_INIT(a);
	struct flow_spans sealed;
	u128 sum = 0;

	for (size_t i = 0; i < n; i++) {
		struct flow_spans s = match[i]->dim[dim];

		if (!s.span) {
			*ret = 0;
			return 0;
		}
		for (size_t k = 0; k < s.n; k++) {
			int r = spanlist_add(&all, s.span[k].lo, s.span[k].hi);

			if (r < 0)
				return r;
		}
	}
	sealed = spanlist_seal(&all);
	for (size_t i = 0; i < sealed.n; i++)
		sum += sealed.span[i].hi - sealed.span[i].lo + 1;
	*ret = sum;
	return 0;
}

static int count_parts(const struct flow_match *const *some, size_t n,
		       const struct flow_match *const *asked, size_t n_asked, struct arena *a,
		       struct gap *g)
{
	for (size_t i = 0; i < GAP_PARTS; i++) {
		int r = count_values(some, n, parts[i].dim, a, &g->part[i].some);

		if (r == 0)
			r = count_values(asked, n_asked, parts[i].dim, a, &g->part[i].of);
		if (r < 0)
			return r;
	}
	g->counted = true;
	return 0;
}

/* Which rules decide the gap. */
static int find_rules(const struct reading *config, flow_ref set, struct arena *a, struct gap *g)
{
	EG_AUTO(mem_freep) bool *seen = mem_zero(config->rules + 1, sizeof(*seen));
	flow_ref decided = FLOW_NONE, rest = FLOW_NONE;
	size_t *rule, n = 0;
	int r = seen ? flow_restrict(config->m, config->deciding, set, &decided) : -ENOMEM;

	if (r == 0)
		r = flow_leaves(config->m, decided, seen, config->rules + 1);
	if (r == 0)
		r = flow_minus(config->m, set, decided, &rest);
	if (r < 0)
		return r;
	for (size_t i = 1; i <= config->rules; i++)
		n += seen[i];
	g->rule = rule = arena_array(a, n, sizeof(*rule));
	if (!rule)
		return -ENOMEM;
	for (size_t i = 1; i <= config->rules; i++)
		if (seen[i])
			rule[g->rules++] = i - 1;
	g->rest = !flow_empty(rest);
	return 0;
}

int gap_of(const struct plan *plan, const struct outcome *o, const struct reading *config,
	   flow_ref set, struct arena *a, struct gap *ret)
{
	struct gap g = { .counted = false };
	const struct flow_match **some, **asked;
	struct flow_boxes boxes = { 0 };
	int r = flow_boxes(config->m, set, BOXES_MAX, a, &boxes);

	if (r < 0)
		return r;
	some = arena_array(a, boxes.n, sizeof(const struct flow_match *));
	asked = arena_array(a, o->rules, sizeof(const struct flow_match *));
	if (!some || !asked)
		return -ENOMEM;
	for (size_t i = 0; i < boxes.n; i++)
		some[i] = &boxes.box[i].match;
	for (size_t i = 0; i < o->rules; i++)
		asked[i] = &plan->rules.rule[o->first_rule + i].match;
	if (boxes.all)
		r = count_parts(some, boxes.n, asked, o->rules, a, &g);
	if (r == 0)
		r = find_rules(config, set, a, &g);
	if (r == 0)
		*ret = g;
	return r;
}

static void print_number(u128 n, struct buf *out)
{
	char text[24];
	int len = snprintf(text, sizeof(text), "%llu", (unsigned long long)n);

	buf_grouped(out, (struct str){ text, (size_t)len });
}

void gap_print(const struct gap *g, struct buf *out)
{
	enum { PICTURED = 1000000000 };
	const char *between = "";

	for (size_t i = 0; g->counted && i < GAP_PARTS; i++) {
		/* Of IPv6 the numbers say nothing to people. */
		if (g->part[i].of <= g->part[i].some || g->part[i].of > PICTURED ||
		    g->part[i].some == 0)
			continue;
		buf_adds(out, between);
		print_number(g->part[i].some, out);
		buf_adds(out, " of ");
		print_number(g->part[i].of, out);
		buf_printf(out, " %s", parts[i].what);
		between = ", ";
	}
}
