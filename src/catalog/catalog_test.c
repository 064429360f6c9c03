/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "catalog/catalog.h"

static const char head[] = "vendor: acme\n"
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

static int read_text(const struct buf *text, struct diag *d, struct catalog *ret)
{
	return catalog_read(buf_str(text), "k/catalog.yaml", &source, d, ret);
}

/* A catalog of one service "s" whose requirements are `rows`, one a line from line 14 on. */
static void write_rows(const char *rows, struct buf *out)
{
	buf_printf(out, "%s%sservices:\n  s:\n    title: S\n    requirements:\n", head, lists);
	for (struct str rest = str_of(rows); rest.p;) {
		struct str row = str_cut(&rest, '\n');

		if (row.n)
			buf_printf(out, "      %.*s\n", STR_FMT(row));
	}
	assert_int_equal(out->r, 0);
}

static int read_rows(const char *rows, struct diag *d, struct catalog *ret)
{
	struct buf text = BUF_INIT;
	int r;

	write_rows(rows, &text);
	r = read_text(&text, d, ret);
	buf_release(&text);
	return r;
}

static const char three_rows[] =
	"r: {title: R, page: row 1, also: row 9, roles: [client, browser], roles-cut: true, "
	"proto: udp, ports: '3478, 8801 - 8810', application: stun, lists: [a4, a6], "
	"tags: [media], note: N}\n"
	"w: {title: W, page: row 2, roles: browser, proto: tcp, ports: 80, application: http, "
	"proxyable: true, names: ['*.Zoom.us', zoom.us], unverified: hearsay}\n"
	"i: {title: I, page: row 3, roles: vendor, direction: inbound, proto: tcp, ports: 443, "
	"lists: a4, endpoint: our hook}\n";

static void read_three_rows(struct catalog *ret)
{
	struct diag *d = diag_new();

	assert_int_equal(read_rows(three_rows, d, ret), 0);
	assert_int_equal(diag_count(d), 0);
	diag_free(d);
}

static void a_catalog_has_what_the_file_says(void **state)
{
	struct catalog c;

	(void)state;
	read_three_rows(&c);
	assert_string_equal(c.vendor, "acme");
	assert_string_equal(c.path, "k/catalog.yaml");
	assert_string_equal(c.page_date, "2026-01-02");
	assert_int_equal(c.lists, 4);
	assert_string_equal(c.list[0].url, "u");
	assert_string_equal(c.list[0].date, "2026-01-01");
	assert_int_equal(c.list[0].lines, 2);
	assert_int_equal(c.list[1].set.n, 1);
	assert_string_equal(c.list[1].source, "s");
	assert_string_equal(c.list[2].missing, "lost");
	assert_int_equal(c.list[3].family, FAMILY_V6);
	assert_null(catalog_requirement(&c, STR("x")));
	assert_null(catalog_service(&c, STR("r")));
	catalog_release(&c);
}

static void a_requirement_has_what_the_row_says(void **state)
{
	const struct requirement *q;
	struct catalog c;

	(void)state;
	read_three_rows(&c);
	q = catalog_requirement(&c, STR("r"));
	assert_non_null(q);
	assert_string_equal(q->page, "KB1 row 1");
	assert_string_equal(q->also, "row 9");
	assert_int_equal(q->roles, ROLE_CLIENT | ROLE_BROWSER);
	assert_true(q->roles_cut);
	assert_int_equal(q->proto, 17);
	assert_int_equal(ports_count(&q->ports), 11);
	assert_int_equal(q->application, APP_STUN);
	assert_int_equal(q->direction, DIRECTION_EGRESS);
	assert_false(q->proxyable);
	assert_int_equal(q->lists, 2);
	assert_ptr_equal(q->list[1], &c.list[1]);
	assert_string_equal(q->tag[0], "media");
	assert_string_equal(q->note, "N");
	assert_int_equal(q->line, 14);
	assert_ptr_equal(q->service, catalog_service(&c, STR("s")));
	assert_ptr_equal(q->service->catalog, &c);
	catalog_release(&c);
}

