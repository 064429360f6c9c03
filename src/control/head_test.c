/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <string.h>

#include "control/head.h"

static const struct row {
	const char *lines[3];
	const char *etag, *modified, *type;
} rows[] = {
	{ { "HTTP/1.1 200 OK\r\n", "ETag: \"abc\"\r\n" }, "\"abc\"", "", "" },
	{ { "etag:W/\"abc\"" }, "W/\"abc\"", "", "" },
	{ { "ETAG: \"\"" }, "\"\"", "", "" },
	{ { "ETag: abc" }, "", "", "" },
	{ { "ETag: \"a\"b\"" }, "", "", "" },
	{ { "ETag: \"a b\"" }, "", "", "" },
	{ { "ETag: \"a\r\nX: y\"" }, "", "", "" },
	{ { "ETag: \"" }, "", "", "" },
	{ { "ETag: W/\"" }, "", "", "" },
	{ { "ETag: \"abc\"", "ETag: abc" }, "", "", "" },
	{ { "Last-Modified: Wed, 21 Oct 2026 07:28:00 GMT\r\n" },
	  "",
	  "Wed, 21 Oct 2026 07:28:00 GMT",
	  "" },
	{ { "Last-Modified: Wed, 21 Oct 2026 07:28:00 UTC" }, "", "", "" },
	{ { "Last-Modified: Wed, 21 Oct 26 07:28:00 GMT" }, "", "", "" },
	{ { "Last-Modified: Xxx, 21 Oct 2026 07:28:00 GMT" }, "", "", "" },
	{ { "Last-Modified: yesterday" }, "", "", "" },
	{ { "Content-Type: Text/HTML; charset=utf-8" }, "", "", "text/html" },
	{ { "Content-Type: application/json" }, "", "", "application/json" },
	{ { "Content-Type: ;" }, "", "", "" },
	{ { "Content-Type: a\x01" }, "", "", "" },
	{ { "Location: x", "no header at all", ":" }, "", "", "" },
	/* a redirect's header is not the answer's */
	{ { "ETag: \"abc\"", "HTTP/2 200", "Content-Type: text/plain" }, "", "", "text/plain" },
};

static void keeps(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct head h = { 0 };

		for (size_t k = 0; k < 3 && rows[i].lines[k]; k++)
			head_line(&h, str_of(rows[i].lines[k]));
		assert_string_equal(h.etag, rows[i].etag);
		assert_string_equal(h.modified, rows[i].modified);
		assert_string_equal(h.type, rows[i].type);
	}
}

/* At the limit it is kept, above it is not. */
static void has_limits(void **state)
{
	char many[HEAD_ETAG_MAX + 1];
	struct head h = { 0 };

	(void)state;
	memset(many, 'a', sizeof(many));
	for (int more = 0; more <= 1; more++) {
		char line[HEAD_ETAG_MAX + 32];

		(void)snprintf(line, sizeof(line), "ETag: \"%.*s\"", HEAD_ETAG_MAX - 2 + more,
			       many);
		head_line(&h, str_of(line));
		assert_int_equal(strlen(h.etag), more ? 0 : HEAD_ETAG_MAX);
		(void)snprintf(line, sizeof(line), "Content-Type:%.*s", HEAD_TYPE_MAX + more, many);
		head_line(&h, str_of(line));
		assert_int_equal(strlen(h.type), more ? 0 : HEAD_TYPE_MAX);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps),
		cmocka_unit_test(has_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
