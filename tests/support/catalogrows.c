/* SPDX-License-Identifier: Apache-2.0 */
#include "support/catalogrows.h"

#include <errno.h>
#include <string.h>

const char rows_head[] = "vendor: acme\n"
			 "title: Acme\n"
			 "page: KB1\n"
			 "page-date: 2026-01-02\n";

/* Lists of every kind: held and missing, of both families, and one that is broken. */
static const char lists[] = "lists:\n"
			    "  a4: {file: A4.txt, family: ipv4, date: 2026-01-01, url: u}\n"
			    "  a6: {file: A6.txt, family: ipv6, date: 2026-01-01, source: s}\n"
			    "  no4: {file: N4.txt, family: ipv4, missing: lost}\n"
			    "  no6: {file: N6.txt, family: ipv6, missing: lost}\n";

static int read_list(void *data, const char *path, struct buf *out, struct diag *d)
{
	static const struct {
		const char *path, *text;
	} files[] = {
		{ "k/lists/A4.txt", "192.0.2.0/24\n198.51.100.0/24\n" },
		{ "k/lists/A6.txt", "2001:db8::/32" },
		{ "k/lists/Glued.txt", "192.0.2.0/24198.51.100.0/24\n" },
	};

	(void)data;
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		if (strcmp(path, files[i].path) == 0) {
			buf_adds(out, files[i].text);
			return out->r;
		}
	}
	diag_error(d, (struct place){ .file = path }, "cannot read");
	return -ENOENT;
}

static const struct list_source source = { .read = read_list };

int rows_read_text(const struct buf *text, struct diag *d, struct catalog *ret)
{
	return catalog_read(buf_str(text), "k/catalog.yaml", &source, d, ret);
}

/* A catalog of one service "s" whose requirements are `rows`, one a line from line 14 on. */
void rows_write(const char *rows, struct buf *out)
{
	buf_printf(out, "%s%sservices:\n  s:\n    title: S\n    requirements:\n", rows_head, lists);
	for (struct str rest = str_of(rows); rest.p;) {
		struct str row = str_cut(&rest, '\n');

		if (row.n)
			buf_printf(out, "      %.*s\n", STR_FMT(row));
	}
}

int rows_read(const char *rows, struct diag *d, struct catalog *ret)
{
	struct buf text = BUF_INIT;
	int r;

	rows_write(rows, &text);
	r = rows_read_text(&text, d, ret);
	buf_release(&text);
	return r;
}