static void rows_of_names_and_inbound_rows_are_read(void **state)
{
	const struct requirement *q;
	struct catalog c;

	(void)state;
	read_three_rows(&c);
	q = catalog_requirement(&c, STR("w"));
	assert_int_equal(q->names, 2);
	assert_int_equal(q->name[0].kind, PATTERN_UNDER);
	assert_string_equal(q->name[0].name.text, "zoom.us");
	assert_true(q->v4 && q->v6 && q->usable4 && q->usable6);
	assert_true(q->proxyable);

	q = catalog_requirement(&c, STR("i"));
	assert_int_equal(q->direction, DIRECTION_INBOUND);
	assert_string_equal(q->endpoint, "our hook");
	assert_true(q->v4 && !q->v6);
	catalog_release(&c);
}

/* "STATUS 4 6 MISSING REASON": 4 and 6 where the family is usable, "-" where not. */
static void a_status_says_what_can_be_used(void **state)
{
	static const struct {
		const char *vendor_side, *status;
	} cases[] = {
		{ "lists: a4", "verified 4- | |" },
		{ "lists: [a4, a6]", "verified 46 | |" },
		{ "lists: [a4, no6]", "verified 4- | N6.txt |" },
		{ "lists: [no4, a6]", "verified -6 | N4.txt |" },
		{ "lists: [a4, no4]", "incomplete -- | N4.txt | list not held: N4.txt" },
		{ "lists: [no4, no6]",
		  "incomplete -- | N4.txt, N6.txt | list not held: N4.txt, N6.txt" },
		{ "lists: no4, unverified: hearsay",
		  "incomplete -- | N4.txt | list not held: N4.txt; unverified: hearsay" },
		{ "lists: a4, unverified: hearsay", "unverified 4- | | hearsay" },
		{ "lists: [a4, no6], unverified: hearsay", "unverified 4- | N6.txt | hearsay" },
		{ "names: a.example.org", "verified 46 | |" },
		{ "names: a.example.org, families: ipv4", "verified 4- | |" },
		{ "names: a.example.org, unverified: hearsay", "unverified 46 | | hearsay" },
		{ "names: a.example.org, incomplete: cut", "incomplete -- | | cut" },
		{ "families: ipv6, incomplete: cut", "incomplete -- | | cut" },
		{ "incomplete: cut", "incomplete -- | | cut" },
		{ "lists: a4, incomplete: cut", "incomplete -- | | cut" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf row = BUF_INIT, got = BUF_INIT;
		struct diag *d = diag_new();
		struct catalog c;
		const struct requirement *q;

		buf_printf(&row, "r: {title: R, page: p, roles: client, proto: tcp, ports: 1, %s}",
			   cases[i].vendor_side);
		assert_int_equal(read_rows(row.data, d, &c), 0);
		q = catalog_requirement(&c, STR("r"));
		buf_printf(&got, "%s %c%c | %s%s|%s%s", status_name(q->status),
			   q->usable4 ? '4' : '-', q->usable6 ? '6' : '-',
			   q->missing ? q->missing : "", q->missing ? " " : "",
			   q->reason ? " " : "", q->reason ? q->reason : "");
		assert_string_equal(got.data, cases[i].status);
		buf_release(&got);
		buf_release(&row);
		catalog_release(&c);
		diag_free(d);
	}
}

/* What a damaged page leaves of a row, as "STATUS: WHO: WHAT". */
static void what_the_page_lost_is_left_out(void **state)
{
	static const struct {
		const char *row, *said;
	} cases[] = {
		{ "proto: tcp, ports: 80, lists: a4", "verified: anyone (not said): tcp 80" },
		{ "proto: gre, lists: a4", "verified: anyone (not said): gre" },
		{ "proto: 254, lists: a4", "verified: anyone (not said): protocol 254" },
		{ "lists: a4, incomplete: lost", "incomplete: anyone (not said): -" },
		{ "roles: client, proto: tcp, lists: a4, incomplete: lost",
		  "incomplete: client: tcp -" },
		{ "ports: 443, lists: a4, incomplete: lost",
		  "incomplete: anyone (not said): - 443" },
		{ "application: tls, proxyable: true, lists: a4, incomplete: lost",
		  "incomplete: anyone (not said): -" },
		{ "roles-cut: true, proto: tcp, ports: 80, lists: a4",
		  "verified: anyone (not said): tcp 80" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf row = BUF_INIT, got = BUF_INIT;
		struct diag *d = diag_new();
		struct catalog c;
		const struct requirement *q;

		buf_printf(&row, "r: {title: R, page: p, %s}", cases[i].row);
		assert_int_equal(read_rows(row.data, d, &c), 0);
		q = catalog_requirement(&c, STR("r"));
		buf_printf(&got, "%s: ", status_name(q->status));
		roles_print(q->roles, &got);
		buf_adds(&got, ": ");
		requirement_print_wanted(q, &got);
		assert_string_equal(got.data, cases[i].said);
		buf_release(&got);
		buf_release(&row);
		catalog_release(&c);
		diag_free(d);
	}
}

/* A doubt about the whole page goes for the rows that say nothing themselves. */
static void a_doubt_about_the_page_is_one_about_its_rows(void **state)
{
	static const char text[] =
		"page-sha256: e50972975c1ac3d14e6b5c4a77a8132d01d6bc9a3f31cd5b5700e48e5cb7bb08\n"
		"unverified: an old copy\n"
		"services:\n"
		"  s:\n"
		"    title: S\n"
		"    requirements:\n"
		"      a: {title: A, page: p, proto: tcp, ports: 1, names: a.org}\n"
		"      b: {title: B, page: p, proto: tcp, ports: 1, names: a.org, verified: seen}\n"
		"      c: {title: C, page: p, proto: tcp, ports: 1, names: a.org, unverified: "
		"odd}\n"
		"      d: {title: D, page: p, ports: 1, names: a.org, incomplete: lost}\n";
	static const char *const reason[] = { "an old copy", NULL, "odd",
					      "lost; unverified: an old copy" };
	struct diag *d = diag_new();
	struct buf all = BUF_INIT;
	struct catalog c;

	(void)state;
	buf_printf(&all, "%s%s", head, text);
	assert_int_equal(read_text(&all, d, &c), 0);
	assert_string_equal(c.unverified, "an old copy");
	assert_true(str_starts(str_of(c.page_sha256), "e50972"));
	for (size_t i = 0; i < ARRAY_LEN(reason); i++) {
		const struct requirement *q = &c.service[0].requirement[i];

		if (reason[i])
			assert_string_equal(q->reason, reason[i]);
		else
			assert_null(q->reason);
	}
	assert_int_equal(c.service[0].requirement[1].status, STATUS_VERIFIED);
	assert_string_equal(c.service[0].requirement[1].verified, "seen");
	assert_int_equal(c.service[0].requirement[2].status, STATUS_UNVERIFIED);
	catalog_release(&c);
	buf_release(&all);
	diag_free(d);
}

static const struct {
	const char *row;
	int r;
	const char *told; /* without "k/catalog.yaml:14:" */
} bad_rows[] = {
	{ "r: {title: R, page: p, roles: client, proto: tcp, ports: 443, lists: a4, "
	  "portz: 1}",
	  E_UNKNOWN, "80: error: a requirement has no key 'portz'\n    did you mean 'ports'?\n" },
	{ "r: {title: R, page: p, roles: client, proto: tcp, ports: 70000, lists: a4}", E_LIMIT,
	  "64: error: '70000' is no port or range of ports\n"
	  "    expected ports from 1 to 65535, like 80,443 or 8801-8810\n" },
	{ "r: {title: R, page: p, roles: client, proto: tcp, ports: '80,443-80', lists: "
	  "a4}",
	  E_SYNTAX,
	  "64: error: '443-80' is no port or range of ports\n"
	  "    expected ports from 1 to 65535, like 80,443 or 8801-8810\n" },
	{ "r: {title: R, page: p, roles: client, proto: tpc, ports: 80, lists: a4}", E_UNKNOWN,
	  "52: error: 'tpc' is no protocol\n"
	  "    expected tcp, udp, icmp, icmpv6, another known name, or a number up to "
	  "255\n" },
	{ "r: {title: R, page: p, roles: clients, proto: tcp, ports: 80, lists: a4}", E_UNKNOWN,
	  "37: error: 'clients' is not known as roles\n"
	  "    expected one of: client, browser, hardware, device, vendor\n" },
	{ "r: {title: R, page: p, roles: client, proto: tcp, ports: 80, lists: b4}", E_UNKNOWN,
	  "75: error: there is no list 'b4'\n    did you mean 'a4'?\n" },
	{ "r: {title: R, page: p, roles: client, proto: tcp, ports: 80, lists: phones}", E_UNKNOWN,
	  "75: error: there is no list 'phones'\n"
	  "    define it under 'lists'; if we do not hold it, with 'missing'\n" },
	{ "r: {title: R, page: p, roles: client, proto: tcp, ports: 80, lists: [a4, a4]}",
	  E_CONFLICT, "80: error: this list stands here twice\n    keep one\n" },
	{ "r: {title: R, page: p, roles: client, proto: tcp, ports: 80, names: '*.com'}", E_REFUSED,
	  "75: error: '*.com' names everything under a public suffix\n"
	  "    expected a name like zoom.us, or *.zoom.us for all names under it\n" },
	{ "r: {title: R, page: p, roles: client, proto: tcp, ports: 80, names: 'a.*.com'}",
	  E_SYNTAX,
	  "75: error: 'a.*.com' is no domain name or pattern\n"
	  "    expected a name like zoom.us, or *.zoom.us for all names under it\n" },
	{ "r: {title: R, page: p, roles: client, proto: tcp, ports: 80}", E_CONFLICT,
	  "7: error: a requirement needs 'lists' or 'names'\n"
	  "    if the page lost its addresses, say so with 'incomplete'; it never means "
	  "any\n" },
	{ "r: {title: R, page: p, roles: client, proto: tcp, ports: 80, lists: a4, "
	  "names: x.org}",
	  E_CONFLICT,
	  "79: error: a requirement has 'lists' or 'names', not both\n"
	  "    split it, so that it is clear which of them a flow must match\n" },
	{ "r: {title: R, page: p, roles: client, proto: tcp, ports: 80, lists: a4, "
	  "families: ipv4}",
	  E_CONFLICT, "79: error: 'families' follow from the lists\n    drop the key\n" },
	{ "r: {title: R, page: p, roles: client, proto: tcp, lists: a4}", E_CONFLICT,
	  "45: error: this protocol needs 'ports'\n"
	  "    list them: 80,443 or 8801-8810; if the page lost them, say so with 'incomplete'\n" },
	{ "r: {title: R, page: p, roles: client, lists: a4}", E_CONFLICT,
	  "7: error: a requirement needs 'proto'\n"
	  "    if the page lost it, say so with 'incomplete'; it never means any\n" },
	{ "r: {title: R, page: p, proto: 0, lists: a4, incomplete: x}", E_REFUSED,
	  "37: error: '0' is no protocol that carries data\n"
	  "    expected tcp, udp or another; leave the key out if the page does not say\n" },
	{ "r: {title: R, page: p, proto: icmp, ports: 8, lists: a4, incomplete: x}", E_CONFLICT,
	  "43: error: this protocol has no ports\n    drop the key\n" },
	{ "r: {title: R, page: p, proto: udp, lists: a4, incomplete: x, application: tls}",
	  E_CONFLICT,
	  "68: error: this application does not run on this protocol\n"
	  "    http, tls and ldap run on tcp; quic, stun and media on udp; sip on "
	  "both\n" },
	{ "r: {title: R, page: p, proto: tcp, ports: 80, lists: a4, verified: x, unverified: y}",
	  E_CONFLICT,
	  "64: error: a row is 'verified' or 'unverified', not both\n"
	  "    'verified' says why a row counts although the page is damaged there\n" },
	{ "r: {title: R, page: p, direction: inbound, proto: tcp, ports: 80, lists: a4, "
	  "endpoint: x}",
	  E_CONFLICT,
	  "7: error: an inbound requirement comes from the vendor's side\n"
	  "    write 'roles: vendor', or drop 'direction: inbound'\n" },
	{ "r: {title: R, page: p, roles: client, proto: icmp, ports: 8, lists: a4}", E_CONFLICT,
	  "58: error: this protocol has no ports\n    drop the key\n" },
	{ "r: {title: R, page: p, roles: client, proto: udp, ports: 80, lists: a4, "
	  "application: tls}",
	  E_CONFLICT,
	  "79: error: this application does not run on this protocol\n"
	  "    http, tls and ldap run on tcp; quic, stun and media on udp; sip on "
	  "both\n" },
	{ "r: {title: R, page: p, roles: client, proto: udp, ports: 80, lists: a4, "
	  "proxyable: true}",
	  E_CONFLICT, "79: error: an HTTP proxy carries tcp only\n    drop the key\n" },
	{ "r: {title: R, page: p, roles: client, proto: tcp, ports: 80, lists: a4, "
	  "endpoint: x}",
	  E_CONFLICT,
	  "79: error: only an inbound requirement has an 'endpoint'\n"
	  "    add 'direction: inbound', or drop the key\n" },
	{ "r: {title: R, page: p, roles: [client, vendor], proto: tcp, ports: 80, "
	  "lists: a4}",
	  E_CONFLICT,
	  "30: error: the vendor's side starts nothing outbound\n"
	  "    add 'direction: inbound', or name the roles of our side\n" },
	{ "r: {title: R, page: p, roles: client, proto: tcp, ports: 80, lists: a4, "
	  "direction: inbound}",
	  E_CONFLICT,
	  "30: error: an inbound requirement comes from the vendor's side\n"
	  "    write 'roles: vendor', or drop 'direction: inbound'\n" },
	{ "r: {title: R, page: p, roles: vendor, proto: tcp, ports: 80, lists: a4, "
	  "direction: inbound}",
	  E_CONFLICT,
	  "79: error: an inbound requirement needs an 'endpoint'\n"
	  "    say what the site publishes for the vendor to call\n" },
	{ "r: {title: R, page: p, roles: vendor, proto: tcp, ports: 80, names: x.org, "
	  "direction: inbound, endpoint: x}",
	  E_CONFLICT,
	  "68: error: an inbound requirement has no 'names'\n"
	  "    its source is the vendor's addresses: use 'lists'\n" },
};

static void rows_that_contradict_themselves_are_refused(void **state)
{
	static const char x[] = "k/catalog.yaml:14:";
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad_rows); i++) {
		struct diag *d = diag_new();
		struct buf told = BUF_INIT;
		struct catalog c;
		int r = read_rows(bad_rows[i].row, d, &c);

		diag_format(d, &told);
		if (r != bad_rows[i].r || !str_starts(buf_str(&told), x) ||
		    strcmp(told.data + strlen(x), bad_rows[i].told) != 0)
			fail_msg("%s\ngave %d and\n%s", bad_rows[i].row, r, told.data);
		assert_null(c.arena);
		buf_release(&told);
		diag_free(d);
	}
}

