/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <unistd.h>

#include "support/oom.h"
#include "support/pagedump.h"

#include "base/err.h"
#include "base/file.h"

#define AB "| a | b |\n|---|---|\n"
#define AB_DUMP "1:1 table\n1:1-1 ! a | b\n"
#define ABCD "| a | b | c | d |\n|---|---|---|---|\n"
#define ABCD_DUMP "1:1 table\n1:1-1 ! a | b | c | d\n"

static const struct {
	const char *text, *dump;
} pages[] = {
	{ "", "" },

	/* rows over several lines */
	{ ABCD "|\n1 |\n2 |\n3 |\n4\n5 |\n", ABCD_DUMP "3:1-8 1 | 2 | 3 | 4/5\n" },
	{ ABCD "| 1 | 2 | 3 |\n4\n5 |\n| 6 | 7 | 8 |\n9 10 |\nx\n",
	  ABCD_DUMP "3:1-5 1 | 2 | 3 | 4/5\n6:1-7 6 | 7 | 8 | 9 10\n8:1 text x\n" },
	{ ABCD "| 1 | 2 | 3 | 4 |\n|\n5 |\n6 |\n7 | 8 |\n| 9 | 10 | 11 | 12 |\n",
	  ABCD_DUMP "3:1-3 1 | 2 | 3 | 4\n4:1-7 5 | 6 | 7 | 8\n8:1-8 9 | 10 | 11 | 12\n" },
	{ AB "|\n1\\| |\n`2\n\\| |\n", AB_DUMP "3:1-6 1| | `2/|\n" },
	{ AB "|\n1 |\n<!-- x | -->\n2 |\n", AB_DUMP "3:1-6 1 | 2\n" },
	{ AB "|\n> 1023 |\n2 |\n", AB_DUMP "3:1-5 > 1023 | 2\n" },
	{ AB "| 1 | 2 | 3 |\n|\n4 |\n5 | 6\n", AB_DUMP "3:1-3 1 | 2 | 3\n4:1-6 4 | 5 | 6\n" },

	/* a pipe at the start of a line: an empty cell, a late pipe, or the next row */
	{ ABCD "|\n1 |\n|\n3 |\n4 |\n|\n5 |\n6 |\n7 |\n8 |\n",
	  ABCD_DUMP "3:1-7 1 |  | 3 | 4\n8:1-12 5 | 6 | 7 | 8\n" },
	{ ABCD "|\n|\n2 |\n3 |\n4 |\n|\n5 |\n6 |\n7 |\n|\n",
	  ABCD_DUMP "3:1-7  | 2 | 3 | 4\n8:1-12 5 | 6 | 7 | \n" },
	{ ABCD "| 1 | 2 | 3 |\n4\n|\n| 5 | 6 | 7 |\n8 |\n",
	  ABCD_DUMP "3:1-5 1 | 2 | 3 | 4\n6:1-7 5 | 6 | 7 | 8\n" },
	{ ABCD "|\n1\n| 2\n| 3\n| 4 |\n", ABCD_DUMP "3:1-7 1 | 2 | 3 | 4\n" },
	{ ABCD "|\n1 |\n2 |\n|\n3 |\n4 |\n5 |\n6 |\n",
	  ABCD_DUMP "3:1-5 1 | 2 cut\n6:1-10 3 | 4 | 5 | 6\n" },
	{ ABCD "|\n1 |\n2 |\n3 |\n4\n|\n5 |\n6 |\n7 |\n8 |\n",
	  ABCD_DUMP "3:1-7 1 | 2 | 3 | 4 cut\n8:1-12 5 | 6 | 7 | 8\n" },
	{ ABCD "| 1 | 2 |\n| 3 | 4 | 5 | 6 |\n| 7 |\n|\n8 |\n9 |\n10 |\n11 |\n",
	  ABCD_DUMP "3:1-3 1 | 2 cut\n4:1-4 3 | 4 | 5 | 6\n5:1-5 7 cut\n6:1-10 8 | 9 | 10 | 11\n" },

	/* what cuts a row */
	{ AB "|\n1 |\n\n2 |\n", AB_DUMP "3:1-4 1 cut\n6:1 text 2 |\n" },
	{ AB "|\n1 |\n2\n", AB_DUMP "3:1-5 1 | 2 cut\n" },
	{ AB "| 1 | 2", AB_DUMP "3:1-3 1 | 2 cut\n" },
	{ AB "|\n", AB_DUMP "3:1-3 cut\n" },
	{ AB "|\n1 |\n# h\n", AB_DUMP "3:1-4 1 cut\n5:1 h1 h\n" },
	{ AB "|\n1 |\n" AB "|\n1 |\n2 |\n",
	  AB_DUMP "3:1-4 1 cut\n5:1 table\n5:1-5 ! a | b\n7:1-9 1 | 2\n" },
	{ AB "|\n1 |\n|\nc |\nd |\n|---|---|\n|\n1 |\n2 |\n",
	  AB_DUMP "3:1-4 1 cut\n5:1 table\n5:1-7 ! c | d\n9:1-11 1 | 2\n" },

	/* tables that follow one another */
	{ AB "|\n1 |\n2 |\n" AB "| 3 | 4 |\n",
	  AB_DUMP "3:1-5 1 | 2\n6:1 table\n6:1-6 ! a | b\n8:1-8 3 | 4\n" },
	{ AB AB, AB_DUMP "3:1 table\n3:1-3 ! a | b\n" },
	{ AB "| - | - |\n| 1 | 2 |\n", AB_DUMP "3:1-3 - | -\n4:1-4 1 | 2\n" },
	{ "|\na |\nb |\n|:-|-:|\n|\n1 |\n2 |\n", "1:1 table\n1:1-3 ! a | b\n5:1-7 1 | 2\n" },

	/* rows behind a text, and rows that never had a header */
	{ AB "|\n1 |\n2 |\nNote:\n|\n3 |\n4 |\nx\n",
	  AB_DUMP "3:1-5 1 | 2\n6:1 text Note:\n7:1 table\n7:1-9 3 | 4\n10:1 text x\n" },
	{ AB "1 | 2 |\n3 | 4\n\n5 | 6 |\n",
	  AB_DUMP "3:1-3 1 | 2\n4:1 text 3 | 4\n6:1 text 5 | 6 |\n" },
	{ ABCD "1 | 2 | 3 | 4\nx | y\n", ABCD_DUMP "3:1-3 1 | 2 | 3 | 4\n4:1 text x | y\n" },
	{ "| 1 | 2 |\n|\n3 |\n4 |\n", "1:1 table\n1:1-1 1 | 2\n2:1-4 3 | 4\n" },
	{ "|\n1 |\n", "1:1 text |\n2:1 text 1 |\n" },
	{ AB "\n|\nx\ny\n", AB_DUMP "4:1 table\n4:1-4 cut\n5:1 text x\n6:1 text y\n" },

	/* texts: one a line */
	{ "a\nb **c**\n\n- d\ne\n===\n[^1]: f\ng\n```\nh\n```\n",
	  "1:1 text a\n2:1 text b c\n4:1 text d\n5:1 h1 e\n7:1 text ^1^ f\n8:1 text g\n"
	  "10:1 text h\n" },
	{ "> 1023\n", "1:1 text > 1023\n" },
};

