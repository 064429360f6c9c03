/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "support/oom.h"

#include "base/err.h"
#include "catalog/list.h"
#include "control/feedguard.h"

static struct list list_of(struct arena *a, struct diag *d, enum family family, const char *text)
{
	struct list l = { .family = family };

	if (text[0])
		assert_int_equal(list_read(str_of(text), "list.txt", family, a, d, &l), 0);
	return l;
}

static const struct row {
	const char *held, *offered;
	unsigned trips;
	enum family family;
	unsigned max_shrink, max_growth, widest;
	bool not_global;
} rows[] = {
	/* what means the same is the same */
	{ "8.8.0.0/24\n8.8.1.0/24", "8.8.0.0/23", 0, FAMILY_V4, 0, 0, 0, false },
	{ "8.8.0.0/24\n8.8.1.0/24", "8.8.1.0/24\n8.8.0.0/25\n8.8.0.128/25", 0, FAMILY_V4, 0, 0, 0,
	  false },
	/* shrinking, in addresses: 30 of 100 go, or 31 */
	{ "8.0.0.0/26\n8.1.0.0/27\n8.2.0.0/30", "8.0.0.0/26\n8.2.0.0/31", TRIP_SHRINK, FAMILY_V4, 0,
	  0, 0, false },
	{ "8.0.0.0/26\n8.1.0.0/27\n8.2.0.0/30", "8.0.0.0/26\n8.1.0.0/31\n8.2.0.0/30", 0, FAMILY_V4,
	  0, 0, 0, false },
	{ "8.0.0.0/26\n8.1.0.0/27\n8.2.0.0/30", "8.0.0.0/26\n8.1.0.0/32\n8.2.0.0/30", TRIP_SHRINK,
	  FAMILY_V4, 0, 0, 0, false },
	{ "8.0.0.0/26\n8.1.0.0/27\n8.2.0.0/30", "8.0.0.0/26\n8.1.0.0/32\n8.2.0.0/30", 0, FAMILY_V4,
	  31, 0, 0, false },
	{ "8.0.0.0/24\n8.1.0.0/32\n8.1.0.2/32\n8.1.0.4/32", "8.0.0.0/24", 0, FAMILY_V4, 0, 0, 0,
	  false },
	/* growing: 256 are free, then five times as many as before */
	{ "8.0.0.1", "8.0.0.1\n8.1.0.0/29", 0, FAMILY_V4, 0, 0, 0, false },
	{ "8.0.0.0/24", "8.0.0.0/24\n9.0.0.0/22", 0, FAMILY_V4, 0, 0, 0, false },
	{ "8.0.0.0/24", "8.0.0.0/24\n9.0.0.0/22\n9.1.0.0", TRIP_GROWTH, FAMILY_V4, 0, 0, 0, false },
	{ "8.0.0.0/24", "8.0.0.0/24\n9.0.0.0/22\n9.1.0.0", 0, FAMILY_V4, 0, 401, 0, false },
	{ "2600::/48", "2600::/48\n2607:f::/44", 0, FAMILY_V6, 0, 0, 0, false },
	{ "2600::/44", "2600::/44\n2607::/40\n2608::/32\n2609::/48", TRIP_GROWTH | TRIP_WIDE,
	  FAMILY_V6, 0, 0, 0, false },
	/* too wide: absolutely, and beside what is held */
	{ "", "8.0.0.0/9", TRIP_WIDE, FAMILY_V4, 0, 0, 0, false },
	{ "", "8.0.0.0/10", 0, FAMILY_V4, 0, 0, 0, false },
	{ "", "2600::/23", TRIP_WIDE, FAMILY_V6, 0, 0, 0, false },
	{ "", "2600::/24", 0, FAMILY_V6, 0, 0, 0, false },
	{ "8.0.0.0/16", "8.0.0.0/16\n9.0.0.0/13", TRIP_GROWTH, FAMILY_V4, 0, 0, 0, false },
	{ "8.0.0.0/16", "8.0.0.0/16\n9.0.0.0/12", TRIP_GROWTH | TRIP_WIDE, FAMILY_V4, 0, 0, 0,
	  false },
	{ "8.0.0.0/16", "8.0.0.0/16\n9.0.0.0/12", 0, FAMILY_V4, 0, 5000, 12, false },
	{ "8.0.0.0/16", "8.0.0.0/16\n9.0.0.0/11", TRIP_WIDE, FAMILY_V4, 0, 5000, 12, false },
	/* not global: inside, around, beside */
	{ "8.0.0.0/16", "8.0.0.0/16\n10.1.0.0/24", TRIP_NOT_GLOBAL, FAMILY_V4, 0, 0, 0, false },
	{ "8.0.0.0/12", "8.0.0.0/12\n192.168.0.0/15", TRIP_NOT_GLOBAL, FAMILY_V4, 0, 0, 0, false },
	{ "8.0.0.0/16", "8.0.0.0/16\n9.255.255.0/24\n11.0.0.0/24", 0, FAMILY_V4, 0, 0, 0, false },
	{ "8.0.0.0/16", "8.0.0.0/16\n255.255.255.255", TRIP_NOT_GLOBAL, FAMILY_V4, 0, 0, 0, false },
	{ "8.0.0.0/16", "8.0.0.0/16\n10.1.0.0/24", 0, FAMILY_V4, 0, 0, 0, true },
	{ "2600::/32", "2600::/32\nfd00::/48", TRIP_NOT_GLOBAL, FAMILY_V6, 0, 0, 0, false },
	{ "2600::/32", "2600::/32\n2001:db8::/48", TRIP_NOT_GLOBAL, FAMILY_V6, 0, 0, 0, false },
	{ "2600::/32", "2600::/32\n2001:4860::/48", 0, FAMILY_V6, 0, 0, 0, false },
	/* what was accepted before is not asked again */
	{ "10.0.0.0/8\n8.0.0.0/7", "10.0.0.0/8\n8.0.0.0/7\n12.0.0.0/24", 0, FAMILY_V4, 0, 0, 0,
	  false },
};

