/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/rand.h"
#include "base/str.h"
#include "dns/ledger.h"
#include "support/oom.h"

enum { MOST = 128, NS = 1000000000 };

static struct ledger *l;
static uint64_t now;
static struct buf closed;
static unsigned closings;

static void note(void *data, const struct name *name, const struct addr *a, size_t n)
{
	(void)data;
	buf_printf(&closed, "%s:", name->text);
	for (size_t i = 0; i < n; i++) {
		buf_addc(&closed, ' ');
		addr_print(a[i], &closed);
	}
	buf_adds(&closed, "; ");
	closings += (unsigned)n;
}

static int open_it(void **state)
{
	(void)state;
	now = 1;
	closings = 0;
	l = ledger_new(MOST, 7, note, NULL);
	return l ? 0 : -1;
}

static int close_it(void **state)
{
	(void)state;
	ledger_free(l);
	buf_release(&closed);
	return 0;
}

/* Addresses 10.0.0.0 + first and the next ones, for a minute. */
static int learn(const char *text, unsigned first, unsigned n)
{
	static struct dns_learned a[2 * MOST];
	struct name name;

	assert_int_equal(name_parse(str_of(text), &name), 0);
	for (unsigned i = 0; i < n; i++)
		a[i] = (struct dns_learned){ { FAMILY_V4, 0x0a000000 + first + i }, 60 };
	return ledger_learned(l, &name, a, n, now);
}

static int show(void *data, const struct ledger_line *line)
{
	buf_printf(data, "%s open %zu answers %u learned %u closed %u; ", line->name, line->open,
		   (unsigned)line->answers, (unsigned)line->learned, (unsigned)line->closed);
	return 0;
}

static void expect(const char *want)
{
	EG_AUTO(buf_release) struct buf got = BUF_INIT;

	assert_int_equal(ledger_each(l, now, show, &got), 0);
	assert_string_equal(got.n ? got.data : "", want);
}

static void expect_closed(const char *want)
{
	assert_string_equal(closed.n ? closed.data : "", want);
	buf_clear(&closed);
}

static void the_oldest_go(void **state)
{
	(void)state;
	assert_int_equal(learn("a.us", 0, MOST), 0);
	expect_closed("");
	assert_int_equal(learn("a.us", 0, 1), 0); /* given again: it is not the oldest now */
	assert_int_equal(learn("a.us", 1000, 2), 0);
	expect_closed("a.us: 10.0.0.1 10.0.0.2; ");
	expect("a.us open 128 answers 3 learned 130 closed 2; ");
	assert_int_equal(learn("b.us", 2000, 3), 0);
	expect("b.us open 3 answers 1 learned 3 closed 0; "
	       "a.us open 128 answers 3 learned 130 closed 2; ");
}

static void what_another_name_has_stays_open(void **state)
{
	(void)state;
	assert_int_equal(learn("b.us", 1, 1), 0);
	assert_int_equal(learn("a.us", 0, MOST), 0);
	assert_int_equal(learn("a.us", 1000, 3), 0);
	expect_closed("a.us: 10.0.0.0 10.0.0.2; ");
	now += 61ULL * NS; /* the other name's is over */
	assert_int_equal(learn("a.us", 1, MOST), 0);
	assert_int_equal(learn("a.us", 1000, 1), 0);
	expect_closed("a.us: 10.0.0.1; ");
}

static void what_is_over_does_not_count(void **state)
{
	(void)state;
	assert_int_equal(learn("a.us", 0, MOST), 0);
	now += 60ULL * NS;
	expect("a.us open 0 answers 1 learned 128 closed 0; ");
	assert_int_equal(learn("a.us", 1000, MOST), 0);
	expect_closed("");
	expect("a.us open 128 answers 2 learned 256 closed 0; ");
}

/* As balancers do it: four of a thousand each time. */
static void a_name_that_changes_all_the_time(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		assert_int_equal(learn("a.us", i * 4 % 1000, 4), 0);
		now += NS / 10;
	}
	buf_clear(&closed);
	expect("a.us open 128 answers 1000 learned 4000 closed 3872; ");
	assert_int_equal(closings, 3872);
}

static void the_ledger_is_bounded(void **state)
{
	struct name name = { 0 };
	struct dns_learned a = { { FAMILY_V6, 1 }, 60 };

	(void)state;
	for (unsigned i = 0; i <= LEDGER_NAMES_MAX; i++) {
		(void)snprintf(name.text, sizeof(name.text), "n%u.us", i);
		assert_int_equal(ledger_learned(l, &name, &a, 1, now), 0);
	}
	assert_int_equal(ledger_names(l), LEDGER_NAMES_MAX);
	expect_closed(""); /* what is forgotten ends by itself */
	for (unsigned i = 0; i <= LEDGER_ADDRESSES_MAX / MOST; i++) {
		(void)snprintf(name.text, sizeof(name.text), "m%u.us", i);
		assert_int_equal(learn(name.text, i * MOST, MOST), 0);
	}
	assert_int_equal(ledger_names(l), LEDGER_ADDRESSES_MAX / MOST);
}

