/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "base/err.h"
#include "net/peer.h"

static void texts(void **state)
{
	static const struct {
		const char *text, *want; /* NULL: refused */
	} cases[] = {
		{ "192.0.2.1", "192.0.2.1:53" },
		{ "192.0.2.1:5353", "192.0.2.1:5353" },
		{ "2001:db8::1", "[2001:db8::1]:53" },
		{ "[2001:db8::1]", "[2001:db8::1]:53" },
		{ "[2001:db8::1]:5353", "[2001:db8::1]:5353" },
		{ "::", "[::]:53" },
		{ "", NULL },
		{ "192.0.2.1:", NULL },
		{ "192.0.2.1:0", NULL },
		{ "192.0.2.1:65536", NULL },
		{ "192.0.2.1:53:53", NULL },
		{ "[192.0.2.1]:53", NULL },
		{ "[2001:db8::1]53", NULL },
		{ "[2001:db8::1]:", NULL },
		{ "[2001:db8::1", NULL },
		{ "dns.example", NULL },
		{ ":53", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char text[PEER_TEXT_MAX] = "refused";
		struct peer p;

		if (peer_parse(str_of(cases[i].text), 53, &p) == 0)
			peer_format(&p, text);
		if (strcmp(text, cases[i].want ? cases[i].want : "refused") != 0)
			fail_msg("%s: %s", cases[i].text, text);
	}
}

static void there_and_back(void **state)
{
	static const char *const texts_[] = { "192.0.2.1:1", "[2001:db8::1]:65535" };
	union peer_wire wire;
	struct peer p;
	struct peer back;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts_); i++) {
		char text[PEER_TEXT_MAX];

		assert_int_equal(peer_parse(str_of(texts_[i]), 53, &p), 0);
		assert_int_equal(peer_to_wire(&p, &wire), i ? sizeof(wire.v6) : sizeof(wire.v4));
		assert_int_equal(peer_from_wire(&wire, &back), 0);
		peer_format(&back, text);
		assert_string_equal(text, texts_[i]);
	}
	assert_int_equal(peer_parse(STR("::ffff:192.0.2.1"), 53, &p), 0);
	assert_int_equal(peer_to_wire(&p, &wire), sizeof(wire.v6));
	assert_int_equal(peer_from_wire(&wire, &back), 0);
	assert_int_equal(back.addr.family, FAMILY_V4);
	wire.any.sa_family = AF_UNIX;
	assert_int_equal(peer_from_wire(&wire, &back), E_SYNTAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
		cmocka_unit_test(there_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
