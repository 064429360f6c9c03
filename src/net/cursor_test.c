/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "base/err.h"
#include "net/cursor.h"

static const uint8_t bytes[] = { 0x01, 0x02, 0x03, 0x80, 0xff, 0xfe, 0xfd, 'a', 'b', 'c' };

static void fields_come_in_network_order(void **state)
{
	struct cursor c = cursor_over(bytes, sizeof(bytes));

	(void)state;
	assert_int_equal(cursor_u8(&c), 0x01);
	assert_int_equal(cursor_u16(&c), 0x0203);
	assert_int_equal(cursor_u32(&c), 0x80fffefd);
	assert_int_equal(cursor_left(&c), 3);
	cursor_skip(&c, 1);
	assert_true(str_is(cursor_take(&c, 2), "bc"));
	assert_int_equal(cursor_left(&c), 0);
	assert_int_equal(c.r, 0);
}

static void the_end_itself_is_no_error(void **state)
{
	struct cursor c = cursor_over(bytes, 4);
	struct cursor none = cursor_over(NULL, 0);

	(void)state;
	cursor_skip(&c, 4);
	assert_int_equal(cursor_take(&c, 0).n, 0);
	assert_int_equal(c.r, 0);
	cursor_skip(&none, 0);
	assert_int_equal(none.r, 0);
	assert_int_equal(cursor_u8(&none), 0);
	assert_int_equal(none.r, E_TRUNCATED);
}

static void a_read_past_the_end_sticks(void **state)
{
	static const size_t sizes[] = { 0, 1, 2, 3 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		struct cursor c = cursor_over(bytes, sizes[i]);

		assert_int_equal(cursor_u32(&c), 0);
		assert_int_equal(c.r, E_TRUNCATED);
		assert_int_equal(cursor_u8(&c), 0); /* there would be one */
		assert_int_equal(cursor_u16(&c), 0);
		assert_int_equal(cursor_take(&c, 1).n, 0);
		assert_non_null(cursor_take(&c, 1).p);
		assert_int_equal(cursor_left(&c), 0);
		assert_int_equal(c.at, 0);
	}
}

static void a_huge_length_does_not_wrap(void **state)
{
	struct cursor c = cursor_over(bytes, sizeof(bytes));

	(void)state;
	(void)cursor_u16(&c); /* so that at + SIZE_MAX would wrap */
	cursor_skip(&c, SIZE_MAX);
	assert_int_equal(c.r, E_TRUNCATED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_come_in_network_order),
		cmocka_unit_test(the_end_itself_is_no_error),
		cmocka_unit_test(a_read_past_the_end_sticks),
		cmocka_unit_test(a_huge_length_does_not_wrap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
