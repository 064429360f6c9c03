/* SPDX-License-Identifier: Apache-2.0 */
/* Address translation. */
#include <errno.h>
#include <linux/netfilter/nf_nat.h>

#include "base/err.h"
#include "nft/attrs.h"
#include "nft/decoder.h"
#include "nft/kernel.h"

static const char *nat_flags(struct reading *rd, uint32_t flags)
{
	const char *random = flags & NF_NAT_RANGE_PROTO_RANDOM_FULLY ? "fully-random"
			     : flags & NF_NAT_RANGE_PROTO_RANDOM     ? "random"
								     : "";
	bool persistent = flags & NF_NAT_RANGE_PERSISTENT;
	const char *text;

	if (!*random && !persistent)
		return NULL;
	text = arena_printf(rd->dc->rs->arena, "%s%s%s", random, *random && persistent ? "," : "",
			    persistent ? "persistent" : "");
	if (!text)
		rd->r = -ENOMEM;
	return text;
}

/* The constant or range in the registers that the two attributes name; NULL: none, or not known. */
static struct nft_expr *target(struct reading *rd, struct str min, struct str max, struct shape s,
			       bool *bad)
{
	uint32_t reg[2];
	const struct held *lo, *hi;

	if (!attrs_u32(min, &reg[0]))
		return NULL;
	lo = reading_held(rd, reg[0]);
	hi = attrs_u32(max, &reg[1]) ? reading_held(rd, reg[1]) : lo;
	if (!lo || !hi || !lo->known || !hi->known ||
	    (lo != hi && (!lo->constant || !hi->constant))) {
		*bad = true;
		return NULL;
	}
	if (lo == hi)
		return decode_held_as(rd, lo, s);
	if (lo->bytes.n > sizeof(u128) || hi->bytes.n > sizeof(u128))
		return NULL;
	return decode_span(rd->dc, s, wire_read((const uint8_t *)lo->bytes.p, lo->bytes.n, false),
			   wire_read((const uint8_t *)hi->bytes.p, hi->bytes.n, false));
}

static struct nft_stmt *put(struct reading *rd, enum nft_nat_kind kind, uint32_t flags)
{
	struct nft_stmt *s = reading_stmt(rd, NFT_S_NAT);

	if (s) {
		s->nat.kind = kind;
		s->nat.flags = nat_flags(rd, flags);
	}
	return s;
}

/* masq and redir have the same three attributes in another order. */
static void put_ports(struct reading *rd, const struct raw_expr *x, struct str *a, bool masq)
{
	static const struct shape port = { .type = NFT_T_INET_SERVICE, .bits = 16 };
	struct str min = a[masq ? NFTA_MASQ_REG_PROTO_MIN : NFTA_REDIR_REG_PROTO_MIN];
	struct str max = a[masq ? NFTA_MASQ_REG_PROTO_MAX : NFTA_REDIR_REG_PROTO_MAX];
	uint32_t flags = attrs_u32_or(a[masq ? NFTA_MASQ_FLAGS : NFTA_REDIR_FLAGS], 0);
	bool bad = false;
	struct nft_expr *p = target(rd, min, max, port, &bad);
	struct nft_stmt *s;

	if (bad) {
		reading_unknown(rd, x, false);
		return;
	}
	s = put(rd, masq ? NFT_MASQUERADE : NFT_REDIRECT, flags);
	if (s)
		s->nat.port = p;
}

void decode_nat(struct reading *rd, const struct raw_expr *x)
{
	static const struct shape port = { .type = NFT_T_INET_SERVICE, .bits = 16 };
	struct str a[NFTA_NAT_FLAGS + 1];
	struct nft_expr *addr, *p;
	struct nft_stmt *s;
	struct shape shape;
	bool bad = false, v4;
	uint32_t flags;

	attrs_read(x->data.p, x->data.n, a, ARRAY_LEN(a));
	if (!str_is(x->name, "nat")) {
		put_ports(rd, x, a, str_is(x->name, "masq"));
		return;
	}
	v4 = attrs_u32_or(a[NFTA_NAT_FAMILY], NFT_IP) == NFT_IP;
	shape = (struct shape){ .type = v4 ? NFT_T_IPV4_ADDR : NFT_T_IPV6_ADDR,
				.bits = v4 ? 32 : 128 };
	flags = attrs_u32_or(a[NFTA_NAT_FLAGS], 0);
	addr = target(rd, a[NFTA_NAT_REG_ADDR_MIN], a[NFTA_NAT_REG_ADDR_MAX], shape, &bad);
	p = target(rd, a[NFTA_NAT_REG_PROTO_MIN], a[NFTA_NAT_REG_PROTO_MAX], port, &bad);
	if (bad || flags & NF_NAT_RANGE_NETMAP) {
		reading_unknown(rd, x, false);
		return;
	}
	s = put(rd, attrs_u32_or(a[NFTA_NAT_TYPE], 0) == NFT_NAT_SNAT ? NFT_SNAT : NFT_DNAT, flags);
	if (!s)
		return;
	s->nat.addr = addr;
	s->nat.port = p;
	if (rd->dc->family == NFT_INET)
		s->nat.nfproto = v4 ? NFT_IP : NFT_IP6;
}
