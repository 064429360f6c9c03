/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "base/err.h"
#include "base/file.h"
#include "catalog/write.h"
#include "support/oom.h"

/* Everything that a reading and a writing need. */
struct desk {
	struct arena *arena;
	struct diag *diag;
	struct buf out;
};

static void desk_open(struct desk *k)
{
	*k = (struct desk){ .arena = arena_new(), .diag = diag_new() };
	assert_true(k->arena && k->diag);
}

static void desk_close(struct desk *k)
{
	buf_release(&k->out);
	diag_free(k->diag);
	arena_free(k->arena);
}

static void must_read(struct desk *k, struct str text, enum text_part part,
		      struct catalog_text *ret)
{
	struct buf told = BUF_INIT;

	if (catalog_text_read(text, "k.yaml", part, k->arena, k->diag, ret) == 0)
		return;
	diag_format(k->diag, &told);
	fail_msg("%.*s\nis not read:\n%s", STR_FMT(text), told.data);
}

/* The law: read what was written, and it is the same; write it again, and it is the same. */
static void assert_law(const struct catalog_text *text, enum text_part part, const char *what)
{
	struct catalog_text again;
	struct buf twice = BUF_INIT;
	struct desk k;

	desk_open(&k);
	assert_int_equal(catalog_write(text, NULL, &k.out), 0);
	must_read(&k, buf_str(&k.out), part, &again);
	if (!catalog_text_same(text, &again))
		fail_msg("%s: read as something else:\n%s", what, k.out.data);
	assert_int_equal(catalog_write(&again, NULL, &twice), 0);
	assert_string_equal(k.out.data, twice.data);
	buf_release(&twice);
	desk_close(&k);
}

static const char every_key[] =
	"# how it was made\n"
	"#\n"
	"#   second part\n"
	"vendor: acme\n"
	"title: Acme\n"
	"page: KB1\n"
	"page-date: 2026-01-02\n"
	"page-sha256: e50972975c1ac3d14e6b5c4a77a8132d01d6bc9a3f31cd5b5700e48e5cb7bb08\n"
	"unverified: from a copy of 2024-07-14\n"
	"lists:\n"
	"  a4:\n"
	"    file: A4.txt\n"
	"    family: ipv4\n"
	"    url: https://acme.example/A4.txt\n"
	"    feed: list\n"
	"    max-shrink: 50\n"
	"    max-growth: 1000\n"
	"    widest: 9\n"
	"    not-global: true\n"
	"    date: 2026-01-01\n"
	"    source: 'rebuilt from: elsewhere'\n"
	"  a6:\n"
	"    file: A6.txt\n"
	"    family: ipv6\n"
	"    missing: no copy found\n"
	"services:\n"
	"  calls:\n"
	"    title: Calls\n"
	"    selftest: acme.example\n"
	"    bypass: [acme.example, \"*.acme.example\"]\n"
	"    requirements:\n"
	"      calls-media:\n"
	"        title: Media\n"
	"        page: table 3 row 2\n"
	"        also: table 4 row 2\n"
	"        roles: [client, browser]\n"
	"        roles-cut: true\n"
	"        proto: udp\n"
	"        ports: 3478-3479,8801-8810\n"
	"        application: stun\n"
	"        lists: [a4, a6]\n"
	"        tags: media\n"
	"        note: short\n"
	"        verified: >-\n"
	"          the copy of 2026-10-02 has the row; what the stored page lost there is the "
	"note,\n"
	"          and no more than that\n"
	"      calls-hook:\n"
	"        title: Hook\n"
	"        page: table 3 row 3\n"
	"        roles: vendor\n"
	"        direction: inbound\n"
	"        endpoint: \"*the* hosts of the site\"\n"
	"        proto: 254\n"
	"        families: ipv4\n"
	"        unverified: hearsay\n"
	"        incomplete: the page lost Acme's addresses\n"
	"      calls-web:\n"
	"        title: Web\n"
	"        page: table 3 row 4\n"
	"        proto: tcp\n"
	"        ports: 443\n"
	"        application: tls\n"
	"        proxyable: true\n"
	"        names: \"*.acme.example\"\n"
	"  nothing:\n"
	"    title: Nothing\n"
	"    requirements: {}\n";

