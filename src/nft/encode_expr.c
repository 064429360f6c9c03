/* SPDX-License-Identifier: Apache-2.0 */
/* Expressions that load registers, and the ones that look at what was loaded. */
#include "nft/kernel.h"
#include <string.h>

#include "base/err.h"
#include "nft/encoder.h"

enum {
	WORD = 4,		/* bytes of a small register */
	WORDS_OF_REGISTER = 4,	/* of the old 16-byte registers */
	VLAN_TAG_BITS = 14 * 8, /* nft counts vlan fields from the tag; the kernel from the frame */
};

struct expr_nest expr_begin(struct encoder *e, const char *name)
{
	struct expr_nest n;

	n.outer = batch_nest(&e->expr, NFTA_LIST_ELEM);
	batch_text(&e->expr, NFTA_EXPR_NAME, name);
	n.inner = batch_nest(&e->expr, NFTA_EXPR_DATA);
	return n;
}

void expr_end(struct encoder *e, struct expr_nest n)
{
	batch_unnest(&e->expr, n.inner);
	batch_unnest(&e->expr, n.outer);
}

uint32_t encode_register(size_t word)
{
	/* Old kernels know only the 16-byte registers: use their numbers where we can, as nft does.
	 */
	if (word % WORDS_OF_REGISTER == 0)
		return NFT_REG_1 + (uint32_t)(word / WORDS_OF_REGISTER);
	return NFT_REG32_00 + (uint32_t)word;
}

void encode_counter(struct batch *b, const struct nft_counter *c)
{
	batch_u64(b, NFTA_COUNTER_BYTES, c->bytes);
	batch_u64(b, NFTA_COUNTER_PACKETS, c->packets);
}

static void put_value(struct batch *b, unsigned type, const void *data, size_t n)
{
	size_t nest = batch_nest(b, type);

	batch_bytes(b, NFTA_DATA_VALUE, data, n);
	batch_unnest(b, nest);
}

void encode_cmp(struct encoder *e, size_t word, uint32_t op, const void *data, size_t n)
{
	struct expr_nest x = expr_begin(e, "cmp");

	batch_u32(&e->expr, NFTA_CMP_SREG, encode_register(word));
	batch_u32(&e->expr, NFTA_CMP_OP, op);
	put_value(&e->expr, NFTA_CMP_DATA, data, n);
	expr_end(e, x);
}

static struct expr_nest bitwise_begin(struct encoder *e, size_t word, size_t n, uint32_t op)
{
	struct expr_nest x = expr_begin(e, "bitwise");

	batch_u32(&e->expr, NFTA_BITWISE_SREG, encode_register(word));
	batch_u32(&e->expr, NFTA_BITWISE_DREG, encode_register(word));
	batch_u32(&e->expr, NFTA_BITWISE_LEN, (uint32_t)n);
	batch_u32(&e->expr, NFTA_BITWISE_OP, op);
	return x;
}

void encode_mask(struct encoder *e, size_t word, const void *mask, const void *flip, size_t n)
{
	struct expr_nest x = bitwise_begin(e, word, n, NFT_BITWISE_BOOL);

	put_value(&e->expr, NFTA_BITWISE_MASK, mask, n);
	put_value(&e->expr, NFTA_BITWISE_XOR, flip, n);
	expr_end(e, x);
}

static void put_shift(struct encoder *e, size_t word, size_t n, uint32_t op, unsigned by)
{
	struct expr_nest x = bitwise_begin(e, word, n, op);
	uint8_t count[sizeof(uint32_t)];

	(void)wire_number(by, sizeof(count), true, count); /* fits */
	put_value(&e->expr, NFTA_BITWISE_DATA, count, sizeof(count));
	expr_end(e, x);
}

void encode_immediate(struct encoder *e, size_t word, const struct wire_value *v)
{
	struct expr_nest x = expr_begin(e, "immediate");

	batch_u32(&e->expr, NFTA_IMMEDIATE_DREG, encode_register(word));
	encode_data(&e->expr, NFTA_IMMEDIATE_DATA, v);
	expr_end(e, x);
}

