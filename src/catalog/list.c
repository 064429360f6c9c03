/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/list.h"

#include <errno.h>

#include "base/err.h"
#include "base/show.h"

/*
 * One reading of a list. Lines are kept in file order beside the set, because an origin names the
 * line that let a packet through. `r` is the code of the first bad line; reading goes on, so that
 * one run tells all of them.
 */
struct reader {
	const char *file;
	unsigned family, line;
	struct diag *diag;
	struct list_line *kept;
	size_t n;
	struct prefixlist set;
	int r;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct str trim_blanks(struct str s)
{
	while (s.n && is_blank(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

/* The entry of a line: without its CR, its comment and the blanks around; empty when none. */
static struct str entry_of(struct str line)
{
	if (line.n && line.p[line.n - 1] == '\r')
		line.n--;
	for (size_t i = 0; i < line.n; i++) {
		if (line.p[i] == '#' && (i == 0 || is_blank(line.p[i - 1])))
			line.n = i;
	}
	return trim_blanks(line);
}

/* Where the text of `line` begins, for columns. */
static unsigned column_of(struct str line, struct str entry)
{
	return (unsigned)(entry.p - line.p) + 1;
}

/*
 * If the entry is two prefixes without the line end between them, the length of the first: its
 * address, a slash and one to three digits. 0 when there is no such place, or more than one.
 */
static size_t find_seam(struct str entry)
{
	size_t slash = str_find(entry, '/'), seam = 0;

	for (size_t i = slash + 2; i <= slash + 4 && i < entry.n; i++) {
		struct prefix p;

		if (prefix_parse((struct str){ entry.p, i }, &p) < 0 ||
		    prefix_parse((struct str){ entry.p + i, entry.n - i }, &p) < 0)
			continue;
		if (seam)
			return 0;
		seam = i;
	}
	return seam;
}

static size_t count(struct str s, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == c;
	return n;
}

static void tell_host_bits(struct reader *in, struct place at, struct str entry)
{
	struct str length = entry, address = str_cut(&length, '/');
	char meant[PREFIX_TEXT_MAX];
	struct addr a;
	uint64_t len;

	diag_error(in->diag, at, "'%s' has bits set after its length", show(entry).text);
	if (addr_parse(address, &a) < 0 || str_u64(length, family_bits(a.family), &len) < 0)
		return;
	prefix_format(prefix_masked(a, (unsigned)len), meant);
	diag_hint(in->diag, "the prefix that holds it is %s; ask the vendor which is meant", meant);
}

static void tell_no_prefix(struct reader *in, struct place at, struct str entry)
{
	size_t seam = find_seam(entry);

	diag_error(in->diag, at, "'%s' is no address or prefix", show(entry).text);
	if (seam)
		diag_hint(in->diag, "two entries run together? '%s' and '%s'",
			  show((struct str){ entry.p, seam }).text,
			  show((struct str){ entry.p + seam, entry.n - seam }).text);
	else if (count(entry, '/') > 1)
		diag_hint(in->diag, "entries run together? expected one a line");
	else
		diag_hint(in->diag, "expected one prefix a line, like 192.0.2.0/24 or "
				    "2001:db8::/32");
}

static int refuse(struct reader *in, struct place at, struct str entry, int code)
{
	if (code == E_REFUSED)
		tell_host_bits(in, at, entry);
	else
		tell_no_prefix(in, at, entry);
	return E_SYNTAX;
}

static int refuse_family(struct reader *in, struct place at, struct str entry)
{
	diag_error(in->diag, at, "'%s' is not IPv%u", show(entry).text, in->family);
	diag_hint(in->diag, "this list holds IPv%u only", in->family);
	return E_SYNTAX;
}

/* A length of 0 is the whole internet: no vendor means it, and a truncated "/0" looks like it. */
static int refuse_all(struct reader *in, struct place at, struct str entry)
{
	diag_error(in->diag, at, "'%s' is every address there is", show(entry).text);
	diag_hint(in->diag, "no published list means that; fetch the list again");
	return E_SYNTAX;
}

static int read_entry(struct reader *in, struct place at, struct str entry)
{
	struct prefix p;
	int r = prefix_parse(entry, &p);

	if (r < 0)
		return refuse(in, at, entry, r);
	if (in->family && p.family != in->family)
		return refuse_family(in, at, entry);
	if (p.len == 0)
		return refuse_all(in, at, entry);
	in->kept[in->n++] = (struct list_line){ .prefix = p, .line = in->line };
	return prefixlist_add(&in->set, p);
}

static void read_line(struct reader *in, struct str line)
{
	struct str entry = entry_of(line);
	struct place at = { .file = in->file, .line = in->line };
	int r;

	if (entry.n == 0)
		return;
	at.column = column_of(line, entry);
	r = read_entry(in, at, entry);
	if (in->r == 0 || r == -ENOMEM)
		in->r = r;
}

/* Some editors put a byte order mark before the first line; it is no part of it. */
static struct str skip_mark(struct str text)
{
	if (!str_starts(text, "\xef\xbb\xbf"))
		return text;
	return (struct str){ text.p + 3, text.n - 3 };
}

static void read_lines(struct reader *in, struct str text)
{
	while (text.p && in->r != -ENOMEM) {
		in->line++;
		read_line(in, str_cut(&text, '\n'));
	}
	if (in->r == 0 && in->n == 0) {
		diag_error(in->diag, (struct place){ .file = in->file }, "no entry in the list");
		diag_hint(in->diag, "an empty list is a failed download, not an answer");
		in->r = E_SYNTAX;
	}
}

int list_read(struct str text, const char *file, unsigned family, struct arena *a, struct diag *d,
	      struct list *ret)
{
	size_t lines = count(text, '\n') + !str_ends(text, "\n");
	struct reader in = { .file = file, .family = family, .diag = d };

	if (lines > LIST_LINES_MAX) {
		diag_error(d, (struct place){ .file = file }, "%zu lines", lines);
		diag_hint(d, "the limit is %d", LIST_LINES_MAX);
		return E_LIMIT;
	}
	in.kept = arena_array(a, lines, sizeof(*in.kept));
	if (!in.kept)
		return -ENOMEM;
	read_lines(&in, skip_mark(text));
	if (in.r < 0) {
		prefixlist_release(&in.set);
		return in.r;
	}
	prefixlist_seal(&in.set);
	ret->line = in.kept;
	ret->lines = in.n;
	ret->set = in.set;
	return 0;
}
