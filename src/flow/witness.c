/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A flow out of a set, as ordinary looking as the set allows.
 *
 * Every node leads somewhere else than leaf 0 (else it would be that leaf), so choosing dimension
 * by dimension never ends in a blind alley, with one exception: an interval of name keys may hold
 * no name that the DNS allows.
 */
#include <errno.h>
#include <string.h>

#include "flow/mgr.h"
#include "net/proto.h"

/* What people like to see, best first. A dimension's last wish is all of it. */
struct wish {
	enum flow_dim dim;
	int proto; /* -1: any */
	u128 lo, hi;
};

#define V4(a, b, c, d) ((u128)(a) << 24 | (u128)(b) << 16 | (u128)(c) << 8 | (u128)(d))
#define V6(high, low) ((u128)(high) << 64 | (u128)(low))
#define ONE(value) (value), (value)

static const struct wish wishes[] = {
	{ FLOW_STATE, -1, ONE(STATE_NEW) },
	{ FLOW_STATE, -1, 0, STATE_COUNT - 1 },
	{ FLOW_FRAG, -1, 0, 1 },
	{ FLOW_PROTO, -1, ONE(PROTO_TCP) },
	{ FLOW_PROTO, -1, ONE(PROTO_UDP) },
	{ FLOW_PROTO, -1, ONE(PROTO_ICMP) },
	{ FLOW_PROTO, -1, ONE(PROTO_ICMPV6) },
	{ FLOW_PROTO, -1, 1, UINT8_MAX },
	{ FLOW_DPORT, PROTO_TCP, ONE(443) },
	{ FLOW_DPORT, PROTO_TCP, ONE(80) },
	{ FLOW_DPORT, PROTO_TCP, ONE(22) },
	{ FLOW_DPORT, PROTO_UDP, ONE(443) },
	{ FLOW_DPORT, PROTO_UDP, ONE(53) },
	{ FLOW_DPORT, PROTO_TCP, 1, UINT16_MAX },
	{ FLOW_DPORT, PROTO_UDP, 1, UINT16_MAX },
	{ FLOW_DPORT, PROTO_ICMP, ONE(8 << 8) },     /* echo request */
	{ FLOW_DPORT, PROTO_ICMPV6, ONE(128 << 8) }, /* echo request */
	{ FLOW_FAMILY, PROTO_ICMPV6, ONE(1) },
	{ FLOW_FAMILY, -1, 0, 1 },
	{ FLOW_DST4, -1, ONE(V4(198, 51, 100, 1)) }, /* RFC 5737: documentation */
	{ FLOW_DST4, -1, V4(1, 0, 0, 0), V4(9, 255, 255, 255) },
	{ FLOW_DST4, -1, V4(11, 0, 0, 0), V4(100, 63, 255, 255) },
	{ FLOW_DST4, -1, V4(100, 128, 0, 0), V4(126, 255, 255, 255) },
	{ FLOW_DST4, -1, V4(128, 0, 0, 0), V4(169, 253, 255, 255) },
	{ FLOW_DST4, -1, V4(169, 255, 0, 0), V4(172, 15, 255, 255) },
	{ FLOW_DST4, -1, V4(172, 32, 0, 0), V4(192, 167, 255, 255) },
	{ FLOW_DST4, -1, V4(192, 169, 0, 0), V4(223, 255, 255, 255) },
	{ FLOW_DST4, -1, V4(10, 0, 0, 0), V4(10, 255, 255, 255) },
	{ FLOW_DST4, -1, V4(1, 0, 0, 0), V4(223, 255, 255, 255) },
	{ FLOW_DST6, -1, ONE(V6(0x20010db800000000, 1)) }, /* RFC 3849: documentation */
	{ FLOW_DST6, -1, V6(0x2000000000000000, 0), V6(0x3fffffffffffffff, UINT64_MAX) },
	{ FLOW_SRC4, -1, V4(10, 0, 0, 0), V4(10, 255, 255, 255) }, /* RFC 1918: private */
	{ FLOW_SRC4, -1, V4(192, 168, 0, 0), V4(192, 168, 255, 255) },
	{ FLOW_SRC4, -1, V4(172, 16, 0, 0), V4(172, 31, 255, 255) },
	{ FLOW_SRC4, -1, V4(1, 0, 0, 0), V4(126, 255, 255, 255) },
	{ FLOW_SRC4, -1, V4(128, 0, 0, 0), V4(223, 255, 255, 255) },
	{ FLOW_SRC6, -1, V6(0xfd00000000000000, 0), V6(0xfdffffffffffffff, UINT64_MAX) },
	{ FLOW_SRC6, -1, V6(0x2000000000000000, 0), V6(0x3fffffffffffffff, UINT64_MAX) },
	{ FLOW_SPORT, -1, ONE(50000) }, /* RFC 6335: dynamic ports */
	{ FLOW_SPORT, -1, 1024, UINT16_MAX },
	{ FLOW_SPORT, -1, 1, UINT16_MAX },
};

