/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "base/err.h"
#include "probe/quicwire.h"

static const struct quic_ids ids = {
	.destination = "DDDDDDDD", .source = "SSSSSSSS", .destinations = 8, .sources = 8
};

static const uint8_t version_1[] = { 0, 0, 0, 1 };
static const uint32_t versions[] = { 1, 0x6b3343cf };

static void an_initial_has_the_shape_that_servers_answer(void **state)
{
	uint8_t packet[QUIC_INITIAL_SIZE];
	struct quic_ids seen;

	(void)state;
	quic_write_initial(&ids, quic_reserved_version(0x12345678), packet);
	assert_int_equal(packet[0] & 0xf0, 0xc0); /* long header, fixed bit, type Initial */
	assert_memory_equal(packet + 1, "\x1a\x3a\x5a\x7a", 4);
	assert_int_equal(quic_read_initial(packet, sizeof(packet), &seen), 0);
	assert_memory_equal(seen.destination, ids.destination, 8);
	assert_memory_equal(seen.source, ids.source, 8);
	/* RFC 9000 6.1: a smaller datagram, and a version that is known, get no negotiation */
	assert_int_equal(quic_read_initial(packet, sizeof(packet) - 1, &seen), E_SYNTAX);
	memcpy(packet + 1, version_1, sizeof(version_1));
	assert_int_equal(quic_read_initial(packet, sizeof(packet), &seen), E_SYNTAX);
}

static void an_answer_must_echo_both_ids(void **state)
{
	uint8_t packet[QUIC_NEGOTIATION_MAX];
	size_t n = quic_write_negotiation(&ids, versions, ARRAY_LEN(versions), packet);
	struct quic_versions v;
	struct quic_ids other = ids;

	(void)state;
	assert_int_equal(quic_read_negotiation(packet, n, &ids, &v), 0);
	assert_int_equal(v.n, 2);
	assert_int_equal(v.version[1], 0x6b3343cf);
	other.source[7] ^= 1;
	assert_int_equal(quic_read_negotiation(packet, n, &other, &v), E_CONFLICT);
	other = ids;
	other.destinations = 7;
	assert_int_equal(quic_read_negotiation(packet, n, &other, &v), E_CONFLICT);
}

static void other_packets_are_no_answer(void **state)
{
	uint8_t packet[QUIC_NEGOTIATION_MAX];
	size_t n = quic_write_negotiation(&ids, versions, ARRAY_LEN(versions), packet);
	size_t list = n - sizeof(versions);
	struct quic_versions v;

	(void)state;
	for (size_t cut = 0; cut < n; cut++) {
		int r = quic_read_negotiation(packet, cut, &ids, &v);

		if (cut > list && (cut - list) % 4 == 0)
			assert_int_equal(r, 0); /* a shorter list is a list */
		else
			assert_int_equal(r, cut < list ? E_TRUNCATED : E_SYNTAX);
	}
	packet[0] &= 0x7f; /* a short header */
	assert_int_equal(quic_read_negotiation(packet, n, &ids, &v), E_SYNTAX);
	packet[0] |= 0x80;
	packet[4] = 1; /* a version */
	assert_int_equal(quic_read_negotiation(packet, n, &ids, &v), E_SYNTAX);
	packet[4] = 0;
	packet[5] = QUIC_ID_MAX + 1; /* too long an id */
	assert_true(quic_read_negotiation(packet, n, &ids, &v) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_initial_has_the_shape_that_servers_answer),
		cmocka_unit_test(an_answer_must_echo_both_ids),
		cmocka_unit_test(other_packets_are_no_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
