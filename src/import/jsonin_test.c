/* SPDX-License-Identifier: Apache-2.0 */
/* Hostile and broken publications: what is refused, and what is told. */
#include "support/test.h"

#include "support/oom.h"
#include "support/reading.h"

#include "base/err.h"
#include "import/jsonin.h"

#define AWS(entry) "{\"prefixes\": [" entry "], \"ipv6_prefixes\": []}"
#define GOOGLE(entries) "{\"prefixes\": [" entries "]}"
#define SET(more)                                                                  \
	"[{\"id\": 1, \"serviceArea\": \"A\", \"serviceAreaDisplayName\": \"T\", " \
	"\"category\": \"Allow\", \"required\": true, " more "}]"
#define FLARE(result, rest) "{\"result\": " result ", " rest "}"
#define FLARE_LISTS "{\"ipv4_cidrs\": [\"192.0.2.0/24\"], \"ipv6_cidrs\": [\"2001:db8::/32\"]}"
#define MISP(type, version, list)                                                             \
	"{\"description\": \"d\", \"name\": \"n\", \"type\": " type ", \"version\": " version \
	", \"list\": " list "}"

#define A50 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A200 A50 A50 A50 A50

struct told {
	const char *format, *text, *what; /* part of the messages, or of the problems */
};

static const struct told errors[] = {
	/* Texts that are not JSON, or too much of it. */
	{ "fastly", "",
	  "x.json:1:1: error: this is not JSON: '[' or '{' expected near end of file" },
	{ "fastly", "{\"addresses\": [\n\"192.0.2.0/24\"", "x.json:2:" },
	{ "fastly", "{\"a\": 1} x", "this is not JSON: end of file expected" },
	{ "fastly", "{\"a\": 1, \"a\": 2}", "duplicate object key" },
	{ "fastly", "{\"a\": 99999999999999999999}", "too big integer" },
	{ "fastly", "{\"a\": 1e999}", "real number overflow" },
	{ "fastly", "{\"a\": \"\\u0000\"}", "\\u0000 is not allowed" },
	{ "fastly", "{\"a\": \"\xff\"}", "unable to decode byte 0xff" },
	{ "fastly", "{\"a\": \"\\ud800\"}", "invalid Unicode" },
	{ "fastly", "\"addresses\"", "'[' or '{' expected" },
	/* Wrong types. */
	{ "fastly", "[]", "the whole: expected an object, not a list" },
	{ "microsoft365", "{}", "the whole: expected a list, not an object" },
	{ "fastly", "{\"addresses\": {}, \"ipv6_addresses\": []}",
	  "addresses: expected a list, not an object" },
	{ "fastly", "{\"addresses\": []}", "ipv6_addresses: is missing; expected a list" },
	{ "fastly", "{\"addresses\": [1], \"ipv6_addresses\": []}",
	  "addresses[0]: expected a text, not a whole number" },
	{ "aws", AWS("7"), "prefixes[0]: expected an object, not a whole number" },
	{ "aws", AWS("{\"ip_prefix\": \"192.0.2.0/24\", \"region\": \"r\"}"),
	  "prefixes[0].service: is missing; expected a text" },
	{ "aws", AWS("{\"service\": \"S3\", \"region\": \"r\"}"),
	  "prefixes[0].ip_prefix: is missing; expected a text" },
	{ "aws", AWS("{\"service\": \"S3\", \"region\": null, \"ip_prefix\": \"192.0.2.0/24\"}"),
	  "prefixes[0].region: expected a text, not null" },
	{ "aws", AWS("{\"service\": \"\", \"region\": \"r\", \"ip_prefix\": \"192.0.2.0/24\"}"),
	  "prefixes[0].service: expected a text of one line, not a blank one" },
	{ "aws",
	  AWS("{\"service\": \"S\", \"region\": \"r\\n::/1\", \"ip_prefix\": \"192.0.2.0/24\"}"),
	  "prefixes[0].region: expected a text of one line, not control characters" },
	/* Addresses that are none, or not what their key says. */
	{ "fastly", "{\"addresses\": [\"192.0.2.0/24\", \"1.2.3\"], \"ipv6_addresses\": []}",
	  "addresses[1]: '1.2.3' is no address or prefix" },
	{ "fastly", "{\"addresses\": [\"192.0.2.1/24\"], \"ipv6_addresses\": []}",
	  "addresses[0]: '192.0.2.1/24' has bits set after its length" },
	{ "fastly", "{\"addresses\": [\"2001:db8::/32\"], \"ipv6_addresses\": []}",
	  "addresses[0]: '2001:db8::/32' is not IPv4" },
	{ "fastly", "{\"addresses\": [\"0.0.0.0/0\"], \"ipv6_addresses\": []}",
	  "addresses[0]: '0.0.0.0/0' is every address there is" },
	{ "zscaler",
	  "{\"cloudName\": \"c\", \"type\": \"t\", \"hubPrefixes\": "
	  "[\"192.0.2.0/24198.51.100.0/24\"]}",
	  "hubPrefixes[0]: '192.0.2.0/24198.51.100.0/24' is no address or prefix" },
	{ "google", GOOGLE("{\"ipv6Prefix\": \"192.0.2.0/24\"}"),
	  "prefixes[0].ipv6Prefix: '192.0.2.0/24' is not IPv6" },
	{ "google", GOOGLE("{\"ip\": \"192.0.2.0/24\"}"),
	  "prefixes[0]: has neither ipv4Prefix nor ipv6Prefix" },
	{ "google",
	  GOOGLE("{\"ipv4Prefix\": \"192.0.2.0/24\", \"service\": \"s\", \"scope\": \"r\"}, "
		 "{\"ipv4Prefix\": \"192.0.2.0/24\"}"),
	  "prefixes[1].service: is missing; expected a text" },
	{ "github", "{\"hooks\": [\"example.com\"]}",
	  "hooks[0]: 'example.com' is no address or prefix" },
	{ "github", "{\"new\": [\"192.0.2.0/24\", \"example.com\"]}",
	  "new[1]: 'example.com' is no address or prefix" },
	{ "github", "{\"hooks\": 1}", "hooks: expected a list, not a whole number" },
	{ "github", "{\"domains\": {\"a\": [\"b c\"]}}", "domains.a[0]: 'b c' is no domain name" },
	{ "github", "{\"domains\": {\"a\\n\": [\"b\"]}}",
	  "domains.a\\x0a: this key is blank, too long, or has control characters" },
	{ "github", "{\"domains\": {\"" A200 "\": [\"a.example.com\"]}}",
	  "these keys are longer than 200 bytes together" },
	{ "github", "{\"" A200 "a\": [\"192.0.2.0/24\"]}", "this key is blank, too long" },
	/* Values that cannot be. */
	{ "aws",
	  "{\"createDate\": \"2023-02-30-21-13-09\", \"prefixes\": [], \"ipv6_prefixes\": []}",
	  "createDate: '2023-02-30-21-13-09' does not begin with a day" },
	{ "google", "{\"creationTime\": \"soon\", \"prefixes\": []}",
	  "creationTime: 'soon' does not begin with a day" },
	{ "misp", MISP("\"string\"", "1", "[]"), "type: is not \"cidr\"" },
	{ "misp", MISP("\"cidr\"", "\"1\"", "[]"), "version: expected a whole number, not a text" },
	{ "cloudflare", FLARE(FLARE_LISTS, "\"success\": false"), "success: is false" },
	{ "cloudflare", FLARE(FLARE_LISTS, "\"success\": true, \"errors\": [{}]"),
	  "errors: is not empty" },
	{ "cloudflare", FLARE("null", "\"success\": true"),
	  "result: expected an object, not null" },
	{ "microsoft365", SET("\"tcpPorts\": \"443;80\""),
	  "[0].tcpPorts: '443;80' is no list of ports like 80,443" },
	{ "microsoft365", SET("\"tcpPorts\": \"65536\""), "[0].tcpPorts: '65536' is no list" },
	{ "microsoft365", SET("\"tcpPorts\": 443"),
	  "[0].tcpPorts: expected a text, not a whole number" },
	{ "microsoft365", SET("\"urls\": [\"http://a.example.com/\"]"),
	  "[0].urls[0]: 'http://a.example.com/' is no domain name" },
	{ "microsoft365", SET("\"urls\": \"a.example.com\""),
	  "[0].urls: expected a list, not a text" },
	{ "microsoft365", "[{\"id\": -1}]", "[0].id: expected a number from 0 to 999999" },
	{ "microsoft365", "[{\"id\": 1.5}]", "[0].id: expected a whole number, not a number" },
	{ "microsoft365", "[{\"id\": 1, \"required\": \"yes\"}]",
	  "[0].required: expected true or false, not a text" },
	/* Nothing at all is no answer. */
	{ "microsoft365", "[]", "the whole: has no addresses or names" },
	{ "aws", AWS(""), "the whole: has no addresses or names" },
	{ "google", GOOGLE(""), "the whole: has no addresses or names" },
	{ "github", "{\"new\": [\"a\"]}", "the whole: has no addresses or names" },
	{ "fastly", "{\"addresses\": [], \"ipv6_addresses\": []}",
	  "an empty publication is a failed download" },
	{ "misp", MISP("\"cidr\"", "1", "[]"), "the whole: has no addresses or names" },
};

