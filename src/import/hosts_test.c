/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of hosts: what is read, what is told, and what is not this format at all. */
#include "support/test.h"

#include "support/readback.h"
#include "support/reading.h"

#define DATA "tests/data/import/vendors/"

static void print_row(const struct requirement_text *t, struct buf *out)
{
	buf_printf(out, "%s @%s:", t->id, t->page);
	for (size_t i = 0; i < t->names; i++) {
		buf_addc(out, ' ');
		pattern_print(&t->name[i], out);
	}
	for (size_t i = 0; i < t->lists; i++)
		buf_printf(out, " %s", t->list[i].id);
	for (size_t i = 0; i < t->tags; i++)
		buf_printf(out, " #%s", t->tag[i]);
	buf_printf(out, "%s%s\n", t->unverified ? " unverified" : "",
		   t->incomplete && !t->proto ? " incomplete" : "");
}

/* Rows, lists and problems, a line each. */
static void print_draft(const struct reading *t, struct buf *out)
{
	for (size_t i = 0; i < t->draft.rows; i++)
		print_row(&t->draft.row[i].text, out);
	for (size_t i = 0; i < t->draft.lists; i++) {
		struct str lines = t->draft.list[i].content;

		buf_printf(out, "%s:", t->draft.list[i].text.id);
		while (lines.n) {
			struct str line = str_cut(&lines, '\n');

			buf_printf(out, " %.*s", STR_FMT(line));
		}
		buf_addc(out, '\n');
	}
	for (size_t i = 0; i < t->draft.problems; i++)
		buf_printf(out, "%u: %s\n", t->draft.problem[i].at.line, t->draft.problem[i].text);
	buf_addc(out, '\0');
}

static const struct reads {
	const char *text, *draft;
} reads[] = {
	{ "a.example.com\n", "x @x: a.example.com incomplete\n" },
	{ "# ours\n\n*.example.com # all\r\nexample.com\nexample.com",
	  "x @x: *.example.com example.com incomplete\n" },
	{ "a.example.com\n192.0.2.0/24\n2001:db8::1\n198.51.100.7\n",
	  "x @x: a.example.com incomplete\n"
	  "x-addresses @x: x-v4 x-v6 #addresses incomplete\n"
	  "x-v4: 192.0.2.0/24 198.51.100.7/32\n"
	  "x-v6: 2001:db8::1/128\n" },
	{ "192.0.2.0/24\n", "x @x: x-v4 incomplete\nx-v4: 192.0.2.0/24\n" },
	{ "sip*.example.com\na.example.com\nhttps://b.example.com/c.txt\n*.cloudfront.net\n",
	  "x @x: a.example.com unverified incomplete\n"
	  "1: sip*.example.com: a catalog has '*' only as the whole first label\n"
	  "3: https://b.example.com/c.txt: a catalog names hosts, and no paths on them\n"
	  "4: *.cloudfront.net: anybody can register a name there\n" },
	{ "*.com\n", "x @x: unverified incomplete\n1: *.com: anybody can register a name there\n" },
};

static void hosts_become_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(reads); i++) {
		struct reading t = reading_begin();
		EG_AUTO(buf_release) struct buf got = BUF_INIT;

		t.draft.vendor = "acme";
		t.draft.title = "Acme";
		t.draft.page = "x";
		t.draft.page_date = "2026-11-01";
		reading_run(&t, "hosts", str_of(reads[i].text));
		if (t.r < 0)
			fail_msg("%s: %s", reads[i].text, t.told.data);
		print_draft(&t, &got);
		assert_string_equal(got.data, reads[i].draft);
		assert_int_equal(readback(&t.draft, t.diag), 0);
		reading_end(&t);
	}
}

