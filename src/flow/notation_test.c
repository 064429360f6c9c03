/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "base/err.h"
#include "flow/flow.h"

static uint16_t zone(void *data, struct str name)
{
	(void)data;
	if (str_is(name, "lan") || str_is(name, "1"))
		return 1;
	return str_is(name, "wan") || str_is(name, "2") ? 2 : 0;
}

static void flows_are_read_and_written_back(void **state)
{
	static const struct {
		const char *text, *again; /* NULL: the same */
	} cases[] = {
		{ "tcp 10.1.2.3 -> 170.114.10.1:443", NULL },
		{ "  TCP\t10.1.2.3:0  ->  170.114.10.1:443 \n",
		  "tcp 10.1.2.3 -> 170.114.10.1:443" },
		{ "udp [2001:db8::1]:50000 -> [2407:30c0::1]:8801 name zoom.us state new in lan "
		  "out wan",
		  "udp [2001:db8::1]:50000 -> [2407:30c0::1]:8801 name zoom.us in 1 out 2" },
		{ "udp 2001:db8::1 -> [2407:30c0::1]:8801", NULL },
		{ "icmp 10.1.2.3 -> 192.0.2.1 type 8 code 0", NULL },
		{ "icmp 10.1.2.3 -> 192.0.2.1 type 3 code 4 state related", NULL },
		{ "icmp 10.1.2.3 -> 192.0.2.1", "icmp 10.1.2.3 -> 192.0.2.1 type 0 code 0" },
		{ "gre 10.1.2.3 -> 192.0.2.1", NULL },
		{ "200 10.1.2.3 -> 192.0.2.1", NULL },
		{ "sctp 10.1.2.3 -> 192.0.2.1:36412", NULL },
		{ "tcp 10.1.2.3 -> 192.0.2.1 fragment", "tcp 10.1.2.3 -> 192.0.2.1:0 fragment" },
		{ "tcp 10.1.2.3 -> 192.0.2.1:443 name ZOOM.us.",
		  "tcp 10.1.2.3 -> 192.0.2.1:443 name zoom.us" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct diag *d = diag_new();
		struct buf out = BUF_INIT;
		struct flow f;

		assert_int_equal(flow_parse(str_of(cases[i].text), zone, NULL, d, &f), 0);
		flow_print(&f, &out);
		assert_string_equal(out.data, cases[i].again ? cases[i].again : cases[i].text);
		buf_release(&out);
		diag_free(d);
	}
}

static void a_mistake_is_told_with_its_column(void **state)
{
	static const struct {
		const char *text;
		unsigned column;
		const char *message;
	} cases[] = {
		{ "", 1, "not a protocol: the line ends here" },
		{ "tpc 10.1.2.3 -> 192.0.2.1:1", 1, "not a protocol: 'tpc'" },
		{ "tcp 10.1.2.300 -> 192.0.2.1:1", 5, "not an address: '10.1.2.300'" },
		{ "tcp 10.1.2.3 192.0.2.1:1", 14, "not an arrow: '192.0.2.1:1'" },
		{ "tcp 10.1.2.3 -> 192.0.2.1", 26, "no destination port: the line ends here" },
		{ "tcp 10.1.2.3 -> 192.0.2.1:65536", 27, "not a number in range: '65536'" },
		{ "tcp 10.1.2.3 -> 192.0.2.1:", 27, "not a number in range: the line ends here" },
		{ "tcp 10.1.2.3 -> [2001:db8::1:80", 17, "not an address: '[2001:db8::1:80'" },
		{ "tcp 10.1.2.3 -> []:80", 17, "not an address: '[]:80'" },
		{ "tcp 10.1.2.3 -> [2001:db8::1]:80", 14,
		  "source and destination are of two families: '->'" },
		{ "tcp 10.1.2.3 -> 192.0.2.1:1 type 3", 29,
		  "only icmp and icmpv6 have it: 'type'" },
		{ "icmp 10.1.2.3 -> 192.0.2.1 type 256", 33, "not a number in range: '256'" },
		{ "icmp 10.1.2.3 -> 192.0.2.1:80", 15, "icmp has no ports: '->'" },
		{ "tcp 10.1.2.3 -> 192.0.2.1:1 name a..b", 34, "not a domain name: 'a..b'" },
		{ "tcp 10.1.2.3 -> 192.0.2.1:1 state old", 35, "not a connection state: 'old'" },
		{ "tcp 10.1.2.3 -> 192.0.2.1:1 in dmz", 32, "not a known zone: 'dmz'" },
		{ "tcp 10.1.2.3 -> 192.0.2.1:1 in", 31, "not a known zone: the line ends here" },
		{ "tcp 10.1.2.3 -> 192.0.2.1:1 via x", 29, "not understood: 'via'" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct diag *d = diag_new();
		struct flow f = { .dport = 7 };

		assert_int_equal(flow_parse(str_of(cases[i].text), zone, NULL, d, &f), E_SYNTAX);
		assert_int_equal(diag_count(d), 1);
		assert_string_equal(diag_get(d, 0)->text, cases[i].message);
		assert_int_equal(diag_get(d, 0)->at.column, cases[i].column);
		assert_non_null(diag_get(d, 0)->hint);
		assert_int_equal(f.dport, 7);
		diag_free(d);
	}
}

static void zones_need_somebody_who_knows_them(void **state)
{
	struct diag *d = diag_new();
	struct flow f;

	(void)state;
	assert_int_equal(flow_parse(STR("tcp 10.1.2.3 -> 192.0.2.1:1 in lan"), NULL, NULL, d, &f),
			 E_SYNTAX);
	assert_string_equal(diag_get(d, 0)->text, "zones are not known here: 'in'");
	diag_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flows_are_read_and_written_back),
		cmocka_unit_test(a_mistake_is_told_with_its_column),
		cmocka_unit_test(zones_need_somebody_who_knows_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
