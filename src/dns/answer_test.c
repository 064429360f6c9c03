/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "base/err.h"
#include "dns/answer.h"
#include "support/dnstext.h"

static bool is_inside(void *data, struct addr a)
{
	(void)data;
	return a.family == FAMILY_V4 && a.value >> 8 == 0xcb0071; /* 203.0.113.0/24 */
}

static const struct answer_rules rules = { .ttl_max = 1000,
					   .negative_max = 50,
					   .inside = is_inside };

static struct answer_room room;
static uint8_t packet[DNSTEXT_MAX];
static uint8_t written[ANSWER_SIZE_MAX];

/* What a client sees of the answer, and after "=>" what was learned. */
static void show(const struct dns_question *q, uint32_t age, size_t limit, struct buf *out)
{
	struct dns_query query = { .id = 7, .flags = DNS_RD, .question = *q, .edns = true };
	const struct answer *a = &room.answer;

	query.raw_n = (uint16_t)(q->name.n + 4);
	memcpy(query.raw, q->name.wire, q->name.n);
	query.raw[q->name.n] = (uint8_t)(q->type >> 8);
	query.raw[q->name.n + 1] = (uint8_t)q->type;
	query.raw[q->name.n + 3] = CLASS_IN;
	dnstext_show(written, answer_write(a, &query, age, limit, written), out);
	for (unsigned i = 0; i < a->addresses; i++) {
		buf_adds(out, i ? ", " : " => ");
		addr_print(a->address[i].addr, out);
		buf_printf(out, " %u", a->address[i].ttl);
	}
}

struct sample {
	const char *name;
	uint16_t type;
	const char *response;
	int r;
	const char *want;
};

#define ZOOM "www.zoom.us", TYPE_A
#define WEB "www.zoom.us", TYPE_HTTPS
#define OPT "| OPT 1232"

