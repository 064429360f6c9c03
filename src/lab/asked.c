/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/asked.h"

#include <errno.h>
#include <string.h>

#include "nft/apply.h"
#include "nft/text.h"

#define ASKED_TABLE "egret-lab"

static const char table[] = "table inet " ASKED_TABLE " {\n"
			    "	counter dns { }\n"
			    "	chain input {\n"
			    "		type filter hook input priority 0;\n"
			    "		meta l4proto { tcp, udp } th dport 53 counter name dns\n"
			    "	}\n"
			    "}\n";

static int load(void *data, struct diag *d, struct buf *out)
{
	EG_AUTO(nft_ruleset_freep) struct nft_ruleset *rs = NULL;
	EG_AUTO(nft_link_closep) struct nft_link *link = NULL;
	int r = nft_text_read(STR(table), ASKED_TABLE, NULL, d, &rs);

	(void)data;
	(void)out;
	if (r == 0)
		r = nft_link_open(&link, d);
	return r == 0 ? nft_replace_table(link, rs->table[0], NFT_COMMIT, d) : r;
}

int asked_watch(struct lab *lab, struct diag *d)
{
	return lab_call(lab, (int)lab_topology(lab)->outside, load, NULL, d, NULL);
}

static int take(void *data, const struct nft_count *c)
{
	*(uint64_t *)data = c->packets; /* there is one */
	return 0;
}

static int count(void *data, struct diag *d, struct buf *out)
{
	EG_AUTO(nft_link_closep) struct nft_link *link = NULL;
	uint64_t packets = 0;
	int r = nft_link_open(&link, d);

	(void)data;
	if (r == 0)
		r = nft_counters(link, NFT_INET, ASKED_TABLE, take, &packets);
	buf_add(out, &packets, sizeof(packets));
	return r < 0 ? r : out->r;
}

int asked_count(struct lab *lab, struct diag *d, uint64_t *ret)
{
	EG_AUTO(buf_release) struct buf out = BUF_INIT;
	int r = lab_call(lab, (int)lab_topology(lab)->outside, count, NULL, d, &out);

	if (r == 0 && out.n != sizeof(*ret))
		r = -EPROTO;
	if (r == 0)
		memcpy(ret, out.data, sizeof(*ret));
	return r;
}
