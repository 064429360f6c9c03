/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "base/attr.h"
#include "policy/families.h"

static void a_view_holds_the_families_asked_for(void **state)
{
	static const char *const prefixes[] = { "10.0.0.0/8", "192.0.2.0/24", "2001:db8::/32" };
	static const struct {
		unsigned families;
		size_t n, n4;
	} cases[] = {
		{ 0, 0, 0 },
		{ FAMILIES_V4, 2, 2 },
		{ FAMILIES_V6, 1, 0 },
		{ FAMILIES_BOTH, 3, 2 },
	};
	struct prefixlist l = PREFIXLIST_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(prefixes); i++) {
		struct prefix p;

		assert_int_equal(prefix_parse(str_of(prefixes[i]), &p), 0);
		assert_int_equal(prefixlist_add(&l, p), 0);
	}
	prefixlist_seal(&l);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct prefixlist v = families_view(&l, cases[i].families);

		assert_int_equal(v.n, cases[i].n);
		assert_int_equal(v.n4, cases[i].n4);
		assert_int_equal(families_of(&v), cases[i].families);
		assert_true(prefixlist_covers(&l, &v));
	}
	prefixlist_release(&l);
}

static void families_have_names(void **state)
{
	(void)state;
	assert_string_equal(families_name(0), "none");
	assert_string_equal(families_name(families_if(true, false)), "IPv4");
	assert_string_equal(families_name(families_if(false, true)), "IPv6");
	assert_string_equal(families_name(families_if(true, true)), "IPv4 and IPv6");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_view_holds_the_families_asked_for),
		cmocka_unit_test(families_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
