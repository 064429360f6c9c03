/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <errno.h>
#include <string.h>

#include "base/err.h"
#include "control/feedstate.h"
#include "support/oom.h"

#define SHA "e50972975c1ac3d14e6b5c4a77a8132d01d6bc9a3f31cd5b5700e48e5cb7bb08"

#define OVERRIDE "override 2026-11-26T10:20:00Z " SHA

static const char full[] = "url https://vendor.example/list.txt\n"
			   "etag W/\"5f3c\"\n"
			   "modified Wed, 21 Oct 2026 07:28:00 GMT\n"
			   "sha256 " SHA "\n"
			   "error 503 Service Unavailable\n"
			   "checked 2026-11-26T10:00:00Z\n"
			   "fetched 2026-11-25T23:59:59Z\n"
			   "next 2026-11-26T10:30:00Z\n"
			   "failures 2\n" OVERRIDE " Anna B.: the vendor says: right\n"
			   "override 2026-11-26T10:21:00Z " SHA " Ben: again\n";

static void reads_and_writes(void **state)
{
	struct arena *a = arena_new();
	struct diag *d = diag_new();
	struct buf out = BUF_INIT;
	struct feed_state s;

	(void)state;
	assert_int_equal(feed_state_read(str_of(full), "state", a, d, &s), 0);
	assert_string_equal(s.etag, "W/\"5f3c\"");
	assert_int_equal(s.checked, 1795687200);
	assert_int_equal(s.failures, 2);
	assert_int_equal(s.overrides, 2);
	assert_string_equal(s.override[0].by, "Anna B.");
	assert_string_equal(s.override[0].reason, "the vendor says: right");
	assert_string_equal(feed_state_override(&s, SHA)->by, "Ben");
	assert_null(feed_state_override(&s, "0"));
	feed_state_write(&s, &out);
	assert_string_equal(out.data, full);
	buf_release(&out);
	diag_free(d);
	arena_free(a);
}

static void must_refuse(const char *text)
{
	struct arena *a = arena_new();
	struct diag *d = diag_new();
	struct feed_state s;

	if (feed_state_read(str_of(text), "state", a, d, &s) != E_SYNTAX)
		fail_msg("not refused: %s", text);
	assert_int_equal(diag_errors(d), 1);
	diag_free(d);
	arena_free(a);
}

static void refuses(void **state)
{
	static const char *const bad[] = {
		"colour red\n",
		"url\n",
		"url a\nurl b\n",
		"url a\n\n",
		"etag abc\n",
		"modified yesterday\n",
		"sha256 12\n",
		"checked 2026-02-30T10:00:00Z\n",
		"checked 2026-02-20T24:00:00Z\n",
		"checked 1969-02-20T10:00:00Z\n",
		"checked 2026-02-20 10:00:00Z\n",
		"failures 0\n",
		"failures 4294967296\n",
		"error \x01\n",
		"override\n",
		"override 2026-11-26T10:20:00Z 12 Anna: why\n",
	};
	static const char *const behind[] = { "", " Anna\n", " : why\n", " Anna: \n",
					      "0 Anna: why\n" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		must_refuse(bad[i]);
	for (size_t i = 0; i < ARRAY_LEN(behind); i++) {
		char text[200];

		(void)snprintf(text, sizeof(text), "%s%s", OVERRIDE, behind[i]);
		must_refuse(text);
	}
	must_refuse("sha256 0" SHA "\n");
}

static void has_limits(void **state)
{
	struct arena *a = arena_new();
	struct diag *d = diag_new();
	struct feed_state s = { 0 };
	const struct feed_override o = { 1, SHA, "Anna", "why" };
	struct buf out = BUF_INIT;

	(void)state;
	for (unsigned i = 0; i < FEED_OVERRIDES_MAX; i++)
		assert_int_equal(feed_state_add(&s, &o, a), 0);
	assert_int_equal(feed_state_add(&s, &o, a), E_LIMIT);
	feed_state_write(&s, &out);
	assert_int_equal(feed_state_read(buf_str(&out), "state", a, d, &s), 0);
	buf_adds(&out, OVERRIDE " Anna: why\n");
	assert_int_equal(feed_state_read(buf_str(&out), "state", a, d, &s), E_LIMIT);
	buf_release(&out);
	diag_free(d);
	arena_free(a);
}

static void knows_names(void **state)
{
	char text[FEED_NAME_MAX + 1];

	(void)state;
	memset(text, 'a', sizeof(text));
	assert_true(feed_is_name((struct str){ text, FEED_NAME_MAX }));
	assert_false(feed_is_name((struct str){ text, FEED_NAME_MAX + 1 }));
	assert_false(feed_is_name(STR("a: b")));
	assert_false(feed_is_name(STR("a:")));
	assert_true(feed_is_name(STR("a:b")));
	assert_false(feed_is_name(STR("")));
	assert_false(feed_is_reason(STR("two\nlines")));
	assert_true(feed_is_reason(STR("why: because")));
}

static int sample(void *data)
{
	struct arena *a = arena_new();
	struct diag *d = diag_new();
	struct feed_state s;
	int r = a && d ? feed_state_read(str_of(data), "state", a, d, &s) : -ENOMEM;

	diag_free(d);
	arena_free(a);
	return r;
}

static void survives_oom(void **state)
{
	(void)state;
	assert_survives_oom(sample, (void *)full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_and_writes), cmocka_unit_test(refuses),
		cmocka_unit_test(has_limits),	    cmocka_unit_test(knows_names),
		cmocka_unit_test(survives_oom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