static const struct sample samples[] = {
	{ ZOOM, "NOERROR; www.zoom.us A; www.zoom.us 60 A 1.2.3.4", 0,
	  "NOERROR; www.zoom.us A; www.zoom.us 60 A 1.2.3.4 | " OPT " => 1.2.3.4 60" },
	{ "www.zoom.us", TYPE_AAAA, "NOERROR; www.zoom.us AAAA; www.zoom.us 60 AAAA 2600::1", 0,
	  "NOERROR; www.zoom.us AAAA; www.zoom.us 60 AAAA 2600::1 | " OPT " => 2600::1 60" },
	/* The chain, in whatever order, and nothing beside it. */
	{ ZOOM,
	  "NOERROR; www.zoom.us A; b.cdn 5 A 1.2.3.4; a.cdn 7 CNAME b.cdn; other.cdn 5 A 6.6.6.6;"
	  "www.zoom.us 60 CNAME a.cdn; www.zoom.us 9 A 5.5.5.5; b.cdn 6 A 1.2.3.5 "
	  "| cdn 5 NS evil.example | evil.example 5 A 6.6.6.7",
	  0,
	  "NOERROR; www.zoom.us A; www.zoom.us 60 CNAME a.cdn; a.cdn 7 CNAME b.cdn; b.cdn 5 A "
	  "1.2.3.4;"
	  " b.cdn 6 A 1.2.3.5 | " OPT " => 1.2.3.4 5, 1.2.3.5 6" },
	{ "www.zoom.us", TYPE_CNAME, "NOERROR; www.zoom.us CNAME; www.zoom.us 60 CNAME a.cdn", 0,
	  "NOERROR; www.zoom.us CNAME; www.zoom.us 60 CNAME a.cdn | " OPT },
	{ ZOOM, "NOERROR; www.zoom.us A; www.zoom.us 60 CNAME www.zoom.us", E_LIMIT, NULL },
	{ ZOOM, "NOERROR; www.zoom.us A; www.zoom.us 60 CNAME a.cdn; a.cdn 60 CNAME www.zoom.us",
	  E_LIMIT, NULL },
	/* A chain that leads nowhere is an answer without addresses. */
	{ ZOOM, "NOERROR; www.zoom.us A; www.zoom.us 60 CNAME a.cdn | cdn 9 SOA 7", 0,
	  "NOERROR; www.zoom.us A; www.zoom.us 60 CNAME a.cdn | cdn 7 SOA 7 " OPT },
	/* Negative: the SOA of a zone that holds the name, and only that one. */
	{ ZOOM, "NXDOMAIN; www.zoom.us A | zoom.us 3600 SOA 900", 0,
	  "NXDOMAIN; www.zoom.us A | zoom.us 50 SOA 900 " OPT },
	{ ZOOM, "NXDOMAIN; www.zoom.us A | zoom.example 3600 SOA 900; us 5 SOA 9", 0,
	  "NXDOMAIN; www.zoom.us A | us 5 SOA 9 " OPT },
	{ ZOOM, "NOERROR; www.zoom.us A | . 10 SOA 900", 0,
	  "NOERROR; www.zoom.us A | . 10 SOA 900 " OPT },
	{ ZOOM, "NOERROR; www.zoom.us A", 0, "NOERROR; www.zoom.us A | " OPT },
	{ ZOOM, "NXDOMAIN; www.zoom.us A; www.zoom.us 60 A 1.2.3.4", E_SYNTAX, NULL },
	/* The guard. */
	{ ZOOM, "NOERROR; www.zoom.us A; www.zoom.us 60 A 10.0.0.1; www.zoom.us 60 A 1.2.3.4", 0,
	  "NOERROR; www.zoom.us A; www.zoom.us 60 A 1.2.3.4 | " OPT " => 1.2.3.4 60" },
	{ ZOOM, "NOERROR; www.zoom.us A; www.zoom.us 60 A 10.0.0.1", 0,
	  "REFUSED; www.zoom.us A | " OPT " why 15" },
	{ ZOOM, "NOERROR; www.zoom.us A; www.zoom.us 60 A 203.0.113.5", 0,
	  "REFUSED; www.zoom.us A | " OPT " why 15" },
	{ ZOOM, "NOERROR; www.zoom.us A; www.zoom.us 60 CNAME a.cdn; a.cdn 60 A 127.0.0.1", 0,
	  "REFUSED; www.zoom.us A | " OPT " why 15" },
	{ "www.zoom.us", TYPE_AAAA, "NOERROR; www.zoom.us AAAA; www.zoom.us 60 AAAA ::ffff:8.8.8.8",
	  0, "REFUSED; www.zoom.us AAAA | " OPT " why 15" },
	/* Times are bounded. */
	{ ZOOM, "NOERROR; www.zoom.us A; www.zoom.us 999999 A 1.2.3.4", 0,
	  "NOERROR; www.zoom.us A; www.zoom.us 1000 A 1.2.3.4 | " OPT " => 1.2.3.4 1000" },
	{ ZOOM, "NOERROR; www.zoom.us A; www.zoom.us 4294967295 A 1.2.3.4", 0,
	  "NOERROR; www.zoom.us A; www.zoom.us 0 A 1.2.3.4 | " OPT " => 1.2.3.4 0" },
	/* Other types. */
	{ "zoom.us", TYPE_MX, "NOERROR; zoom.us MX; zoom.us 60 MX 10 mail.zoom.us", 0,
	  "NOERROR; zoom.us MX; zoom.us 60 MX 10 mail.zoom.us | " OPT },
	{ "zoom.us", TYPE_TXT, "NOERROR; zoom.us TXT; zoom.us 60 TXT hello", 0,
	  "NOERROR; zoom.us TXT; zoom.us 60 TXT hello | " OPT },
	{ "_sip._tcp.zoom.us", TYPE_SRV,
	  "NOERROR; _sip._tcp.zoom.us SRV; _sip._tcp.zoom.us 60 SRV 1 2 5091 a.zoom.us", 0,
	  "NOERROR; _sip._tcp.zoom.us SRV; _sip._tcp.zoom.us 60 SRV 1 2 5091 a.zoom.us | " OPT },
	/* Services: what is about the name itself, and nothing that leads elsewhere. */
	{ WEB,
	  "NOERROR; www.zoom.us HTTPS; www.zoom.us 60 HTTPS 1 . 1=026832 4=01020304 5=00ff 6=20", 0,
	  "NOERROR; www.zoom.us HTTPS; www.zoom.us 60 HTTPS 1 . 1=026832 | " OPT },
	{ WEB, "NOERROR; www.zoom.us HTTPS; www.zoom.us 60 HTTPS 1 . 0=0001 1=026833 2= 3=01bb", 0,
	  "NOERROR; www.zoom.us HTTPS; www.zoom.us 60 HTTPS 1 . 1=026833 2= | " OPT },
	{ WEB, "NOERROR; www.zoom.us HTTPS; www.zoom.us 60 HTTPS 1 www.zoom.us 65280=00", 0,
	  "NOERROR; www.zoom.us HTTPS; www.zoom.us 60 HTTPS 1 . | " OPT },
	{ WEB, "NOERROR; www.zoom.us HTTPS; www.zoom.us 60 HTTPS 0 other.example", 0,
	  "NOERROR; www.zoom.us HTTPS | " OPT }, /* an alias */
	{ WEB, "NOERROR; www.zoom.us HTTPS; www.zoom.us 60 HTTPS 1 svc.example 1=026832", 0,
	  "NOERROR; www.zoom.us HTTPS | " OPT }, /* another name */
	{ WEB,
	  "NOERROR; www.zoom.us HTTPS; www.zoom.us 60 HTTPS 1 . 3=20fb;"
	  "www.zoom.us 60 HTTPS 2 . 1=026832",
	  0, "NOERROR; www.zoom.us HTTPS; www.zoom.us 60 HTTPS 2 . 1=026832 | " OPT },
	{ WEB, "NOERROR; www.zoom.us HTTPS; www.zoom.us 60 HTTPS 1 . 0=0005 1=026832 5=00ff", 0,
	  "NOERROR; www.zoom.us HTTPS | " OPT }, /* useless without its key */
	{ WEB, "NOERROR; www.zoom.us HTTPS; www.zoom.us 60 HTTPS 1 . 0=ff00 65280=00", 0,
	  "NOERROR; www.zoom.us HTTPS | " OPT },
	{ "_dns.zoom.us", TYPE_SVCB,
	  "NOERROR; _dns.zoom.us SVCB; _dns.zoom.us 60 SVCB 1 . 1=03646f74 7=2f", 0,
	  "NOERROR; _dns.zoom.us SVCB; _dns.zoom.us 60 SVCB 1 . 1=03646f74 | " OPT },
	/* The chain is not shown: the service is that of the name asked for. */
	{ WEB, "NOERROR; www.zoom.us HTTPS; www.zoom.us 9 CNAME a.cdn; a.cdn 60 HTTPS 1 . 1=026832",
	  0, "NOERROR; www.zoom.us HTTPS; www.zoom.us 9 HTTPS 1 . 1=026832 | " OPT },
	{ WEB, "NOERROR; www.zoom.us HTTPS; www.zoom.us 9 CNAME a.cdn; a.cdn 60 HTTPS 1 a.cdn", 0,
	  "NOERROR; www.zoom.us HTTPS; www.zoom.us 9 HTTPS 1 . | " OPT },
	{ WEB, "NOERROR; www.zoom.us HTTPS; www.zoom.us 9 CNAME a.cdn | cdn 7 SOA 5", 0,
	  "NOERROR; www.zoom.us HTTPS | " OPT },
	{ WEB, "NOERROR; www.zoom.us HTTPS | zoom.us 7 SOA 5", 0,
	  "NOERROR; www.zoom.us HTTPS | zoom.us 5 SOA 5 " OPT },
	/* No such records. */
	{ WEB, "NOERROR; www.zoom.us HTTPS; www.zoom.us 60 HTTPS 1 . 4=01020304 1=026832", E_SYNTAX,
	  NULL },
	{ WEB, "NOERROR; www.zoom.us HTTPS; www.zoom.us 60 HTTPS 1 . 1=00 1=00", E_SYNTAX, NULL },
	{ WEB, "NOERROR; www.zoom.us HTTPS; www.zoom.us 60 HTTPS 1 . 3=01", E_SYNTAX, NULL },
	{ WEB, "NOERROR; www.zoom.us HTTPS; www.zoom.us 60 HTTPS 1 . 0=00", E_SYNTAX, NULL },
	{ WEB, "NOERROR; www.zoom.us HTTPS; www.zoom.us 60 HTTPS 1 . 0=", E_SYNTAX, NULL },
	/* An upstream that could not. */
	{ ZOOM, "NOERROR TC; www.zoom.us A", E_TRUNCATED, NULL },
	{ ZOOM, "SERVFAIL; www.zoom.us A", E_REFUSED, NULL },
	{ ZOOM, "REFUSED; www.zoom.us A", E_REFUSED, NULL },
	{ ZOOM, "FORMERR; www.zoom.us A", E_REFUSED, NULL },
};

