/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <errno.h>

#include "base/err.h"
#include "base/file.h"
#include "catalog/list.h"
#include "support/oom.h"

/* A reading with everything it needs; `told` has the messages afterwards. */
struct attempt {
	struct arena *arena;
	struct diag *diag;
	struct buf told;
	struct list list;
	int r;
};

static struct attempt attempt(struct str text, unsigned family)
{
	struct attempt t = { .arena = arena_new(), .diag = diag_new() };

	assert_non_null(t.arena);
	assert_non_null(t.diag);
	t.r = list_read(text, "x.txt", family, t.arena, t.diag, &t.list);
	diag_format(t.diag, &t.told);
	buf_addc(&t.told, '\0');
	return t;
}

static void attempt_end(struct attempt *t)
{
	prefixlist_release(&t->list.set);
	buf_release(&t->told);
	diag_free(t->diag);
	arena_free(t->arena);
}

/* "LINE:PREFIX LINE:PREFIX ...", in file order. */
static void print_lines(const struct list *l, struct buf *out)
{
	for (size_t i = 0; i < l->lines; i++) {
		buf_printf(out, "%s%u:", i ? " " : "", l->line[i].line);
		prefix_print(l->line[i].prefix, out);
	}
}

static void lists_are_read_as_vendors_publish_them(void **state)
{
	static const struct {
		const char *text;
		unsigned family;
		const char *lines;
		size_t ranges;
	} cases[] = {
		{ "10.0.0.0/8", 4, "1:10.0.0.0/8", 1 },
		{ "10.0.0.0/8\n", 4, "1:10.0.0.0/8", 1 },
		{ "10.0.0.0/8\r\n11.0.0.0/8\r\n", 4, "1:10.0.0.0/8 2:11.0.0.0/8", 1 },
		{ "10.0.0.0/8\r\n12.0.0.0/8", 4, "1:10.0.0.0/8 2:12.0.0.0/8", 2 },
		{ "# head\n\n10.0.0.0/8 # why\n\t \n  12.0.0.1\t\n", 4,
		  "3:10.0.0.0/8 5:12.0.0.1/32", 2 },
		{ "2407:30C0::/32\n2407:30c0:180::/48\n", 6,
		  "1:2407:30c0::/32 2:2407:30c0:180::/48", 1 },
		{ "\xef\xbb\xbf"
		  "10.0.0.0/8\n",
		  4, "1:10.0.0.0/8", 1 },
		{ "10.0.0.0/8\n2001:db8::/32\n", 0, "1:10.0.0.0/8 2:2001:db8::/32", 2 },
		{ "10.0.0.0/9\n10.0.0.0/9\n10.128.0.0/9\n", 4,
		  "1:10.0.0.0/9 2:10.0.0.0/9 3:10.128.0.0/9", 1 },
		{ "0.0.0.0/1\n::/1\n", 0, "1:0.0.0.0/1 2:::/1", 2 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct attempt t = attempt(str_of(cases[i].text), cases[i].family);
		struct buf lines = BUF_INIT;

		if (t.r < 0)
			fail_msg("%s\ngave %d and\n%s", cases[i].text, t.r, t.told.data);
		print_lines(&t.list, &lines);
		assert_string_equal(lines.data, cases[i].lines);
		assert_int_equal(t.list.set.n, cases[i].ranges);
		buf_release(&lines);
		attempt_end(&t);
	}
}

static const struct {
	const char *text;
	unsigned family;
	const char *told;
} bad_lists[] = {
	{ "170.114.46.0/243.7.35.0/25\n", 4,
	  "x.txt:1:1: error: '170.114.46.0/243.7.35.0/25' is no address or prefix\n"
	  "    two entries run together? '170.114.46.0/24' and '3.7.35.0/25'\n" },
	{ "2600:9000:2600::/482620:123:2000::/402407:30c0:180::/48\n", 6,
	  "x.txt:1:1: error: '2600:9000:2600::/482620:123:2000::/402407:30c0:180::/48' is "
	  "no address or prefix\n"
	  "    entries run together? expected one a line\n" },
	{ "10.0.0.0/8\n  10.1.2.3/24\n", 4,
	  "x.txt:2:3: error: '10.1.2.3/24' has bits set after its length\n"
	  "    the prefix that holds it is 10.1.2.0/24; ask the vendor which is meant\n" },
	{ "2001:db8::1/32\n", 6,
	  "x.txt:1:1: error: '2001:db8::1/32' has bits set after its length\n"
	  "    the prefix that holds it is 2001:db8::/32; ask the vendor which is "
	  "meant\n" },
	{ "10.0.0.0/8\n2001:db8::/32\n", 4,
	  "x.txt:2:1: error: '2001:db8::/32' is not IPv4\n"
	  "    this list holds IPv4 only\n" },
	{ "10.0.0.0/8\n", 6,
	  "x.txt:1:1: error: '10.0.0.0/8' is not IPv6\n"
	  "    this list holds IPv6 only\n" },
	{ "0.0.0.0/0\n", 4,
	  "x.txt:1:1: error: '0.0.0.0/0' is every address there is\n"
	  "    no published list means that; fetch the list again\n" },
	{ "", 4,
	  "x.txt: error: no entry in the list\n"
	  "    an empty list is a failed download, not an answer\n" },
	{ "# nothing\r\n\r\n", 4,
	  "x.txt: error: no entry in the list\n"
	  "    an empty list is a failed download, not an answer\n" },
	{ "10.0.0.0/33\n", 4,
	  "x.txt:1:1: error: '10.0.0.0/33' is no address or prefix\n"
	  "    expected one prefix a line, like 192.0.2.0/24 or 2001:db8::/32\n" },
	{ "10.0.0.0/8,\n", 4,
	  "x.txt:1:1: error: '10.0.0.0/8,' is no address or prefix\n"
	  "    expected one prefix a line, like 192.0.2.0/24 or 2001:db8::/32\n" },
	{ "10.0.0.0/8#x\n", 4,
	  "x.txt:1:1: error: '10.0.0.0/8#x' is no address or prefix\n"
	  "    expected one prefix a line, like 192.0.2.0/24 or 2001:db8::/32\n" },
	{ "10.0.0.0/8\r11.0.0.0/8\r", 4,
	  "x.txt:1:1: error: '10.0.0.0/8\\x0d11.0.0.0/8' is no address or prefix\n"
	  "    entries run together? expected one a line\n" },
	{ "10.0.0.0/8 11.0.0.0/8\n", 4,
	  "x.txt:1:1: error: '10.0.0.0/8 11.0.0.0/8' is no address or prefix\n"
	  "    entries run together? expected one a line\n" },
	{ "<!DOCTYPE html>\n", 4,
	  "x.txt:1:1: error: '<!DOCTYPE html>' is no address or prefix\n"
	  "    expected one prefix a line, like 192.0.2.0/24 or 2001:db8::/32\n" },
	{ "zoom.us\n10.0.0.0/8\n10.0.0\n", 4,
	  "x.txt:1:1: error: 'zoom.us' is no address or prefix\n"
	  "    expected one prefix a line, like 192.0.2.0/24 or 2001:db8::/32\n"
	  "x.txt:3:1: error: '10.0.0' is no address or prefix\n"
	  "    expected one prefix a line, like 192.0.2.0/24 or 2001:db8::/32\n" },
};

static void anything_else_is_an_error_that_names_the_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad_lists); i++) {
		struct attempt t = attempt(str_of(bad_lists[i].text), bad_lists[i].family);

		if (t.r != E_SYNTAX || strcmp(t.told.data, bad_lists[i].told) != 0)
			fail_msg("%s\ngave %d and\n%s", bad_lists[i].text, t.r, t.told.data);
		assert_null(t.list.line);
		assert_int_equal(t.list.lines, 0);
		attempt_end(&t);
	}
}

