/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes of registers and keys as constants of the model. */
#include <errno.h>
#include <linux/netfilter.h>
#include <string.h>

#include "base/err.h"
#include "nft/attrs.h"
#include "nft/decoder.h"
#include "nft/kernel.h"
#include "nft/userdata.h"

enum { TYPE_BITS = 6, TYPE_MASK = 63 };

const char *decode_text(struct decoder *dc, struct str value)
{
	const char *text = value.p ? arena_str(dc->rs->arena, attrs_text(value)) : NULL;

	dc->starved |= value.p && !text;
	return text;
}

struct nft_expr *decoder_need(struct decoder *dc, struct nft_expr *e)
{
	dc->starved |= !e;
	return e;
}

const char *decode_comment(struct decoder *dc, struct str userdata, unsigned type)
{
	struct str table[USERDATA_TYPES];

	userdata_read(userdata, table);
	return decode_text(dc, table[type]);
}

void decode_counter(struct str data, struct nft_counter *ret)
{
	struct str a[NFTA_COUNTER_PACKETS + 1];

	attrs_read(data.p, data.n, a, ARRAY_LEN(a));
	ret->bytes = attrs_u64_or(a[NFTA_COUNTER_BYTES], 0);
	ret->packets = attrs_u64_or(a[NFTA_COUNTER_PACKETS], 0);
}

static struct nft_expr *text_value(struct decoder *dc, struct shape s, u128 v)
{
	uint8_t bytes[WIRE_IFNAME];

	(void)wire_number(v, sizeof(bytes), false, bytes); /* 16 bytes hold any */
	return nft_string(dc->rs->arena, s.type,
			  (struct str){ (char *)bytes, strnlen((char *)bytes, sizeof(bytes)) });
}

/* An interface by its name, as nft prints it, if it has one here. */
static struct nft_expr *interface_value(struct decoder *dc, struct shape s, u128 v)
{
	char name[WIRE_IFNAME + 1] = { 0 };
	struct nft_expr *e = nft_value(dc->rs->arena, s.type, v);

	if (!e || !dc->names || v > UINT32_MAX || nft_link_ifname(dc->names, (uint32_t)v, name) < 0)
		return e;
	e->value.text = arena_strdup(dc->rs->arena, name);
	return e->value.text ? e : NULL;
}

struct nft_expr *decode_number(struct decoder *dc, struct shape s, u128 v)
{
	struct nft_expr *e;

	if (s.text)
		return text_value(dc, s, v);
	if (s.type == NFT_T_IFINDEX)
		return interface_value(dc, s, v);
	e = nft_value(dc->rs->arena, s.type, v);
	if (e && !e->bits)
		e->bits = s.bits;
	return e;
}

struct nft_expr *decode_value(struct decoder *dc, struct shape s, struct str data, bool network)
{
	size_t n = shape_bytes(s);

	n = n < data.n ? n : data.n;
	n = n < sizeof(u128) ? n : sizeof(u128);
	return decode_number(
		dc, s, wire_read((const uint8_t *)data.p, n, s.host_order && !s.text && !network));
}

/* How many leading bits lo and hi share when they are a prefix; -1 when they are none. */
static int prefix_length(u128 lo, u128 hi, unsigned bits)
{
	u128 differ = lo ^ hi;
	int len = (int)bits;

	if (differ & (differ + 1) || lo & differ)
		return -1;
	for (; differ; differ >>= 1)
		len--;
	return len;
}

/* Interface names lo..hi as "eth*", or NULL. */
static struct nft_expr *text_span(struct decoder *dc, struct shape s, u128 lo, u128 hi)
{
	int len = prefix_length(lo, hi, 128);
	struct nft_expr *e = len >= 0 && len % 8 == 0 ? text_value(dc, s, lo) : NULL;

	if (e)
		e->wildcard = true;
	return e;
}

struct nft_expr *decode_span(struct decoder *dc, struct shape s, u128 lo, u128 hi)
{
	struct arena *a = dc->rs->arena;
	struct nft_expr *e = NULL;
	int len;

