/* SPDX-License-Identifier: Apache-2.0 */
#include "import/source.h"

#include <errno.h>

#include "base/err.h"
#include "import/digest.h"
#include "import/rowmake.h"

static int find_format(const struct source_input *in, struct str text, struct diag *d,
		       const struct format **ret)
{
	const struct format *f =
		in->format ? format_find(str_of(in->format)) : format_detect(text, in->path);
	EG_AUTO(buf_release) struct buf known = BUF_INIT;

	if (f) {
		*ret = f;
		return 0;
	}
	for (size_t i = 0; format_at(i); i++)
		buf_printf(&known, "%s%s", i ? ", " : "", format_at(i)->name);
	if (known.r < 0)
		return known.r;
	diag_error(d, (struct place){ .file = in->path },
		   in->format ? "there is no format '%s'" : "egret cannot tell what this is%s",
		   in->format ? in->format : "");
	diag_hint(d, "say it with --format; the formats are %s", known.data);
	return E_UNKNOWN;
}

/* ---- characters that were taken out ---- */

static int doubt(struct draft *draft, const struct row_account *row)
{
	static const char why[] = "a character in the row turns the direction of text around or "
				  "cannot be seen: what people read there may not be what it says";
	int r = 0;

	for (size_t i = 0; r == 0 && row->position && i < draft->rows; i++) {
		if (strcmp(draft->row[i].text.page, row->position) == 0)
			r = text_join(draft, &draft->row[i].text.unverified, why);
	}
	return r;
}

static int doubt_line(struct draft *draft, const struct account *a, unsigned line)
{
	int r = 0;

	for (size_t t = 0; t < a->tables; t++) {
		for (size_t i = 0; r == 0 && i < a->table[t].rows; i++) {
			const struct row_account *row = &a->table[t].row[i];

			if (line >= row->at.line && line <= row->last_line)
				r = doubt(draft, row);
		}
	}
	return r;
}

static int tell_odd(struct draft *draft, const struct account *a, const struct decoded *text)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < text->odds; i++) {
		EG_AUTO(buf_release) struct buf what = BUF_INIT;

		decoded_odd_print(text->odd[i].code, &what);
		r = what.r < 0 ? what.r
			       : draft_problem(draft, PROBLEM_UNKNOWN, text->odd[i].at, NULL,
					       "taken out: %s", what.data);
		if (r == 0)
			r = doubt_line(draft, a, text->odd[i].at.line);
	}
	if (r == 0 && text->all_odds > text->odds)
		r = draft_problem(draft, PROBLEM_UNKNOWN, NOWHERE, NULL,
				  "%zu more such characters were taken out",
				  text->all_odds - text->odds);
	return r;
}

/* ---- a page ---- */

static int tell_empty(const struct source *s, struct draft *draft)
{
	struct place at = { .file = s->path };
	unsigned tables = 0;

	for (size_t i = 0; i < s->account.tables; i++)
		tables += s->account.table[i].number > 0;
	if (tables)
		return 0;
	return draft_problem(
		draft, PROBLEM_LOST, at, NULL,
		s->page->scripted ? "no firewall table is on the page, and it has scripts: save it "
				    "from the browser when the tables are to be seen"
				  : "no firewall table is on the page");
}

static int fill_in(struct draft *draft, const struct page *page)
{
	if (!draft->page && page->url.n) {
		draft->page = text_line(draft, page->url);
		return draft->page ? 0 : -ENOMEM;
	}
	return 0;
}

static int read_page(const struct source_input *in, struct str text, struct draft *draft,
		     struct diag *d, struct source *s)
{
	struct rows_input rows = { .words = in->words, .lists = in->lists, .before = in->before };
	struct page *page = NULL;
	int r = s->format->page(text, in->path, draft->arena, d, &page);

	s->page = rows.page = page;
	if (r == 0)
		r = fill_in(draft, page);
	if (r == 0)
		r = rows_read(&rows, draft, &s->account);
	return r < 0 ? r : tell_empty(s, draft);
}

int source_read(const struct source_input *in, struct draft *draft, struct diag *d,
		struct source *ret)
{
	EG_AUTO(buf_release) struct buf bytes = BUF_INIT;
	struct source s = { .path = in->path };
	struct decoded text;
	int r = decode_read(in->path, &bytes, d);

	if (r == 0)
		r = digest_sha256(buf_str(&bytes), draft->arena, &s.sha256);
	if (r == 0)
		r = decode(buf_str(&bytes), in->path, in->encoding, draft->arena, d, &text);
	if (r == 0)
		r = find_format(in, text.text, d, &s.format);
	if (r < 0)
		return r;
	s.encoding = text.encoding;
	s.how = text.how;
	draft->sha256 = draft->sha256 ? draft->sha256 : s.sha256;
	r = s.format->page ? read_page(in, text.text, draft, d, &s)
			   : s.format->read(text.text, in->path, draft, d);
	if (r == 0)
		r = tell_odd(draft, &s.account, &text);
	if (r == 0)
		*ret = s;
	return r;
}