static void check_error(const struct told *c)
{
	struct reading t = reading_of(c->format, str_of(c->text));

	if (t.r != E_SYNTAX || !strstr(t.told.data, c->what))
		fail_msg("%s %s: %d, %s", c->format, c->text, t.r, t.told.data);
	assert_true(diag_errors(t.diag) > 0);
	for (size_t i = 0; i < diag_count(t.diag); i++)
		assert_non_null(diag_get(t.diag, i)->hint);
	reading_end(&t);
}

static void errors_name_their_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(errors); i++)
		check_error(&errors[i]);
}

static const struct told problems[] = {
	{ "aws",
	  AWS("{\"service\": \"S\", \"region\": \"r\", \"ip_prefix\": \"192.0.2.0/24\", \"x\\n\": "
	      "1},"
	      "{\"service\": \"S\", \"region\": \"r\", \"ip_prefix\": \"192.0.2.0/25\", \"x\\n\": "
	      "1}"),
	  "lost ipv6_prefixes is an empty list\n"
	  "unknown prefixes[].x\\x0a (2 times): this format does not know the key\n" },
	{ "aws", AWS("{\"service\": \"S\", \"region\": \"r\", \"ip_prefix\": \"192.0.2.0/24\"}"),
	  "lost ipv6_prefixes is an empty list\n" },
	{ "fastly", "{\"addresses\": [\"192.0.2.0/24\"], \"ipv6_addresses\": [], \"x\": 1}",
	  "lost ipv6_addresses is an empty list\n"
	  "unknown x (1 times): this format does not know the key\n" },
	{ "github", "{\"hooks\": [\"192.0.2.0/24\"], \"new\": [\"a\"], \"old\": 1}",
	  "unknown new (1 times): this format does not know the key\n"
	  "unknown old (1 times): this format does not know the key\n" },
	{ "github",
	  "{\"domains\": {\"a\": {\"b\": [\"example.com\"], \"c\": 1, \"trust_domain\": \"\"}}}",
	  "unknown domains.a.c (1 times): this format does not know the key\n" },
	{ "cloudflare", FLARE(FLARE_LISTS, "\"success\": true, \"more\": 1"),
	  "unknown more (1 times): this format does not know the key\n" },
	{ "microsoft365", SET("\"urls\": [\"a.example.com\"], \"tcpPorts\": \"443\", \"x\": {}"),
	  "unknown [].x (1 times): this format does not know the key\n" },
	{ "microsoft365",
	  "[{\"id\": 1, \"serviceArea\": \"A\", \"serviceAreaDisplayName\": \"T\", \"category\": "
	  "\"New\", \"required\": false, \"urls\": [\"a.example.com\", \"a*.example.com\"]}]",
	  "unknown [0].category: 'New' is not known\n"
	  "unsaid a*.example.com: a catalog has '*' only as the whole first label\n" },
};

