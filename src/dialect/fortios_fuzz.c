/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text, as a configuration: the reading is sound in itself and the same each time. What must
 * pass may pass, every flow may end somehow, what is certain is certain because no other end is
 * possible.
 */
#include <assert.h>
#include <stdint.h>

#include "dialect/dialect.h"

enum { NODES = 200 * 1000 };

struct world {
	struct flow_mgr *m;
	struct diag *d;
	struct reading *r;
	int result;
};

static struct world world_read(struct str text, bool names)
{
	const struct assume assume = { .names = names };
	struct world w = { .m = flow_mgr_new(NODES), .d = diag_new() };

	w.result = w.m && w.d ? dialect_fortios.read(text, "fuzz", &assume, w.m, w.d, &w.r) : -1;
	return w;
}

static void world_release(struct world *w)
{
	reading_free(w->r);
	diag_free(w->d);
	flow_mgr_free(w->m);
}

static void check(const struct reading *r)
{
	flow_ref beyond, ends = r->may[VERDICT_ACCEPT];

	if (flow_minus(r->m, r->must_accept, r->may[VERDICT_ACCEPT], &beyond) == 0)
		assert(flow_empty(beyond));
	if (flow_restrict(r->m, r->must_accept, r->may[VERDICT_DROP], &beyond) == 0)
		assert(flow_empty(beyond));
	if (flow_override(r->m, ends, r->may[VERDICT_DROP], &ends) == 0)
		assert(ends == FLOW_ALL);
}

/* The same operations on a new manager make the same numbers. */
static void check_same(const struct world *a, const struct world *b)
{
	assert(a->result == b->result);
	if (a->result < 0)
		return;
	for (size_t i = 0; i < ARRAY_LEN(a->r->may); i++)
		assert(a->r->may[i] == b->r->may[i]);
	assert(a->r->deciding == b->r->deciding && a->r->rules == b->r->rules);
	assert(a->r->unknowns == b->r->unknowns);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	bool names = size && (data[size - 1] & 1);
	struct world a = world_read(text, names), b = world_read(text, names);

	(void)dialect_detect(text);
	if (a.result == 0)
		check(a.r);
	check_same(&a, &b);
	world_release(&a);
	world_release(&b);
	return 0;
}
