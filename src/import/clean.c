/* SPDX-License-Identifier: Apache-2.0 */
#include "import/clean.h"

#include <errno.h>

#include "import/utf8.h"

enum clean_kind clean_kind_of(uint32_t c)
{
	if ((c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0) || c == 0x2028 ||
	    c == 0x2029)
		return CLEAN_CONTROL;
	if ((c >= 0x200b && c <= 0x200d) || c == 0x2060 || c == 0xfeff || c == 0xad)
		return CLEAN_WIDTHLESS;
	if ((c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e ||
	    c == 0x200f || c == 0x61c)
		return CLEAN_TURNS;
	return c == 0xe000 || c == 0xe001 ? CLEAN_MARK : CLEAN_PLAIN;
}

void decoded_odd_print(uint32_t code, struct buf *out)
{
	static const char *const what[] = {
		[CLEAN_PLAIN] = "a character",
		[CLEAN_WIDTHLESS] = "without width",
		[CLEAN_TURNS] = "which turns the direction of text around",
		[CLEAN_MARK] = "which has no meaning outside the program that wrote it",
		[CLEAN_CONTROL] = "a control character",
	};

	buf_printf(out, "U+%04X, %s", (unsigned)code, what[clean_kind_of(code)]);
}

/* Text on its way from `in` to `to`, and where it is. */
struct cleaning {
	struct str in;
	char *to;
	struct place at;
	struct decoded_odd odd[DECODE_ODD_MAX];
	struct decoded *ret;
};

static void keep_odd(struct cleaning *c, uint32_t code)
{
	struct decoded *ret = c->ret;

	if (ret->odds < DECODE_ODD_MAX)
		c->odd[ret->odds++] = (struct decoded_odd){ c->at, code };
	ret->all_odds++;
}

/* One character, or a line end of two. */
static void clean_one(struct cleaning *c)
{
	uint32_t code = ' ';
	size_t n = utf8_at(c->in, &code);
	enum clean_kind kind = clean_kind_of(code);

	if (code == '\r') {
		n += c->in.n > 1 && c->in.p[1] == '\n';
		*c->to++ = '\n';
		code = '\n';
	} else if (kind == CLEAN_PLAIN) {
		memcpy(c->to, c->in.p, n);
		c->to += n;
	} else if (kind == CLEAN_WIDTHLESS) {
		c->ret->widthless++;
	} else {
		keep_odd(c, code);
		if (kind == CLEAN_CONTROL)
			*c->to++ = ' ';
	}
	c->at.line += code == '\n';
	c->at.column = code == '\n' ? 1 : c->at.column + 1;
	n = n ? n : 1;
	c->in.p += n;
	c->in.n -= n;
}

int clean_text(struct str text, const char *file, struct arena *a, struct decoded *ret)
{
	char *clean = arena_alloc(a, text.n + 1);
	struct cleaning c = { .in = text, .to = clean, .at = { file, 1, 1 }, .ret = ret };

	ret->odds = ret->all_odds = ret->widthless = 0;
	if (!clean)
		return -ENOMEM;
	while (c.in.n)
		clean_one(&c);
	*c.to = '\0';
	ret->text = (struct str){ clean, (size_t)(c.to - clean) };
	ret->odd = arena_copy(a, c.odd, ret->odds * sizeof(*c.odd));
	return ret->odd ? 0 : -ENOMEM;
}