static void what_is_not_known_is_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(problems); i++) {
		struct reading t = reading_of(problems[i].format, str_of(problems[i].text));

		if (t.r < 0)
			fail_msg("%s", t.told.data);
		reading_tell_problems(&t);
		assert_string_equal(t.told.data, problems[i].what);
		reading_end(&t);
	}
}

static void many_unknown_keys_are_counted(void **state)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	struct reading t;

	(void)state;
	buf_adds(&text,
		 "{\"addresses\": [\"192.0.2.0/24\"], \"ipv6_addresses\": [\"2001:db8::/32\"]");
	for (unsigned i = 0; i < JSONIN_UNKNOWN_MAX + 1; i++)
		buf_printf(&text, ", \"x%u\": 1", i);
	buf_adds(&text, "}");
	t = reading_of("fastly", buf_str(&text));
	assert_int_equal(t.r, 0);
	assert_int_equal(t.draft.problems, JSONIN_UNKNOWN_MAX + 1);
	assert_string_equal(t.draft.problem[JSONIN_UNKNOWN_MAX].text,
			    "1 more keys that this format does not know");
	reading_end(&t);
}

/* ---- limits ---- */

static void check_limit(const char *format, const struct buf *text, int r, const char *what)
{
	struct reading t = reading_of(format, buf_str(text));

	assert_int_equal(t.r, r);
	if (!strstr(t.told.data, what))
		fail_msg("%s", t.told.data);
	reading_end(&t);
}