static void responses(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
		const struct sample *s = &samples[i];
		struct dns_question q = dnstext_question(s->name, s->type);
		size_t n = dnstext_make(s->response, 1, packet);
		struct buf got = BUF_INIT;
		int r = answer_read(&q, &rules, packet, n, &room);

		if (r == 0)
			show(&q, 0, DNS_UDP_SIZE, &got);
		if (r != s->r || (s->want && strcmp(got.data, s->want) != 0))
			fail_msg("%s:\n%d %s\ninstead of\n%d %s", s->response, r, got.data, s->r,
				 s->want);
		buf_release(&got);
	}
}

static void what_is_the_answer(void **state)
{
	struct dns_question q = dnstext_question("www.zoom.us", TYPE_A);
	size_t n = dnstext_make("NOERROR; www.zoom.us A", 0x1234, packet);

	(void)state;
	assert_true(answer_is_for(&q, 0x1234, packet, n));
	assert_false(answer_is_for(&q, 0x1235, packet, n));
	packet[DNS_HEADER + 1] = 'W'; /* the case of letters is no difference */
	assert_true(answer_is_for(&q, 0x1234, packet, n));
	packet[DNS_HEADER + 1] = 'x';
	assert_false(answer_is_for(&q, 0x1234, packet, n));
	n = dnstext_make("NOERROR; www.zoom.us AAAA", 0x1234, packet);
	assert_false(answer_is_for(&q, 0x1234, packet, n));
	n = dnstext_make("QUERY; www.zoom.us A", 0x1234, packet);
	assert_false(answer_is_for(&q, 0x1234, packet, n));
	for (size_t i = 0; i < n; i++)
		assert_false(answer_is_for(&q, 0x1234, packet, i));
}

