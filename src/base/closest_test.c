/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "base/attr.h"
#include "base/closest.h"

static void near_names_are_found_and_far_ones_are_not(void **state)
{
	static const char *const known[] = { "meetings", "phone", "contact-center", "certificates",
					     "addresses" };
	static const struct {
		const char *typed, *found;
	} cases[] = {
		{ "meeting", "meetings" },
		{ "meetigns", "meetings" },
		{ "Meetings", "meetings" },
		{ "phones", "phone" },
		{ "phnoe", "phone" },
		{ "contactcenter", "contact-center" },
		{ "adresses", "addresses" },
		{ "zone", NULL },
		{ "", NULL },
		{ "p", NULL },
		{ "teams", NULL },
		{ "certificate-validation", NULL },
		{ "certificatse", "certificates" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct closest c = CLOSEST_TO(str_of(cases[i].typed));

		for (size_t k = 0; k < ARRAY_LEN(known); k++)
			closest_offer(&c, known[k]);

		const char *found = closest_name(&c);

		if (!str_is(str_of(found), cases[i].found ? cases[i].found : ""))
			fail_msg("%s: found %s", cases[i].typed, found ? found : "nothing");
	}
}

static void a_swap_is_one_edit_and_the_first_of_equals_wins(void **state)
{
	struct closest c = CLOSEST_TO(STR("abdc"));

	(void)state;
	closest_offer(&c, "abxx");
	assert_int_equal(c.edits, 2);
	closest_offer(&c, "abcd");
	assert_int_equal(c.edits, 1);
	closest_offer(&c, "abdx");
	assert_string_equal(c.best, "abcd");
}

static void a_text_at_the_limit_is_compared_and_a_longer_one_is_not(void **state)
{
	char typed[CLOSEST_TEXT_MAX + 2], name[CLOSEST_TEXT_MAX + 2];

	(void)state;
	for (size_t n = CLOSEST_TEXT_MAX; n <= CLOSEST_TEXT_MAX + 1; n++) {
		(void)memset(typed, 'a', n);
		(void)memset(name, 'a', n);
		typed[0] = 'b';
		name[n] = '\0';

		struct closest c = CLOSEST_TO(((struct str){ typed, n }));

		closest_offer(&c, name);
		if (n <= CLOSEST_TEXT_MAX)
			assert_ptr_equal(closest_name(&c), name);
		else
			assert_null(closest_name(&c));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(near_names_are_found_and_far_ones_are_not),
		cmocka_unit_test(a_swap_is_one_edit_and_the_first_of_equals_wins),
		cmocka_unit_test(a_text_at_the_limit_is_compared_and_a_longer_one_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
