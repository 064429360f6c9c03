/* SPDX-License-Identifier: Apache-2.0 */
/* Which field of which header some bytes of a packet are, and the expression of a register. */
#include <errno.h>
#include <netinet/in.h>

#include "nft/decoder.h"
#include "nft/kernel.h"

enum {
	VLAN_TAG_BITS = 14 * 8
}; /* the kernel counts vlan fields from the frame, nft from the tag */

/* Can this header be at that place of the packet, by what the rule has tested so far? */
static bool header_fits(const struct reading *rd, const struct nft_header *h, unsigned base)
{
	if ((unsigned)h->base != base)
		return false;
	if (base == NFT_BASE_LINK)
		return true;
	if (base == NFT_BASE_NETWORK)
		return h->nfproto >= 0 ? h->nfproto == rd->nfproto : h->ethertype == rd->ethertype;
	return h->l4proto < 0 || h->l4proto == rd->l4proto;
}

static unsigned field_bit(const struct nft_field *f)
{
	bool vlan = f->header->base == NFT_BASE_LINK && f->header->ethertype >= 0;

	return f->offset + (vlan ? VLAN_TAG_BITS : 0);
}

/* The best field that begins at `bit`: of `bits` bits, or (longer) of more. Known headers first. */
static const struct nft_field *find_field(const struct reading *rd, unsigned base, unsigned bit,
					  unsigned bits, bool longer)
{
	const struct nft_field *best = NULL, *f;

	for (size_t i = 0; (f = nft_field_at(i)) != NULL; i++) {
		if (field_bit(f) != bit || (longer ? f->bits <= bits : f->bits != bits) ||
		    !header_fits(rd, f->header, base))
			continue;
		if (!best || (best->header->l4proto < 0 && f->header->l4proto >= 0))
			best = f;
	}
	return best;
}

const struct nft_field *decode_field_begin(const struct reading *rd, unsigned base, unsigned bit,
					   unsigned bits)
{
	return find_field(rd, base, bit, bits, true);
}

unsigned decode_field_bits(const struct reading *rd, unsigned base, unsigned bit, unsigned bits)
{
	for (unsigned n = bits; n; n--)
		if (find_field(rd, base, bit, n, false))
			return n;
	return 0;
}

/* The tests that naming a field of this header implies need not be said. */
static void drop_implied(struct reading *rd, const struct nft_header *h)
{
	bool family_too = h->l4proto == IPPROTO_ICMP || h->l4proto == IPPROTO_ICMPV6 ||
			  h->l4proto == IPPROTO_IGMP;

	if (h->base == NFT_BASE_LINK)
		reading_drop(rd, rd->ethernet_at);
	if (h->base == NFT_BASE_LINK && h->ethertype >= 0)
		reading_drop(rd, rd->vlan_at);
	if (h->base == NFT_BASE_NETWORK || family_too)
		reading_drop(rd, rd->nfproto_at);
	if (h->base == NFT_BASE_TRANSPORT && h->l4proto >= 0)
		reading_drop(rd, rd->l4proto_at);
}

struct nft_expr *decode_payload_of(struct reading *rd, const struct nft_field *f)
{
	drop_implied(rd, f->header);
	return decoder_need(rd->dc, nft_payload(rd->dc->rs->arena, f));
}

struct nft_expr *decode_field(struct reading *rd, unsigned base, unsigned bit, unsigned bits)
{
	const struct nft_field *f = find_field(rd, base, bit, bits, false);

	return f ? decode_payload_of(rd, f) : NULL;
}

/* A mask of ones in one piece: which bits. False: it is not, or empty. */
bool decode_one_piece(u128 mask, unsigned bits, unsigned *ret_above, unsigned *ret_n)
{
	unsigned below = 0, n = 0;

	if (!mask)
		return false;
	for (; !(mask & 1); mask >>= 1)
		below++;
	for (; mask & 1; mask >>= 1)
		n++;
	if (mask || below + n > bits)
		return false;
	*ret_above = bits - below - n;
	*ret_n = n;
	return true;
}

