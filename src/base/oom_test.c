/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "support/oom.h"

#include <unistd.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/file.h"
#include "base/hash.h"

static int fill_arena(void *data)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();

	(void)data;
	if (!a)
		return -ENOMEM;
	for (unsigned i = 0; i < 20; i++)
		if (!arena_printf(a, "%0*d", 3000, (int)i) || !arena_array(a, 1000, i))
			return -ENOMEM;
	arena_reset(a);
	return arena_strdup(a, "again") ? 0 : -ENOMEM;
}

static int fill_buf(void *data)
{
	EG_AUTO(buf_release) struct buf b = BUF_INIT;

	(void)data;
	for (unsigned i = 0; i < 100; i++)
		buf_printf(&b, "%u,", i);
	buf_pad(&b, ' ', 1000);
	buf_addstr(&b, STR("end"));
	if (b.r == 0)
		assert_true(str_ends(buf_str(&b), "99,") || b.n == 290 + 1003);
	return b.r;
}

static int fill_strmap(void *data)
{
	EG_AUTO(strmap_release) struct strmap m = STRMAP_INIT;
	char keys[64];

	(void)data;
	for (size_t i = 0; i < sizeof(keys); i++) {
		int r;

		keys[i] = (char)i;
		r = strmap_add(&m, (struct str){ &keys[i], 1 }, i);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Adding a message never fails: it is kept or it is counted. */
static int fill_diag(void *data)
{
	EG_AUTO(diag_freep) struct diag *d = diag_new();

	(void)data;
	if (!d)
		return -ENOMEM;
	for (unsigned i = 0; i < DIAG_MAX; i++) {
		diag_error(d, (struct place){ "some/file.yaml", i, 1 }, "%0200u", i);
		diag_hint(d, "%0200u", i);
	}
	assert_int_equal(diag_errors(d), DIAG_MAX);
	assert_int_equal(diag_count(d) + diag_lost(d), DIAG_MAX);
	return 0;
}

static int replace_and_read(void *data)
{
	const char *path = data;
	EG_AUTO(diag_freep) struct diag *d = diag_new();
	EG_AUTO(buf_release) struct buf b = BUF_INIT;
	EG_AUTO(replace_abort) struct replace f = { 0 };
	int r = d ? replace_begin(&f, path) : -ENOMEM;

	if (r < 0)
		return r;
	(void)fputs("content", f.out);
	r = replace_commit(&f);
	if (r == 0)
		r = file_read(path, FILE_LIMIT, &b, d);
	if (r == 0)
		assert_string_equal(b.data, "content");
	return r;
}

static void each_survives(void **state)
{
	(void)state;
	assert_true(assert_survives_oom(fill_arena, NULL) > 5);
	assert_true(assert_survives_oom(fill_buf, NULL) > 3);
	assert_true(assert_survives_oom(fill_strmap, NULL) > 2);
	assert_true(assert_survives_oom(fill_diag, NULL) > 5);
}

static void files_survive(void **state)
{
	char folder[] = "/tmp/egret-oom-test-XXXXXX";
	char path[64];

	(void)state;
	assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/file", folder);
	assert_true(assert_survives_oom(replace_and_read, path) >= 5);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0); /* no temporary neighbour is left */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_survives),
		cmocka_unit_test(files_survive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
