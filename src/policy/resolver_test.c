/* SPDX-License-Identifier: Apache-2.0 */
/* The `resolver:` block: what is read, what is refused, and its limits. */
#include "support/test.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "policy/policy.h"
#include "support/site.h"

#define SITE "zones: { z: { addresses: 10.0.0.0/8 } }\nallow: []\n"

static int parse(const char *text, struct diag *d, struct policy *ret)
{
	return policy_parse(str_of(text), "egret.yaml", &site_catalogs, d, ret);
}

static void expect_server(const struct nameserver *n, const char *want)
{
	char text[NAMESERVER_TEXT_MAX];

	nameserver_format(n, text);
	assert_string_equal(text, want);
}

static const char whole[] = SITE "resolver:\n"
				 "  listen: [10.0.0.1, \"[2001:db8::1]:5353\"]\n"
				 "  upstream:\n"
				 "    - tls://192.0.2.53#dns.example\n"
				 "    - tls://[2001:db8::53]:8853#dns.example\n"
				 "  upstream-ca: /etc/egret/ca.pem\n"
				 "  refuse: sinkhole\n"
				 "  sinkhole: [10.0.0.2, 2001:db8::2]\n"
				 "  redirect: false\n"
				 "  ech: refuse\n"
				 "  ttl-floor: 0\n"
				 "  grace: 86400\n"
				 "  addresses-per-name: 4096\n";

static void a_whole_block_is_read(void **state)
{
	struct diag *d = diag_new();
	struct policy p;
	const struct resolver_policy *r = &p.resolver;
	char text[PEER_TEXT_MAX];

	(void)state;
	assert_int_equal(parse(whole, d, &p), 0);
	assert_int_equal(diag_count(d), 0);
	assert_int_equal(r->listens, 2);
	peer_format(&r->listen[0], text);
	assert_string_equal(text, "10.0.0.1:53");
	peer_format(&r->listen[1], text);
	assert_string_equal(text, "[2001:db8::1]:5353");
	assert_int_equal(r->upstreams, 2);
	expect_server(&r->upstream[0], "tls://192.0.2.53:853#dns.example");
	expect_server(&r->upstream[1], "tls://[2001:db8::53]:8853#dns.example");
	assert_string_equal(r->upstream_ca, "/etc/egret/ca.pem");
	assert_int_equal(r->refuse, NAME_SINKHOLE);
	assert_int_equal(r->sinkholes, 2);
	assert_int_equal(r->sinkhole[0].family, FAMILY_V4);
	assert_int_equal(r->sinkhole[1].family, FAMILY_V6);
	assert_false(r->redirect);
	assert_int_equal(r->ech, ECH_REFUSE);
	assert_int_equal(r->ttl_floor, 0);
	assert_int_equal(r->grace, RESOLVER_SECONDS_MAX);
	assert_int_equal(r->addresses, RESOLVER_ADDRESSES_MAX);
	policy_release(&p);
	diag_free(d);
}

static void the_defaults(void **state)
{
	static const char *const texts[] = { SITE, SITE "resolver: {}\n",
					     SITE "resolver: { redirect: true }\n" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct diag *d = diag_new();
		struct policy p;

		assert_int_equal(parse(texts[i], d, &p), 0);
		assert_int_equal(p.resolver.listens, 0);
		assert_int_equal(p.resolver.upstreams, 0);
		assert_int_equal(p.resolver.sinkholes, 0);
		assert_null(p.resolver.upstream_ca);
		assert_int_equal(p.resolver.refuse, NAME_REFUSED);
		assert_true(p.resolver.redirect);
		assert_int_equal(p.resolver.ech, ECH_STRIP);
		assert_int_equal(p.resolver.ttl_floor, RESOLVER_TTL_FLOOR);
		assert_int_equal(p.resolver.grace, RESOLVER_GRACE);
		assert_int_equal(p.resolver.addresses, RESOLVER_ADDRESSES);
		policy_release(&p);
		diag_free(d);
	}
}

