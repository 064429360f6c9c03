/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text, as a configuration: the reading is sound in itself. What must pass may pass, every flow
 * may end somehow, what is certain is certain because no other end is possible; and names that are
 * assumed make more certain, never something else.
 */
#include <assert.h>
#include <stdint.h>

#include "dialect/dialect.h"

enum { NODES = 200 * 1000 };

static void check(const struct reading *r)
{
	flow_ref beyond, stop, ends;

	if (flow_minus(r->m, r->must_accept, r->may[VERDICT_ACCEPT], &beyond) == 0)
		assert(flow_empty(beyond));
	if (flow_override(r->m, r->may[VERDICT_DROP], r->may[VERDICT_REJECT], &stop) < 0)
		return;
	if (flow_restrict(r->m, r->must_accept, stop, &beyond) == 0)
		assert(flow_empty(beyond));
	if (flow_override(r->m, r->may[VERDICT_ACCEPT], stop, &ends) == 0)
		assert(ends == FLOW_ALL);
}

static void check_both(const struct reading *plain, const struct reading *named)
{
	flow_ref beyond;

	if (flow_minus(plain->m, plain->must_accept, named->must_accept, &beyond) == 0)
		assert(flow_empty(beyond));
	if (flow_minus(plain->m, named->may[VERDICT_ACCEPT], plain->may[VERDICT_ACCEPT], &beyond) ==
	    0)
		assert(flow_empty(beyond));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct assume assume[2] = { { .apart = 100 }, { .names = true } };
	struct str text = { (const char *)data, size };
	struct flow_mgr *m = flow_mgr_new(NODES);
	struct diag *d = diag_new();
	struct reading *reading[2] = { NULL, NULL };

	(void)dialect_detect(text);
	for (size_t i = 0; m && d && i < 2; i++)
		if (dialect_panos.read(text, "fuzz", &assume[i], m, d, &reading[i]) == 0)
			check(reading[i]);
	if (reading[0] && reading[1])
		check_both(reading[0], reading[1]);
	reading_free(reading[0]);
	reading_free(reading[1]);
	diag_free(d);
	flow_mgr_free(m);
	return 0;
}
