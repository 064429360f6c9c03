/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text, as saves of iptables and ipset: the reading is sound in itself. What must pass may
 * pass, every flow may end somehow, and what is certain is certain because no other end is
 * possible. A reading that is exact, written as rules and read again, would be the law; that is
 * tested apart.
 */
#include <assert.h>
#include <stdint.h>

#include "dialect/dialect.h"

enum { NODES = 200 * 1000 };

static void check(const struct reading *r)
{
	flow_ref beyond, ends = r->may[VERDICT_ACCEPT], stops;

	if (flow_minus(r->m, r->must_accept, r->may[VERDICT_ACCEPT], &beyond) == 0)
		assert(flow_empty(beyond));
	if (flow_override(r->m, r->may[VERDICT_DROP], r->may[VERDICT_REJECT], &stops) == 0) {
		if (flow_restrict(r->m, r->must_accept, stops, &beyond) == 0)
			assert(flow_empty(beyond));
		if (flow_override(r->m, ends, stops, &ends) == 0)
			assert(ends == FLOW_ALL);
	}
	for (size_t i = 0; i < r->unknowns; i++)
		assert(r->unknown[i].what && !flow_empty(r->unknown[i].set));
	for (size_t i = 0; i < r->rules; i++)
		assert(r->rule[i].at.line > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct flow_mgr *m = flow_mgr_new(NODES);
	struct diag *d = diag_new();
	struct reading *reading = NULL;
	int r = m && d ? 0 : -1;

	if (r == 0)
		r = dialect_iptables.read(text, "fuzz", NULL, m, d, &reading);
	if (r == 0)
		check(reading);
	else
		assert(!m || !d || diag_errors(d) > 0);
	(void)dialect_iptables.detect(text);
	reading_free(reading);
	diag_free(d);
	flow_mgr_free(m);
	return 0;
}
