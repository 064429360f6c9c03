/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Page and base of each case are rows of catalog.yaml; the page's become a draft, as a reader would
 * make it. After each case the same page meets the result again: nothing may change.
 */
#include "support/test.h"

#include "base/err.h"
#include "base/rand.h"
#include "catalog/write.h"
#include "import/merge.h"
#include "net/proto.h"
#include "support/oom.h"

static const char head[] = "vendor: acme\ntitle: Acme\npage: KB1\npage-date: 2026-01-02\n";
static const char lists[] = "lists:\n"
			    "  a4: {file: A4.txt, family: ipv4, date: 2026-01-01}\n"
			    "  a6: {file: A6.txt, family: ipv6, missing: no copy}\n";

/* ---- both sides ---- */

/* `rows` one a line; a line that ends in ':' opens a service. */
static void write_text(const char *rows, const char *list, struct buf *out)
{
	buf_printf(out, "%s%sservices:\n", head, list);
	for (struct str rest = str_of(rows); rest.p;) {
		struct str line = str_cut(&rest, '\n');

		if (line.n && line.p[line.n - 1] == ':')
			buf_printf(out, "  %.*s\n    title: %c%.*s\n    requirements:\n",
				   STR_FMT(line), line.p[0] - 'a' + 'A', (int)line.n - 2,
				   line.p + 1);
		else if (line.n)
			buf_printf(out, "      %.*s\n", STR_FMT(line));
	}
}

static int read_text(struct str text, enum text_part part, struct arena *a, struct diag *d,
		     struct catalog_text *ret)
{
	EG_AUTO(buf_release) struct buf told = BUF_INIT;
	int r = catalog_text_read(text, "k.yaml", part, a, d, ret);

	diag_format(d, &told);
	if (r < 0 && r != -ENOMEM)
		fail_msg("%.*s\nis not read:\n%s", STR_FMT(text), told.data);
	return r;
}

static int add_lists(struct draft *d, const struct catalog_text *text)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < text->lists; i++) {
		struct draft_list l = { .text = text->list[i] };
		const char *id;

		if (l.text.date)
			l.content = STR("192.0.2.0/24\n");
		r = draft_add_list(d, &l, &id);
	}
	return r;
}

/* The draft of a page that says what `text` says. */
static int draft_of(const struct catalog_text *text, struct draft *d)
{
	int r = add_lists(d, text);

	d->vendor = text->vendor;
	d->title = text->title;
	d->page = text->page;
	d->page_date = text->page_date;
	d->sha256 = text->page_sha256;
	for (size_t i = 0; r == 0 && i < text->services; i++) {
		const struct service_text *s = &text->service[i];
		struct draft_row row = { 0 };

		r = draft_add_service(d, s->id, s->title, &row.service);
		if (r == 0) {
			d->service[row.service].bypass = s->bypass;
			d->service[row.service].bypasses = s->bypasses;
		}
		for (size_t k = 0; r == 0 && k < s->requirements; k++) {
			row.text = s->requirement[k];
			r = draft_add_row(d, &row, NULL);
		}
	}
	return r;
}

struct bench {
	struct diag *diag;
	struct draft draft;
	struct merge out;
	struct buf text; /* the result, written */
};

static int bench_open(struct bench *b)
{
	*b = (struct bench){ .diag = diag_new() };
	return b->diag ? draft_init(&b->draft, b->diag) : -ENOMEM;
}

static void bench_close(struct bench *b)
{
	buf_release(&b->text);
	draft_release(&b->draft);
	diag_free(b->diag);
}

/* Both texts live with the draft. */
static int bench_merge(struct bench *b, struct str page, struct str base, enum text_part part)
{
	struct catalog_text page_text, base_text;
	int r = read_text(page, TEXT_PARTIAL, b->draft.arena, b->diag, &page_text);

	if (r == 0)
		r = read_text(base, part, b->draft.arena, b->diag, &base_text);
	if (r == 0)
		r = draft_of(&page_text, &b->draft);
	if (r == 0)
		r = merge_draft(&b->draft, &base_text, part, b->diag, &b->out);
	return r < 0 ? r : catalog_write(&b->out.text, NULL, &b->text);
}

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

