/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Page and base of each case are rows of catalog.yaml; the page's become a draft, as a reader would
 * make it. After each case the same page meets the result again: nothing may change.
 */
#include "support/test.h"

#include "base/err.h"
#include "import/merge.h"
#include "support/mergebench.h"

/* ---- what a result says ---- */

static void print_words(const char *name, const char *text, struct buf *out)
{
	if (text)
		buf_printf(out, "; %s: %s", name, text);
}

/* "s/web @table 1 row 1: client tcp 443 a.org; unverified: ..." */
static void print_row(const struct service_text *s, const struct requirement_text *t,
		      struct buf *out)
{
	const struct requirement q = { .proto = t->proto, .ports = t->ports };

	buf_printf(out, "%s/%s @%s: ", s->id, t->id, t->page);
	if (t->roles)
		roles_print(t->roles, out);
	buf_printf(out, "%s ", t->roles_cut ? "..." : "");
	requirement_print_wanted(&q, out);
	for (size_t i = 0; i < t->lists; i++)
		buf_printf(out, " %s", t->list[i].id);
	for (size_t i = 0; i < t->names; i++) {
		buf_addc(out, ' ');
		pattern_print(&t->name[i], out);
	}
	buf_printf(out, "%s%s", t->families & FAMILY_BIT_V4 ? " v4" : "",
		   t->families & FAMILY_BIT_V6 ? " v6" : "");
	if (t->application)
		buf_printf(out, " %s", application_name(t->application));
	for (size_t i = 0; i < t->tags; i++)
		buf_printf(out, " #%s", t->tag[i]);
	buf_adds(out, t->proxyable ? " proxyable" : "");
	print_words("also", t->also, out);
	print_words("to", t->endpoint, out);
	print_words("note", t->note, out);
	print_words("verified", t->verified, out);
	print_words("unverified", t->unverified, out);
	print_words("incomplete", t->incomplete, out);
	buf_addc(out, '\n');
}

static void print_report(const struct merge *m, struct buf *out)
{
	size_t by[MERGE_KINDS] = { 0 };

	for (size_t i = 0; i < m->rows; i++) {
		const struct merge_row *row = &m->row[i];

		by[row->kind]++;
		buf_printf(out, "%s %s", merge_kind_name(row->kind), row->id);
		if (row->kind == MERGE_MOVED)
			buf_printf(out, " from %s", row->from);
		for (size_t k = 0; k < row->changes; k++)
			buf_printf(out, "; %s %s -> %s", row->change[k].what, row->change[k].before,
				   row->change[k].after);
		buf_addc(out, '\n');
	}
	assert_memory_equal(by, m->by, sizeof(by));
}

static void print_merge(const struct merge *m, struct buf *out)
{
	for (size_t i = 0; i < m->text.services; i++) {
		for (size_t k = 0; k < m->text.service[i].requirements; k++)
			print_row(&m->text.service[i], &m->text.service[i].requirement[k], out);
	}
	print_report(m, out);
}

/* ---- the cases ---- */

#define WEB                                                                                     \
	"r1: {title: R1, page: table 1 row 1, proto: tcp, ports: '443', roles: client, names: " \
	"a.org}\n"
#define UDP                                                                                     \
	"r2: {title: R2, page: table 1 row 2, proto: udp, ports: '443', roles: client, names: " \
	"a.org}\n"
#define SIP                                                                               \
	"r3: {title: R3, page: table 2 row 1, proto: tcp, ports: '5091', roles: client, " \
	"families: [ipv4, ipv6], incomplete: lost}\n"

