/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "base/err.h"
#include "base/str.h"

static void cut_sees_every_part(void **state)
{
	static const struct {
		const char *text;
		const char *part[4];
		size_t n;
	} cases[] = {
		{ "a,b", { "a", "b" }, 2 },
		{ "a", { "a" }, 1 },
		{ "", { "" }, 1 },
		{ ",", { "", "" }, 2 },
		{ "a,,b,", { "a", "", "b", "" }, 4 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct str rest = str_of(cases[i].text);
		size_t n = 0;

		while (rest.p) {
			struct str part = str_cut(&rest, ',');

			assert_true(n < cases[i].n);
			assert_true(str_is(part, cases[i].part[n++]));
		}
		assert_int_equal(n, cases[i].n);
	}
}

static void numbers_are_read_whole_or_not_at_all(void **state)
{
	static const struct {
		const char *text;
		uint64_t max;
		int r;
		uint64_t value;
	} cases[] = {
		{ "0", 10, 0, 0 },
		{ "65535", 65535, 0, 65535 },
		{ "65536", 65535, E_LIMIT, 0 },
		{ "18446744073709551615", UINT64_MAX, 0, UINT64_MAX },
		{ "18446744073709551616", UINT64_MAX, E_LIMIT, 0 },
		{ "", 10, E_SYNTAX, 0 },
		{ "-1", 10, E_SYNTAX, 0 },
		{ "1 ", 10, E_SYNTAX, 0 },
		{ "99999999999999999999999x", 10, E_SYNTAX, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		uint64_t v = 0;

		assert_int_equal(str_u64(str_of(cases[i].text), cases[i].max, &v), cases[i].r);
		assert_int_equal(v, cases[i].value);
	}
}

static void comparing_folds_only_ascii(void **state)
{
	(void)state;
	assert_true(str_is_nocase(STR("TcP"), "tcp"));
	assert_false(str_is_nocase(STR("tcp"), "tcpx"));
	assert_false(str_is_nocase(STR("\xc4"), "\xe4"));
	assert_true(str_cmp(STR("a"), STR("ab")) < 0);
	assert_true(str_cmp(STR("b"), STR("ab")) > 0);
	assert_int_equal(str_cmp(STR(""), STR("")), 0);
	assert_true(str_eq(str_trim(STR(" \ta b\r\n")), STR("a b")));
	assert_true(str_eq(str_trim(STR(" \r\n")), STR("")));
	assert_true(str_is_line(STR("a b \xc3\xa9")));
	assert_true(str_is_line(STR("")));
	assert_false(str_is_line(STR("a\nb")));
	assert_false(str_is_line(STR("a\x7f")));
	assert_false(str_is_line(STR("a\xc2\x85")));
	assert_true(str_starts(STR("list:x"), "list:"));
	assert_true(str_ends(STR("x.txt"), ".txt"));
	assert_false(str_ends(STR("txt"), ".txt"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cut_sees_every_part),
		cmocka_unit_test(numbers_are_read_whole_or_not_at_all),
		cmocka_unit_test(comparing_folds_only_ascii),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
