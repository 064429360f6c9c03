/* SPDX-License-Identifier: Apache-2.0 */
/* Address translation. */
#include <linux/netfilter/nf_nat.h>
#include <string.h>

#include "base/err.h"
#include "nft/encoder.h"
#include "nft/kernel.h"

enum { ADDR_WORD = 0, PORT_STEP = 4, NO_REGISTER = ~0U }; /* words; a 16-byte register each */

static uint32_t nat_flags(struct encoder *e, const char *text)
{
	struct str rest = str_of(text);
	uint32_t flags = 0;

	while (rest.n) {
		struct str word = str_trim(str_cut(&rest, ','));

		if (str_is(word, "random"))
			flags |= NF_NAT_RANGE_PROTO_RANDOM;
		else if (str_is(word, "fully-random"))
			flags |= NF_NAT_RANGE_PROTO_RANDOM_FULLY;
		else if (str_is(word, "persistent"))
			flags |= NF_NAT_RANGE_PERSISTENT;
		else
			encode_fail(e, E_UNKNOWN, e->at, "no nat flag is called \"%.*s\"",
				    STR_FMT(word));
	}
	return flags;
}

static bool put_constant(struct encoder *e, size_t word, u128 v, struct shape s)
{
	struct wire_value w = { .n = shape_bytes(s) };

	if (!wire_number(v, w.n, false, w.byte)) {
		encode_fail(e, E_LIMIT, e->at, "a number is too large for %u bits", s.bits);
		return false;
	}
	encode_immediate(e, word, &w);
	return true;
}

/* One value or a range of them into the registers from *next on. */
static void put_target(struct encoder *e, const struct nft_expr *x, struct shape s, size_t *next,
		       size_t ret[static 2])
{
	u128 lo, hi;

	if (!nft_expr_constant(x) || x->kind == NFT_E_CONCAT) {
		encode_fail(e, E_UNSUPPORTED, e->at, "only constant nat targets can be sent");
		return;
	}
	if (!encode_number(e, x, s, &lo, &hi) || !put_constant(e, *next, lo, s))
		return;
	ret[0] = *next;
	*next += PORT_STEP;
	if (lo == hi || !put_constant(e, *next, hi, s))
		return;
	ret[1] = *next;
	*next += PORT_STEP;
}

static void put_register(struct encoder *e, unsigned type, size_t word)
{
	if (word != NO_REGISTER)
		batch_u32(&e->expr, type, encode_register(word));
}

static uint8_t nat_family(const struct encoder *e, const struct nft_stmt *s)
{
	if (s->nat.nfproto)
		return s->nat.nfproto;
	if (s->nat.addr && s->nat.addr->type == NFT_T_IPV6_ADDR)
		return NFT_IP6;
	if (s->nat.addr && s->nat.addr->type == NFT_T_IPV4_ADDR)
		return NFT_IP;
	return e->facts.nfproto > 0 ? (uint8_t)e->facts.nfproto : NFT_IP;
}

static void put_masquerade(struct encoder *e, const struct nft_stmt *s, uint32_t flags,
			   const size_t port[static 2])
{
	bool masq = s->nat.kind == NFT_MASQUERADE;
	struct expr_nest x = expr_begin(e, masq ? "masq" : "redir");

	put_register(e, masq ? NFTA_MASQ_REG_PROTO_MIN : NFTA_REDIR_REG_PROTO_MIN, port[0]);
	put_register(e, masq ? NFTA_MASQ_REG_PROTO_MAX : NFTA_REDIR_REG_PROTO_MAX, port[1]);
	if (flags)
		batch_u32(&e->expr, masq ? NFTA_MASQ_FLAGS : NFTA_REDIR_FLAGS, flags);
	expr_end(e, x);
}

void encode_nat(struct encoder *e, const struct nft_stmt *s)
{
	static const struct shape port = { .type = NFT_T_INET_SERVICE, .bits = 16 };
	uint32_t flags = s->nat.flags ? nat_flags(e, s->nat.flags) : 0;
	size_t a[2] = { NO_REGISTER, NO_REGISTER }, p[2] = { NO_REGISTER, NO_REGISTER };
	size_t next = ADDR_WORD;
	uint8_t family = nat_family(e, s);
	struct expr_nest x;

	if (s->nat.prefix) {
		encode_fail(e, E_UNSUPPORTED, e->at, "nat of whole prefixes cannot be sent");
		return;
	}
	if (s->nat.addr)
		put_target(e, s->nat.addr, (struct shape){ .bits = family == NFT_IP6 ? 128 : 32 },
			   &next, a);
	if (s->nat.port) {
		put_target(e, s->nat.port, port, &next, p);
		flags |= NF_NAT_RANGE_PROTO_SPECIFIED;
	}
	if (s->nat.kind == NFT_MASQUERADE || s->nat.kind == NFT_REDIRECT) {
		put_masquerade(e, s, flags, p);
		return;
	}
	x = expr_begin(e, "nat");
	batch_u32(&e->expr, NFTA_NAT_TYPE, s->nat.kind == NFT_SNAT ? NFT_NAT_SNAT : NFT_NAT_DNAT);
	batch_u32(&e->expr, NFTA_NAT_FAMILY, family);
	put_register(e, NFTA_NAT_REG_ADDR_MIN, a[0]);
	put_register(e, NFTA_NAT_REG_ADDR_MAX, a[1]);
	put_register(e, NFTA_NAT_REG_PROTO_MIN, p[0]);
	put_register(e, NFTA_NAT_REG_PROTO_MAX, p[1]);
	if (flags)
		batch_u32(&e->expr, NFTA_NAT_FLAGS, flags);
	expr_end(e, x);
}