static const struct refused {
	const char *text, *told;
} refused[] = {
	{ "", "x.json: error: the list is empty" },
	{ "# nothing\n", "x.json: error: the list is empty" },
	{ "a.example.com\na b.com\n", "x.json:2:1: error: 'a b.com' is no host name" },
	{ "server.invalid-tld\n", "x.json:1:1: error: 'server.invalid-tld' is no host name" },
	{ "a.example.com\n10.0.0.1/8\n", "x.json:2:1: error: '10.0.0.1/8' has bits set" },
	{ "a.example.com\n0.0.0.0/0\n", "x.json:2:1: error: '0.0.0.0/0' means every address" },
	{ "*\n", "x.json:1:1: error: '*' is no host name" },
	{ "1.2.3\n", "x.json:1:1: error: '1.2.3' is no host name" },
	{ "a_b.txt\nc d\n", "x.json:2:1: error: 'c d' is no host name" },
};

static void what_is_no_host_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		struct reading t = reading_of("hosts", str_of(refused[i].text));

		if (t.r >= 0 || !strstr(t.told.data, refused[i].told))
			fail_msg("'%s' told '%s', not '%s'", refused[i].text, t.told.data,
				 refused[i].told);
		reading_end(&t);
	}
}

static void too_many_are_refused(void **state)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;

	(void)state;
	for (unsigned i = 0; i < CATALOG_NAMES_MAX; i++)
		buf_printf(&text, "h%u.example.com\n", i);
	for (int more = 0; more < 2; more++) {
		struct reading t = reading_of("hosts", buf_str(&text));

		assert_int_equal(t.r, more ? E_LIMIT : 0);
		reading_end(&t);
		buf_adds(&text, "more.example.com\n");
	}
}

static const struct detected {
	const char *text, *format;
} detected[] = {
	{ "a.example.com\n", "hosts" },
	{ "# c\n*.example.com\n192.0.2.0/24\n", "hosts" },
	{ "192.0.2.0/24\na.example.com\n", "hosts" },
	{ "https://a.example.com/b\na.example.com\n", "hosts" },
	{ "192.0.2.0/24\n", "list" },
	{ "a.example.com is up\n", NULL },
	{ "https://a.example.com/b\n", NULL },
	{ "protocol\tports\tdestination\ntcp\t443\ta.example.com\n", "tsv" },
	{ "notes.txt\n", NULL },
};

static void names_alone_on_lines_are_hosts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(detected); i++) {
		const struct format *f = format_detect(str_of(detected[i].text), "x");
		const char *want = detected[i].format;

		if (want ? !f || strcmp(f->name, want) != 0 : f && str_is(STR("hosts"), f->name))
			fail_msg("'%s' is %s", detected[i].text, f ? f->name : "nothing");
	}
}

static const struct sample {
	const char *file;
	size_t names, prefixes, problems;
} samples[] = {
	{ DATA "slack/hosts-2022-01.txt", 51, 0, 0 },
	{ DATA "ringcentral/hosts-and-ranges-2022-01.txt", 48, 9, 2 },
	{ DATA "webex/hosts-and-ranges-2022-01.txt", 29, 40, 5 },
};

static void samples_are_read_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
		struct reading t = reading_of_file("hosts", samples[i].file);
		size_t lines = 0;

		print_message("# %s\n", samples[i].file);
		assert_string_equal(format_detect(buf_str(&t.text), "x")->name, "hosts");
		assert_int_equal(t.draft.row[0].text.names, samples[i].names);
		for (size_t k = 0; t.draft.lists && k < t.draft.list[0].content.n; k++)
			lines += t.draft.list[0].content.p[k] == '\n';
		assert_int_equal(lines, samples[i].prefixes);
		assert_int_equal(t.draft.problems, samples[i].problems);
		reading_end(&t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts_become_rows),
		cmocka_unit_test(what_is_no_host_is_refused),
		cmocka_unit_test(too_many_are_refused),
		cmocka_unit_test(names_alone_on_lines_are_hosts),
		cmocka_unit_test(samples_are_read_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
