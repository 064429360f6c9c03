/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "base/err.h"
#include "base/rand.h"
#include "net/ports.h"

static void text_is_read_merged_and_written(void **state)
{
	static const struct {
		const char *text, *canonical;
		unsigned count;
	} cases[] = {
		{ "443", "443", 1 },
		{ "80,443", "80,443", 2 },
		{ "443,80", "80,443", 2 },
		{ "8801-8810", "8801-8810", 10 },
		{ " 80 , 8801 - 8810 ", "80,8801-8810", 11 },
		{ "1-65535", "1-65535", 65535 },
		{ "65535", "65535", 1 },
		{ "1,2,3", "1-3", 3 },
		{ "1-5,4-9", "1-9", 9 },
		{ "1-5,6", "1-6", 6 },
		{ "1-5,7", "1-5,7", 6 },
		{ "7,1-9,3-4", "1-9", 9 },
		{ "5-5", "5", 1 },
		{ "65535,65534", "65534-65535", 2 },
		{ "10,20,30,11-29", "10-30", 21 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf out = BUF_INIT;
		struct ports s;

		if (ports_parse(str_of(cases[i].text), &s, NULL) < 0)
			fail_msg("\"%s\" is not read", cases[i].text);
		ports_print(&s, &out);
		assert_string_equal(out.data, cases[i].canonical);
		assert_int_equal(ports_count(&s), cases[i].count);
		buf_release(&out);
	}
}

static void errors_say_where(void **state)
{
	static const struct {
		const char *text;
		int r;
		size_t at;
	} cases[] = {
		{ "", E_SYNTAX, 0 },
		{ "x", E_SYNTAX, 0 },
		{ "0", E_SYNTAX, 0 },
		{ "80,0-9", E_SYNTAX, 3 },
		{ "80, 65536", E_LIMIT, 4 },
		{ "80,,81", E_SYNTAX, 3 },
		{ "80,", E_SYNTAX, 3 },
		{ "90-80", E_SYNTAX, 0 },
		{ "443,1-2-3", E_SYNTAX, 4 },
		{ "80 443", E_SYNTAX, 0 },
		{ "-80", E_SYNTAX, 0 },
		{ "80-", E_SYNTAX, 0 },
		{ "443/tcp", E_SYNTAX, 0 },
		{ "443\xef\xbc\x8c"
		  "80",
		  E_SYNTAX, 0 }, /* a full-width comma is the importer's work */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct ports s = { .n = 99 };
		size_t at = 99;

		if (ports_parse(str_of(cases[i].text), &s, &at) != cases[i].r || at != cases[i].at)
			fail_msg("\"%s\" does not give %d at %zu", cases[i].text, cases[i].r,
				 cases[i].at);
		assert_int_equal(s.n, 99);
	}
}

static void full_at_the_limit_and_refuses_after_it(void **state)
{
	struct ports s = PORTS_NONE;

	(void)state;
	for (unsigned i = 0; i < PORTS_MAX; i++)
		assert_int_equal(ports_add(&s, (uint16_t)(10 + 2 * i), (uint16_t)(10 + 2 * i)), 0);
	assert_int_equal(s.n, PORTS_MAX);
	assert_int_equal(ports_add(&s, 1, 1), E_LIMIT);
	assert_int_equal(ports_add(&s, 60000, 60001), E_LIMIT);
	assert_int_equal(ports_count(&s), PORTS_MAX);
	assert_int_equal(ports_add(&s, 11, 11), 0); /* joins two ranges: no room is needed */
	assert_int_equal(s.n, PORTS_MAX - 1);
	assert_int_equal(ports_add(&s, 0, 65535), 0);
	assert_int_equal(s.n, 1);
	assert_int_equal(ports_count(&s), 65536);
}

/* Against one flag a port, in a world of 40 at each end of the number range. */
static void agrees_with_one_flag_a_port(void **state)
{
	struct rand rng = { 0x5eed0003 };

	(void)state;
	print_message("# seed %#llx\n", (unsigned long long)rng.state);
	for (unsigned round = 0; round < 4000; round++) {
		uint16_t base = rand_below(&rng, 2) ? 0 : 65535 - 39;
		struct ports s = PORTS_NONE;
		bool flag[40] = { false };
		unsigned count = 0;

		for (unsigned i = 0; i < 1 + round % 9; i++) {
			uint16_t lo = (uint16_t)rand_below(&rng, 40);
			uint16_t hi = (uint16_t)(lo + rand_below(&rng, (uint64_t)(40 - lo)));

			assert_int_equal(ports_add(&s, base + lo, base + hi), 0);
			for (unsigned k = lo; k <= hi; k++)
				flag[k] = true;
		}
		for (unsigned k = 0; k < 40; k++) {
			assert_int_equal(ports_has(&s, (uint16_t)(base + k)), flag[k]);
			count += flag[k];
		}
		assert_int_equal(ports_count(&s), count);
		for (size_t i = 1; i < s.n; i++) /* sorted, disjoint, not adjacent */
			assert_true(s.range[i - 1].hi + 1 < s.range[i].lo);
	}
}

static void equality(void **state)
{
	struct ports a;
	struct ports b;

	(void)state;
	assert_int_equal(ports_parse(STR("1-3,9"), &a, NULL), 0);
	assert_int_equal(ports_parse(STR("9,3,2,1"), &b, NULL), 0);
	assert_true(ports_equal(&a, &b));
	assert_int_equal(ports_add(&b, 8, 8), 0);
	assert_false(ports_equal(&a, &b));
	assert_false(ports_equal(&a, &PORTS_NONE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_read_merged_and_written),
		cmocka_unit_test(errors_say_where),
		cmocka_unit_test(full_at_the_limit_and_refuses_after_it),
		cmocka_unit_test(agrees_with_one_flag_a_port),
		cmocka_unit_test(equality),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