static const struct {
	const char *text;
	int r;
	const char *told;
} bad_files[] = {
	{ "lists: &l\n  a: *l\n", E_SYNTAX,
	  "k/catalog.yaml:5:8: error: anchors and aliases (&x, *x) are not accepted\n"
	  "    write the value out where it is used; quote a text that starts with '*' or "
	  "'&'\n" },
	{ "services: {}\nlists:\n  g: {file: Glued.txt, family: ipv4, date: 2026-01-01}\n",
	  E_SYNTAX,
	  "k/lists/Glued.txt:1:1: error: '192.0.2.0/24198.51.100.0/24' is no address or "
	  "prefix\n"
	  "    two entries run together? '192.0.2.0/24' and '198.51.100.0/24'\n" },
	{ "services: {}\nlists:\n  g: {file: A6.txt, family: ipv4, date: 2026-01-01}\n", E_SYNTAX,
	  "k/lists/A6.txt:1:1: error: '2001:db8::/32' is not IPv4\n"
	  "    this list holds IPv4 only\n" },
	{ "services: {}\nlists:\n  g: {file: None.txt, family: ipv4, date: 2026-01-01}\n", -ENOENT,
	  "k/lists/None.txt: error: cannot read\n" },
	{ "services: {}\nlists:\n  g: {file: ../A4.txt, family: ipv4, date: 2026-01-01}\n",
	  E_SYNTAX,
	  "k/catalog.yaml:7:13: error: '../A4.txt' is no plain file name\n"
	  "    expected the name of a file in lists/, like ZoomMeetings.txt\n" },
	{ "services: {}\nlists:\n  g: {file: a/b, family: ipv4, date: 2026-01-01}\n", E_SYNTAX,
	  "k/catalog.yaml:7:13: error: 'a/b' is no plain file name\n"
	  "    expected the name of a file in lists/, like ZoomMeetings.txt\n" },
	{ "services: {}\nlists:\n  g: {file: A4.txt, family: ipv4}\n", E_SYNTAX,
	  "k/catalog.yaml:7:3: error: list 'g' lacks the key 'date'\n"
	  "    say the day of the copy in lists/, or with 'missing' why there is none\n" },
	{ "services: {}\nlists:\n"
	  "  g: {file: A4.txt, family: ipv4, date: 2026-01-01, missing: x}\n",
	  E_CONFLICT,
	  "k/catalog.yaml:7:53: error: list 'g' has a date and is missing\n"
	  "    'date' is for a list in lists/, 'missing' for one we do not hold: keep "
	  "one\n" },
	{ "services: {}\nlists:\n  g: {file: A4.txt, family: ipv4, date: 2026-01-01}\n"
	  "  h: {file: A4.txt, family: ipv4, date: 2026-01-01}\n",
	  E_CONFLICT,
	  "k/catalog.yaml:8:7: error: the file 'A4.txt' is in two lists\n"
	  "    the list on line 7 has it already\n" },
	{ "services:\n"
	  "  s:\n"
	  "    title: S\n"
	  "    requirements:\n"
	  "      r: {title: R, page: p, roles: client, proto: 50, names: x.org}\n"
	  "  t:\n"
	  "    title: T\n"
	  "    requirements:\n"
	  "      r: {title: R, page: p, roles: client, proto: 50, names: x.org}\n",
	  E_CONFLICT,
	  "k/catalog.yaml:13:7: error: two requirements are called 'r'\n"
	  "    the other is on line 9; ids are unique in a catalog\n" },
	{ "services:\n  s: {title: S, selftest: 'a b', requirements: {}}\n", E_SYNTAX,
	  "k/catalog.yaml:6:27: error: 'a b' is no domain name\n"
	  "    expected a domain name like zoom.us\n" },
	{ "", E_SYNTAX, "k/catalog.yaml:1:1: error: a catalog lacks the key 'services'\n" },
	{ "services: {}\npage-sha256: 12\n", E_SYNTAX,
	  "k/catalog.yaml:6:14: error: '12' is no SHA-256\n"
	  "    expected a SHA-256: 64 digits of 0-9, a-f\n" },
	{ "services: {}\n"
	  "page-sha256: E50972975c1ac3d14e6b5c4a77a8132d01d6bc9a3f31cd5b5700e48e5cb7bb08\n",
	  E_SYNTAX,
	  "k/catalog.yaml:6:14: error: "
	  "'E50972975c1ac3d14e6b5c4a77a8132d01d6bc9a3f31cd5b5700e48e5cb7bb08' is no SHA-256\n"
	  "    expected a SHA-256: 64 digits of 0-9, a-f\n" },
};

