/* SPDX-License-Identifier: Apache-2.0 */
#include "import/decode.h"

#include <assert.h>
#include <errno.h>

#include "base/err.h"
#include "base/file.h"
#include "base/show.h"
#include "import/clean.h"
#include "import/encoding.h"
#include "import/guess.h"
#include "import/page.h"
#include "import/utf8.h"

struct job {
	struct str bytes;
	const char *file;
	struct diag *diag;
	const struct encoding *encoding;
	enum decoded_how how;
};

const char *decoded_how_text(enum decoded_how how)
{
	static const char *const text[] = {
		[DECODED_SAID] = "--encoding",
		[DECODED_MARK] = "a byte order mark",
		[DECODED_ZEROES] = "the zero bytes of its markup",
		[DECODED_META] = "<meta charset>",
		[DECODED_XML] = "the XML declaration",
		[DECODED_UTF8] = "being valid UTF-8",
		[DECODED_ONLY] = "being the only one that makes sense",
	};

	return text[how];
}

static struct place whole(const struct job *j)
{
	return (struct place){ .file = j->file };
}

/* ---- which encoding ---- */

static int not_known(const struct job *j, const char *who, struct str label)
{
	struct buf names = BUF_INIT;

	for (size_t i = 0; encoding_at(i); i++)
		buf_printf(&names, "%s%s", i ? ", " : "", encoding_at(i)->name);
	diag_error(j->diag, whole(j), "%s says encoding \"%s\", which egret does not know", who,
		   show(label).text);
	diag_hint(j->diag, "say which it is: --encoding NAME, one of %s",
		  names.data ? names.data : "UTF-8");
	buf_release(&names);
	return E_UNKNOWN;
}

/* The encoding of a byte order mark, and cuts it off. */
static const struct encoding *cut_mark(struct str *bytes)
{
	static const struct {
		const char *mark, *label;
	} marks[] = {
		{ "\xef\xbb\xbf", "utf-8" },
		{ "\xff\xfe", "utf-16le" },
		{ "\xfe\xff", "utf-16be" },
	};

	for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
		if (str_starts(*bytes, marks[i].mark)) {
			bytes->p += strlen(marks[i].mark);
			bytes->n -= strlen(marks[i].mark);
			return encoding_find(str_of(marks[i].label));
		}
	}
	return NULL;
}

static int check_said(struct job *j, const char *label, const struct encoding *mark)
{
	const struct encoding *said = encoding_find(str_of(label));

	if (!said)
		return not_known(j, "--encoding", str_of(label));
	if (mark && said != mark && (said->unit == UNIT_BYTES || mark->unit == UNIT_BYTES)) {
		diag_error(j->diag, whole(j), "begins with the byte order mark of %s, not of %s",
			   mark->name, said->name);
		diag_hint(j->diag, "leave out --encoding");
		return E_CONFLICT;
	}
	j->encoding = mark ? mark : said;
	j->how = DECODED_SAID;
	return 0;
}

/* UTF-16 without a mark: markup in ASCII, every other byte zero. */
static const struct encoding *zeroes(struct str b)
{
	size_t most = b.n < 32 ? b.n & ~(size_t)1 : 32;
	size_t high = b.n > 1 && b.p[0] == '\0' ? 0 : 1;

	if (most < 8 || b.p[1 - high] != '<')
		return NULL;
	for (size_t i = 0; i < most; i += 2) {
		if (b.p[i + high] || b.p[i + 1 - high] <= 0)
			return NULL;
	}
	return encoding_find(high ? STR("utf-16le") : STR("utf-16be"));
}

static int check_declared(struct job *j, struct encoding_declared said)
{
	j->encoding = encoding_find(said.label);
	j->how = said.xml ? DECODED_XML : DECODED_META;
	if (!j->encoding)
		return not_known(j, decoded_how_text(j->how), said.label);
	/* Who reads ASCII here is not in UTF-16, whatever it says: browsers take it for UTF-8. */
	if (j->encoding->unit != UNIT_BYTES)
		j->encoding = encoding_at(0);
	if (j->encoding->iconv && guess_is_utf8(j->bytes)) {
		diag_warning(j->diag, whole(j),
			     "%s says %s, but all of it is valid UTF-8 too; read as %s",
			     decoded_how_text(j->how), j->encoding->name, j->encoding->name);
		diag_hint(j->diag, "if its texts look wrong: --encoding utf-8");
	}
	return 0;
}

static int check_guess(struct job *j)
{
	size_t good = utf8_valid(j->bytes);
	struct guess g;
	int r;

	j->encoding = encoding_at(0);
	j->how = DECODED_UTF8;
	if (good == j->bytes.n)
		return 0;
	r = guess_japanese(j->bytes, PAGE_BYTES_MAX, &g);
	if (r < 0)
		return r;
	if (g.sensible != 1)
		return 0; /* as UTF-8: its error tells the offset */
	j->encoding = g.only;
	j->how = DECODED_ONLY;
	diag_warning(j->diag, whole(j), "does not say its encoding; read as %s", g.only->name);
	diag_hint(j->diag, "if its texts look wrong: --encoding NAME");
	return 0;
}

