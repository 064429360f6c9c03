/* SPDX-License-Identifier: Apache-2.0 */
/* Which lists are feeds, and what becomes of what their servers send. */
#include "support/test.h"

#include <errno.h>
#include <string.h>

#include "base/err.h"
#include "control/offer.h"
#include "support/oom.h"

#define HEAD "vendor: acme\ntitle: Acme\npage: KB1\npage-date: 2026-01-02\nservices: {}\nlists:\n"
#define LIST(id, family, more) \
	"  " id ": {file: " id ".txt, family: " family ", url: u, feed: " more "}\n"

static int one_list(void *data, const char *path, struct buf *out, struct diag *d)
{
	(void)data;
	(void)d;
	buf_adds(out, strstr(path, "v6") ? "2600::/32\n" : "8.8.0.0/16\n8.9.0.0/24\n");
	return out->r;
}

static void read_catalog(const char *text, struct diag *d, struct catalogs *ret)
{
	static const struct list_source lists = { .read = one_list };

	ret->catalog = mem_zero(1, sizeof(*ret->catalog));
	assert_non_null(ret->catalog);
	ret->n = 1;
	if (catalog_read(str_of(text), "k/catalog.yaml", &lists, d, ret->catalog) < 0)
		fail_msg("not read: %s", text);
}

static const struct found {
	const char *lists, *names; /* NULL: refused with r */
	int r;
} found[] = {
	{ LIST("a-v4", "ipv4", "list, date: 2026-01-01"), "acme/a-v4(1)", 0 },
	{ "  a: {file: a, family: ipv4, url: u, date: 2026-01-01}\n", "", 0 },
	{ LIST("a-v4", "ipv4", "github, date: 2026-01-01")
		  LIST("a-v6", "ipv6", "github, missing: x"),
	  "acme/github(2)", 0 },
	{ LIST("a-v4", "ipv4", "fortran, missing: x"), NULL, E_UNKNOWN },
	{ LIST("a-v4", "ipv4", "html, missing: x"), NULL, E_UNKNOWN },
	{ LIST("a-v4", "ipv4", "list, missing: x") LIST("b-v4", "ipv4", "list, missing: x"), NULL,
	  E_CONFLICT },
	{ LIST("a-v4", "ipv4", "github, missing: x") LIST("b-v4", "ipv4", "list, missing: x"), NULL,
	  E_CONFLICT },
	{ LIST("a-v4", "ipv4", "github, missing: x") "  b: {file: b, family: ipv4, url: w, feed: "
						     "github, missing: x}\n",
	  NULL, E_CONFLICT },
};

static void finds_feeds(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(found); i++) {
		EG_AUTO(buf_release) struct buf text = BUF_INIT;
		EG_AUTO(buf_release) struct buf names = BUF_INIT;
		struct arena *a = arena_new();
		struct diag *d = diag_new();
		struct catalogs c = CATALOGS_INIT;
		struct feeds feeds = { 0 };
		int r;

		buf_printf(&text, "%s%s", HEAD, found[i].lists);
		read_catalog(text.data, d, &c);
		r = feeds_find(&c, a, d, &feeds);
		if (r != found[i].r)
			fail_msg("%s: %d", found[i].lists, r);
		for (size_t k = 0; k < feeds.n; k++)
			buf_printf(&names, "%s(%zu)", feeds.feed[k].name, feeds.feed[k].lists);
		if (found[i].names)
			assert_string_equal(buf_str(&names).n ? names.data : "", found[i].names);
		assert_int_equal(diag_errors(d), r < 0);
		catalogs_release(&c);
		diag_free(d);
		arena_free(a);
	}
}

#define ONE LIST("a-v4", "ipv4", "list, date: 2026-01-01")
#define NEW LIST("a-v4", "ipv4", "list, missing: none")
#define HUB \
	LIST("hooks", "ipv4", "github, date: 2026-01-01") LIST("web", "ipv4", "github, missing: x")
#define BOTH                                              \
	LIST("mine-v4", "ipv4", "misp, date: 2026-01-01") \
	LIST("mine-v6", "ipv6", "misp, date: 2026-01-01")
#define META "{\"verifiable_password_authentication\": true, \"hooks\": ["

