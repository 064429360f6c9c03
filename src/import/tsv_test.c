/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "support/oom.h"
#include "support/pagedump.h"

#include "base/err.h"
#include "base/file.h"

static const struct {
	const char *text, *dump;
} pages[] = {
	{ "", "" },
	{ "\n \n", "" },
	{ "a\tb\n", "1:1 table\n1:1-1 ! a | b\n" },
	{ "\n\na\tb\n\n1\t2\n\t\n", "3:1 table\n3:1-3 ! a | b\n5:1-5 1 | 2\n6:1-6  | \n" },
	{ "a\tb\r\n1\t2\r\n", "1:1 table\n1:1-1 ! a | b\n2:1-2 1 | 2\n" },
	{ "a\tb\n1\n1\t2\t3\n", "1:1 table\n1:1-1 ! a | b\n2:1-2 1 cut\n3:1-3 1 | 2 | 3\n" },
	{ "a\tb\n*.x\t**y** [z](w) &amp; <br>\n",
	  "1:1 table\n1:1-1 ! a | b\n2:1-2 *.x | **y** [z](w) &amp; <br>\n" },
	{ "a,b;c,d\n1,\"2,3\";4,5\n",
	  "1:1 table\n1:1-1 ! a | b;c | d\n2:1-2 1 | \"2 | 3\";4 | 5\n" },
	{ "a;b\n1;2,3\n", "1:1 table\n1:1-1 ! a | b\n2:1-2 1 | 2,3\n" },
	{ "a,b\n1,\"2,3\"\n", "1:1 table\n1:1-1 ! a | b\n2:1-2 1 | 2,3\n" },
	{ "a\tb\n1,2\t3;4\n", "1:1 table\n1:1-1 ! a | b\n2:1-2 1,2 | 3;4\n" },
	{ "a\nb\n", "1:1 table\n1:1-1 ! a\n2:1-2 b\n" },

	/* quotes */
	{ "a\tb\n\"1\n\n2\t3\"\t\"\"\n4\t5\n",
	  "1:1 table\n1:1-1 ! a | b\n2:1-4 1/2 3 | \n5:1-5 4 | 5\n" },
	{ "a\tb\n\"x \"\"y\"\"\"\t\"\"\"\"\n", "1:1 table\n1:1-1 ! a | b\n2:1-2 x \"y\" | \"\n" },
	{ "a\tb\n\"x\" y\t\"z\n1\t2\n",
	  "1:1 table\n1:1-1 ! a | b\n2:1-2 \"x\" y | \"z\n3:1-3 1 | 2\n" },
	{ "a\tb\nx\"y\"\t\"z\"", "1:1 table\n1:1-1 ! a | b\n2:1-2 x\"y\" | z\n" },
	{ "a\tb\n\"\"\n", "1:1 table\n1:1-1 ! a | b\n2:1-2  cut\n" },
	{ "a\tb\n\"", "1:1 table\n1:1-1 ! a | b\n2:1-2 \" cut\n" },
};

static void tables_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
		struct buf out = BUF_INIT;
		int r = page_dump_read(&format_tsv, str_of(pages[i].text), &out);

		buf_addc(&out, '\0');
		if (r < 0 || strcmp(out.data, pages[i].dump) != 0)
			fail_msg("%s\ngave %d and\n%s\ninstead of\n%s", pages[i].text, r, out.data,
				 pages[i].dump);
		buf_release(&out);
	}
}

static void cells_know_their_place(void **state)
{
	struct diag *d = diag_new();
	struct arena *a = arena_new();
	struct buf out = BUF_INIT;
	struct page *p = NULL;

	(void)state;
	assert_int_equal(format_tsv.page(STR("\na\tb\n\"1\n2\"\t3\n"), "f", a, d, &p), 0);
	for (size_t i = 0; i < p->block[0].table->rows; i++)
		page_dump_places(&p->block[0].table->row[i], &out);
	assert_string_equal(out.data, "2:1-2 ! 2:1 a | 2:3 b\n3:1-4 3:1 1/2 | 4:4 3\n");
	buf_release(&out);
	arena_free(a);
	diag_free(d);
}

