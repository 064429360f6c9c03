/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "base/err.h"
#include "net/prefix.h"

static struct prefix prefix_of(const char *text)
{
	struct prefix p = { 0 };

	if (prefix_parse(str_of(text), &p) < 0)
		fail_msg("%s is not read", text);
	return p;
}

static struct addr addr_of(const char *text)
{
	struct addr a = { 0 };

	assert_int_equal(addr_parse(str_of(text), &a), 0);
	return a;
}

static void text_is_read_and_written(void **state)
{
	static const struct {
		const char *text;
		int r;
		const char *canonical;
	} cases[] = {
		{ "10.0.0.0/8", 0, "10.0.0.0/8" },
		{ "0.0.0.0/0", 0, "0.0.0.0/0" },
		{ "::/0", 0, "::/0" },
		{ "203.200.219.128/27", 0, "203.200.219.128/27" },
		{ "192.0.2.1", 0, "192.0.2.1/32" },
		{ "192.0.2.1/32", 0, "192.0.2.1/32" },
		{ "2001:DB8::/32", 0, "2001:db8::/32" },
		{ "2001:db8::1", 0, "2001:db8::1/128" },
		{ "8000::/1", 0, "8000::/1" },
		{ "10.0.0.1/8", E_REFUSED, NULL },
		{ "10.0.0.0/7", 0, "10.0.0.0/7" },
		{ "11.0.0.0/7", E_REFUSED, NULL },
		{ "0.0.0.1/0", E_REFUSED, NULL },
		{ "2001:db8::1/127", E_REFUSED, NULL },
		{ "10.0.0.0/33", E_SYNTAX, NULL },
		{ "2001:db8::/129", E_SYNTAX, NULL },
		{ "10.0.0.0/", E_SYNTAX, NULL },
		{ "10.0.0.0/08", E_SYNTAX, NULL },
		{ "10.0.0.0/ 8", E_SYNTAX, NULL },
		{ "10.0.0.0/-1", E_SYNTAX, NULL },
		{ "10.0.0.0/99999999999999999999", E_SYNTAX, NULL },
		{ "10.0.0.0/255.0.0.0", E_SYNTAX, NULL },
		{ "10.0.0.0/8/8", E_SYNTAX, NULL },
		{ "10/8", E_SYNTAX, NULL },
		{ "/8", E_SYNTAX, NULL },
		{ "", E_SYNTAX, NULL },
		{ "170.114.46.0/243.7.35.0/25", E_SYNTAX, NULL }, /* two lines glued together */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char text[PREFIX_TEXT_MAX];
		struct prefix p;

		if (prefix_parse(str_of(cases[i].text), &p) != cases[i].r)
			fail_msg("\"%s\" does not give %d", cases[i].text, cases[i].r);
		if (cases[i].r < 0)
			continue;
		assert_int_equal(prefix_format(p, text), strlen(cases[i].canonical));
		assert_string_equal(text, cases[i].canonical);
	}
}

static void every_length_has_its_range(void **state)
{
	struct addr a = addr_of("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff");

	(void)state;
	for (unsigned len = 0; len <= 128; len++) {
		struct prefix p = prefix_masked(a, len);
		struct addr_range r = prefix_range(p);
		u128 size_minus_one = len ? ((u128)1 << (128 - len)) - 1 : U128_MAX;

		assert_true(r.lo == p.value && r.hi - r.lo == size_minus_one);
		assert_true(r.lo <= a.value && a.value <= r.hi);
		assert_true(prefix_has(p, a));
	}
	assert_true(prefix_range(prefix_of("0.0.0.0/0")).hi == UINT32_MAX);
	assert_true(prefix_range(prefix_of("10.2.0.0/15")).hi == 0x0a03ffff);
}

static void covering(void **state)
{
	static const struct {
		const char *outer, *inner;
		bool covers;
	} cases[] = {
		{ "10.0.0.0/8", "10.1.0.0/16", true },
		{ "10.0.0.0/8", "10.0.0.0/8", true },
		{ "10.1.0.0/16", "10.0.0.0/8", false },
		{ "10.0.0.0/8", "11.0.0.0/16", false },
		{ "0.0.0.0/0", "255.255.255.255", true },
		{ "0.0.0.0/0", "::/128", false },
		{ "::/0", "0.0.0.0/32", false },
		{ "::/0", "ffff::/16", true },
		{ "2001:db8::/33", "2001:db8:8000::/33", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (prefix_covers(prefix_of(cases[i].outer), prefix_of(cases[i].inner)) !=
		    cases[i].covers)
			fail_msg("%s over %s", cases[i].outer, cases[i].inner);
	assert_false(prefix_has(prefix_of("::/0"), addr_of("0.0.0.0")));
	assert_false(prefix_has(prefix_of("10.0.0.0/9"), addr_of("10.128.0.0")));
}

static void order_puts_outer_first(void **state)
{
	static const char *const sorted[] = { "0.0.0.0/0",    "10.0.0.0/8", "10.0.0.0/9",
					      "10.1.0.0/16",  "::/0",	    "::/128",
					      "2001:db8::/32" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sorted); i++)
		for (size_t j = 0; j < ARRAY_LEN(sorted); j++) {
			int c = prefix_cmp(prefix_of(sorted[i]), prefix_of(sorted[j]));

			assert_int_equal((c > 0) - (c < 0), (i > j) - (i < j));
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_read_and_written),
		cmocka_unit_test(every_length_has_its_range),
		cmocka_unit_test(covering),
		cmocka_unit_test(order_puts_outer_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
