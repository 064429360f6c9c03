/* SPDX-License-Identifier: Apache-2.0 */
/* What follows from the bodies that are kept, without a server; and running out of memory in it. */
#include "support/test.h"

#include <errno.h>
#include <ftw.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "control/sync.h"
#include "support/oom.h"

static const char catalog[] =
	"vendor: acme\n"
	"title: Acme\n"
	"page: KB1\n"
	"page-date: 2026-01-02\n"
	"lists:\n"
	"  a4:\n"
	"    file: A4.txt\n"
	"    family: ipv4\n"
	"    url: https://vendor.invalid/A4.txt\n"
	"    feed: list\n"
	"    date: 2026-01-01\n"
	"services:\n"
	"  calls:\n"
	"    title: Calls\n"
	"    requirements:\n"
	"      web: {title: Web, page: p, proto: tcp, ports: 443, lists: a4}\n";

struct place_of_work {
	char folder[64];
	struct arena *arena;
	struct diag *diag;
	struct catalogs catalogs;
	struct feeds feeds;
	struct feedstore store;
	struct flow_mgr *m;
};

static const char *path_in(struct place_of_work *w, const char *name)
{
	return arena_printf(w->arena, "%s/%s", w->folder, name);
}

static void put(struct place_of_work *w, const char *name, const char *text)
{
	assert_int_equal(replace_whole(path_in(w, name), str_of(text)), 0);
}

static void load(struct place_of_work *w)
{
	catalogs_release(&w->catalogs);
	assert_int_equal(catalogs_load(path_in(w, "catalogs"), w->diag, &w->catalogs), 0);
	assert_int_equal(feeds_find(&w->catalogs, w->arena, w->diag, &w->feeds), 0);
	assert_int_equal(w->feeds.n, 1);
}

static void open_work(struct place_of_work *w)
{
	static const char *const folders[] = {
		"catalogs",    "catalogs/acme",	   "catalogs/acme/lists", "state",
		"state/feeds", "state/feeds/acme", "state/feeds/acme/a4"
	};

	*w = (struct place_of_work){ .folder = "/tmp/egret-sync.XXXXXX", .store = FEEDSTORE_INIT };
	w->arena = arena_new();
	w->diag = diag_new();
	w->m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
	assert_true(w->arena && w->diag && w->m && mkdtemp(w->folder));
	for (size_t i = 0; i < ARRAY_LEN(folders); i++)
		assert_int_equal(mkdir(path_in(w, folders[i]), 0700), 0);
	put(w, "catalogs/acme/catalog.yaml", catalog);
	put(w, "catalogs/acme/lists/A4.txt", "8.8.0.0/16\n");
	assert_int_equal(feedstore_open(path_in(w, "state"), w->diag, &w->store), 0);
	load(w);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *walk)
{
	(void)st;
	(void)kind;
	(void)walk;
	return remove(path);
}