/* The catalog must be one that egret accepts. */
static int stub_list(void *data, const char *path, struct buf *out, struct diag *d)
{
	(void)data;
	(void)d;
	buf_adds(out, strstr(path, "6.txt") ? "2001:db8::/32\n" : "192.0.2.0/24\n");
	return out->r;
}

static void assert_catalog(struct str text, const char *what)
{
	static const struct list_source source = { .read = stub_list };
	struct diag *d = diag_new();
	struct buf told = BUF_INIT;
	struct catalog c;
	int r = catalog_read(text, "result.yaml", &source, d, &c);

	diag_format(d, &told);
	if (r < 0)
		fail_msg("%s: no catalog:\n%s\n%.*s", what, told.data, STR_FMT(text));
	catalog_release(&c);
	buf_release(&told);
	diag_free(d);
}

/* The same page once more: the same bytes, and no row is new or gone. */
static void assert_settled(struct str page, const struct buf *result, const char *what)
{
	struct bench b;

	assert_int_equal(bench_open(&b), 0);
	assert_int_equal(bench_merge(&b, page, buf_str(result), TEXT_WHOLE), 0);
	for (struct str x = buf_str(result), y = buf_str(&b.text); x.p || y.p;) {
		struct str before = str_cut(&x, '\n'), after = str_cut(&y, '\n');

		if (!str_eq(before, after)) {
			print_error("%.*s\nmeets\n%s\n", STR_FMT(page), result->data);
			fail_msg("%s: '%.*s' became '%.*s'", what, STR_FMT(before), STR_FMT(after));
		}
	}
	assert_int_equal(b.out.by[MERGE_NEW], 0);
	assert_int_equal(b.out.by[MERGE_GONE], 0);
	assert_int_equal(b.out.by[MERGE_MOVED], 0);
	bench_close(&b);
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
		struct bench b;

		write_text(cases[i].page, strstr(cases[i].page, "lists:") ? lists : "", &page);
		write_text(cases[i].base, lists, &base);
		assert_int_equal(bench_open(&b), 0);
		assert_int_equal(bench_merge(&b, buf_str(&page), buf_str(&base), cases[i].part), 0);
		print_merge(&b.out, &said);
		if (!str_is(buf_str(&said), cases[i].said))
			fail_msg("%s:\n%s--- wanted:\n%s", cases[i].what, said.data, cases[i].said);
		assert_catalog(buf_str(&b.text), cases[i].what);
		assert_settled(buf_str(&page), &b.text, cases[i].what);
		bench_close(&b);
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
		struct bench b;

		write_text("s:\n" WEB, "", &page);
		write_text(conflicts[i].rows, lists, &base);
		assert_int_equal(bench_open(&b), 0);
		assert_int_equal(bench_merge(&b, buf_str(&page), buf_str(&base), TEXT_PARTIAL),
				 E_CONFLICT);
		diag_format(b.diag, &told);
		assert_string_equal(told.data, conflicts[i].told);
		assert_null(b.out.row);
		bench_close(&b);
		buf_release(&told);
		buf_release(&base);
		buf_release(&page);
	}
}