static const struct offered {
	const char *lists, *body, *told; /* told: a part of what is said, or NULL */
	enum offer_verdict verdict;
} offered[] = {
	{ ONE, "8.8.0.0/16\n8.9.0.0/24\n", NULL, OFFER_SAME },
	{ ONE, "8.9.0.0/24\r\n8.8.128.0/17\r\n8.8.0.0/17", NULL, OFFER_SAME },
	{ ONE, "8.8.0.0/16\n8.9.0.0/24\n8.10.0.0/24\n", NULL, OFFER_CHANGED },
	{ ONE, "8.8.0.0/16\n", NULL, OFFER_CHANGED },
	{ ONE, "8.9.0.0/24\n", "65,536 addresses are gone", OFFER_GUARDED },
	{ ONE, "", "no entry", OFFER_MALFORMED },
	{ ONE, "8.8.0.0/168.9.0.0/24\n", "two entries run together", OFFER_MALFORMED },
	{ ONE, "8.8.0.0/16\n2600::/32\n", "is not IPv4", OFFER_MALFORMED },
	{ ONE, "8.8.0.0/16\n\x01\n", "is no address", OFFER_MALFORMED },
	{ ONE, "<html>", "is no address", OFFER_MALFORMED },
	{ NEW, "8.8.0.0/16\n", NULL, OFFER_CHANGED },
	{ NEW, "8.8.0.0/16\n10.0.0.0/16", "10.0.0.0/16 has addresses that are not global",
	  OFFER_GUARDED },
	{ HUB, META "\"8.8.0.0/16\", \"8.9.0.0/24\"]}", NULL, OFFER_SAME },
	{ HUB, META "\"8.8.0.0/16\", \"8.9.0.0/24\"], \"web\": [\"9.9.9.9\"]}", NULL,
	  OFFER_CHANGED },
	{ HUB, META "\"8.8.0.0/16\", \"8.9.0.0/24\"], \"git\": [\"9.9.9.9\"]}",
	  "'git.txt' is in it, and the catalog has no such list", OFFER_SAME },
	{ HUB, META "\"8.9.0.0/24\"], \"web\": [\"9.9.9.9\"]}", "65,536", OFFER_GUARDED },
	{ HUB, META "], \"web\": [\"9.9.9.9\"]}", "'hooks.txt' is no part of it", OFFER_MALFORMED },
	{ HUB, "{}", NULL, OFFER_MALFORMED },
	{ HUB, META, NULL, OFFER_MALFORMED },
	{ HUB, "8.8.0.0/16\n", NULL, OFFER_MALFORMED },
	/* a title that changed: there is one list of each family */
	{ BOTH,
	  "{\"name\": \"Another title\", \"description\": \"d\", \"type\": \"cidr\", \"version\": "
	  "1, "
	  "\"list\": [\"8.8.0.0/16\", \"8.9.0.0/24\", \"2600::/32\"], \"matching_attributes\": []}",
	  NULL, OFFER_SAME },
};

static void open_feed(const char *lists, struct arena *a, struct diag *d, struct catalogs *c,
		      struct feeds *feeds)
{
	const char *text = arena_printf(a, "%s%s", HEAD, lists);

	read_catalog(text, d, c);
	assert_int_equal(feeds_find(c, a, d, feeds), 0);
	assert_int_equal(feeds->n, 1);
}

static void reads_offers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(offered); i++) {
		EG_AUTO(buf_release) struct buf told = BUF_INIT;
		struct arena *a = arena_new();
		struct diag *d = diag_new();
		struct catalogs c = CATALOGS_INIT;
		struct feeds feeds;
		struct offer o;

		open_feed(offered[i].lists, a, d, &c, &feeds);
		assert_int_equal(
			offer_read(&feeds.feed[0], str_of(offered[i].body), "latest", d, &o), 0);
		diag_format(d, &told);
		if (o.verdict != offered[i].verdict ||
		    (offered[i].told && !strstr(told.n ? told.data : "", offered[i].told)))
			fail_msg("%s: %u\n%s", offered[i].body, o.verdict, told.n ? told.data : "");
		assert_int_equal(diag_errors(d) > 0, o.verdict > OFFER_CHANGED);
		offer_release(&o);
		catalogs_release(&c);
		diag_free(d);
		arena_free(a);
	}
}

struct sample {
	const struct feed *feed;
	const char *body;
};

static int sample(void *data)
{
	const struct sample *s = data;
	struct diag *d = diag_new();
	struct offer o = OFFER_INIT;
	int r = d ? offer_read(s->feed, str_of(s->body), "latest", d, &o) : -ENOMEM;

	offer_release(&o);
	diag_free(d);
	return r;
}

static void survives_oom(void **state)
{
	static const size_t tried[] = { 4, 7, 13 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(tried); i++) {
		struct arena *a = arena_new();
		struct diag *d = diag_new();
		struct catalogs c = CATALOGS_INIT;
		struct feeds feeds;
		struct sample s;

		open_feed(offered[tried[i]].lists, a, d, &c, &feeds);
		s = (struct sample){ &feeds.feed[0], offered[tried[i]].body };
		assert_survives_oom(sample, &s);
		catalogs_release(&c);
		diag_free(d);
		arena_free(a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_feeds),
		cmocka_unit_test(reads_offers),
		cmocka_unit_test(survives_oom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
