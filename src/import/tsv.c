/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table as text: a header line, then a line a row, cells between tabs; or between commas or
 * semicolons, where the header line has no tab. Cells are as they are written, but one that is
 * quoted whole ("a ""b""", as RFC 4180 has it) loses its quotes, and may hold separators and line
 * ends. A quote that does not end at the end of a cell is text.
 *
 * The page is one table. Empty lines are no rows; all others are.
 */
#include <errno.h>

#include "base/alloc.h"
#include "import/format.h"
#include "import/md_text.h"

struct tsv {
	const char *p, *end;
	const char *start; /* of the physical line */
	unsigned line;
	char separator;
	const char *file;
	struct page_builder b;
	struct page_rows rows;
	struct buf raw, tmp;
};

struct tsv_cell {
	struct str text;
	bool quoted;
	struct place at;
};

struct tsv_row {
	struct tsv_cell cell[PAGE_COLUMNS_MAX];
	size_t cells; /* more than there is room for are counted only */
	struct place at;
	unsigned last_line;
};

/* ---- cells ---- */

static bool ends_cell(const struct tsv *t, const char *p)
{
	return p == t->end || *p == t->separator || *p == '\n' ||
	       (*p == '\r' && (p + 1 == t->end || p[1] == '\n'));
}

/* The quote that ends the cell that t->p begins, or NULL. */
static const char *closing_quote(const struct tsv *t)
{
	const char *p = t->p + 1;

	while (p < t->end && (p = memchr(p, '"', (size_t)(t->end - p)))) {
		if (p + 1 == t->end || p[1] != '"')
			return ends_cell(t, p + 1) ? p : NULL;
		p += 2;
	}
	return NULL;
}

static void skip_lines(struct tsv *t, const char *to)
{
	for (const char *eol; (eol = memchr(t->p, '\n', (size_t)(to - t->p)));) {
		t->p = t->start = eol + 1;
		t->line++;
	}
	t->p = to;
}

static struct tsv_cell read_cell(struct tsv *t)
{
	const char *quote = t->p < t->end && *t->p == '"' ? closing_quote(t) : NULL;
	struct tsv_cell c = { .quoted = quote != NULL };
	const char *from = t->p;

	c.at = (struct place){ t->file, t->line, (unsigned)(t->p - t->start) + 1 };
	if (quote) {
		skip_lines(t, quote + 1);
		c.text = (struct str){ from + 1, (size_t)(quote - from - 1) };
		return c;
	}
	while (!ends_cell(t, t->p))
		t->p++;
	c.text = (struct str){ from, (size_t)(t->p - from) };
	return c;
}

/* false: the text ends. An empty line gives a row of one empty cell. */
static bool read_row(struct tsv *t, struct tsv_row *ret)
{
	if (t->p == t->end)
		return false;
	ret->cells = 0;
	ret->at = (struct place){ t->file, t->line, 1 };
	for (;;) {
		struct tsv_cell c = read_cell(t);

		if (ret->cells < PAGE_COLUMNS_MAX)
			ret->cell[ret->cells] = c;
		ret->cells++;
		if (t->p == t->end || *t->p != t->separator)
			break;
		t->p++;
	}
	ret->last_line = t->line;
	while (t->p < t->end && *t->p == '\r')
		t->p++;
	if (t->p < t->end)
		skip_lines(t, t->p + 1);
	return true;
}

static bool is_empty(const struct tsv_row *row)
{
	return row->cells == 1 && !row->cell[0].quoted && !str_trim(row->cell[0].text).n;
}

/* ---- which separator ---- */

static char separator_of(struct str text)
{
	struct str line = str_cut(&text, '\n');
	size_t commas = 0, semicolons = 0;

	if (str_find(line, '\t') < line.n)
		return '\t';
	for (size_t i = 0; i < line.n; i++) {
		commas += line.p[i] == ',';
		semicolons += line.p[i] == ';';
	}
	return semicolons > commas ? ';' : commas ? ',' : '\t';
}

