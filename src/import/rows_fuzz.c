/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Markdown pages, decoded as every input is, become drafts. Property: every physical row has a
 * fate, a row that became a requirement is in the draft, and the draft is written and reads back as
 * the catalog that it says: whatever stands in the cells, nothing comes out that a catalog cannot
 * hold.
 */
#include <assert.h>
#include <stdint.h>

#include "import/decode.h"
#include "import/format.h"
#include "import/rows.h"
#include "support/readback.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char language[] =
	"language: xx\ntitle: X\n"
	"columns: { protocol: [P], ports: [N], source: [S], destination: [D], purpose: [U],\n"
	"  service: [V], direction: [W], note: [O], certainty: [C] }\n"
	"roles: { client: [cl, '{vendor} app'], browser: [br, 覧] }\n"
	"labels: { ipv4: [IPv4], ipv6: [IPv6], note: [Note, 注], see-note: [see note], any: "
	"[any],\n"
	"  same: [same], and: [and, と], etc: [etc.], inbound: [in], local: [lan], high: [high] "
	"}\n";

static void check_row(const struct row_account *row, const struct draft *d)
{
	assert((row->fate == ROW_REQUIREMENT) == (row->ids > 0));
	assert((row->fate == ROW_DUPLICATE) == (row->of != NULL));
	assert(row->fate != ROW_PROBLEM || row->why);
	assert(row->at.line > 0 && row->last_line >= row->at.line);
	for (size_t i = 0; i < row->ids; i++) {
		size_t k = 0;

		while (k < d->rows && strcmp(d->row[k].text.id, row->id[i]) != 0)
			k++;
		assert(k < d->rows);
	}
}

static size_t rows_of(const struct page *p)
{
	size_t rows = 0;

	for (size_t i = 0; i < p->blocks; i++)
		rows += p->block[i].kind == PAGE_TABLE ? p->block[i].table->rows : 0;
	return rows;
}

static void check(const struct account *a, const struct page *page, struct draft *d)
{
	size_t rows = 0;

	for (size_t t = 0; t < a->tables; t++) {
		for (size_t i = 0; i < a->table[t].rows; i++)
			check_row(&a->table[t].row[i], d);
		rows += a->table[t].rows;
	}
	assert(rows == rows_of(page));
	assert(readback(d, d->diag) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = { (const char *)data, size };
	struct decoded text;
	const struct format *markdown = format_find(STR("markdown"));
	struct dictionary words = DICTIONARY_INIT;
	struct account account = { 0 };
	struct page *page = NULL;
	struct diag *d = diag_new();
	struct draft draft;
	int r;

	assert(markdown && d && draft_init(&draft, d) == 0);
	assert(dictionary_read(str_of(language), "xx", "ve", "Ve", d, &words) == 0);
	draft.vendor = draft.title = draft.page = "ve";
	draft.page_date = "2026-01-01";
	r = decode(bytes, "fuzz", "utf-8", draft.arena, d, &text);
	if (r == 0)
		r = markdown->page(text.text, "fuzz", draft.arena, d, &page);
	if (r == 0) {
		struct rows_input in = { .page = page, .words = &words, .before = "" };

		r = rows_read(&in, &draft, &account);
		assert((r < 0) == (diag_errors(d) > 0));
	}
	if (r == 0)
		check(&account, page, &draft);
	dictionary_release(&words);
	draft_release(&draft);
	diag_free(d);
	return 0;
}
