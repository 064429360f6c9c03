/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/file.h"
#include "import/decode.h"
#include "import/format.h"
#include "import/html_page.h"
#include "support/oom.h"
#include "support/pagedump.h"

/* A reading with everything it needs; `dump` has the page or, without one, the messages. */
struct attempt {
	struct arena *arena;
	struct diag *diag;
	struct page *page;
	struct buf dump, told;
	int r;
};

static struct attempt attempt(struct str text)
{
	struct attempt t = { .arena = arena_new(), .diag = diag_new() };

	assert_non_null(t.arena);
	assert_non_null(t.diag);
	t.r = format_find(STR("html"))->page(text, "x.html", t.arena, t.diag, &t.page);
	if (t.r == 0)
		page_dump(t.page, &t.dump);
	diag_format(t.diag, &t.told);
	buf_addc(&t.told, '\0');
	buf_addc(&t.dump, '\0');
	return t;
}

static void attempt_end(struct attempt *t)
{
	buf_release(&t->dump);
	buf_release(&t->told);
	diag_free(t->diag);
	arena_free(t->arena);
}

struct reads {
	const char *html, *dump;
};

static void check(const struct reads *c, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct attempt t = attempt(str_of(c[i].html));

		if (t.r < 0 || strcmp(t.dump.data, c[i].dump) != 0)
			fail_msg("%s\ngives %d\n%sinstead of\n%s%s", c[i].html, t.r, t.dump.data,
				 c[i].dump, t.told.data);
		attempt_end(&t);
	}
}

