/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "import/md_inline.h"
#include "support/oom.h"

#define M(label) PAGE_MARK_OPEN label PAGE_MARK_CLOSE

/* "text [link text](href) ..." as the page has it */
static int read_text(const char *text, enum md_breaks breaks, struct buf *out)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	EG_AUTO(md_scratch_release) struct md_scratch s = MD_SCRATCH_INIT;
	struct md_text t = { 0 };
	int r = a ? md_inline(&s, a, str_of(text), breaks, STR(""), &t) : -ENOMEM;

	if (r < 0)
		return r;
	buf_addstr(out, t.text);
	for (size_t i = 0; i < t.links; i++)
		buf_printf(out, "{%.*s>%.*s}", STR_FMT(t.link[i].text), STR_FMT(t.link[i].href));
	buf_addc(out, '\0');
	return out->r;
}

static const struct {
	const char *text, *want;
} cells[] = {
	{ "", "" },
	{ " a \t b\xc2\xa0\xc2\xa0"
	  "c\x01 ",
	  "a b c" },
	{ "\n a\n\n b \n", "a\nb" },

	/* asterisks are wildcards */
	{ "*.zoom.us,*.zoom.com", "*.zoom.us,*.zoom.com" },
	{ "*.zoom.us *.zoom.com", "*.zoom.us *.zoom.com" },
	{ "*note*", "*note*" },
	{ "_note_ a_b_c", "_note_ a_b_c" },
	{ "**.zoom.us,**.zoom.com", "**.zoom.us,**.zoom.com" },
	{ "**.zoom.us **.zoom.com **", "**.zoom.us **.zoom.com **" },
	{ "a/**, b/**", "a/**, b/**" },
	{ "\\*.zoom.us", "*.zoom.us" },
	{ "&#42;.zoom.us &#x2A; &ast;", "*.zoom.us * *" },

	/* bold comes in pairs */
	{ "**Note:** x", "Note: x" },
	{ "**\xe6\xb3\xa8**\xe6\x84\x8f", "\xe6\xb3\xa8\xe6\x84\x8f" },
	{ "__a__ **b __c__ d**.", "a b c d." },
	{ "***.zoom.us** **\\*.zoom.com** **`*.z.us`**", "*.zoom.us *.zoom.com *.z.us" },
	{ "**a *b c", "**a *b c" },
	{ "a ** b ** c", "a ** b ** c" },
	{ "a**b**", "a**b**" },
	{ "__init__x __a", "__init__x __a" },
	{ "****a****", "****a****" },
	{ "***a***", "*a*" },

	/* escapes, code, references */
	{ "\\|\\\\\\a\\[x](y)", "|\\\\a[x](y)" },
	{ "`a` ``b ` c`` `d \\| e` `\\*`", "a b ` c d | e \\*" },
	{ "`a ``b", "`a ``b" },
	{ "`**a** [b](c) &amp; <br>`", "**a** [b](c) &amp; <br>" },
	{ "a &amp; b&nbsp;c &lt;d&gt; &bogus; & &; &#; &#x; &#xd800; &#0; &#1114112;",
	  "a & b c <d> &bogus; & &; &#; &#x; &#xd800; &#0; &#1114112;" },
	{ "8801&ndash;8810 &#8211; a&#10;b", "8801\u20138810 \u2013 a b" },

	/* links */
	{ "[a](b)", "a{a>b}" },
	{ "x [a **b**](<c d> \"t\") [e](f 'g') [h](i (j)) [k]()",
	  "x a b e h k{a b>c d}{e>f}{h>i}{k>}" },
	{ "[a](b(c)d) [e](f\\)&amp;g)", "a e{a>b(c)d}{e>f)&g}" },
	{ "[a [b](c) d](e)", "[a b d](e){b>c}" },
	{ "[![a](b)](c) ![d](e)", "a d{a>c}" },
	{ "[a] [a][b] [a](b [c] (d) [e](f g)", "[a] [a][b] [a](b [c] (d) [e](f g)" },
	{ "<https://a.b/?c&amp;d> <http://x",
	  "https://a.b/?c&d <http://x{https://a.b/?c&d>https://a.b/?c&d}"
	  "{http://x>http://x}" },
	{ "https://zoom.us. (http://a/b(c)) xhttp://d https:// HTTPS://E, **https://f**",
	  "https://zoom.us. (http://a/b(c)) xhttp://d https:// HTTPS://E, https://f"
	  "{https://zoom.us>https://zoom.us}{http://a/b(c)>http://a/b(c)}{HTTPS://E>HTTPS://E}"
	  "{https://f>https://f}" },
	{ "https://zoom.us\xe3\x81\xab",
	  "https://zoom.us\xe3\x81\xab{https://zoom.us>https://zoom.us}" },
	{ "https://*.zoom.us/x", "https://*.zoom.us/x{https://*.zoom.us/x>https://*.zoom.us/x}" },
	{ "[https://a](https://b)", "https://a{https://a>https://b}" },
	{ "<a class='x' href=\"b&amp;c\">d *e*</a> <a name=x>f</a> <a href=g>h</a> <A HREF='i'>j",
	  "d *e* f h j{d *e*>b&c}{h>g}" },

	/* tags */
	{ "a<br>b<br/>c<BR />d<br", "a\nb\nc\nd<br" },
	{ "<b>a</b><span class=\"x>y\">b</span>c<wbr>d<!-- | -->e", "abcde" },
	{ "<ul><li>a</li><li>b</li></ul><p>c</p>", "a\nb\nc" },
	{ "<tenant>.zoom.us <1> a<b <del>80</del> ~~443~~",
	  "<tenant>.zoom.us <1> a<b <del>80</del> ~~443~~" },
	{ "<!-- a <!-- b", "<!-- a <!-- b" },
	{ "<b a <b b='", "<b a <b b='" },

	/* footnote marks */
	{ "390<sup>1</sup>", "390" M("1") },
	{ "390<sup> [1](#n)</sup>x<sub>2</sub>", "390" M("1") "x" M("2") "{1>#n}" },
	{ "390[^1][^note] [^] [^a b]", "390" M("1") M("note") " [^] [^a b]" },
	{ "390[1](#n) a[\\[2\\]](#m) b[[c]](#d) [12345](#x) [e](f#g)",
	  "390" M("1") " a" M("2") " b" M("c") " " M(
		  "12345") " e{1>#n}{2>#m}{c>#d}{12345>#x}{e>f#g}" },
	{ "[see note 1](#n) [ab](#n)", "see note 1 ab{see note 1>#n}{ab>#n}" },
	{ "a<sup>1", "a1" },
	{ "a</sup>b<sup></sup>c<sup>1<sup>2</sup>3</sup>", "abc" M("12") "3" },
	{ "a<sup>1<br>2</sup>b<sup> </sup>", "a" M("1 2") "b" },
	{ PAGE_MARK_OPEN "1" PAGE_MARK_CLOSE "&#xe000;\xfd\xff &#x202e;a&#8203;&zwj;b&#155;",
	  "\ufffd1\ufffd&#xe000;\ufffd\ufffd &#x202e;ab&#155;" },
};