/* Heads and lists, as the text that is written. */
static const struct {
	const char *what, *page, *base;
	enum text_part part;
	const char *said;
} wholes[] = {
	{ "an overlay's day and words go before the page's; the hash is the page's",
	  "vendor: v\ntitle: T\npage: P\npage-date: 2026-02-02\n"
	  "page-sha256: e50972975c1ac3d14e6b5c4a77a8132d01d6bc9a3f31cd5b5700e48e5cb7bb08\n",
	  "vendor: acme\npage-date: 2026-01-01\nunverified: an old copy\n", TEXT_PARTIAL,
	  "vendor: acme\ntitle: T\npage: P\npage-date: 2026-01-01\n"
	  "page-sha256: e50972975c1ac3d14e6b5c4a77a8132d01d6bc9a3f31cd5b5700e48e5cb7bb08\n"
	  "unverified: an old copy\nservices: {}\n" },
	{ "another page on another day",
	  "vendor: v\ntitle: T\npage: P\npage-date: 2026-02-02\n"
	  "page-sha256: e50972975c1ac3d14e6b5c4a77a8132d01d6bc9a3f31cd5b5700e48e5cb7bb08\n",
	  "vendor: acme\ntitle: A\npage: Q\npage-date: 2026-01-01\n"
	  "page-sha256: 050972975c1ac3d14e6b5c4a77a8132d01d6bc9a3f31cd5b5700e48e5cb7bb08\n"
	  "services: {}\n",
	  TEXT_WHOLE,
	  "vendor: acme\ntitle: A\npage: Q\npage-date: 2026-02-02\n"
	  "page-sha256: e50972975c1ac3d14e6b5c4a77a8132d01d6bc9a3f31cd5b5700e48e5cb7bb08\n"
	  "services: {}\n" },
	{ "the same page on another day",
	  "page-date: 2026-02-02\n"
	  "page-sha256: e50972975c1ac3d14e6b5c4a77a8132d01d6bc9a3f31cd5b5700e48e5cb7bb08\n",
	  "vendor: acme\ntitle: A\npage: Q\npage-date: 2026-01-01\n"
	  "page-sha256: e50972975c1ac3d14e6b5c4a77a8132d01d6bc9a3f31cd5b5700e48e5cb7bb08\n"
	  "services: {}\n",
	  TEXT_WHOLE,
	  "vendor: acme\ntitle: A\npage: Q\npage-date: 2026-01-01\n"
	  "page-sha256: e50972975c1ac3d14e6b5c4a77a8132d01d6bc9a3f31cd5b5700e48e5cb7bb08\n"
	  "services: {}\n" },
	{ "a list is its file: the base's id, the draft's copy",
	  "lists:\n"
	  "  x4: {file: A4.txt, family: ipv4, date: 2026-02-02, source: fetched}\n"
	  "  a6: {file: B6.txt, family: ipv6, missing: not fetched}\n"
	  "  n4: {file: N4.txt, family: ipv4, date: 2026-02-02}\n"
	  "services:\n  s:\n    title: S\n    requirements:\n"
	  "      r: {title: R, page: table 1 row 1, proto: tcp, ports: 1, lists: [x4, a6]}\n",
	  "lists:\n"
	  "  a4: {file: A4.txt, family: ipv4, url: u, missing: no copy}\n"
	  "  a6: {file: A6.txt, family: ipv6, date: 2026-01-01}\n",
	  TEXT_PARTIAL,
	  "lists:\n"
	  "  a4:\n    file: A4.txt\n    family: ipv4\n    url: u\n    date: 2026-02-02\n"
	  "    source: fetched\n"
	  "  a6:\n    file: A6.txt\n    family: ipv6\n    date: 2026-01-01\n"
	  "  a6-2:\n    file: B6.txt\n    family: ipv6\n    missing: not fetched\n"
	  "services:\n  s:\n    title: S\n    requirements:\n"
	  "      r:\n        title: R\n        page: table 1 row 1\n        proto: tcp\n"
	  "        ports: 1\n        lists: [a4, a6-2]\n"
	  "        unverified: new on the page, not reviewed\n" },
	{ "addresses that the page prints are the page's: a row that moved takes its new ones",
	  "lists:\n"
	  "  table-1-row-1-v4: {file: table-1-row-1.txt, family: ipv4, date: 2026-02-02, source: "
	  "'printed on the page, table 1 row 1'}\n"
	  "  table-1-row-2-v4: {file: table-1-row-2.txt, family: ipv4, date: 2026-02-02, source: "
	  "'printed on the page, table 1 row 2'}\n"
	  "services:\n  s:\n    title: S\n    requirements:\n"
	  "      n: {title: N, page: table 1 row 1, proto: udp, ports: 1, lists: "
	  "table-1-row-1-v4}\n"
	  "      r: {title: R, page: table 1 row 2, proto: tcp, ports: 2, lists: "
	  "table-1-row-2-v4}\n",
	  "vendor: acme\ntitle: A\npage: Q\npage-date: 2026-01-01\n"
	  "lists:\n"
	  "  table-1-row-1-v4: {file: table-1-row-1.txt, family: ipv4, date: 2026-01-01, source: "
	  "'printed on the page, table 1 row 1'}\n"
	  "  table-1-row-9-v4: {file: table-1-row-9.txt, family: ipv4, missing: the page prints "
	  "nothing}\n"
	  "services:\n  s:\n    title: S\n    requirements:\n"
	  "      web: {title: Web, page: table 1 row 1, proto: tcp, ports: 2, lists: "
	  "table-1-row-1-v4}\n",
	  TEXT_WHOLE,
	  "vendor: acme\ntitle: A\npage: Q\npage-date: 2026-01-01\n"
	  "lists:\n"
	  "  table-1-row-1-v4:\n    file: table-1-row-1.txt\n    family: ipv4\n"
	  "    date: 2026-02-02\n    source: printed on the page, table 1 row 1\n"
	  "  table-1-row-2-v4:\n    file: table-1-row-2.txt\n    family: ipv4\n"
	  "    date: 2026-02-02\n    source: printed on the page, table 1 row 2\n"
	  "services:\n  s:\n    title: S\n    requirements:\n"
	  "      n:\n        title: N\n        page: table 1 row 1\n        proto: udp\n"
	  "        ports: 1\n        lists: table-1-row-1-v4\n"
	  "        unverified: new on the page, not reviewed\n"
	  "      web:\n        title: Web\n        page: table 1 row 2\n        proto: tcp\n"
	  "        ports: 2\n        lists: table-1-row-2-v4\n" },
	{ "a service's words: the base's, else the page's",
	  "services:\n"
	  "  s:\n    title: S\n    bypass: a.org\n    requirements:\n"
	  "      r: {title: R, page: table 1 row 1, proto: tcp, ports: 1, names: a.org}\n"
	  "  t:\n    title: T\n    bypass: b.org\n    requirements:\n"
	  "      q: {title: Q, page: table 2 row 1, proto: tcp, ports: 2, names: a.org}\n",
	  "services:\n"
	  "  web:\n    selftest: a.org\n    requirements:\n"
	  "      w: {page: table 1 row 1}\n"
	  "  net:\n    title: Net\n    bypass: c.org\n    requirements:\n"
	  "      n: {page: table 2 row 1}\n"
	  "  gone:\n    title: Gone\n    requirements:\n"
	  "      g: {page: table 7 row 1}\n",
	  TEXT_PARTIAL,
	  "services:\n"
	  "  web:\n    title: S\n    selftest: a.org\n    bypass: a.org\n    requirements:\n"
	  "      w:\n        title: R\n        page: table 1 row 1\n        proto: tcp\n"
	  "        ports: 1\n        names: a.org\n"
	  "  net:\n    title: Net\n    bypass: c.org\n    requirements:\n"
	  "      n:\n        title: Q\n        page: table 2 row 1\n        proto: tcp\n"
	  "        ports: 2\n        names: a.org\n" },
};