/* {"addresses": [[[ ... ]]]}, `depth` levels in all. */
static void check_depth(unsigned depth, int r, const char *what)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;

	buf_adds(&text, "{\"addresses\":");
	buf_pad(&text, '[', depth - 1);
	buf_pad(&text, ']', depth - 1);
	buf_adds(&text, "}");
	check_limit("fastly", &text, r, what);
}

static void depth_has_a_limit(void **state)
{
	(void)state;
	check_depth(JSONIN_DEPTH_MAX, E_SYNTAX, "addresses[0]: expected a text, not a list");
	check_depth(JSONIN_DEPTH_MAX + 1, E_LIMIT,
		    "x.json:1:45: error: more than 32 levels of lists and objects");
	check_depth(100000, E_LIMIT, "more than 32 levels");
}

/* An unknown key with all the values. */
static void check_values(unsigned values, int r, const char *what)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;

	buf_adds(&text, "{\"x\": [1");
	for (unsigned i = 3; i < values; i++)
		buf_adds(&text, ",1");
	buf_adds(&text, "]}");
	check_limit("fastly", &text, r, what);
}

static void values_have_a_limit(void **state)
{
	(void)state;
	check_values(JSONIN_VALUES_MAX, E_SYNTAX, "addresses: is missing");
	check_values(JSONIN_VALUES_MAX + 1, E_LIMIT, "more than 500000 values");
}

static void bytes_have_a_limit(void **state)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;

	(void)state;
	buf_adds(&text, "{}");
	buf_pad(&text, ' ', PAGE_BYTES_MAX - 2);
	check_limit("fastly", &text, E_SYNTAX, "addresses: is missing");
	buf_addc(&text, ' ');
	check_limit("fastly", &text, E_LIMIT, "more than 16777216 bytes");
}