static void pages_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
		struct buf out = BUF_INIT;
		int r = page_dump_read(&format_flat, str_of(pages[i].text), &out);

		buf_addc(&out, '\0');
		if (r < 0 || strcmp(out.data, pages[i].dump) != 0)
			fail_msg("%s\ngave %d and\n%s\ninstead of\n%s", pages[i].text, r, out.data,
				 pages[i].dump);
		buf_release(&out);
	}
}

/* ---- the page that all this is for ---- */

/* All that is between the first and the last line; `cells` of a row: its protocol and ports. */
static const struct {
	unsigned line, last;
	const char *cells; /* NULL: a text; "": a header */
} zoom[] = {
	{ 1, 1, "" },
	{ 3, 3, "TCP 80\u3001443" },
	{ 4, 4, "UDP 443" },
	{ 5, 5, NULL },
	{ 6, 6, NULL },
	{ 7, 7, NULL },

	{ 8, 8, "" },
	{ 10, 10, "TCP 80\u3001443" },
	{ 11, 11, "UDP 443" },

	{ 12, 12, "" },
	{ 14, 16, "TCP 443\u30018801\u30018802" },
	{ 17, 18, "UDP 3478\u30013479\u30018801 - 8810" },
	{ 19, 19, NULL },

	{ 20, 20, "" },
	{ 22, 27, "TCP 443" },
	{ 28, 33, "TCP 5091" },
	{ 34, 38, "TCP 390" },
	{ 39, 44, "UDP 20000-64000" },

	{ 45, 45, "" },
	{ 47, 52, "UDP 20000-64000" },
	{ 53, 58, "TCP 443" },
	{ 59, 64, "TCP 5091" },
	{ 65, 69, "TCP 443" },

	{ 70, 70, "" },
	{ 72, 76, "TCP 443" },
	{ 77, 81, "TCP 443" },
	{ 82, 86, "TCP 443" },
	{ 87, 91, "TCP 443" },

	{ 92, 92, "" },
	{ 94, 98, "TCP 80\u3001443" },
	{ 99, 99, "" },
	{ 101, 105, "TCP 443" },
	{ 106, 106, NULL },

	{ 107, 107, "" },
	{ 109, 113, "HTTP 80" },
	{ 114, 114, NULL },

	{ 115, 115, "" },
	{ 117, 122, "TCP 443" },
	{ 123, 125, "UDP (HTTP/3) 443" },

	{ 126, 126, NULL },
	{ 127, 127, NULL },
	{ 128, 128, NULL },
	{ 129, 129, NULL },
	{ 130, 130, NULL },
	{ 131, 131, NULL },
};