	if (lo == hi)
		return decode_number(dc, s, lo);
	if (s.text)
		e = text_span(dc, s, lo, hi);
	if (e)
		return e;
	len = prefix_length(lo, hi, s.bits);
	if (len >= 0 && (s.type == NFT_T_IPV4_ADDR || s.type == NFT_T_IPV6_ADDR))
		return nft_prefix(a, s.type, lo, (unsigned)len);
	e = nft_range(a, s.type, lo, hi);
	if (e && !e->bits)
		e->bits = s.bits;
	return e;
}

/* The bytes of part `at` of a key; fewer when the key ends. */
static struct str part_bytes(struct str key, size_t at, struct shape s)
{
	size_t n = shape_bytes(s);

	if (at >= key.n)
		return (struct str){ "", 0 };
	return (struct str){ key.p + at, n < key.n - at ? n : key.n - at };
}

static u128 part_number(struct str bytes)
{
	return wire_read((const uint8_t *)bytes.p, bytes.n < sizeof(u128) ? bytes.n : sizeof(u128),
			 false);
}

struct nft_expr *decode_key(struct decoder *dc, const struct shape *part, size_t n,
			    const struct str bounds[static 2], bool network)
{
	struct nft_expr *parts[NFT_CONCAT_MAX];
	size_t at = 0;

	if (!n)
		return nft_expr_new(dc->rs->arena, NFT_E_UNKNOWN);
	for (size_t i = 0; i < n; i++) {
		struct str lo = part_bytes(bounds[0], at, part[i]);
		struct str hi = part_bytes(bounds[1], at, part[i]);

		if (bounds[1].p)
			parts[i] = decode_span(dc, part[i], part_number(lo), part_number(hi));
		else
			parts[i] = decode_value(dc, part[i], lo, network);
		if (!parts[i])
			return NULL;
		at += shape_room(part[i]);
	}
	return n == 1 ? parts[0] : nft_concat(dc->rs->arena, parts, n);
}

int decode_verdict(struct decoder *dc, struct str verdict, struct nft_verdict *ret)
{
	struct str a[NFTA_VERDICT_CHAIN + 1];
	struct nft_verdict v = { 0 };
	uint32_t code;

	attrs_read(verdict.p, verdict.n, a, ARRAY_LEN(a));
	if (!attrs_u32(a[NFTA_VERDICT_CODE], &code))
		return E_SYNTAX;
	switch ((int32_t)code) {
	case NF_ACCEPT:
		v.kind = NFT_V_ACCEPT;
		break;
	case NF_DROP:
		v.kind = NFT_V_DROP;
		break;
	case NF_QUEUE:
		v.kind = NFT_V_QUEUE;
		break;
	case NFT_CONTINUE:
		v.kind = NFT_V_CONTINUE;
		break;
	case NFT_RETURN:
		v.kind = NFT_V_RETURN;
		break;
	case NFT_JUMP:
	case NFT_GOTO:
		v.kind = (int32_t)code == NFT_JUMP ? NFT_V_JUMP : NFT_V_GOTO;
		if (!a[NFTA_VERDICT_CHAIN].p)
			return E_SYNTAX;
		v.chain = decode_text(dc, a[NFTA_VERDICT_CHAIN]);
		if (!v.chain)
			return -ENOMEM;
		break;
	default:
		return E_SYNTAX;
	}
	*ret = v;
	return 0;
}

size_t decode_types(uint32_t number, uint32_t length, struct shape ret[static NFT_CONCAT_MAX])
{
	uint8_t type[NFT_CONCAT_MAX];
	size_t n = 0;

	for (; number && n < ARRAY_LEN(type); number >>= TYPE_BITS)
		type[n++] = number & TYPE_MASK;
	for (size_t i = 0; i < n; i++) {
		struct nft_keypart k = { .type = wire_type_find(type[n - 1 - i]) };

		ret[i] = shape_of_part(&k);
		if (n == 1 && length && length <= sizeof(u128) &&
		    (!ret[i].bits || shape_bytes(ret[i]) != length))
			ret[i].bits = (uint16_t)(length * 8);
	}
	return n;
}