static const struct reads block_cases[] = {
	{ "", "" },
	{ "plain", "1:1 text plain\n" },
	{ "<h1>A <b>b</b></h1><h6>f</h6>", "1:5 h1 A b\n1:24 h6 f\n" },
	{ "<div role=heading aria-level=3>x</div><span role=heading>y</span>",
	  "1:32 h3 x\n1:58 h2 y\n" },
	{ "<h2></h2><h2> &nbsp; </h2>", "" },
	{ "<p>a\n  b&nbsp;\t c<p>d<div>e<div>f</div>g</div>h",
	  "1:4 text a b c\n2:16 text d\n2:22 text e\n2:28 text f\n2:35 text g\n2:42 text "
	  "h\n" },
	{ "\n\n <p>\n  late", "4:3 text late\n" },
	{ "<ul><li>one<li>two<ol><li>three</ol>four</ul>",
	  "1:9 text one\n1:16 text two\n1:27 text three\n1:37 text four\n" },
	{ "<dl><dt>a<dd>b</dl>", "1:9 text a\n1:14 text b\n" },
	{ "a<br>b<br><br>c", "1:1 text a/b/c\n" },
	{ "<pre>a\n b\n\nc</pre>", "1:6 text a/b/c\n" },
	{ "a<span>b</span><i>c</i> <code>d</code>", "1:1 text abc d\n" },
	{ "x &lt;b&gt; &#12288; &amp;amp; &copy;", "1:1 text x <b> &amp; \xc2\xa9\n" },
	{ "a&#8203;b&shy;c&zwnj;", "1:1 text abc\n" },
	{ "\xe6\x97\xa5\xe3\x80\x80\xe6\x9c\xac", "1:1 text \xe6\x97\xa5 \xe6\x9c\xac\n" },
	/* not shown */
	{ "<p>a<script>b</script><style>c</style><template>d</template>"
	  "<noscript>e</noscript><!-- f --><select><option>g</select><svg><text>h</svg>i",
	  "scripted\n1:4 text ai\n" },
	{ "<p hidden>a<p style='color:red; DISPLAY : none !important'>b<p "
	  "style='display:inline'>c",
	  "1:87 text c\n" },
	{ "<div hidden=until-found>x</div>", "" },
	{ "<script type='application/ld+json'>{}</script>", "" },
	{ "<script type=module>x</script>", "scripted\n" },
	/* links */
	{ "<p>see <a href=' a.txt?x&amp;y '>the <b>list</b></a>, <a>no</a>",
	  "1:4 text see the list, no [the list](a.txt?x&y)\n" },
	{ "<a href=a><p>b</p>c</a>d", "1:14 text b [b](a)\n1:19 text cd [c](a)\n" },
	{ "<p>x<a href=a><img></a>", "1:4 text x [](a)\n" },
	/* marks */
	{ "<p>390<sup>1</sup> x<sup> (2) </sup>", "1:4 text 390^1^ x ^2^\n" },
	{ "<p>a<sup><a href='#fn1'>[1]</a></sup>b", "1:4 text a^1^b [[1]](#fn1)\n" },
	{ "<p>a<a href='p.html#footnote-2'>*</a>", "1:4 text a^*^ [*](p.html#footnote-2)\n" },
	{ "<p>a <a href='#fn'>see the note</a> <a href='#fnref1'>b</a>",
	  "1:4 text a see the note b [see the note](#fn) [b](#fnref1)\n" },
	{ "<p>x<sup><sup>1</sup>2</sup> y<sup></sup>", "1:4 text x^12^ y\n" },
	{ "<p>a<sup>much too long to be the mark of a note</sup>",
	  "1:4 text amuch too long to be the mark of a note\n" },
	{ "<p>x&#xe000;1&#xe001;\xc2\xb9\xe2\x91\xa0", "1:4 text x1\xc2\xb9\xe2\x91\xa0\n" },
	/* notes */
	{ "<p>a<sup><a href='#fn1'>[1]</a></sup><ol><li id=fn1><p>note</p><p>more</ol>",
	  "1:4 text a^1^ [[1]](#fn1)\n1:56 text ^1^ note\n1:67 text more\n" },
	{ "<p>a<a href='#note2'>*</a><p><a name=note2></a>* note<p><a id=note2>** x</a>",
	  "1:4 text a^*^ [*](#note2)\n1:48 text ^*^ note\n1:69 text ^*^ ** x\n" },
	{ "<p>a<a href='#fn'>1</a><p id=fn><sup>1</sup> note<p id=fn>12 x<div id=fn></div>y",
	  "1:4 text a^1^ [1](#fn)\n1:38 text ^1^ note\n1:59 text ^1^ 12 x\n1:80 text y\n" },
	{ "<p id=fn>before<p>a<a href='#fn'>1</a>", "1:10 text before\n1:19 text a^1^ [1](#fn)\n" },
	/* the page itself */
	{ "<title> A\n &amp; b</title><title>c</title>x", "title A & b\n2:33 text x\n" },
	{ "<!-- saved from url=(0027)https://a.example/p?a&amp;b -->\n"
	  "<link rel=canonical href=https://b.example/>",
	  "url https://a.example/p?a&amp;b\n" },
	{ "<html><!--\n Page saved with SingleFile \n url: https://a.example/s \n saved "
	  "date: x"
	  "\n-->",
	  "url https://a.example/s\n" },
	{ "<base href=https://c.example/><link rel=Canonical href=https://b.example/>",
	  "url https://b.example/\n" },
	{ "<base href=https://c.example/>", "url https://c.example/\n" },
	{ "<base href=/here>", "" },
};

static void blocks_are_what_people_read(void **state)
{
	(void)state;
	check(block_cases, ARRAY_LEN(block_cases));
}

