/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/rand.h"
#include "net/prefixlist.h"

/* "10.0.0.0/8 2001:db8::/32 10.1.0.0-10.1.0.9", sealed. */
static struct prefixlist list_of(const char *text)
{
	struct prefixlist l = PREFIXLIST_INIT;
	struct str rest = str_of(text);

	while (rest.p && rest.n) {
		struct str hi = str_cut(&rest, ' ');
		struct str lo = str_cut(&hi, '-');
		struct prefix p;
		struct addr a;
		struct addr b;

		if (hi.p) {
			assert_int_equal(addr_parse(lo, &a), 0);
			assert_int_equal(addr_parse(hi, &b), 0);
			assert_int_equal(
				prefixlist_add_range(
					&l, (struct addr_range){ a.family, a.value, b.value }),
				0);
		} else {
			assert_int_equal(prefix_parse(lo, &p), 0);
			assert_int_equal(prefixlist_add(&l, p), 0);
		}
	}
	prefixlist_seal(&l);
	return l;
}

static void assert_prefixes(const struct prefixlist *l, const char *want)
{
	EG_AUTO(buf_release) struct buf out = BUF_INIT;
	EG_AUTO(mem_freep) struct prefix *p = NULL;
	size_t n = 0;

	assert_int_equal(prefixlist_prefixes(l, &p, &n), 0);
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_addc(&out, ' ');
		prefix_print(p[i], &out);
	}
	assert_string_equal(out.data ? out.data : "", want);
}

