/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/buf.h"

static void pieces_add_up(void **state)
{
	EG_AUTO(buf_release) struct buf b = BUF_INIT;

	(void)state;
	buf_adds(&b, "tcp");
	buf_addc(&b, '/');
	buf_printf(&b, "%d", 443);
	buf_pad(&b, ' ', 3);
	buf_addstr(&b, (struct str){ "to any", 2 });
	buf_add(&b, "\0x", 2);
	assert_int_equal(b.r, 0);
	assert_int_equal(b.n, 14);
	assert_memory_equal(b.data, "tcp/443   to\0x", 15); /* and the NUL behind it */
	assert_true(str_eq(buf_str(&b), STR("tcp/443   to\0x")));
}

static void nothing_is_still_text(void **state)
{
	EG_AUTO(buf_release) struct buf b = BUF_INIT;

	(void)state;
	assert_true(str_eq(buf_str(&b), STR("")));
	assert_non_null(buf_str(&b).p);
	buf_addstr(&b, (struct str){ NULL, 0 });
	buf_adds(&b, "");
	assert_int_equal(b.n, 0);
	assert_string_equal(b.data, "");
}

static void long_texts_arrive_whole(void **state)
{
	EG_AUTO(buf_release) struct buf b = BUF_INIT;

	(void)state;
	for (unsigned i = 0; i < 5000; i++)
		buf_printf(&b, "%u,", i);
	buf_printf(&b, "%0*d", 70000, 7);
	assert_int_equal(b.r, 0);
	assert_int_equal(b.n, 10 * 2 + 90 * 3 + 900 * 4 + 4000 * 5 + 70000);
	assert_int_equal(strlen(b.data), b.n);
}

static void an_error_sticks_until_cleared(void **state)
{
	EG_AUTO(buf_release) struct buf b = BUF_INIT;

	(void)state;
	buf_adds(&b, "kept");
	buf_pad(&b, '.', SIZE_MAX - 2); /* would wrap */
	assert_int_equal(b.r, -ENOMEM);
	buf_adds(&b, "no");
	buf_addc(&b, 'n');
	buf_printf(&b, "%d", 1);
	buf_pad(&b, ' ', 1);
	assert_int_equal(b.r, -ENOMEM);
	assert_string_equal(b.data, "kept");
	buf_clear(&b);
	assert_int_equal(b.r, 0);
	buf_adds(&b, "again");
	assert_string_equal(b.data, "again");
}

static void out_of_memory_is_seen_once_at_the_end(void **state)
{
	EG_AUTO(buf_release) struct buf b = BUF_INIT;

	(void)state;
	mem_fail_after(0);
	buf_adds(&b, "lost");
	buf_adds(&b, "also lost, although there is memory again");
	assert_int_equal(b.r, -ENOMEM);
	assert_true(str_eq(buf_str(&b), STR("")));
	buf_release(&b);
	assert_int_equal(b.r, 0);
}

static void numbers_are_grouped(void **state)
{
	static const char *const cases[][2] = {
		{ "", "" },	     { "7", "7" },	    { "123", "123" },
		{ "1234", "1,234" }, { "65536", "65,536" }, { "1234567", "1,234,567" }
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf b = BUF_INIT;

		buf_grouped(&b, str_of(cases[i][0]));
		assert_string_equal(buf_str(&b).p, cases[i][1]);
		buf_release(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_add_up),
		cmocka_unit_test(nothing_is_still_text),
		cmocka_unit_test(long_texts_arrive_whole),
		cmocka_unit_test(numbers_are_grouped),
		cmocka_unit_test(an_error_sticks_until_cleared),
		cmocka_unit_test(out_of_memory_is_seen_once_at_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
