/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <errno.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/err.h"
#include "import/decode.h"
#include "import/encoding.h"
#include "import/page.h"
#include "support/oom.h"

/* A decoding with everything it needs; `told` has the messages afterwards. */
struct attempt {
	struct arena *arena;
	struct diag *diag;
	struct buf told;
	struct decoded out;
	int r;
};

static struct attempt attempt(struct str bytes, const char *encoding)
{
	struct attempt t = { .arena = arena_new(), .diag = diag_new() };

	assert_non_null(t.arena);
	assert_non_null(t.diag);
	t.r = decode(bytes, "page.html", encoding, t.arena, t.diag, &t.out);
	diag_format(t.diag, &t.told);
	buf_addc(&t.told, '\0');
	return t;
}

static void attempt_end(struct attempt *t)
{
	buf_release(&t->told);
	diag_free(t->diag);
	arena_free(t->arena);
}

#define BYTES(literal)                       \
	{                                    \
		literal, sizeof(literal) - 1 \
	}

#define NIHONGO "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e"
#define NIHONGO_SJIS "\x93\xfa\x96\x7b\x8c\xea"
#define NIHONGO_EUC "\xc6\xfc\xcb\xdc\xb8\xec"
#define NIHONGO_JIS "\x1b$BF|K\\8l\x1b(B"
#define NO_KANA_EUC "\xa4\xce\xa5\xcd" /* hiragana no, katakana ne */
#define NO_KANA "\xe3\x81\xae\xe3\x83\x8d"

