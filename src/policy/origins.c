/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/origins.h"

#include <errno.h>

#include "base/alloc.h"

void origins_release(struct origins *o)
{
	mem_free(o->list);
	mem_free(o->made);
	*o = ORIGINS_IN(o->arena);
}

static int copy_list(struct arena *a, const struct list *l, struct origin_list *ret)
{
	struct origin_line *line = arena_array(a, l->lines, sizeof(*line));

	if (!line)
		return -ENOMEM;
	for (size_t i = 0; i < l->lines; i++)
		line[i] = (struct origin_line){ l->line[i].prefix, l->line[i].line };
	*ret = (struct origin_list){
		.name = l->file ? l->file : l->id,
		.version = l->date,
		.line = line,
		.lines = l->lines,
	};
	return 0;
}

static int list_of(struct origins *o, const struct list *l, struct origin_list *ret)
{
	for (size_t i = 0; i < o->n; i++) {
		if (o->list[i] == l) {
			*ret = o->made[i];
			return 0;
		}
	}

	int r = mem_grow(&o->list, &o->list_cap, o->n + 1, sizeof(*o->list));

	if (r == 0)
		r = mem_grow(&o->made, &o->made_cap, o->n + 1, sizeof(*o->made));
	if (r == 0)
		r = copy_list(o->arena, l, &o->made[o->n]);
	if (r < 0)
		return r;
	o->list[o->n] = l;
	*ret = o->made[o->n++];
	return 0;
}

int origins_of(struct origins *o, const struct requirement *q, struct origin *ret)
{
	struct origin_list *list = arena_array(o->arena, q->lists, sizeof(*list));
	size_t n = 0;

	if (!list)
		return -ENOMEM;
	for (size_t i = 0; i < q->lists; i++) {
		if (q->list[i]->missing)
			continue;

		int r = list_of(o, q->list[i], &list[n++]);

		if (r < 0)
			return r;
	}
	*ret = (struct origin){
		.vendor = q->service->catalog->vendor,
		.service = q->service->id,
		.requirement = q->id,
		.title = q->title,
		.page = q->page,
		.status = status_name(q->status),
		.list = list,
		.lists = n,
	};
	return 0;
}
