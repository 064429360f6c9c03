/* SPDX-License-Identifier: Apache-2.0 */
/* Dictionaries: what a file may say, what it means, and the shipped ones. */
#include "support/test.h"

#include "base/err.h"
#include "catalog/catalog.h"
#include "import/dictionary.h"
#include "support/oom.h"

#define HEAD "language: xx\ntitle: X\n"

static const struct {
	const char *text;
	int r;
	const char *message; /* a part of it */
} broken[] = {
	{ "title: X\n", E_SYNTAX, "language" },
	{ HEAD "columns: { protocol: [P], port: [Q] }\n", E_SYNTAX,
	  "xx.yaml:3:27: error: no such key in this section" },
	{ HEAD "columns: [a]\n", E_SYNTAX, "a section is a mapping" },
	{ HEAD "columns: { ports: { a: b } }\n", E_SYNTAX, "phrases are a list" },
	{ HEAD "columns: { ports: [[a]] }\n", E_SYNTAX, "a phrase is a text" },
	{ HEAD "columns: { ports: ['- -'] }\n", E_SYNTAX, "has no letter" },
	{ HEAD "columns: { ports: [Po rt], protocol: [port] }\n", E_CONFLICT,
	  "the phrase means two things, here 'protocol'" },
	{ HEAD "words: {}\n", E_UNKNOWN, "words" },
};

static void broken_files_are_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
		struct dictionary words = DICTIONARY_INIT;
		struct diag *d = diag_new();
		struct buf told = BUF_INIT;

		assert_non_null(d);
		assert_int_equal(
			dictionary_read(str_of(broken[i].text), "xx.yaml", NULL, NULL, d, &words),
			broken[i].r);
		diag_format(d, &told);
		if (!strstr(told.data, broken[i].message))
			fail_msg("%s: '%s' is not in:\n%s", broken[i].text, broken[i].message,
				 told.data);
		buf_release(&told);
		diag_free(d);
	}
}

static unsigned value_of(const struct dictionary *d, enum word_kind kind, const char *key)
{
	const struct word *w = dictionary_find(d, kind, str_of(key));

	return w ? w->value : 0;
}

static void vendors_have_their_names(void **state)
{
	static const char text[] = HEAD "roles: { client: ['All {vendor} apps'] }\n"
					"columns: { ports: [Port, port, P-O-R-T] }\n";
	struct dictionary words = DICTIONARY_INIT;
	struct diag *d = diag_new();

	(void)state;
	assert_non_null(d);
	assert_int_equal(dictionary_read(str_of(text), "x", "acme", "Acme Calls", d, &words), 0);
	assert_int_equal(words.words, 3);
	assert_int_equal(value_of(&words, WORD_ROLE, "allacmecallsapps"), ROLE_CLIENT);
	assert_int_equal(value_of(&words, WORD_ROLE, "allacmeapps"), ROLE_CLIENT);
	assert_int_equal(value_of(&words, WORD_COLUMN, "port"), COLUMN_PORTS);
	assert_null(dictionary_longest(&words, 1U << WORD_ROLE, STR("port")));
	assert_int_equal(dictionary_longest(&words, 1U << WORD_COLUMN, STR("ports"))->key.n, 4);
	dictionary_release(&words);

	assert_int_equal(dictionary_read(str_of(text), "x", NULL, NULL, d, &words), 0);
	assert_int_equal(words.words, 1);
	dictionary_release(&words);
	diag_free(d);
}

static void the_shipped_ones_agree(void **state)
{
	static const struct {
		enum word_kind kind;
		const char *key;
		unsigned value;
	} cases[] = {
		{ WORD_COLUMN, "プロトコル", COLUMN_PROTOCOL },
		{ WORD_COLUMN, "protocol", COLUMN_PROTOCOL },
		{ WORD_COLUMN, "port(s)", COLUMN_PORTS },
		{ WORD_COLUMN, "送信元", COLUMN_SOURCE },
		{ WORD_COLUMN, "送信先", COLUMN_DESTINATION },
		{ WORD_ROLE, "すべてのzoomクライアント", ROLE_CLIENT },
		{ WORD_ROLE, "allzoomclients", ROLE_CLIENT },
		{ WORD_LABEL, "注", LABEL_NOTE },
		{ WORD_LABEL, "note", LABEL_NOTE },
	};
	struct dictionary words = DICTIONARY_INIT;
	struct diag *d = diag_new();

	(void)state;
	assert_non_null(d);
	assert_int_equal(dictionary_load("dictionaries", "zoom", "Zoom", d, &words), 0);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (value_of(&words, cases[i].kind, cases[i].key) != cases[i].value)
			fail_msg("%s", cases[i].key);
	dictionary_release(&words);
	assert_int_equal(dictionary_load("tests/cli", NULL, NULL, d, &words), E_UNKNOWN);
	assert_int_equal(dictionary_load("tests/nowhere", NULL, NULL, d, &words), -ENOENT);
	diag_free(d);
}

static int sample(void *data)
{
	struct dictionary words = DICTIONARY_INIT;
	struct diag *d = diag_new();
	int r = d ? dictionary_read(STR(HEAD "labels: { note: [Note, 注] }\n"), "x", "a", "A", d,
				    &words)
		  : -ENOMEM;

	(void)data;
	if (r == 0)
		dictionary_release(&words);
	diag_free(d);
	return r;
}

static void memory_may_run_out(void **state)
{
	(void)state;
	assert_true(assert_survives_oom(sample, NULL) > 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(broken_files_are_told),
		cmocka_unit_test(vendors_have_their_names),
		cmocka_unit_test(the_shipped_ones_agree),
		cmocka_unit_test(memory_may_run_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
