/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "base/alloc.h"
#include "base/diag.h"

static void assert_formatted(const struct diag *d, const char *want)
{
	EG_AUTO(buf_release) struct buf out = BUF_INIT;

	diag_format(d, &out);
	assert_string_equal(out.data ? out.data : "", want);
}

static void messages_say_where_what_and_what_to_do(void **state)
{
	EG_AUTO(diag_freep) struct diag *d = diag_new();

	(void)state;
	diag_hint(d, "there is no message yet");
	assert_formatted(d, "");
	diag_error(d, (struct place){ "a.yaml", 3, 7 }, "port %d is above %d", 70000, 65535);
	diag_hint(d, "expected 1..%d", 65535);
	diag_warning(d, (struct place){ "a.yaml", 9, 0 }, "twice");
	diag_note(d, (struct place){ .file = "a.yaml" }, "first");
	diag_error(d, NOWHERE, "nothing to read");
	diag_error(d, (struct place){ NULL, 1, 5 }, "an argument");
	diag_note(d, (struct place){ NULL, 2, 0 }, "of two lines");
	assert_formatted(d, "a.yaml:3:7: error: port 70000 is above 65535\n"
			    "    expected 1..65535\n"
			    "a.yaml:9: warning: twice\n"
			    "a.yaml: note: first\n"
			    "error: nothing to read\n"
			    "line 1, column 5: error: an argument\n"
			    "line 2: note: of two lines\n");
	assert_int_equal(diag_count(d), 6);
	assert_int_equal(diag_errors(d), 3);
	assert_int_equal(diag_warnings(d), 1);
	assert_int_equal(diag_get(d, 1)->level, DIAG_WARNING);
	assert_null(diag_get(d, 6));
}

static void the_file_name_is_kept(void **state)
{
	EG_AUTO(diag_freep) struct diag *d = diag_new();
	char file[] = "a.yaml";

	(void)state;
	diag_error(d, (struct place){ file, 1, 1 }, "x");
	memset(file, '-', sizeof(file) - 1);
	assert_formatted(d, "a.yaml:1:1: error: x\n");
}

static void full_at_the_limit_then_only_counts(void **state)
{
	EG_AUTO(diag_freep) struct diag *d = diag_new();
	EG_AUTO(buf_release) struct buf out = BUF_INIT;

	(void)state;
	for (unsigned i = 0; i < DIAG_MAX; i++)
		diag_error(d, NOWHERE, "%u", i);
	assert_int_equal(diag_lost(d), 0);
	diag_warning(d, NOWHERE, "one more");
	diag_hint(d, "must not go to an older message");
	assert_int_equal(diag_count(d), DIAG_MAX);
	assert_int_equal(diag_errors(d), DIAG_MAX);
	assert_int_equal(diag_warnings(d), 1);
	assert_int_equal(diag_lost(d), 1);
	assert_null(diag_get(d, DIAG_MAX - 1)->hint);
	diag_format(d, &out);
	assert_true(str_ends(buf_str(&out), "error: 199\n... and 1 more messages\n"));
}

static void clearing_starts_anew(void **state)
{
	EG_AUTO(diag_freep) struct diag *d = diag_new();

	(void)state;
	for (unsigned i = 0; i <= DIAG_MAX; i++)
		diag_error(d, (struct place){ "f", i, 0 }, "%u", i);
	diag_clear(d);
	assert_int_equal(diag_count(d) + diag_errors(d) + diag_lost(d), 0);
	diag_note(d, NOWHERE, "new");
	diag_hint(d, "hint");
	assert_formatted(d, "note: new\n    hint\n");
}

static void a_message_without_memory_is_counted(void **state)
{
	EG_AUTO(diag_freep) struct diag *d = diag_new();
	EG_AUTO(mem_freep) char *big = mem_alloc(40001); /* no chunk has this much room */

	(void)state;
	memset(big, 'x', 40000);
	big[40000] = '\0';
	diag_error(d, NOWHERE, "first");
	mem_fail_after(0);
	diag_error(d, NOWHERE, "%s", big);
	assert_false(mem_fail_pending());
	diag_hint(d, "for the lost one");
	assert_formatted(d, "error: first\n... and 1 more messages\n");
	assert_int_equal(diag_errors(d), 2);
}

static void a_later_message_has_its_hint_again(void **state)
{
	EG_AUTO(diag_freep) struct diag *d = diag_new();
	EG_AUTO(mem_freep) char *big = mem_alloc(40001);

	(void)state;
	memset(big, 'x', 40000);
	big[40000] = '\0';
	mem_fail_after(0);
	diag_error(d, NOWHERE, "%s", big);
	diag_error(d, NOWHERE, "second");
	diag_hint(d, "for the second");
	assert_formatted(d, "error: second\n    for the second\n... and 1 more messages\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_say_where_what_and_what_to_do),
		cmocka_unit_test(the_file_name_is_kept),
		cmocka_unit_test(full_at_the_limit_then_only_counts),
		cmocka_unit_test(clearing_starts_anew),
		cmocka_unit_test(a_message_without_memory_is_counted),
		cmocka_unit_test(a_later_message_has_its_hint_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