static void heads_lists_and_services(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wholes); i++) {
		struct bench b;

		assert_int_equal(bench_open(&b), 0);
		assert_int_equal(bench_merge(&b, str_of(wholes[i].page), str_of(wholes[i].base),
					     wholes[i].part),
				 0);
		if (!str_is(buf_str(&b.text), wholes[i].said))
			fail_msg("%s:\n%s--- wanted:\n%s", wholes[i].what, b.text.data,
				 wholes[i].said);
		bench_close(&b);
	}
}

/* ---- random pages and bases ---- */

static void random_facts(struct rand *rng, bool partial, struct buf *out)
{
	static const char *const facts[] = {
		", proto: tcp, ports: '443'",	 ", proto: udp, ports: '443'",
		", proto: tcp, ports: '80,443'", ", proto: icmp",
		", proto: udp, ports: '1-9'",
	};
	static const char *const far[] = { ", names: a.org", ", names: [b.org, a.org]",
					   ", lists: a4", ", lists: [a4, a6]" };
	static const char *const words[] = { "", ", unverified: odd", ", verified: seen", "" };
	static const char *const roles[] = { "", ", roles: client", ", roles: [client, browser]" };

	buf_adds(out, roles[rand_below(rng, ARRAY_LEN(roles))]);
	buf_adds(out, words[rand_below(rng, ARRAY_LEN(words))]);
	switch (rand_below(rng, 6)) {
	case 0:
		buf_printf(out, ", incomplete: lost%s", rand_below(rng, 2) ? ", proto: tcp" : "");
		break;
	case 1:
		buf_printf(out, ", incomplete: lost, families: ipv4%s",
			   facts[rand_below(rng, ARRAY_LEN(facts))]);
		break;
	case 2:
		if (partial)
			break; /* only words */
			       /* fall through */
	default:
		buf_adds(out, facts[rand_below(rng, ARRAY_LEN(facts))]);
		buf_adds(out, far[rand_below(rng, ARRAY_LEN(far))]);
	}
}

