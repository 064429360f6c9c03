/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <assert.h>
#include <errno.h>

#include "base/err.h"
#include "catalog/fields.h"
#include "support/oom.h"

/* A small format that has every plain type in it. */
struct lamp {
	const char *id, *note, *since;
	unsigned line, watts, places;
	int colour;
	bool lit;
};

struct house {
	const char *title;
	struct lamp *lamp;
	size_t lamps;
	struct lamp *spare;
	size_t spares;
	struct lamp porch;
	struct field_ref owner;
	const char **nick;
	size_t nicks;
	const struct yaml *rest;
};

static const struct field_word colours[] = { { "white", 7 }, { "red", 9 }, { 0 } };
static const struct field_word places[] = { { "hall", 1 }, { "cellar", 2 }, { "attic", 4 }, { 0 } };

static const struct field lamp_fields[] = {
	{ .name = ".key", .read = field_id, .at = offsetof(struct lamp, id) },
	{ .name = ".self", .read = field_line, .at = offsetof(struct lamp, line) },
	{ .name = "watts",
	  .read = field_number,
	  .flags = FIELD_REQUIRED,
	  .at = offsetof(struct lamp, watts),
	  .max = 100 },
	{ .name = "colour",
	  .read = field_word,
	  .at = offsetof(struct lamp, colour),
	  .words = colours },
	{ .name = "places",
	  .read = field_words,
	  .at = offsetof(struct lamp, places),
	  .words = places },
	{ .name = "lit", .read = field_bool, .at = offsetof(struct lamp, lit) },
	{ .name = "since", .read = field_date, .at = offsetof(struct lamp, since) },
	{ .name = "note", .read = field_text, .at = offsetof(struct lamp, note), .max = 20 },
	{ 0 },
};

static const struct record lamp_record = {
	.what = "a lamp",
	.fields = lamp_fields,
	.size = sizeof(struct lamp),
};

static const struct field house_fields[] = {
	{ .name = "title",
	  .read = field_text,
	  .flags = FIELD_REQUIRED,
	  .at = offsetof(struct house, title) },
	{ .name = "lamps",
	  .read = field_map,
	  .at = offsetof(struct house, lamp),
	  .count = offsetof(struct house, lamps),
	  .record = &lamp_record,
	  .max = 3 },
	{ .name = "spares",
	  .read = field_records,
	  .at = offsetof(struct house, spare),
	  .count = offsetof(struct house, spares),
	  .record = &lamp_record },
	{ .name = "porch",
	  .read = field_record,
	  .at = offsetof(struct house, porch),
	  .record = &lamp_record },
	{ .name = "owner", .read = field_ref, .at = offsetof(struct house, owner) },
	{ .name = "nicks",
	  .read = field_list,
	  .at = offsetof(struct house, nick),
	  .count = offsetof(struct house, nicks),
	  .each = field_text,
	  .size = sizeof(const char *),
	  .max = 3 },
	{ .name = "rest", .read = field_node, .at = offsetof(struct house, rest) },
	{ 0 },
};

static const struct record house_record = {
	.what = "a house",
	.fields = house_fields,
	.size = sizeof(struct house),
};

static int read_house(const char *text, struct arena *a, struct diag *d, struct house *ret)
{
	const struct yaml *root = NULL;
	int r = yaml_parse(str_of(text), "house.yaml", a, d, &root);

	return r < 0 ? r : fields_read(root, &house_record, a, d, ret);
}

static const char good[] = "title: >\n"
			   "  Two\n"
			   "  words\n"
			   "lamps:\n"
			   "  big: {watts: 100, colour: red, places: [hall, attic], lit: true}\n"
			   "  small:\n"
			   "    watts: 0\n"
			   "    since: 2024-02-29\n"
			   "    places: cellar\n"
			   "    note: dim\n"
			   "spares:\n"
			   "  - watts: 7\n"
			   "porch: {watts: 3}\n"
			   "owner: city/anna\n"
			   "nicks: lantern\n"
			   "rest: [1]\n";

