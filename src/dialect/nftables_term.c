/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/nftables_term.h"

#include <assert.h>
#include <errno.h>

#include "dialect/spans.h"
#include "net/proto.h"

enum { CT_STATE_INVALID = 1, TCP_FLAG_SYN = 2, NFPROTO_OF_NETDEV = 5 };

/* A term in the making; the error is sticky. */
struct making {
	const struct view *view;
	struct arena *arena;
	struct term *out;
	int r;
};

static void guard(struct making *k, struct term_case *c, enum flow_dim dim, u128 lo, u128 hi)
{
	struct flow_match only = FLOW_MATCH_ANY;

	if (k->r == 0)
		k->r = match_one(&only, dim, lo, hi, k->arena);
	if (k->r == 0)
		k->r = spans_and(c->guard.dim[dim], only.dim[dim], k->arena, &c->guard.dim[dim]);
}

static void guard_protocols(struct making *k, struct term_case *c, bool with_ports)
{
	struct spanlist list = SPANLIST_INIT(k->arena);

	for (unsigned p = 0; p <= UINT8_MAX && k->r == 0; p++) {
		if (proto_has_ports((uint8_t)p) == with_ports)
			k->r = spanlist_add(&list, p, p);
	}
	c->guard.dim[FLOW_PROTO] = spanlist_seal(&list);
}

static void add(struct making *k, struct term_case c)
{
	assert(k->out->n < TERM_CASES);
	k->out->at[k->out->n++] = c;
}

/*
 * Adds a case that looks into the transport header. Of a later fragment kernels read whatever bytes
 * stand there, or nothing: with 6.18 the fast path of nft_payload reads payload as if it were a
 * header (IPv4) and the start of the packet (IPv6), others refuse.
 */
static void add_transport(struct making *k, struct term_case c)
{
	const struct view *v = k->view;
	struct term_case parts = c, later = c;

	if ((v->whole4 && v->whole6) || (c.kind == TERM_UNKNOWN && !c.sure)) {
		add(k, c);
		return;
	}
	later.kind = TERM_UNKNOWN;
	later.sure = false;
	guard(k, &parts, FLOW_FRAG, 0, 0);
	guard(k, &later, FLOW_FRAG, 1, 1);
	if (v->whole4 != v->whole6) {
		guard(k, &c, FLOW_FAMILY, v->whole6, v->whole6);
		guard(k, &parts, FLOW_FAMILY, v->whole4, v->whole4);
		guard(k, &later, FLOW_FAMILY, v->whole4, v->whole4);
		add(k, c);
	}
	add(k, parts);
	add(k, later);
}

static struct term_case dim_case(enum flow_dim dim, enum term_map map)
{
	return (struct term_case){ .kind = TERM_DIM, .dim = dim, .map = map, .sure = true };
}

static struct term_case const_case(u128 value)
{
	return (struct term_case){ .kind = TERM_CONST, .constant = value, .sure = true };
}

static struct term_case unknown_case(bool sure)
{
	return (struct term_case){ .kind = TERM_UNKNOWN, .sure = sure };
}

/* ---- headers ---- */

/* Fields whose value is a dimension. */
static const struct known_field {
	const char *header, *field;
	enum flow_dim dim;
	enum term_map map;
} known_fields[] = {
	{ "ip", "saddr", FLOW_SRC4, MAP_PLAIN },
	{ "ip", "daddr", FLOW_DST4, MAP_PLAIN },
	{ "ip6", "saddr", FLOW_SRC6, MAP_PLAIN },
	{ "ip6", "daddr", FLOW_DST6, MAP_PLAIN },
	{ "ip", "protocol", FLOW_PROTO, MAP_PLAIN },
	{ "icmp", "type", FLOW_DPORT, MAP_TYPE },
	{ "icmp", "code", FLOW_DPORT, MAP_CODE },
	{ "icmpv6", "type", FLOW_DPORT, MAP_TYPE },
	{ "icmpv6", "code", FLOW_DPORT, MAP_CODE },
	{ "tcp", "dport", FLOW_DPORT, MAP_PLAIN },
	{ "tcp", "sport", FLOW_SPORT, MAP_PLAIN },
	{ "udp", "dport", FLOW_DPORT, MAP_PLAIN },
	{ "udp", "sport", FLOW_SPORT, MAP_PLAIN },
	{ "udplite", "dport", FLOW_DPORT, MAP_PLAIN },
	{ "udplite", "sport", FLOW_SPORT, MAP_PLAIN },
	{ "sctp", "dport", FLOW_DPORT, MAP_PLAIN },
	{ "sctp", "sport", FLOW_SPORT, MAP_PLAIN },
	{ "dccp", "dport", FLOW_DPORT, MAP_PLAIN },
	{ "dccp", "sport", FLOW_SPORT, MAP_PLAIN },
};

static const struct known_field *known_field(const struct nft_field *f)
{
	for (size_t i = 0; i < ARRAY_LEN(known_fields); i++) {
		if (strcmp(known_fields[i].header, f->header->name) == 0 &&
		    strcmp(known_fields[i].field, f->name) == 0)
			return &known_fields[i];
	}
	return NULL;
}

/* `th dport`: a port where there are ports, else bytes that may not even be there. */
static void ports_of_any(struct making *k, enum flow_dim dim)
{
	struct term_case port = dim_case(dim, MAP_PLAIN), other = unknown_case(false);

	guard_protocols(k, &port, true);
	guard_protocols(k, &other, false);
	add_transport(k, port);
	add_transport(k, other);
}

