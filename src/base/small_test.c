/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of base that have too little in them for a program each. */
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/rand.h"

static void every_code_has_a_text(void **state)
{
	(void)state;
	for (int code = E_UNSUPPORTED; code <= E_SYNTAX; code++)
		assert_string_not_equal(err_text(code), "unknown error");
	assert_string_equal(err_text(E_SYNTAX), "not understood");
	assert_string_equal(err_text(-ENOENT), "No such file or directory");
	assert_string_equal(err_text(E_UNSUPPORTED - 1), "unknown error");
	assert_string_equal(err_text(0), "unknown error");
	assert_string_equal(err_text(1), "unknown error");
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static void descriptors_are_owned_like_memory(void **state)
{
	int kept;
	int none = -1;

	(void)state;
	fd_closep(&none);
	assert_int_equal(none, -1);
	{
		EG_AUTO(fd_closep) int given = open("/dev/null", O_RDONLY | O_CLOEXEC);
		EG_AUTO(fd_closep) int closed = open("/dev/null", O_RDONLY | O_CLOEXEC);

		assert_true(is_open(given) && is_open(closed));
		none = closed;
		kept = fd_take(&given);
		assert_int_equal(given, -1);
	}
	assert_true(is_open(kept));
	assert_false(is_open(none));
	fd_closep(&kept);
	assert_int_equal(kept, -1);
}

static void the_clock_does_not_go_back(void **state)
{
	uint64_t last = clock_ns();

	(void)state;
	assert_true(last > 0);
	for (unsigned i = 0; i < 1000; i++) {
		uint64_t now = clock_ns();

		assert_true(now >= last);
		last = now;
	}
}

/* The reference output of splitmix64 for seed 1234567. */
static void random_numbers_repeat_and_stay_below(void **state)
{
	struct rand r = { 1234567 };
	unsigned seen[10] = { 0 };

	(void)state;
	assert_true(rand_next(&r) == 6457827717110365317ULL);
	assert_true(rand_next(&r) == 3203168211198807973ULL);
	for (unsigned i = 0; i < 10000; i++)
		seen[rand_below(&r, ARRAY_LEN(seen))]++;
	for (size_t i = 0; i < ARRAY_LEN(seen); i++)
		assert_true(seen[i] > 800 && seen[i] < 1200);
	assert_int_equal(rand_below(&r, 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_has_a_text),
		cmocka_unit_test(descriptors_are_owned_like_memory),
		cmocka_unit_test(the_clock_does_not_go_back),
		cmocka_unit_test(random_numbers_repeat_and_stay_below),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