static void bad_files_are_told_once_with_place_and_hint(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad_files); i++) {
		struct buf text = BUF_INIT, told = BUF_INIT;
		struct diag *d = diag_new();
		struct catalog c;
		int r;

		buf_printf(&text, "%s%s", head, bad_files[i].text);
		r = read_text(&text, d, &c);
		diag_format(d, &told);
		if (r != bad_files[i].r || !str_is(buf_str(&told), bad_files[i].told))
			fail_msg("%s\ngave %d and\n%s", text.data, r, told.data);
		assert_null(c.arena);
		buf_release(&told);
		buf_release(&text);
		diag_free(d);
	}
}

static void the_number_of_requirements_has_a_limit(void **state)
{
	(void)state;
	for (unsigned over = 0; over < 2; over++) {
		struct buf text = BUF_INIT;
		struct diag *d = diag_new();
		struct catalog c;

		/* Half of them in each service: no single mapping is above the limit. */
		buf_printf(&text, "%sservices:\n", head);
		for (unsigned i = 0; i < CATALOG_REQUIREMENTS_MAX + over; i++) {
			if (i % (CATALOG_REQUIREMENTS_MAX / 2 + 1) == 0)
				buf_printf(&text, "  s%u:\n    title: S\n    requirements:\n", i);
			buf_printf(&text,
				   "      r%u: {title: R, page: p, roles: client, proto: 50, "
				   "names: x.org}\n",
				   i);
		}
		assert_int_equal(read_text(&text, d, &c), over ? E_LIMIT : 0);
		catalog_release(&c);
		buf_release(&text);
		diag_free(d);
	}
}

