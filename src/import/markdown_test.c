/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "support/oom.h"
#include "support/pagedump.h"

#include "base/err.h"
#include "base/file.h"

#define TABLE "| a | b |\n|---|---|\n"
#define TABLE_DUMP "1:1 table\n1:1-1 ! a | b\n"

static const struct {
	const char *text, *dump;
} pages[] = {
	{ "", "" },
	{ "\n\n", "" },

	/* tables */
	{ TABLE, TABLE_DUMP },
	{ TABLE "| 1 | 2 |\n|3|4|\n", TABLE_DUMP "3:1-3 1 | 2\n4:1-4 3 | 4\n" },
	{ "a | b\n-|-\n1 | 2\n", "1:1 table\n1:1-1 ! a | b\n3:1-3 1 | 2\n" },
	{ "| a | b\n|:--|:-:|\n 1 | 2\n", "1:1 table\n1:1-1 ! a | b\n3:2-3 1 | 2\n" },
	{ "| a |\n|:-|\n| 1 |\n", "1:1 table\n1:1-1 ! a\n3:1-3 1\n" },
	{ "\ttext\n\n  | a | b |\n  |---|---|\n", "1:2 text text\n3:3 table\n3:3-3 ! a | b\n" },
	{ TABLE "| 1 |\n| 2 | |\n| |\n", TABLE_DUMP "3:1-3 1 |  cut\n4:1-4 2 | \n5:1-5  |  cut\n" },
	{ TABLE "| 1 | 2 | 3 |\n", TABLE_DUMP "3:1-3 1 | 2 | 3\n" },
	{ TABLE "| 1 | 2 | 3\n", TABLE_DUMP "3:1-3 1 | 2 | 3\n" },
	{ TABLE "| 1 \\| 2 | `3 \\| 4` |\n", TABLE_DUMP "3:1-3 1 | 2 | 3 | 4\n" },
	{ TABLE "| 1 \\\\| 2 |\n", TABLE_DUMP "3:1-3 1 \\ | 2\n" },
	{ TABLE "| `1 | 2` |\n", TABLE_DUMP "3:1-3 `1 | 2`\n" },
	{ TABLE "| x<br>y<br/>z<BR /> | <ul><li>1</li><li>2</li></ul> |\n",
	  TABLE_DUMP "3:1-3 x/y/z | 1/2\n" },
	{ TABLE "| - | - |\n| 1 | 2 |\n", TABLE_DUMP "3:1-3 - | -\n4:1-4 1 | 2\n" },

	/* where a table ends */
	{ TABLE "| 1 | 2 |\n\ntext | x\n", TABLE_DUMP "3:1-3 1 | 2\n5:1 text text | x\n" },
	{ TABLE "| 1 | 2 |\nNote: text\n| 3 | 4 |\n",
	  TABLE_DUMP "3:1-3 1 | 2\n4:1 text Note: text\n5:1 table\n5:1-5 3 | 4\n" },
	{ TABLE "# c | d\n", TABLE_DUMP "3:1 h1 c | d\n" },
	{ TABLE "- c | d\n", TABLE_DUMP "3:1 text c | d\n" },
	{ TABLE "| 1 | 2 |\n| c | d |\n|---|---|\n| 3 | 4 |\n",
	  TABLE_DUMP "3:1-3 1 | 2\n4:1 table\n4:1-4 ! c | d\n6:1-6 3 | 4\n" },
	{ TABLE "<!-- | 0 | 0 |\n\n--> | 1 | 2 |\n<!-- -->\n| 3 | 4 |\n",
	  TABLE_DUMP "5:5-5 1 | 2\n7:1-7 3 | 4\n" },
	{ TABLE "| 1 | 2", TABLE_DUMP "3:1-3 1 | 2 cut\n" },
	{ "a | b\n-|-\n1 | 2", "1:1 table\n1:1-1 ! a | b\n3:1-3 1 | 2\n" },

	/* headers that are none, rows that have none */
	{ "|---|---|\n", "" },
	{ "|---|---|\n|---|---|\n| 1 | 2 |\n", "1:1 table\n1:1-1 ! --- | ---\n3:1-3 1 | 2\n" },
	{ "| 1 | 2 |\n| 3 | 4 |\n", "1:1 table\n1:1-1 1 | 2\n2:1-2 3 | 4\n" },
	{ "| a | b | c |\n|---|---|\n| 1 | 2 | 3 |\n",
	  "1:1 table\n1:1-1 ! a | b | c\n3:1-3 1 | 2 | 3\n" },
	{ "a | b | c\n---|---\n", "1:1 text a | b | c ---|---\n" },
	{ "text\n|---|---|\n", "1:1 text text\n" },
	{ "| not a row\n", "1:1 text | not a row\n" },

	/* headings */
	{ "# a\n## b ##\n###### c #d\n####### e\n#f\n",
	  "1:1 h1 a\n2:1 h2 b\n3:1 h6 c #d\n4:1 text ####### e #f\n" },
	{ "a\n===\nb\nc\n---\n", "1:1 h1 a\n3:1 h2 b c\n" },
	{ "a\n\n---\n***\n_ _ _\n", "1:1 text a\n" },
	{ "#\n\n# **a** [b](c)\n", "3:1 h1 a b [b](c)\n" },

	/* texts */
	{ "a\nb  \nc\\\nd\n\ne\n", "1:1 text a b/c/d\n6:1 text e\n" },
	{ "- a\n  b\n* c\n+ d\n\n  e\n12. f\n3) g\n-h\n",
	  "1:1 text a b\n3:1 text c\n4:1 text d\n6:3 text e\n7:1 text 12. f\n8:1 text 3) g -h\n" },
	{ "- a\n---\n", "1:1 text a\n" },
	{ "[^1]: a\nb\n[^x y]: c\n[^]: d\n", "1:1 text ^1^ a b\n3:1 text ^x y^ c [^]: d\n" },
	{ "> a\n> b\n>> c\nd\n\n> | a |\n> |---|\n", "1:3 text a b c d\n6:3 table\n6:3-6 ! a\n" },
	{ "a\n```x\n| *b* |\n|---|\n```\nc\n", "1:1 text a\n3:1 text | *b* |/|---|\n6:1 text c\n" },
	{ "~~~\n```\n~~~~\na\n", "2:1 text ```\n4:1 text a\n" },
	{ "```\n| a |\n|---|\n", "1:1 text ```\n2:1 table\n2:1-2 ! a\n" },
	{ "````\n```\n| a |\n|---|\n", "1:1 text ```` ```\n3:1 table\n3:1-3 ! a\n" },
	{ "<!-- a -->\nb <!-- c\nd --> e\n\n<!--\n\nf\n-->\ng\n<!-- h\n",
	  "2:1 text b e\n9:1 text g <!-- h\n" },
	{ "<div>\n\n<p>a</p>\n", "3:1 text a\n" },

	/* front matter */
	{ "---\ntitle: 'A b'\nx: y\n---\nc\n", "title A b\n5:1 text c\n" },
	{ "---\n| a |\n|---|\n", "2:1 table\n2:1-2 ! a\n" },
	{ "---\n---\na\n", "3:1 text a\n" },
	{ "---\na: b\n\nc\n", "2:1 text a: b\n4:1 text c\n" },
};