static int find_encoding(struct job *j, const char *label)
{
	const struct encoding *mark = cut_mark(&j->bytes);
	struct encoding_declared declared;

	if (label)
		return check_said(j, label, mark);
	j->encoding = mark;
	j->how = DECODED_MARK;
	if (mark)
		return 0;
	j->encoding = zeroes(j->bytes);
	j->how = DECODED_ZEROES;
	if (j->encoding)
		return 0;
	declared = encoding_declared(j->bytes);
	return declared.label.n ? check_declared(j, declared) : check_guess(j);
}

/* ---- what is wrong with it ---- */

static int too_large(const struct job *j, const char *when)
{
	diag_error(j->diag, whole(j), "larger than %d bytes%s", PAGE_BYTES_MAX, when);
	diag_hint(j->diag, "import the part with the firewall tables alone");
	return E_LIMIT;
}

/* Byte `at` of j->bytes, as people count who look into the file. `before`: decoded up to there. */
static struct place place_of(const struct job *j, struct str before)
{
	struct place at = { j->file, 1, 0 };

	for (size_t i = 0; i < before.n; i++)
		at.line += before.p[i] == '\n' ||
			   (before.p[i] == '\r' && (i + 1 == before.n || before.p[i + 1] != '\n'));
	return at;
}

static int check_zero(const struct job *j, size_t skipped)
{
	size_t step = j->encoding->unit == UNIT_BYTES ? 1 : 2;

	for (size_t i = 0; i + step <= j->bytes.n; i += step) {
		if (j->bytes.p[i] || j->bytes.p[i + step - 1])
			continue;
		diag_error(j->diag, whole(j),
			   "a zero at offset %zu: not the text of a page, or not %s", skipped + i,
			   j->encoding->name);
		diag_hint(j->diag, "if it is a page in another encoding: --encoding NAME, for "
				   "example utf-16le");
		return E_SYNTAX;
	}
	return 0;
}

static int bad_byte(const struct job *j, size_t bad, size_t skipped, struct str before)
{
	struct buf names = BUF_INIT;
	int r = guess_names(j->bytes, j->encoding, PAGE_BYTES_MAX, &names);
	bool said = j->how != DECODED_UTF8;

	if (r == 0) {
		diag_error(j->diag, place_of(j, before),
			   "byte 0x%02x at offset %zu is not %s, %s%s",
			   (unsigned char)j->bytes.p[bad], skipped + bad, j->encoding->name,
			   said ? "its encoding according to "
				: "and the file does not say its encoding",
			   said ? decoded_how_text(j->how) : "");
		if (names.n)
			diag_hint(j->diag, "it can be read as %s: --encoding NAME", names.data);
		else
			diag_hint(j->diag, "say which it is: --encoding NAME; or it is damaged");
		r = E_SYNTAX;
	}
	buf_release(&names);
	return r;
}

/* ---- the whole ---- */

int decode_read(const char *path, struct buf *bytes, struct diag *d)
{
	int r = file_read(path, PAGE_BYTES_MAX, bytes, d);

	if (r == E_LIMIT)
		diag_hint(d, "import the part with the firewall tables alone");
	return r;
}

static int convert(const struct job *j, size_t skipped, struct buf *out)
{
	size_t bad = 0;
	int r;

	assert(j->encoding); /* found, or find_encoding() failed */
	r = check_zero(j, skipped);
	if (r == 0)
		r = encoding_convert(j->encoding, j->bytes, PAGE_BYTES_MAX, out, &bad);
	else
		return r;
	if (r == E_LIMIT)
		return too_large(j, " in UTF-8");
	if (r == E_SYNTAX)
		return bad_byte(j, bad, skipped, buf_str(out));
	if (r == E_UNSUPPORTED) {
		diag_error(j->diag, whole(j), "the C library cannot decode %s", j->encoding->name);
		diag_hint(j->diag, "convert the file to UTF-8 elsewhere");
	}
	return r;
}

int decode(struct str bytes, const char *file, const char *encoding, struct arena *a,
	   struct diag *d, struct decoded *ret)
{
	struct job j = { .bytes = bytes, .file = file, .diag = d };
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	struct decoded out = { 0 };
	int r;

	if (bytes.n > PAGE_BYTES_MAX)
		return too_large(&j, "");
	r = find_encoding(&j, encoding);
	if (r == 0)
		r = convert(&j, bytes.n - j.bytes.n, &text);
	if (r == 0)
		r = clean_text(buf_str(&text), file, a, &out);
	if (r < 0)
		return r;
	out.encoding = j.encoding->name;
	out.how = j.how;
	*ret = out;
	return 0;
}
