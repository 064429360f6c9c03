/* SPDX-License-Identifier: Apache-2.0 */
#include "nft/wire.h"

#include "nft/kernel.h"
#include <string.h>

/* Index is nft's number of the type; the kernel keeps it without looking at it. */
static const uint8_t type_numbers[] = {
	[1] = NFT_T_VERDICT,	  [2] = NFT_T_NF_PROTO,	    [4] = NFT_T_INTEGER,
	[5] = NFT_T_STRING,	  [6] = NFT_T_LLADDR,	    [7] = NFT_T_IPV4_ADDR,
	[8] = NFT_T_IPV6_ADDR,	  [9] = NFT_T_ETHER_ADDR,   [10] = NFT_T_ETHER_TYPE,
	[11] = NFT_T_ARP_OP,	  [12] = NFT_T_INET_PROTO,  [13] = NFT_T_INET_SERVICE,
	[14] = NFT_T_ICMP_TYPE,	  [15] = NFT_T_TCP_FLAG,    [16] = NFT_T_DCCP_PKTTYPE,
	[17] = NFT_T_MH_TYPE,	  [18] = NFT_T_TIME,	    [19] = NFT_T_MARK,
	[20] = NFT_T_IFINDEX,	  [21] = NFT_T_IFTYPE,	    [22] = NFT_T_REALM,
	[23] = NFT_T_CLASSID,	  [24] = NFT_T_UID,	    [25] = NFT_T_GID,
	[26] = NFT_T_CT_STATE,	  [27] = NFT_T_CT_DIR,	    [28] = NFT_T_CT_STATUS,
	[29] = NFT_T_ICMPV6_TYPE, [30] = NFT_T_CT_LABEL,    [31] = NFT_T_PKT_TYPE,
	[32] = NFT_T_ICMP_CODE,	  [33] = NFT_T_ICMPV6_CODE, [34] = NFT_T_ICMPX_CODE,
	[35] = NFT_T_DEVGROUP,	  [36] = NFT_T_DSCP,	    [37] = NFT_T_ECN,
	[38] = NFT_T_FIB_ADDR,	  [39] = NFT_T_BOOLEAN,	    [40] = NFT_T_CT_EVENT,
	[41] = NFT_T_IFNAME,	  [42] = NFT_T_IGMP_TYPE,   [43] = NFT_T_TIME_TYPE,
	[44] = NFT_T_HOUR,	  [45] = NFT_T_DAY,	    [46] = NFT_T_CGROUPV2,
};

uint32_t wire_type(enum nft_type type)
{
	for (uint32_t i = 1; i < ARRAY_LEN(type_numbers); i++)
		if (type_numbers[i] == type)
			return i;
	return 0;
}

enum nft_type wire_type_find(uint32_t number)
{
	return number < ARRAY_LEN(type_numbers) ? type_numbers[number] : NFT_T_INVALID;
}

/* The keys whose values the kernel takes from the packet as they are. */
static bool meta_in_network_order(unsigned key)
{
	return key == NFT_META_PROTOCOL || key == NFT_META_BRI_IIFVPROTO;
}

static bool ct_in_network_order(unsigned key)
{
	switch (key) {
	case NFT_CT_SRC:
	case NFT_CT_DST:
	case NFT_CT_SRC_IP:
	case NFT_CT_DST_IP:
	case NFT_CT_SRC_IP6:
	case NFT_CT_DST_IP6:
	case NFT_CT_PROTOCOL:
	case NFT_CT_PROTO_SRC:
	case NFT_CT_PROTO_DST:
	case NFT_CT_ID:
		return true;
	default:
		return false;
	}
}

static struct shape shape_of_meta(const struct nft_expr *e)
{
	const struct nft_key *k = e->key;
	struct shape s = { .type = k->type, .bits = k->bits };

	s.host_order = !meta_in_network_order(k->number);
	s.text = nft_type_info(k->type)->text;
	if (k->number == NFT_META_TIME_HOUR) /* nft's type is wider than the kernel's value */
		s.bits = 32;
	if (s.bits && s.bits < 8)
		s.bits = 8;
	return s;
}

