/* SPDX-License-Identifier: Apache-2.0 */
#include "import/md_text.h"

#include <errno.h>

#include "import/page.h"

void md_text_add(struct buf *raw, struct str input)
{
	size_t from = 0, i = 0;

	while (i < input.n) {
		unsigned char c = (unsigned char)input.p[i];
		bool forged = c == 0xee && i + 2 < input.n && input.p[i + 1] == '\x80' &&
			      (input.p[i + 2] == '\x80' || input.p[i + 2] == '\x81');

		if (!forged && c < 0xf8) {
			i++;
			continue;
		}
		buf_add(raw, input.p + from, i - from);
		buf_adds(raw, "\xef\xbf\xbd");
		i += forged ? 3 : 1;
		from = i;
	}
	if (i > from)
		buf_add(raw, input.p + from, i - from);
}

/* Where a text is while it is folded. */
struct folding {
	struct buf *out;
	bool blank;    /* blanks wait for something behind them */
	bool line_end; /* so does the end of a line */
	bool marked;   /* inside a mark ... */
	bool filled;   /* ... that has something in it */
};

static void flush(struct folding *f)
{
	if (f->line_end)
		buf_addc(f->out, '\n');
	else if (f->blank)
		buf_addc(f->out, ' ');
	f->blank = f->line_end = false;
}

static void fold_blank(struct folding *f, bool line_end)
{
	if (!f->out->n || (f->marked && !f->filled))
		return;
	f->blank = true;
	f->line_end = f->line_end || (line_end && !f->marked);
}

static void fold_bytes(struct folding *f, const char *p, size_t n)
{
	if (f->marked && !f->filled) {
		flush(f);
		buf_adds(f->out, PAGE_MARK_OPEN);
		f->filled = true;
	}
	flush(f);
	buf_add(f->out, p, n);
}

static void fold_mark(struct folding *f, bool open, bool closes_later)
{
	if (open && !f->marked && closes_later) {
		f->marked = true;
		f->filled = false;
	} else if (!open && f->marked) {
		if (f->filled) {
			f->blank = false;
			buf_adds(f->out, PAGE_MARK_CLOSE);
		}
		f->marked = false;
	}
}

static bool is_plain(unsigned char c)
{
	return c > ' ' && c != 0x7f && c != 0xc2 && c < MD_MARK_OPEN;
}

static bool is_no_break_space(struct str raw, size_t i)
{
	return i + 1 < raw.n && raw.p[i] == '\xc2' && raw.p[i + 1] == '\xa0';
}

static void fold_special(struct folding *f, struct str raw, size_t *i, size_t last_close)
{
	unsigned char c = (unsigned char)raw.p[*i];

	if (c == MD_MARK_OPEN || c == MD_MARK_CLOSE)
		fold_mark(f, c == MD_MARK_OPEN, *i < last_close);
	else if (c == 0xc2 && !is_no_break_space(raw, *i))
		fold_bytes(f, raw.p + *i, 1);
	else if (c != MD_GONE)
		fold_blank(f, c == '\n');
	*i += is_no_break_space(raw, *i) ? 2 : 1;
}

int md_text_finish(struct str raw, struct buf *tmp, struct arena *a, struct str *ret)
{
	struct folding f = { .out = tmp };
	size_t last_close = raw.n;
	char *text;

	buf_clear(tmp);
	while (last_close && (unsigned char)raw.p[last_close - 1] != MD_MARK_CLOSE)
		last_close--;
	for (size_t i = 0; i < raw.n;) {
		size_t n = 0;

		while (i + n < raw.n && is_plain((unsigned char)raw.p[i + n]))
			n++;
		if (n)
			fold_bytes(&f, raw.p + i, n);
		else
			fold_special(&f, raw, &i, last_close);
		i += n;
	}
	if (tmp->r < 0)
		return tmp->r;
	text = arena_str(a, buf_str(tmp));
	if (!text)
		return -ENOMEM;
	*ret = (struct str){ text, tmp->n };
	return 0;
}
