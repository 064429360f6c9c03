/* SPDX-License-Identifier: Apache-2.0 */
/* What catalogs must not say, and what is told about it. */
#include "support/test.h"

#include <errno.h>

#include "base/err.h"
#include "catalog/catalog.h"
#include "support/catalogrows.h"

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
		int r = rows_read(bad_rows[i].row, d, &c);

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
	  "  g: {file: A4.txt, family: ipv4, date: 2026-01-01, feed: list}\n",
	  E_SYNTAX,
	  "k/catalog.yaml:7:53: error: list 'g' is a feed and has no 'url'\n"
	  "    say where it is fetched from, or leave 'feed' out\n" },
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

		buf_printf(&text, "%s%s", rows_head, bad_files[i].text);
		r = rows_read_text(&text, d, &c);
		diag_format(d, &told);
		if (r != bad_files[i].r || !str_is(buf_str(&told), bad_files[i].told))
			fail_msg("%s\ngave %d and\n%s", text.data, r, told.data);
		assert_null(c.arena);
		buf_release(&told);
		buf_release(&text);
		diag_free(d);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_that_contradict_themselves_are_refused),
		cmocka_unit_test(bad_files_are_told_once_with_place_and_hint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
