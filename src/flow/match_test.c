/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "flow/world.h"

static void matches_print_short_and_readable(void **state)
{
	static const struct {
		const char *match, *text;
	} cases[] = {
		{ "", "any any -> any" },
		{ "proto=udp src=10.0.0.0/8 dst=170.114.0.0/16 dport=8801-8810",
		  "udp 10.0.0.0/8 -> 170.114.0.0/16:8801-8810" },
		{ "proto=tcp family=0 dst=170.114.0.0/16,192.0.2.1 dport=80,443",
		  "tcp 0.0.0.0/0 -> {170.114.0.0/16, 192.0.2.1}:80,443" },
		{ "proto=tcp family=1 dst=2001:db8::/32 dport=443",
		  "tcp ::/0 -> [2001:db8::/32]:443" },
		{ "proto=tcp family=1 dst=2001:db8::/32", "tcp ::/0 -> 2001:db8::/32" },
		{ "proto=tcp,udp sport=1024-65535", "tcp,udp any:1024-65535 -> any" },
		{ "proto=200-255 dport=443", "200-255 any -> any:443" },
		{ "proto=icmp dport=2048", "icmp any -> any type 8/0" },
		{ "proto=icmp dport=0-255,2048-2303,2816-3327", "icmp any -> any type 0,8,11-12" },
		{ "proto=icmpv6", "icmpv6 any -> any" },
		{ "proto=tcp dport=1,3,5,7,9,11", "tcp any -> any:1,3,5,7,(+2 more)" },
		{ "proto=tcp dport=443 name=zoom.us,*.zoom.us",
		  "tcp any -> any:443 name zoom.us, *.zoom.us" },
		{ "name=*.zoom.us except=log.zoom.us",
		  "any any -> any name *.zoom.us except log.zoom.us" },
		{ "except=log.zoom.us", "any any -> any name any except log.zoom.us" },
		{ "state=0-2 in=1 out=2 frag=0",
		  "any any -> any state new,established,related in 1 out 2 fragment 0" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct arena *a = arena_new();
		struct flow_match m = world_match(cases[i].match, a);
		struct buf out = BUF_INIT;

		flow_match_print(&m, 4, &out);
		assert_string_equal(out.data, cases[i].text);
		buf_release(&out);
		arena_free(a);
	}
}

static struct flow flow(const char *text)
{
	struct diag *d = diag_new();
	struct flow f;

	assert_int_equal(flow_parse(str_of(text), NULL, NULL, d, &f), 0);
	diag_free(d);
	return f;
}

static void a_match_with_one_family_of_addresses_is_about_that_family_only(void **state)
{
	static const struct {
		const char *match, *flow;
		bool has;
	} cases[] = {
		{ "", "tcp 10.0.0.1 -> 192.0.2.1:80", true },
		{ "dst=192.0.2.0/24", "tcp 10.0.0.1 -> 192.0.2.1:80", true },
		{ "dst=192.0.2.0/24", "tcp 10.0.0.1 -> 192.0.3.1:80", false },
		/* match_prefixes() constrains both; a family without a prefix matches nothing */
		{ "dst=192.0.2.0/24", "tcp fd00::1 -> [2001:db8::1]:80", false },
		{ "dst=192.0.2.0/24,2001:db8::/32", "tcp fd00::1 -> [2001:db8::1]:80", true },
		{ "family=0 dst=192.0.2.0/24,2001:db8::/32", "tcp fd00::1 -> [2001:db8::1]:80",
		  false },
		{ "name=*.zoom.us", "tcp 10.0.0.1 -> 192.0.2.1:80", false },
		{ "name=*.zoom.us", "tcp 10.0.0.1 -> 192.0.2.1:80 name zoom.us", false },
		{ "name=*.zoom.us", "tcp 10.0.0.1 -> 192.0.2.1:80 name a.b.zoom.us", true },
		{ "name=*", "tcp 10.0.0.1 -> 192.0.2.1:80", false },
		{ "except=*", "tcp 10.0.0.1 -> 192.0.2.1:80", true },
		{ "except=*", "tcp 10.0.0.1 -> 192.0.2.1:80 name us", false },
		{ "name=*.zoom.us except=a.zoom.us", "tcp 10.0.0.1 -> 192.0.2.1:80 name a.zoom.us",
		  false },
		{ "name=*.zoom.us except=a.zoom.us",
		  "tcp 10.0.0.1 -> 192.0.2.1:80 name b.a.zoom.us", true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct arena *a = arena_new();
		struct flow_match m = world_match(cases[i].match, a);
		struct flow f = flow(cases[i].flow);

		if (flow_match_has(&m, &f) != cases[i].has)
			fail_msg("%s | %s", cases[i].match, cases[i].flow);
		arena_free(a);
	}
	/* Left alone, IPv6 is any. */
	struct flow_match m = FLOW_MATCH_ANY;
	struct flow_span here = { 0xc0000200, 0xc00002ff };
	struct flow v6 = flow("tcp fd00::1 -> [2001:db8::1]:80");

	m.dim[FLOW_DST4] = (struct flow_spans){ &here, 1 };
	assert_true(flow_match_has(&m, &v6));
	m.dim[FLOW_DST4] = (struct flow_spans){ &here, 0 };
	assert_true(flow_match_has(&m, &v6));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matches_print_short_and_readable),
		cmocka_unit_test(a_match_with_one_family_of_addresses_is_about_that_family_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