static const struct {
	const char *text; /* after SITE, in the block's line 4 */
	int r;
	const char *error;
} bad[] = {
	{ "listen: gateway", E_SYNTAX, "4:11: error: 'gateway' is no address" },
	{ "listen: 0.0.0.0", E_REFUSED, "4:11: error: '0.0.0.0' is every address" },
	{ "listen: [10.0.0.1, 10.0.0.1:53]", E_CONFLICT,
	  "4:22: error: 10.0.0.1:53 stands here twice" },
	{ "upstream: dns.example", E_SYNTAX, "4:13: error: 'dns.example' is no resolver" },
	{ "upstream: tls://192.0.2.53", E_REFUSED,
	  "4:13: error: 'tls://192.0.2.53' does not say whose certificate to take" },
	{ "upstream: 192.0.2.53#dns.example", E_REFUSED,
	  "4:13: error: '192.0.2.53#dns.example' has a name, but is asked without TLS" },
	{ "upstream: [192.0.2.53, 192.0.2.53:53]", E_CONFLICT,
	  "4:26: error: 192.0.2.53:53 stands here twice" },
	{ "upstream: [tls://192.0.2.53#dns.example, 192.0.2.54]", E_CONFLICT,
	  "4:44: error: upstreams over TLS and in the clear" },
	{ "{ listen: 10.0.0.1, upstream: 10.0.0.1 }", E_CONFLICT,
	  "is where we listen: we would ask ourselves" },
	{ "upstream-ca: /etc/ca.pem", E_CONFLICT, "4:16: error: no upstream is asked over TLS" },
	{ "upstream-ca: ca.pem", E_SYNTAX, "4:16: error: 'ca.pem' is no absolute path" },
	{ "refuse: drop", E_UNKNOWN, "4:11: error: 'drop' is not known as refuse" },
	{ "refuse: sinkhole", E_CONFLICT, "4:11: error: no address to send refused names to" },
	{ "sinkhole: 10.0.0.2", E_CONFLICT, "4:13: error: refused names are not sent anywhere" },
	{ "{ refuse: sinkhole, sinkhole: [10.0.0.2, 10.0.0.3] }", E_CONFLICT,
	  "two addresses of one family" },
	{ "{ refuse: sinkhole, sinkhole: [10.0.0.2, \"::2\", \"::3\"] }", E_LIMIT,
	  "'sinkhole' has 3 entries" },
	{ "sinkhole: x", E_SYNTAX, "4:13: error: 'x' is no address" },
	{ "redirect: maybe", E_SYNTAX, "4:13: error: 'maybe' is neither true nor false" },
	{ "ech: keep", E_UNKNOWN, "4:8: error: 'keep' is not known as ech" },
	{ "ttl-floor: 1m", E_SYNTAX, "4:14: error: '1m' is no number" },
	{ "ttl-floor: 86401", E_LIMIT, "4:14: error: '86401' is above 86400" },
	{ "grace: 86401", E_LIMIT, "4:10: error: '86401' is above 86400" },
	{ "addresses-per-name: 127", E_LIMIT,
	  "4:23: error: '127' is less than one answer may have" },
	{ "addresses-per-name: 4097", E_LIMIT, "4:23: error: '4097' is above 4096" },
	{ "upstreams: 192.0.2.53", E_UNKNOWN,
	  "4:3: error: the `resolver:` block has no key 'upstreams'" },
	{ "[10.0.0.1]", E_SYNTAX, "error: the `resolver:` block is a list" },
};

static void each_mistake_is_told_at_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct diag *d = diag_new();
		struct buf text = BUF_INIT, told = BUF_INIT;
		struct policy p = POLICY_INIT;

		buf_printf(&text, SITE "resolver:\n  %s\n", bad[i].text);

		int r = policy_parse(buf_str(&text), "egret.yaml", &site_catalogs, d, &p);

		diag_format(d, &told);
		if (r != bad[i].r || !told.data || !strstr(told.data, bad[i].error))
			fail_msg("%s: got %d\n%s", bad[i].text, r, told.data ? told.data : "");
		assert_null(p.arena);
		buf_release(&text);
		buf_release(&told);
		diag_free(d);
	}
}

static void one_reading_tells_all_mistakes(void **state)
{
	struct diag *d = diag_new();
	struct policy p;

	(void)state;
	assert_int_equal(parse(SITE "resolver:\n"
				    "  listen: [10.0.0.1, 10.0.0.1]\n"
				    "  upstream: [10.0.0.1, tls://192.0.2.53#dns.example]\n"
				    "  refuse: sinkhole\n",
			       d, &p),
			 E_CONFLICT);
	assert_int_equal(diag_errors(d), 4);
	diag_free(d);
}

static void the_limits(void **state)
{
	static const struct {
		const char *key;
		size_t max;
	} cases[] = {
		{ "listen", RESOLVER_LISTENS_MAX },
		{ "upstream", RESOLVER_UPSTREAMS_MAX },
	};

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_LEN(cases); i++) {
		size_t n = cases[i / 2].max + i % 2;
		struct diag *d = diag_new();
		struct buf text = BUF_INIT;
		struct policy p;

		buf_printf(&text, SITE "resolver:\n  %s:\n", cases[i / 2].key);
		for (size_t k = 1; k <= n; k++)
			buf_printf(&text, "    - 192.0.2.%zu\n", k);
		assert_int_equal(policy_parse(buf_str(&text), "t", &site_catalogs, d, &p),
				 i % 2 ? E_LIMIT : 0);
		if (i % 2 == 0)
			policy_release(&p);
		buf_release(&text);
		diag_free(d);
	}
}

static void each_failed_allocation_ends_cleanly(void **state)
{
	struct diag *d = diag_new();
	int r = -ENOMEM;

	(void)state;
	for (long n = 0; r == -ENOMEM && n < 10000; n++) {
		struct policy p = POLICY_INIT;

		mem_fail_after(n);
		r = parse(whole, d, &p);
		mem_fail_after(-1);
		if (r == 0)
			policy_release(&p);
		else
			assert_null(p.arena);
		diag_clear(d);
	}
	assert_int_equal(r, 0);
	diag_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_block_is_read),
		cmocka_unit_test(the_defaults),
		cmocka_unit_test(each_mistake_is_told_at_its_place),
		cmocka_unit_test(one_reading_tells_all_mistakes),
		cmocka_unit_test(the_limits),
		cmocka_unit_test(each_failed_allocation_ends_cleanly),
	};

	return cmocka_run_group_tests(tests, site_made_up, site_drop);
}
