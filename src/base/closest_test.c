/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "base/attr.h"
#include "base/closest.h"

static void edits_are_counted(void **state)
{
	static const struct {
		const char *a, *b;
		unsigned distance;
	} cases[] = {
		{ "", "", 0 },		{ "", "abc", 3 },
		{ "abc", "", 3 },	{ "kitten", "sitting", 3 },
		{ "ports", "port", 1 }, { "prots", "ports", 1 },
		{ "ABC", "abc", 0 },	{ "ca", "abc", 3 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(closest_distance(str_of(cases[i].a), str_of(cases[i].b)),
				 cases[i].distance);
}

static void only_near_words_are_offered(void **state)
{
	static const char *const known[] = { "meetings", "phone", NULL, "contact-center",
					     "certificates" };
	static const struct {
		const char *typed, *offered;
	} cases[] = {
		{ "meeting", "meetings" },
		{ "Metings", "meetings" },
		{ "phnoe", "phone" },
		{ "contactcenter", "contact-center" },
		{ "certificatse", "certificates" },
		{ "web", NULL },
		{ "p", NULL },
		{ "", NULL },
		{ "teams", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *got = closest(str_of(cases[i].typed), known, ARRAY_LEN(known));

		if (!str_is(str_of(got), cases[i].offered ? cases[i].offered : ""))
			fail_msg("%s: offered %s", cases[i].typed, got ? got : "nothing");
	}
}

static void a_word_at_the_limit_is_compared_and_a_longer_one_is_not(void **state)
{
	char typed[CLOSEST_WORD_MAX + 2], name[CLOSEST_WORD_MAX + 2];

	(void)state;
	memset(typed, 'a', sizeof(typed));
	memset(name, 'a', sizeof(name));
	typed[0] = 'b';
	assert_int_equal(closest_distance((struct str){ typed, CLOSEST_WORD_MAX },
					  (struct str){ name, CLOSEST_WORD_MAX }),
			 1);
	assert_false(closest_near((struct str){ typed, CLOSEST_WORD_MAX + 1 },
				  (struct str){ name, CLOSEST_WORD_MAX + 1 }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(edits_are_counted),
		cmocka_unit_test(only_near_words_are_offered),
		cmocka_unit_test(a_word_at_the_limit_is_compared_and_a_longer_one_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
