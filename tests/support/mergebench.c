/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <errno.h>

#include "base/err.h"
#include "catalog/write.h"
#include "support/mergebench.h"

static const char head[] = "vendor: acme\ntitle: Acme\npage: KB1\npage-date: 2026-01-02\n";
const char merge_lists[] = "lists:\n"
			   "  a4: {file: A4.txt, family: ipv4, date: 2026-01-01}\n"
			   "  a6: {file: A6.txt, family: ipv6, missing: no copy}\n";

void merge_rows_write(const char *rows, const char *list, struct buf *out)
{
	buf_printf(out, "%s%sservices:\n", head, list);
	for (struct str rest = str_of(rows); rest.p;) {
		struct str line = str_cut(&rest, '\n');

		if (line.n && line.p[line.n - 1] == ':')
			buf_printf(out, "  %.*s\n    title: %c%.*s\n    requirements:\n",
				   STR_FMT(line), line.p[0] - 'a' + 'A', (int)line.n - 2,
				   line.p + 1);
		else if (line.n)
			buf_printf(out, "      %.*s\n", STR_FMT(line));
	}
}

static int read_text(struct str text, enum text_part part, struct arena *a, struct diag *d,
		     struct catalog_text *ret)
{
	EG_AUTO(buf_release) struct buf told = BUF_INIT;
	int r = catalog_text_read(text, "k.yaml", part, a, d, ret);

	diag_format(d, &told);
	if (r < 0 && r != -ENOMEM)
		fail_msg("%.*s\nis not read:\n%s", STR_FMT(text), told.data);
	return r;
}

static int add_lists(struct draft *d, const struct catalog_text *text)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < text->lists; i++) {
		struct draft_list l = { .text = text->list[i] };
		const char *id;

		if (l.text.date)
			l.content = STR("192.0.2.0/24\n");
		r = draft_add_list(d, &l, &id);
	}
	return r;
}

/* The draft of a page that says what `text` says. */
static int draft_of(const struct catalog_text *text, struct draft *d)
{
	int r = add_lists(d, text);

	d->vendor = text->vendor;
	d->title = text->title;
	d->page = text->page;
	d->page_date = text->page_date;
	d->sha256 = text->page_sha256;
	for (size_t i = 0; r == 0 && i < text->services; i++) {
		const struct service_text *s = &text->service[i];
		struct draft_row row = { 0 };

		r = draft_add_service(d, s->id, s->title, &row.service);
		if (r == 0) {
			d->service[row.service].bypass = s->bypass;
			d->service[row.service].bypasses = s->bypasses;
		}
		for (size_t k = 0; r == 0 && k < s->requirements; k++) {
			row.text = s->requirement[k];
			r = draft_add_row(d, &row, NULL);
		}
	}
	return r;
}

int mergebench_open(struct mergebench *b)
{
	*b = (struct mergebench){ .diag = diag_new() };
	return b->diag ? draft_init(&b->draft, b->diag) : -ENOMEM;
}

void mergebench_close(struct mergebench *b)
{
	buf_release(&b->text);
	draft_release(&b->draft);
	diag_free(b->diag);
}

/* Both texts live with the draft. */
int mergebench_merge(struct mergebench *b, struct str page, struct str base, enum text_part part)
{
	struct catalog_text page_text, base_text;
	int r = read_text(page, TEXT_PARTIAL, b->draft.arena, b->diag, &page_text);

	if (r == 0)
		r = read_text(base, part, b->draft.arena, b->diag, &base_text);
	if (r == 0)
		r = draft_of(&page_text, &b->draft);
	if (r == 0)
		r = merge_draft(&b->draft, &base_text, part, b->diag, &b->out);
	return r < 0 ? r : catalog_write(&b->out.text, NULL, &b->text);
}

/* The catalog must be one that egret accepts. */
static int stub_list(void *data, const char *path, struct buf *out, struct diag *d)
{
	(void)data;
	(void)d;
	buf_adds(out, strstr(path, "6.txt") ? "2001:db8::/32\n" : "192.0.2.0/24\n");
	return out->r;
}

void merge_assert_catalog(struct str text, const char *what)
{
	static const struct list_source source = { .read = stub_list };
	struct diag *d = diag_new();
	struct buf told = BUF_INIT;
	struct catalog c;
	int r = catalog_read(text, "result.yaml", &source, d, &c);

	diag_format(d, &told);
	if (r < 0)
		fail_msg("%s: no catalog:\n%s\n%.*s", what, told.data, STR_FMT(text));
	catalog_release(&c);
	buf_release(&told);
	diag_free(d);
}

/* The same page once more: the same bytes, and no row is new or gone. */
void merge_assert_settled(struct str page, const struct buf *result, const char *what)
{
	struct mergebench b;

	assert_int_equal(mergebench_open(&b), 0);
	assert_int_equal(mergebench_merge(&b, page, buf_str(result), TEXT_WHOLE), 0);
	for (struct str x = buf_str(result), y = buf_str(&b.text); x.p || y.p;) {
		struct str before = str_cut(&x, '\n'), after = str_cut(&y, '\n');

		if (!str_eq(before, after))
			fail_msg("%s: '%.*s' became '%.*s'", what, STR_FMT(before), STR_FMT(after));
	}
	assert_int_equal(b.out.by[MERGE_NEW], 0);
	assert_int_equal(b.out.by[MERGE_GONE], 0);
	assert_int_equal(b.out.by[MERGE_MOVED], 0);
	mergebench_close(&b);
}
