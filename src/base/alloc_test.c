/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <errno.h>

#include "base/alloc.h"

static void size_zero_is_a_pointer_of_its_own(void **state)
{
	void *a = mem_alloc(0);
	void *b = mem_zero(0, 8);
	void *c = mem_zero(8, 0);

	(void)state;
	assert_non_null(a);
	assert_non_null(b);
	assert_non_null(c);
	assert_ptr_not_equal(a, b);
	mem_free(a);
	mem_free(b);
	mem_free(c);
	mem_free(NULL);
}

static void products_do_not_wrap(void **state)
{
	size_t cap = 0;
	uint64_t *array = NULL;

	(void)state;
	assert_null(mem_zero(SIZE_MAX / 2, 3));
	assert_int_equal(mem_grow(&array, &cap, SIZE_MAX / 4, sizeof(*array)), -ENOMEM);
	assert_int_equal(mem_grow(&array, &cap, SIZE_MAX, 1), -ENOMEM);
	assert_null(array);
	assert_int_equal(cap, 0);
}

static void growing_keeps_what_was_there(void **state)
{
	uint32_t *array = NULL;
	size_t cap = 0;

	(void)state;
	for (uint32_t i = 0; i < 10000; i++) {
		assert_int_equal(mem_grow(&array, &cap, i + 1, sizeof(*array)), 0);
		assert_true(cap > i);
		array[i] = i;
	}
	assert_true(cap < 20000); /* doubling, not more */
	for (uint32_t i = 0; i < 10000; i++)
		assert_int_equal(array[i], i);
	mem_freep(&array);
	assert_null(array);
}

static void enough_room_is_left_alone(void **state)
{
	char *array = NULL;
	char *before;
	size_t cap = 0;

	(void)state;
	assert_int_equal(mem_grow(&array, &cap, 0, 1), 0);
	assert_null(array);
	assert_int_equal(mem_grow(&array, &cap, 5, 1), 0);
	before = array;
	assert_int_equal(mem_grow(&array, &cap, cap, 1), 0);
	assert_ptr_equal(array, before);
	mem_free(array);
}

static void the_asked_allocation_fails_once(void **state)
{
	char *array = NULL;
	size_t cap = 0;
	void *p[3];

	(void)state;
	mem_fail_after(1);
	p[0] = mem_alloc(1);
	assert_true(mem_fail_pending());
	p[1] = mem_alloc(1);
	assert_false(mem_fail_pending());
	p[2] = mem_alloc(1);
	assert_non_null(p[0]);
	assert_null(p[1]);
	assert_non_null(p[2]);
	mem_free(p[0]);
	mem_free(p[2]);

	mem_fail_after(0);
	assert_null(mem_strdup("x"));
	mem_fail_after(0);
	assert_null(mem_zero(1, 1));
	assert_int_equal(mem_grow(&array, &cap, 5, 1), 0);
	array[4] = 'x';
	mem_fail_after(0);
	assert_int_equal(mem_grow(&array, &cap, cap + 1, 1), -ENOMEM);
	assert_int_equal(array[4], 'x');
	mem_free(array);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(size_zero_is_a_pointer_of_its_own),
		cmocka_unit_test(products_do_not_wrap),
		cmocka_unit_test(growing_keeps_what_was_there),
		cmocka_unit_test(enough_room_is_left_alone),
		cmocka_unit_test(the_asked_allocation_fails_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
