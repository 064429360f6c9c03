/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/takeover.h"

#include <errno.h>

#include "base/err.h"
#include "catalog/write.h"

/* The lines of a text that one key and its value take: [first, end), from 1. */
struct lines {
	unsigned first, end;
};

static const char *const replaced[] = { "date", "source", "missing" };

struct rewriting {
	struct str text;
	const struct yaml *list;
	unsigned indent; /* columns before the list's keys */
	struct lines key[ARRAY_LEN(replaced)];
	unsigned at; /* the line before which the new keys go */
};

static unsigned indent_of(struct str line)
{
	unsigned n = 0;

	while (n < line.n && line.p[n] == ' ')
		n++;
	return n;
}

/* Line `number` of the text, from 1; p NULL past the last. */
static struct str line_at(struct str text, unsigned number)
{
	struct str line = { 0 };

	while (number-- && text.p)
		line = str_cut(&text, '\n');
	return number + 1 == 0 ? line : (struct str){ 0 };
}

/* A key's value goes on as long as lines stand deeper than the key. */
static struct lines extent(const struct rewriting *w, const struct yaml *key)
{
	struct lines l = { key->at.line, key->at.line + 1 };

	for (;;) {
		struct str line = line_at(w->text, l.end);

		if (!line.p || !str_trim(line).n || indent_of(line) <= w->indent)
			return l;
		l.end++;
	}
}

/* Each key of the list is the first thing on its line, and all stand in one column. */
static bool is_block(const struct rewriting *w)
{
	for (const struct yaml *v = w->list->first; v; v = v->next) {
		if (v->key->at.column != w->indent + 1 ||
		    indent_of(line_at(w->text, v->key->at.line)) != w->indent)
			return false;
	}
	return w->list->first != NULL;
}

static int find_lines(struct rewriting *w, struct diag *d)
{
	w->indent = w->list->first ? w->list->first->key->at.column - 1 : 0;
	if (!is_block(w)) {
		diag_error(d, w->list->key->at, "the list '%.*s' is not written as a block",
			   STR_FMT(w->list->key->text));
		diag_hint(d, "write each of its keys on a line of its own, so that a new copy of "
			     "the list can be noted there");
		return E_UNSUPPORTED;
	}
	for (const struct yaml *v = w->list->first; v; v = v->next)
		w->at = extent(w, v->key).end;
	for (size_t i = 0; i < ARRAY_LEN(replaced); i++) {
		const struct yaml *v = yaml_get(w->list, replaced[i]);

		if (!v)
			continue;
		w->key[i] = extent(w, v->key);
		if (w->key[i].first < w->at)
			w->at = w->key[i].first;
	}
	return 0;
}

static bool is_replaced(const struct rewriting *w, unsigned line)
{
	for (size_t i = 0; i < ARRAY_LEN(replaced); i++) {
		if (line >= w->key[i].first && line < w->key[i].end)
			return true;
	}
	return false;
}

static void write_keys(const struct rewriting *w, const struct takeover *t, struct buf *out)
{
	buf_pad(out, ' ', w->indent);
	buf_printf(out, "date: %s\n", t->date);
	buf_pad(out, ' ', w->indent);
	buf_adds(out, "source: '");
	for (const char *c = t->source; *c; c++) {
		if (*c == '\'')
			buf_addc(out, '\'');
		buf_addc(out, *c);
	}
	buf_adds(out, "'\n");
}

static void write_lines(const struct rewriting *w, const struct takeover *t, struct buf *out)
{
	struct str rest = w->text;
	unsigned number = 0;

	while (rest.p) {
		struct str line = str_cut(&rest, '\n');

		if (++number == w->at)
			write_keys(w, t, out);
		if (is_replaced(w, number) || (!rest.p && !line.n))
			continue;
		buf_addstr(out, line);
		buf_addc(out, '\n');
	}
	if (number < w->at)
		write_keys(w, t, out);
}

static struct list_text *find_list(const struct catalog_text *c, const char *id)
{
	for (size_t i = 0; i < c->lists; i++) {
		if (strcmp(c->list[i].id, id) == 0)
			return &c->list[i];
	}
	return NULL;
}

/* What was written must say what was meant, and all else that stood there. */
static int check(const struct catalog_text *meant, const struct catalog_text *written,
		 const char *path, const struct takeover *t, struct diag *d)
{
	if (catalog_text_same(meant, written))
		return 0;
	diag_error(d, (struct place){ .file = path },
		   "a new copy of the list '%s' cannot be noted in this file", t->id);
	diag_hint(d, "nothing was changed; write the list as egret import does");
	return E_INEXACT;
}

int takeover_write(struct str text, const char *path, enum text_part part, const struct takeover *t,
		   struct diag *d, struct buf *out)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	struct rewriting w = { .text = text };
	size_t start = out->n;
	struct catalog_text c, again;
	struct list_text *list;
	int r = a ? catalog_text_read(text, path, part, a, d, &c) : -ENOMEM;

	if (r < 0)
		return r;
	list = find_list(&c, t->id);
	if (!list)
		return -ENOENT;
	w.list = list->self;
	r = find_lines(&w, d);
	if (r < 0)
		return r;
	write_lines(&w, t, out);
	if (out->r < 0)
		return out->r;
	list->date = t->date;
	list->source = t->source;
	list->missing = NULL;
	r = catalog_text_read((struct str){ out->data + start, out->n - start }, path, part, a, d,
			      &again);
	return r < 0 ? r : check(&c, &again, path, t, d);
}
