/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Properties of what a server sends, as a list file and as a publication: errors are told exactly
 * when it is not believed; what is the same has the same addresses; the guards' numbers add up; and
 * what was believed once, and is held then, is the same when it comes again.
 */
#include <assert.h>
#include <stdint.h>

#include "base/alloc.h"
#include "control/offer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char list_feed[] =
	"vendor: acme\ntitle: Acme\npage: KB1\npage-date: 2026-01-02\nservices: {}\n"
	"lists:\n"
	"  a: {file: a4.txt, family: ipv4, url: u, feed: list, date: 2026-01-01}\n"
	"  b: {file: a6.txt, family: ipv6, url: v, feed: list, missing: x}\n";
static const char publication[] =
	"vendor: acme\ntitle: Acme\npage: KB1\npage-date: 2026-01-02\nservices: {}\n"
	"lists:\n"
	"  a: {file: hooks.txt, family: ipv4, url: u, feed: github, date: 2026-01-01}\n"
	"  b: {file: hooks-IPv6.txt, family: ipv6, url: u, feed: github, date: 2026-01-01}\n"
	"  c: {file: web.txt, family: ipv4, url: u, feed: github, missing: x}\n";

static int held(void *data, const char *path, struct buf *out, struct diag *d)
{
	(void)data;
	(void)d;
	buf_adds(out, str_ends(str_of(path), "6.txt") ? "2600::/32\n2601::/48\n"
						      : "8.8.0.0/16\n8.9.0.0/24\n");
	return out->r;
}

static void check_list(const struct offer *o, const struct offer_list *l)
{
	const struct feedguard_report *g = &l->guard;

	if (!l->now.lines)
		return;
	assert(g->had + g->came - g->gone == g->has);
	assert(g->gone <= g->had && g->came <= g->has);
	if (!l->changed)
		assert(prefixlist_equal(&l->held->set, &l->now.set) && !g->trips);
	if (o->verdict == OFFER_CHANGED)
		assert(!g->trips);
}

/* Held as it came, it is the same. */
static void check_again(const struct offer_list *l, struct diag *d)
{
	struct list taken = l->now;
	struct feedguard_report g;
	int r;

	taken.family = l->held->family;
	r = feedguard_judge(&taken, &l->now, "again", d, &g);
	assert(r == 0 && !g.trips && !g.came && !g.gone);
}

static void check_feed(const struct feed *f, struct str body)
{
	struct diag *d = diag_new();
	struct offer o;
	int r;

	assert(d);
	r = offer_read(f, body, "fuzz", d, &o);
	assert(r == 0);
	assert((diag_errors(d) > 0) == (o.verdict > OFFER_CHANGED));
	for (size_t i = 0; i < o.lists; i++) {
		check_list(&o, &o.list[i]);
		if (o.list[i].now.lines)
			check_again(&o.list[i], d);
	}
	offer_release(&o);
	diag_free(d);
}

static void check_catalog(const char *text, struct str body)
{
	static const struct list_source lists = { .read = held };
	struct catalogs c = { .catalog = mem_zero(1, sizeof(*c.catalog)), .n = 1 };
	struct arena *a = arena_new();
	struct diag *d = diag_new();
	struct feeds feeds;
	int r;

	assert(a && d && c.catalog);
	r = catalog_read(str_of(text), "k/catalog.yaml", &lists, d, c.catalog);
	assert(r == 0);
	r = feeds_find(&c, a, d, &feeds);
	assert(r == 0);
	for (size_t i = 0; i < feeds.n; i++)
		check_feed(&feeds.feed[i], body);
	catalogs_release(&c);
	diag_free(d);
	arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct str body = { (const char *)data, size };

	check_catalog(list_feed, body);
	check_catalog(publication, body);
	return 0;
}
