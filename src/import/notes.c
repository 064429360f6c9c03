/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of a page: notes and the rows they belong to. */
#include <errno.h>

#include "base/alloc.h"
#include "import/fold.h"
#include "import/reading.h"

static int add_text(struct page_reading *g, const struct page_block *b, enum text_fate fate,
		    unsigned table)
{
	struct account *a = g->account;
	int r = mem_grow(&a->text, &g->text_cap, a->texts + 1, sizeof(*a->text));

	if (r == 0)
		a->text[a->texts++] = (struct text_account){
			.fate = fate, .at = b->at, .text = b->text, .table = table
		};
	return r;
}

/* "Note: text": 1 with the text behind the label; 0: not a note; -ENOMEM. */
static int is_note(struct page_reading *g, struct str text, struct str *ret)
{
	struct str rest, label, key;
	const struct word *w;
	int r = fold(text, g->draft->arena, &rest);

	if (r < 0)
		return r;
	rest = str_trim(rest);
	label = str_cut(&rest, ':');
	r = label.n > 64 ? 0 : squeeze(label, g->draft->arena, &key);
	if (r < 0 || label.n > 64 || !rest.p)
		return r;
	w = dictionary_find(g->in->words, WORD_LABEL, key);
	if (!w || w->value != LABEL_NOTE)
		return 0;
	*ret = str_trim(rest);
	return 1;
}

static int note_row(struct page_reading *g, struct noted_row *row, const char *text)
{
	int r = 0;

	row->explained = true;
	for (size_t i = row->first; r == 0 && i < row->first + row->n; i++)
		r = text_join(g->draft, &g->draft->row[i].text.note, text);
	return r;
}

/* The rows of the table that point to a note; all of them when none does. */
static int note_table(struct page_reading *g, unsigned table, const char *text)
{
	bool pointed = false;
	int r = 0;

	for (size_t i = 0; i < g->noteds; i++)
		pointed |= g->noted[i].table == table && g->noted[i].see_note;
	for (size_t i = 0; r == 0 && i < g->noteds; i++) {
		if (g->noted[i].table == table && (!pointed || g->noted[i].see_note))
			r = note_row(g, &g->noted[i], text);
	}
	return r;
}

static int doubt_row(struct page_reading *g, const struct noted_row *row, const char *why)
{
	int r = 0;

	for (size_t i = row->first; r == 0 && i < row->first + row->n; i++)
		r = text_join(g->draft, &g->draft->row[i].text.unverified, why);
	return r;
}

static int note_lost(struct page_reading *g, const struct page_block *b, unsigned table)
{
	int r = draft_problem(
		g->draft, PROBLEM_LOST, b->at, NULL,
		table ? "a note behind table %u lost its text" : "a note lost its text", table);

	for (size_t i = 0; r == 0 && i < g->noteds; i++) {
		if (table && g->noted[i].table == table)
			r = doubt_row(g, &g->noted[i], "a note behind the table lost its text");
	}
	return r;
}

/* Does the blank-separated list have the word? */
static bool has_mark(struct str marks, struct str mark)
{
	while (marks.n) {
		if (str_eq(str_cut(&marks, ' '), mark))
			return true;
	}
	return false;
}

/* "[mark] text": the note of every row that has the mark; 1: it was one. */
static int footnote(struct page_reading *g, const struct page_block *b)
{
	struct str folded, text, marks;
	const char *line;
	int r = fold(b->text, g->draft->arena, &folded);

	if (r < 0 || !str_starts(str_trim(folded), PAGE_MARK_OPEN))
		return r;
	r = fold_marks(folded, g->draft->arena, &text, &marks);
	line = r < 0 ? NULL : text_line(g->draft, str_trim(text));
	if (!line)
		return -ENOMEM;
	marks = str_cut(&marks, ' ');
	for (size_t i = 0; r == 0 && line[0] && i < g->noteds; i++) {
		if (has_mark(g->noted[i].marks, marks))
			r = note_row(g, &g->noted[i], line);
	}
	return r < 0 ? r : 1;
}

int reading_text(struct page_reading *g, const struct page_block *b, unsigned behind)
{
	struct str text;
	const char *line;
	int r;

	if (b->kind == PAGE_HEADING)
		return add_text(g, b, TEXT_HEADING, 0);
	r = footnote(g, b);
	if (r != 0)
		return r < 0 ? r : add_text(g, b, TEXT_NOTE, 0);
	r = is_note(g, b->text, &text);
	if (r <= 0)
		return r < 0 ? r : add_text(g, b, TEXT_PLAIN, 0);
	if (!text.n) {
		r = note_lost(g, b, behind);
		return r < 0 ? r : add_text(g, b, TEXT_NOTE_LOST, behind);
	}
	line = behind ? text_line(g->draft, text) : "";
	if (!line)
		return -ENOMEM;
	r = behind ? note_table(g, behind, line) : 0;
	return r < 0 ? r : add_text(g, b, TEXT_NOTE, behind);
}

int reading_unexplained(struct page_reading *g)
{
	static const char why[] = "it points to a note that the page does not have";
	int r = 0;

	for (size_t i = 0; r == 0 && i < g->noteds; i++) {
		const struct noted_row *row = &g->noted[i];

		if (row->explained || (!row->marks.n && !row->see_note))
			continue;
		r = doubt_row(g, row, why);
		if (r == 0)
			r = draft_problem(g->draft, PROBLEM_LOST, row->at,
					  g->draft->row[row->first].text.id,
					  "the row points to a note that the page does not have");
	}
	return r;
}
