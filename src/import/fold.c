/* SPDX-License-Identifier: Apache-2.0 */
#include "import/fold.h"

#include <errno.h>
#include <uninorm.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "import/page.h"

/* A character of the page and what it is written as; a mark's text is what stands in the mark. */
struct rewrite {
	const char *from, *to;
};

static const struct rewrite marks[] = {
	{ "\xc2\xb9", "1" },	 { "\xc2\xb2", "2" },	  { "\xc2\xb3", "3" }, /* superscripts */
	{ "\xe2\x81\xb0", "0" }, { "\xe2\x81\xb4", "4" }, { "\xe2\x81\xb5", "5" },
	{ "\xe2\x81\xb6", "6" }, { "\xe2\x81\xb7", "7" }, { "\xe2\x81\xb8", "8" },
	{ "\xe2\x81\xb9", "9" }, { "\xe2\x91\xa0", "1" }, { "\xe2\x91\xa1", "2" }, /* circled */
	{ "\xe2\x91\xa2", "3" }, { "\xe2\x91\xa3", "4" }, { "\xe2\x91\xa4", "5" },
	{ "\xe2\x91\xa5", "6" }, { "\xe2\x91\xa6", "7" }, { "\xe2\x91\xa7", "8" },
	{ "\xe2\x91\xa8", "9" }, { "\xe2\x80\xa0", "+" }, { "\xe2\x80\xa1", "++" }, /* daggers */
	{ "\xe2\x80\xbb", "*" },						    /* U+203B */
};

static const struct rewrite plain[] = {
	{ "\xe3\x80\x81", "," }, /* ideographic comma */
	{ "\xe3\x80\x82", "." }, /* ideographic full stop */
	{ "\xe3\x83\xbb", "," }, /* katakana middle dot between items */
	{ "\xe2\x80\x90", "-" },
	{ "\xe2\x80\x91", "-" },
	{ "\xe2\x80\x92", "-" },
	{ "\xe2\x80\x93", "-" },
	{ "\xe2\x80\x94", "-" },
	{ "\xe2\x80\x95", "-" },
	{ "\xe2\x88\x92", "-" },
	{ "\xe3\x80\x9c", "-" }, /* wave dash */
	{ "~", "-" },
	{ "\xe2\x80\x98", "'" },
	{ "\xe2\x80\x99", "'" },
};

static const struct rewrite *find(const struct rewrite *table, size_t n, struct str text)
{
	for (size_t i = 0; i < n; i++) {
		if (str_starts(text, table[i].from))
			return &table[i];
	}
	return NULL;
}

static void mark_up(struct str text, struct buf *out)
{
	for (size_t i = 0; i < text.n;) {
		struct str rest = { text.p + i, text.n - i };
		const struct rewrite *w =
			rest.p[0] & 0x80 ? find(marks, ARRAY_LEN(marks), rest) : NULL;

		if (w)
			buf_printf(out, PAGE_MARK_OPEN "%s" PAGE_MARK_CLOSE, w->to);
		else
			buf_addc(out, rest.p[0]);
		i += w ? strlen(w->from) : 1;
	}
}

static void write_plain(struct str text, struct buf *out)
{
	for (size_t i = 0; i < text.n;) {
		struct str rest = { text.p + i, text.n - i };
		const struct rewrite *w = rest.p[0] & 0x80 || rest.p[0] == '~'
						  ? find(plain, ARRAY_LEN(plain), rest)
						  : NULL;

		buf_addstr(out, w ? str_of(w->to) : (struct str){ rest.p, 1 });
		i += w ? strlen(w->from) : 1;
	}
}

/* NFKC; text that is not UTF-8 stays as it is. */
static int compose(const struct buf *text, struct buf *out)
{
	size_t n = 0;
	uint8_t *composed =
		text->n ? u8_normalize(UNINORM_NFKC, (const uint8_t *)text->data, text->n, NULL, &n)
			: NULL;

	if (composed)
		buf_add(out, composed, n);
	else if (text->n && errno == ENOMEM)
		return -ENOMEM;
	else
		buf_addstr(out, buf_str(text));
	mem_free(composed);
	return out->r;
}

static int give(const struct buf *b, struct arena *a, struct str *ret)
{
	char *copy = b->r < 0 ? NULL : arena_str(a, buf_str(b));

	if (!copy)
		return -ENOMEM;
	*ret = (struct str){ copy, b->n };
	return 0;
}

int fold(struct str text, struct arena *a, struct str *ret)
{
	EG_AUTO(buf_release) struct buf marked = BUF_INIT;
	EG_AUTO(buf_release) struct buf composed = BUF_INIT;
	EG_AUTO(buf_release) struct buf out = BUF_INIT;
	int r;

	mark_up(text, &marked);
	r = marked.r < 0 ? marked.r : compose(&marked, &composed);
	if (r < 0)
		return r;
	write_plain(buf_str(&composed), &out);
	return give(&out, a, ret);
}

int fold_marks(struct str text, struct arena *a, struct str *ret, struct str *ret_marks)
{
	EG_AUTO(buf_release) struct buf out = BUF_INIT;
	EG_AUTO(buf_release) struct buf found = BUF_INIT;
	bool inside = false;
	int r;

	for (size_t i = 0; i < text.n; i++) {
		struct str rest = { text.p + i, text.n - i };
		bool open = str_starts(rest, PAGE_MARK_OPEN);

		if (open || str_starts(rest, PAGE_MARK_CLOSE)) {
			if (open && found.n)
				buf_addc(&found, ' ');
			inside = open;
			i += sizeof(PAGE_MARK_OPEN) - 2;
			continue;
		}
		buf_addc(inside ? &found : &out, rest.p[0]);
	}
	r = give(&out, a, ret);
	return r < 0 ? r : give(&found, a, ret_marks);
}

int squeeze(struct str text, struct arena *a, struct str *ret)
{
	EG_AUTO(buf_release) struct buf out = BUF_INIT;
	struct str folded, unmarked, found;
	int r = fold(text, a, &folded);

	if (r == 0)
		r = fold_marks(folded, a, &unmarked, &found);
	if (r < 0)
		return r;
	for (size_t i = 0; i < unmarked.n; i++) {
		if (!strchr(" \t\n-_'", unmarked.p[i]) || !unmarked.p[i])
			buf_addc(&out, ascii_lower(unmarked.p[i]));
	}
	return give(&out, a, ret);
}