struct choice {
	u128 value;
	flow_ref child;
};

static bool is_address(enum flow_dim dim)
{
	return dim >= FLOW_DST4 && dim <= FLOW_SRC6;
}

/* A value of [lo, hi] that the node leads somewhere from; networks' own addresses are avoided. */
static bool choose_within(const struct flow_mgr *m, const struct node *n, u128 lo, u128 hi,
			  struct choice *ret)
{
	for (size_t k = 0; k < n->n; k++) {
		struct flow_span s = edge_span(m, n, k);

		s.lo = s.lo > lo ? s.lo : lo;
		s.hi = s.hi < hi ? s.hi : hi;
		if (s.lo > s.hi || m->edge[n->first + k].child == FLOW_NONE)
			continue;
		s.lo += is_address(n->dim) && (s.lo & 0xff) == 0 && s.lo < s.hi;
		*ret = (struct choice){ s.lo, m->edge[n->first + k].child };
		return true;
	}
	return false;
}

static bool is_wish(const struct wish *w, enum flow_dim dim, uint8_t proto)
{
	return w->dim == dim && (w->proto < 0 || w->proto == proto);
}

static struct choice choose(const struct flow_mgr *m, flow_ref a, uint8_t proto)
{
	const struct node *n = &m->node[a];
	bool zone = n->dim == FLOW_IIF || n->dim == FLOW_OIF;
	struct choice c = { 0, FLOW_NONE };

	if (zone && m->zones && choose_within(m, n, 1, m->zones, &c))
		return c;
	for (size_t i = 0; i < ARRAY_LEN(wishes); i++)
		if (is_wish(&wishes[i], n->dim, proto) &&
		    choose_within(m, n, wishes[i].lo, wishes[i].hi, &c))
			return c;
	(void)choose_within(m, n, 0, flow_dim_max(n->dim), &c); /* some child is not leaf 0 */
	return c;
}

/* The value of a dimension that the set does not look at; a source port and zones stay 0. */
static u128 usual(enum flow_dim dim, uint8_t proto)
{
	for (size_t i = 0; dim != FLOW_SPORT && i < ARRAY_LEN(wishes); i++)
		if (is_wish(&wishes[i], dim, proto))
			return wishes[i].lo + (is_address(dim) && (wishes[i].lo & 0xff) == 0);
	return 0;
}

static void set_value(struct flow *f, enum flow_dim dim, u128 value)
{
	switch (dim) {
	case FLOW_STATE:
		f->state = (enum flow_state)value;
		break;
	case FLOW_IIF:
		f->iif = (uint16_t)value;
		break;
	case FLOW_OIF:
		f->oif = (uint16_t)value;
		break;
	case FLOW_FRAG:
		f->fragment = value != 0;
		break;
	case FLOW_PROTO:
		f->proto = (uint8_t)value;
		break;
	case FLOW_DPORT:
		f->dport = (uint16_t)value;
		break;
	case FLOW_FAMILY:
		f->dst.family = value ? FAMILY_V6 : FAMILY_V4;
		f->src.family = f->dst.family;
		break;
	case FLOW_DST4:
	case FLOW_DST6:
		f->dst.value = value;
		break;
	case FLOW_SRC4:
	case FLOW_SRC6:
		f->src.value = value;
		break;
	case FLOW_SPORT:
		f->sport = (uint16_t)value;
		break;
	case FLOW_NAME:
	case FLOW_DIMS:
		break;
	}
}

static bool has_dim(const struct flow *f, enum flow_dim dim)
{
	bool v6 = f->dst.family == FAMILY_V6;

	return v6 ? dim != FLOW_DST4 && dim != FLOW_SRC4 : dim != FLOW_DST6 && dim != FLOW_SRC6;
}

int flow_witness(const struct flow_mgr *m, flow_ref a, struct flow *ret)
{
	struct flow f = { 0 };

	if (a == FLOW_NONE)
		return -ENOENT;
	for (unsigned i = 0; i < FLOW_NAME; i++) {
		enum flow_dim dim = (enum flow_dim)i;

		if (ref_dim(m, a) == dim) {
			struct choice c = choose(m, a, f.proto);

			set_value(&f, dim, c.value);
			a = c.child;
		} else if (dim <= FLOW_FAMILY || has_dim(&f, dim)) {
			set_value(&f, dim, usual(dim, f.proto));
		}
	}
	if (!is_leaf(a) && !name_within(m, a, &f.name))
		return -ENOENT;
	*ret = f;
	return 0;
}
