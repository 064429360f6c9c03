/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "control/snapshot.h"
#include "support/scratch.h"
#include "support/site.h"

#define CATALOGS "catalogs"
#define POLICY "examples/zoom-office.yaml"

struct bench {
	struct site site;
	struct store *s;
	struct arena *a;
};

static unsigned benches;

static void open_bench(struct bench *b)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "%s/%u", scratch, ++benches);
	site_open(&b->site, CATALOGS, POLICY);
	diag_clear(b->site.d);
	b->a = arena_new();
	assert_int_equal(store_open(path, true, b->site.d, &b->s), 0);
}

static void close_bench(struct bench *b)
{
	store_close(b->s);
	arena_free(b->a);
	site_close(&b->site);
}

static int64_t stage(struct bench *b, char sha256[static SNAPSHOT_SHA256_MAX])
{
	const struct generation g = { .who = "", .note = "", .sha256 = "" };
	int64_t n;

	assert_int_equal(store_add(b->s, &g, b->site.d, &n), 0);
	assert_int_equal(snapshot_make(b->s, n, &b->site.policy, CATALOGS, b->site.d, sha256), 0);
	assert_int_equal(store_set_sha256(b->s, n, sha256, b->site.d), 0);
	return n;
}

static void same_file(const struct store *s, int64_t n, const char *name, const char *original)
{
	struct buf copy = BUF_INIT, text = BUF_INIT;
	struct diag *d = diag_new();

	assert_int_equal(snapshot_read(s, n, name, &copy, d), 0);
	assert_int_equal(file_read(original, FILE_LIMIT, &text, d), 0);
	assert_true(str_eq(buf_str(&copy), buf_str(&text)));
	buf_release(&copy);
	buf_release(&text);
	diag_free(d);
}

static void has_what_the_policy_needs(void **state)
{
	char first[SNAPSHOT_SHA256_MAX], second[SNAPSHOT_SHA256_MAX], path[PATH_TEXT_MAX];
	struct site again;
	struct bench b;
	int64_t n;

	(void)state;
	open_bench(&b);
	n = stage(&b, first);
	same_file(b.s, n, "egret.yaml", POLICY);
	same_file(b.s, n, "catalogs/zoom/catalog.yaml", CATALOGS "/zoom/catalog.yaml");
	same_file(b.s, n, "catalogs/zoom/lists/ZoomMeetings.txt",
		  CATALOGS "/zoom/lists/ZoomMeetings.txt");
	assert_int_equal(store_path(b.s, n, "catalogs/slack", path), 0);
	assert_int_not_equal(access(path, F_OK), 0); /* a vendor that it does not speak of */
	assert_int_equal(strlen(first), 64);

	char catalogs[PATH_TEXT_MAX], policy[PATH_TEXT_MAX];

	assert_int_equal(store_path(b.s, n, "catalogs", catalogs), 0);
	assert_int_equal(store_path(b.s, n, "egret.yaml", policy), 0);
	site_open(&again, catalogs, policy);
	assert_int_equal(again.plan.rules.n, b.site.plan.rules.n);
	site_close(&again);
	(void)stage(&b, second);
	assert_string_equal(first, second);
	close_bench(&b);
}

static void copies_only_what_was_applied(void **state)
{
	char sha256[SNAPSHOT_SHA256_MAX];
	struct generation g;
	struct bench b;
	int64_t n;

	(void)state;
	open_bench(&b);
	n = stage(&b, sha256);
	assert_int_equal(store_get(b.s, n, b.a, b.site.d, &g), 0);
	assert_int_equal(snapshot_again(b.s, n + 100, &g, b.site.d), 0);
	same_file(b.s, n + 100, "catalogs/zoom/catalog.yaml", CATALOGS "/zoom/catalog.yaml");
	assert_int_equal(snapshot_write(b.s, n, "catalogs/zoom/lists/ZoomMeetings.txt",
					STR("0.0.0.0/0\n"), b.site.d),
			 0);
	assert_int_equal(snapshot_again(b.s, n + 101, &g, b.site.d), E_CONFLICT);
	close_bench(&b);
}

/* Moving bytes from one file to the next is another content. */
static void a_sum_over_names_too(void **state)
{
	char sha256[SNAPSHOT_SHA256_MAX];
	struct buf text = BUF_INIT;
	struct generation g;
	struct bench b;
	int64_t n;

	(void)state;
	open_bench(&b);
	n = stage(&b, sha256);
	assert_int_equal(store_get(b.s, n, b.a, b.site.d, &g), 0);
	assert_int_equal(
		snapshot_read(b.s, n, "catalogs/zoom/lists/ZoomMeetings.txt", &text, b.site.d), 0);
	assert_int_equal(snapshot_write(b.s, n, "catalogs/zoom/lists/ZoomMeetings2.txt",
					buf_str(&text), b.site.d),
			 0);
	assert_int_equal(snapshot_again(b.s, n + 100, &g, b.site.d), E_CONFLICT);
	buf_release(&text);
	close_bench(&b);
}

static void what_is_missing_is_told(void **state)
{
	char sha256[SNAPSHOT_SHA256_MAX];
	struct bench b;

	(void)state;
	open_bench(&b);
	assert_int_equal(snapshot_make(b.s, 1, &b.site.policy, "/nonexistent", b.site.d, sha256),
			 -ENOENT);
	assert_int_equal(diag_errors(b.site.d), 1);
	snapshot_sweep(b.s, 1);
	snapshot_sweep(b.s, 4711); /* nothing there */

	char path[PATH_TEXT_MAX];

	(void)snprintf(path, sizeof(path), "%s/generations/.1", store_folder(b.s));
	assert_int_not_equal(access(path, F_OK), 0);
	close_bench(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_what_the_policy_needs),
		cmocka_unit_test(copies_only_what_was_applied),
		cmocka_unit_test(a_sum_over_names_too),
		cmocka_unit_test(what_is_missing_is_told),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