void encode_immediate_verdict(struct encoder *e, const struct nft_verdict *v)
{
	struct expr_nest x = expr_begin(e, "immediate");

	batch_u32(&e->expr, NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
	encode_verdict(&e->expr, NFTA_IMMEDIATE_DATA, v);
	expr_end(e, x);
}

void encode_to_network(struct encoder *e, size_t word, struct shape s)
{
	struct expr_nest x = expr_begin(e, "byteorder");
	uint32_t n = (uint32_t)shape_bytes(s), size = n % 8 == 0 ? 8 : n % 4 == 0 ? 4 : 2;

	batch_u32(&e->expr, NFTA_BYTEORDER_SREG, encode_register(word));
	batch_u32(&e->expr, NFTA_BYTEORDER_DREG, encode_register(word));
	batch_u32(&e->expr, NFTA_BYTEORDER_OP, NFT_BYTEORDER_HTON);
	batch_u32(&e->expr, NFTA_BYTEORDER_LEN, n);
	batch_u32(&e->expr, NFTA_BYTEORDER_SIZE, size);
	expr_end(e, x);
}

/* Where bits of a header lie, and the whole bytes around them. */
struct extent {
	unsigned base, at, bits; /* from the start of the header, in bits */
	unsigned first, n;	 /* bytes */
	unsigned below;		 /* bits of the last byte that are not ours */
};

static struct extent extent_of(const struct nft_expr *x)
{
	struct extent t = { .base = x->base, .at = x->raw.offset, .bits = x->raw.len };

	if (x->kind == NFT_E_PAYLOAD) {
		const struct nft_header *h = x->field->header;

		t.base = h->base;
		t.at = x->field->offset;
		t.bits = x->field->bits;
		if (h->base == NFT_BASE_LINK && h->ethertype >= 0)
			t.at += VLAN_TAG_BITS;
	}
	t.first = t.at / 8;
	t.n = (t.at + t.bits + 7) / 8 - t.first;
	t.below = (t.first + t.n) * 8 - t.at - t.bits;
	return t;
}

/* Whole bytes, then the bits that are not ours masked away. */
static void load_bytes(struct encoder *e, const struct extent *t, size_t word)
{
	uint8_t mask[WIRE_REGISTERS] = { 0 }, none[WIRE_REGISTERS] = { 0 };
	struct expr_nest x = expr_begin(e, "payload");

	batch_u32(&e->expr, NFTA_PAYLOAD_DREG, encode_register(word));
	batch_u32(&e->expr, NFTA_PAYLOAD_BASE, t->base);
	batch_u32(&e->expr, NFTA_PAYLOAD_OFFSET, t->first);
	batch_u32(&e->expr, NFTA_PAYLOAD_LEN, t->n);
	expr_end(e, x);
	if (t->bits == t->n * 8)
		return;
	for (unsigned i = t->at; i < t->at + t->bits; i++)
		mask[i / 8 - t->first] |= (uint8_t)(0x80 >> i % 8);
	encode_mask(e, word, mask, none, t->n);
}

unsigned encode_load_in_place(struct encoder *e, const struct nft_expr *x, size_t *ret_n)
{
	struct extent t = extent_of(x);

	if (x->kind == NFT_E_PAYLOAD)
		need_header(e, x->field->header);
	*ret_n = t.n;
	if (t.n > WIRE_REGISTERS)
		encode_fail(e, E_UNSUPPORTED, e->at, "%u bits are more than the registers hold",
			    t.bits);
	else
		load_bytes(e, &t, 0);
	return t.below;
}

static void load_header_bits(struct encoder *e, const struct nft_expr *x, size_t word)
{
	struct extent t = extent_of(x);

	if (x->kind == NFT_E_PAYLOAD)
		need_header(e, x->field->header);
	load_bytes(e, &t, word);
	if (t.below)
		put_shift(e, word, t.n, NFT_BITWISE_RSHIFT, t.below);
}

static void load_meta(struct encoder *e, const struct nft_expr *x, size_t word)
{
	struct expr_nest n = expr_begin(e, "meta");

	batch_u32(&e->expr, NFTA_META_KEY, x->key->number);
	batch_u32(&e->expr, NFTA_META_DREG, encode_register(word));
	expr_end(e, n);
}

/* Addresses have a key of their own for each protocol. */
static uint32_t ct_key(const struct nft_expr *x)
{
	if (x->key->number == NFT_CT_SRC && x->nfproto)
		return x->nfproto == NFT_IP ? NFT_CT_SRC_IP : NFT_CT_SRC_IP6;
	if (x->key->number == NFT_CT_DST && x->nfproto)
		return x->nfproto == NFT_IP ? NFT_CT_DST_IP : NFT_CT_DST_IP6;
	return x->key->number;
}

static void load_ct(struct encoder *e, const struct nft_expr *x, size_t word)
{
	struct expr_nest n = expr_begin(e, "ct");

	batch_u32(&e->expr, NFTA_CT_KEY, ct_key(x));
	batch_u32(&e->expr, NFTA_CT_DREG, encode_register(word));
	if (x->ct_dir != NFT_CT_DIR_NONE)
		batch_u8(&e->expr, NFTA_CT_DIRECTION, (uint8_t)x->ct_dir);
	expr_end(e, n);
}

/*
 * Constant AND, OR and XOR over one value are together `(value & mask) ^ flip`, one expression.
 * Returns the expression below them.
 */
static const struct nft_expr *fold_bits(const struct nft_expr *x, u128 *mask, u128 *flip)
{
	const struct nft_expr *below = x->bits_of.a, *constant = x->bits_of.b;

	*mask = U128_MAX;
	*flip = 0;
	if (x->kind != NFT_E_BITS || constant->kind != NFT_E_VALUE || constant->value.text ||
	    x->op == NFT_BIT_SHL || x->op == NFT_BIT_SHR)
		return x;
	if (below->kind == NFT_E_BITS)
		below = fold_bits(below, mask, flip);
	if (x->op == NFT_BIT_AND) {
		*mask &= constant->value.num;
		*flip &= constant->value.num;
	} else if (x->op == NFT_BIT_OR) {
		*mask &= ~constant->value.num;
		*flip |= constant->value.num;
	} else {
		*flip ^= constant->value.num;
	}
	return below;
}

static void load_folded(struct encoder *e, const struct nft_expr *x, size_t word)
{
	uint8_t mask[WIRE_REGISTERS], flip[WIRE_REGISTERS];
	struct shape s = shape_of(x);
	size_t n = shape_bytes(s);
	u128 m, f, all = n < sizeof(u128) ? ((u128)1 << 8 * n) - 1 : U128_MAX;
	const struct nft_expr *below = fold_bits(x, &m, &f);

	if (below == x || !n || n > sizeof(u128)) {
		encode_fail(e, E_UNSUPPORTED, e->at,
			    "this bit arithmetic has no netlink form here");
		return;
	}
	(void)encode_load(e, below, word, false);
	(void)wire_number(m & all, n, s.host_order, mask); /* both are cut to n bytes */
	(void)wire_number(f & all, n, s.host_order, flip);
	encode_mask(e, word, mask, flip, n);
}

static void load_shifted(struct encoder *e, const struct nft_expr *x, size_t word)
{
	const struct nft_expr *by = x->bits_of.b;

	if (by->kind != NFT_E_VALUE || by->value.text || by->value.num >= 32) {
		encode_fail(e, E_UNSUPPORTED, e->at, "only a shift by a constant can be loaded");
		return;
	}
	(void)encode_load(e, x->bits_of.a, word, false);
	put_shift(e, word, shape_bytes(shape_of(x)),
		  x->op == NFT_BIT_SHL ? NFT_BITWISE_LSHIFT : NFT_BITWISE_RSHIFT,
		  (unsigned)by->value.num);
}

static size_t load_concat(struct encoder *e, const struct nft_expr *x, size_t word, bool network)
{
	size_t taken = 0;

	/* All tests first: they use the first register. */
	for (size_t i = 0; i < x->concat.n; i++)
		if (x->concat.part[i]->kind == NFT_E_PAYLOAD)
			need_header(e, x->concat.part[i]->field->header);
	for (size_t i = 0; i < x->concat.n; i++)
		taken += encode_load(e, x->concat.part[i], word + taken, network);
	return taken;
}

/* KEY map { ... }: the value found lands where the key was. */
static void load_mapped(struct encoder *e, const struct nft_expr *x, size_t word)
{
	if (word) {
		encode_fail(e, E_UNSUPPORTED, e->at, "a map inside of a concatenation");
		return;
	}
	encode_lookup(e, x->map.map, x->map.key, NFT_REG_1, false);
}

static void load_constant(struct encoder *e, const struct nft_expr *x, size_t word)
{
	struct shape s = shape_of(x);
	struct wire_value v;

	if (encode_value(e, x, &s, 1, &v))
		encode_immediate(e, word, &v);
}

static void load_one(struct encoder *e, const struct nft_expr *x, size_t word)
{
	switch ((enum nft_expr_kind)x->kind) {
	case NFT_E_PAYLOAD:
	case NFT_E_RAW:
		load_header_bits(e, x, word);
		break;
	case NFT_E_META:
		load_meta(e, x, word);
		break;
	case NFT_E_CT:
		load_ct(e, x, word);
		break;
	case NFT_E_BITS:
		if (x->op == NFT_BIT_SHL || x->op == NFT_BIT_SHR)
			load_shifted(e, x, word);
		else
			load_folded(e, x, word);
		break;
	case NFT_E_MAP:
		load_mapped(e, x, word);
		break;
	case NFT_E_VALUE:
		load_constant(e, x, word);
		break;
	case NFT_E_OTHER:
	case NFT_E_UNKNOWN:
		encode_fail(e, E_UNSUPPORTED, e->at, "no netlink form here for `%s`",
			    x->other.text);
		break;
	default:
		encode_fail(e, E_UNSUPPORTED, e->at, "this cannot be loaded into a register");
	}
}

size_t encode_load(struct encoder *e, const struct nft_expr *x, size_t word, bool network)
{
	struct shape s;

	if (x->kind == NFT_E_CONCAT)
		return load_concat(e, x, word, network);
	s = shape_of(x);
	if (word + shape_room(s) / WORD > WIRE_REGISTERS / WORD) {
		encode_fail(e, E_UNSUPPORTED, e->at, "a key is longer than the registers");
		return 0;
	}
	load_one(e, x, word);
	if (network && s.host_order && !s.text)
		encode_to_network(e, word, s);
	return shape_room(s) / WORD;
}