static void a_good_text_fills_the_struct(void **state)
{
	struct arena *a = arena_new();
	struct diag *d = diag_new();
	struct house h = { 0 };

	(void)state;
	assert_int_equal(read_house(good, a, d, &h), 0);
	assert_int_equal(diag_count(d), 0);
	assert_string_equal(h.title, "Two words");
	assert_int_equal(h.lamps, 2);
	assert(h.lamp);
	assert_string_equal(h.lamp[0].id, "big");
	assert_int_equal(h.lamp[0].line, 5);
	assert_int_equal(h.lamp[0].watts, 100);
	assert_int_equal(h.lamp[0].colour, 9);
	assert_int_equal(h.lamp[0].places, 5);
	assert_true(h.lamp[0].lit);
	assert_null(h.lamp[0].note);
	assert_string_equal(h.lamp[1].since, "2024-02-29");
	assert_int_equal(h.lamp[1].places, 2);
	assert_int_equal(h.lamp[1].line, 6);
	assert_string_equal(h.lamp[1].note, "dim");
	assert_int_equal(h.spares, 1);
	assert_null(h.spare[0].id);
	assert_int_equal(h.spare[0].line, 12);
	assert_int_equal(h.porch.watts, 3);
	assert_string_equal(h.porch.id, "porch");
	assert_string_equal(h.owner.id, "city/anna");
	assert_int_equal(h.owner.at.line, 14);
	assert_int_equal(h.nicks, 1);
	assert_string_equal(h.nick[0], "lantern");
	assert_int_equal(h.rest->kind, YAML_SEQUENCE);
	diag_free(d);
	arena_free(a);
}

static const struct {
	const char *text;
	int r;
	const char *told;
} bad_houses[] = {
	{ "- a\n", E_SYNTAX,
	  "house.yaml:1:1: error: a house is a list\n"
	  "    expected a mapping with keys among: title, lamps, spares, porch, owner, "
	  "nicks, rest\n" },
	{ "titel: x\n", E_UNKNOWN,
	  "house.yaml:1:1: error: a house has no key 'titel'\n"
	  "    did you mean 'title'?\n"
	  "house.yaml:1:1: error: a house lacks the key 'title'\n" },
	{ "title: x\n.key: y\n", E_UNKNOWN,
	  "house.yaml:2:1: error: a house has no key '.key'\n"
	  "    known here: title, lamps, spares, porch, owner, nicks, rest\n" },
	{ "title:\n", E_SYNTAX,
	  "house.yaml:1:7: error: 'title' is empty\n"
	  "    expected a text of one paragraph\n" },
	{ "title: [x]\n", E_SYNTAX,
	  "house.yaml:1:8: error: 'title' is a list\n"
	  "    expected a text of one paragraph\n" },
	{ "title: \"a\\e[31m\"\n", E_SYNTAX,
	  "house.yaml:1:8: error: 'a\\x1b[31m' has control characters or line breaks\n"
	  "    expected a text of one paragraph\n" },
	{ "title: \"a\\u009bm\"\n", E_SYNTAX,
	  "house.yaml:1:8: error: 'a\\xc2\\x9bm' has control characters or line breaks\n"
	  "    expected a text of one paragraph\n" },
	{ "title: ' '\n", E_SYNTAX,
	  "house.yaml:1:8: error: ' ' is blank\n"
	  "    expected a text of one paragraph\n" },
	{ "title: x\nporch: 3\n", E_SYNTAX,
	  "house.yaml:2:8: error: a lamp is a single value\n"
	  "    expected a mapping with keys among: watts, colour, places, lit, since, "
	  "note\n" },
	{ "title: x\nporch: {lit: true}\n", E_SYNTAX,
	  "house.yaml:2:1: error: a lamp lacks the key 'watts'\n" },
	{ "title: x\nporch: {watts: 101}\n", E_LIMIT,
	  "house.yaml:2:16: error: '101' is above 100\n" },
	{ "title: x\nporch: {watts: -1}\n", E_SYNTAX,
	  "house.yaml:2:16: error: '-1' is no number\n"
	  "    expected a whole number\n" },
	{ "title: x\nporch: {watts: 1, colour: green}\n", E_UNKNOWN,
	  "house.yaml:2:27: error: 'green' is not known as colour\n"
	  "    expected one of: white, red\n" },
	{ "title: x\nporch: {watts: 1, places: [hall, roof]}\n", E_UNKNOWN,
	  "house.yaml:2:34: error: 'roof' is not known as places\n"
	  "    expected one of: hall, cellar, attic\n" },
	{ "title: x\nporch: {watts: 1, places: []}\n", E_SYNTAX,
	  "house.yaml:2:27: error: is an empty list\n"
	  "    expected a word or a list of words\n" },
	{ "title: x\nporch: {watts: 1, lit: yes}\n", E_SYNTAX,
	  "house.yaml:2:24: error: 'yes' is neither true nor false\n"
	  "    expected true or false, without quotes\n" },
	{ "title: x\nporch: {watts: 1, lit: 'true'}\n", E_SYNTAX,
	  "house.yaml:2:24: error: 'true' is neither true nor false\n"
	  "    expected true or false, without quotes\n" },
	{ "title: x\nporch: {watts: 1, since: 2023-02-29}\n", E_SYNTAX,
	  "house.yaml:2:26: error: '2023-02-29' is no day\n"
	  "    expected a day like 2026-10-01\n" },
	{ "title: x\nporch: {watts: 1, note: 123456789012345678901}\n", E_LIMIT,
	  "house.yaml:2:25: error: 'note' has 21 bytes\n"
	  "    the limit is 20\n" },
	{ "title: x\nlamps: {Big: {watts: 1}}\n", E_SYNTAX,
	  "house.yaml:2:9: error: 'Big' is no id\n"
	  "    expected an id: small letters, digits and '-', at most 63, the first not "
	  "'-'\n" },
	{ "title: x\nlamps: [a]\n", E_SYNTAX,
	  "house.yaml:2:8: error: 'lamps' is a list\n"
	  "    expected a mapping: each key names a lamp\n" },
	{ "title: x\nspares: {a: 1}\n", E_SYNTAX,
	  "house.yaml:2:9: error: 'spares' is a mapping\n"
	  "    expected a list: each entry is a lamp\n" },
	{ "title: x\nlamps: {a: {watts: 1}, b: {watts: 1}, c: {watts: 1}, d: {watts: 1}}\n",
	  E_LIMIT,
	  "house.yaml:2:8: error: 'lamps' has 4 entries\n"
	  "    the limit is 3\n" },
	{ "title: x\nnicks: []\n", E_SYNTAX,
	  "house.yaml:2:8: error: 'nicks' is an empty list\n"
	  "    expected one value or a list of them; leave the key out to say none\n" },
	{ "title: x\nnicks: [a, b, c, d]\n", E_LIMIT,
	  "house.yaml:2:8: error: 'nicks' has 4 entries\n"
	  "    the limit is 3\n" },
	{ "title: x\nowner: a/b/c\n", E_SYNTAX,
	  "house.yaml:2:8: error: 'a/b/c' is no name\n"
	  "    expected the name of something defined elsewhere: an id, or two joined by "
	  "'/'\n" },
};

