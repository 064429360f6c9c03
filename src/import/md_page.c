/* SPDX-License-Identifier: Apache-2.0 */
#include "import/md_page.h"

#include <errno.h>

#include "import/md_build.h"
#include "import/md_fences.h"
#include "import/md_text.h"

enum { FRONT_LINES_MAX = 200 };

/* ---- front matter ---- */

static bool is_front_line(struct str line)
{
	return !line.n || line.p[0] == '-' || line.p[0] == '#' ||
	       (line.p[0] != '|' && str_find(line, ':') < line.n);
}

static struct str unquoted(struct str s)
{
	if (s.n >= 2 && (s.p[0] == '"' || s.p[0] == '\'') && s.p[s.n - 1] == s.p[0])
		s = (struct str){ s.p + 1, s.n - 2 };
	return s;
}

static int skip_front(struct md *m)
{
	struct md_lines l = m->lines;
	struct md_line line;
	struct str title = { NULL, 0 };
	int n = 0;

	if (!md_lines_raw(&l, &line) || !str_is(str_trim(line.text), "---"))
		return 0;
	for (; n < FRONT_LINES_MAX; n++) {
		if (!md_lines_raw(&l, &line) || !is_front_line(str_trim(line.text)))
			return 0;
		if (str_is(str_trim(line.text), "---"))
			break;
		if (str_starts(line.text, "title:"))
			title = str_trim((struct str){ line.text.p + 6, line.text.n - 6 });
	}
	if (n == 0 || n == FRONT_LINES_MAX)
		return 0; /* two rules, or something else */
	m->lines = l;
	buf_clear(&m->scratch.raw);
	md_text_add(&m->scratch.raw, unquoted(title));
	return m->scratch.raw.r < 0 ? m->scratch.raw.r
				    : md_text_finish(buf_str(&m->scratch.raw), &m->scratch.tmp,
						     m->b.arena, &m->b.page.title);
}

/* ---- texts ---- */

static int add_code(struct md *m, struct str code, const struct md_line *first)
{
	struct page_block block = { .kind = PAGE_TEXT };
	int r;

	block.at = md_place(m->file, first->line, first->start, first->start);
	buf_clear(&m->scratch.raw);
	md_text_add(&m->scratch.raw, code);
	r = m->scratch.raw.r;
	if (r == 0)
		r = md_text_finish(buf_str(&m->scratch.raw), &m->scratch.tmp, m->b.arena,
				   &block.text);
	return r < 0 || !block.text.n ? r : page_add(&m->b, &block);
}

/* Does this line end the paragraph before it? */
static bool interrupts(struct md *m, const struct md_line *line)
{
	struct md_lines l = m->lines;
	struct md_line any;
	struct str label, rest;

	return !line->text.n || md_starts(line, '|') || md_heading(line->text, &rest) ||
	       md_rule(line->text) || md_item(line->text, &rest) ||
	       md_note(line->text, &label, &rest) || md_header_at(&m->lines, m->flat, false) ||
	       md_fences_take(&m->fences, &l, &rest, &any);
}

/* A paragraph that begins with `text` in `first`, which is taken already. */
static int add_paragraph(struct md *m, const struct md_line *first, struct str text, bool plain,
			 struct str mark)
{
	struct page_block block = { .kind = PAGE_TEXT };
	struct md_line line;

	block.at = md_place(m->file, first->line, first->start, first->text.p);
	while (md_lines_peek(&m->lines, &line)) {
		unsigned level = plain ? md_underline(line.text) : 0;

		if (level) {
			block.kind = PAGE_HEADING;
			block.level = level;
			(void)md_lines_next(&m->lines, &line); /* just seen */
			break;
		}
		if (m->flat || interrupts(m, &line))
			break;
		(void)md_lines_next(&m->lines, &line); /* just seen */
		text.n = (size_t)(line.text.p + line.text.n - text.p);
	}
	return md_add_text(m, &block, text, first->quoted ? MD_QUOTATION : MD_PARAGRAPH, mark);
}

static int read_heading(struct md *m, const struct md_line *line, unsigned level, struct str text)
{
	struct page_block block = { .kind = PAGE_HEADING, .level = level };

	block.at = md_place(m->file, line->line, line->start, line->text.p);
	return md_add_text(m, &block, text, MD_PARAGRAPH, STR(""));
}

/* ---- blocks ---- */

static int read_text(struct md *m, const struct md_line *line)
{
	struct str text = line->text, mark = STR("");
	unsigned level = md_heading(line->text, &text);

	if (level)
		return read_heading(m, line, level, text);
	if (md_rule(line->text))
		return 0;
	if (md_note(line->text, &mark, &text))
		return add_paragraph(m, line, text, false, mark);
	if (md_item(line->text, &text))
		return add_paragraph(m, line, text, false, mark);
	return add_paragraph(m, line, text, true, mark);
}

/* Reads what begins with `line`, the next one. */
static int read_block(struct md *m, struct md_line line)
{
	size_t header = line.text.n ? md_header_at(&m->lines, m->flat, false) : 0;
	bool piped = md_starts(&line, '|');
	struct md_line first;
	struct str code;

	if (header)
		return md_read_table(m, header);
	if (piped && !md_divides(&line) && md_rows_without_header(m, &line))
		return md_read_table(m, 0);
	if (line.text.n && md_fences_take(&m->fences, &m->lines, &code, &first))
		return add_code(m, code, &first);
	(void)md_lines_next(&m->lines, &line); /* the caller saw it */
	return !line.text.n || (piped && md_divides(&line)) ? 0 : read_text(m, &line);
}

int md_page(struct str text, const char *file, bool flat, struct arena *a, struct diag *d,
	    struct page **ret)
{
	struct md m = { .lines = md_lines_over(text, !flat), .flat = flat };
	struct md_line line;
	int r;

	m.file = arena_strdup(a, file);
	m.b = (struct page_builder){ .arena = a, .diag = d, .page = { .file = m.file } };
	r = m.file ? skip_front(&m) : -ENOMEM;
	while (r == 0 && md_lines_peek(&m.lines, &line))
		r = read_block(&m, line);
	if (r == 0)
		r = page_finish(&m.b, ret);
	page_builder_release(&m.b);
	md_scratch_release(&m.scratch);
	return r;
}
