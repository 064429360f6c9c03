/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shipped catalog of Zoom against the table of rows it was made from.
 *
 * tests/data/zoom/rows.tsv has what was collected: a row a line, with its certainty. Every row of
 * the main page must be in the catalog, in page order, with nothing added, nothing lost and nothing
 * made more certain than it is.
 */
#include "support/test.h"

#include "base/err.h"
#include "base/file.h"
#include "catalog/catalog.h"
#include "net/proto.h"

enum { COLUMNS = 9 };

enum column { SECTION, PROTO, PORTS, SOURCE, DESTINATION, DIRECTION, CERTAINTY, NOTE, EVIDENCE };

struct row {
	struct str cell[COLUMNS];
	unsigned line;
};

/* Sections of the table; service NULL: another article, an older page, or without a source. */
static const struct {
	const char *section, *service;
} sections[] = {
	{ "General (Zoom clients and web)", "web" },
	{ "Meetings and Webinars", "meetings" },
	{ "Zoom Phone", "phone" },
	{ "Contact Center", "contact-center" },
	{ "Virtual Agent", "virtual-agent" },
	{ "Zoom website", "website" },
	{ "Zoom Apps", "apps" },
	{ "Certificate validation", "certificates" },
	{ "CDN", "cdn" },
	{ "Device management (ZDM)", "device-management" },
	{ "Proxy", "proxy" },
	{ "Zoom Rooms (local network)", NULL },
	{ "Meetings Hybrid / Zoom Node", NULL },
	{ "Recording Hybrid", NULL },
	{ "Zoom Mesh", NULL },
	{ "Meeting Connector (legacy on-premises)", NULL },
	{ "Older page (article 201362683, mid 2020)", NULL },
	{ "Cloud Room Connector", NULL },
};

static struct catalogs shipped;

static void read_data_file(const char *path, struct buf *ret)
{
	struct diag *d = diag_new();

	if (file_read(path, FILE_LIMIT, ret, d) < 0)
		fail_msg("cannot read %s", path);
	diag_free(d);
}

static int load_shipped(void **state)
{
	struct diag *d = diag_new();
	struct buf told = BUF_INIT;
	int r = catalogs_load("catalogs", d, &shipped);

	(void)state;
	diag_format(d, &told);
	if (told.n)
		print_error("%s", told.data);
	buf_release(&told);
	diag_free(d);
	return r;
}

static int release_shipped(void **state)
{
	(void)state;
	catalogs_release(&shipped);
	return 0;
}

static const struct catalog *zoom(void)
{
	const struct catalog *c = catalogs_vendor(&shipped, STR("zoom"));

	assert_non_null(c);
	return c;
}

static struct row row_of(struct str line, unsigned number)
{
	struct row row = { .line = number };

	for (size_t i = 0; i < COLUMNS && line.p; i++)
		row.cell[i] = str_cut(&line, '\t');
	assert_null(line.p);
	return row;
}

static const char *service_of(const struct row *row)
{
	for (size_t i = 0; i < ARRAY_LEN(sections); i++) {
		if (str_is(row->cell[SECTION], sections[i].section))
			return sections[i].service;
	}
	fail_msg("line %u: section '%.*s' is new: is it of the main page?", row->line,
		 STR_FMT(row->cell[SECTION]));
	return NULL;
}

static bool mentions(struct str s, const char *word)
{
	for (; s.n; s.p++, s.n--) {
		if (str_starts(s, word))
			return true;
	}
	return false;
}

static void print_name(const struct pattern *p, struct buf *out)
{
	pattern_print(p, out);
	buf_addc(out, ' ');
}

/* Lists and names of the requirement, as the table writes them. */
static void print_vendor_side(const struct requirement *q, struct buf *out)
{
	for (size_t i = 0; i < q->lists; i++)
		buf_printf(out, "list:%s ", q->list[i]->file);
	for (size_t i = 0; i < q->names; i++)
		print_name(&q->name[i], out);
}

/* The destination cell without its remark: "list:ZoomZVA.txt (IPv4)". */
static struct str destination(const struct row *row)
{
	struct str rest = row->cell[DESTINATION];

	return str_trim(str_cut(&rest, '('));
}

static bool is_machine_readable(const struct row *row)
{
	return str_starts(row->cell[DESTINATION], "list:") ||
	       str_find(row->cell[DESTINATION], '.') < row->cell[DESTINATION].n;
}

