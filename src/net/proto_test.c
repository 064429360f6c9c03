/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "base/err.h"
#include "net/proto.h"

static void names_and_numbers_are_read(void **state)
{
	static const struct {
		const char *text;
		int r;
		uint8_t proto;
	} cases[] = {
		{ "tcp", 0, PROTO_TCP },
		{ "UDP", 0, PROTO_UDP },
		{ "icmp", 0, PROTO_ICMP },
		{ "icmpv6", 0, PROTO_ICMPV6 },
		{ "IPv6-ICMP", 0, PROTO_ICMPV6 },
		{ "0", 0, 0 },
		{ "6", 0, PROTO_TCP },
		{ "255", 0, 255 },
		{ "256", E_UNKNOWN, 0 },
		{ "", E_UNKNOWN, 0 },
		{ "ip", E_UNKNOWN, 0 }, /* "any protocol" in some dialects: theirs to say */
		{ "tcp ", E_UNKNOWN, 0 },
		{ "-1", E_UNKNOWN, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		uint8_t proto = 77;

		if (proto_parse(str_of(cases[i].text), &proto) != cases[i].r)
			fail_msg("\"%s\" does not give %d", cases[i].text, cases[i].r);
		assert_int_equal(proto, cases[i].r < 0 ? 77 : cases[i].proto);
	}
}

static void every_name_is_read_back(void **state)
{
	unsigned named = 0;

	(void)state;
	for (unsigned i = 0; i <= UINT8_MAX; i++) {
		const char *name = proto_name((uint8_t)i);
		uint8_t back = 0;

		if (!name)
			continue;
		named++;
		assert_int_equal(proto_parse(str_of(name), &back), 0);
		assert_int_equal(back, i);
	}
	assert_true(named >= 12);
	assert_string_equal(proto_name(PROTO_ICMPV6), "icmpv6");
	assert_null(proto_name(253));
}

static void who_has_ports(void **state)
{
	static const uint8_t with[] = { PROTO_TCP, PROTO_UDP, PROTO_SCTP, PROTO_DCCP,
					PROTO_UDPLITE };
	unsigned count = 0;

	(void)state;
	for (unsigned i = 0; i <= UINT8_MAX; i++)
		count += proto_has_ports((uint8_t)i);
	assert_int_equal(count, ARRAY_LEN(with));
	for (size_t i = 0; i < ARRAY_LEN(with); i++)
		assert_true(proto_has_ports(with[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_numbers_are_read),
		cmocka_unit_test(every_name_is_read_back),
		cmocka_unit_test(who_has_ports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