static const struct {
	struct str bytes;
	const char *said;
	const char *text, *encoding;
	enum decoded_how how;
} decoded[] = {
	/* nobody says */
	{ BYTES(""), NULL, "", "UTF-8", DECODED_UTF8 },
	{ BYTES("TCP 443\n"), NULL, "TCP 443\n", "UTF-8", DECODED_UTF8 },
	{ BYTES(NIHONGO), NULL, NIHONGO, "UTF-8", DECODED_UTF8 },
	{ BYTES("\xf0\x9f\x98\x80"), NULL, "\xf0\x9f\x98\x80", "UTF-8", DECODED_UTF8 },
	{ BYTES(NIHONGO_SJIS), NULL, NIHONGO, "Shift_JIS", DECODED_ONLY },
	{ BYTES(NIHONGO_EUC NO_KANA_EUC), NULL, NIHONGO NO_KANA, "EUC-JP", DECODED_ONLY },
	/* byte order marks */
	{ BYTES("\xef\xbb\xbf<p>"), NULL, "<p>", "UTF-8", DECODED_MARK },
	{ BYTES("\xff\xfe<\0p\0>\0"), NULL, "<p>", "UTF-16LE", DECODED_MARK },
	{ BYTES("\xfe\xff\0<\0p\0>"), NULL, "<p>", "UTF-16BE", DECODED_MARK },
	{ BYTES("\xff\xfe\xe5\x65\x3d\xd8\x00\xde"), NULL, "\xe6\x97\xa5\xf0\x9f\x98\x80",
	  "UTF-16LE", DECODED_MARK },
	{ BYTES("\xef\xbb\xbf<meta charset=shift_jis>"), NULL, "<meta charset=shift_jis>", "UTF-8",
	  DECODED_MARK },
	/* zero bytes */
	{ BYTES("<\0h\0t\0m\0l\0>\0"), NULL, "<html>", "UTF-16LE", DECODED_ZEROES },
	{ BYTES("\0<\0h\0t\0m\0l\0>"), NULL, "<html>", "UTF-16BE", DECODED_ZEROES },
	/* declared */
	{ BYTES("<meta charset=shift_jis>" NIHONGO_SJIS), NULL, "<meta charset=shift_jis>" NIHONGO,
	  "Shift_JIS", DECODED_META },
	{ BYTES("\n <html><META CHARSET = \"Windows-31J\" />" NIHONGO_SJIS), NULL,
	  "\n <html><META CHARSET = \"Windows-31J\" />" NIHONGO, "Shift_JIS", DECODED_META },
	{ BYTES("<!-- <meta charset=utf-8> --><p title='<meta charset=utf-8>'>"
		"<meta charset=' x-sjis '>" NIHONGO_SJIS),
	  NULL,
	  "<!-- <meta charset=utf-8> --><p title='<meta charset=utf-8>'>"
	  "<meta charset=' x-sjis '>" NIHONGO,
	  "Shift_JIS", DECODED_META },
	{ BYTES("<meta http-equiv=Content-Type content='text/html; "
		"charset=euc-jp'>" NIHONGO_EUC),
	  NULL, "<meta http-equiv=Content-Type content='text/html; charset=euc-jp'>" NIHONGO,
	  "EUC-JP", DECODED_META },
	{ BYTES("<meta content='text/html; charset=euc-jp'>x"), NULL,
	  "<meta content='text/html; charset=euc-jp'>x", "UTF-8", DECODED_UTF8 },
	{ BYTES("<meta charset=iso-2022-jp>" NIHONGO_JIS), NULL,
	  "<meta charset=iso-2022-jp>" NIHONGO, "ISO-2022-JP", DECODED_META },
	{ BYTES("<meta charset=utf-16>" NIHONGO), NULL, "<meta charset=utf-16>" NIHONGO, "UTF-8",
	  DECODED_META },
	{ BYTES("<meta charset=iso-8859-1>\xe9\x80"), NULL,
	  "<meta charset=iso-8859-1>\xc3\xa9\xe2\x82\xac", "windows-1252", DECODED_META },
	{ BYTES("<?xml version='1.0' encoding='Shift_JIS'?>" NIHONGO_SJIS), NULL,
	  "<?xml version='1.0' encoding='Shift_JIS'?>" NIHONGO, "Shift_JIS", DECODED_XML },
	{ BYTES("See <meta charset=shift_jis>"), NULL, "See <meta charset=shift_jis>", "UTF-8",
	  DECODED_UTF8 },
	/* said */
	{ BYTES(NIHONGO_SJIS), "SJIS", NIHONGO, "Shift_JIS", DECODED_SAID },
	{ BYTES("<meta charset=utf-8>" NIHONGO_SJIS), "sjis", "<meta charset=utf-8>" NIHONGO,
	  "Shift_JIS", DECODED_SAID },
	{ BYTES("\x87\x40\x81\x60"), "ms932", "\xe2\x91\xa0\xef\xbd\x9e", "Shift_JIS",
	  DECODED_SAID }, /* circled one, wave */
	{ BYTES(NIHONGO_EUC), "euc-jp", NIHONGO, "EUC-JP", DECODED_SAID },
	{ BYTES(NIHONGO_JIS), "iso-2022-jp", NIHONGO, "ISO-2022-JP", DECODED_SAID },
	{ BYTES("\x65\xe5"), "utf-16be", "\xe6\x97\xa5", "UTF-16BE", DECODED_SAID },
	{ BYTES("\xfe\xff\x65\xe5"), "utf-16", "\xe6\x97\xa5", "UTF-16BE", DECODED_SAID },
	{ BYTES("\xef\xbb\xbfx"), "utf-8", "x", "UTF-8", DECODED_SAID },
	{ BYTES("\xe9"), "latin1", "\xc3\xa9", "windows-1252", DECODED_SAID },
	{ BYTES("\xb9"), "iso-8859-2", "\xc5\xa1", "ISO-8859-2", DECODED_SAID },
	{ BYTES("\xa4"), "latin9", "\xe2\x82\xac", "ISO-8859-15", DECODED_SAID },
	{ BYTES("\x9a"), "windows-1250", "\xc5\xa1", "windows-1250", DECODED_SAID },
	{ BYTES("\xcf"), "windows-1251", "\xd0\x9f", "windows-1251", DECODED_SAID },
	{ BYTES("\xf0"), "koi8-r", "\xd0\x9f", "KOI8-R", DECODED_SAID },
	{ BYTES("\xd6\xd0"), "gb2312", "\xe4\xb8\xad", "GB18030", DECODED_SAID },
	{ BYTES("\xa4\xa4\x88\x62"), "big5", "\xe4\xb8\xad\xc3\x8a\xcc\x84", "Big5", DECODED_SAID },
	{ BYTES("\xb0\xa1"), "euc-kr", "\xea\xb0\x80", "EUC-KR", DECODED_SAID },
};

