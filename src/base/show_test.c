/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "base/attr.h"
#include "base/show.h"

static void foreign_text_is_made_safe(void **state)
{
	static const struct {
		struct str text;
		const char *shown;
	} cases[] = {
		{ { "", 0 }, "" },
		{ { "10.0.0.0/8", 10 }, "10.0.0.0/8" },
		{ { "a\0b", 3 }, "a\\x00b" },
		{ { "\x1b[31m", 5 }, "\\x1b[31m" },
		{ { "gr\xc3\xbc\xc3\x9f", 6 }, "gr\xc3\xbc\xc3\x9f" },
		{ { "\xe6\x8e\xa5", 3 }, "\xe6\x8e\xa5" },
		{ { "\xe6\x8e", 2 }, "\\xe6\\x8e" },
		{ { "\xc2\x9b", 2 }, "\\xc2\\x9b" },
		{ { "\xc0\x80", 2 }, "\\xc0\\x80" },
		{ { "\xed\xa0\x80", 3 }, "\\xed\\xa0\\x80" },
		{ { "\xe2\x80\xae", 3 }, "\\xe2\\x80\\xae" },
		{ { "\xf5\x80\x80\x80", 4 }, "\\xf5\\x80\\x80\\x80" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_string_equal(show(cases[i].text).text, cases[i].shown);
}

static void long_text_is_cut(void **state)
{
	char text[1000];

	(void)state;
	for (int fill = 0; fill < 256; fill++) {
		memset(text, fill, sizeof(text));
		for (size_t n = 0; n < sizeof(text); n += 7) {
			struct shown s = show((struct str){ text, n });

			assert_true(memchr(s.text, '\0', sizeof(s.text)) != NULL);
			if (n > SHOWN_MAX)
				assert_true(str_ends(str_of(s.text), "..."));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(foreign_text_is_made_safe),
		cmocka_unit_test(long_text_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
