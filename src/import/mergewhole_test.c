/* SPDX-License-Identifier: Apache-2.0 */
/* Merges as whole texts: heads, lists and services; random pages and catalogs; no memory. */
#include "support/test.h"

#include "base/rand.h"
#include "import/merge.h"
#include "support/mergebench.h"
#include "support/oom.h"

#define WEB                                                                                     \
	"r1: {title: R1, page: table 1 row 1, proto: tcp, ports: '443', roles: client, names: " \
	"a.org}\n"
#define UDP                                                                                     \
	"r2: {title: R2, page: table 1 row 2, proto: udp, ports: '443', roles: client, names: " \
	"a.org}\n"
#define SIP                                                                               \
	"r3: {title: R3, page: table 2 row 1, proto: tcp, ports: '5091', roles: client, " \
	"families: [ipv4, ipv6], incomplete: lost}\n"

/* Heads and merge_lists, as the text that is written. */
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
		struct mergebench b;

		assert_int_equal(mergebench_open(&b), 0);
		assert_int_equal(mergebench_merge(&b, str_of(wholes[i].page),
						  str_of(wholes[i].base), wholes[i].part),
				 0);
		if (!str_is(buf_str(&b.text), wholes[i].said))
			fail_msg("%s:\n%s--- wanted:\n%s", wholes[i].what, b.text.data,
				 wholes[i].said);
		mergebench_close(&b);
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
static void check_counts(const struct mergebench *b, size_t base_rows)
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
		struct mergebench b;

		random_rows(&rng, false, "p", &rows);
		merge_rows_write(rows.data, merge_lists, &page);
		buf_clear(&rows);
		random_rows(&rng, part == TEXT_PARTIAL, "b", &rows);
		merge_rows_write(rows.data, merge_lists, &base);
		for (struct str rest = buf_str(&rows); rest.p;)
			base_rows += str_ends(str_cut(&rest, '\n'), "}");
		assert_int_equal(mergebench_open(&b), 0);
		assert_int_equal(mergebench_merge(&b, buf_str(&page), buf_str(&base), part), 0);
		check_counts(&b, base_rows);
		merge_assert_catalog(buf_str(&b.text), base.data);
		merge_assert_settled(buf_str(&page), &b.text, base.data);
		mergebench_close(&b);
		buf_release(&rows);
		buf_release(&base);
		buf_release(&page);
	}
}

static int merge_sample(void *data)
{
	struct str *text = data;
	struct mergebench b;
	int r = mergebench_open(&b);

	if (r == 0)
		r = mergebench_merge(&b, text[0], text[1], TEXT_WHOLE);
	mergebench_close(&b);
	return r;
}

static void running_out_of_memory_is_survived(void **state)
{
	struct buf page = BUF_INIT, base = BUF_INIT;
	struct str text[2];

	(void)state;
	merge_rows_write("s:\n" WEB UDP SIP
			 "r4: {title: R, page: table 2 row 2, proto: tcp, ports: 1, "
			 "lists: a4, unverified: odd}\n",
			 merge_lists, &page);
	merge_rows_write("t:\n"
			 "w: {title: W, page: table 1 row 1, proto: tcp, ports: 80, names: a.org, "
			 "unverified: odd}\n"
			 "g: {title: G, page: table 9 row 1, proto: tcp, ports: 80, names: b.org}\n"
			 "s: {title: S, page: table 2 row 2, proto: tcp, ports: 5091, lists: a4}\n",
			 merge_lists, &base);
	text[0] = buf_str(&page);
	text[1] = buf_str(&base);
	assert_true(assert_survives_oom(merge_sample, text) > 20);
	buf_release(&base);
	buf_release(&page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(heads_lists_and_services),
		cmocka_unit_test(whatever_is_merged_is_a_catalog_and_settles),
		cmocka_unit_test(running_out_of_memory_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
