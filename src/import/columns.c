/* SPDX-License-Identifier: Apache-2.0 */
#include "import/columns.h"

#include <errno.h>

#include "import/fold.h"

static bool has(const struct columns *c, enum column what)
{
	for (size_t i = 0; i < c->n; i++) {
		if (c->column[i].column == what)
			return true;
	}
	return false;
}

static int read_headings(const struct page_row *row, const struct dictionary *words,
			 struct arena *a, struct columns *ret)
{
	ret->n = row->cells;
	ret->column = arena_array(a, row->cells, sizeof(*ret->column));
	ret->key = arena_array(a, row->cells, sizeof(*ret->key));
	if (!ret->column || !ret->key)
		return -ENOMEM;
	for (size_t i = 0; i < row->cells; i++) {
		const struct word *w;
		int r = squeeze(row->cell[i].text, a, &ret->key[i]);

		if (r < 0)
			return r;
		w = dictionary_find(words, WORD_COLUMN, ret->key[i]);
		ret->column[i].heading = str_trim(row->cell[i].text);
		ret->column[i].column = w ? w->value : COLUMN_NONE;
	}
	return 0;
}

int columns_find(const struct page_table *t, const struct dictionary *words, struct arena *a,
		 struct columns *ret)
{
	for (size_t i = 0; i < t->rows && i < COLUMNS_LOOK_AT; i++) {
		struct columns c = { .header = i };
		int r = read_headings(&t->row[i], words, a, &c);

		if (r < 0)
			return r;
		if (!has(&c, COLUMN_DESTINATION) ||
		    (!has(&c, COLUMN_PROTOCOL) && !has(&c, COLUMN_PORTS)))
			continue;
		*ret = c;
		return 1;
	}
	return 0;
}

int columns_repeated(const struct columns *c, const struct page_row *row, struct arena *a,
		     bool *ret)
{
	*ret = false;
	if (row->cells != c->n)
		return 0;
	for (size_t i = 0; i < c->n; i++) {
		struct str key;
		int r = squeeze(row->cell[i].text, a, &key);

		if (r < 0 || !str_eq(key, c->key[i]))
			return r;
	}
	*ret = true;
	return 0;
}