static const struct reads table_cases[] = {
	{ "<table></table>", "1:1 table\n" },
	{ "<table>\n<tr>\n<td>TCP</td>\n<td>443</td>\n</tr>\n<tr><td>UDP\n<td>\n</table>",
	  "1:1 table\n2:1-5 TCP | 443\n6:1-7 UDP | \n" },
	{ "<table><thead><tr><td>P<th>Q</thead><tbody><tr><th>a<td>b</table>",
	  "1:1 table\n1:15-1 ! P | Q\n1:44-1 !a | b\n" },
	{ "<table><caption>Ports <b>of</b> x</caption><tr><td>1</table>",
	  "1:1 table Ports of x\n1:44-1 1\n" },
	{ "<table><tfoot><tr><td>last</tfoot><tr><td>first</table>",
	  "1:1 table\n1:35-1 first\n1:15-1 last\n" },
	/* spans */
	{ "<table><tr><td rowspan=2>a<td>b<tr><td>c<tr><td>d<td>e</table>",
	  "1:1 table\n1:8-1 a | b\n1:32-1 =a | c\n1:41-1 d | e\n" },
	{ "<table><tr><td colspan=2>a<td>b<tr><td>c<td>d<td>e</table>",
	  "1:1 table\n1:8-1 a | =a | b\n1:32-1 c | d | e\n" },
	{ "<table><tr><td rowspan=2 colspan=2>a<td>b<tr><td>c</table>",
	  "1:1 table\n1:8-1 a | =a | b\n1:42-1 =a | =a | c\n" },
	{ "<table><tbody><tr><td "
	  "rowspan=0>a<td>b<tr><td>c<tr><td>d<tbody><tr><td>e</table>",
	  "1:1 table\n1:15-1 a | b\n1:39-1 =a | c\n1:48-1 =a | d\n1:64-1 e\n" },
	{ "<table><tbody><tr><td rowspan=9>a<td>b<tr><td>c<tbody><tr><td>d<td>e</table>",
	  "1:1 table\n1:15-1 a | b\n1:39-1 =a | c\n1:55-1 d | e\n" },
	{ "<table><tr><td>a<td rowspan=2>b<td>c<tr><td colspan=3>d</table>",
	  "1:1 table\n1:8-1 a | b | c\n1:37-1 d | =b | =d\n" },
	{ "<table><tr><td colspan=9>a<tr><td>b<td>c</table>",
	  "1:1 table\n1:8-1 a | =a\n1:27-1 b | c\n" },
	{ "<table><tr><td>a<td>b<td rowspan=2>c<tr><tr><td>d</table>",
	  "1:1 table\n1:8-1 a | b | c\n1:37-1  |  | =c\n1:41-1 d\n" },
	{ "<table><tr><td colspan=x rowspan=-1>a<td colspan=0>b<td colspan='2%'>c</table>",
	  "1:1 table\n1:8-1 a | b | c\n" },
	{ "<table><tr></tr><tr><td></td></tr></table>", "1:1 table\n1:17-1 \n" },
	/* cells */
	{ "<table><tr><td>80<br>443<p>a</p>b<ul><li>c<li>d</ul><div>e<div>f</div></div>g</"
	  "table>",
	  "1:1 table\n1:8-1 80/443/a/b/c/d/e/f/g\n" },
	{ "<table><tr><td><br> a <br>\n<br> b<p></p></table>", "1:1 table\n1:8-2 a/b\n" },
	{ "<table><tr><td><h3>a</h3>b<td><a href=l.txt>IPv4</a><br><a "
	  "href=m.txt>IPv6</a></table>",
	  "1:1 table\n1:8-1 a/b | IPv4/IPv6 [IPv4](l.txt) [IPv6](m.txt)\n" },
	{ "<table><tr><td>390<sup>1</sup><td><sup>a</sup></table>",
	  "1:1 table\n1:8-1 390^1^ | ^a^\n" },
	/* a table in a cell is text of the cell, and a table */
	{ "<table><tr><td>a<table><caption>in</caption><tr><td>b<td>c<br>d<tr><td>e</"
	  "table>f"
	  "<td>g</table>",
	  "1:1 table\n1:8-1 a/in/b c d/e/f | g\n1:16 text a\n1:17 table inside in\n"
	  "1:45-1 b | c/d\n1:64-1 e\n1:81 text f\n" },
	{ "<table><tr><td><h2>H</h2><table><tr><td>1</table><h2>I</h2><table><tr><td>2</"
	  "table>"
	  "<td><h3>no</h3></table><p>x",
	  "1:1 table\n1:8-1 H/1/I/2 | no\n1:20 h2 H\n1:26 table inside\n1:33-1 1\n1:54 h2 "
	  "I\n"
	  "1:60 table inside\n1:67-1 2\n1:110 text x\n" },
	{ "<table><tr><td><table><tr><td><table><tr><td>x</table></table></table>",
	  "1:1 table\n1:8-1 x\n1:16 table inside\n1:23-1 x\n1:31 table inside\n1:38-1 "
	  "x\n" },
	/* text between rows stands before the table */
	{ "<table><tr>lost<td>a</table>", "1:12 text lost\n1:1 table\n1:8-1 a\n" },
	/* tables of other elements */
	{ "<div role=table><div role=rowgroup><div role=row><span "
	  "role=columnheader>A</span>"
	  "<span role=columnheader>B</span></div></div><div role=row><div><i "
	  "role=cell>1</i>"
	  "<i role=gridcell>2</i></div></div></div>",
	  "1:1 table\n1:36-1 ! A | B\n1:126-1 1 | 2\n" },
	{ "<div role=grid>t<div role=row>whole</div><div role=row><b role=rowheader "
	  "aria-rowspan=2>h</b><b role=cell aria-colspan=2>c</b></div><div role=row><b "
	  "role=cell>d</b><b role=cell>e</b></div></div>",
	  "1:16 text t\n1:1 table\n1:17-1 whole\n1:42-1 !h | c | =c\n1:133-1 !=h | d | "
	  "e\n" },
	{ "<div role=grid>a<table><tr><td>b</table>c</div>",
	  "1:16 text a\n1:17 table\n1:24-1 b\n1:41 text c\n" },
	{ "<table role=grid><tr role=row><td role=gridcell>b</table>", "1:1 table\n1:18-1 b\n" },
	/* the input ends early */
	{ "<table><tr><td>TCP<td>44", "1:1 table\n1:8-1 TCP | 44 cut\n" },
	{ "<table><tr><td>TCP</td></tr><tr><td>UDP</td>",
	  "1:1 table\n1:8-1 TCP\n1:29-1 UDP cut\n" },
	{ "<table><tr><td>TCP</td></tr>", "1:1 table\n1:8-1 TCP\n" },
	{ "<table><tr><td>TCP</td><td href='", "1:1 table\n1:8-1 TCP cut\n" },
};

