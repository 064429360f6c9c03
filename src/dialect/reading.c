/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/reading.h"

#include <errno.h>

#include "base/alloc.h"

enum { FIXED_REFS = VERDICT_REJECT + 7 };

static flow_ref *fixed_ref(struct reading *r, size_t i)
{
	flow_ref *const other[] = { &r->must_accept, &r->deciding,    &r->learned,
				    &r->learnable,   &r->answers_may, &r->answers_must };

	return i <= VERDICT_REJECT ? &r->may[i] : other[i - VERDICT_REJECT - 1];
}

struct reading *reading_new(struct flow_mgr *m)
{
	EG_AUTO(reading_freep) struct reading *r = mem_zero(1, sizeof(*r));

	if (!r)
		return NULL;
	r->m = m;
	for (size_t i = 0; i < FIXED_REFS; i++)
		*fixed_ref(r, i) = FLOW_NONE;
	r->arena = arena_new();
	if (!r->arena)
		return NULL;
	for (size_t i = 0; i < FIXED_REFS; i++) {
		if (flow_root(m, fixed_ref(r, i)) < 0)
			return NULL;
	}
	return EG_TAKE(r);
}

void reading_free(struct reading *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < FIXED_REFS; i++)
		flow_unroot(r->m, fixed_ref(r, i));
	for (size_t i = 0; i < r->unknowns; i++)
		flow_unroot(r->m, &r->unknown[i].set);
	arena_free(r->arena);
	mem_free(r);
}

void reading_freep(struct reading **r)
{
	reading_free(*r);
	*r = NULL;
}

int reading_apart(struct reading *r, size_t first, struct bounds **ret)
{
	struct bounds *all = arena_array(r->arena, r->rules, sizeof(*all));

	if (!all)
		return -ENOMEM;
	for (size_t i = 0; i < r->rules; i++)
		all[i] = i < first && r->apart ? r->apart[i] : BOUNDS_NONE;
	r->apart = all;
	*ret = all + first;
	return 0;
}

const struct config_rule *reading_decides(const struct reading *r, const struct flow *f)
{
	uint32_t leaf = flow_leaf_at(r->m, r->deciding, f);

	return leaf && leaf <= r->rules ? &r->rule[leaf - 1] : NULL;
}