static void pages_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
		struct buf out = BUF_INIT;
		int r = page_dump_read(&format_markdown, str_of(pages[i].text), &out);

		buf_addc(&out, '\0');
		if (r < 0 || strcmp(out.data, pages[i].dump) != 0)
			fail_msg("%s\ngave %d and\n%s\ninstead of\n%s", pages[i].text, r, out.data,
				 pages[i].dump);
		buf_release(&out);
	}
}

static void cells_know_their_place(void **state)
{
	static const char text[] =
		"# x\n\n| a |  b |\n|---|---|\n| 1 || \n\t| \xe6\xb3\xa8 | 2 |\n";
	struct diag *d = diag_new();
	struct arena *a = arena_new();
	struct buf out = BUF_INIT;
	struct page *p = NULL;

	(void)state;
	assert_int_equal(format_markdown.page(STR(text), "f", a, d, &p), 0);
	assert_int_equal(p->blocks, 2);
	assert_string_equal(p->block[1].at.file, "f");
	for (size_t i = 0; i < p->block[1].table->rows; i++)
		page_dump_places(&p->block[1].table->row[i], &out);
	assert_string_equal(out.data, "3:1-3 ! 3:3 a | 3:8 b\n"
				      "5:1-5 5:3 1 | 5:6 \n"
				      "6:2-6 6:4 \xe6\xb3\xa8 | 6:10 2\n");
	buf_release(&out);
	arena_free(a);
	diag_free(d);
}

static void add_times(struct buf *b, const char *text, size_t times)
{
	while (times--)
		buf_adds(b, text);
}

/* Reads `n` times `part` behind a table. */
static int read_many(const char *part, size_t n, struct buf *out)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;

	buf_adds(&text, TABLE);
	add_times(&text, part, n);
	buf_clear(out);
	return page_dump_read(&format_markdown, buf_str(&text), out);
}

