/* SPDX-License-Identifier: Apache-2.0 */
#include "import/encoding.h"

#include <errno.h>
#include <iconv.h>

#include "base/err.h"
#include "import/utf8.h"

/* The encodings of WHATWG's list that vendors' pages were met in, and their neighbours. */
static const struct encoding encodings[] = {
	{ "UTF-8", NULL, UNIT_BYTES, "utf-8 utf8 unicode-1-1-utf-8 unicode11utf8 x-unicode20utf8" },
	{ "Shift_JIS", "CP932", UNIT_BYTES,
	  "shift_jis shift-jis sjis x-sjis ms_kanji ms932 windows-31j csshiftjis cp932" },
	{ "EUC-JP", "EUC-JP-MS", UNIT_BYTES, "euc-jp eucjp x-euc-jp cseucpkdfmtjapanese" },
	{ "ISO-2022-JP", "ISO-2022-JP", UNIT_BYTES, "iso-2022-jp csiso2022jp jis" },
	{ "UTF-16LE", "UTF-16LE", UNIT_LITTLE,
	  "utf-16 utf-16le utf16 ucs-2 unicode iso-10646-ucs-2 csunicode unicodefeff" },
	{ "UTF-16BE", "UTF-16BE", UNIT_BIG, "utf-16be unicodefffe" },
	{ "windows-1252", "CP1252", UNIT_BYTES,
	  "windows-1252 x-cp1252 cp1252 iso-8859-1 iso8859-1 iso_8859-1 latin1 l1 ascii us-ascii" },
	{ "ISO-8859-2", "ISO-8859-2", UNIT_BYTES, "iso-8859-2 iso8859-2 latin2 l2" },
	{ "ISO-8859-15", "ISO-8859-15", UNIT_BYTES, "iso-8859-15 iso8859-15 latin9 l9" },
	{ "windows-1250", "CP1250", UNIT_BYTES, "windows-1250 x-cp1250 cp1250" },
	{ "windows-1251", "CP1251", UNIT_BYTES, "windows-1251 x-cp1251 cp1251" },
	{ "KOI8-R", "KOI8-R", UNIT_BYTES, "koi8-r koi8 koi" },
	{ "GB18030", "GB18030", UNIT_BYTES,
	  "gb18030 gbk x-gbk gb2312 gb_2312-80 csgb2312 chinese" },
	{ "Big5", "BIG5-HKSCS", UNIT_BYTES, "big5 big5-hkscs cn-big5 csbig5 x-x-big5" },
	{ "EUC-KR", "UHC", UNIT_BYTES, "euc-kr cseuckr ks_c_5601-1987 ksc5601 windows-949 korean" },
};

const struct encoding *encoding_at(size_t i)
{
	return i < ARRAY_LEN(encodings) ? &encodings[i] : NULL;
}

const struct encoding *encoding_find(struct str label)
{
	label = str_trim(label);
	for (size_t i = 0; i < ARRAY_LEN(encodings); i++) {
		struct str rest = str_of(encodings[i].labels);

		while (rest.p) {
			struct str one = str_cut(&rest, ' ');

			if (label.n == one.n && !strncasecmp(label.p, one.p, one.n))
				return &encodings[i];
		}
	}
	return NULL;
}

static int keep_utf8(struct str bytes, size_t limit, struct buf *out, size_t *ret_bad)
{
	size_t good = utf8_valid(bytes);

	if (good > limit)
		return E_LIMIT;
	buf_add(out, bytes.p, good);
	if (out->r < 0 || good == bytes.n)
		return out->r;
	*ret_bad = good;
	return E_SYNTAX;
}

/* All of `bytes`, and then what the encoding still holds back at its end. */
static int convert_all(iconv_t cd, struct str bytes, size_t limit, struct buf *out, size_t *ret_bad)
{
	char *in = (char *)bytes.p; /* iconv() reads it only */
	size_t left = bytes.n;
	size_t before = out->n;
	bool end = false;

	for (;;) {
		char piece[16 * 1024];
		char *to = piece;
		size_t room = sizeof(piece);
		bool stopped = iconv(cd, end ? NULL : &in, &left, &to, &room) == (size_t)-1;
		bool full = stopped && errno == E2BIG;

		buf_add(out, piece, sizeof(piece) - room);
		if (out->r < 0)
			return out->r;
		if (out->n - before > limit)
			return E_LIMIT;
		if (stopped && !full) {
			*ret_bad = bytes.n - left;
			return E_SYNTAX;
		}
		if (!full && end)
			return 0;
		end = !full;
	}
}

int encoding_convert(const struct encoding *e, struct str bytes, size_t limit, struct buf *out,
		     size_t *ret_bad)
{
	iconv_t cd;
	int r;

	if (!e->iconv)
		return keep_utf8(bytes, limit, out, ret_bad);
	cd = iconv_open("UTF-8", e->iconv);
	if (cd == (iconv_t)-1)
		return errno == ENOMEM ? -ENOMEM : E_UNSUPPORTED;
	r = convert_all(cd, bytes, limit, out, ret_bad);
	(void)iconv_close(cd); /* fails for a bad descriptor only */
	return r;
}
