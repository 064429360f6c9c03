/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/hash.h"

static void what_was_added_is_found(void **state)
{
	EG_AUTO(strmap_release) struct strmap m = STRMAP_INIT;
	size_t v = 99;

	(void)state;
	assert_int_equal(strmap_get(&m, STR("zoom"), &v), -ENOENT);
	assert_int_equal(strmap_add(&m, STR("zoom"), 1), 0);
	assert_int_equal(strmap_add(&m, STR(""), 2), 0);
	assert_int_equal(strmap_add(&m, STR("zoo"), 3), 0);
	assert_int_equal(strmap_add(&m, STR("zoom"), 4), -EEXIST);
	assert_int_equal(strmap_add(&m, (struct str){ NULL, 0 }, 5), -EEXIST);
	assert_int_equal(strmap_get(&m, STR("zoom"), &v), 0);
	assert_int_equal(v, 1);
	assert_int_equal(strmap_get(&m, STR(""), &v), 0);
	assert_int_equal(v, 2);
	assert_int_equal(strmap_get(&m, (struct str){ "zoom.us", 3 }, &v), 0);
	assert_int_equal(v, 3);
	assert_int_equal(strmap_get(&m, STR("Zoom"), &v), -ENOENT);
	assert_int_equal(v, 3);
	assert_int_equal(m.n, 3);
}

static void many_keys(void **state)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	EG_AUTO(strmap_release) struct strmap m = STRMAP_INIT;
	size_t v;

	(void)state;
	for (size_t i = 0; i < 20000; i++)
		assert_int_equal(strmap_add(&m, str_of(arena_printf(a, "key-%zu", i)), i), 0);
	for (size_t i = 0; i < 20000; i++) {
		assert_int_equal(strmap_get(&m, str_of(arena_printf(a, "key-%zu", i)), &v), 0);
		assert_int_equal(v, i);
	}
	assert_int_equal(strmap_get(&m, STR("key-20000"), &v), -ENOENT);
}

static void out_of_memory_changes_nothing(void **state)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	EG_AUTO(strmap_release) struct strmap m = STRMAP_INIT;
	size_t v;

	(void)state;
	for (size_t i = 0; i < 100; i++) {
		struct str key = str_of(arena_printf(a, "%zu", i));

		mem_fail_after(0); /* fails the rounds in which the table must grow */
		if (strmap_add(&m, key, i) < 0) {
			assert_int_equal(m.n, i);
			assert_int_equal(strmap_add(&m, key, i), 0);
		}
		mem_fail_after(-1);
		assert_int_equal(strmap_get(&m, STR("0"), &v), 0);
	}
	assert_int_equal(m.n, 100);
}

/* Not a proof of quality, but a hash that ignores a byte, the length or the seed is caught. */
static void every_byte_counts(void **state)
{
	unsigned char data[40] = { 0 };

	(void)state;
	for (size_t n = 0; n <= sizeof(data); n++) {
		uint64_t whole = hash_bytes(data, n, 0);

		assert_true(hash_bytes(data, n, 1) != whole);
		if (n)
			assert_true(hash_bytes(data, n - 1, 0) != whole);
		for (size_t i = 0; i < n * 8; i++) {
			data[i / 8] ^= (unsigned char)(1U << i % 8);
			assert_true(hash_bytes(data, n, 0) != whole);
			data[i / 8] ^= (unsigned char)(1U << i % 8);
		}
	}
	assert_true(hash_bytes(NULL, 0, 7) == hash_bytes(data, 0, 7));
}

/* Pairs of small numbers are what tables of nodes are keyed by. */
static void pairs_spread(void **state)
{
	static unsigned char bucket[1 << 16];
	unsigned taken = 0;

	(void)state;
	for (uint64_t a = 0; a < 256; a++)
		for (uint64_t b = 0; b < 256; b++)
			bucket[hash_mix(a, b) & 0xffff] = 1;
	for (size_t i = 0; i < sizeof(bucket); i++)
		taken += bucket[i];
	assert_true(taken > 65536 * 58 / 100); /* chance gives 1 - 1/e, 63 % */
	assert_true(hash_mix(1, 2) != hash_mix(2, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_added_is_found),
		cmocka_unit_test(many_keys),
		cmocka_unit_test(out_of_memory_changes_nothing),
		cmocka_unit_test(every_byte_counts),
		cmocka_unit_test(pairs_spread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
