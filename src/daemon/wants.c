/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/wants.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"

int wants_init(struct wants *w)
{
	*w = (struct wants){ .arena = arena_new() };
	return w->arena ? 0 : -ENOMEM;
}

void wants_release(struct wants *w)
{
	arena_free(w->arena);
	mem_free(w->element);
	*w = (struct wants){ 0 };
}

int wants_begin(struct wants *w, uint64_t ticket, const char *name, const char **ret)
{
	struct want *new = &w->want[w->wants++];
	char *copy = arena_strdup(w->arena, name);

	*new = (struct want){ .ticket = ticket, .first = w->n, .r = copy ? 0 : -ENOMEM };
	if (copy)
		*ret = copy;
	return new->r;
}

/* Has an earlier rule of the same request said where this one goes? */
static bool is_there(const struct wants *w, const struct want *of, const struct learned_element *e)
{
	for (size_t i = of->first; i < w->n; i++) {
		const struct learned_element *o = &w->element[i];

		if (o->port == e->port && o->proto == e->proto && addr_cmp(o->addr, e->addr) == 0 &&
		    strcmp(o->map, e->map) == 0)
			return true;
	}
	return false;
}

int wants_add(struct wants *w, const struct learned_element *e)
{
	struct want *of = &w->want[w->wants - 1];
	int r;

	if (is_there(w, of, e))
		return 0;
	r = mem_grow(&w->element, &w->cap, w->n + 1, sizeof(*e));
	if (r < 0) {
		of->r = r;
		return r;
	}
	w->element[w->n++] = *e;
	of->n++;
	return 0;
}

static void share_out(struct wants *w, int all)
{
	for (size_t i = 0; i < w->wants; i++) {
		struct want *one = &w->want[i];

		if (one->r == 0 && !one->n)
			one->r = -ENOENT;
		if (all == 0)
			continue;
		for (size_t k = one->first; one->r == 0 && k < one->first + one->n; k++)
			one->r = w->element[k].r;
	}
}

void wants_learn(struct wants *w, const struct learner *to)
{
	share_out(w, w->n ? to->add(to->data, w->element, w->n) : 0);
}

void wants_forget(struct wants *w, const struct learner *from)
{
	share_out(w, w->n ? from->del(from->data, w->element, w->n) : 0);
}

void wants_clear(struct wants *w)
{
	arena_reset(w->arena);
	w->n = w->wants = 0;
}
