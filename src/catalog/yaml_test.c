/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "catalog/yaml.h"

/* A parse with everything it needs; `told` has the messages afterwards. */
struct attempt {
	struct arena *arena;
	struct diag *diag;
	struct buf told;
	const struct yaml *root;
	int r;
};

static struct attempt attempt(struct str text)
{
	struct attempt t = { .arena = arena_new(), .diag = diag_new() };

	assert_non_null(t.arena);
	assert_non_null(t.diag);
	t.r = yaml_parse(text, "x.yaml", t.arena, t.diag, &t.root);
	diag_format(t.diag, &t.told);
	buf_addc(&t.told, '\0');
	return t;
}

static void attempt_end(struct attempt *t)
{
	buf_release(&t->told);
	diag_free(t->diag);
	arena_free(t->arena);
}

static void every_node_knows_its_place(void **state)
{
	struct attempt t = attempt(STR("title: Zoom\n"
				       "\n"
				       "# a comment\n"
				       "lists:\n"
				       "  - one\n"
				       "  - 'two'\n"
				       "  - \"\"\n"
				       "empty:\n"
				       "flow: {a: 1, b: [2, 3]}\n"));
	const struct yaml *lists, *flow, *b;

	(void)state;
	assert_int_equal(t.r, 0);
	assert_int_equal(t.root->kind, YAML_MAPPING);
	assert_int_equal(t.root->n, 4);
	assert_true(str_is(yaml_get(t.root, "title")->text, "Zoom"));
	assert_int_equal(yaml_get(t.root, "title")->at.line, 1);
	assert_int_equal(yaml_get(t.root, "title")->at.column, 8);
	assert_string_equal(yaml_get(t.root, "title")->at.file, "x.yaml");
	lists = yaml_get(t.root, "lists");
	assert_int_equal(lists->n, 3);
	assert_int_equal(lists->key->at.line, 4);
	assert_true(str_is(lists->first->next->text, "two"));
	assert_true(lists->first->next->quoted);
	assert_false(lists->first->quoted);
	assert_int_equal(lists->first->next->at.line, 6);
	assert_string_equal(yaml_kind_name(yaml_get(t.root, "empty")), "empty");
	assert_string_equal(yaml_kind_name(lists->first->next->next), "a single value");
	flow = yaml_get(t.root, "flow");
	b = yaml_get(flow, "b");
	assert_int_equal(b->at.line, 9);
	assert_int_equal(b->at.column, 17);
	assert_int_equal(b->first->next->at.column, 21);
	assert_null(yaml_get(t.root, "absent"));
	assert_null(yaml_get(lists, "one"));
	attempt_end(&t);
}

static const struct {
	const char *text;
	int r;
	const char *told;
} bad_texts[] = {
	{ "", E_SYNTAX, "x.yaml: error: nothing in it\n" },
	{ "# only a comment\n", E_SYNTAX, "x.yaml: error: nothing in it\n" },
	{ "a: &loop [*loop]\n", E_SYNTAX,
	  "x.yaml:1:4: error: anchors and aliases (&x, *x) are not accepted\n"
	  "    write the value out where it is used; quote a text that starts with '*' or "
	  "'&'\n" },
	{ "a: 1\nb: *a\n", E_SYNTAX,
	  "x.yaml:2:4: error: anchors and aliases (&x, *x) are not accepted\n"
	  "    write the value out where it is used; quote a text that starts with '*' or "
	  "'&'\n" },
	{ "names:\n  - *.zoom.us\n", E_SYNTAX,
	  "x.yaml:2:6: error: did not find expected alphabetic or numeric character\n"
	  "    put a text that starts with '*' in quotes: \"*.example.com\"\n" },
	{ "a: !!binary aGk=\n", E_SYNTAX,
	  "x.yaml:1:4: error: tags (!x) are not accepted\n"
	  "    quote a text that starts with '!'\n" },
	{ "%YAML 1.1\n---\na: 1\n", E_SYNTAX,
	  "x.yaml:1:1: error: a line that starts with '%' is not accepted\n"
	  "    drop the directive, or indent the text\n" },
	{ "a: 5%\nb: |\n  %\n  #\r%TAG !a! b\n", E_SYNTAX,
	  "x.yaml:4:5: error: a line that starts with '%' is not accepted\n"
	  "    drop the directive, or indent the text\n" },
	{ "a: 1\n---\nb: 2\n", E_SYNTAX,
	  "x.yaml:2:1: error: a second document starts here; expected one\n" },
	{ "a: 1\nb: 2\na: 3\n", E_CONFLICT,
	  "x.yaml:3:1: error: the key 'a' appears twice\n"
	  "    it was first given on line 1; keep one of the two\n" },
	{ "[a, b]: 1\n", E_SYNTAX,
	  "x.yaml:1:1: error: a key must be a word, not a list or a mapping\n" },
	{ "a:\n\tb: 1\n", E_SYNTAX,
	  "x.yaml:2:1: error: found character that cannot start any token\n"
	  "    YAML is indented with spaces, not with tabs\n" },
	{ "a: b: c\n", E_SYNTAX,
	  "x.yaml:1:5: error: mapping values are not allowed in this context\n"
	  "    put a text that has ': ' in it in quotes\n" },
	{ "a: [1, 2\nb: 3\n", E_SYNTAX,
	  "x.yaml:2:2: error: did not find expected ',' or ']'\n"
	  "    while parsing a flow sequence that starts on line 1\n" },
	{ "a: 1\nb: \xff\n", E_SYNTAX,
	  "x.yaml:2:4: error: invalid leading UTF-8 octet\n"
	  "    expected UTF-8 text without control characters\n" },
	{ "a: \x01\n", E_SYNTAX,
	  "x.yaml:1:4: error: control characters are not allowed\n"
	  "    expected UTF-8 text without control characters\n" },
};

