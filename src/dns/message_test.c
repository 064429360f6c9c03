/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "base/buf.h"
#include "base/err.h"
#include "dns/message.h"
#include "support/dnstext.h"

/* RFC 1035, section 4.1.4: F.ISI.ARPA, FOO.F.ISI.ARPA, ARPA and the root, from octet 20. */
static const uint8_t rfc1035[] = {
	[20] = 1, 'F',	    3,	 'I', 'S', 'I',	 4,  'A',	  'R', 'P',	 'A',
	0,	  [40] = 3, 'F', 'O', 'O', 0xc0, 20, [64] = 0xc0, 26,  [92] = 0,
};

static void check_name(const uint8_t *data, size_t n, size_t at, const char *want, size_t end)
{
	struct cursor c = cursor_over(data, n);
	struct dns_name name;
	struct name text;

	c.at = at;
	dns_name_read(&c, &name);
	if (!want) {
		assert_true(c.r < 0);
		assert_int_equal(name.n, 1);
		return;
	}
	assert_int_equal(c.r, 0);
	assert_int_equal(c.at, end);
	if (!want[0]) {
		assert_int_equal(name.n, 1);
		assert_int_equal(dns_name_text(&name, &text), E_SYNTAX);
		return;
	}
	assert_int_equal(dns_name_text(&name, &text), 0);
	assert_string_equal(text.text, want);
}

static void names_of_the_standard(void **state)
{
	(void)state;
	check_name(rfc1035, sizeof(rfc1035), 20, "f.isi.arpa", 32);
	check_name(rfc1035, sizeof(rfc1035), 40, "foo.f.isi.arpa", 46);
	check_name(rfc1035, sizeof(rfc1035), 64, "arpa", 66);
	check_name(rfc1035, sizeof(rfc1035), 92, "", 93);
}

static void names_that_are_none(void **state)
{
	static const struct {
		uint8_t wire[8];
		size_t n;
	} bad[] = {
		{ { 0xc0, 12 }, 2 },	       /* itself */
		{ { 0xc0, 14, 0xc0, 12 }, 4 }, /* forwards */
		{ { 0xc0, 4 }, 2 },	       /* into the header */
		{ { 1, 'a', 0xc0, 12 }, 4 },   /* a loop with a label in it */
		{ { 0x41, 'a' }, 2 },	       /* label types of old experiments */
		{ { 0x80, 0 }, 2 },
		{ { 3, 'a', 'b' }, 3 }, /* cut */
		{ { 1, 'a' }, 2 },
		{ { 0xc0 }, 1 },
		{ { 0 }, 0 },
	};
	uint8_t packet[32] = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		memcpy(packet + 12, bad[i].wire, bad[i].n);
		check_name(packet, 12 + bad[i].n, 12, NULL, 0);
	}
}

static void the_longest_name(void **state)
{
	uint8_t packet[300] = { 0 };
	struct cursor c;
	struct dns_name name;

	(void)state;
	for (size_t extra = 0; extra < 2; extra++) {
		size_t at = DNS_HEADER;

		/* three labels of 63 and one of 61: 255 bytes; one more is too many */
		for (size_t i = 0; i < 4; i++) {
			size_t n = i < 3 ? 63 : 61 + extra;

			packet[at++] = (uint8_t)n;
			memset(packet + at, 'a', n);
			at += n;
		}
		packet[at++] = 0;
		c = cursor_over(packet, at);
		c.at = DNS_HEADER;
		dns_name_read(&c, &name);
		assert_int_equal(c.r, extra ? E_SYNTAX : 0);
		assert_int_equal(name.n, extra ? 1 : 255);
	}
}

/* Names that would be other names as text, or none. */
static void names_that_are_no_text(void **state)
{
	static const char *const wires[] = {
		"\3a.b\2us",	"\3a b\2us", "\2\303\251\2us", "\1*\2us",
		"\003127\0011", "\2-a\2us",  "\3WWW\2us",
	};
	struct name text;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wires); i++) {
		struct dns_name name = { .n = (uint8_t)(strlen(wires[i]) + 1) };

		memcpy(name.wire, wires[i], name.n);
		if (dns_name_text(&name, &text) != E_SYNTAX)
			fail_msg("%s became %s", wires[i], text.text);
	}
}

