/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text, as what the aws program prints: the reading is sound in itself. What must pass may
 * pass, every flow may end somehow, what is certain is certain because no other end is possible;
 * answers likewise. Read again, it is the same.
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

static void check_again(struct str text, const struct reading *first, struct diag *d)
{
	struct reading *again = NULL;

	if (dialect_aws.read(text, "fuzz", NULL, first->m, d, &again) == 0) {
		assert(again->may[VERDICT_ACCEPT] == first->may[VERDICT_ACCEPT]);
		assert(again->must_accept == first->must_accept);
		assert(again->rules == first->rules && again->unknowns == first->unknowns);
	}
	reading_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct flow_mgr *m = flow_mgr_new(NODES);
	struct diag *d = diag_new();
	struct reading *reading = NULL;

	(void)dialect_detect(text);
	if (m && d && dialect_aws.read(text, "fuzz", NULL, m, d, &reading) == 0) {
		check(reading);
		check_again(text, reading, d);
	}
	reading_free(reading);
	diag_free(d);
	flow_mgr_free(m);
	return 0;
}
