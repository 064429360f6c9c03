/* SPDX-License-Identifier: Apache-2.0 */
#include "control/boot.h"

#include <errno.h>

#include "control/change.h"
#include "control/restore.h"
#include "control/tabletext.h"

/* dist/closed.nft says the same. */
static const char closed[] = "table inet egret {\n"
			     "\tchain forward {\n"
			     "\t\ttype filter hook forward priority 0; policy drop;\n"
			     "\t}\n"
			     "}\n";

/* Whatever table is there already decides until the policy comes. */
static int close_gateway(struct diag *d)
{
	EG_AUTO(nft_link_closep) struct nft_link *link = NULL;
	EG_AUTO(buf_release) struct buf now = BUF_INIT;
	size_t kept;
	int r = nft_link_open(&link, d);

	if (r == 0)
		r = tabletext_read(link, d, &now);
	if (r < 0 || now.n)
		return r;
	return tabletext_load(link, STR(closed), NULL, NFT_COMMIT, d, &kept);
}

static int load(struct change *c, const struct generation *g)
{
	EG_AUTO(restore_freep) struct restore *again = NULL;
	struct restored done;
	int r = restore_again(c->store, g, c->d, &again);

	return r < 0 ? r : restore_run(again, c->run, c->d, &done);
}

static int find(struct change *c, struct arena *a, struct generation *ret)
{
	int r = store_newest(c->store, GENERATION_CONFIRMED, INT64_MAX, a, c->d, ret);

	if (r == -ENOENT) {
		diag_error(c->d, NOWHERE,
			   "no generation was ever confirmed: the gateway stays closed");
		diag_hint(c->d, "egret apply, then egret confirm");
	}
	return r;
}

int boot(const char *state, const char *run, struct arena *a, struct diag *d,
	 struct generation *ret)
{
	struct change c = { .run = run, .d = d };
	struct generation g;
	int r = close_gateway(d);

	if (r == 0)
		r = change_open(&c, state, false);
	if (r == 0)
		r = find(&c, a, &g);
	if (r == 0)
		r = load(&c, &g);
	change_close(&c);
	if (r == 0)
		*ret = g;
	return r;
}