static void read_data_file(const char *path, struct buf *ret)
{
	struct diag *d = diag_new();

	assert_int_equal(file_read(path, FILE_LIMIT, ret, d), 0);
	diag_free(d);
}

/* Each line of a file that a naive tool joined from vendors' files, alone: all are refused. */
static void every_glued_line_seen_in_the_wild_is_refused(void **state)
{
	struct buf bad = BUF_INIT;
	struct str text;
	size_t n = 0;

	(void)state;
	read_data_file("tests/data/zoom/malformed/bad-lines.txt", &bad);
	for (text = str_trim(buf_str(&bad)); text.p; n++) {
		struct attempt t = attempt(str_cut(&text, '\n'), 0);

		assert_int_equal(t.r, E_SYNTAX);
		assert_int_equal(diag_errors(t.diag), 1);
		assert_non_null(strstr(t.told.data, "run together?"));
		attempt_end(&t);
	}
	assert_int_equal(n, 9);
	buf_release(&bad);
}

static void the_files_they_came_from_name_their_lines(void **state)
{
	static const struct {
		const char *path;
		unsigned line[6];
		size_t n;
	} cases[] = {
		{ "tests/data/zoom/malformed/naive-concat-ipv4.txt",
		  { 883, 1649, 1655, 1657, 1663, 1664 },
		  6 },
		{ "tests/data/zoom/malformed/naive-concat-ipv6.txt", { 3, 4, 5 }, 3 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf text = BUF_INIT;
		struct attempt t;

		read_data_file(cases[i].path, &text);
		t = attempt(buf_str(&text), 0);
		assert_int_equal(t.r, E_SYNTAX);
		assert_int_equal(diag_errors(t.diag), cases[i].n);
		for (size_t k = 0; k < cases[i].n; k++)
			assert_int_equal(diag_get(t.diag, k)->at.line, cases[i].line[k]);
		attempt_end(&t);
		buf_release(&text);
	}
}

static void real_lists_are_read_whole(void **state)
{
	static const struct {
		const char *path;
		unsigned family;
		size_t lines;
	} cases[] = {
		{ "catalogs/zoom/lists/ZoomMeetings.txt", 4, 49 },
		{ "catalogs/zoom/lists/ZoomMeetings-IPv6.txt", 6, 3 },
		{ "catalogs/zoom/lists/ZoomCDN.txt", 4, 3 },
		{ "catalogs/zoom/lists/ZoomCDN-IPv6.txt", 6, 2 },
		{ "tests/data/lists/ZoomApps.extra.txt", 4, 1756 },
		{ "tests/data/lists/cloudflare-v4.txt", 4, 15 },
		{ "tests/data/lists/cloudflare-v6.txt", 6, 7 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf text = BUF_INIT;
		struct attempt t;

		read_data_file(cases[i].path, &text);
		t = attempt(buf_str(&text), cases[i].family);
		if (t.r < 0 || t.list.lines != cases[i].lines)
			fail_msg("%s: %d, %zu lines\n%s", cases[i].path, t.r, t.list.lines,
				 t.told.data);
		attempt_end(&t);
		buf_release(&text);
	}
}

static void the_line_limit_holds(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	buf_adds(&text, "10.0.0.0/8\n");
	buf_pad(&text, '\n', LIST_LINES_MAX - 1);
	for (unsigned over = 0; over < 2; over++) {
		struct attempt t = attempt(buf_str(&text), 4);

		assert_int_equal(t.r, over ? E_LIMIT : 0);
		attempt_end(&t);
		buf_addc(&text, '\n');
	}
	buf_release(&text);
}

static int try_list(void *data)
{
	struct arena *a = arena_new();
	struct diag *d = diag_new();
	struct list l = { 0 };
	int r = a && d ? list_read(STR("10.0.0.0/8\n12.0.0.0/8\n14.0.0.0/8\n"), "x.txt", 4, a, d,
				   &l)
		       : -ENOMEM;

	(void)data;
	prefixlist_release(&l.set);
	diag_free(d);
	arena_free(a);
	return r;
}

static void running_out_of_memory_is_survived(void **state)
{
	(void)state;
	assert_true(assert_survives_oom(try_list, NULL) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_are_read_as_vendors_publish_them),
		cmocka_unit_test(anything_else_is_an_error_that_names_the_line),
		cmocka_unit_test(every_glued_line_seen_in_the_wild_is_refused),
		cmocka_unit_test(the_files_they_came_from_name_their_lines),
		cmocka_unit_test(real_lists_are_read_whole),
		cmocka_unit_test(the_line_limit_holds),
		cmocka_unit_test(running_out_of_memory_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