static void every_key_stands_in_its_place(void **state)
{
	struct catalog_text text;
	struct desk k;

	(void)state;
	desk_open(&k);
	must_read(&k, str_of(every_key), TEXT_WHOLE, &text);
	assert_int_equal(catalog_write(&text, "how it was made\n\n  second part", &k.out), 0);
	assert_string_equal(k.out.data, every_key);
	assert_law(&text, TEXT_WHOLE, "every key");
	desk_close(&k);
}

static void the_shipped_catalog_keeps_its_meaning(void **state)
{
	struct catalog_text text;
	struct buf file = BUF_INIT;
	struct desk k;

	(void)state;
	desk_open(&k);
	assert_int_equal(file_read("catalogs/zoom/catalog.yaml", FILE_LIMIT, &file, k.diag), 0);
	must_read(&k, buf_str(&file), TEXT_WHOLE, &text);
	assert_law(&text, TEXT_WHOLE, "zoom");
	buf_release(&file);
	desk_close(&k);
}

/* Texts that YAML might take for something else. */
static const char *const texts[] = {
	"a: b",
	"a:",
	": a",
	"a #b",
	"#a",
	"a#b",
	"*a",
	"&a",
	"!a",
	"%a",
	"@a",
	"`a",
	"|",
	">",
	"|a",
	"- a",
	"-",
	"---",
	"--- a",
	"...",
	"? a",
	"?",
	"[a",
	"]",
	"{a}",
	"a, b",
	"'a'",
	"\"a\"",
	"it's",
	"a\"b",
	"a\\nb",
	"\\",
	"null",
	"~",
	"true",
	"no",
	"1e3",
	"2026-01-01",
	"0x1f",
	"=",
	"<<",
	"a  b   c",
	"a : b",
	"a :b",
	"http://a/#b",
	"\xc2\xa0hard blank",
	"x\xe2\x80\xa8y",
	"\xe2\x80\xa8%a",
	"\xe2\x80\xa9",
	"\xef\xbb\xbfmark",
	"a\xef\xbb\xbf",
	"\xef\xbf\xbe",
	"\xe3\x80\x80\xe6\xb3\xa8\xef\xbc\x9a",
	"\xf0\x9f\x98\x80 smile",
	"Zoom \xe3\x82\xaf\xe3\x83\xa9\xe3\x82\xa4 \xe3\x83\xb3\xe3\x83\x88\xe3\x80\x81",
};

/* Each alone, behind and before a long text, and several times over so that it stands at breaks. */
static void text_variant(const char *text, unsigned variant, struct buf *out)
{
	static const char filler[] = "some words that fill a line until it has to be folded";

	switch (variant) {
	case 0:
		buf_adds(out, text);
		break;
	case 1:
		buf_printf(out, "%s %s %s", text, filler, filler);
		break;
	case 2:
		buf_printf(out, "%s %s %s", filler, filler, text);
		break;
	default:
		for (unsigned i = 0; out->n < FIELD_TEXT_MAX - 100; i++)
			buf_printf(out, "%s%s", i ? (i % 7 ? " " : "   ") : "", text);
	}
}

static void any_text_is_read_as_it_was_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		for (unsigned variant = 0; variant < 4; variant++) {
			struct buf b = BUF_INIT;
			struct requirement_text row = { .id = "r" };
			struct service_text service = { .id = "s",
							.requirement = &row,
							.requirements = 1 };
			struct catalog_text text = { .service = &service, .services = 1 };

			text_variant(texts[i], variant, &b);
			text.title = row.note = row.title = row.incomplete = b.data;
			assert_law(&text, TEXT_PARTIAL, texts[i]);
			buf_release(&b);
		}
	}
}