/* Addresses above the limit are neither in the answer nor learned. */
static void many_addresses(void **state)
{
	static char text[ANSWER_RECORDS_MAX * 32];
	struct dns_question q = dnstext_question("a.us", TYPE_A);

	(void)state;
	for (unsigned n = ANSWER_ADDRESSES_MAX - 1; n <= ANSWER_ADDRESSES_MAX + 300; n += 100) {
		struct buf got = BUF_INIT;
		size_t at = (size_t)snprintf(text, sizeof(text), "NOERROR; a.us A");
		unsigned kept = n < ANSWER_ADDRESSES_MAX ? n : ANSWER_ADDRESSES_MAX;
		size_t size;

		for (unsigned i = 0; i < n; i++)
			at += (size_t)snprintf(text + at, sizeof(text) - at, "; a.us 5 A 1.2.%u.%u",
					       i / 256, i % 256);
		size = dnstext_make(text, 1, packet);
		assert_int_equal(answer_read(&q, &rules, packet, size, &room), 0);
		assert_int_equal(room.answer.addresses, kept);
		assert_int_equal(room.answer.answers, kept);
		show(&q, 0, DNS_UDP_SIZE, &got);
		assert_true(str_starts(buf_str(&got), "NOERROR TC; a.us A | | OPT 1232 =>"));
		buf_clear(&got);
		show(&q, 0, DNS_MESSAGE_MAX, &got);
		assert_true(str_starts(buf_str(&got), "NOERROR; a.us A; a.us 5 A 1.2.0.0; a.us 5"));
		buf_release(&got);
	}
}

