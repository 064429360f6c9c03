/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/table.h"

#include <errno.h>
#include <string.h>
#include <wchar.h>

#include "base/alloc.h"
#include "base/arena.h"

enum { GAP = 2 };

enum line_kind { LINE_ROW, LINE_GROUP, LINE_NOTE }; /* the last two have their text in cell[0] */

struct table_line {
	enum line_kind kind;
	enum tone tone;
	const char *cell[TABLE_COLUMNS_MAX];
};

struct table {
	struct arena *arena;
	size_t columns;
	bool right[TABLE_COLUMNS_MAX];
	struct table_line *line;
	size_t n, cap;
};

struct table *table_new(size_t columns)
{
	struct table *t = mem_zero(1, sizeof(*t));

	if (!t)
		return NULL;
	t->columns = columns;
	t->arena = arena_new();
	if (!t->arena) {
		mem_free(t);
		return NULL;
	}
	return t;
}

void table_free(struct table *t)
{
	if (!t)
		return;
	arena_free(t->arena);
	mem_free(t->line);
	mem_free(t);
}

void table_freep(struct table **t)
{
	table_free(*t);
	*t = NULL;
}

static int add(struct table *t, enum line_kind kind, enum tone tone, const char *const *cell,
	       size_t cells)
{
	struct table_line line = { .kind = kind, .tone = tone };
	int r = mem_grow(&t->line, &t->cap, t->n + 1, sizeof(*t->line));

	if (r < 0)
		return r;
	for (size_t i = 0; i < cells; i++) {
		line.cell[i] = arena_strdup(t->arena, cell[i] ? cell[i] : "");
		if (!line.cell[i])
			return -ENOMEM;
	}
	t->line[t->n++] = line;
	return 0;
}

int table_row(struct table *t, enum tone tone, const char *const *cell)
{
	return add(t, LINE_ROW, tone, cell, t->columns);
}

int table_group(struct table *t, const char *title)
{
	return add(t, LINE_GROUP, TONE_HEAD, &title, 1);
}

int table_note(struct table *t, const char *text)
{
	return add(t, LINE_NOTE, TONE_DIM, &text, 1);
}

void table_right(struct table *t, size_t i)
{
	t->right[i] = true;
}

/*
 * Columns that the text takes, and through `bytes` how much of it fits into `most` columns. A byte
 * that is no character in this locale takes one column.
 */
static size_t width_of(const char *text, size_t most, size_t *bytes)
{
	mbstate_t state = { 0 };
	size_t width = 0, left = strlen(text), at = 0;

	while (left) {
		wchar_t c = 0;
		size_t n = mbrtowc(&c, text + at, left, &state);
		int columns = 1;

		if (n == (size_t)-1 || n == (size_t)-2 || n == 0) {
			state = (mbstate_t){ 0 };
			n = 1;
		} else {
			columns = wcwidth(c) > 0 ? wcwidth(c) : 0;
		}
		if (width + (size_t)columns > most)
			break;
		width += (size_t)columns;
		at += n;
		left -= n;
	}
	*bytes = at;
	return width;
}

static void measure(const struct table *t, size_t width[static TABLE_COLUMNS_MAX])
{
	for (size_t l = 0; l < t->n; l++) {
		for (size_t i = 0; t->line[l].kind == LINE_ROW && i < t->columns; i++) {
			size_t bytes, w = width_of(t->line[l].cell[i], SIZE_MAX, &bytes);

			width[i] = w > width[i] ? w : width[i];
		}
	}
}

static const char *tone_on(enum tone tone)
{
	static const char *const code[] = {
		[TONE_PLAIN] = "",	  [TONE_GOOD] = "\033[32m", [TONE_BAD] = "\033[1;31m",
		[TONE_WAIT] = "\033[33m", [TONE_DIM] = "\033[2m",   [TONE_HEAD] = "\033[1m",
	};

	return code[tone];
}

static void put(struct buf *out, bool color, enum tone tone, struct str text)
{
	bool paint = color && tone != TONE_PLAIN && text.n;

	if (paint)
		buf_adds(out, tone_on(tone));
	buf_addstr(out, text);
	if (paint)
		buf_adds(out, "\033[0m");
}

static void print_row(const struct table *t, const struct table_line *line,
		      const size_t column[static TABLE_COLUMNS_MAX], int width, bool color,
		      struct buf *out)
{
	size_t at = 0;

	for (size_t i = 0; i < t->columns; i++) {
		bool last = i + 1 == t->columns;
		size_t room =
			last && width ? (at < (size_t)width ? (size_t)width - at : 0) : SIZE_MAX;
		size_t bytes, w = width_of(line->cell[i], room, &bytes);
		size_t pad = column[i] > w ? column[i] - w : 0;

		if (t->right[i])
			buf_pad(out, ' ', pad);
		put(out, color, i || line->tone == TONE_HEAD ? line->tone : TONE_PLAIN,
		    (struct str){ line->cell[i], bytes });
		if (!t->right[i] && !last)
			buf_pad(out, ' ', pad);
		if (!last)
			buf_pad(out, ' ', GAP);
		at += column[i] + GAP;
	}
}

static void trim_end(struct buf *out)
{
	while (out->n && out->data[out->n - 1] == ' ')
		out->data[--out->n] = '\0';
}

void table_print(const struct table *t, int width, bool color, struct buf *out)
{
	size_t column[TABLE_COLUMNS_MAX] = { 0 };

	measure(t, column);
	for (size_t l = 0; l < t->n; l++) {
		const struct table_line *line = &t->line[l];

		if (line->kind == LINE_GROUP && l)
			buf_addc(out, '\n');
		if (line->kind == LINE_NOTE)
			buf_adds(out, "    ");
		if (line->kind == LINE_ROW)
			print_row(t, line, column, width, color, out);
		else
			put(out, color, line->tone, str_of(line->cell[0]));
		trim_end(out);
		buf_addc(out, '\n');
	}
}
