/* SPDX-License-Identifier: Apache-2.0 */
#include "nft/decode.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>

#include "base/alloc.h"
#include "base/err.h"
#include "nft/attrs.h"
#include "nft/decoder.h"
#include "nft/kernel.h"
#include "nft/userdata.h"

struct decoder *decoder_new(struct nft_ruleset *rs, enum nft_family family, const char *table,
			    struct nft_link *names)
{
	struct decoder *dc = mem_zero(1, sizeof(*dc));

	if (!dc)
		return NULL;
	dc->rs = rs;
	dc->family = family;
	dc->names = names;
	dc->name = arena_strdup(rs->arena, table);
	if (!dc->name) {
		mem_free(dc);
		return NULL;
	}
	return dc;
}

void decoder_free(struct decoder *dc)
{
	if (!dc)
		return;
	for (size_t i = 0; i < dc->sets; i++)
		mem_free(dc->set[i]->border);
	mem_free(dc->set);
	mem_free(dc);
}

void decoder_freep(struct decoder **dc)
{
	decoder_free(*dc);
}

const char *decoder_set_name(const struct decoder *dc, size_t i)
{
	return i < dc->sets ? dc->set[i]->name : NULL;
}

struct nft_table *decoder_table(const struct decoder *dc)
{
	return dc->table;
}

static int decode_table(struct decoder *dc, const struct nft_answer *m)
{
	struct str a[NFTA_TABLE_USERDATA + 1];

	attrs_read(m->attrs, m->size, a, ARRAY_LEN(a));
	if (!str_is(attrs_text(a[NFTA_TABLE_NAME]), dc->name) || dc->table)
		return 0;
	dc->table = nft_table_add(dc->rs, dc->family, str_of(dc->name));
	if (!dc->table)
		return -ENOMEM;
	dc->table->handle = attrs_u64_or(a[NFTA_TABLE_HANDLE], 0);
	dc->table->dormant = attrs_u32_or(a[NFTA_TABLE_FLAGS], 0) & NFT_TABLE_F_DORMANT;
	dc->table->comment = decode_comment(dc, a[NFTA_TABLE_USERDATA], USERDATA_COMMENT);
	return 0;
}

static const char *hook_name(enum nft_family family, uint32_t number)
{
	static const char *const inet[] = { "prerouting", "input",	 "forward",
					    "output",	  "postrouting", "ingress" };
	static const char *const arp[] = { "input", "output", "forward" };
	static const char *const netdev[] = { "ingress", "egress" };

	if (family == NFT_ARP)
		return number < ARRAY_LEN(arp) ? arp[number] : NULL;
	if (family == NFT_NETDEV)
		return number < ARRAY_LEN(netdev) ? netdev[number] : NULL;
	return number < ARRAY_LEN(inet) ? inet[number] : NULL;
}

static int add_device(struct decoder *dc, struct nft_chain *c, struct str name)
{
	const char **grown = arena_array(dc->rs->arena, c->devices + 1, sizeof(*grown));
	const char *copy = decode_text(dc, name);

	if (!grown || !copy)
		return -ENOMEM;
	for (size_t i = 0; i < c->devices; i++)
		grown[i] = c->device[i];
	grown[c->devices++] = copy;
	c->device = grown;
	return 0;
}

static int decode_hook(struct decoder *dc, struct nft_chain *c, struct str *a)
{
	struct str h[NFTA_HOOK_DEVS + 1], list, name;
	unsigned type;
	int r = 0;

	attrs_read(a[NFTA_CHAIN_HOOK].p, a[NFTA_CHAIN_HOOK].n, h, ARRAY_LEN(h));
	c->hook = hook_name(dc->family, attrs_u32_or(h[NFTA_HOOK_HOOKNUM], UINT32_MAX));
	c->type = decode_text(dc, a[NFTA_CHAIN_TYPE]);
	if (!c->hook || !c->type)
		return E_SYNTAX;
	c->base = true;
	c->priority = (int32_t)attrs_u32_or(h[NFTA_HOOK_PRIORITY], 0);
	c->policy_said = a[NFTA_CHAIN_POLICY].p;
	c->policy_drop = !attrs_u32_or(a[NFTA_CHAIN_POLICY], 1); /* NF_DROP is 0, NF_ACCEPT 1 */
	if (h[NFTA_HOOK_DEV].p && !h[NFTA_HOOK_DEVS].p)		 /* one device stands in both */
		r = add_device(dc, c, h[NFTA_HOOK_DEV]);
	list = h[NFTA_HOOK_DEVS];
	while (r == 0 && attrs_next(&list, &type, &name))
		r = add_device(dc, c, name);
	return r;
}

static int decode_chain(struct decoder *dc, const struct nft_answer *m)
{
	struct str a[NFTA_CHAIN_USERDATA + 1], name;
	struct nft_chain *c;

	attrs_read(m->attrs, m->size, a, ARRAY_LEN(a));
	name = attrs_text(a[NFTA_CHAIN_NAME]);
	if (!str_is(attrs_text(a[NFTA_CHAIN_TABLE]), dc->name) || !name.n ||
	    nft_chain_find(dc->table, name))
		return 0;
	if (dc->table->chains >= NFT_CHAINS_MAX)
		return E_LIMIT;
	c = nft_chain_add(dc->rs, dc->table, name);
	if (!c)
		return -ENOMEM;
	c->handle = attrs_u64_or(a[NFTA_CHAIN_HANDLE], 0);
	c->comment = decode_comment(dc, a[NFTA_CHAIN_USERDATA], USERDATA_COMMENT);
	if (attrs_u32_or(a[NFTA_CHAIN_FLAGS], 0) & NFT_CHAIN_HW_OFFLOAD)
		c->flags = "offload";
	return a[NFTA_CHAIN_HOOK].p ? decode_hook(dc, c, a) : 0;
}

static int decode_one(struct decoder *dc, const struct nft_answer *m)
{
	if (m->type == NFT_MSG_NEWTABLE)
		return m->family == dc->family ? decode_table(dc, m) : 0;
	if (!dc->table || m->family != dc->family)
		return 0;
	switch (m->type) {
	case NFT_MSG_NEWCHAIN:
		return decode_chain(dc, m);
	case NFT_MSG_NEWSET:
		return decode_set(dc, m);
	case NFT_MSG_NEWSETELEM:
		return decode_elems(dc, m);
	case NFT_MSG_NEWOBJ:
		return decode_object(dc, m);
	case NFT_MSG_NEWRULE:
		return decode_rule(dc, m);
	default:
		return 0; /* flowtables, traces: told elsewhere or not at all */
	}
}

int decode_answer(struct decoder *dc, const struct nft_answer *m)
{
	int r = decode_one(dc, m);

	return r == 0 && dc->starved ? -ENOMEM : r;
}

int decode_messages(struct decoder *dc, const void *data, size_t size)
{
	struct str rest = { data, size };
	const struct nlmsghdr *h;
	int r = 0;

	while (r == 0 && attrs_next_message(&rest, &h)) {
		const struct nfgenmsg *nf = mnl_nlmsg_get_payload(h);
		struct nft_answer a = { .type = h->nlmsg_type & 0xff };

		if (h->nlmsg_type >> 8 != NFNL_SUBSYS_NFTABLES ||
		    h->nlmsg_len < sizeof(*h) + sizeof(*nf))
			continue;
		a.family = nf->nfgen_family;
		a.attrs = mnl_nlmsg_get_payload_offset(h, sizeof(*nf));
		a.size = h->nlmsg_len - sizeof(*h) - sizeof(*nf);
		r = decode_answer(dc, &a);
	}
	return r;
}
