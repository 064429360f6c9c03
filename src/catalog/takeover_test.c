/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "support/oom.h"

#include "base/err.h"
#include "base/file.h"
#include "catalog/takeover.h"

#define HEAD "vendor: acme\nlists:\n"

static const struct row {
	const char *what, *before, *after; /* NULL: refused with `r` */
	const char *source;
	int r;
} rows[] = {
	{ "a list that was held",
	  HEAD
	  "  # one\n  a4:\n    file: A4.txt # theirs\n    family: ipv4\n    date: 2026-01-01\n"
	  "    url: x\n  # two\n  b4:\n    file: B4.txt\n    family: ipv4\n    date: 2026-01-01\n",
	  HEAD "  # one\n  a4:\n    file: A4.txt # theirs\n    family: ipv4\n    date: 2026-10-01\n"
	       "    source: 'from a test'\n    url: x\n  # two\n  b4:\n    file: B4.txt\n"
	       "    family: ipv4\n    date: 2026-01-01\n",
	  "from a test", 0 },
	{ "a list that was missing, with a folded reason",
	  HEAD
	  "  a4:\n    file: A4.txt\n    family: ipv4\n    missing: >-\n      no copy\n      found\n"
	  "title: Acme\n",
	  HEAD "  a4:\n    file: A4.txt\n    family: ipv4\n    date: 2026-10-01\n"
	       "    source: 'it''s a test: #1'\ntitle: Acme\n",
	  "it's a test: #1", 0 },
	{ "neither, at the end, without a line end",
	  HEAD "  a4:\n    file: A4.txt\n    family: ipv4",
	  HEAD "  a4:\n    file: A4.txt\n    family: ipv4\n    date: 2026-10-01\n    source: 'x'\n",
	  "x", 0 },
	{ "blank lines and comments behind the last list stay",
	  HEAD "  a4:\n    file: A4.txt\n    family: ipv4\n    date: 2026-01-01\n\n# services\n"
	       "title: Acme\n",
	  HEAD "  a4:\n    file: A4.txt\n    family: ipv4\n    date: 2026-10-01\n    source: 'x'\n"
	       "\n# services\ntitle: Acme\n",
	  "x", 0 },
	{ "CR LF",
	  "vendor: acme\r\nlists:\r\n  a4:\r\n    file: A4.txt\r\n    family: ipv4\r\n"
	  "    date: 2026-01-01\r\n",
	  "vendor: acme\r\nlists:\r\n  a4:\r\n    file: A4.txt\r\n    family: ipv4\r\n"
	  "    date: 2026-10-01\n    source: 'x'\n",
	  "x", 0 },
	{ "no such list", HEAD "  b4:\n    file: A4.txt\n    family: ipv4\n", NULL, "x", -ENOENT },
	{ "no list at all", "vendor: acme\n", NULL, "x", -ENOENT },
	{ "in braces", HEAD "  a4: {file: A4.txt, family: ipv4, date: 2026-01-01}\n", NULL, "x",
	  E_UNSUPPORTED },
	{ "two keys a line",
	  HEAD "  a4: {\n    file: A4.txt, family: ipv4,\n    date: 2026-01-01}\n", NULL, "x",
	  E_UNSUPPORTED },
	{ "braces, a key a line", HEAD "  a4: {\n    file: A4.txt,\n    family: ipv4\n  }\n", NULL,
	  "x", E_SYNTAX },
	{ "no catalog", "lists: [\n", NULL, "x", E_SYNTAX },
};

static void takes_over(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct takeover t = { "a4", "2026-10-01", rows[i].source };
		struct diag *d = diag_new();
		struct buf out = BUF_INIT;
		int r = takeover_write(str_of(rows[i].before), "k.yaml", TEXT_PARTIAL, &t, d, &out);

		if (r != rows[i].r)
			fail_msg("%s: %d instead of %d", rows[i].what, r, rows[i].r);
		if (rows[i].after && strcmp(out.data, rows[i].after) != 0)
			fail_msg("%s:\n%s", rows[i].what, out.data);
		assert_int_equal(diag_errors(d) > 0, r < 0 && r != -ENOENT);
		buf_release(&out);
		diag_free(d);
	}
}

/* Every list of the catalogs that are shipped, in the overlay that people wrote too. */
static void takes_over_shipped(void **state)
{
	static const char *const files[] = { "catalogs/zoom/catalog.yaml",
					     "catalogs/zoom/overlay.yaml",
					     "catalogs/github/catalog.yaml" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		struct arena *a = arena_new();
		struct diag *d = diag_new();
		struct buf text = BUF_INIT;
		struct catalog_text c;

		assert_int_equal(file_read(files[i], FILE_LIMIT, &text, d), 0);
		assert_int_equal(
			catalog_text_read(buf_str(&text), files[i], TEXT_PARTIAL, a, d, &c), 0);
		assert_true(c.lists > 0);
		for (size_t k = 0; k < c.lists; k++) {
			const struct takeover t = { c.list[k].id, "2026-11-26",
						    "a: 'test' # of it" };
			struct buf out = BUF_INIT;

			assert_int_equal(
				takeover_write(buf_str(&text), files[i], TEXT_PARTIAL, &t, d, &out),
				0);
			buf_release(&out);
		}
		buf_release(&text);
		diag_free(d);
		arena_free(a);
	}
}

static int sample(void *data)
{
	const struct takeover t = { "a4", "2026-10-01", "x" };
	struct diag *d = diag_new();
	struct buf out = BUF_INIT;
	int r = d ? takeover_write(str_of(data), "k.yaml", TEXT_PARTIAL, &t, d, &out) : -ENOMEM;

	buf_release(&out);
	diag_free(d);
	return r;
}

static void survives_oom(void **state)
{
	(void)state;
	assert_survives_oom(sample, (void *)rows[0].before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_over),
		cmocka_unit_test(takes_over_shipped),
		cmocka_unit_test(survives_oom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