static size_t check_row(const struct page_row *row, size_t i)
{
	EG_AUTO(buf_release) struct buf cells = BUF_INIT;

	assert_true(i < ARRAY_LEN(zoom));
	assert_int_equal(row->at.line, zoom[i].line);
	assert_int_equal(row->last_line, zoom[i].last);
	assert_int_equal(row->cells, 4);
	assert_false(row->cut);
	assert_non_null(zoom[i].cells);
	assert_int_equal(row->cell[0].header, !*zoom[i].cells);
	if (!*zoom[i].cells)
		return i + 1;
	buf_addstr(&cells, row->cell[0].text);
	buf_addc(&cells, ' ');
	buf_addstr(&cells, row->cell[1].text);
	if (!str_starts(buf_str(&cells), zoom[i].cells))
		fail_msg("line %u: %s instead of %s", zoom[i].line, cells.data, zoom[i].cells);
	return i + 1;
}

static void check_zoom(const char *path)
{
	struct diag *d = diag_new();
	struct arena *a = arena_new();
	struct buf text = BUF_INIT;
	struct page *p = NULL;
	size_t i = 0, tables = 0;

	assert_int_equal(file_read(path, FILE_LIMIT, &text, d), 0);
	assert_ptr_equal(format_detect(buf_str(&text), path), &format_flat);
	assert_int_equal(format_flat.page(buf_str(&text), path, a, d, &p), 0);
	for (size_t k = 0; k < p->blocks; k++) {
		const struct page_block *b = &p->block[k];

		tables += b->kind == PAGE_TABLE;
		for (size_t n = 0; b->kind == PAGE_TABLE && n < b->table->rows; n++)
			i = check_row(&b->table->row[n], i);
		if (b->kind == PAGE_TABLE)
			continue;
		assert_int_equal(b->kind, PAGE_TEXT);
		assert_int_equal(b->at.line, zoom[i].line);
		assert_null(zoom[i++].cells);
	}
	assert_int_equal(tables, 10);
	assert_int_equal(i, ARRAY_LEN(zoom));
	buf_release(&text);
	arena_free(a);
	diag_free(d);
}