static void tables_are_formed_as_browsers_do(void **state)
{
	(void)state;
	check(table_cases, ARRAY_LEN(table_cases));
}

/* ---- what is told ---- */

static void what_is_left_out_is_told(void **state)
{
	static const struct {
		const char *html, *dump, *told;
	} cases[] = {
		{ "<div hidden>\n<table><tr><td>x<tr><td>y</table></div><p>z", "2:43 text z\n",
		  "x.html:1:1: warning: 2 table rows or cells that the page does not show are left "
		  "out\n    if it is in a tab or under a fold, open that and save the page "
		  "again\n" },
		{ "<table><tr style='display:none'><td>x<tr><td>a<td hidden>b<td>c</table>",
		  "1:1 table\n1:38-1 a | c\n",
		  "x.html:1:8: warning: 2 table rows or cells that the page does not show are left "
		  "out\n    if it is in a tab or under a fold, open that and save the page "
		  "again\n" },
		{ "<table><tr><td>a<td rowspan=2>b<tr><td colspan=2>c</table>",
		  "1:1 table\n1:8-1 a | b\n1:32-1 c | =b\n",
		  "x.html:1:36: warning: this cell and one above it cover the same place\n    "
		  "check "
		  "rowspan and colspan around here\n" },
		{ "<p>80&#x202e;344&#27;", "1:4 text 80344\n",
		  "x.html:1:6: warning: U+202E, which turns the direction of text around, is "
		  "written "
		  "as a character reference here: left out\n    check that the text is what the "
		  "page "
		  "shows\nx.html:1:10: warning: U+001B, a control character, is written as a "
		  "character "
		  "reference here: left out\n    check that the text is what the page shows\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct attempt t = attempt(str_of(cases[i].html));

		assert_int_equal(t.r, 0);
		assert_string_equal(t.dump.data, cases[i].dump);
		assert_string_equal(t.told.data, cases[i].told);
		attempt_end(&t);
	}
}

/* ---- limits, and input that is meant to hurt ---- */

/* `before`, then `again` until there are `bytes`; "%u" in it is a number that grows. */
struct hostile {
	const char *before, *again;
	size_t times; /* 0: fill */
	const char *then;
	const char *told; /* of an error; NULL: it is read */
};

static void fill(struct buf *out, const struct hostile *h, size_t bytes)
{
	struct str again = str_of(h->again);
	size_t number = str_find(again, '#');

	buf_adds(out, h->before);
	for (size_t i = 0; again.n && (h->times ? i < h->times : out->n + 30 + again.n < bytes);
	     i++) {
		buf_add(out, again.p, number);
		if (number < again.n) {
			buf_printf(out, "%zu", i);
			buf_adds(out, again.p + number + 1);
		}
	}
	if (h->then[0] == '*') { /* what fills the rest */
		while (out->n + strlen(h->then) < bytes)
			buf_adds(out, h->then + 1);
	} else {
		buf_adds(out, h->then);
	}
	assert_int_equal(out->r, 0);
}

static void check_hostile(const struct hostile *c, size_t n, size_t bytes)
{
	for (size_t i = 0; i < n; i++) {
		EG_AUTO(buf_release) struct buf text = BUF_INIT;
		struct attempt t;

		fill(&text, &c[i], bytes);
		t = attempt(buf_str(&text));
		if ((t.r != 0) != (c[i].told != NULL) || (t.r != 0 && t.r != E_LIMIT) ||
		    (c[i].told && !strstr(t.told.data, c[i].told)))
			fail_msg("%s %s ... %s: %d\n%s", c[i].before, c[i].again, c[i].then, t.r,
				 t.told.data);
		attempt_end(&t);
	}
}

static void hostile_pages_end_soon(void **state)
{
	static const char deep[] = "too many elements in one another";
	static const struct hostile cases[] = {
		{ "", "<b>", 0, "", deep },
		{ "", "<div>", 0, "", deep },
		{ "", "<font color=#>", 0, "", deep },
		{ "", "<table><tr><td>", 0, "", deep },
		{ "", "<table><tr><b>", 0, "", NULL },
		{ "", "<table><i>", 0, "", "more than 100000 headings" },
		{ "", "<p><b a=#></p>", 0, "", deep },
		{ "", "<template>", 0, "", deep },
		{ "", "<svg>", 0, "", deep },
		{ "", "<div>", 250, "*<div></div>", NULL },
		{ "", "<div>", 250, "*</h1>", NULL },
		{ "", "<b a=#>", 250, "*</p>", NULL },
		{ "<b>", "<div>", 240, "*x", NULL },
		{ "<a ", "a# ", 0, "", "too many attributes in a tag" },
		{ "", "<a>", 0, "", NULL },
		{ "", "&", 0, "", NULL },
		{ "<script>", "</scrip", 0, "", NULL },
		{ "", "<!--", 0, "", NULL },
		{ "<table><tr>", "<td colspan=64>", 20, "", "more than 64 columns" },
		{ "<table>", "<tr><td colspan=64>", 0, "", "more than 2000000 cells" },
		{ "<table>", "<tr><td>", 0, "", "more than 100000 rows" },
		{ "", "<table><tr><td>", 16, "*abcd ", NULL },
		{ "", "<p>x", 0, "", "more than 100000 headings, texts and tables" },
	};

	(void)state;
	check_hostile(cases, ARRAY_LEN(cases), (size_t)1 << 20);
}

static void limits_hold_exactly(void **state)
{
	static const struct hostile cases[] = {
		{ "<table><tr>", "<td>x", PAGE_COLUMNS_MAX, "", NULL },
		{ "<table><tr>", "<td>x", PAGE_COLUMNS_MAX + 1, "", "more than 64 columns" },
		{ "<table><tr><td colspan=64>x", "", 0, "", NULL },
		{ "<table><tr><td colspan=65>x", "", 0, "", "more than 64 columns" },
		{ "<table><tr><td rowspan=1000>x", "", 0, "", NULL },
		{ "<table><tr><td rowspan=1001>x", "", 0, "", "rowspan=\"1001\" is above 1000" },
		{ "<table><tr><td colspan=99999999999999999999>", "", 0, "", "is above 1000" },
		{ "", "<table><tr><td>", HTML_TABLES_DEEP, "x", NULL },
		{ "", "<table><tr><td>", HTML_TABLES_DEEP + 1, "x",
		  "more than 16 tables in one another" },
		{ "<p ", "a# ", HTML_ATTRIBUTES_MAX, ">x", NULL },
		{ "<p ", "a# ", HTML_ATTRIBUTES_MAX + 10, ">x", "too many attributes in a tag" },
		/* below document, html and body */
		{ "", "<div>", HTML_DEPTH_MAX - 3, "x", NULL },
		{ "", "<div>", HTML_DEPTH_MAX - 2, "x", "too many elements in one another" },
		{ "<table>", "<tr><td>x", PAGE_ROWS_MAX, "", NULL },
		{ "<table>", "<tr><td>x", PAGE_ROWS_MAX + 1, "", "more than 100000 rows" },
	};

	(void)state;
	check_hostile(cases, ARRAY_LEN(cases), 0);
}

/* ---- whole pages ---- */

static void samples_read_as_their_dumps(void **state)
{
	static const char *const names[] = { "saved-ja", "layout", "aria" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		EG_AUTO(buf_release) struct buf bytes = BUF_INIT;
		EG_AUTO(buf_release) struct buf dump = BUF_INIT;
		struct diag *d = diag_new();
		struct attempt t;
		char path[128];

		(void)snprintf(path, sizeof(path), "tests/data/import/html/%s.html", names[i]);
		assert_int_equal(file_read(path, PAGE_BYTES_MAX, &bytes, d), 0);
		(void)snprintf(path, sizeof(path), "tests/data/import/html/%s.dump", names[i]);
		assert_int_equal(file_read(path, PAGE_BYTES_MAX, &dump, d), 0);
		t = attempt(buf_str(&bytes));
		assert_int_equal(t.r, 0);
		if (!str_is(buf_str(&dump), t.dump.data))
			fail_msg("%s reads as\n%s%s", names[i], t.dump.data, t.told.data);
		attempt_end(&t);
		diag_free(d);
	}
}

static void pages_are_detected(void **state)
{
	static const struct {
		const char *text, *file;
		int least, most;
	} cases[] = {
		{ "<!DOCTYPE html><p>x", "x", 90, 100 },
		{ "\n <HTML>", "x", 90, 100 },
		{ "<!-- saved from url=(0004)http -->", "x", 90, 100 },
		{ "<?xml version='1.0'?><html>", "x", 90, 100 },
		{ "<table><tr><td>x</table>", "x", 60, 80 },
		{ "# Title\n\n<table><tr><td>x</table>", "x", 20, 40 },
		{ "<p>x</p>", "a.html", 40, 60 },
		{ "| a | b |\n|---|---|\n", "a.md", 0, 0 },
		{ "{\"a\": 1}", "a.json", 0, 0 },
		{ "10.0.0.0/8\n", "list.txt", 0, 0 },
		{ "", "", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int sure = format_find(STR("html"))->detect(str_of(cases[i].text), cases[i].file);

		if (sure < cases[i].least || sure > cases[i].most)
			fail_msg("%s: %d", cases[i].text, sure);
	}
}

static int sample(void *data)
{
	struct arena *a = arena_new();
	struct diag *d = diag_new();
	struct page *page;
	int r = a && d ? format_find(STR("html"))->page(str_of(data), "x", a, d, &page) : -ENOMEM;

	arena_free(a);
	diag_free(d);
	return r;
}

static void memory_may_end_anywhere(void **state)
{
	static const char page[] =
		"<!-- saved from url=(0016)http://a.example -->"
		"<title>t</title><h1>h</h1><p>a<a href=b>c</a><sup>1</sup>&rlm;<table><caption>d"
		"</caption><tr><td rowspan=2 colspan=2>e<table><tr><td>f</table><tr><td "
		"hidden>g<td>"
		"<a href='#fn1'>h</a></table>";

	(void)state;
	assert_true(assert_survives_oom(sample, (void *)page) > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_are_what_people_read),
		cmocka_unit_test(tables_are_formed_as_browsers_do),
		cmocka_unit_test(what_is_left_out_is_told),
		cmocka_unit_test(hostile_pages_end_soon),
		cmocka_unit_test(limits_hold_exactly),
		cmocka_unit_test(samples_read_as_their_dumps),
		cmocka_unit_test(pages_are_detected),
		cmocka_unit_test(memory_may_end_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
