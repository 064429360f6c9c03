/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "base/err.h"
#include "probe/sockaddr.h"
#include "probe/stunwire.h"

/* RFC 5769 section 2.2, sample IPv4 response: 192.0.2.1 port 32853. */
static const uint8_t rfc5769[] = {
	0x01, 0x01, 0x00, 0x3c, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34,
	0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae, 0x80, 0x22, 0x00, 0x0b, 0x74, 0x65, 0x73, 0x74,
	0x20, 0x76, 0x65, 0x63, 0x74, 0x6f, 0x72, 0x20, 0x00, 0x20, 0x00, 0x08, 0x00, 0x01,
	0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43, 0x00, 0x08, 0x00, 0x14, 0x2b, 0x91, 0xf5, 0x99,
	0xfd, 0x9e, 0x90, 0xc3, 0x8c, 0x74, 0x89, 0xf9, 0x2a, 0xf9, 0xba, 0x53, 0xf0, 0x6b,
	0xe7, 0xd7, 0x80, 0x28, 0x00, 0x04, 0xc0, 0x7d, 0x4c, 0x96,
};

static const uint8_t *rfc5769_id = rfc5769 + 8;

static void the_rfcs_example_is_read(void **state)
{
	char text[PROBE_END_TEXT_MAX];
	struct stun_answer a;

	(void)state;
	assert_int_equal(stun_read_answer(rfc5769, sizeof(rfc5769), rfc5769_id, &a), 0);
	probe_end_format(a.seen, text);
	assert_string_equal(text, "192.0.2.1:32853");
	assert_false(a.error);
}

static void any_changed_byte_is_noticed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rfc5769); i++) {
		struct stun_answer a;
		bool kind = i == sizeof(rfc5769) - 8 || i == sizeof(rfc5769) - 7;
		uint8_t bad[sizeof(rfc5769)];

		memcpy(bad, rfc5769, sizeof(bad));
		bad[i] ^= 0x10;
		if (kind)
			continue; /* of the FINGERPRINT itself: it would be another attribute */
		assert_true(stun_read_answer(bad, sizeof(bad), rfc5769_id, &a) < 0);
	}
}

static void a_cut_answer_is_truncated(void **state)
{
	(void)state;
	for (size_t n = 0; n < sizeof(rfc5769); n++) {
		struct stun_answer a;

		assert_int_equal(stun_read_answer(rfc5769, n, rfc5769_id, &a), E_TRUNCATED);
	}
}

static void what_is_written_is_read(void **state)
{
	static const char *const seen[] = { "192.0.2.1", "0.0.0.0", "255.255.255.255",
					    "2001:db8::1", "::" };
	static const uint8_t id[STUN_ID] = "abcdefghijkl";
	uint8_t request[STUN_REQUEST_SIZE], read_id[STUN_ID], out[STUN_ANSWER_MAX];

	(void)state;
	stun_write_request(id, request);
	assert_int_equal(stun_read_request(request, sizeof(request), read_id), 0);
	assert_memory_equal(read_id, id, STUN_ID);
	for (size_t i = 0; i < ARRAY_LEN(seen); i++) {
		struct probe_end end = { .port = (uint16_t)(i * 13001) };
		struct stun_answer a;
		size_t n;

		assert_int_equal(addr_parse(str_of(seen[i]), &end.addr), 0);
		n = stun_write_answer(id, end, out);
		assert_true(n <= sizeof(out));
		assert_int_equal(stun_read_answer(out, n, id, &a), 0);
		assert_int_equal(addr_cmp(a.seen.addr, end.addr), 0);
		assert_int_equal(a.seen.port, end.port);
	}
}

static void others_are_told_apart(void **state)
{
	static const uint8_t id[STUN_ID] = "abcdefghijkl", other[STUN_ID] = "abcdefghijkm";
	static const uint8_t error[] = { 0x01, 0x11, 0,	  8,   0x21, 0x12, 0xa4, 0x42, 'a', 'b',
					 'c',  'd',  'e', 'f', 'g',  'h',  'i',	 'j',  'k', 'l',
					 0,    9,    0,	  4,   0,    0,	   4,	 20 };
	static const uint8_t empty[] = { 0x01, 0x01, 0,	  0,   0x21, 0x12, 0xa4, 0x42, 'a', 'b',
					 'c',  'd',  'e', 'f', 'g',  'h',  'i',	 'j',  'k', 'l' };
	uint8_t request[STUN_REQUEST_SIZE];
	struct stun_answer a;

	(void)state;
	assert_int_equal(stun_read_answer(error, sizeof(error), id, &a), 0);
	assert_true(a.error);
	assert_int_equal(a.code, 420);
	assert_int_equal(stun_read_answer(error, sizeof(error), other, &a), E_CONFLICT);
	assert_int_equal(stun_read_answer(empty, sizeof(empty), id, &a), E_SYNTAX);
	stun_write_request(id, request); /* our own request, reflected */
	assert_int_equal(stun_read_answer(request, sizeof(request), id, &a), E_SYNTAX);
	assert_int_equal(stun_read_request(rfc5769, sizeof(rfc5769), request), E_SYNTAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rfcs_example_is_read),
		cmocka_unit_test(any_changed_byte_is_noticed),
		cmocka_unit_test(a_cut_answer_is_truncated),
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(others_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