static void close_work(struct place_of_work *w)
{
	feedstore_close(&w->store);
	catalogs_release(&w->catalogs);
	assert_int_equal(nftw(w->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
	flow_mgr_free(w->m);
	diag_free(w->diag);
	arena_free(w->arena);
}

static void must_stand(struct place_of_work *w, enum sync_standing standing, bool staged)
{
	const struct sync sync = { .store = &w->store, .now = 1795687200 };
	struct synced s;

	diag_clear(w->diag);
	assert_int_equal(sync_feed(&sync, &w->feeds.feed[0], w->diag, &s), 0);
	if (s.standing != standing || s.has_staged != staged)
		fail_msg("%s, staged: %d", sync_standing_name(s.standing), s.has_staged);
	synced_release(&s);
}

/* The standing follows from the files and the catalog, whoever changed them. */
static void follows_from_the_files(void **state)
{
	struct place_of_work w;

	(void)state;
	open_work(&w);
	must_stand(&w, STANDING_UNKNOWN, false);
	put(&w, "state/feeds/acme/a4/latest", "8.8.0.0/17\n8.8.128.0/17\n");
	must_stand(&w, STANDING_SAME, false);
	put(&w, "state/feeds/acme/a4/latest", "8.8.0.0/16\n8.9.0.0/16\n");
	must_stand(&w, STANDING_STAGED, true);
	put(&w, "state/feeds/acme/a4/latest", "");
	must_stand(&w, STANDING_MALFORMED, true);
	put(&w, "state/feeds/acme/a4/latest", "8.8.0.0/24\n");
	must_stand(&w, STANDING_QUARANTINED, true);
	put(&w, "catalogs/acme/lists/A4.txt", "8.8.0.0/16\n8.9.0.0/16\n"); /* by hand */
	load(&w);
	must_stand(&w, STANDING_QUARANTINED, false);
	put(&w, "catalogs/acme/lists/A4.txt", "8.8.0.0/24\n");
	load(&w);
	must_stand(&w, STANDING_SAME, false);
	close_work(&w);
}

static void an_override_is_of_one_version(void **state)
{
	struct place_of_work w;
	struct sync sync;
	struct synced s;

	(void)state;
	open_work(&w);
	sync = (struct sync){ .store = &w.store, .now = 1795687200 };
	put(&w, "state/feeds/acme/a4/latest", "8.8.0.0/24\n");
	assert_int_equal(sync_feed(&sync, &w.feeds.feed[0], w.diag, &s), 0);
	assert_int_equal(sync_override(&sync, &s, "Anna", "", w.diag), E_SYNTAX);
	assert_int_equal(sync_override(&sync, &s, "", "why", w.diag), E_SYNTAX);
	assert_int_equal(sync_override(&sync, &s, "Anna", "two\nlines", w.diag), E_SYNTAX);
	assert_int_equal(sync_override(&sync, &s, "Anna", "why", w.diag), 0);
	synced_release(&s);
	must_stand(&w, STANDING_STAGED, true);
	put(&w, "state/feeds/acme/a4/latest", "8.8.0.0/25\n");
	must_stand(&w, STANDING_QUARANTINED, true);
	close_work(&w);
}

static void is_taken_over(void **state)
{
	struct place_of_work w;
	struct sync sync;
	struct synced s;

	(void)state;
	open_work(&w);
	sync = (struct sync){ .store = &w.store, .now = 1795687200 };
	put(&w, "state/feeds/acme/a4/latest", "8.8.0.0/16\n8.9.0.0/16\n");
	assert_int_equal(sync_feed(&sync, &w.feeds.feed[0], w.diag, &s), 0);
	assert_int_equal(update_flows(&s.update, s.feed, w.m), 0);
	assert_int_equal(s.update.rows, 1);
	assert_false(flow_empty(s.update.diff.added));
	assert_true(flow_empty(s.update.diff.removed));
	assert_int_equal(sync_accept(&s, w.diag), 0);
	synced_release(&s);
	load(&w);
	assert_int_equal(w.feeds.feed[0].list[0]->lines, 2);
	assert_non_null(strstr(w.feeds.feed[0].list[0]->source, "egret sync, SHA-256 "));
	must_stand(&w, STANDING_SAME, false);
	close_work(&w);
}

static int sample(void *data)
{
	struct place_of_work *w = data;
	const struct sync sync = { .store = &w->store, .now = 1795687200 };
	struct diag *d = diag_new();
	struct flow_mgr *m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
	struct synced s = SYNCED_INIT;
	int r = d && m ? sync_feed(&sync, &w->feeds.feed[0], d, &s) : -ENOMEM;

	if (r == 0 && s.has_staged)
		r = update_flows(&s.update, s.feed, m);
	if (r == 0 && s.has_staged)
		r = update_write(&s.update, s.feed, d);
	synced_release(&s);
	flow_mgr_free(m);
	diag_free(d);
	return r;
}

/* The catalog in memory stays the old one, so each round has all of it to do. */
static void survives_oom(void **state)
{
	struct place_of_work w;

	(void)state;
	open_work(&w);
	put(&w, "state/feeds/acme/a4/latest", "8.8.0.0/16\n8.9.0.0/16\n");
	assert_survives_oom(sample, &w);
	close_work(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(follows_from_the_files),
		cmocka_unit_test(an_override_is_of_one_version),
		cmocka_unit_test(is_taken_over),
		cmocka_unit_test(survives_oom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