static void too_many_records(void **state)
{
	static char text[(ANSWER_RECORDS_MAX + 1) * 32];
	struct dns_question q = dnstext_question("a.us", TYPE_A);

	(void)state;
	for (unsigned n = ANSWER_RECORDS_MAX; n <= ANSWER_RECORDS_MAX + 1; n++) {
		size_t at = (size_t)snprintf(text, sizeof(text), "NOERROR; a.us A");

		for (unsigned i = 0; i < n; i++)
			at += (size_t)snprintf(text + at, sizeof(text) - at, "; b.us 5 A 1.2.3.4");
		assert_int_equal(
			answer_read(&q, &rules, packet, dnstext_make(text, 1, packet), &room),
			n > ANSWER_RECORDS_MAX ? E_LIMIT : 0);
	}
}

static void answers_grow_old(void **state)
{
	static const char response[] = "NOERROR; a.us A; a.us 60 CNAME b.us; b.us 30 A 1.2.3.4";
	struct dns_question q = dnstext_question("a.us", TYPE_A);
	size_t n = dnstext_make(response, 1, packet);
	struct buf got = BUF_INIT;

	(void)state;
	assert_int_equal(answer_read(&q, &rules, packet, n, &room), 0);
	assert_int_equal(room.answer.ttl, 30);
	show(&q, 29, DNS_UDP_SIZE, &got);
	assert_true(str_starts(buf_str(&got),
			       "NOERROR; a.us A; a.us 31 CNAME b.us; b.us 1 A 1.2.3.4 |"));
	buf_clear(&got);
	show(&q, 31, DNS_UDP_SIZE, &got);
	assert_true(str_starts(buf_str(&got),
			       "NOERROR; a.us A; a.us 29 CNAME b.us; b.us 0 A 1.2.3.4 |"));
	buf_release(&got);
}

/* What is left of services is kept as long as other negative answers; without a SOA, too. */
static void services_that_are_left_out(void **state)
{
	static const struct {
		const char *response;
		uint32_t ttl;
		unsigned stripped;
	} cases[] = {
		{ "NOERROR; www.zoom.us HTTPS; www.zoom.us 60 HTTPS 0 x.example", 50, 1 },
		{ "NOERROR; www.zoom.us HTTPS; www.zoom.us 20 HTTPS 0 x.example", 20, 1 },
		{ "NOERROR; www.zoom.us HTTPS; www.zoom.us 9 CNAME a.cdn | cdn 7 SOA 5", 5, 0 },
		{ "NOERROR; www.zoom.us HTTPS; www.zoom.us 3 CNAME a.cdn | cdn 7 SOA 5", 3, 0 },
		{ "NOERROR; www.zoom.us HTTPS; www.zoom.us 9 CNAME a.cdn", 0, 0 },
	};
	struct dns_question q = dnstext_question(WEB);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		size_t n = dnstext_make(cases[i].response, 1, packet);

		assert_int_equal(answer_read(&q, &rules, packet, n, &room), 0);
		assert_int_equal(room.answer.ttl, cases[i].ttl);
		assert_int_equal(room.answer.stripped, cases[i].stripped);
		assert_int_equal(room.answer.body_n, 0);
	}
}

/* Each way in which the records may be cut short or lie about their length. */
static void broken(void **state)
{
	static const char response[] = "NOERROR; a.us A; a.us 60 CNAME b.us; b.us 30 A 1.2.3.4";
	struct dns_question q = dnstext_question("a.us", TYPE_A);
	size_t n = dnstext_make(response, 1, packet);

	(void)state;
	for (size_t i = 0; i < n; i++)
		assert_int_equal(answer_read(&q, &rules, packet, i, &room), E_SYNTAX);
	packet[n - 5] = 3; /* an address of three bytes */
	assert_int_equal(answer_read(&q, &rules, packet, n, &room), E_SYNTAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(responses),	    cmocka_unit_test(what_is_the_answer),
		cmocka_unit_test(many_addresses),   cmocka_unit_test(too_many_records),
		cmocka_unit_test(answers_grow_old), cmocka_unit_test(services_that_are_left_out),
		cmocka_unit_test(broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