static void services_have_a_limit(void **state)
{
	(void)state;
	for (unsigned more = 0; more < 2; more++) {
		EG_AUTO(buf_release) struct buf text = BUF_INIT;

		buf_adds(&text, "{\"prefixes\": [");
		for (unsigned i = 0; i < CATALOG_SERVICES_MAX + more; i++)
			buf_printf(&text,
				   "%s{\"service\": \"S%u\", \"region\": \"r\", \"ip_prefix\": "
				   "\"192.0.2.0/24\"}",
				   i ? "," : "", i);
		buf_adds(&text, "], \"ipv6_prefixes\": []}");
		check_limit("aws", &text, more ? E_LIMIT : 0, more ? "more than 256 services" : "");
	}
}

static void names_have_a_limit(void **state)
{
	(void)state;
	for (unsigned more = 0; more < 2; more++) {
		EG_AUTO(buf_release) struct buf text = BUF_INIT;

		buf_adds(&text, "{\"domains\": {\"a\": [\"example.com\"");
		for (unsigned i = 1; i < CATALOG_NAMES_MAX + more; i++)
			buf_adds(&text, ", \"example.com\"");
		buf_adds(&text, "]}}");
		check_limit("github", &text, more ? E_SYNTAX : 0,
			    more ? "domains.a: has 4097 names; the limit of a row is 4096" : "");
	}
}

/* ---- out of memory: ours, not jansson's, whose lexer leaves its buffer then ---- */

static int read_once(void *data)
{
	const struct told *c = data;
	struct diag *d = diag_new();
	struct draft draft = DRAFT_INIT;
	int r = d ? draft_init(&draft, d) : -ENOMEM;

	if (r == 0)
		r = format_find(str_of(c->format))->read(str_of(c->text), "x", &draft, d);
	draft_release(&draft);
	diag_free(d);
	/* A message that memory did not hold is counted all the same. */
	return c->what && r == E_SYNTAX ? 0 : r;
}

static const struct told small[] = {
	{ "aws",
	  AWS("{\"service\": \"S\", \"region\": \"r\", \"ip_prefix\": \"192.0.2.0/24\", "
	      "\"x\": 1}"),
	  NULL },
	{ "google", GOOGLE("{\"ipv4Prefix\": \"192.0.2.0/24\", \"ipv6Prefix\": \"2001:db8::/32\"}"),
	  NULL },
	{ "github",
	  "{\"hooks\": [\"192.0.2.0/24\"], \"domains\": {\"a\": {\"b\": [\"a.example.com\", "
	  "\"*.com\"]}}}",
	  NULL },
	{ "fastly", "{\"addresses\": [\"192.0.2.0/24\"], \"ipv6_addresses\": []}", NULL },
	{ "zscaler", "{\"cloudName\": \"c\", \"type\": \"t\", \"hubPrefixes\": [\"192.0.2.0/24\"]}",
	  NULL },
	{ "cloudflare", FLARE(FLARE_LISTS, "\"success\": true, \"errors\": []"), NULL },
	{ "misp", MISP("\"cidr\"", "20260811", "[\"192.0.2.0/24\"]"), NULL },
	{ "microsoft365",
	  SET("\"urls\": [\"a.example.com\", \"a*.example.com\"], \"ips\": "
	      "[\"192.0.2.0/24\"], \"tcpPorts\": \"443\", \"udpPorts\": \"443\", "
	      "\"notes\": \"n\""),
	  NULL },
	{ "fastly", "{\"addresses\": [1, \"a\"]}", "an error" },
	{ "fastly", "{\"addresses\"", "an error" },
};

static void memory_may_run_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(small); i++) {
		struct told c = small[i];

		assert_true(assert_survives_oom(read_once, &c) > 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_name_their_place),
		cmocka_unit_test(what_is_not_known_is_told),
		cmocka_unit_test(many_unknown_keys_are_counted),
		cmocka_unit_test(depth_has_a_limit),
		cmocka_unit_test(values_have_a_limit),
		cmocka_unit_test(bytes_have_a_limit),
		cmocka_unit_test(services_have_a_limit),
		cmocka_unit_test(names_have_a_limit),
		cmocka_unit_test(memory_may_run_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