static void merging_gives_minimal_prefixes(void **state)
{
	static const struct {
		const char *in, *out;
		size_t ranges, n4;
	} cases[] = {
		{ "", "", 0, 0 },
		{ "10.0.0.0/9 10.128.0.0/9", "10.0.0.0/8", 1, 1 },
		{ "10.128.0.0/9 10.0.0.0/9", "10.0.0.0/8", 1, 1 },
		{ "10.0.0.0/8 10.1.2.3", "10.0.0.0/8", 1, 1 },
		{ "10.1.2.3 10.0.0.0/8", "10.0.0.0/8", 1, 1 },
		{ "10.0.0.0/24 10.0.2.0/24", "10.0.0.0/24 10.0.2.0/24", 2, 2 },
		{ "10.0.1.0/24 10.0.2.0/24", "10.0.1.0/24 10.0.2.0/24", 1, 1 },
		{ "0.0.0.0/1 128.0.0.0/1 ::/0", "0.0.0.0/0 ::/0", 2, 1 },
		{ "8000::/1 ::/1", "::/0", 1, 0 },
		{ "255.255.255.255 ::", "255.255.255.255/32 ::/128", 2, 1 }, /* never joined */
		{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 0.0.0.0",
		  "0.0.0.0/32 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", 2, 1 },
		{ "10.0.0.1-10.0.0.6", "10.0.0.1/32 10.0.0.2/31 10.0.0.4/31 10.0.0.6/32", 1, 1 },
		{ "0.0.0.0-255.255.255.254",
		  "0.0.0.0/1 128.0.0.0/2 192.0.0.0/3 224.0.0.0/4 240.0.0.0/5 248.0.0.0/6 "
		  "252.0.0.0/7 254.0.0.0/8 255.0.0.0/9 255.128.0.0/10 255.192.0.0/11 "
		  "255.224.0.0/12 255.240.0.0/13 255.248.0.0/14 255.252.0.0/15 255.254.0.0/16 "
		  "255.255.0.0/17 255.255.128.0/18 255.255.192.0/19 255.255.224.0/20 "
		  "255.255.240.0/21 255.255.248.0/22 255.255.252.0/23 255.255.254.0/24 "
		  "255.255.255.0/25 255.255.255.128/26 255.255.255.192/27 255.255.255.224/28 "
		  "255.255.255.240/29 255.255.255.248/30 255.255.255.252/31 "
		  "255.255.255.254/32",
		  1, 1 },
		{ "::1-::2", "::1/128 ::2/128", 1, 0 },
		{ "0:0:0:1::-0:0:0:2:ffff:ffff:ffff:ffff", "0:0:0:1::/64 0:0:0:2::/64", 1, 0 },
		{ "1.0.0.0-1.0.0.9 1.0.0.4-1.0.0.4 1.0.0.10", "1.0.0.0/29 1.0.0.8/31 1.0.0.10/32",
		  1, 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct prefixlist l = list_of(cases[i].in);

		assert_prefixes(&l, cases[i].out);
		assert_int_equal(l.n, cases[i].ranges);
		assert_int_equal(l.n4, cases[i].n4);
		prefixlist_release(&l);
	}
}

static void set_operations(void **state)
{
	static const struct {
		const char *a, *b, *both, *either, *only_a;
	} cases[] = {
		{ "", "", "", "", "" },
		{ "10.0.0.0/8", "", "", "10.0.0.0/8", "10.0.0.0/8" },
		{ "", "10.0.0.0/8", "", "10.0.0.0/8", "" },
		{ "10.0.0.0/8", "10.0.0.0/9", "10.0.0.0/9", "10.0.0.0/8", "10.128.0.0/9" },
		{ "10.0.0.0/8", "9.0.0.0/8", "", "9.0.0.0/8 10.0.0.0/8", "10.0.0.0/8" },
		{ "0.0.0.0/0", "::/0", "", "0.0.0.0/0 ::/0", "0.0.0.0/0" },
		{ "::/0", "::/0", "::/0", "::/0", "" },
		{ "::/0", "8000::/1", "8000::/1", "::/0", "::/1" },
		{ "10.0.0.0/30", "10.0.0.1 10.0.0.2", "10.0.0.1/32 10.0.0.2/32", "10.0.0.0/30",
		  "10.0.0.0/32 10.0.0.3/32" },
		/* one range of b reaches over two of a, into the other family's neighbourhood */
		{ "255.0.0.0/9 255.255.0.0/16 ::/16", "255.64.0.0-255.255.255.255 ::/17",
		  "255.64.0.0/10 255.255.0.0/16 ::/17", "255.0.0.0/8 ::/16",
		  "255.0.0.0/10 0:8000::/17" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct prefixlist a = list_of(cases[i].a);
		struct prefixlist b = list_of(cases[i].b);
		struct prefixlist both = PREFIXLIST_INIT;
		struct prefixlist either = PREFIXLIST_INIT;
		struct prefixlist only_a = PREFIXLIST_INIT;

		assert_int_equal(prefixlist_intersect(&a, &b, &both), 0);
		assert_int_equal(prefixlist_union(&a, &b, &either), 0);
		assert_int_equal(prefixlist_minus(&a, &b, &only_a), 0);
		assert_prefixes(&both, cases[i].both);
		assert_prefixes(&either, cases[i].either);
		assert_prefixes(&only_a, cases[i].only_a);
		prefixlist_release(&a);
		prefixlist_release(&b);
		prefixlist_release(&both);
		prefixlist_release(&either);
		prefixlist_release(&only_a);
	}
}

static void counting_up_to_everything(void **state)
{
	struct prefixlist l = list_of("10.0.0.0/8 192.0.2.1 2001:db8::/32 ::/128");
	struct prefixlist all = list_of("0.0.0.0/0 ::/0");
	struct prefixlist but_one = list_of("::1-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");

	(void)state;
	assert_true(prefixlist_count(&l, FAMILY_V4) == (1U << 24) + 1);
	assert_true(prefixlist_count(&l, FAMILY_V6) == ((u128)1 << 96) + 1);
	assert_true(prefixlist_count(&all, FAMILY_V4) == (u128)1 << 32);
	assert_true(prefixlist_count(&all, FAMILY_V6) == U128_MAX);
	assert_true(prefixlist_count(&but_one, FAMILY_V6) == U128_MAX);
	assert_true(prefixlist_count(&but_one, FAMILY_V4) == 0);
	prefixlist_release(&l);
	prefixlist_release(&all);
	prefixlist_release(&but_one);
}

static void a_sealed_list_takes_more(void **state)
{
	struct prefixlist l = list_of("10.0.0.0/9 ::/1");
	struct prefix p;

	(void)state;
	assert_int_equal(prefix_parse(STR("10.128.0.0/9"), &p), 0);
	assert_int_equal(prefixlist_add(&l, p), 0);
	prefixlist_seal(&l);
	prefixlist_seal(&l);
	assert_prefixes(&l, "10.0.0.0/8 ::/1");
	assert_int_equal(l.n4, 1);
	prefixlist_release(&l);
	assert_int_equal(l.n, 0);
	assert_prefixes(&l, "");
}

static int stop_at_third(void *data, struct prefix p)
{
	unsigned *n = data;

	(void)p;
	return ++*n == 3 ? -EDOM : 0;
}

static void an_error_of_the_receiver_ends_the_walk(void **state)
{
	unsigned n = 0;

	(void)state;
	assert_int_equal(
		range_prefixes((struct addr_range){ FAMILY_V4, 1, 1000 }, stop_at_third, &n),
		-EDOM);
	assert_int_equal(n, 3);
}

static void a_range_may_be_one_prefix(void **state)
{
	static const struct {
		struct addr_range range;
		int len; /* -1: it is none */
	} cases[] = {
		{ { FAMILY_V4, 0, UINT32_MAX }, 0 },
		{ { FAMILY_V4, 0, 0 }, 32 },
		{ { FAMILY_V4, 0x0a000000, 0x0a0000ff }, 24 },
		{ { FAMILY_V4, 1, 2 }, -1 },
		{ { FAMILY_V4, 0, 2 }, -1 },
		{ { FAMILY_V4, 0xffffffff, 0xffffffff }, 32 },
		{ { FAMILY_V6, 0, U128_MAX }, 0 },
		{ { FAMILY_V6, 0, U128_MAX >> 1 }, 1 },
		{ { FAMILY_V6, 1, U128_MAX }, -1 },
		{ { FAMILY_V6, U128_MAX, U128_MAX }, 128 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct prefix p = { .len = 77 };
		bool is = range_prefix(cases[i].range, &p);

		assert_int_equal(is, cases[i].len >= 0);
		assert_int_equal(p.len, is ? cases[i].len : 77);
		assert_true(!is ||
			    (p.value == cases[i].range.lo && p.family == cases[i].range.family));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_range_may_be_one_prefix),
		cmocka_unit_test(merging_gives_minimal_prefixes),
		cmocka_unit_test(set_operations),
		cmocka_unit_test(counting_up_to_everything),
		cmocka_unit_test(a_sealed_list_takes_more),
		cmocka_unit_test(an_error_of_the_receiver_ends_the_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
