/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <arpa/inet.h>

#include "base/err.h"
#include "base/rand.h"
#include "net/addr.h"

static void canonical_text_is_rfc_5952(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "0.0.0.0", "0.0.0.0" },
		{ "10.0.200.255", "10.0.200.255" },
		{ "255.255.255.255", "255.255.255.255" },
		{ "::", "::" },
		{ "::1", "::1" },
		{ "1::", "1::" },
		{ "2001:DB8::0001", "2001:db8::1" },
		{ "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1" },    /* the first of two runs */
		{ "2001:0:0:1:0:0:0:1", "2001:0:0:1::1" },	    /* the longer run */
		{ "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1" }, /* one group stays */
		{ "2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
		{ "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0" },
		{ "::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8" },
		{ "1:0:0:0:0:0:0:0", "1::" },
		{ "0:0:1::", "0:0:1::" },
		{ "2620:123:2000::", "2620:123:2000::" },
		{ "::ffff:192.0.2.1", "::ffff:192.0.2.1" },
		{ "::ffff:c000:201", "::ffff:192.0.2.1" },
		{ "64:ff9b::192.0.2.1", "64:ff9b::c000:201" },
		{ "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304" },
		{ "FFFF:ffff:FFFF:ffff:FFFF:ffff:FFFF:ffff",
		  "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char text[ADDR_TEXT_MAX];
		struct addr a;

		if (addr_parse(str_of(cases[i].in), &a) < 0)
			fail_msg("%s is not read", cases[i].in);
		assert_int_equal(addr_format(a, text), strlen(cases[i].out));
		assert_string_equal(text, cases[i].out);
	}
}

static void other_text_is_refused(void **state)
{
	static const char *const cases[] = {
		"",
		"1",
		"1.2.3",
		"1.2.3.4.5",
		"1.2.3.256",
		"1.2.3.04",
		"01.2.3.4",
		"1.2.3.4 ",
		" 1.2.3.4",
		"1..3.4",
		"1.2.3.",
		".1.2.3",
		"0x1.2.3.4",
		"1.2.3.-4",
		"1.2.3.4/32",
		"4294967296",
		"1.2.3.0000",
		"+1.2.3.4",
		":",
		":::",
		"1:",
		":1",
		"1:2:3:4:5:6:7",
		"1:2:3:4:5:6:7:8:9",
		"1::2::3",
		"::1::",
		"12345::",
		"g::",
		"fe80::1%eth0",
		"[::1]",
		"1:2:3:4:5:6:7:8::",
		"::1:2:3:4:5:6:7:8",
		"1:2:3:4::5:6:7:8",
		"::1.2.3",
		"::1.2.3.4:5",
		"1:2:3:4:5:6:7:1.2.3.4",
		"1.2.3.4::",
		"::1.2.3.256",
		"1::2:",
		"::ffff:1.2.3.4.",
		"3.7.35.0\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct addr a = { FAMILY_V4, 7 };

		if (addr_parse(str_of(cases[i]), &a) != E_SYNTAX)
			fail_msg("\"%s\" is read", cases[i]);
		assert_true(a.value == 7);
	}
	assert_int_equal(addr_parse((struct str){ "1.2.3.4\0", 8 }, &(struct addr){ 0 }), E_SYNTAX);
}

static void reading_stops_at_the_length(void **state)
{
	struct addr a;

	(void)state;
	assert_int_equal(addr_parse((struct str){ "10.0.0.123", 8 }, &a), 0);
	assert_true(a.value == 0x0a000001);
}