static void every_encoding_is_decoded(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(decoded); i++) {
		struct attempt t = attempt(decoded[i].bytes, decoded[i].said);

		if (t.r < 0 || !str_is(t.out.text, decoded[i].text) ||
		    strcmp(t.out.encoding, decoded[i].encoding) != 0 || t.out.how != decoded[i].how)
			fail_msg("case %zu: %d, %s, \"%.*s\", known from %s\n%s", i, t.r,
				 t.out.encoding, STR_FMT(t.out.text), decoded_how_text(t.out.how),
				 t.told.data);
		attempt_end(&t);
	}
}

static const struct {
	struct str bytes;
	const char *said;
	int r;
	const char *told;
} undecodable[] = {
	{ BYTES("a\nb\xff"), NULL, E_SYNTAX,
	  "page.html:2: error: byte 0xff at offset 3 is not UTF-8, and the file does not "
	  "say its encoding\n    it can be read as windows-1252: --encoding NAME\n" },
	{ BYTES("<meta charset=utf-8>\r\n" NIHONGO_SJIS), NULL, E_SYNTAX,
	  "page.html:2: error: byte 0x93 at offset 22 is not UTF-8, its encoding according "
	  "to <meta charset>\n    it can be read as Shift_JIS: --encoding NAME\n" },
	{ BYTES("\xef\xbb\xbf"
		"12\xc0\xaf"),
	  NULL, E_SYNTAX,
	  "page.html:1: error: byte 0xc0 at offset 5 is not UTF-8, its encoding according "
	  "to a byte order mark\n    it can be read as EUC-JP: --encoding NAME\n" },
	{ BYTES("\xed\xa0\x80"), "utf-8", E_SYNTAX,
	  "page.html:1: error: byte 0xed at offset 0 is not UTF-8, its encoding according "
	  "to --encoding\n    it can be read as windows-1252: --encoding NAME\n" },
	{ BYTES(NIHONGO "\xe6\x97"), "utf-8", E_SYNTAX,
	  "page.html:1: error: byte 0xe6 at offset 9 is not UTF-8, its encoding according "
	  "to "
	  "--encoding\n    it can be read as windows-1252: --encoding NAME\n" },
	{ BYTES("1\r2\r" NIHONGO_SJIS "\x80"), "sjis", E_SYNTAX,
	  "page.html:3: error: byte 0x80 at offset 10 is not Shift_JIS, its encoding "
	  "according to --encoding\n    it can be read as windows-1252: --encoding "
	  "NAME\n" },
	{ BYTES("ab\x82"), "sjis", E_SYNTAX,
	  "page.html:1: error: byte 0x82 at offset 2 is not Shift_JIS, its encoding "
	  "according to --encoding\n    it can be read as windows-1252: --encoding "
	  "NAME\n" },
	{ BYTES(NIHONGO_EUC "\xa4\x20"), "euc-jp", E_SYNTAX,
	  "page.html:1: error: byte 0xa4 at offset 6 is not EUC-JP, its encoding according "
	  "to --encoding\n    it can be read as windows-1252: --encoding NAME\n" },
	{ BYTES(NIHONGO_JIS "\n\x1b$B\xff"), "iso-2022-jp", E_SYNTAX,
	  "page.html:2: error: byte 0xff at offset 16 is not ISO-2022-JP, its encoding "
	  "according "
	  "to --encoding\n    it can be read as windows-1252: --encoding NAME\n" },
	{ BYTES("\xff\xfe<\0\n\0\x00\xd8x\0"), NULL, E_SYNTAX,
	  "page.html:2: error: byte 0x00 at offset 6 is not UTF-16LE, its encoding "
	  "according to a byte order mark\n    say which it is: --encoding NAME; or it is "
	  "damaged\n" },
	{ BYTES("\xff\xfe<\0p"), NULL, E_SYNTAX,
	  "page.html:1: error: byte 0x70 at offset 4 is not UTF-16LE, its encoding "
	  "according to a byte order mark\n    say which it is: --encoding NAME; or it is "
	  "damaged\n" },
	{ BYTES("caf\xe9"), "cp1252", 0, "" },
	{ BYTES("\x81"), "cp1252", E_SYNTAX,
	  "page.html:1: error: byte 0x81 at offset 0 is not windows-1252, its encoding "
	  "according to --encoding\n    say which it is: --encoding NAME; or it is "
	  "damaged\n" },
	/* zeros */
	{ BYTES("ab\0c"), NULL, E_SYNTAX,
	  "page.html: error: a zero at offset 2: not the text of a page, or not UTF-8\n"
	  "    if it is a page in another encoding: --encoding NAME, for example "
	  "utf-16le\n" },
	{ BYTES("\xff\xfe<\0\0\0p\0"), NULL, E_SYNTAX,
	  "page.html: error: a zero at offset 4: not the text of a page, or not UTF-16LE\n"
	  "    if it is a page in another encoding: --encoding NAME, for example "
	  "utf-16le\n" },
	/* words */
	{ BYTES("x"), "klingon", E_UNKNOWN,
	  "page.html: error: --encoding says encoding \"klingon\", which egret does not "
	  "know\n    say which it is: --encoding NAME, one of UTF-8, Shift_JIS, EUC-JP, "
	  "ISO-2022-JP, UTF-16LE, UTF-16BE, windows-1252, ISO-8859-2, ISO-8859-15, "
	  "windows-1250, windows-1251, KOI8-R, GB18030, Big5, EUC-KR\n" },
	{ BYTES("<meta charset=utf-7>"), NULL, E_UNKNOWN,
	  "page.html: error: <meta charset> says encoding \"utf-7\", which egret does not "
	  "know\n    say which it is: --encoding NAME, one of UTF-8, Shift_JIS, EUC-JP, "
	  "ISO-2022-JP, UTF-16LE, UTF-16BE, windows-1252, ISO-8859-2, ISO-8859-15, "
	  "windows-1250, windows-1251, KOI8-R, GB18030, Big5, EUC-KR\n" },
	{ BYTES("\xef\xbb\xbfx"), "sjis", E_CONFLICT,
	  "page.html: error: begins with the byte order mark of UTF-8, not of Shift_JIS\n"
	  "    leave out --encoding\n" },
	/* warnings */
	{ BYTES(NIHONGO_SJIS), NULL, 0,
	  "page.html: warning: does not say its encoding; read as Shift_JIS\n    if its "
	  "texts look wrong: --encoding NAME\n" },
	{ BYTES("<meta charset=latin1>" NO_KANA), NULL, E_SYNTAX,
	  "page.html: warning: <meta charset> says windows-1252, but all of it is valid "
	  "UTF-8 too; read as windows-1252\n    if its texts look wrong: --encoding utf-8\n"
	  "page.html:1: error: byte 0x81 at offset 22 is not windows-1252, its encoding "
	  "according to <meta charset>\n    it can be read as UTF-8: --encoding NAME\n" },
	/* half-width katakana alone are what EUC-JP looks like in Shift_JIS */
	{ BYTES("\xb1\xb2"), NULL, 0,
	  "page.html: warning: does not say its encoding; read as EUC-JP\n    if its texts "
	  "look wrong: --encoding NAME\n" },
};

