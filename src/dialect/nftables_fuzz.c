/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text, as a ruleset: the reading is sound in itself. What must pass may pass, every flow may
 * end somehow, and what is certain is certain because no other end is possible.
 */
#include <assert.h>
#include <stdint.h>

#include "dialect/nftables.h"
#include "nft/json.h"
#include "nft/text.h"

enum { NODES = 200 * 1000 };

static void check(const struct reading *r)
{
	flow_ref beyond, ends = r->may[VERDICT_ACCEPT];

	if (flow_minus(r->m, r->must_accept, r->may[VERDICT_ACCEPT], &beyond) == 0)
		assert(flow_empty(beyond));
	if (flow_restrict(r->m, r->must_accept, r->may[VERDICT_DROP], &beyond) == 0)
		assert(flow_empty(beyond));
	if (flow_override(r->m, ends, r->may[VERDICT_DROP], &ends) == 0 &&
	    flow_override(r->m, ends, r->may[VERDICT_REJECT], &ends) == 0)
		assert(ends == FLOW_ALL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct flow_mgr *m = flow_mgr_new(NODES);
	struct diag *d = diag_new();
	struct nft_ruleset *rs = NULL;
	struct reading *reading = NULL;
	int r = m && d ? 0 : -1;

	if (r == 0) /* without includes: inputs are no files */
		r = size && data[0] == '{' ? nft_json_read(text, "fuzz", d, &rs)
					   : nft_text_read(text, "fuzz", NULL, d, &rs);
	if (r == 0)
		r = nftables_read_model(rs, NULL, m, d, &reading);
	if (r == 0)
		check(reading);
	reading_free(reading);
	nft_ruleset_free(rs);
	diag_free(d);
	flow_mgr_free(m);
	return 0;
}