static void random_rows(struct rand *rng, bool partial, const char *id, struct buf *out)
{
	unsigned n = 0;

	for (unsigned t = 1; t <= 3; t++) {
		buf_printf(out, "%s%u:\n", id, t);
		for (unsigned r = 1; r <= 3; r++) {
			if (r > 1 && rand_below(rng, 3) == 0)
				continue;
			buf_printf(out, "%s%u: {title: T, ", id, 10 + n++);
			if (!partial && id[0] == 'b' && rand_below(rng, 6) == 0)
				buf_adds(out, "page: in the text");
			else
				buf_printf(out, "page: table %u row %u", t, r);
			random_facts(rng, partial, out);
			buf_adds(out, "}\n");
		}
	}
}

/* Everything on the page is in the result once, and every base row is accounted for. */
static void check_counts(const struct bench *b, size_t base_rows)
{
	const size_t *by = b->out.by;
	size_t rows = 0;

	for (size_t i = 0; i < b->out.text.services; i++)
		rows += b->out.text.service[i].requirements;
	assert_int_equal(by[MERGE_SAME] + by[MERGE_MOVED] + by[MERGE_CHANGED] + by[MERGE_NEW],
			 b->draft.rows);
	assert_int_equal(by[MERGE_SAME] + by[MERGE_MOVED] + by[MERGE_CHANGED] + by[MERGE_GONE] +
				 by[MERGE_KEPT],
			 base_rows);
	assert_int_equal(rows, b->draft.rows + by[MERGE_KEPT]);
}

static void whatever_is_merged_is_a_catalog_and_settles(void **state)
{
	struct rand rng = { 20261126 };

	(void)state;
	for (unsigned i = 0; i < 1500; i++) {
		struct buf page = BUF_INIT, base = BUF_INIT, rows = BUF_INIT;
		enum text_part part = rand_below(&rng, 2) ? TEXT_WHOLE : TEXT_PARTIAL;
		size_t base_rows = 0;
		struct bench b;

		random_rows(&rng, false, "p", &rows);
		write_text(rows.data, lists, &page);
		buf_clear(&rows);
		random_rows(&rng, part == TEXT_PARTIAL, "b", &rows);
		write_text(rows.data, lists, &base);
		for (struct str rest = buf_str(&rows); rest.p;)
			base_rows += str_ends(str_cut(&rest, '\n'), "}");
		assert_int_equal(bench_open(&b), 0);
		assert_int_equal(bench_merge(&b, buf_str(&page), buf_str(&base), part), 0);
		check_counts(&b, base_rows);
		assert_catalog(buf_str(&b.text), base.data);
		assert_settled(buf_str(&page), &b.text, base.data);
		bench_close(&b);
		buf_release(&rows);
		buf_release(&base);
		buf_release(&page);
	}
}

static int merge_sample(void *data)
{
	struct str *text = data;
	struct bench b;
	int r = bench_open(&b);

	if (r == 0)
		r = bench_merge(&b, text[0], text[1], TEXT_WHOLE);
	bench_close(&b);
	return r;
}

static void running_out_of_memory_is_survived(void **state)
{
	struct buf page = BUF_INIT, base = BUF_INIT;
	struct str text[2];

	(void)state;
	write_text("s:\n" WEB UDP SIP "r4: {title: R, page: table 2 row 2, proto: tcp, ports: 1, "
		   "lists: a4, unverified: odd}\n",
		   lists, &page);
	write_text("t:\n"
		   "w: {title: W, page: table 1 row 1, proto: tcp, ports: 80, names: a.org, "
		   "unverified: odd}\n"
		   "g: {title: G, page: table 9 row 1, proto: tcp, ports: 80, names: b.org}\n"
		   "s: {title: S, page: table 2 row 2, proto: tcp, ports: 5091, lists: a4}\n",
		   lists, &base);
	text[0] = buf_str(&page);
	text[1] = buf_str(&base);
	assert_true(assert_survives_oom(merge_sample, text) > 20);
	buf_release(&base);
	buf_release(&page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_meets_what_was_reviewed),
		cmocka_unit_test(contradictions_are_told_with_their_places),
		cmocka_unit_test(heads_lists_and_services),
		cmocka_unit_test(whatever_is_merged_is_a_catalog_and_settles),
		cmocka_unit_test(running_out_of_memory_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