struct nft_expr *decode_bits(struct reading *rd, struct nft_expr *x, u128 mask, u128 flip)
{
	struct arena *a = rd->dc->rs->arena;
	struct shape s = shape_of(x);
	size_t n = shape_bytes(s);
	u128 all = n && n < sizeof(u128) ? ((u128)1 << 8 * n) - 1 : U128_MAX;
	bool sets = !(mask & flip);
	struct nft_expr *c;

	mask &= all;
	flip &= all;
	if (sets && (mask | flip) == all && flip) { /* x | flip */
		mask = all;
	}
	if (mask != all) {
		c = decode_number(rd->dc, s, mask);
		x = c ? nft_bits(a, NFT_BIT_AND, x, c) : NULL;
	}
	if (flip && x) {
		c = decode_number(rd->dc, s, flip);
		x = c ? nft_bits(a, sets ? NFT_BIT_OR : NFT_BIT_XOR, x, c) : NULL;
	}
	return decoder_need(rd->dc, x);
}

/* `n` bits of what was loaded, by their place: no field has a name for them. */
static struct nft_expr *raw_bits(struct reading *rd, const struct held *h, unsigned at, unsigned n)
{
	return decoder_need(rd->dc,
			    nft_raw(rd->dc->rs->arena, (enum nft_base)h->base, h->at * 8 + at, n));
}

struct nft_expr *decode_held_plain(struct reading *rd, const struct held *h)
{
	struct nft_expr *e;

	if (!h->known || h->constant)
		return NULL;
	if (!h->payload)
		return h->expr;
	e = decode_field(rd, h->base, h->at * 8, h->n * 8);
	return e ? e : raw_bits(rd, h, 0, h->n * 8);
}

struct nft_expr *decode_held(struct reading *rd, const struct held *h)
{
	unsigned above, n;
	struct nft_expr *e;

	if (h->payload && h->known && h->masked && !h->flip &&
	    decode_one_piece(h->mask, h->n * 8, &above, &n) && h->shift == h->n * 8 - above - n) {
		e = decode_field(rd, h->base, h->at * 8 + above, n);
		return e ? e : raw_bits(rd, h, above, n);
	}
	if (h->shift)
		return NULL;
	e = decode_held_plain(rd, h);
	return e && h->masked ? decode_bits(rd, e, h->mask, h->flip) : e;
}

struct nft_expr *decode_held_as(struct reading *rd, const struct held *h, struct shape s)
{
	if (h->known && h->constant)
		return decoder_need(rd->dc, decode_value(rd->dc, s, h->bytes, false));
	return decode_held(rd, h);
}

struct nft_expr *decode_held_key(struct reading *rd, uint32_t reg, const struct read_set *s)
{
	struct nft_expr *part[NFT_CONCAT_MAX];
	struct held *h = reading_held(rd, reg);
	size_t n = 0;

	if (!h || !s || s->keys <= 1)
		return h ? decode_held(rd, h) : NULL;
	for (; n < s->keys && h < rd->held + HELD_WORDS; n++) {
		part[n] = decode_held(rd, h);
		if (!part[n])
			return NULL;
		h += shape_room(s->key[n]) / 4;
	}
	if (n < s->keys)
		return NULL;
	return decoder_need(rd->dc, nft_concat(rd->dc->rs->arena, part, n));
}

struct nft_expr *decode_set_expr(struct reading *rd, struct str name)
{
	const struct read_set *s = decoder_set(rd->dc, name);
	struct nft_expr *e;

	if (!s || !s->anonymous)
		return decoder_need(rd->dc, nft_setref(rd->dc->rs->arena, name));
	e = decoder_need(rd->dc, nft_expr_new(rd->dc->rs->arena, NFT_E_SET));
	if (e)
		e->set = s->set;
	return e;
}
