/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/nftables_lookup.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/spans.h"
#include "net/proto.h"

/*
 * Protocols by what follows their header's start: ports, ICMP types of this family, or nothing
 * that a rule may look at. A class whose rules speak of ports is cut along these first, so that no
 * box speaks of the ports of a protocol without any.
 */
enum kind { KIND_PORTS, KIND_ICMP, KIND_REST, KINDS };

static enum kind kind_of(unsigned proto, enum family family)
{
	if (proto_has_ports((uint8_t)proto))
		return KIND_PORTS;
	return proto == (family == FAMILY_V4 ? PROTO_ICMP : PROTO_ICMPV6) ? KIND_ICMP : KIND_REST;
}

static int kind_protocols(enum kind kind, enum family family, struct arena *a,
			  struct flow_spans *ret)
{
	struct spanlist list = SPANLIST_INIT(a);

	for (unsigned proto = 0; proto <= UINT8_MAX; proto++) {
		int r = kind_of(proto, family) == kind ? spanlist_add(&list, proto, proto) : 0;

		if (r < 0)
			return r;
	}
	*ret = spanlist_seal(&list);
	return 0;
}

int lookup_diagram(const struct lookup_class *c, struct flow_mgr *m, flow_ref *ret)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	uint32_t *leaf = a ? arena_array(a, c->n + 1, sizeof(*leaf)) : NULL;
	flow_ref first;
	int r;

	if (!leaf)
		return -ENOMEM;
	for (size_t i = 0; i < c->n; i++)
		leaf[i + 1] = c->target[i] + 1;
	r = flow_first_match(m, c->match, c->n, &first);
	return r < 0 ? r : flow_map(m, first, leaf, c->n + 1, ret);
}

/* One class in the making. */
struct making {
	const struct lookup_class *class;
	struct flow_mgr *m;
	struct arena *arena;
	struct lookups *out;
};

static bool fits(const struct lookup *l, const struct lookup *want)
{
	return l->ports == want->ports && l->icmp == want->icmp && spans_equal(l->iif, want->iif) &&
	       spans_equal(l->oif, want->oif);
}

/* The lookup like `want`, a new one when there is none; NULL: out of memory. */
static struct lookup *lookup_like(struct making *k, const struct lookup *want)
{
	struct lookups *out = k->out;

	for (size_t i = 0; i < out->n; i++) {
		if (fits(&out->lookup[i], want))
			return &out->lookup[i];
	}
	if (out->n == out->cap) {
		size_t cap = out->cap ? out->cap * 2 : 4;
		struct lookup *more = arena_array(k->arena, cap, sizeof(*more));

		if (!more)
			return NULL;
		if (out->n)
			memcpy(more, out->lookup, out->n * sizeof(*more));
		out->lookup = more;
		out->cap = cap;
	}
	out->lookup[out->n] = *want;
	return &out->lookup[out->n++];
}

static int add_box(struct making *k, const struct flow_box *box, enum kind kind)
{
	const struct flow_spans *dim = box->match.dim;
	struct lookup want = { .iif = dim[FLOW_IIF], .oif = dim[FLOW_OIF] };
	struct lookup *l;

	want.ports = dim[FLOW_DPORT].span || dim[FLOW_SPORT].span;
	want.icmp = want.ports && kind == KIND_ICMP;
	l = lookup_like(k, &want);
	if (!l)
		return -ENOMEM;
	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 8;
		struct lookup_box *more = arena_array(k->arena, cap, sizeof(*more));

		if (!more)
			return -ENOMEM;
		if (l->n)
			memcpy(more, l->box, l->n * sizeof(*more));
		l->box = more;
		l->cap = cap;
	}
	struct lookup_box *b = &l->box[l->n++];

	b->field[LOOKUP_SRC] = dim[k->class->family == FAMILY_V4 ? FLOW_SRC4 : FLOW_SRC6];
	b->field[LOOKUP_PROTO] = l->icmp ? SPANS_ANY : dim[FLOW_PROTO];
	b->field[LOOKUP_DPORT] = dim[FLOW_DPORT];
	b->field[LOOKUP_SPORT] = dim[FLOW_SPORT];
	b->target = box->leaf - 1;
	for (size_t i = 0; i < LOOKUP_FIELDS; i++)
		l->used[i] = l->used[i] || b->field[i].span;
	return 0;
}

/*
 * Cuts the diagram into disjoint boxes. flow_boxes() grows its products in the whole set, where
 * they may overlap; so one is taken at a time, and the next grows in what is left.
 */
static int add_boxes(struct making *k, flow_ref rest, enum kind kind)
{
	for (size_t boxes = 0; !flow_empty(rest); boxes++) {
		struct flow_boxes one;
		flow_ref taken = FLOW_NONE;
		int r = boxes < LOOKUP_BOXES_MAX ? 0 : E_BUDGET;

		if (r == 0)
			r = flow_boxes(k->m, rest, 1, k->arena, &one);
		if (r == 0)
			r = add_box(k, one.box, kind);
		if (r == 0)
			r = flow_of_match(k->m, &one.box->match, 1, &taken);
		if (r == 0)
			r = flow_minus(k->m, rest, taken, &rest);
		if (r < 0)
			return r;
	}
	return 0;
}

static bool speaks_of_ports(const struct lookup_class *c)
{
	for (size_t i = 0; i < c->n; i++) {
		if (c->match[i].dim[FLOW_DPORT].span || c->match[i].dim[FLOW_SPORT].span)
			return true;
	}
	return false;
}

static int add_kind(struct making *k, flow_ref diagram, enum kind kind)
{
	struct flow_match only = FLOW_MATCH_ANY;
	flow_ref set;
	int r = kind_protocols(kind, k->class->family, k->arena, &only.dim[FLOW_PROTO]);

	if (r == 0)
		r = flow_of_match(k->m, &only, 1, &set);
	if (r == 0)
		r = flow_restrict(k->m, diagram, set, &set);
	return r == 0 ? add_boxes(k, set, kind) : r;
}

int lookups_make(const struct lookup_class *c, flow_ref diagram, struct flow_mgr *m,
		 struct arena *a, struct lookups *ret)
{
	struct lookups out = { 0 };
	struct making k = { .class = c, .m = m, .arena = a, .out = &out };
	int r = 0;

	if (!speaks_of_ports(c)) {
		r = add_boxes(&k, diagram, KIND_REST);
	} else {
		for (enum kind kind = 0; r == 0 && kind < KINDS; kind++)
			r = add_kind(&k, diagram, kind);
	}
	if (r == 0)
		*ret = out;
	return r;
}
