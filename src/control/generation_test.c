/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <string.h>
#include <time.h>

#include "control/generation.h"

static void a_deadline_is_never_early(void **state)
{
	struct timespec before, after;
	struct deadline d;

	(void)state;
	assert_int_equal(clock_gettime(CLOCK_BOOTTIME, &before), 0);
	d = deadline_in(100);
	assert_int_equal(clock_gettime(CLOCK_BOOTTIME, &after), 0);
	assert_true(d.boottime >= before.tv_sec + 100);
	assert_true(d.boottime <= after.tv_sec + 101);
	assert_true(deadline_left(&d) > 0);
	assert_true(deadline_left(&d) <= 101);
	assert_true(deadline_left_ms(&d) <= 101000);
	assert_false(deadline_other_boot(&d));
}

static void time_that_is_over(void **state)
{
	struct deadline d = deadline_in(0);

	(void)state;
	d.boottime -= 5;
	assert_int_equal(deadline_left(&d), 0);
	assert_int_equal(deadline_left_ms(&d), 0);
}

/* Whatever the clock of another boot said, it says nothing in this one. */
static void another_boot_ends_it(void **state)
{
	struct deadline d = deadline_in(1000);

	(void)state;
	(void)snprintf(d.boot, sizeof(d.boot), "another");
	assert_true(deadline_other_boot(&d));
	assert_int_equal(deadline_left(&d), 0);
}

static void states_have_names(void **state)
{
	(void)state;
	for (unsigned i = 0; i < GENERATION_STATES; i++)
		for (unsigned k = 0; k < i; k++)
			assert_string_not_equal(generation_state_name((enum generation_state)i),
						generation_state_name((enum generation_state)k));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_deadline_is_never_early),
		cmocka_unit_test(time_that_is_over),
		cmocka_unit_test(another_boot_ends_it),
		cmocka_unit_test(states_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
