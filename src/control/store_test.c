/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <errno.h>
#include <sqlite3.h>
#include <string.h>

#include "base/err.h"
#include "control/store.h"
#include "support/oom.h"
#include "support/scratch.h"

struct bench {
	char path[64];
	struct diag *d;
	struct arena *a;
	struct store *s;
};

static unsigned benches;

static void open_bench(struct bench *b)
{
	(void)snprintf(b->path, sizeof(b->path), "%s/%u/deep", scratch, ++benches);
	b->d = diag_new();
	b->a = arena_new();
	assert_int_equal(store_open(b->path, true, b->d, &b->s), 0);
}

static void close_bench(struct bench *b)
{
	store_close(b->s);
	arena_free(b->a);
	diag_free(b->d);
}

static int64_t add(struct bench *b, const char *note)
{
	const struct generation g = { .time = 1000,
				      .who = "me",
				      .note = note,
				      .sha256 = "",
				      .base = 7,
				      .same_as = 3,
				      .report_only = true };
	int64_t n;

	assert_int_equal(store_add(b->s, &g, b->d, &n), 0);
	return n;
}

static void set(struct bench *b, int64_t n, enum generation_state state)
{
	assert_int_equal(store_set_state(b->s, n, state, "because", b->d), 0);
}

static struct generation get(struct bench *b, int64_t n)
{
	struct generation g;

	assert_int_equal(store_get(b->s, n, b->a, b->d, &g), 0);
	return g;
}

static void keeps_what_it_is_told(void **state)
{
	struct bench b;
	struct generation g;
	int64_t n;

	(void)state;
	open_bench(&b);
	n = add(&b, "it's \"quoted\"; DROP TABLE generation");
	assert_int_equal(store_set_sha256(b.s, n, "abc", b.d), 0);
	store_close(b.s);
	assert_int_equal(store_open(b.path, false, b.d, &b.s), 0);
	g = get(&b, n);
	assert_int_equal(g.number, 1);
	assert_int_equal(g.state, GENERATION_STAGED);
	assert_int_equal(g.time, 1000);
	assert_string_equal(g.who, "me");
	assert_string_equal(g.note, "it's \"quoted\"; DROP TABLE generation");
	assert_string_equal(g.sha256, "abc");
	assert_string_equal(g.why, "");
	assert_int_equal(g.base, 7);
	assert_int_equal(g.same_as, 3);
	assert_true(g.report_only);
	set(&b, n, GENERATION_FAILED);
	assert_string_equal(get(&b, n).why, "because");
	assert_int_equal(store_get(b.s, n + 1, b.a, b.d, &g), -ENOENT);
	assert_int_equal(diag_count(b.d), 0);
	close_bench(&b);
}

static void pending_takes_the_place_of_another(void **state)
{
	struct deadline first = deadline_in(100), second = deadline_in(200);
	struct bench b;
	int64_t x, y;

	(void)state;
	open_bench(&b);
	x = add(&b, "x");
	y = add(&b, "y");
	assert_int_equal(store_set_pending(b.s, x, &first, 0, b.d), 0);
	assert_int_equal(store_set_pending(b.s, y, &second, x, b.d), 0);
	assert_int_equal(get(&b, x).state, GENERATION_REPLACED);
	assert_int_equal(get(&b, y).state, GENERATION_PENDING);
	assert_int_equal(get(&b, y).ends.boottime, second.boottime);
	assert_int_equal(store_undo_pending(b.s, y, x, "no", b.d), 0);
	assert_int_equal(get(&b, y).state, GENERATION_FAILED);
	assert_int_equal(get(&b, x).state, GENERATION_PENDING);
	assert_int_equal(get(&b, x).ends.boottime, first.boottime);
	assert_string_equal(get(&b, x).ends.boot, first.boot);
	close_bench(&b);
}