static void limits_are_told(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	assert_int_equal(read_many("|", 65, &out), 0);
	assert_int_equal(read_many("|", 66, &out), E_LIMIT);
	assert_string_equal(out.data, "x:3:1: error: the page has more than 64 columns in a table\n"
				      "    import the part with the firewall tables alone\n");
	assert_int_equal(read_many("|", 100000, &out), E_LIMIT);
	assert_int_equal(read_many("||\n", PAGE_ROWS_MAX - 1, &out), 0);
	assert_int_equal(read_many("||\n", PAGE_ROWS_MAX, &out), E_LIMIT);
	assert_int_equal(read_many("\nx\n", PAGE_BLOCKS_MAX - 1, &out), 0);
	assert_int_equal(read_many("\nx\n", PAGE_BLOCKS_MAX, &out), E_LIMIT);
	buf_release(&out);
}

/* Much of anything that could make a reader look back or ahead again and again. */
static void hostile_texts_take_linear_time(void **state)
{
	static const char *const parts[] = {
		"`",	      "``a`",	"[",	     "](",	"[a](b \"", "<",     "<b ",
		"<a href=\"", "*",	"**a",	     "__a",	"![",	    "[^",    "&#",
		"<!--",	      "<sup>",	"(",	     "http://", "\\",	    "\n```", "\n~~~~a",
		"\n>",	      "\n<!--", "\n---",     "\n# ",	"\n- ",	    "a|b\n", "|-|-\n",
		"|\n",	      "|\na\n", "https://(", "</a>",	"[[1]](#",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		struct buf out = BUF_INIT;
		int r = read_many(parts[i], ((size_t)512 << 10) / strlen(parts[i]), &out);

		if (r != 0 && r != E_LIMIT)
			fail_msg("many '%s' gave %d", parts[i], r);
		buf_release(&out);
	}
}

static int read_sample(void *data)
{
	struct buf out = BUF_INIT;
	int r = page_dump_read(&format_markdown, *(const struct str *)data, &out);

	buf_release(&out);
	return r;
}

static void memory_may_run_out(void **state)
{
	struct str text = STR("---\ntitle: t\n---\n# h\n\n" TABLE
			      "| [x](y) | `z` https://a |\n\n[^1]: n\n```\nc\n```\n");

	(void)state;
	assert_true(assert_survives_oom(read_sample, &text) > 10);
}

static void it_is_known_by_a_separator_line(void **state)
{
	static const struct {
		const char *text, *file;
		int sure;
	} cases[] = {
		{ TABLE "| 1 | 2 |\n", "x", 70 },
		{ "x\n\na | b\n--|--\n", "x", 70 },
		{ "> | a |\n> |---|\n", "x", 70 },
		{ "x\n---\n", "x", 0 },
		{ "x\n", "x.md", 30 },
		{ "10.0.0.0/8\n", "x.txt", 0 },
		{ "", "x", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(format_markdown.detect(str_of(cases[i].text), cases[i].file),
				 cases[i].sure);
	assert_ptr_equal(format_detect(str_of(TABLE "| 1 | 2 |\n"), "x"), &format_markdown);
}

static void the_sample_page_has_ten_tables(void **state)
{
	struct diag *d = diag_new();
	struct arena *a = arena_new();
	struct buf text = BUF_INIT;
	struct page *p = NULL;
	size_t tables = 0, rows = 0;

	(void)state;
	assert_int_equal(file_read("tests/data/import/markdown/page.en.md", FILE_LIMIT, &text, d),
			 0);
	assert_ptr_equal(format_detect(buf_str(&text), "page.en.md"), &format_markdown);
	assert_int_equal(format_markdown.page(buf_str(&text), "f", a, d, &p), 0);
	for (size_t i = 0; i < p->blocks; i++) {
		if (p->block[i].kind != PAGE_TABLE)
			continue;
		tables++;
		rows += p->block[i].table->rows - 1;
		for (size_t k = 0; k < p->block[i].table->rows; k++) {
			assert_int_equal(p->block[i].table->row[k].cells, 4);
			assert_false(p->block[i].table->row[k].cut);
		}
	}
	assert_int_equal(tables, 10);
	assert_int_equal(rows, 23);
	assert_int_equal(p->blocks - tables, 12);
	buf_release(&text);
	arena_free(a);
	diag_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_are_read),
		cmocka_unit_test(cells_know_their_place),
		cmocka_unit_test(limits_are_told),
		cmocka_unit_test(hostile_texts_take_linear_time),
		cmocka_unit_test(memory_may_run_out),
		cmocka_unit_test(it_is_known_by_a_separator_line),
		cmocka_unit_test(the_sample_page_has_ten_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
