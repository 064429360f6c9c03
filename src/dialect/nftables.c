/* SPDX-License-Identifier: Apache-2.0 */
/* The driver: text and JSON to the model and back. */
#include "dialect/nftables.h"

#include "base/err.h"
#include "dialect/nftables_change.h"
#include "dialect/nftables_learned.h"
#include "dialect/say.h"
#include "nft/json.h"
#include "nft/print.h"
#include "nft/text.h"

static int nftables_detect(struct str text)
{
	int script = nft_text_detect(text), json = nft_json_detect(text);

	return script > json ? script : json;
}

static int nftables_read(struct str text, const char *file, const struct assume *assume,
			 struct flow_mgr *m, struct diag *d, struct reading **ret)
{
	EG_AUTO(nft_ruleset_freep) struct nft_ruleset *rs = NULL;
	bool json = nft_json_detect(text) > nft_text_detect(text);
	int r = json ? nft_json_read(text, file, d, &rs)
		     : nft_text_read(text, file, &nft_includes_files, d, &rs);

	return r < 0 ? r : nftables_read_model(rs, assume, m, d, ret);
}

static bool has_learned_maps(const struct nft_ruleset *rs)
{
	for (size_t i = 0; i < rs->table[0]->sets; i++)
		if (learned_is_map(rs->table[0], rs->table[0]->set[i]))
			return true;
	return false;
}

/* What the file says of itself to whoever opens it. Zones share a row: it is told once. */
static int write_heading(const struct nft_ruleset *rs, const struct losses *lost, size_t first,
			 struct buf *out)
{
	int r;

	buf_adds(out,
		 "# nftables ruleset, written by egret. Load it with: nft -f FILE\n"
		 "# It replaces table inet " NFTABLES_TABLE " as a whole, in one transaction, and\n"
		 "# decides what is forwarded; the gateway's own traffic is not its business.\n");
	if (has_learned_maps(rs))
		buf_adds(out, "# What is allowed by name is refused until egretd, the gateway's "
			      "resolver,\n"
			      "# has learned an address of it: it fills the maps learned4-* and "
			      "learned6-*.\n");
	r = say_losses(lost, first, "# ", out);
	buf_addc(out, '\n');
	return r;
}

static int nftables_write(const struct rulelist *rules, struct flow_mgr *m, struct arena *a,
			  struct diag *d, struct buf *out, struct losses *lost)
{
	EG_AUTO(nft_ruleset_freep) struct nft_ruleset *rs = NULL;
	size_t first = lost->n;
	int r = nftables_write_model(rules, m, a, &rs, lost);

	if (r == E_BUDGET)
		diag_error(d, NOWHERE, "the rules are too tangled to be written as lookups");
	if (r < 0)
		return r;
	r = write_heading(rs, lost, first, out);
	nft_print(rs, NFT_PRINT_REPLACE | NFT_PRINT_STATELESS, out);
	return r < 0 ? r : out->r;
}

const struct dialect dialect_nftables = {
	.name = "nftables",
	.title = "nftables ruleset",
	.suffix = ".nft",
	.can = DIALECT_READ | DIALECT_WRITE | DIALECT_STATES,
	.detect = nftables_detect,
	.read = nftables_read,
	.change = nftables_change,
	.write = nftables_write,
};