static void knows_which_one_is_wanted(void **state)
{
	struct deadline later = deadline_in(100), over = deadline_in(0);
	struct generation g;
	struct bench b;
	char path[PATH_TEXT_MAX], want[PATH_TEXT_MAX];
	int64_t x, y;

	(void)state;
	open_bench(&b);
	over.boottime -= 10;
	assert_int_equal(store_wanted(b.s, b.a, b.d, &g), -ENOENT);
	assert_int_equal(store_current(b.path, path, b.d), -ENOENT);
	x = add(&b, "x");
	set(&b, x, GENERATION_CONFIRMED);
	y = add(&b, "y");
	assert_int_equal(store_wanted(b.s, b.a, b.d, &g), 0);
	assert_int_equal(g.number, x);
	assert_int_equal(store_set_pending(b.s, y, &later, 0, b.d), 0);
	assert_int_equal(store_wanted(b.s, b.a, b.d, &g), 0);
	assert_int_equal(g.number, y);
	assert_int_equal(store_set_deadline(b.s, y, &over, b.d), 0);
	assert_int_equal(store_wanted(b.s, b.a, b.d, &g), 0);
	assert_int_equal(g.number, x);
	assert_int_equal(store_newest(b.s, GENERATION_CONFIRMED, x, b.a, b.d, &g), -ENOENT);
	/* Those of add() only report: no gateway can start with one. */
	assert_int_equal(store_current(b.path, path, b.d), E_UNSUPPORTED);
	assert_int_equal(store_path(b.s, x, "egret.yaml", path), 0);
	(void)snprintf(want, sizeof(want), "%s/generations/%lld/egret.yaml", store_folder(b.s),
		       (long long)x);
	assert_string_equal(path, want);
	close_bench(&b);
}

static void lists_the_newest_first(void **state)
{
	struct generation *all;
	struct bench b;
	size_t n;

	(void)state;
	open_bench(&b);
	assert_int_equal(store_list(b.s, b.a, b.d, &all, &n), 0);
	assert_int_equal(n, 0);
	for (unsigned i = 0; i < 20; i++)
		(void)add(&b, "x");
	assert_int_equal(store_list(b.s, b.a, b.d, &all, &n), 0);
	assert_int_equal(n, 20);
	for (unsigned i = 0; i < 20; i++)
		assert_int_equal(all[i].number, 20 - i);
	close_bench(&b);
}

static void one_change_at_a_time(void **state)
{
	struct store *other;
	struct bench b;

	(void)state;
	open_bench(&b);
	assert_int_equal(store_open(b.path, false, b.d, &other), 0);
	assert_int_equal(store_lock(b.s, 0, b.d), 0);
	assert_int_equal(store_lock(other, 0, NULL), -EBUSY);
	assert_int_equal(store_lock(other, 0, b.d), -EBUSY);
	assert_int_equal(diag_errors(b.d), 1);
	store_unlock(b.s);
	assert_int_equal(store_lock(other, 0, b.d), 0);
	store_close(other); /* lets go */
	assert_int_equal(store_lock(b.s, 0, b.d), 0);
	close_bench(&b);
}

static void refuses_what_it_does_not_know(void **state)
{
	struct store *s;
	struct bench b;
	sqlite3 *db;
	char path[128];

	(void)state;
	open_bench(&b);
	assert_int_equal(store_open("/nonexistent/egret", false, b.d, &s), -ENOENT);
	(void)snprintf(path, sizeof(path), "%s/egret.db", b.path);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "PRAGMA user_version = 2", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	assert_int_equal(store_open(b.path, true, b.d, &s), E_UNSUPPORTED);

	FILE *f = fopen(path, "w"); /* not a database at all */

	assert_non_null(f);
	for (unsigned i = 0; i < 1000; i++)
		assert_int_equal(fputs("no database, no database\n", f) >= 0, 1);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(store_open(b.path, false, b.d, &s), -EIO);
	close_bench(&b);
}

static int use_it(void *data)
{
	const char *path = data;
	EG_AUTO(diag_freep) struct diag *d = diag_new();
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	EG_AUTO(store_closep) struct store *s = NULL;
	struct generation g, *all;
	size_t n;
	int r = d && a ? store_open(path, false, d, &s) : -ENOMEM;

	if (r == 0)
		r = store_newest(s, GENERATION_STAGED, INT64_MAX, a, d, &g);
	if (r == 0)
		r = store_list(s, a, d, &all, &n);
	return r;
}

static void survives_no_memory(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	(void)add(&b, "x");
	assert_true(assert_survives_oom(use_it, b.path) > 3);
	close_bench(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_what_it_is_told),
		cmocka_unit_test(pending_takes_the_place_of_another),
		cmocka_unit_test(knows_which_one_is_wanted),
		cmocka_unit_test(lists_the_newest_first),
		cmocka_unit_test(one_change_at_a_time),
		cmocka_unit_test(refuses_what_it_does_not_know),
		cmocka_unit_test(survives_no_memory),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
