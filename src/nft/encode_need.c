/* SPDX-License-Identifier: Apache-2.0 */
/* What reading a header implies about the packet, and what matches establish. */
#include "nft/kernel.h"
#include <linux/if_arp.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <string.h>

#include "nft/encoder.h"

enum { ETHER_TYPE_AT = 12, ETHER_TYPE_SIZE = 2 }; /* bytes, in the Ethernet header */

struct facts facts_of_table(enum nft_family family)
{
	struct facts f = { NOT_KNOWN, NOT_KNOWN, NOT_KNOWN, false };

	if (family == NFT_IP || family == NFT_IP6)
		f.nfproto = (int)family;
	if (family == NFT_BRIDGE || family == NFT_NETDEV)
		f.ethernet = true;
	if (family == NFT_ARP)
		f.ethertype = ETHERTYPE_ARP;
	return f;
}

static void test_meta(struct encoder *e, uint32_t key, const void *value, size_t n)
{
	struct expr_nest x = expr_begin(e, "meta");

	batch_u32(&e->expr, NFTA_META_KEY, key);
	batch_u32(&e->expr, NFTA_META_DREG, encode_register(0));
	expr_end(e, x);
	encode_cmp(e, 0, NFT_CMP_EQ, value, n);
}

static void need_ethertype(struct encoder *e, int type)
{
	uint8_t value[] = { (uint8_t)(type >> 8), (uint8_t)type };

	if (e->facts.ethertype == type)
		return;
	test_meta(e, NFT_META_PROTOCOL, value, sizeof(value));
	e->facts.ethertype = type;
}

void need_nfproto(struct encoder *e, int nfproto)
{
	uint8_t value = (uint8_t)nfproto;

	if (e->facts.nfproto == nfproto)
		return;
	/* Only inet tables see both protocols by that name; bridges and devices see frames. */
	if (e->table->family == NFT_BRIDGE || e->table->family == NFT_NETDEV)
		need_ethertype(e, nfproto == NFT_IP ? ETHERTYPE_IP : ETHERTYPE_IPV6);
	else
		test_meta(e, NFT_META_NFPROTO, &value, sizeof(value));
	e->facts.nfproto = nfproto;
}

void need_l4proto(struct encoder *e, int l4proto)
{
	uint8_t value = (uint8_t)l4proto;

	if (e->facts.l4proto == l4proto)
		return;
	if (l4proto == IPPROTO_ICMP || l4proto == IPPROTO_IGMP)
		need_nfproto(e, NFT_IP);
	if (l4proto == IPPROTO_ICMPV6)
		need_nfproto(e, NFT_IP6);
	test_meta(e, NFT_META_L4PROTO, &value, sizeof(value));
	e->facts.l4proto = l4proto;
}

static void need_ethernet(struct encoder *e)
{
	uint16_t value = ARPHRD_ETHER; /* the kernel's own number: host order */

	if (e->facts.ethernet)
		return;
	test_meta(e, NFT_META_IIFTYPE, &value, sizeof(value));
	e->facts.ethernet = true;
}

static void need_vlan(struct encoder *e)
{
	static const uint8_t vlan[] = { ETHERTYPE_VLAN >> 8, ETHERTYPE_VLAN & 0xff };
	struct expr_nest x;

	need_ethernet(e);
	if (e->facts.ethertype == ETHERTYPE_VLAN)
		return;
	x = expr_begin(e, "payload");
	batch_u32(&e->expr, NFTA_PAYLOAD_DREG, encode_register(0));
	batch_u32(&e->expr, NFTA_PAYLOAD_BASE, NFT_PAYLOAD_LL_HEADER);
	batch_u32(&e->expr, NFTA_PAYLOAD_OFFSET, ETHER_TYPE_AT);
	batch_u32(&e->expr, NFTA_PAYLOAD_LEN, ETHER_TYPE_SIZE);
	expr_end(e, x);
	encode_cmp(e, 0, NFT_CMP_EQ, vlan, sizeof(vlan));
	e->facts.ethertype = ETHERTYPE_VLAN;
}

void need_header(struct encoder *e, const struct nft_header *h)
{
	if (h->base == NFT_BASE_LINK && h->ethertype == ETHERTYPE_VLAN)
		need_vlan(e);
	else if (h->base == NFT_BASE_LINK)
		need_ethernet(e);
	else if (h->nfproto >= 0)
		need_nfproto(e, h->nfproto);
	else if (h->ethertype >= 0)
		need_ethertype(e, h->ethertype);
	else if (h->l4proto >= 0)
		need_l4proto(e, h->l4proto);
}

static void learn_ethertype(struct facts *f, int type)
{
	f->ethertype = type;
	if (type == ETHERTYPE_IP)
		f->nfproto = NFT_IP;
	if (type == ETHERTYPE_IPV6)
		f->nfproto = NFT_IP6;
}

static bool is_meta(const struct nft_expr *e, unsigned number)
{
	return e->kind == NFT_E_META && e->key->number == number;
}

static bool is_field(const struct nft_expr *e, enum nft_base base, enum nft_type type)
{
	return e->kind == NFT_E_PAYLOAD && e->field->type == type && e->field->header->base == base;
}

void learn_match(struct encoder *e, const struct nft_expr *left, const struct nft_expr *right)
{
	int v;

	if (right->kind != NFT_E_VALUE || right->value.text || right->value.num > UINT16_MAX)
		return;
	v = (int)right->value.num;
	if (is_meta(left, NFT_META_NFPROTO))
		e->facts.nfproto = v;
	else if (is_meta(left, NFT_META_L4PROTO) ||
		 is_field(left, NFT_BASE_NETWORK, NFT_T_INET_PROTO)) /* ip protocol, ip6 nexthdr */
		e->facts.l4proto = v;
	else if (is_meta(left, NFT_META_PROTOCOL) ||
		 is_field(left, NFT_BASE_LINK, NFT_T_ETHER_TYPE)) /* ether type */
		learn_ethertype(&e->facts, v);
}