static void bad_texts_are_refused_at_their_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad_texts); i++) {
		struct attempt t = attempt(str_of(bad_texts[i].text));

		if (t.r != bad_texts[i].r || strcmp(t.told.data, bad_texts[i].told) != 0)
			fail_msg("%s\ngave %d and\n%s", bad_texts[i].text, t.r, t.told.data);
		assert_null(t.root);
		attempt_end(&t);
	}
}

static void nest(struct buf *b, unsigned depth)
{
	for (unsigned i = 0; i < depth; i++)
		buf_adds(b, "[");
	for (unsigned i = 0; i < depth; i++)
		buf_adds(b, "]");
}

static void limits_hold_at_the_limit_and_not_beyond(void **state)
{
	struct buf b = BUF_INIT;
	struct attempt t;

	(void)state;
	nest(&b, YAML_DEPTH_MAX);
	t = attempt(buf_str(&b));
	assert_int_equal(t.r, 0);
	attempt_end(&t);

	buf_clear(&b);
	nest(&b, YAML_DEPTH_MAX + 1);
	t = attempt(buf_str(&b));
	assert_int_equal(t.r, E_LIMIT);
	assert_string_equal(t.told.data,
			    "x.yaml:1:17: error: nested too deeply\n    the limit is 16 levels\n");
	attempt_end(&t);

	/* The sequence is a node too. */
	for (unsigned more = 0; more < 2; more++) {
		buf_clear(&b);
		for (unsigned i = 0; i < YAML_NODES_MAX - 1 + more; i++)
			buf_adds(&b, "- a\n");
		t = attempt(buf_str(&b));
		assert_int_equal(t.r, more ? E_LIMIT : 0);
		attempt_end(&t);
	}

	buf_clear(&b);
	buf_adds(&b, "a: 1 #");
	buf_pad(&b, 'x', YAML_BYTES_MAX - b.n);
	t = attempt(buf_str(&b));
	assert_int_equal(t.r, 0);
	attempt_end(&t);
	buf_addc(&b, 'x');
	t = attempt(buf_str(&b));
	assert_int_equal(t.r, E_LIMIT);
	attempt_end(&t);
	buf_release(&b);
}

static void running_out_of_memory_is_survived(void **state)
{
	static const char text[] = "a: [1, {b: 2}]\nc: 'd'\n";
	int r = -ENOMEM;

	(void)state;
	for (long n = 0; r == -ENOMEM; n++) {
		struct arena *a = arena_new();
		struct diag *d = diag_new();
		const struct yaml *root = NULL;

		assert_true(n < 1000);
		mem_fail_after(n);
		r = yaml_parse(STR(text), "x.yaml", a, d, &root);
		mem_fail_after(-1);
		assert_true(r == 0 ? root != NULL : root == NULL);
		diag_free(d);
		arena_free(a);
	}
	assert_int_equal(r, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_node_knows_its_place),
		cmocka_unit_test(bad_texts_are_refused_at_their_place),
		cmocka_unit_test(limits_hold_at_the_limit_and_not_beyond),
		cmocka_unit_test(running_out_of_memory_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
