/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text, as a configuration: the reading is sound in itself and the same each time. What must
 * pass may pass, every flow may end somehow, what is certain is certain because no other end is
 * possible. What is certain is written, too, and what is written is read and no wider.
 */
#include <assert.h>
#include <stdint.h>

#include "base/err.h"
#include "dialect/dialect.h"

enum { NODES = 200 * 1000, BOXES = 8 };

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

/* Some of what is certain of first packets, as rules. */
static int some_rules(const struct reading *r, struct rulelist *rules, flow_ref *ret)
{
	struct flow_match first = FLOW_MATCH_ANY;
	struct flow_boxes boxes;
	int result = match_one(&first, FLOW_STATE, STATE_NEW, STATE_NEW, rules->arena);

	if (result == 0)
		result = flow_of_match(r->m, &first, 1, ret);
	if (result == 0)
		result = flow_restrict(r->m, r->must_accept, *ret, ret);
	if (result == 0)
		result = flow_boxes(r->m, *ret, BOXES, rules->arena, &boxes);
	for (size_t i = 0; result == 0 && i < boxes.n; i++) {
		const struct rule rule = { .verdict = VERDICT_ACCEPT, .match = boxes.box[i].match };

		result = rulelist_add(rules, &rule);
	}
	return result;
}

/* Of first packets, the second reading lets through no more. */
static void check_no_wider(const struct reading *again, flow_ref set, struct arena *a)
{
	struct flow_match first = FLOW_MATCH_ANY;
	flow_ref begin = FLOW_NONE, beyond = FLOW_NONE;
	int r = match_one(&first, FLOW_STATE, STATE_NEW, STATE_NEW, a);

	if (r == 0)
		r = flow_of_match(again->m, &first, 1, &begin);
	if (r == 0)
		r = flow_restrict(again->m, again->may[VERDICT_ACCEPT], begin, &beyond);
	if (r == 0)
		r = flow_minus(again->m, beyond, set, &beyond);
	assert(r < 0 || flow_empty(beyond));
}

static void check_written(const struct reading *r, struct arena *a, struct diag *d)
{
	static const struct assume assume = { .names = true };
	struct buf text = BUF_INIT;
	struct losses lost = { 0 };
	struct reading *again = NULL;
	struct rulelist rules;
	flow_ref set = FLOW_NONE;
	int result;

	rulelist_init(&rules, a);
	result = some_rules(r, &rules, &set);
	if (result == 0)
		result = dialect_fortios.write(&rules, r->m, a, d, &text, &lost);
	if (result == 0) {
		result = dialect_fortios.read(buf_str(&text), "written", &assume, r->m, d, &again);
		assert(result == 0 || result == E_BUDGET);
	}
	if (result == 0)
		check_no_wider(again, set, a);
	reading_free(again);
	rulelist_release(&rules);
	buf_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	bool names = size && (data[size - 1] & 1);
	struct world a = world_read(text, names), b = world_read(text, names);

	(void)dialect_detect(text);
	check_same(&a, &b);
	if (a.result == 0) {
		struct arena *arena = arena_new();

		check(a.r);
		if (arena)
			check_written(a.r, arena, a.d);
		arena_free(arena);
	}
	world_release(&a);
	world_release(&b);
	return 0;
}