static void what_cannot_be_decoded_is_told_with_its_offset(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(undecodable); i++) {
		struct attempt t = attempt(undecodable[i].bytes, undecodable[i].said);

		if (t.r != undecodable[i].r || strcmp(t.told.data, undecodable[i].told) != 0)
			fail_msg("case %zu: %d instead of %d,\n%s instead of\n%s", i, t.r,
				 undecodable[i].r, t.told.data, undecodable[i].told);
		attempt_end(&t);
	}
}

static void what_nobody_sees_goes(void **state)
{
	static const struct {
		const char *bytes, *text, *odd;
		size_t widthless;
	} cases[] = {
		{ "a\r\nb\rc\n\rd\r\r\n", "a\nb\nc\n\nd\n\n", "", 0 },
		{ "4\xe2\x80\x8b"
		  "4\xe2\x80\x8c\xe2\x80\x8d\xe2\x81\xa0\xef\xbb\xbf"
		  "3\xc2\xad\n",
		  "443\n", "", 6 },
		{ "ab\n80\xe2\x80\xae"
		  "344",
		  "ab\n80344", "2:3 U+202E", 0 },
		{ "\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c\xe2\x80\xaa\xe2\x81\xa6\xe2\x81\xa9", "",
		  "1:1 U+200E, 1:2 U+200F, 1:3 U+061C, 1:4 U+202A, 1:5 U+2066, 1:6 U+2069", 0 },
		{ "390\xee\x80\x80"
		  "1\xee\x80\x81\xee\x80\x82",
		  "3901\xee\x80\x82", "1:4 U+E000, 1:6 U+E001", 0 },
		{ "\r\n\xe6\x97\xa5\t\x1b[31m", "\n\xe6\x97\xa5\t [31m", "2:3 U+001B", 0 },
		{ "1\x7f"
		  "2\xc2\x85"
		  "3\xe2\x80\xa8"
		  "4\f5\v",
		  "1 2 3 4 5 ", "1:2 U+007F, 1:4 U+0085, 1:6 U+2028, 1:8 U+000C, 1:10 U+000B", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct attempt t = attempt(str_of(cases[i].bytes), NULL);
		struct buf odd = BUF_INIT;

		for (size_t k = 0; k < t.out.odds; k++)
			buf_printf(&odd, "%s%u:%u U+%04X", k ? ", " : "", t.out.odd[k].at.line,
				   t.out.odd[k].at.column, (unsigned)t.out.odd[k].code);
		if (t.r < 0 || !str_is(t.out.text, cases[i].text) ||
		    !str_is(buf_str(&odd), cases[i].odd) || t.out.widthless != cases[i].widthless)
			fail_msg("case %zu: %d, \"%.*s\", odd: %.*s, %zu\n%s", i, t.r,
				 STR_FMT(t.out.text), STR_FMT(buf_str(&odd)), t.out.widthless,
				 t.told.data);
		buf_release(&odd);
		attempt_end(&t);
	}
}

static void odd_characters_are_kept_to_a_limit_and_named(void **state)
{
	struct buf text = BUF_INIT;
	struct buf name = BUF_INIT;
	struct attempt t;

	(void)state;
	for (unsigned i = 0; i < DECODE_ODD_MAX + 1; i++)
		buf_adds(&text, "\xe2\x80\xae\n");
	t = attempt(buf_str(&text), NULL);
	assert_int_equal(t.r, 0);
	assert_int_equal(t.out.odds, DECODE_ODD_MAX);
	assert_int_equal(t.out.all_odds, DECODE_ODD_MAX + 1);
	assert_int_equal(t.out.odd[DECODE_ODD_MAX - 1].at.line, DECODE_ODD_MAX);
	decoded_odd_print(t.out.odd[0].code, &name);
	assert_string_equal(name.data, "U+202E, which turns the direction of text around");
	attempt_end(&t);
	buf_release(&name);
	buf_release(&text);
}

static void a_page_has_a_limit_before_and_after(void **state)
{
	static const struct {
		size_t n;
		const char *said;
		char byte;
		int r;
	} cases[] = {
		{ PAGE_BYTES_MAX, NULL, 'x', 0 },
		{ (size_t)PAGE_BYTES_MAX + 1, NULL, 'x', E_LIMIT },
		{ PAGE_BYTES_MAX / 2, "latin1", (char)0xe9, 0 },
		{ PAGE_BYTES_MAX / 2 + 1, "latin1", (char)0xe9, E_LIMIT },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf text = BUF_INIT;
		struct attempt t;

		buf_pad(&text, cases[i].byte, cases[i].n);
		t = attempt(buf_str(&text), cases[i].said);
		assert_int_equal(t.r, cases[i].r);
		assert_true(t.r == 0 || strstr(t.told.data, "import the part with"));
		attempt_end(&t);
		buf_release(&text);
	}
}

static void a_file_above_the_limit_is_not_read(void **state)
{
	char path[] = "/tmp/egret-decode-XXXXXX";
	struct diag *d = diag_new();
	struct buf bytes = BUF_INIT;
	int fd = mkstemp(path);

	(void)state;
	assert_true(d && fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)100 * 1000 * 1000), 0); /* a hole: takes no room */
	assert_int_equal(decode_read(path, &bytes, d), E_LIMIT);
	assert_true(bytes.n <= PAGE_BYTES_MAX);
	assert_string_equal(diag_get(d, 0)->hint, "import the part with the firewall tables alone");
	(void)close(fd);
	(void)unlink(path);
	buf_release(&bytes);
	diag_free(d);
}

