/* SPDX-License-Identifier: Apache-2.0 */
/* Which names are refused whatever the policy's wildcards hold, and what clients are told. */
#include "support/test.h"

#include "base/err.h"
#include "dns/known.h"
#include "dns/refusal.h"
#include "support/dnstext.h"

static void what_is_left_of_a_decision(void **state)
{
	static const struct {
		const char *name;
		unsigned said, want;
	} cases[] = {
		{ "us02web.zoom.us", DNS_ALLOW, DNS_ALLOW },
		{ "us02web.zoom.us", DNS_ALLOW | DNS_NAMED, DNS_ALLOW | DNS_NAMED },
		{ "us02web.zoom.us", DNS_ALLOW_V4, DNS_ALLOW_V4 },
		{ "us02web.zoom.us", DNS_NAMED, DNS_REFUSE },
		{ "us02web.zoom.us", DNS_REFUSE, DNS_REFUSE },
		{ "dns.google", DNS_ALLOW, DNS_REFUSE },
		{ "dns.google", DNS_ALLOW | DNS_NAMED, DNS_ALLOW | DNS_NAMED },
		{ "dns64.dns.google", DNS_ALLOW, DNS_REFUSE },
		{ "mozilla.cloudflare-dns.com", DNS_ALLOW, DNS_REFUSE },
		{ "cloudflare-dns.com.zoom.us", DNS_ALLOW, DNS_ALLOW },
		{ "xcloudflare-dns.com", DNS_ALLOW, DNS_ALLOW },
		{ "google", DNS_ALLOW, DNS_ALLOW },
		{ "com", DNS_ALLOW, DNS_ALLOW },
		{ "use-application-dns.net", DNS_ALLOW, DNS_REFUSE },
		{ "use-application-dns.net", DNS_ALLOW | DNS_NAMED, DNS_REFUSE },
		{ "mask.icloud.com", DNS_ALLOW, DNS_REFUSE },
		{ "mask.icloud.com", DNS_ALLOW | DNS_NAMED, DNS_ALLOW | DNS_NAMED },
		{ "www.icloud.com", DNS_ALLOW, DNS_ALLOW },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct name name;

		assert_int_equal(name_parse(str_of(cases[i].name), &name), 0);
		if (refusal_decide((enum dns_decision)cases[i].said, &name) != cases[i].want)
			fail_msg("%s, %u", cases[i].name, cases[i].said);
	}
}

/* They are looked for by halving. */
static void known_names_are_in_order(void **state)
{
	(void)state;
	for (size_t i = 0; known_name(i); i++) {
		struct name name;

		assert_int_equal(name_parse(str_of(known_name(i)), &name), 0);
		assert_string_equal(name.text, known_name(i)); /* as it is compared */
		assert_int_not_equal(known_kind(&name), KNOWN_NOT);
		assert_true(i == 0 || strcmp(known_name(i - 1), known_name(i)) < 0);
	}
	assert_null(known_name(1000));
}

static struct addr addr_of(const char *text)
{
	struct addr a;

	assert_int_equal(addr_parse(str_of(text), &a), 0);
	return a;
}

static void what_clients_are_told(void **state)
{
	static const struct {
		enum dns_refusal refuse;
		size_t sinkholes; /* the first is IPv4, the second IPv6 */
		const char *query, *want;
	} cases[] = {
		{ DNS_REFUSED, 0, "QUERY; www.example A", "REFUSED; www.example A" },
		{ DNS_REFUSED, 0, "QUERY; www.example A | | OPT 1232",
		  "REFUSED; www.example A | | OPT 1232 why 18" },
		{ DNS_NXDOMAIN, 0, "QUERY; www.example HTTPS | | OPT 1232",
		  "NXDOMAIN; www.example HTTPS | | OPT 1232 why 18" },
		{ DNS_SINKHOLE, 2, "QUERY; www.example A | | OPT 1232",
		  "NOERROR; www.example A; www.example 10 A 10.0.0.9 | | OPT 1232 why 4" },
		{ DNS_SINKHOLE, 2, "QUERY; www.example AAAA",
		  "NOERROR; www.example AAAA; www.example 10 AAAA 2001:db8::9" },
		{ DNS_SINKHOLE, 1, "QUERY; www.example A",
		  "NOERROR; www.example A; www.example 10 A 10.0.0.9" },
		{ DNS_SINKHOLE, 1, "QUERY; www.example AAAA", "NOERROR; www.example AAAA" },
		{ DNS_SINKHOLE, 2, "QUERY; www.example MX", "NOERROR; www.example MX" },
		{ DNS_SINKHOLE, 2, "QUERY; www.example HTTPS", "NOERROR; www.example HTTPS" },
		{ DNS_REFUSED, 0, "QUERY; use-application-dns.net A",
		  "NXDOMAIN; use-application-dns.net A" },
		{ DNS_SINKHOLE, 2, "QUERY; use-application-dns.net A",
		  "NXDOMAIN; use-application-dns.net A" },
		{ DNS_REFUSED, 0, "QUERY; mask.icloud.com AAAA", "NXDOMAIN; mask.icloud.com AAAA" },
		{ DNS_REFUSED, 0, "QUERY; dns.google A", "REFUSED; dns.google A" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		EG_AUTO(buf_release) struct buf got = BUF_INIT;
		static uint8_t out[DNSTEXT_MAX];
		struct dns_settings s = dns_settings_default;
		struct waiter w = { 0 };
		struct refusal refusal;
		size_t n = dnstext_make(cases[i].query, 1, out);

		s.refuse = cases[i].refuse;
		s.sinkholes = cases[i].sinkholes;
		s.sinkhole[0] = addr_of("10.0.0.9");
		s.sinkhole[1] = addr_of("2001:db8::9");
		assert_int_equal(dns_query_read(out, n, &w.query), RCODE_NOERROR);
		assert_int_equal(dns_name_text(&w.query.question.name, &w.name), 0);
		refusal_answer(&s, &w, &refusal);
		n = answer_write(&refusal.answer, &w.query, 0, DNS_UDP_PLAIN, out);
		dnstext_show(out, n, &got);
		assert_string_equal(got.data, cases[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_left_of_a_decision),
		cmocka_unit_test(known_names_are_in_order),
		cmocka_unit_test(what_clients_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
