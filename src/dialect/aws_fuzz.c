/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text, as what the aws program prints: the reading is sound in itself. What must pass may
 * pass, every flow may end somehow, what is certain is certain because no other end is possible;
 * answers likewise. Read again, it is the same; and what is written of it can be read, and is in
 * it.
 */
#include <assert.h>
#include <errno.h>
#include <stdint.h>

#include "base/err.h"
#include "dialect/dialect.h"

enum { NODES = 200 * 1000, BOXES = 16 };

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

/* First packets of what is let through for certain, as rules; nothing is to be widened. */
static void check_written(const struct reading *r, struct arena *a, struct diag *d)
{
	struct flow_boxes boxes = { 0 };
	struct losses lost = { 0 };
	struct reading *again = NULL;
	struct buf out = BUF_INIT;
	struct rulelist rules;
	flow_ref beyond;
	int code;

	rulelist_init(&rules, a);
	code = flow_boxes(r->m, r->must_accept, BOXES, a, &boxes);
	for (size_t i = 0; code == 0 && i < boxes.n; i++)
		code = rulelist_add(&rules, &(struct rule){ .verdict = VERDICT_ACCEPT,
							    .match = boxes.box[i].match });
	if (code == 0)
		code = dialect_aws.write(&rules, r->m, a, d, &out, &lost);
	if (code == 0) {
		code = dialect_aws.read(buf_str(&out), "written", NULL, r->m, d, &again);
		assert(code == 0 || code == E_BUDGET || code == -ENOMEM);
	}
	if (code == 0 && flow_minus(r->m, again->must_accept, r->must_accept, &beyond) == 0)
		assert(flow_empty(beyond));
	reading_free(again);
	rulelist_release(&rules);
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct flow_mgr *m = flow_mgr_new(NODES);
	struct arena *a = arena_new();
	struct diag *d = diag_new();
	struct reading *reading = NULL;

	(void)dialect_detect(text);
	if (m && a && d && dialect_aws.read(text, "fuzz", NULL, m, d, &reading) == 0) {
		check(reading);
		check_again(text, reading, d);
		check_written(reading, a, d);
	}
	reading_free(reading);
	diag_free(d);
	arena_free(a);
	flow_mgr_free(m);
	return 0;
}