static void names_under_others(void **state)
{
	static const struct {
		const char *name, *apex;
		bool want;
	} cases[] = {
		{ "a.zoom.us", "zoom.us", true },
		{ "zoom.us", "zoom.us", true },
		{ "us", "zoom.us", false },
		{ "azoom.us", "zoom.us", false },
		{ "zoom.us", ".", true },
		{ ".", ".", true },
		{ ".", "us", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct dns_name name = dnstext_question(cases[i].name, 1).name;
		struct dns_name apex = dnstext_question(cases[i].apex, 1).name;

		assert_int_equal(dns_name_under(&name, &apex), cases[i].want);
	}
}

struct change {
	const char *text;
	size_t at; /* 0: nothing is changed */
	uint8_t byte;
	int cut, want;
};

static void queries(void **state)
{
	static const char plain[] = "QUERY; www.zoom.us A";
	static const char edns[] = "QUERY; www.zoom.us A | | OPT 4096";
	static const struct change cases[] = {
		{ plain, 0, 0, 0, RCODE_NOERROR },
		{ edns, 0, 0, 0, RCODE_NOERROR },
		{ plain, 2, 0x81, 0, E_TRUNCATED },  /* an answer */
		{ plain, 2, 0x29, 0, RCODE_NOTIMP }, /* UPDATE */
		{ plain, 5, 0, 0, RCODE_FORMERR },   /* no question */
		{ plain, 5, 2, 0, RCODE_FORMERR },   /* two */
		{ plain, 7, 1, 0, RCODE_FORMERR },   /* with an answer */
		{ plain, 9, 1, 0, RCODE_FORMERR },   /* with an authority */
		{ plain, 11, 1, 0, RCODE_FORMERR },  /* says that an option follows */
		{ plain, 11, 65, 0, RCODE_FORMERR },
		{ plain, 12, 0xc0, 0, RCODE_FORMERR }, /* a pointer as name */
		{ plain, 0, 0, 1, RCODE_FORMERR },
		{ plain, 0, 0, 17, RCODE_FORMERR },
		{ edns, 11, 0, 0, RCODE_FORMERR }, /* bytes behind the end */
		{ edns, 35, 1, 0, RCODE_BADVERS },
		{ edns, 0, 0, 1, RCODE_FORMERR },
		{ "QUERY; www.zoom.us A | | OPT 1232; OPT 1232", 0, 0, 0, RCODE_FORMERR },
		{ "QUERY; www.zoom.us A | | a.us 0 OPT .", 0, 0, 0, RCODE_FORMERR },
	};
	uint8_t packet[DNSTEXT_MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct change *c = &cases[i];
		size_t n = dnstext_make(c->text, 0x1234, packet) - (size_t)c->cut;
		struct dns_query q;

		if (c->at)
			packet[c->at] = c->byte;

		int r = dns_query_read(packet, n, &q);

		if (r != c->want)
			fail_msg("case %zu, %s: %d", i, c->text, r);
		if (r >= 0)
			assert_int_equal(q.id, 0x1234);
	}
	for (size_t n = 0; n < DNS_HEADER; n++) {
		struct dns_query q;

		assert_int_equal(dns_query_read(packet, n, &q), E_TRUNCATED);
	}
}

static void sizes_of_answers(void **state)
{
	static const struct {
		const char *text;
		unsigned want;
	} cases[] = {
		{ "QUERY; a.us A", 512 },
		{ "QUERY; a.us A | | OPT 0", 512 },
		{ "QUERY; a.us A | | OPT 513", 513 },
		{ "QUERY; a.us A | | OPT 1232", 1232 },
		{ "QUERY; a.us A | | OPT 65535", 1232 },
	};
	uint8_t packet[DNSTEXT_MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct dns_query q;
		size_t n = dnstext_make(cases[i].text, 1, packet);

		assert_int_equal(dns_query_read(packet, n, &q), RCODE_NOERROR);
		assert_int_equal(q.size, cases[i].want);
		assert_int_equal(q.edns, i > 0);
	}
}

/* The question goes back as it came, capitals and all; inside it is lower case. */
static void the_question_is_kept(void **state)
{
	uint8_t packet[DNSTEXT_MAX];
	size_t n = dnstext_make("QUERY; wWw.ZOOM.us A", 1, packet);
	struct dns_question want = dnstext_question("www.zoom.us", TYPE_A);
	struct dns_query q;

	(void)state;
	assert_int_equal(dns_query_read(packet, n, &q), RCODE_NOERROR);
	assert_true(dns_question_equal(&q.question, &want));
	assert_int_equal(q.raw_n, n - DNS_HEADER);
	assert_memory_equal(q.raw, packet + DNS_HEADER, q.raw_n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_the_standard), cmocka_unit_test(names_that_are_none),
		cmocka_unit_test(the_longest_name),	 cmocka_unit_test(names_that_are_no_text),
		cmocka_unit_test(names_under_others),	 cmocka_unit_test(queries),
		cmocka_unit_test(sizes_of_answers),	 cmocka_unit_test(the_question_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