/* TCP flags: of a first packet SYN and nothing else (an assumption the reading tells). */
static void tcp_flags(struct making *k)
{
	struct term_case first = const_case(TCP_FLAG_SYN), later = unknown_case(true);

	guard(k, &first, FLOW_PROTO, PROTO_TCP, PROTO_TCP);
	guard(k, &later, FLOW_PROTO, PROTO_TCP, PROTO_TCP);
	guard(k, &first, FLOW_STATE, STATE_NEW, STATE_NEW);
	guard(k, &later, FLOW_STATE, STATE_NEW + 1, STATE_COUNT - 1);
	add_transport(k, first);
	add_transport(k, later);
}

/* ICMP of one family: without "is this family" when the rule asked for the protocol by hand. */
static void icmp_field(struct making *k, struct term_case c, unsigned proto, bool l4_said)
{
	bool v6 = proto == PROTO_ICMPV6;
	struct term_case other = unknown_case(true);

	guard(k, &c, FLOW_PROTO, proto, proto);
	guard(k, &other, FLOW_PROTO, proto, proto);
	guard(k, &c, FLOW_FAMILY, v6, v6);
	guard(k, &other, FLOW_FAMILY, !v6, !v6);
	add_transport(k, c);
	if (l4_said)
		add_transport(k, other);
}

static void payload(struct making *k, const struct nft_field *f, bool l4_said)
{
	const struct nft_header *h = f->header;
	const struct known_field *known = known_field(f);
	bool sure = known || h->base == NFT_BASE_NETWORK || h->l4proto >= 0;
	struct term_case c = known ? dim_case(known->dim, known->map) : unknown_case(sure);

	if (strcmp(h->name, "th") == 0 && strcmp(f->name, "dport") == 0) {
		ports_of_any(k, FLOW_DPORT);
		return;
	}
	if (strcmp(h->name, "th") == 0 && strcmp(f->name, "sport") == 0) {
		ports_of_any(k, FLOW_SPORT);
		return;
	}
	if (strcmp(h->name, "tcp") == 0 && strcmp(f->name, "flags") == 0) {
		tcp_flags(k);
		return;
	}
	if (strcmp(h->name, "ip6") == 0 && strcmp(f->name, "nexthdr") == 0) {
		c = dim_case(FLOW_PROTO, MAP_PLAIN);
		c.kind = TERM_NEXTHDR;
	}
	if (h->l4proto == PROTO_ICMP || h->l4proto == PROTO_ICMPV6) {
		icmp_field(k, c, (unsigned)h->l4proto, l4_said);
		return;
	}
	if (h->nfproto >= 0)
		guard(k, &c, FLOW_FAMILY, h->nfproto == NFT_IP6, h->nfproto == NFT_IP6);
	if (h->l4proto >= 0)
		guard(k, &c, FLOW_PROTO, (unsigned)h->l4proto, (unsigned)h->l4proto);
	if (h->base == NFT_BASE_TRANSPORT || h->base == NFT_BASE_INNER)
		add_transport(k, c);
	else
		add(k, c);
}

/* ---- metadata ---- */

static void interface(struct making *k, enum flow_dim dim, bool known)
{
	k->out->zones = true;
	add(k, known ? dim_case(dim, MAP_ZONE) : const_case(0));
}

static void meta(struct making *k, const char *key)
{
	if (strcmp(key, "iifname") == 0 || strcmp(key, "iif") == 0)
		interface(k, FLOW_IIF, k->view->iif);
	else if (strcmp(key, "oifname") == 0 || strcmp(key, "oif") == 0)
		interface(k, FLOW_OIF, k->view->oif);
	else if (strcmp(key, "l4proto") == 0)
		add(k, dim_case(FLOW_PROTO, MAP_PLAIN));
	else if (strcmp(key, "nfproto") == 0)
		add(k, k->view->netdev ? const_case(NFPROTO_OF_NETDEV)
				       : dim_case(FLOW_FAMILY, MAP_FAMILY));
	else if (strcmp(key, "protocol") == 0)
		add(k, dim_case(FLOW_FAMILY, MAP_ETHER));
	else
		add(k, unknown_case(false));
}

int term_of(const struct nft_expr *e, const struct view *v, bool l4_said, struct arena *a,
	    struct term *ret)
{
	struct term t = { .max = e->bits && e->bits < 128 ? ((u128)1 << e->bits) - 1 : U128_MAX };
	struct making k = { .view = v, .arena = a, .out = &t };

	if (e->kind == NFT_E_PAYLOAD)
		payload(&k, e->field, l4_said);
	else if (e->kind == NFT_E_META)
		meta(&k, e->key->name);
	else if (e->kind == NFT_E_CT && strcmp(e->key->name, "state") == 0)
		add(&k,
		    v->tracked ? dim_case(FLOW_STATE, MAP_STATE) : const_case(CT_STATE_INVALID));
	else if (e->kind == NFT_E_RAW && e->base == NFT_BASE_TRANSPORT && e->raw.len == 16 &&
		 (e->raw.offset == 0 || e->raw.offset == 16))
		ports_of_any(&k, e->raw.offset ? FLOW_DPORT : FLOW_SPORT);
	else
		add(&k, unknown_case(false));
	if (k.r == 0)
		*ret = t;
	return k.r;
}
