/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "support/oom.h"

#include "net/name.h"
#include "net/ports.h"
#include "net/prefixlist.h"

static int add_every_second(struct prefixlist *l, uint32_t first, unsigned n)
{
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < n; i++) {
		struct addr a = { i % 2 ? FAMILY_V4 : FAMILY_V6, first + (n - i) * 2 };

		r = prefixlist_add(l, prefix_masked(a, family_bits(a.family)));
	}
	prefixlist_seal(l);
	return r;
}

static int operate(const struct prefixlist *a, const struct prefixlist *b)
{
	EG_AUTO(prefixlist_release) struct prefixlist either = PREFIXLIST_INIT;
	EG_AUTO(prefixlist_release) struct prefixlist both = PREFIXLIST_INIT;
	EG_AUTO(prefixlist_release) struct prefixlist only = PREFIXLIST_INIT;
	EG_AUTO(mem_freep) struct prefix *p = NULL;
	size_t n = 0;
	int r = prefixlist_union(a, b, &either);

	if (r == 0)
		r = prefixlist_intersect(a, b, &both);
	if (r == 0)
		r = prefixlist_minus(a, b, &only);
	if (r == 0)
		r = prefixlist_prefixes(&either, &p, &n);
	if (r == 0)
		assert_int_equal(n, 150);
	return r;
}

static int build_and_operate(void *data)
{
	EG_AUTO(prefixlist_release) struct prefixlist a = PREFIXLIST_INIT;
	EG_AUTO(prefixlist_release) struct prefixlist b = PREFIXLIST_INIT;
	int r = add_every_second(&a, 0, 100);

	(void)data;
	if (r == 0)
		r = add_every_second(&b, 100, 100);
	return r < 0 ? r : operate(&a, &b);
}

static int print_everything(void *data)
{
	EG_AUTO(buf_release) struct buf out = BUF_INIT;
	struct ports ports = { .range = { { 80, 80 }, { 443, 500 } }, .n = 2 };
	struct pattern p = { .kind = PATTERN_UNDER, .name = { "zoom.us" } };
	struct addr a = { FAMILY_V6, 1 };

	(void)data;
	for (unsigned i = 0; i < 5; i++) {
		addr_print(a, &out);
		prefix_print(prefix_masked(a, 127), &out);
		ports_print(&ports, &out);
		pattern_print(&p, &out);
	}
	return out.r;
}

static void lists_survive(void **state)
{
	(void)state;
	assert_true(assert_survives_oom(build_and_operate, NULL) > 15);
}

static void printing_survives(void **state)
{
	(void)state;
	assert_true(assert_survives_oom(print_everything, NULL) > 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_survive),
		cmocka_unit_test(printing_survives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