static const struct {
	const char *text;
	enum md_breaks breaks;
	const char *want;
} paragraphs[] = {
	{ "a\nb", MD_PARAGRAPH, "a b" },
	{ "a  \nb \nc\\\nd", MD_PARAGRAPH, "a\nb c\nd" },
	{ "a\n> b\n>> c", MD_QUOTATION, "a b c" },
	{ "a\n> b", MD_PARAGRAPH, "a > b" },
	{ "a\\\n> b", MD_QUOTATION, "a\nb" },
	{ "a **b\nc** `d\ne`", MD_PARAGRAPH, "a b c d\ne" },
};

static void check(const char *text, enum md_breaks breaks, const char *want)
{
	struct buf out = BUF_INIT;
	int r = read_text(text, breaks, &out);

	if (r < 0 || strcmp(out.data, want) != 0)
		fail_msg("%s\ngave %d and\n%s\ninstead of\n%s", text, r, out.data, want);
	buf_release(&out);
}

static void markup_becomes_text_and_links(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cells); i++)
		check(cells[i].text, MD_LINES, cells[i].want);
	for (size_t i = 0; i < ARRAY_LEN(paragraphs); i++)
		check(paragraphs[i].text, paragraphs[i].breaks, paragraphs[i].want);
}

/* The oldest of too many open brackets or marks is text; the rest works. */
static void what_is_open_at_once_is_bounded(void **state)
{
	struct buf text = BUF_INIT, want = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < 100; i++)
		buf_adds(&text, "[ **x ");
	buf_addstr(&want, (struct str){ text.data, text.n - 1 });
	buf_adds(&text, "y** [a](b)");
	want.n -= 3;
	buf_adds(&want, "x y a{a>b}");
	buf_addc(&text, '\0');
	buf_addc(&want, '\0');
	check(text.data, MD_LINES, want.data);
	buf_release(&text);
	buf_release(&want);
}

static int read_sample(void *data)
{
	struct buf out = BUF_INIT;
	int r = read_text(data, MD_LINES, &out);

	buf_release(&out);
	return r;
}

static void memory_may_run_out(void **state)
{
	char text[] = "**a** [b](c) <a href=d>e</a> `f` &amp; [1](#g) https://h";

	(void)state;
	assert_true(assert_survives_oom(read_sample, text) > 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(markup_becomes_text_and_links),
		cmocka_unit_test(what_is_open_at_once_is_bounded),
		cmocka_unit_test(memory_may_run_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
