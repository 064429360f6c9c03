/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text, as a configuration: the reading is sound in itself. What must pass may pass, every flow
 * may end somehow, what is certain is certain because no other end is possible; answers likewise.
 */
#include <assert.h>
#include <stdint.h>

#include "dialect/dialect.h"

enum { NODES = 200 * 1000 };

static void check(const struct reading *r)
{
	flow_ref beyond, ends = r->may[VERDICT_ACCEPT];

	if (flow_minus(r->m, r->must_accept, r->may[VERDICT_ACCEPT], &beyond) == 0)
		assert(flow_empty(beyond));
	if (flow_restrict(r->m, r->must_accept, r->may[VERDICT_DROP], &beyond) == 0)
		assert(flow_empty(beyond));
	if (flow_override(r->m, ends, r->may[VERDICT_DROP], &ends) == 0)
		assert(ends == FLOW_ALL);
	if (r->stateless && flow_minus(r->m, r->answers_must, r->answers_may, &beyond) == 0)
		assert(flow_empty(beyond));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct flow_mgr *m = flow_mgr_new(NODES);
	struct diag *d = diag_new();
	struct reading *reading = NULL;

	(void)dialect_detect(text);
	if (m && d && dialect_ios.read(text, "fuzz", NULL, m, d, &reading) == 0)
		check(reading);
	reading_free(reading);
	diag_free(d);
	flow_mgr_free(m);
	return 0;
}