static void every_line_of_the_sample_page_is_there(void **state)
{
	(void)state;
	check_zoom("tests/data/import/flat/page.ja.md");
}

static void every_line_of_the_saved_page_is_there(void **state)
{
	static const char path[] = "../shared/seed/zoom-network-firewall-or-proxy.ja.md";

	(void)state;
	if (access(path, R_OK) < 0)
		skip();
	check_zoom(path);
}

/* ---- bounds ---- */

static int read_many(const char *part, size_t n, struct buf *out)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;

	buf_adds(&text, AB);
	while (n--)
		buf_adds(&text, part);
	buf_clear(out);
	return page_dump_read(&format_flat, buf_str(&text), out);
}

static void limits_are_told(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	assert_int_equal(read_many("|", 65, &out), 0);
	assert_int_equal(read_many("|", 66, &out), E_LIMIT);
	assert_int_equal(read_many("|", 100000, &out), E_LIMIT);
	assert_string_equal(out.data, "x:3:1: error: the page has more than 64 columns in a table\n"
				      "    import the part with the firewall tables alone\n");
	assert_int_equal(read_many("|\n|\n|\n", PAGE_ROWS_MAX - 1, &out), 0);
	assert_int_equal(read_many("|\n|\n|\n", PAGE_ROWS_MAX, &out), E_LIMIT);
	assert_int_equal(read_many("x\n", PAGE_BLOCKS_MAX - 1, &out), 0);
	assert_int_equal(read_many("x\n", PAGE_BLOCKS_MAX, &out), E_LIMIT);
	buf_release(&out);
}

static void hostile_texts_take_linear_time(void **state)
{
	static const char *const parts[] = {
		"|\na\n", "|\n",  "|\n<!--\n", "| a\n",	    "|-|-|\n", "|---|---|\n",
		"a\n",	  "a|\n", "|\n```\n",  "|\n\n\n\n", "\\\n",    "|\n|---|---|\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		struct buf out = BUF_INIT;
		int r = read_many(parts[i], 256 * 1024 / strlen(parts[i]), &out);

		if (r != 0 && r != E_LIMIT)
			fail_msg("many '%s' gave %d", parts[i], r);
		buf_release(&out);
	}
}

static int read_sample(void *data)
{
	struct buf out = BUF_INIT;
	int r = page_dump_read(&format_flat, *(const struct str *)data, &out);

	buf_release(&out);
	return r;
}

static void memory_may_run_out(void **state)
{
	struct str text = STR(AB "|\n[x](y) |\nhttps://a\nz |\nnote\n" AB "| 1 |\n");

	(void)state;
	assert_true(assert_survives_oom(read_sample, &text) > 10);
}

static void it_is_known_by_a_row_over_several_lines(void **state)
{
	static const struct {
		const char *text;
		int sure;
	} cases[] = {
		{ AB "|\n1 |\n2 |\n", 80 }, { AB "| 1 |\n2\n3 |\n", 80 }, { AB "| 1 | 2 |\n", 0 },
		{ AB "| 1 |\n", 0 },	    { "|\n1 |\n2 |\n", 0 },	  { "x", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(format_flat.detect(str_of(cases[i].text), "x.md"), cases[i].sure);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_are_read),
		cmocka_unit_test(every_line_of_the_sample_page_is_there),
		cmocka_unit_test(every_line_of_the_saved_page_is_there),
		cmocka_unit_test(limits_are_told),
		cmocka_unit_test(hostile_texts_take_linear_time),
		cmocka_unit_test(memory_may_run_out),
		cmocka_unit_test(it_is_known_by_a_row_over_several_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