static const struct {
	const char *what, *page, *base;
	enum text_part part;
	const char *said;
} cases[] = {
	{ "an overlay names a row by its place and adds words", "s:\n" WEB,
	  "web:\nweb-tcp: {page: table 1 row 1, title: Web, application: tls, proxyable: true, "
	  "tags: x, note: N, verified: seen}\n",
	  TEXT_PARTIAL,
	  "web/web-tcp @table 1 row 1: client tcp 443 a.org tls #x proxyable; note: N; verified: "
	  "seen\n"
	  "same web-tcp\n" },
	{ "lists of the base answer what the page lost", "s:\n" SIP,
	  "sip:\nsip: {page: table 2 row 1, lists: [a4, a6]}\n", TEXT_PARTIAL,
	  "sip/sip @table 2 row 1: client tcp 5091 a4 a6\n"
	  "same sip\n" },
	{ "unless the base says itself that something is missing", "s:\n" SIP,
	  "sip:\nsip: {page: table 2 row 1, lists: [a4, a6], incomplete: still}\n", TEXT_PARTIAL,
	  "sip/sip @table 2 row 1: client tcp 5091 a4 a6; incomplete: still\n"
	  "same sip\n" },
	{ "the base's reason replaces the page's", "s:\n" SIP,
	  "sip:\nsip: {page: table 2 row 1, incomplete: in better words}\n", TEXT_PARTIAL,
	  "sip/sip @table 2 row 1: client tcp 5091 v4 v6; incomplete: in better words\n"
	  "same sip\n" },
	{ "the page's doubt: kept, replaced, answered",
	  "s:\n"
	  "a: {title: A, page: table 1 row 1, proto: tcp, ports: '1', names: a.org, unverified: "
	  "note lost}\n"
	  "b: {title: B, page: table 1 row 2, proto: tcp, ports: '2', names: a.org, unverified: "
	  "note lost}\n"
	  "c: {title: C, page: table 1 row 3, proto: tcp, ports: '3', names: a.org, unverified: "
	  "note lost}\n",
	  "s:\n"
	  "a: {page: table 1 row 1}\n"
	  "b: {page: table 1 row 2, unverified: the note is lost}\n"
	  "c: {page: table 1 row 3, verified: another copy has the note}\n",
	  TEXT_PARTIAL,
	  "s/a @table 1 row 1:  tcp 1 a.org; unverified: note lost\n"
	  "s/b @table 1 row 2:  tcp 2 a.org; unverified: the note is lost\n"
	  "s/c @table 1 row 3:  tcp 3 a.org; verified: another copy has the note\n"
	  "same a\nsame b\nsame c\n" },
	{ "a row moved", "s:\n" WEB UDP,
	  "web:\n"
	  "web-udp: {page: table 1 row 1, proto: udp, ports: '443', roles: client, names: a.org, "
	  "title: U}\n",
	  TEXT_PARTIAL,
	  "web/r1 @table 1 row 1: client tcp 443 a.org; unverified: new on the page, not "
	  "reviewed\n"
	  "web/web-udp @table 1 row 2: client udp 443 a.org\n"
	  "new r1\nmoved web-udp from table 1 row 1\n" },
	{ "a table was put in before: its rows look like those of others, whole tables do not",
	  "s:\n"
	  "n1: {title: N, page: table 1 row 1, proto: tcp, ports: '443', families: ipv4, "
	  "incomplete: lost}\n"
	  "t:\n"
	  "a1: {title: A, page: table 2 row 1, proto: tcp, ports: '443', families: ipv4, "
	  "incomplete: lost}\n"
	  "a2: {title: A, page: table 2 row 2, proto: tcp, ports: '5091', families: ipv4, "
	  "incomplete: lost}\n"
	  "u:\n"
	  "b1: {title: B, page: table 3 row 1, proto: tcp, ports: '443', families: ipv4, "
	  "incomplete: lost}\n"
	  "b2: {title: B, page: table 3 row 2, proto: tcp, ports: '3478', families: ipv4, "
	  "incomplete: lost}\n",
	  "phone:\n"
	  "p1: {title: P1, page: table 1 row 1, proto: tcp, ports: '443', lists: a4}\n"
	  "p2: {title: P2, page: table 1 row 2, proto: tcp, ports: '5091', lists: a4}\n"
	  "desk:\n"
	  "d1: {title: D1, page: table 2 row 1, proto: tcp, ports: '443', families: ipv4, "
	  "incomplete: x}\n"
	  "d2: {title: D2, page: table 2 row 2, proto: tcp, ports: '3478', families: ipv4, "
	  "incomplete: x}\n",
	  TEXT_WHOLE,
	  "phone/p1 @table 2 row 1:  tcp 443 a4\n"
	  "phone/p2 @table 2 row 2:  tcp 5091 a4\n"
	  "desk/d1 @table 3 row 1:  tcp 443 v4; incomplete: x\n"
	  "desk/d2 @table 3 row 2:  tcp 3478 v4; incomplete: x\n"
	  "s/n1 @table 1 row 1:  tcp 443 v4; unverified: new on the page, not reviewed; "
	  "incomplete: lost\n"
	  "new n1\nmoved p1 from table 1 row 1\nmoved p2 from table 1 row 2\n"
	  "moved d1 from table 2 row 1\nmoved d2 from table 2 row 2\n" },
	{ "two candidates: nothing moved, the place counts",
	  "s:\n"
	  "a: {title: A, page: table 5 row 1, proto: tcp, ports: '443', names: a.org}\n"
	  "b: {title: B, page: table 6 row 1, proto: tcp, ports: '443', names: a.org}\n",
	  "web:\nweb: {title: W, page: table 1 row 1, proto: tcp, ports: '443', names: a.org}\n",
	  TEXT_WHOLE,
	  "s/a @table 5 row 1:  tcp 443 a.org; unverified: new on the page, not reviewed\n"
	  "s/b @table 6 row 1:  tcp 443 a.org; unverified: new on the page, not reviewed\n"
	  "new a\nnew b\ngone web\n" },
	{ "facts changed: reviewed words stay, certainty goes",
	  "s:\n"
	  "a: {title: A, page: table 1 row 1, proto: tcp, ports: '443,8443', roles: [client, "
	  "browser], names: [a.org, b.org], application: http}\n",
	  "web:\nweb: {title: Web, page: table 1 row 1, proto: tcp, ports: '443', roles: client, "
	  "names: a.org, note: N, application: tls, verified: seen}\n",
	  TEXT_WHOLE,
	  "web/web @table 1 row 1: client, browser tcp 443,8443 a.org b.org tls; note: N; "
	  "unverified: the page changed here: ports 443 -> 443,8443; roles client -> client, "
	  "browser; names a.org -> a.org, b.org; not reviewed\n"
	  "changed web; ports 443 -> 443,8443; roles client -> client, browser; names a.org -> "
	  "a.org, b.org\n" },
	{ "an old doubt stays beside the change, an old change does not",
	  "s:\na: {title: A, page: table 1 row 1, proto: tcp, ports: '3', names: a.org}\n"
	  "b: {title: B, page: table 1 row 2, proto: tcp, ports: '6', names: a.org}\n",
	  "s:\n"
	  "a: {title: A, page: table 1 row 1, proto: tcp, ports: '2', names: a.org, unverified: "
	  "'odd; the page changed here: ports 1 -> 2; not reviewed'}\n"
	  "b: {title: B, page: table 1 row 2, proto: tcp, ports: '5', names: a.org, unverified: "
	  "'the page changed here: ports 4 -> 5; not reviewed'}\n",
	  TEXT_WHOLE,
	  "s/a @table 1 row 1:  tcp 3 a.org; unverified: odd; the page changed here: ports 2 -> 3; "
	  "not reviewed\n"
	  "s/b @table 1 row 2:  tcp 6 a.org; unverified: the page changed here: ports 5 -> 6; not "
	  "reviewed\n"
	  "changed a; ports 2 -> 3\nchanged b; ports 5 -> 6\n" },
	{ "another protocol: an application that does not run on it goes, and the proxy",
	  "s:\na: {title: A, page: table 1 row 1, proto: udp, ports: '443', names: a.org, "
	  "application: quic}\n",
	  "s:\na: {title: A, page: table 1 row 1, proto: tcp, ports: '443', names: a.org, "
	  "application: tls, proxyable: true}\n",
	  TEXT_WHOLE,
	  "s/a @table 1 row 1:  udp 443 a.org quic; unverified: the page changed here: proto tcp "
	  "-> udp; not reviewed\n"
	  "changed a; proto tcp -> udp\n" },
	{ "another direction is another row",
	  "s:\na: {title: A, page: table 1 row 1, proto: tcp, ports: '443', roles: vendor, "
	  "direction: inbound, endpoint: ours, families: ipv4, incomplete: lost}\n",
	  "s:\na: {title: A, page: table 1 row 1, proto: tcp, ports: '443', roles: client, names: "
	  "a.org}\n",
	  TEXT_WHOLE,
	  "s/a-2 @table 1 row 1: vendor tcp 443 v4; to: ours; unverified: new on the page, not "
	  "reviewed; incomplete: lost\n"
	  "new a-2\ngone a\n" },
	{ "a new row stands beside its neighbours, one of a new table in its own service",
	  "s:\n"
	  "a: {title: A, page: table 1 row 1, proto: tcp, ports: '1', names: a.org}\n"
	  "b: {title: B, page: table 1 row 2, proto: tcp, ports: '2', names: a.org, unverified: "
	  "odd}\n"
	  "c: {title: C, page: table 1 row 3, proto: tcp, ports: '3', names: a.org}\n"
	  "d: {title: D, page: table 1 row 4, proto: tcp, ports: '4', names: a.org}\n"
	  "e: {title: E, page: table 2 row 1, proto: tcp, ports: '5', names: a.org}\n",
	  "web:\n"
	  "two: {title: Two, page: table 1 row 1, proto: tcp, ports: '2', names: a.org}\n"
	  "four: {title: Four, page: table 1 row 2, proto: tcp, ports: '4', names: a.org}\n"
	  "other:\n"
	  "o: {title: O, page: text, proto: tcp, ports: '9', names: a.org}\n",
	  TEXT_WHOLE,
	  "web/a @table 1 row 1:  tcp 1 a.org; unverified: new on the page, not reviewed\n"
	  "web/two @table 1 row 2:  tcp 2 a.org; unverified: odd\n"
	  "web/c @table 1 row 3:  tcp 3 a.org; unverified: new on the page, not reviewed\n"
	  "web/four @table 1 row 4:  tcp 4 a.org\n"
	  "other/o @text:  tcp 9 a.org\n"
	  "s/e @table 2 row 1:  tcp 5 a.org; unverified: new on the page, not reviewed\n"
	  "new a\nmoved two from table 1 row 1\nnew c\nmoved four from table 1 row 2\nnew e\n"
	  "kept o\n" },
	{ "gone: only what stood in a table row of this page", "s:\n" WEB,
	  "web:\n"
	  "w: {title: W, page: table 1 row 1, proto: tcp, ports: '443', roles: client, names: "
	  "a.org}\n"
	  "g: {title: G, page: table 4 row 1, proto: tcp, ports: '7', names: a.org}\n"
	  "k1: {title: K, page: text after table 10, proto: tcp, ports: '8', names: a.org}\n"
	  "k2: {title: K, page: table 9, proto: tcp, ports: '443', roles: client, names: a.org}\n"
	  "k3: {title: K, page: 'table 2 row 1, page of autumn', proto: tcp, ports: '9', names: "
	  "a.org}\n"
	  "k4: {title: K, page: other.html table 2 row 1, proto: tcp, ports: '9', names: a.org}\n",
	  TEXT_WHOLE,
	  "web/w @table 1 row 1: client tcp 443 a.org\n"
	  "web/k1 @text after table 10:  tcp 8 a.org\n"
	  "web/k2 @table 9: client tcp 443 a.org\n"
	  "web/k3 @table 2 row 1, page of autumn:  tcp 9 a.org\n"
	  "web/k4 @other.html table 2 row 1:  tcp 9 a.org\n"
	  "same w\ngone g\nkept k1\nkept k2\nkept k3\nkept k4\n" },
	{ "a whole catalog that did not know who: the page says so now; an overlay claims nothing",
	  "s:\n" WEB,
	  "s:\nw: {title: W, page: table 1 row 1, proto: tcp, ports: '443', names: a.org}\n",
	  TEXT_WHOLE,
	  "s/w @table 1 row 1: client tcp 443 a.org; unverified: the page changed here: roles none "
	  "-> client; not reviewed\n"
	  "changed w; roles none -> client\n" },
	{ "the same by an overlay", "s:\n" WEB,
	  "s:\nw: {title: W, page: table 1 row 1, proto: tcp, ports: '443', names: a.org}\n",
	  TEXT_PARTIAL,
	  "s/w @table 1 row 1: client tcp 443 a.org\n"
	  "same w\n" },
	{ "what the page lost and a reviewed row has is kept, and answers",
	  "s:\na: {title: A, page: table 1 row 1, incomplete: all lost}\n",
	  "s:\nw: {title: W, page: table 1 row 1, proto: tcp, ports: '443', roles: client, names: "
	  "a.org, verified: another copy}\n",
	  TEXT_WHOLE,
	  "s/w @table 1 row 1: client tcp 443 a.org; verified: another copy\n"
	  "same w\n" },
	{ "where nobody looked it is kept as a change",
	  "s:\na: {title: A, page: table 1 row 1, proto: tcp, incomplete: ports lost, names: "
	  "a.org}\n",
	  "s:\nw: {title: W, page: table 1 row 1, proto: tcp, ports: '443', names: a.org}\n",
	  TEXT_WHOLE,
	  "s/w @table 1 row 1:  tcp 443 a.org; unverified: the page changed here: ports 443 -> "
	  "none; not reviewed\n"
	  "changed w; ports 443 -> none\n" },
	{ "ports of one protocol are not put to another",
	  "s:\na: {title: A, page: table 1 row 1, proto: udp, incomplete: ports lost, names: "
	  "a.org}\n",
	  "s:\nw: {title: W, page: table 1 row 1, proto: tcp, ports: '443', names: a.org, "
	  "unverified: odd}\n",
	  TEXT_WHOLE,
	  "s/w @table 1 row 1:  udp - a.org; unverified: odd; the page changed here: proto tcp -> "
	  "udp; not reviewed; incomplete: ports lost\n"
	  "changed w; proto tcp -> udp\n" },
	{ "names where the base has lists: a change, and the lists stay", "s:\n" WEB,
	  "s:\nw: {page: table 1 row 1, lists: a4}\n", TEXT_PARTIAL,
	  "s/w @table 1 row 1: client tcp 443 a4; unverified: the page changed here: names none -> "
	  "a.org; not reviewed\n"
	  "changed w; names none -> a.org\n" },
	{ "the page speaks of fewer families than the lists hold (S06)",
	  "s:\na: {title: A, page: table 1 row 1, proto: tcp, ports: '390', families: ipv4, "
	  "incomplete: lost}\n",
	  "s:\nw: {page: table 1 row 1, lists: [a4, a6]}\n", TEXT_PARTIAL,
	  "s/w @table 1 row 1:  tcp 390 a4 a6; unverified: the page changed here: families ipv4, "
	  "ipv6 -> ipv4; not reviewed\n"
	  "changed w; families ipv4, ipv6 -> ipv4\n" },
	{ "one row of the page with two protocols is two rows at one place",
	  "s:\n"
	  "a: {title: A, page: table 1 row 1, proto: tcp, ports: '443', names: a.org}\n"
	  "b: {title: B, page: table 1 row 1, proto: udp, ports: '443', names: a.org}\n"
	  "c: {title: C, page: table 1 row 1, proto: udp, ports: '443', families: ipv4, "
	  "incomplete: lost}\n",
	  "s:\n"
	  "l: {page: table 1 row 1, proto: udp, lists: a4}\n"
	  "u: {page: table 1 row 1, proto: udp, names: a.org}\n"
	  "t: {page: table 1 row 1, proto: tcp}\n",
	  TEXT_PARTIAL,
	  "s/l @table 1 row 1:  udp 443 a4\n"
	  "s/u @table 1 row 1:  udp 443 a.org\n"
	  "s/t @table 1 row 1:  tcp 443 a.org\n"
	  "same t\nsame u\nsame l\n" },
	{ "several rows at the place of a publication: the id says which",
	  "s:\n"
	  "a: {title: A, page: set 1, proto: tcp, ports: '443', roles: client, lists: a4}\n"
	  "b: {title: B, page: set 1, proto: tcp, ports: '443', roles: client, names: a.org}\n"
	  "c: {title: C, page: set 2, proto: tcp, ports: '443', roles: client, names: a.org}\n",
	  "s:\n"
	  "b: {page: set 1, title: By name}\n"
	  "a: {page: set 1, title: By address}\n"
	  "c: {page: set 2, proto: udp}\n",
	  TEXT_PARTIAL,
	  "s/b @set 1: client tcp 443 a.org\n"
	  "s/a @set 1: client tcp 443 a4\n"
	  "s/c @set 2: client tcp 443 a.org; unverified: the page changed here: proto udp -> tcp; "
	  "not reviewed\n"
	  "same a\nsame b\nchanged c; proto udp -> tcp\n" },
	{ "a second place, an endpoint in the page's words or ours",
	  "s:\n"
	  "a: {title: A, page: table 1 row 1, also: table 2 row 1, proto: tcp, ports: '1', names: "
	  "a.org}\n"
	  "i: {title: I, page: table 3 row 1, proto: tcp, ports: '2', roles: vendor, direction: "
	  "inbound, endpoint: theirs, families: ipv4, incomplete: lost}\n"
	  "j: {title: J, page: table 3 row 2, proto: tcp, ports: '3', roles: vendor, direction: "
	  "inbound, endpoint: theirs, families: ipv4, incomplete: lost}\n",
	  "s:\n"
	  "a: {page: table 1 row 1}\n"
	  "i: {page: table 3 row 1, endpoint: our words}\n"
	  "j: {page: table 3 row 2, lists: a4}\n",
	  TEXT_PARTIAL,
	  "s/a @table 1 row 1:  tcp 1 a.org; also: table 2 row 1\n"
	  "s/i @table 3 row 1: vendor tcp 2 v4; to: our words; incomplete: lost\n"
	  "s/j @table 3 row 2: vendor tcp 3 a4; to: theirs\n"
	  "same a\nsame i\nsame j\n" },
	{ "a cut list of sources is the page's",
	  "s:\na: {title: A, page: table 1 row 1, roles: client, roles-cut: true, proto: tcp, "
	  "ports: '1', names: a.org}\n",
	  "s:\na: {page: table 1 row 1, roles: client}\n", TEXT_PARTIAL,
	  "s/a @table 1 row 1: client... tcp 1 a.org\n"
	  "same a\n" },
	{ "an overlay row without a place goes by its facts", "s:\n" WEB UDP,
	  "web:\nu: {title: U, proto: udp}\n", TEXT_PARTIAL,
	  "web/r1 @table 1 row 1: client tcp 443 a.org; unverified: new on the page, not "
	  "reviewed\n"
	  "web/u @table 1 row 2: client udp 443 a.org\n"
	  "new r1\nsame u\n" },
	{ "services and rows that a publication names",
	  "s3:\nx: {title: X, page: service S3, lists: a4, incomplete: no ports}\n",
	  "store:\nx: {title: Store, page: service S3, lists: a4, proto: tcp, ports: '443', "
	  "verified: the vendor's guide}\n",
	  TEXT_WHOLE,
	  "store/x @service S3:  tcp 443 a4; verified: the vendor's guide\n"
	  "same x\n" },
};

