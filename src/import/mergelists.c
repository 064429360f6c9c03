/* SPDX-License-Identifier: Apache-2.0 */
#include "import/mergelists.h"

#include <errno.h>

#include "base/err.h"
#include "catalog/fields.h"

static const struct list_text *by_file(const struct side *s, const char *file)
{
	for (size_t i = 0; i < s->lists; i++) {
		if (strcmp(s->list[i].file, file) == 0)
			return &s->list[i];
	}
	return NULL;
}

/* Is the id taken in the base, or by a list of the draft before `i`? */
static bool is_taken(const struct merging *m, const struct merge_lists *l, size_t i, const char *id)
{
	if (side_list(&m->base, id))
		return true;
	for (size_t k = 0; k < m->page.lists; k++) {
		const char *other = k < i ? l->id[k] : k > i ? m->page.list[k].id : NULL;

		if (other && strcmp(other, id) == 0)
			return true;
	}
	return false;
}

static const char *free_id(struct merging *m, const struct merge_lists *l, size_t i)
{
	const char *id = m->page.list[i].id;

	for (unsigned k = 2; id && is_taken(m, l, i, id); k++)
		id = arena_printf(m->draft->arena, "%.*s-%u", FIELD_ID_MAX - 6, m->page.list[i].id,
				  k);
	return id;
}

int lists_open(struct merging *m, struct merge_lists *ret)
{
	struct arena *a = m->draft->arena;

	ret->id = arena_array(a, m->page.lists, sizeof(*ret->id));
	ret->used = arena_array(a, m->page.lists, sizeof(*ret->used));
	if (!ret->id || !ret->used)
		return -ENOMEM;
	for (size_t i = 0; i < m->page.lists; i++) {
		const struct list_text *base = by_file(&m->base, m->page.list[i].file);

		ret->id[i] = base ? base->id : free_id(m, ret, i);
		if (!ret->id[i])
			return -ENOMEM;
	}
	return 0;
}

int lists_refer(struct merging *m, struct merge_lists *l, struct requirement_text *row)
{
	struct field_ref *ref = arena_array(m->draft->arena, row->lists, sizeof(*ref));

	if (!ref)
		return -ENOMEM;
	for (size_t i = 0; i < row->lists; i++) {
		const struct list_text *list = side_list(&m->page, row->list[i].id);

		ref[i] = row->list[i];
		if (!list)
			continue; /* the draft's own mistake; the catalog's reader tells it */
		ref[i].id = l->id[list - m->page.list];
		l->used[list - m->page.list] = true;
	}
	row->list = ref;
	return 0;
}

static bool refers(const struct requirement_text *row, const char *id)
{
	for (size_t i = 0; i < row->lists; i++) {
		if (strcmp(row->list[i].id, id) == 0)
			return true;
	}
	return false;
}

static bool is_referred(const struct catalog_text *text, const char *id)
{
	bool found = false;

	for (size_t i = 0; i < text->services; i++) {
		for (size_t k = 0; !found && k < text->service[i].requirements; k++)
			found = refers(&text->service[i].requirement[k], id);
	}
	return found;
}

/* The base's list as it is now. */
static struct list_text of_base(const struct merging *m, const struct list_text *base,
				bool same_page)
{
	struct list_text list = *base;
	const struct list_text *page = by_file(&m->page, base->file);

	if (!page || same_page || !page->date)
		return list;
	list.date = page->date;
	list.missing = NULL;
	list.source = page->source ? page->source : base->missing ? NULL : base->source;
	if (page->family)
		list.family = page->family;
	return list;
}

int lists_close(struct merging *m, const struct merge_lists *l, bool same_page,
		struct catalog_text *ret)
{
	size_t most = m->base.lists + m->page.lists;

	ret->list = arena_array(m->draft->arena, most, sizeof(*ret->list));
	if (!ret->list)
		return -ENOMEM;
	for (size_t i = 0; i < m->base.lists; i++) {
		const struct list_text *base = &m->base.list[i];

		if (!list_is_printed(base) || is_referred(ret, base->id))
			ret->list[ret->lists++] = of_base(m, base, same_page);
	}
	for (size_t i = 0; i < m->page.lists; i++) {
		if (!l->used[i] || side_list(&m->base, l->id[i]))
			continue;
		ret->list[ret->lists] = m->page.list[i];
		ret->list[ret->lists++].id = l->id[i];
	}
	if (ret->lists <= CATALOG_LISTS_MAX)
		return 0;
	diag_error(m->diag, NOWHERE, "page and catalog together have %zu lists", ret->lists);
	diag_hint(m->diag, "the limit is %d", CATALOG_LISTS_MAX);
	return E_LIMIT;
}