/* Random texts that are nearly addresses: our reader and the C library's must agree. */
static void agrees_with_inet_pton(void **state)
{
	static const char alphabet[] = "0123456789abcdefF::::....";
	struct rand rng = { 0x5eed0001 };
	unsigned good = 0;

	(void)state;
	print_message("# seed %#llx\n", (unsigned long long)rng.state);
	for (unsigned i = 0; i < 400000; i++) {
		char text[64] = "";
		uint8_t wire[16];
		uint8_t ours[16];
		struct addr a;
		bool theirs;
		size_t n = 2 + rand_below(&rng, 11);

		for (size_t k = 0; k < n; k++)
			text[k] = alphabet[rand_below(&rng, sizeof(alphabet) - 1)];
		theirs = inet_pton(strchr(text, ':') ? AF_INET6 : AF_INET, text, wire) == 1;
		if ((addr_parse(str_of(text), &a) == 0) != theirs)
			fail_msg("\"%s\": inet_pton says %d", text, theirs);
		if (!theirs)
			continue;
		good++;
		assert_memory_equal(wire, ours, addr_to_wire(a, ours));
	}
	assert_true(good > 1000);
}

static struct addr random_addr(struct rand *rng)
{
	u128 v = (u128)rand_next(rng) << 64 | rand_next(rng);

	for (unsigned i = 0; i < 8; i++) /* zero groups are what the text is about */
		if (rand_below(rng, 2))
			v &= ~((u128)0xffff << (16 * i));
	return rand_below(rng, 4) ? (struct addr){ FAMILY_V6, v }
				  : (struct addr){ FAMILY_V4, (uint32_t)(v >> 64 ^ v) };
}

static void text_and_wire_go_round(void **state)
{
	struct rand rng = { 0x5eed0002 };

	(void)state;
	print_message("# seed %#llx\n", (unsigned long long)rng.state);
	for (unsigned i = 0; i < 200000; i++) {
		struct addr a = random_addr(&rng);
		struct addr back;
		char text[ADDR_TEXT_MAX];
		char theirs[ADDR_TEXT_MAX];
		uint8_t wire[16];

		(void)addr_to_wire(a, wire);
		assert_int_equal(addr_cmp(addr_from_wire(a.family, wire), a), 0);
		(void)addr_format(a, text);
		assert_int_equal(addr_parse(str_of(text), &back), 0);
		assert_int_equal(addr_cmp(back, a), 0);
		assert_non_null(inet_ntop(a.family == FAMILY_V4 ? AF_INET : AF_INET6, wire, theirs,
					  sizeof(theirs)));
		/* inet_ntop() also dots ::/96, which RFC 4291 deprecated. */
		if (a.family == FAMILY_V4 || a.value >> 32)
			assert_string_equal(text, theirs);
	}
}

static void families_never_compare_equal(void **state)
{
	struct addr v4;
	struct addr mapped;
	struct addr low;

	(void)state;
	assert_int_equal(addr_parse(STR("1.2.3.4"), &v4), 0);
	assert_int_equal(addr_parse(STR("::ffff:1.2.3.4"), &mapped), 0);
	assert_int_equal(addr_parse(STR("::102:304"), &low), 0);
	assert_true(addr_cmp(v4, mapped) < 0);
	assert_true(addr_cmp(v4, low) < 0);
	assert_true(addr_cmp(mapped, low) > 0);
}

static void masks(void **state)
{
	(void)state;
	assert_true(family_mask(FAMILY_V4, 0) == 0);
	assert_true(family_mask(FAMILY_V4, 1) == 0x80000000);
	assert_true(family_mask(FAMILY_V4, 24) == 0xffffff00);
	assert_true(family_mask(FAMILY_V4, 32) == 0xffffffff);
	assert_true(family_mask(FAMILY_V4, 128) == 0xffffffff);
	assert_true(family_mask(FAMILY_V6, 0) == 0);
	assert_true(family_mask(FAMILY_V6, 64) == (u128)UINT64_MAX << 64);
	assert_true(family_mask(FAMILY_V6, 128) == ~(u128)0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(masks),
		cmocka_unit_test(canonical_text_is_rfc_5952),
		cmocka_unit_test(other_text_is_refused),
		cmocka_unit_test(reading_stops_at_the_length),
		cmocka_unit_test(agrees_with_inet_pton),
		cmocka_unit_test(text_and_wire_go_round),
		cmocka_unit_test(families_never_compare_equal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
