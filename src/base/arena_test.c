/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "base/arena.h"
#include "base/rand.h"

static bool is_zero(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

/* Blocks of all sizes, each filled with its own byte: no two may share a byte. */
static void blocks_are_zero_aligned_and_apart(void **state)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	struct rand rng = { 0x5eed0020 };
	unsigned char *block[600];
	size_t size[600];

	(void)state;
	print_message("# seed %#llx\n", (unsigned long long)rng.state);
	for (unsigned round = 0; round < 3; round++) { /* later rounds reuse the first chunk */
		for (size_t i = 0; i < ARRAY_LEN(block); i++) {
			size[i] = rand_below(&rng, i % 50 ? 200 : 40000);
			block[i] = arena_alloc(a, size[i]);
			assert_non_null(block[i]);
			assert_int_equal((uintptr_t)block[i] % _Alignof(max_align_t), 0);
			assert_true(is_zero(block[i], size[i]));
			memset(block[i], (int)(i % 255 + 1), size[i]);
		}
		for (size_t i = 0; i < ARRAY_LEN(block); i++)
			for (size_t k = 0; k < size[i]; k++)
				assert_int_equal(block[i][k], i % 255 + 1);
		arena_reset(a);
		assert_int_equal(arena_used(a), 0);
	}
}

static void copies_are_whole_and_ended(void **state)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();

	(void)state;
	assert_string_equal(arena_strdup(a, "zoom"), "zoom");
	assert_string_equal(arena_strdup(a, ""), "");
	assert_string_equal(arena_str(a, (struct str){ "zoom.us", 4 }), "zoom");
	assert_string_equal(arena_str(a, (struct str){ NULL, 0 }), "");
	assert_string_equal(arena_printf(a, "%s:%u", "zoom.us", 443U), "zoom.us:443");
	assert_memory_equal(arena_copy(a, "a\0b", 3), "a\0b", 3);
	assert_non_null(arena_copy(a, NULL, 0));
	assert_true(arena_used(a) > 0);
}

static void a_long_text_gets_a_chunk_of_its_own(void **state)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	char *text = arena_printf(a, "%0100000d", 7);

	(void)state;
	assert_non_null(text);
	assert_int_equal(strlen(text), 100000);
	assert_int_equal(text[99999], '7');
	assert_true(arena_used(a) >= 100001);
}

static void absurd_sizes_are_refused(void **state)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();

	(void)state;
	assert_null(arena_alloc(a, SIZE_MAX));
	assert_null(arena_alloc(a, SIZE_MAX - 64));
	assert_null(arena_array(a, SIZE_MAX / 2, 3));
	assert_null(arena_array(a, (size_t)1 << 40, (size_t)1 << 30));
	assert_int_equal(arena_used(a), 0);
	assert_non_null(arena_array(a, 10, 16));
	arena_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_are_zero_aligned_and_apart),
		cmocka_unit_test(copies_are_whole_and_ended),
		cmocka_unit_test(a_long_text_gets_a_chunk_of_its_own),
		cmocka_unit_test(absurd_sizes_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