static unsigned roles_of(const struct row *row)
{
	static const struct {
		const char *word;
		unsigned role;
	} words[] = {
		{ "zoom-client", ROLE_CLIENT },
		{ "web-browser", ROLE_BROWSER },
		{ "zoom-certified-hardware", ROLE_HARDWARE },
		{ "managed-device", ROLE_DEVICE },
		{ "list:Zoom-side IPv4 addresses", ROLE_VENDOR },
	};
	unsigned roles = 0;

	for (struct str rest = row->cell[SOURCE]; rest.p;) {
		struct str part = str_trim(str_cut(&rest, ';'));

		for (size_t i = 0; i < ARRAY_LEN(words); i++) {
			if (str_starts(part, words[i].word))
				roles |= words[i].role;
		}
	}
	return roles;
}

static bool all_held(const struct requirement *q)
{
	for (size_t i = 0; i < q->lists; i++) {
		if (q->list[i]->missing)
			return false;
	}
	return true;
}

/* What the certainty of the row and the lists we hold allow, and no more. */
static enum status status_of(const struct row *row, const struct requirement *q)
{
	if (!is_machine_readable(row) || !all_held(q))
		return STATUS_INCOMPLETE;
	return str_is(row->cell[CERTAINTY], "high") ? STATUS_VERIFIED : STATUS_UNVERIFIED;
}

static bool same_transport(const struct row *row, const struct requirement *q)
{
	struct ports ports = PORTS_NONE;
	uint8_t proto = 0;
	size_t at = 0;

	return proto_parse(row->cell[PROTO], &proto) == 0 && q->proto == proto &&
	       ports_parse(row->cell[PORTS], &ports, &at) == 0 && ports_equal(&q->ports, &ports);
}

static bool same_roles(const struct row *row, const struct requirement *q)
{
	return q->roles == roles_of(row) &&
	       q->roles_cut == mentions(row->cell[SOURCE], "cut off in the seed");
}

static bool same_vendor_side(const struct row *row, const struct requirement *q)
{
	struct buf side = BUF_INIT;
	bool same;

	print_vendor_side(q, &side);
	same = is_machine_readable(row) ? str_eq(str_trim(buf_str(&side)), destination(row))
					: side.n == 0;
	buf_release(&side);
	return same;
}

static void compare(const struct row *row, const struct requirement *q)
{
	bool inbound = str_is(row->cell[DIRECTION], "inbound");
	const char *differs = NULL;

	if (!same_transport(row, q))
		differs = "protocol or ports";
	else if (!same_roles(row, q))
		differs = "roles";
	else if (inbound != (q->direction == DIRECTION_INBOUND))
		differs = "direction";
	else if (!same_vendor_side(row, q))
		differs = "lists or names";
	else if (q->status != status_of(row, q))
		differs = "status";
	else if ((q->status == STATUS_VERIFIED) != (q->reason == NULL))
		differs = "reason";
	if (differs)
		fail_msg("%s is not line %u of the table: %s", q->id, row->line, differs);
}

static void every_row_of_the_main_page_is_there_and_nothing_else(void **state)
{
	const struct catalog *c = zoom();
	size_t used[CATALOG_SERVICES_MAX] = { 0 }, rows = 0;
	struct buf text = BUF_INIT;
	unsigned number = 1;
	struct str rest;

	(void)state;
	read_data_file("tests/data/zoom/rows.tsv", &text);
	rest = str_trim(buf_str(&text));
	(void)str_cut(&rest, '\n'); /* the heads of the columns */
	while (rest.p) {
		struct row row = row_of(str_cut(&rest, '\n'), ++number);
		const char *id = service_of(&row);
		const struct service *s = id ? catalog_service(c, str_of(id)) : NULL;

		if (!id)
			continue;
		assert_non_null(s);
		assert_false(mentions(row.cell[CERTAINTY], "UNVERIFIED"));
		assert_true(used[s - c->service] < s->requirements);
		compare(&row, &s->requirement[used[s - c->service]++]);
		rows++;
	}
	assert_int_equal(rows, 40);
	for (size_t i = 0; i < c->services; i++)
		assert_int_equal(used[i], c->service[i].requirements);
	buf_release(&text);
}

static void every_requirement_has_a_place_on_the_page(void **state)
{
	const struct catalog *c = zoom();

	(void)state;
	for (size_t i = 0; i < c->services; i++) {
		for (size_t k = 0; k < c->service[i].requirements; k++) {
			const struct requirement *q = &c->service[i].requirement[k];

			assert_true(str_starts(str_of(q->page), "KB0060548 t"));
			assert_true(str_starts(str_of(q->id), c->service[i].id));
		}
	}
	/* S01: the first table is printed twice; its rows stand here once. */
	assert_string_equal(catalog_requirement(c, STR("web-tcp"))->page,
			    "KB0060548 table 1 row 1");
	assert_string_equal(catalog_requirement(c, STR("web-tcp"))->also, "table 2 row 1");
}