static void samples_are_read(void **state)
{
	static const struct {
		const char *name;
		size_t rows, columns;
	} samples[] = {
		{ "google-meet-rows", 5, 5 },
		{ "microsoft-teams-rows", 8, 5 },
		{ "webex-rows", 4, 5 },
		{ "page.en", 24, 5 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
		struct diag *d = diag_new();
		struct arena *a = arena_new();
		struct buf text = BUF_INIT;
		struct page *p = NULL;
		char path[100];

		(void)snprintf(path, sizeof(path), "tests/data/import/tsv/%s.tsv", samples[i].name);
		assert_int_equal(file_read(path, FILE_LIMIT, &text, d), 0);
		assert_ptr_equal(format_detect(buf_str(&text), path), &format_tsv);
		assert_int_equal(format_tsv.page(buf_str(&text), path, a, d, &p), 0);
		assert_int_equal(p->blocks, 1);
		assert_int_equal(p->block[0].table->rows, samples[i].rows);
		for (size_t k = 0; k < samples[i].rows; k++) {
			assert_int_equal(p->block[0].table->row[k].cells, samples[i].columns);
			assert_int_equal(p->block[0].table->row[k].cell[0].header, k == 0);
		}
		buf_release(&text);
		arena_free(a);
		diag_free(d);
	}
}

static int read_many(const char *part, size_t n, struct buf *out)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;

	buf_adds(&text, "a\tb\n");
	while (n--)
		buf_adds(&text, part);
	buf_clear(out);
	return page_dump_read(&format_tsv, buf_str(&text), out);
}

static void limits_are_told(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	assert_int_equal(read_many("\t", 63, &out), 0);
	assert_int_equal(read_many("\t", 64, &out), E_LIMIT);
	assert_string_equal(out.data, "x:2:1: error: the page has more than 64 columns in a table\n"
				      "    import the part with the firewall tables alone\n");
	assert_int_equal(read_many("1\n", PAGE_ROWS_MAX - 1, &out), 0);
	assert_int_equal(read_many("1\n", PAGE_ROWS_MAX, &out), E_LIMIT);
	buf_release(&out);
}

static void hostile_texts_take_linear_time(void **state)
{
	static const char *const parts[] = {
		"\"",	   "\"\t",	  "\"\n",      "\"\"\t", "\"\"\"\t", "\"x\n",
		"\"\"x\n", "\"\"\"x\t\n", "x\t\"\"\n", "\n",	 "\t\n",     "\r",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		struct buf out = BUF_INIT;
		int r = read_many(parts[i], 1024 * 1024 / strlen(parts[i]), &out);

		if (r != 0 && r != E_LIMIT)
			fail_msg("many '%s' gave %d", parts[i], r);
		buf_release(&out);
	}
}

static int read_sample(void *data)
{
	struct buf out = BUF_INIT;
	int r = page_dump_read(&format_tsv, *(const struct str *)data, &out);

	buf_release(&out);
	return r;
}

static void memory_may_run_out(void **state)
{
	struct str text = STR("a\tb\n\"1\"\t2\n3\n");

	(void)state;
	assert_true(assert_survives_oom(read_sample, &text) > 5);
}

static void it_is_known_by_two_lines_with_as_many_cells(void **state)
{
	static const struct {
		const char *text;
		int sure;
	} cases[] = {
		{ "a\tb\n1\t2\n", 60 },
		{ "\na\tb\n\"1\n\t\"\t2\n", 60 },
		{ "a\tb\n1\n", 0 },
		{ "a\tb\n", 0 },
		{ "a,b,c\n1,2,3\n", 40 },
		{ "a;b;c\n1;2;3\n", 40 },
		{ "a,b\n1,2\n", 0 },
		{ "{\"a\":1,\n\"b\":2,\n", 0 },
		{ "<a,b,c>\n<a,b,c>\n", 0 },
		{ "| a,b,c\n| a,b,c\n", 0 },
		{ "", 0 },
		{ "\n", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(format_tsv.detect(str_of(cases[i].text), "x"), cases[i].sure);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_are_read),
		cmocka_unit_test(cells_know_their_place),
		cmocka_unit_test(samples_are_read),
		cmocka_unit_test(limits_are_told),
		cmocka_unit_test(hostile_texts_take_linear_time),
		cmocka_unit_test(memory_may_run_out),
		cmocka_unit_test(it_is_known_by_two_lines_with_as_many_cells),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
