/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "base/attr.h"
#include "dns/guard.h"

static const struct {
	const char *text;
	bool public;
} cases[] = {
	{ "0.0.0.0", false },
	{ "0.255.255.255", false },
	{ "1.0.0.0", true },
	{ "9.255.255.255", true },
	{ "10.0.0.0", false },
	{ "10.255.255.255", false },
	{ "11.0.0.0", true },
	{ "100.63.255.255", true },
	{ "100.64.0.0", false },
	{ "100.127.255.255", false },
	{ "100.128.0.0", true },
	{ "127.0.0.1", false },
	{ "128.0.0.0", true },
	{ "169.253.255.255", true },
	{ "169.254.169.254", false },
	{ "172.15.255.255", true },
	{ "172.16.0.0", false },
	{ "172.31.255.255", false },
	{ "172.32.0.0", true },
	{ "192.0.0.8", false },
	{ "192.0.1.0", true },
	{ "192.167.255.255", true },
	{ "192.168.0.1", false },
	{ "192.169.0.0", true },
	{ "223.255.255.255", true },
	{ "224.0.0.1", false },
	{ "240.0.0.1", false },
	{ "255.255.255.255", false },
	{ "170.114.10.1", true },
	{ "::", false },
	{ "::1", false },
	{ "::127.0.0.1", false },
	{ "::ffff:10.0.0.1", false },
	{ "::ffff:8.8.8.8", false },
	{ "::ffff:0:8.8.8.8", false },
	{ "64:ff9b::8.8.8.8", true },
	{ "64:ff9b::10.1.2.3", false },
	{ "64:ff9b:1::8.8.8.8", false },
	{ "2002:808:808::1", true },
	{ "2002:a00:1::1", false },
	{ "2002:c0a8:101::1", false },
	{ "2407:30c0::1", true },
	{ "100::1", false },
	{ "fbff::1", true },
	{ "fc00::1", false },
	{ "fdff::1", false },
	{ "fe80::1", false },
	{ "fec0::1", false },
	{ "ff02::1", false },
};

static void edges(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct addr a;

		assert_int_equal(addr_parse(str_of(cases[i].text), &a), 0);
		if (guard_is_public(a) != cases[i].public)
			fail_msg("%s", cases[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(edges) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