/* One line a requirement: what people would see change if the catalog changed. */
static void print_requirement(const struct requirement *q, struct buf *out)
{
	buf_printf(out, "%s/%s: %s %s %s ", q->service->id, q->id, status_name(q->status),
		   direction_name(q->direction), proto_name(q->proto));
	ports_print(&q->ports, out);
	buf_printf(out, " %s%s, ", application_name(q->application),
		   q->proxyable ? ", by proxy" : "");
	roles_print(q->roles, out);
	buf_printf(out, "%s: %s%s", q->roles_cut ? ", ..." : "", q->usable4 ? "4" : "-",
		   q->usable6 ? "6" : "-");
	for (size_t i = 0; i < q->tags; i++)
		buf_printf(out, " #%s", q->tag[i]);
	if (q->missing)
		buf_printf(out, " needs %s", q->missing);
	buf_addc(out, '\n');
}

static void the_catalog_is_as_reviewed(void **state)
{
	const struct catalog *c = zoom();
	struct buf got = BUF_INIT, want = BUF_INIT;
	struct str left, right;

	(void)state;
	for (size_t i = 0; i < c->services; i++) {
		for (size_t k = 0; k < c->service[i].requirements; k++)
			print_requirement(&c->service[i].requirement[k], &got);
	}
	read_data_file("tests/data/zoom/catalog.golden", &want);
	left = buf_str(&got);
	right = buf_str(&want);
	while (left.p && right.p) {
		struct str a = str_cut(&left, '\n'), b = str_cut(&right, '\n');

		if (!str_eq(a, b))
			fail_msg("is       %.*s\nreviewed %.*s", STR_FMT(a), STR_FMT(b));
	}
	assert_true(!left.p && !right.p);
	buf_release(&want);
	buf_release(&got);
}

static void lists_are_byte_for_byte_the_vendors(void **state)
{
	static const struct {
		const char *path;
		size_t bytes;
		const char *first, *last;
	} cases[] = {
		{ "catalogs/zoom/lists/ZoomMeetings.txt", 789, "3.7.35.0/25\n",
		  "\n221.123.139.192/27" },
		{ "catalogs/zoom/lists/ZoomMeetings-IPv6.txt", 53, "2407:30C0::/32\n",
		  "\n2620:123:2000::/40" },
		{ "catalogs/zoom/lists/ZoomCDN.txt", 46, "52.84.151.0/24\n", "\n170.114.46.0/24" },
		{ "catalogs/zoom/lists/ZoomCDN-IPv6.txt", 38, "2407:30c0:180::/47\n",
		  "\n2600:9000:2600::/48" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf text = BUF_INIT;

		read_data_file(cases[i].path, &text);
		if (text.n != cases[i].bytes || !str_starts(buf_str(&text), cases[i].first) ||
		    !str_ends(buf_str(&text), cases[i].last))
			fail_msg("%s is not the file that was published", cases[i].path);
		buf_release(&text);
	}
}

static void what_the_page_says_about_proxies_is_kept(void **state)
{
	const struct catalog *c = zoom();
	const struct service *web = catalog_service(c, STR("web"));
	const struct service *phone = catalog_service(c, STR("phone"));

	(void)state;
	/* S14, S41: the host to test with, and what to exempt: the apex and what is under it. */
	assert_string_equal(web->selftest, "zoom.us");
	assert_int_equal(web->bypasses, 2);
	assert_int_equal(web->bypass[0].kind, PATTERN_NAME);
	assert_int_equal(web->bypass[1].kind, PATTERN_UNDER);
	assert_string_equal(web->bypass[0].name.text, "zoom.us");
	assert_string_equal(web->bypass[1].name.text, "zoom.us");
	/* S38: no proxy carries Phone. */
	for (size_t i = 0; i < phone->requirements; i++)
		assert_false(phone->requirement[i].proxyable);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_of_the_main_page_is_there_and_nothing_else),
		cmocka_unit_test(every_requirement_has_a_place_on_the_page),
		cmocka_unit_test(the_catalog_is_as_reviewed),
		cmocka_unit_test(lists_are_byte_for_byte_the_vendors),
		cmocka_unit_test(what_the_page_says_about_proxies_is_kept),
	};

	return cmocka_run_group_tests(tests, load_shipped, release_shipped);
}