static void words_are_those_of_the_format(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	roles_print(ROLE_CLIENT | ROLE_HARDWARE, &b);
	assert_string_equal(b.data, "client, hardware");
	buf_clear(&b);
	roles_print(0, &b);
	assert_string_equal(b.data, "anyone (not said)");
	buf_release(&b);
	assert_string_equal(status_name(STATUS_INCOMPLETE), "incomplete");
	assert_string_equal(direction_name(DIRECTION_INBOUND), "inbound");
	assert_string_equal(application_name(APP_NONE), "none");
	assert_string_equal(application_name(APP_MEDIA), "media");
}

static void running_out_of_memory_is_survived(void **state)
{
	struct buf text = BUF_INIT;
	int r = -ENOMEM;

	(void)state;
	write_rows("r: {title: R, page: p, roles: client, proto: tcp, ports: 80, "
		   "lists: [a4, no6], tags: [x], unverified: y}\n"
		   "w: {title: W, page: p, roles: client, proto: tcp, ports: 80, "
		   "names: '*.zoom.us'}",
		   &text);
	for (long n = 0; r == -ENOMEM; n++) {
		struct diag *d = diag_new();
		struct catalog c;

		assert_true(n < 5000);
		mem_fail_after(n);
		r = read_text(&text, d, &c);
		mem_fail_after(-1);
		catalog_release(&c);
		diag_free(d);
	}
	assert_int_equal(r, 0);
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_catalog_has_what_the_file_says),
		cmocka_unit_test(a_requirement_has_what_the_row_says),
		cmocka_unit_test(rows_of_names_and_inbound_rows_are_read),
		cmocka_unit_test(a_status_says_what_can_be_used),
		cmocka_unit_test(what_the_page_lost_is_left_out),
		cmocka_unit_test(a_doubt_about_the_page_is_one_about_its_rows),
		cmocka_unit_test(rows_that_contradict_themselves_are_refused),
		cmocka_unit_test(bad_files_are_told_once_with_place_and_hint),
		cmocka_unit_test(the_number_of_requirements_has_a_limit),
		cmocka_unit_test(words_are_those_of_the_format),
		cmocka_unit_test(running_out_of_memory_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
