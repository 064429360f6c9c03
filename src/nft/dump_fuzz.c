/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A dump of the kernel as any bytes: netlink messages, the first of which names the table. What
 * becomes a model is printed, and sent back; what can be sent can be read again.
 */
#include <assert.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>

#include "base/alloc.h"
#include "base/err.h"
#include "nft/attrs.h"
#include "nft/decode.h"
#include "nft/encode.h"
#include "nft/kernel.h"
#include "nft/print.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The family and name that the first message says. */
static bool first_table(const uint8_t *data, size_t size, enum nft_family *family,
			char name[static 64])
{
	static const enum nft_family families[] = { NFT_INET,	NFT_IP,	    NFT_ARP,
						    NFT_NETDEV, NFT_BRIDGE, NFT_IP6 };
	size_t header = sizeof(struct nlmsghdr) + sizeof(struct nfgenmsg);
	struct str a[NFTA_TABLE_MAX + 1];

	if (size < header)
		return false;
	attrs_read(data + header, size - header, a, ARRAY_LEN(a));
	(void)snprintf(name, 64, "%.*s", STR_FMT(attrs_text(a[NFTA_TABLE_NAME])));
	for (size_t i = 0; i < ARRAY_LEN(families); i++)
		if (data[sizeof(struct nlmsghdr)] == families[i]) {
			*family = families[i];
			return a[NFTA_TABLE_NAME].n > 0;
		}
	return false;
}

static int decode(struct nft_ruleset *rs, enum nft_family family, const char *name,
		  const void *data, size_t size, struct nft_table **ret)
{
	EG_AUTO(decoder_freep) struct decoder *dc = decoder_new(rs, family, name, NULL);
	int r = dc ? decode_messages(dc, data, size) : -ENOMEM;

	if (r == 0)
		r = decode_elements_end(dc);
	*ret = r == 0 ? decoder_table(dc) : NULL;
	return r;
}

static void try_encode(const struct nft_table *t)
{
	EG_AUTO(nft_ruleset_freep) struct nft_ruleset *again = nft_ruleset_new();
	EG_AUTO(diag_freep) struct diag *d = diag_new();
	EG_AUTO(batch_release) struct batch b = BATCH_INIT;
	struct nft_table *back = NULL;

	if (!again || !d || encode_table(t, NULL, &b, d) < 0)
		return;
	assert(diag_errors(d) == 0);
	assert(decode(again, t->family, t->name, b.out.data, b.out.n, &back) == 0);
	assert(back && back->chains == t->chains);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	EG_AUTO(nft_ruleset_freep) struct nft_ruleset *rs = nft_ruleset_new();
	/* Messages are aligned in the kernel's buffers, so they are here. */
	EG_AUTO(mem_freep) uint8_t *copy = mem_alloc(size);
	struct buf text = BUF_INIT;
	enum nft_family family;
	struct nft_table *t = NULL;
	char name[64];
	int r;

	if (!rs || !copy)
		return 0;
	if (size)
		memcpy(copy, data, size);
	if (!first_table(copy, size, &family, name))
		return 0;
	r = decode(rs, family, name, copy, size, &t);
	assert(r == 0 || r == E_SYNTAX || r == E_LIMIT || r == -ENOMEM);
	if (!t)
		return 0;
	nft_print(rs, 0, &text);
	buf_release(&text);
	try_encode(t);
	return 0;
}