static void judges(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *row = &rows[i];
		struct arena *a = arena_new();
		struct diag *d = diag_new();
		struct list held = list_of(a, d, row->family, row->held);
		struct list offered = list_of(a, d, row->family, row->offered);
		struct feedguard_report g = { 0 };

		held.max_shrink = row->max_shrink;
		held.max_growth = row->max_growth;
		held.widest = row->widest;
		held.not_global = row->not_global;
		assert_int_equal(feedguard_judge(&held, &offered, "new.txt", d, &g), 0);
		if (g.trips != row->trips)
			fail_msg("%s -> %s: %u instead of %u", row->held, row->offered, g.trips,
				 row->trips);
		assert_int_equal(diag_errors(d) > 0, row->trips != 0);
		assert_true(g.had + g.came - g.gone == g.has);
		prefixlist_release(&held.set);
		prefixlist_release(&offered.set);
		diag_free(d);
		arena_free(a);
	}
}

/* All of IPv6 is a number that does not fit; nothing overflows. */
static void counts_without_overflow(void **state)
{
	struct arena *a = arena_new();
	struct diag *d = diag_new();
	struct list held = list_of(a, d, FAMILY_V6, "8000::/1\n::/1");
	struct list offered = list_of(a, d, FAMILY_V6, "8000::/1");
	struct feedguard_report g = { 0 };

	(void)state;
	held.max_growth = 1000000;
	assert_int_equal(feedguard_judge(&held, &offered, "new.txt", d, &g), 0);
	assert_int_equal(g.trips, TRIP_SHRINK);
	prefixlist_release(&held.set);
	prefixlist_release(&offered.set);
	diag_free(d);
	arena_free(a);
}

static void says_which_line(void **state)
{
	struct arena *a = arena_new();
	struct diag *d = diag_new();
	struct list held = list_of(a, d, FAMILY_V4, "8.0.0.0/16");
	struct list offered = list_of(a, d, FAMILY_V4, "8.0.0.0/16\n# x\n10.1.0.0/24\n");
	struct feedguard_report g = { 0 };
	struct buf told = BUF_INIT;

	(void)state;
	assert_int_equal(feedguard_judge(&held, &offered, "new.txt", d, &g), 0);
	diag_format(d, &told);
	assert_non_null(strstr(told.data, "new.txt:3"));
	assert_non_null(strstr(told.data, "10.1.0.0/24"));
	buf_release(&told);
	prefixlist_release(&held.set);
	prefixlist_release(&offered.set);
	diag_free(d);
	arena_free(a);
}

static void prints_addresses(void **state)
{
	static const struct {
		u128 n;
		enum family family;
		const char *text;
	} cases[] = {
		{ 0, FAMILY_V4, "0 addresses" },
		{ 1, FAMILY_V4, "1 address" },
		{ 1234567, FAMILY_V4, "1,234,567 addresses" },
		{ 999, FAMILY_V4, "999 addresses" },
		{ 4, FAMILY_V6, "4 addresses" },
		{ (u128)1 << 80, FAMILY_V6, "65,536 networks of /64" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf out = BUF_INIT;

		feedguard_print_addresses(cases[i].n, cases[i].family, &out);
		assert_string_equal(out.data, cases[i].text);
		buf_release(&out);
	}
}

static int sample(void *data)
{
	const struct list *two = data;
	struct diag *d = diag_new();
	struct feedguard_report g;
	int r = d ? feedguard_judge(&two[0], &two[1], "new.txt", d, &g) : -ENOMEM;

	diag_free(d);
	return r;
}

static void survives_oom(void **state)
{
	struct arena *a = arena_new();
	struct diag *d = diag_new();
	struct list two[] = { list_of(a, d, FAMILY_V4, "8.0.0.0/16"),
			      list_of(a, d, FAMILY_V4, "8.0.0.0/17\n10.0.0.0/8") };

	(void)state;
	assert_survives_oom(sample, two);
	prefixlist_release(&two[0].set);
	prefixlist_release(&two[1].set);
	diag_free(d);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges),	   cmocka_unit_test(counts_without_overflow),
		cmocka_unit_test(says_which_line), cmocka_unit_test(prints_addresses),
		cmocka_unit_test(survives_oom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
