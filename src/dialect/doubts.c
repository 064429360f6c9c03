/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/doubts.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"

void doubts_release(struct doubts *b)
{
	mem_free(b->doubt);
	union_release(&b->more);
}

int doubts_add(struct doubts *b, struct flow_mgr *m, struct str text, struct place at, flow_ref set)
{
	int r;

	if (flow_empty(set))
		return 0;
	for (size_t i = b->n; i-- > 0;)
		if (b->doubt[i].at.line == at.line && b->doubt[i].at.file == at.file &&
		    str_eq(b->doubt[i].text, text))
			return flow_override(m, b->doubt[i].set, set, &b->doubt[i].set);
	if (b->n == DOUBTS_MAX)
		return union_add(&b->more, set);
	r = mem_grow(&b->doubt, &b->cap, b->n + 1, sizeof(*b->doubt));
	if (r == 0)
		b->doubt[b->n++] = (struct doubt){ text, at, set };
	return r;
}

int doubts_seal(struct doubts *b, struct flow_mgr *m)
{
	flow_ref more = FLOW_NONE;
	struct doubt *last;
	int r;

	if (!b->n || !b->more.n)
		return 0;
	last = &b->doubt[b->n - 1];
	last->text = STR("this and more that is not modelled");
	r = union_take(&b->more, m, &more);
	return r < 0 ? r : flow_override(m, last->set, more, &last->set);
}

/* The name in the reading's arena: often that of the one before. */
static const char *keep_file(const struct reading *r, size_t i, const char *name, const char *only)
{
	const char *last = i ? r->unknown[i - 1].at.file : NULL;

	if (!name)
		return only;
	return last && strcmp(last, name) == 0 ? last : arena_strdup(r->arena, name);
}

int doubts_tell(struct doubts *b, const char *file, struct reading *r)
{
	int code = doubts_seal(b, r->m);

	if (code < 0)
		return code;
	r->unknown = arena_array(r->arena, b->n, sizeof(*r->unknown));
	if (!r->unknown)
		return -ENOMEM;
	for (size_t i = 0; i < b->n; i++) {
		const struct doubt *one = &b->doubt[i];
		struct unknown *u = &r->unknown[i];

		*u = (struct unknown){ .at = { .file = keep_file(r, i, one->at.file, file),
					       .line = one->at.line },
				       .what = arena_str(r->arena, one->text),
				       .set = one->set };
		code = u->what && (u->at.file || !one->at.file) ? flow_root(r->m, &u->set)
								: -ENOMEM;
		if (code < 0)
			return code;
		r->unknowns++;
	}
	return 0;
}