static void a_page_meets_what_was_reviewed(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf page = BUF_INIT, base = BUF_INIT, said = BUF_INIT;
		struct mergebench b;

		merge_rows_write(cases[i].page, strstr(cases[i].page, "lists:") ? merge_lists : "",
				 &page);
		merge_rows_write(cases[i].base, merge_lists, &base);
		assert_int_equal(mergebench_open(&b), 0);
		assert_int_equal(
			mergebench_merge(&b, buf_str(&page), buf_str(&base), cases[i].part), 0);
		print_merge(&b.out, &said);
		if (!str_is(buf_str(&said), cases[i].said))
			fail_msg("%s:\n%s--- wanted:\n%s", cases[i].what, said.data, cases[i].said);
		merge_assert_catalog(buf_str(&b.text), cases[i].what);
		merge_assert_settled(buf_str(&page), &b.text, cases[i].what);
		mergebench_close(&b);
		buf_release(&said);
		buf_release(&base);
		buf_release(&page);
	}
}

static const struct {
	const char *what, *rows, *told;
} conflicts[] = {
	{ "one place twice",
	  "s:\n"
	  "a: {page: table 1 row 1, proto: tcp}\n"
	  "b: {page: table 1 row 1, proto: tcp, ports: '443'}\n",
	  "k.yaml:13:7: error: two rows claim the place 'table 1 row 1': 'a' and 'b'\n"
	  "    the other is on line 12; a place is one row's, unless facts tell rows of it "
	  "apart\n" },
	{ "one id twice",
	  "s:\n"
	  "a: {page: table 1 row 1}\n"
	  "t:\n"
	  "a: {page: table 1 row 2}\n",
	  "k.yaml:16:7: error: two requirements are called 'a'\n"
	  "    ids are unique in a catalog\n" },
};

static void contradictions_are_told_with_their_places(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(conflicts); i++) {
		struct buf page = BUF_INIT, base = BUF_INIT, told = BUF_INIT;
		struct mergebench b;

		merge_rows_write("s:\n" WEB, "", &page);
		merge_rows_write(conflicts[i].rows, merge_lists, &base);
		assert_int_equal(mergebench_open(&b), 0);
		assert_int_equal(mergebench_merge(&b, buf_str(&page), buf_str(&base), TEXT_PARTIAL),
				 E_CONFLICT);
		diag_format(b.diag, &told);
		assert_string_equal(told.data, conflicts[i].told);
		assert_null(b.out.row);
		mergebench_close(&b);
		buf_release(&told);
		buf_release(&base);
		buf_release(&page);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_meets_what_was_reviewed),
		cmocka_unit_test(contradictions_are_told_with_their_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
