/* SPDX-License-Identifier: Apache-2.0 */
#include "import/guess.h"

#include <errno.h>

#include "base/err.h"
#include "import/utf8.h"

static const char *const japanese[] = { "shift_jis", "euc-jp" };

bool guess_is_utf8(struct str bytes)
{
	size_t ascii = 0;

	while (ascii < bytes.n && (signed char)bytes.p[ascii] >= 0)
		ascii++;
	return ascii < bytes.n && utf8_valid(bytes) == bytes.n;
}

static bool is_half_width(uint32_t c)
{
	return c >= 0xff61 && c <= 0xff9f;
}

static bool looks_japanese(struct str text)
{
	bool japanese_seen = false;
	uint32_t last = 0;

	while (text.n) {
		uint32_t c = 0;
		size_t n = utf8_at(text, &c);

		if (!n || (c >= 0x80 && c < 0xa0) || (c >= 0xe000 && c <= 0xf8ff) ||
		    (is_half_width(c) && is_half_width(last)))
			return false;
		japanese_seen |= (c >= 0x3041 && c <= 0x30ff) || (c >= 0x4e00 && c <= 0x9fff);
		last = c;
		text.p += n;
		text.n -= n;
	}
	return japanese_seen;
}

/* 1: decodes, and is Japanese if that is asked; 0: not. */
static int makes_sense(struct str bytes, const struct encoding *e, size_t limit, bool as_japanese)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	size_t bad;
	int r = encoding_convert(e, bytes, limit, &text, &bad);

	if (r == -ENOMEM)
		return r;
	return r == 0 && !(text.n && memchr(text.data, 0, text.n)) &&
	       (!as_japanese || looks_japanese(buf_str(&text)));
}

int guess_japanese(struct str bytes, size_t limit, struct guess *ret)
{
	struct guess g = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(japanese); i++) {
		const struct encoding *e = encoding_find(str_of(japanese[i]));
		int r = makes_sense(bytes, e, limit, true);

		if (r < 0)
			return r;
		if (r) {
			g.sensible++;
			g.only = e;
		}
	}
	*ret = g;
	return 0;
}

int guess_names(struct str bytes, const struct encoding * not, size_t limit, struct buf *out)
{
	/* Nearly everything decodes as the last one, so it comes in only when nothing else does. */
	static const char *const tried[] = { "utf-8", "shift_jis", "euc-jp", "windows-1252" };

	for (size_t i = 0; i < ARRAY_LEN(tried); i++) {
		const struct encoding *e = encoding_find(str_of(tried[i]));
		bool last = i + 1 == ARRAY_LEN(tried);
		int r = 0;

		if (e != not &&!(last && out->n))
			r = makes_sense(bytes, e, limit, e->iconv && !last);
		if (r < 0)
			return r;
		if (r)
			buf_printf(out, "%s%s", out->n ? " or " : "", e->name);
	}
	return out->r;
}