static void bad_values_are_told_with_place_and_hint(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad_houses); i++) {
		struct arena *a = arena_new();
		struct diag *d = diag_new();
		struct buf told = BUF_INIT;
		struct house h = { .title = "untouched" };
		int r = read_house(bad_houses[i].text, a, d, &h);

		diag_format(d, &told);
		if (r != bad_houses[i].r || !str_is(buf_str(&told), bad_houses[i].told))
			fail_msg("%s\ngave %d and\n%s", bad_houses[i].text, r, told.data);
		assert_string_equal(h.title, "untouched");
		buf_release(&told);
		diag_free(d);
		arena_free(a);
	}
}

static void one_run_tells_every_error(void **state)
{
	struct arena *a = arena_new();
	struct diag *d = diag_new();
	struct house h;

	(void)state;
	assert_int_equal(read_house("lamps:\n"
				    "  a: {watts: x, lit: maybe}\n"
				    "  b: {since: never}\n"
				    "hue: 1\n",
				    a, d, &h),
			 E_SYNTAX);
	assert_int_equal(diag_errors(d), 6);
	diag_free(d);
	arena_free(a);
}

static int try_house(void *data)
{
	struct arena *a = arena_new();
	struct diag *d = diag_new();
	struct house h;
	int r = a && d ? read_house(good, a, d, &h) : -ENOMEM;

	(void)data;
	diag_free(d);
	arena_free(a);
	return r;
}

static void running_out_of_memory_is_survived(void **state)
{
	(void)state;
	assert_true(assert_survives_oom(try_house, NULL) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_text_fills_the_struct),
		cmocka_unit_test(bad_values_are_told_with_place_and_hint),
		cmocka_unit_test(one_run_tells_every_error),
		cmocka_unit_test(running_out_of_memory_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
