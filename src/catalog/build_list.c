/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "base/err.h"
#include "base/show.h"
#include "catalog/build.h"
#include "catalog/list.h"

int build_keep(int r, int r_now)
{
	return r_now == -ENOMEM || r == 0 ? r_now : r;
}

static struct place place_of_key(const struct list_text *text, const char *key)
{
	const struct yaml *value = yaml_get(text->self, key);

	return value ? value->key->at : text->self->key->at;
}

/* A list is held and dated, or missing and says why. */
static int check(struct build *b, const struct list_text *text)
{
	size_t line = 0;
	int r;

	if (text->missing && text->date) {
		diag_error(b->diag, place_of_key(text, "missing"),
			   "list '%s' has a date and is missing", text->id);
		diag_hint(b->diag, "'date' is for a list in lists/, 'missing' for one we do not "
				   "hold: keep one");
		return E_CONFLICT;
	}
	if (!text->missing && !text->date) {
		diag_error(b->diag, text->self->key->at, "list '%s' lacks the key 'date'",
			   text->id);
		diag_hint(b->diag, "say the day of the copy in lists/, or with 'missing' why there "
				   "is none");
		return E_SYNTAX;
	}
	if (text->feed && !text->url) {
		diag_error(b->diag, place_of_key(text, "feed"),
			   "list '%s' is a feed and has no 'url'", text->id);
		diag_hint(b->diag, "say where it is fetched from, or leave 'feed' out");
		return E_SYNTAX;
	}
	r = strmap_add(&b->files, str_of(text->file), text->self->key->at.line);
	if (r != -EEXIST)
		return r;
	diag_error(b->diag, place_of_key(text, "file"), "the file '%s' is in two lists",
		   show(str_of(text->file)).text);
	if (strmap_get(&b->files, str_of(text->file), &line) == 0)
		diag_hint(b->diag, "the list on line %zu has it already", line);
	return E_CONFLICT;
}

static const char *path_of_file(struct build *b, const char *file)
{
	const char *slash = strrchr(b->path, '/');
	int n = slash ? (int)(slash - b->path) + 1 : 0;

	return arena_printf(b->arena, "%.*slists/%s", n, b->path, file);
}

static int read_file(struct build *b, struct list *l)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	const char *path = path_of_file(b, l->file);
	int r = path ? b->source->read(b->source->data, path, &text, b->diag) : -ENOMEM;

	return r < 0 ? r : list_read(buf_str(&text), path, l->family, b->arena, b->diag, l);
}

static int build_list(struct build *b, const struct list_text *text, struct list *ret)
{
	int r = check(b, text);

	*ret = (struct list){
		.id = text->id,
		.file = text->file,
		.url = text->url,
		.feed = text->feed,
		.max_shrink = text->max_shrink,
		.max_growth = text->max_growth,
		.widest = text->widest,
		.not_global = text->not_global,
		.date = text->date,
		.missing = text->missing,
		.family = text->family == FAMILY_BIT_V4 ? FAMILY_V4 : FAMILY_V6,
		.source = text->source,
	};
	return r < 0 || text->missing ? r : read_file(b, ret);
}

int build_lists(struct build *b, const struct catalog_text *text)
{
	int r = 0;

	b->c->list = arena_array(b->arena, text->lists, sizeof(*b->c->list));
	if (!b->c->list)
		return -ENOMEM;
	b->c->lists = text->lists;
	for (size_t i = 0; i < text->lists && r != -ENOMEM; i++) {
		r = build_keep(r, strmap_add(&b->lists, str_of(text->list[i].id), i));
		if (r != -ENOMEM)
			r = build_keep(r, build_list(b, &text->list[i], &b->c->list[i]));
	}
	return r;
}