static struct shape shape_of_ct(const struct nft_expr *e)
{
	struct shape s = { .type = e->type, .bits = e->bits ? e->bits : e->key->bits };

	if (!s.bits && e->nfproto) { /* saddr, daddr */
		s.type = e->nfproto == NFT_IP ? NFT_T_IPV4_ADDR : NFT_T_IPV6_ADDR;
		s.bits = nft_type_info(s.type)->bits;
	}
	s.host_order = !ct_in_network_order(e->key->number);
	s.text = nft_type_info(s.type)->text;
	if (s.text)
		s.bits = 8 * WIRE_IFNAME; /* helper names: NF_CT_HELPER_NAME_LEN is 16 too */
	return s;
}

static struct shape shape_of_map(const struct nft_expr *e)
{
	struct shape s = { .type = e->type, .bits = e->bits };
	const struct nft_type_info *t = nft_type_info(e->type);

	s.host_order = t->host_order;
	s.text = t->text;
	s.bits = s.bits ? s.bits : (uint16_t)t->bits;
	return s;
}

struct shape shape_of(const struct nft_expr *e)
{
	switch ((enum nft_expr_kind)e->kind) {
	case NFT_E_PAYLOAD:
		return (struct shape){ .type = e->field->type, .bits = e->field->bits };
	case NFT_E_RAW:
		return (struct shape){ .type = NFT_T_INTEGER, .bits = e->raw.len };
	case NFT_E_META:
		return shape_of_meta(e);
	case NFT_E_CT:
		return shape_of_ct(e);
	case NFT_E_BITS:
		return shape_of(e->bits_of.a);
	default:
		return shape_of_map(e);
	}
}

struct shape shape_of_part(const struct nft_keypart *k)
{
	const struct nft_type_info *t = nft_type_info(k->type);

	if (k->typeof_expr)
		return shape_of(k->typeof_expr);
	return (struct shape){ .type = k->type,
			       .bits = k->bits ? k->bits : (uint16_t)t->bits,
			       .host_order = t->host_order,
			       .text = t->text };
}

size_t shape_bytes(struct shape s)
{
	return (s.bits + 7U) / 8;
}

size_t shape_room(struct shape s)
{
	return (shape_bytes(s) + 3) / 4 * 4;
}

static bool is_little(bool host_order)
{
	return host_order && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
}

bool wire_number(u128 v, size_t n, bool host_order, uint8_t *out)
{
	if (n < sizeof(v) && v >> (8 * n))
		return false;
	memset(out, 0, n);
	for (size_t i = 0; i < n && i < sizeof(v); i++)
		out[is_little(host_order) ? i : n - 1 - i] = (uint8_t)(v >> (8 * i));
	return true;
}

u128 wire_read(const uint8_t *data, size_t n, bool host_order)
{
	u128 v = 0;

	for (size_t i = 0; i < n; i++)
		v = v << 8 | data[is_little(host_order) ? n - 1 - i : i];
	return v;
}

static u128 low_bits(unsigned n)
{
	return n >= 128 ? U128_MAX : ((u128)1 << n) - 1;
}

bool wire_bounds(const struct nft_expr *e, struct shape s, u128 *ret_lo, u128 *ret_hi)
{
	u128 host;

	switch ((enum nft_expr_kind)e->kind) {
	case NFT_E_VALUE:
		*ret_lo = *ret_hi = e->value.num;
		return !e->value.text;
	case NFT_E_RANGE:
		*ret_lo = e->range.lo;
		*ret_hi = e->range.hi;
		return e->range.lo <= e->range.hi;
	case NFT_E_PREFIX:
		if (e->len > s.bits)
			return false;
		host = low_bits(s.bits - e->len);
		*ret_lo = e->range.lo & ~host;
		*ret_hi = e->range.lo | host;
		return true;
	default:
		return false;
	}
}
