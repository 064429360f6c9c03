/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "catalog/catalog.h"
#include "support/catalogrows.h"

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

	assert_int_equal(rows_read(three_rows, d, ret), 0);
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
		assert_int_equal(rows_read(row.data, d, &c), 0);
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
		assert_int_equal(rows_read(row.data, d, &c), 0);
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
	buf_printf(&all, "%s%s", rows_head, text);
	assert_int_equal(rows_read_text(&all, d, &c), 0);
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

static void the_number_of_requirements_has_a_limit(void **state)
{
	(void)state;
	for (unsigned over = 0; over < 2; over++) {
		struct buf text = BUF_INIT;
		struct diag *d = diag_new();
		struct catalog c;

		/* Half of them in each service: no single mapping is above the limit. */
		buf_printf(&text, "%sservices:\n", rows_head);
		for (unsigned i = 0; i < CATALOG_REQUIREMENTS_MAX + over; i++) {
			if (i % (CATALOG_REQUIREMENTS_MAX / 2 + 1) == 0)
				buf_printf(&text, "  s%u:\n    title: S\n    requirements:\n", i);
			buf_printf(&text,
				   "      r%u: {title: R, page: p, roles: client, proto: 50, "
				   "names: x.org}\n",
				   i);
		}
		assert_int_equal(rows_read_text(&text, d, &c), over ? E_LIMIT : 0);
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
	rows_write("r: {title: R, page: p, roles: client, proto: tcp, ports: 80, "
		   "lists: [a4, no6], tags: [x], unverified: y}\n"
		   "w: {title: W, page: p, roles: client, proto: tcp, ports: 80, "
		   "names: '*.zoom.us'}",
		   &text);
	for (long n = 0; r == -ENOMEM; n++) {
		struct diag *d = diag_new();
		struct catalog c;

		assert_true(n < 5000);
		mem_fail_after(n);
		r = rows_read_text(&text, d, &c);
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
		cmocka_unit_test(the_number_of_requirements_has_a_limit),
		cmocka_unit_test(words_are_those_of_the_format),
		cmocka_unit_test(running_out_of_memory_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