/* ---- the slow twin: each name a list in the order of giving ---- */

enum { NAMES = 6, SMALL = 8, ROUNDS = 20000, SPACE = 40 };

static struct twin {
	struct {
		unsigned addr;
		uint64_t ends;
	} held[SMALL + 8];
	unsigned n;
} twin[NAMES];

static void twin_remove(struct twin *t, unsigned at)
{
	t->n--;
	memmove(&t->held[at], &t->held[at + 1], (t->n - at) * sizeof(t->held[0]));
}

static void twin_hold(struct twin *t, unsigned addr, uint64_t ends)
{
	for (unsigned i = 0; i < t->n; i++) {
		if (t->held[i].addr == addr) {
			ends = ends > t->held[i].ends ? ends : t->held[i].ends;
			twin_remove(t, i);
			break;
		}
	}
	t->held[t->n].addr = addr;
	t->held[t->n++].ends = ends;
}

static bool twin_has(const struct twin *but, unsigned addr)
{
	for (const struct twin *t = twin; t < twin + NAMES; t++) {
		for (unsigned i = 0; t != but && i < t->n; i++) {
			if (t->held[i].addr == addr && t->held[i].ends > now)
				return true;
		}
	}
	return false;
}

/* What has to go of that name, as note() writes it. */
static void twin_trim(struct twin *t, const char *name, struct buf *out)
{
	size_t start = out->n;

	for (unsigned i = t->n; i > 0; i--) {
		if (t->held[i - 1].ends <= now)
			twin_remove(t, i - 1);
	}
	while (t->n > SMALL) {
		if (!twin_has(t, t->held[0].addr)) {
			buf_printf(out, out->n == start ? "%s: " : " ", name);
			addr_print((struct addr){ FAMILY_V4, 0x0a000000 + t->held[0].addr }, out);
		}
		twin_remove(t, 0);
	}
	if (out->n > start)
		buf_adds(out, "; ");
}

static uint64_t first_seed(void)
{
	const char *said = getenv("EGRET_SEED");
	uint64_t seed;

	return said && str_u64(str_of(said), UINT64_MAX, &seed) == 0 ? seed : clock_ns();
}

static void as_the_slow_twin_says(void **state)
{
	const uint64_t seed = first_seed();
	struct rand r = { seed };

	(void)state;
	print_message("# seed %llu; EGRET_SEED changes it\n", (unsigned long long)seed);
	ledger_free(l);
	l = ledger_new(SMALL, seed, note, NULL);
	memset(twin, 0, sizeof(twin));
	for (unsigned round = 0; round < ROUNDS; round++) {
		EG_AUTO(buf_release) struct buf want = BUF_INIT;
		unsigned which = (unsigned)rand_below(&r, NAMES);
		unsigned n = 1 + (unsigned)rand_below(&r, 4);
		struct dns_learned a[4];
		struct name name;

		(void)snprintf(name.text, sizeof(name.text), "n%u.us", which);
		for (unsigned i = 0; i < n; i++) {
			unsigned addr = (unsigned)rand_below(&r, SPACE);

			a[i] = (struct dns_learned){ { FAMILY_V4, 0x0a000000 + addr },
						     1 + (uint32_t)rand_below(&r, 30) };
			twin_hold(&twin[which], addr, now + a[i].seconds * (uint64_t)NS);
		}
		twin_trim(&twin[which], name.text, &want);
		assert_int_equal(ledger_learned(l, &name, a, n, now), 0);
		expect_closed(want.n ? want.data : "");
		now += rand_below(&r, 2 * (uint64_t)NS);
	}
}

static int learn_one(void *data)
{
	int r;

	(void)data;
	l = ledger_new(MOST, 7, note, NULL);
	r = l ? learn("a.us", 0, 2) : -ENOMEM;
	ledger_free(l);
	l = NULL;
	return r;
}

static void without_memory(void **state)
{
	(void)state;
	ledger_free(l);
	assert_int_equal(assert_survives_oom(learn_one, NULL), 6);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, open_it, close_it)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(the_oldest_go),
		WITH(what_another_name_has_stays_open),
		WITH(what_is_over_does_not_count),
		WITH(a_name_that_changes_all_the_time),
		WITH(the_ledger_is_bounded),
		WITH(as_the_slow_twin_says),
		WITH(without_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
