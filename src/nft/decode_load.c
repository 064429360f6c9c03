/* SPDX-License-Identifier: Apache-2.0 */
/* Expressions that fill registers, and what a register's content is called. */
#include <errno.h>
#include <string.h>

#include "base/err.h"
#include "nft/attrs.h"
#include "nft/decoder.h"
#include "nft/kernel.h"

enum {
	LONGEST = 4 /* words an expression of unknown kind may have written */
};

const struct nft_key *decode_key_of(const struct nft_key *(*at)(size_t i), uint32_t number)
{
	const struct nft_key *k;

	for (size_t i = 0; (k = at(i)) != NULL; i++)
		if (k->number == number)
			return k;
	return NULL;
}

/* ---- the loads ---- */

/* The register `reg`, emptied, or a place nobody reads when there is no such register. */
static struct held *fresh(struct reading *rd, uint32_t reg)
{
	static struct held nowhere;
	struct held *h = reading_held(rd, reg);

	if (!h)
		h = &nowhere;
	*h = (struct held){ .mask = U128_MAX };
	return h;
}

static void hold_expr(struct reading *rd, struct held *h, struct nft_expr *e)
{
	h->known = decoder_need(rd->dc, e);
	h->expr = e;
	h->size = e ? shape_bytes(shape_of(e)) : 0;
}

static bool load_payload(struct reading *rd, struct str *a)
{
	uint32_t reg, base = attrs_u32_or(a[NFTA_PAYLOAD_BASE], UINT32_MAX);
	uint32_t at = attrs_u32_or(a[NFTA_PAYLOAD_OFFSET], UINT32_MAX);
	uint32_t n = attrs_u32_or(a[NFTA_PAYLOAD_LEN], 0);
	struct held *h;

	if (!attrs_u32(a[NFTA_PAYLOAD_DREG], &reg))
		return false;
	h = fresh(rd, reg);
	h->known = base <= NFT_BASE_INNER && at < UINT16_MAX / 8 && n && n <= sizeof(u128);
	h->payload = true;
	h->base = base;
	h->at = at;
	h->n = n;
	h->size = n;
	return true;
}

static bool load_meta(struct reading *rd, struct str *a)
{
	const struct nft_key *k = decode_key_of(nft_meta_at, attrs_u32_or(a[NFTA_META_KEY], ~0U));
	uint32_t reg;
	struct held *h;

	if (!attrs_u32(a[NFTA_META_DREG], &reg))
		return false;
	h = fresh(rd, reg);
	if (k)
		hold_expr(rd, h, nft_meta(rd->dc->rs->arena, k));
	return true;
}

/* Addresses have a key number of their own for each protocol; the model has one and `nfproto`. */
static uint32_t ct_key_number(const struct reading *rd, uint32_t number, unsigned *nfproto)
{
	*nfproto = rd->nfproto > 0 ? (unsigned)rd->nfproto : 0;
	switch (number) {
	case NFT_CT_SRC_IP:
	case NFT_CT_DST_IP:
		*nfproto = NFT_IP;
		break;
	case NFT_CT_SRC_IP6:
	case NFT_CT_DST_IP6:
		*nfproto = NFT_IP6;
		break;
	case NFT_CT_SRC:
	case NFT_CT_DST:
		return number;
	default:
		*nfproto = 0;
		return number;
	}
	return number == NFT_CT_SRC_IP || number == NFT_CT_SRC_IP6 ? NFT_CT_SRC : NFT_CT_DST;
}

static bool load_ct(struct reading *rd, struct str *a)
{
	unsigned nfproto;
	uint32_t number = ct_key_number(rd, attrs_u32_or(a[NFTA_CT_KEY], ~0U), &nfproto), reg;
	const struct nft_key *k = decode_key_of(nft_ct_at, number);
	int dir = a[NFTA_CT_DIRECTION].n == 1 ? a[NFTA_CT_DIRECTION].p[0] : NFT_CT_DIR_NONE;
	struct held *h;

	if (!attrs_u32(a[NFTA_CT_DREG], &reg))
		return false;
	h = fresh(rd, reg);
	if (k && (dir == NFT_CT_DIR_NONE || dir == NFT_CT_DIR_ORIGINAL || dir == NFT_CT_DIR_REPLY))
		hold_expr(rd, h, nft_ct(rd->dc->rs->arena, k, dir, nfproto));
	return true;
}

static bool load_immediate(struct reading *rd, struct str *a)
{
	uint32_t reg = attrs_u32_or(a[NFTA_IMMEDIATE_DREG], NFT_REG_VERDICT);
	struct str d[NFTA_DATA_MAX + 1];
	struct held *h;

	if (reg == NFT_REG_VERDICT)
		return false;
	attrs_read(a[NFTA_IMMEDIATE_DATA].p, a[NFTA_IMMEDIATE_DATA].n, d, ARRAY_LEN(d));
	h = fresh(rd, reg);
	h->known = h->constant = d[NFTA_DATA_VALUE].p;
	h->bytes = d[NFTA_DATA_VALUE];
	h->size = h->bytes.n;
	return true;
}