static void long_lists_and_many_ports(void **state)
{
	enum { NAMES = 300 };
	static struct pattern name[NAMES];
	static struct requirement_text row;
	struct service_text service = { .id = "s", .requirement = &row, .requirements = 1 };
	struct catalog_text text = { .service = &service, .services = 1 };
	const char *tag[] = { "a", "b", "c" };

	(void)state;
	row = (struct requirement_text){
		.id = "r", .tag = tag, .tags = 3, .name = name, .names = NAMES
	};
	for (size_t i = 0; i < NAMES; i++) {
		name[i].kind = i % 3 ? PATTERN_NAME : PATTERN_UNDER;
		(void)snprintf(name[i].name.text, sizeof(name[i].name.text), "h%zu.acme.example",
			       i);
	}
	for (unsigned i = 0; i < PORTS_MAX; i++) {
		uint16_t port = (uint16_t)(2 * i + 1);

		assert_int_equal(ports_add(&row.ports, port, port), 0);
	}
	assert_law(&text, TEXT_PARTIAL, "long lists");
}

static void a_remark_stays_a_comment(void **state)
{
	static const char remark[] = "one\xe2\x80\xa8two: 2\n%three\r\x01\xc2\x85 four\xef\xbb\xbf";
	struct catalog_text text = { .title = "T" }, again;
	struct desk k;

	(void)state;
	desk_open(&k);
	assert_int_equal(catalog_write(&text, remark, &k.out), 0);
	assert_true(str_starts(buf_str(&k.out), "# one two: 2\n# %three    four \ntitle: T\n"));
	must_read(&k, buf_str(&k.out), TEXT_PARTIAL, &again);
	assert_string_equal(again.title, "T");
	desk_close(&k);
}

static void texts_that_differ_are_told_apart(void **state)
{
	static const char *const other[][2] = {
		{ "title: Acme", "title: Acne" },
		{ "file: A4", "file: A5" },
		{ "family: ipv4", "family: ipv6" },
		{ "selftest: acme.ex", "selftest: abme.ex" },
		{ "[acme.example,", "[other.example," },
		{ "[client, b", "[device, b" },
		{ "proto: udp", "proto: sctp" },
		{ "3478-3479", "3478" },
		{ "roles-cut: true", "roles-cut: false" },
		{ "[a4, a6]", "[a6, a4]" },
		{ "tags: media", "tags: [media, x]" },
		{ "calls-hook", "calls-hoof" },
		{ "unverified: hearsay", "verified: hearsay" },
		{ "page-sha256: e5", "page-sha256: e6" },
	};
	struct catalog_text text, changed;
	struct desk k;

	(void)state;
	desk_open(&k);
	must_read(&k, str_of(every_key), TEXT_WHOLE, &text);
	for (size_t i = 0; i < ARRAY_LEN(other); i++) {
		struct buf b = BUF_INIT;
		const char *at = strstr(every_key, other[i][0]);

		assert_non_null(at);
		buf_add(&b, every_key, (size_t)(at - every_key));
		buf_printf(&b, "%s%s", other[i][1], at + strlen(other[i][0]));
		must_read(&k, buf_str(&b), TEXT_WHOLE, &changed);
		if (catalog_text_same(&text, &changed))
			fail_msg("'%s' counts as '%s'", other[i][1], other[i][0]);
		buf_release(&b);
	}
	desk_close(&k);
}

static int write_sample(void *data)
{
	struct buf out = BUF_INIT;
	int r = catalog_write(data, "remark", &out);

	buf_release(&out);
	return r;
}

static void running_out_of_memory_is_survived(void **state)
{
	struct catalog_text text;
	struct desk k;

	(void)state;
	desk_open(&k);
	must_read(&k, str_of(every_key), TEXT_WHOLE, &text);
	assert_true(assert_survives_oom(write_sample, &text) > 5);
	desk_close(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_stands_in_its_place),
		cmocka_unit_test(the_shipped_catalog_keeps_its_meaning),
		cmocka_unit_test(any_text_is_read_as_it_was_written),
		cmocka_unit_test(long_lists_and_many_ports),
		cmocka_unit_test(a_remark_stays_a_comment),
		cmocka_unit_test(texts_that_differ_are_told_apart),
		cmocka_unit_test(running_out_of_memory_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
