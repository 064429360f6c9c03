/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list of hosts as people collect it: a name, a pattern, a URL or a prefix a line, and comments
 * from `#` on. It names hosts and nothing else, so its rows wait for protocol and ports.
 *
 * Names and addresses are rows apart, as a catalog wants it. What a catalog cannot say (a URL,
 * `sip*.example.com`) is a problem with its line; what is none of these is an error, and one run
 * tells all of them. A name that stands twice is one name.
 */
#include <errno.h>

#include "base/err.h"
#include "base/show.h"
#include "import/addresses.h"
#include "import/format.h"
#include "import/names.h"

enum { LOOKED_AT = 64 /* lines by which the format is known */ };

static const char no_ports[] = "the list names hosts, not protocols and ports: which traffic is "
			       "meant is for the site to say";

/* What a line holds: without its comment and the blanks around. */
static struct str entry_of(struct str line)
{
	for (size_t i = 0; i < line.n; i++) {
		if (line.p[i] == '#' && (i == 0 || strchr(" \t", line.p[i - 1])))
			line.n = i;
	}
	return str_trim(line);
}

static bool is_url(struct str s)
{
	return str_starts(s, "https://") || str_starts(s, "http://");
}

/* A name of the internet, or a pattern of some: files and sentences end in no top-level domain. */
static bool is_name(struct str s)
{
	size_t dot = s.n;
	struct name top;

	while (dot && s.p[dot - 1] != '.')
		dot--;
	return dot > 1 && dot < s.n && s.n < NAME_TEXT_MAX &&
	       name_parse((struct str){ s.p + dot, s.n - dot }, &top) == 0 && name_tld_known(&top);
}

/* ---- is it one? ---- */

static int hosts_detect(struct str text, const char *file)
{
	size_t names = 0;

	(void)file;
	for (unsigned i = 0; text.p && i < LOOKED_AT; i++) {
		struct str s = entry_of(str_cut(&text, '\n'));
		struct prefix p;

		if (!s.n || is_url(s) || prefix_parse(s, &p) == 0)
			continue;
		if (!is_name(s) || str_find(s, ' ') < s.n || str_find(s, '\t') < s.n ||
		    str_find(s, '/') < s.n)
			return 0;
		names++;
	}
	return names ? 70 : 0;
}

/* ---- lines ---- */

struct hosts {
	struct draft *draft;
	struct diag *diag;
	struct draft_names names;
	struct draft_prefixes prefixes;
	struct strmap seen;
	struct place at;
	int r; /* of the first bad line */
};

static void refuse(struct hosts *h, struct str s, const char *what, const char *hint)
{
	diag_error(h->diag, h->at, "'%s' %s", show(s).text, what);
	diag_hint(h->diag, "%s", hint);
	h->r = h->r < 0 ? h->r : E_SYNTAX;
}

static int add_prefix(struct hosts *h, struct str s, struct prefix p)
{
	if (p.len)
		return draft_prefixes_add(&h->prefixes, s, NULL);
	refuse(h, s, "means every address", "a list names the vendor's own");
	return 0;
}

static int add_name(struct hosts *h, struct str s)
{
	int r = is_name(s) ? draft_names_add(h->draft, &h->names, s, h->at) : E_SYNTAX;

	if (r != E_SYNTAX)
		return r;
	refuse(h, s, "is no host name, pattern, URL or prefix",
	       "names end in a top-level domain that exists; comments begin with '#'");
	return 0;
}

/* A name or a URL, the first time that it stands there. */
static int add_host(struct hosts *h, struct str s)
{
	int r = strmap_add(&h->seen, s, 0);

	if (r < 0)
		return r == -EEXIST ? 0 : r;
	if (h->seen.n > CATALOG_NAMES_MAX) {
		diag_error(h->diag, h->at, "more than %d names", CATALOG_NAMES_MAX);
		diag_hint(h->diag, "import it in parts");
		return E_LIMIT;
	}
	if (is_url(s))
		return draft_names_unsaid(h->draft, &h->names, s,
					  "a catalog names hosts, and no paths on them", h->at);
	return add_name(h, s);
}

static int add_entry(struct hosts *h, struct str s)
{
	struct prefix p;
	int r = prefix_parse(s, &p);

	if (r == 0)
		return add_prefix(h, s, p);
	if (r != E_REFUSED)
		return add_host(h, s);
	refuse(h, s, "has bits set after its length", "which addresses are meant is not guessed");
	return 0;
}

static int add_lines(struct hosts *h, struct str text)
{
	int r = 0;

	for (h->at.line = 1, h->at.column = 1; r == 0 && text.p; h->at.line++) {
		struct str s = entry_of(str_cut(&text, '\n'));

		r = s.n ? add_entry(h, s) : 0;
	}
	return r < 0 ? r : h->r;
}

/* ---- rows ---- */

static int add_names_row(struct hosts *h, struct draft_row row)
{
	const char *id = NULL;
	int r = draft_names_put(h->draft, &h->names, &row.text);

	if (r == 0)
		r = draft_add_row(h->draft, &row, &id);
	return r < 0 ? r : draft_names_tell(h->draft, &h->names, id);
}

/* `beside`: names have a row of their own, and its id. */
static int add_addresses_row(struct hosts *h, struct draft_row row, bool beside)
{
	static const char *const addresses = "addresses";
	const char *slash = strrchr(h->at.file, '/');
	struct draft *d = h->draft;
	int r = draft_add_prefixes(d, &h->prefixes, row.text.id, d->page_date,
				   slash ? slash + 1 : h->at.file, &row.text.list, &row.text.lists);

	if (r < 0)
		return r;
	if (beside) {
		row.text.id =
			arena_printf(d->arena, "%.*s-addresses", FIELD_ID_MAX - 10, row.text.id);
		row.text.title = arena_printf(d->arena, "%s, by address", row.text.title);
		row.text.tag = arena_copy(d->arena, &addresses, sizeof(addresses));
		row.text.tags = 1;
		if (!row.text.id || !row.text.title || !row.text.tag)
			return -ENOMEM;
	}
	return draft_add_row(d, &row, NULL);
}

static int add_rows(struct hosts *h)
{
	struct addresses group = { 0 };
	struct draft_row row = { .at = { .file = h->at.file } };
	bool names = h->names.names || h->names.unsaids;
	int r = addresses_names_of_file(h->draft, h->at.file, &group);

	if (r == 0)
		r = draft_add_service(h->draft, group.id, group.title, &row.service);
	if (r < 0)
		return r;
	row.text = (struct requirement_text){
		.id = group.id,
		.title = group.title,
		.page = group.page,
		.incomplete = no_ports,
	};
	if (names)
		r = add_names_row(h, row);
	if (r == 0 && (h->prefixes.n4 || h->prefixes.n6))
		r = add_addresses_row(h, row, names);
	return r;
}

static int hosts_read(struct str text, const char *file, struct draft *draft, struct diag *d)
{
	struct hosts h = { .draft = draft, .diag = d, .at = { .file = file } };
	int r = add_lines(&h, text);

	if (r == 0 && !h.seen.n && !h.prefixes.n4 && !h.prefixes.n6) {
		diag_error(d, (struct place){ .file = file }, "the list is empty");
		r = E_SYNTAX;
	}
	if (r == 0)
		r = add_rows(&h);
	draft_names_release(&h.names);
	draft_prefixes_release(&h.prefixes);
	strmap_release(&h.seen);
	return r;
}

const struct format format_hosts = {
	.name = "hosts",
	.title = "list of hosts: names and prefixes, one a line",
	.detect = hosts_detect,
	.read = hosts_read,
};