static struct str value_in(struct str nest)
{
	struct str d[NFTA_DATA_MAX + 1];

	attrs_read(nest.p, nest.n, d, ARRAY_LEN(d));
	return d[NFTA_DATA_VALUE].n <= sizeof(u128) ? d[NFTA_DATA_VALUE] : (struct str){ 0 };
}

/* Is the register's content in host order now? */
static bool held_in_host_order(const struct held *h)
{
	struct shape s;

	if (!h->known || h->payload || h->constant || h->network)
		return false;
	s = shape_of(h->expr);
	return s.host_order && !s.text;
}

static u128 value_number(const struct held *h, struct str v)
{
	return wire_read((const uint8_t *)v.p, v.n, held_in_host_order(h));
}

static bool load_bitwise(struct reading *rd, struct str *a)
{
	const struct held *from = reading_held(rd, attrs_u32_or(a[NFTA_BITWISE_SREG], 0));
	uint32_t op = attrs_u32_or(a[NFTA_BITWISE_OP], NFT_BITWISE_BOOL);
	struct str mask = value_in(a[NFTA_BITWISE_MASK]), flip = value_in(a[NFTA_BITWISE_XOR]);
	struct str by = value_in(a[NFTA_BITWISE_DATA]);
	struct held h = from ? *from : (struct held){ 0 };

	if (h.constant || h.shift)
		h.known = false;
	if (op == NFT_BITWISE_BOOL && mask.p && flip.p && h.known) {
		u128 m = value_number(&h, mask);

		h.flip = (h.masked ? h.flip & m : 0) ^ value_number(&h, flip);
		h.mask = (h.masked ? h.mask : U128_MAX) & m;
		h.masked = true;
	} else if (op == NFT_BITWISE_RSHIFT && by.n == sizeof(uint32_t) && h.payload && h.masked) {
		h.shift = (unsigned)wire_read((const uint8_t *)by.p, by.n, true);
	} else {
		h.known = false;
	}
	*fresh(rd, attrs_u32_or(a[NFTA_BITWISE_DREG], 0)) = h;
	return true;
}

static bool load_byteorder(struct reading *rd, struct str *a)
{
	const struct held *from = reading_held(rd, attrs_u32_or(a[NFTA_BYTEORDER_SREG], 0));
	struct held h = from ? *from : (struct held){ 0 };

	if (attrs_u32_or(a[NFTA_BYTEORDER_OP], ~0U) != NFT_BYTEORDER_HTON || h.masked || h.network)
		h.known = false;
	h.network = true;
	*fresh(rd, attrs_u32_or(a[NFTA_BYTEORDER_DREG], 0)) = h;
	return true;
}

/* Expressions whose values the model has no name for: where they put their result. */
static bool load_unknown(struct reading *rd, const struct raw_expr *x, struct str *a)
{
	static const struct {
		const char *name;
		unsigned dreg;
	} loads[] = {
		{ "fib", NFTA_FIB_DREG },	{ "rt", NFTA_RT_DREG },
		{ "exthdr", NFTA_EXTHDR_DREG }, { "socket", NFTA_SOCKET_DREG },
		{ "osf", NFTA_OSF_DREG },	{ "hash", NFTA_HASH_DREG },
		{ "numgen", NFTA_NG_DREG },	{ "xfrm", NFTA_XFRM_DREG },
		{ "tunnel", NFTA_TUNNEL_DREG },
	};

	for (size_t i = 0; i < ARRAY_LEN(loads); i++) {
		struct held *h;
		uint32_t reg;

		if (!str_is(x->name, loads[i].name) || !attrs_u32(a[loads[i].dreg], &reg))
			continue;
		h = reading_held(rd, reg);
		for (size_t w = 0; h && w < LONGEST && h + w < rd->held + HELD_WORDS; w++)
			h[w] = (struct held){ .unknown = loads[i].name };
		return true;
	}
	return false;
}

bool decode_load(struct reading *rd, const struct raw_expr *x)
{
	static const struct {
		const char *name;
		bool (*load)(struct reading *rd, struct str *a);
	} loads[] = {
		{ "payload", load_payload }, { "meta", load_meta },
		{ "ct", load_ct },	     { "immediate", load_immediate },
		{ "bitwise", load_bitwise }, { "byteorder", load_byteorder },
	};
	struct str a[16];

	attrs_read(x->data.p, x->data.n, a, ARRAY_LEN(a));
	for (size_t i = 0; i < ARRAY_LEN(loads); i++)
		if (str_is(x->name, loads[i].name))
			return loads[i].load(rd, a);
	return load_unknown(rd, x, a);
}