static void every_label_has_one_meaning(void **state)
{
	(void)state;
	for (size_t i = 0; encoding_at(i); i++) {
		struct str rest = str_of(encoding_at(i)->labels);

		assert_ptr_equal(encoding_find(str_of(encoding_at(i)->name)), encoding_at(i));
		while (rest.p)
			assert_ptr_equal(encoding_find(str_cut(&rest, ' ')), encoding_at(i));
	}
	assert_null(encoding_find(STR("")));
	assert_null(encoding_find(STR("utf-8 utf8")));
	assert_ptr_equal(encoding_find(STR(" UTF-8\n")), encoding_at(0));
}

static int sample(void *data)
{
	const char *bytes = data;
	struct arena *a = arena_new();
	struct diag *d = diag_new();
	struct decoded out;
	int r = a && d ? decode(str_of(bytes), "x", NULL, a, d, &out) : -ENOMEM;

	arena_free(a);
	diag_free(d);
	return r == E_SYNTAX ? 0 : r;
}

static void memory_may_end_anywhere(void **state)
{
	static const char *const samples[] = {
		"<meta charset=shift_jis>" NIHONGO_SJIS,
		NIHONGO_EUC NO_KANA_EUC "\xe2\x80\xae",
		"<meta charset=utf-8>" NIHONGO_SJIS,
		"a\xe2\x80\xae\n\x7f",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(samples); i++)
		assert_true(assert_survives_oom(sample, (void *)samples[i]) > 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_encoding_is_decoded),
		cmocka_unit_test(what_cannot_be_decoded_is_told_with_its_offset),
		cmocka_unit_test(what_nobody_sees_goes),
		cmocka_unit_test(odd_characters_are_kept_to_a_limit_and_named),
		cmocka_unit_test(a_page_has_a_limit_before_and_after),
		cmocka_unit_test(a_file_above_the_limit_is_not_read),
		cmocka_unit_test(every_label_has_one_meaning),
		cmocka_unit_test(memory_may_end_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