static struct tsv tsv_over(struct str text)
{
	struct tsv t = { .line = 1 };

	for (; text.n && (text.p[0] == '\n' || text.p[0] == '\r'); text.n--, text.p++)
		t.line += text.p[0] == '\n';
	t.p = t.start = text.p;
	t.end = text.n ? text.p + text.n : text.p;
	t.separator = separator_of(text);
	return t;
}

static int tsv_detect(struct str text, const char *file)
{
	struct tsv t = tsv_over(text);
	struct tsv_row row;
	size_t cells;

	(void)file;
	if (t.p == t.end || strchr("{[<|", *t.p) || !read_row(&t, &row))
		return 0;
	cells = row.cells;
	if (!read_row(&t, &row) || row.cells != cells)
		return 0;
	/* Sentences have commas too. */
	return t.separator == '\t' ? (cells >= 2 ? 60 : 0) : cells >= 3 ? 40 : 0;
}

/* ---- the page ---- */

static int finish_cell(struct tsv *t, const struct tsv_cell *c, struct str *ret)
{
	struct str left = c->text;

	buf_clear(&t->raw);
	while (c->quoted && left.n) {
		size_t n = str_find(left, '"');

		n += n < left.n;
		md_text_add(&t->raw, (struct str){ left.p, n });
		n += n < left.n && left.p[n] == '"';
		left = (struct str){ left.p + n, left.n - n };
	}
	if (!c->quoted)
		md_text_add(&t->raw, left);
	return t->raw.r < 0 ? t->raw.r : md_text_finish(buf_str(&t->raw), &t->tmp, t->b.arena, ret);
}

static int add_row(struct tsv *t, const struct tsv_row *row, size_t columns)
{
	struct page_row added = {
		.cells = row->cells,
		.at = row->at,
		.last_line = row->last_line,
		.cut = row->cells < columns,
	};
	size_t n = row->cells > PAGE_COLUMNS_MAX ? 0 : row->cells; /* refused below */
	int r = 0;

	added.cell = arena_array(t->b.arena, n, sizeof(*added.cell));
	if (!added.cell)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < n; i++) {
		added.cell[i].at = row->cell[i].at;
		added.cell[i].header = !columns;
		r = finish_cell(t, &row->cell[i], &added.cell[i].text);
	}
	return r < 0 ? r : page_rows_add(&t->b, &t->rows, &added);
}

static int read_table(struct tsv *t)
{
	struct page_block block = { .kind = PAGE_TABLE, .at = { t->file, 1, 1 } };
	struct tsv_row row;
	size_t columns = 0;
	int r = 0;

	while (r == 0 && read_row(t, &row)) {
		if (is_empty(&row))
			continue;
		block.at = columns ? block.at : row.at;
		r = add_row(t, &row, columns);
		columns = columns ? columns : row.cells;
	}
	if (r < 0 || !columns)
		return r;
	r = page_rows_end(&t->b, &t->rows, block.at, &block.table);
	return r < 0 ? r : page_add(&t->b, &block);
}

static int tsv_page(struct str text, const char *file, struct arena *a, struct diag *d,
		    struct page **ret)
{
	struct tsv t = tsv_over(text);
	int r;

	t.file = arena_strdup(a, file);
	t.b = (struct page_builder){ .arena = a, .diag = d, .page = { .file = t.file } };
	r = t.file ? read_table(&t) : -ENOMEM;
	if (r == 0)
		r = page_finish(&t.b, ret);
	page_builder_release(&t.b);
	mem_free(t.rows.row);
	buf_release(&t.raw);
	buf_release(&t.tmp);
	return r;
}

const struct format format_tsv = {
	.name = "tsv",
	.title = "table as text, cells between tabs (or commas)",
	.detect = tsv_detect,
	.page = tsv_page,
};
