/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "dns/cache.h"
#include "support/dnstext.h"
#include "support/oom.h"

#define SECOND 1000000000ULL

static const struct answer_rules rules = { .ttl_max = 1000, .negative_max = 50 };
static struct answer_room room;
static uint8_t packet[DNSTEXT_MAX];

static const struct answer *answer_of(const char *name, unsigned ttl, unsigned last)
{
	char text[600];
	struct dns_question q = dnstext_question(name, TYPE_A);

	(void)snprintf(text, sizeof(text), "NOERROR; %s A; %s %u A 1.2.3.%u", name, name, ttl,
		       last);
	assert_int_equal(answer_read(&q, &rules, packet, dnstext_make(text, 1, packet), &room), 0);
	return &room.answer;
}

static void put(struct cache *c, const char *name, unsigned ttl, unsigned last, uint64_t now)
{
	struct dns_question q = dnstext_question(name, TYPE_A);

	cache_put(c, &q, answer_of(name, ttl, last), now);
}

/* The last byte of the address that the cache has, or -1; and its age. */
static int get(struct cache *c, const char *name, uint64_t now, uint32_t *age)
{
	struct dns_question q = dnstext_question(name, TYPE_A);
	const struct answer *a = cache_get(c, &q, now, age);

	return a ? (int)(a->address[0].addr.value & 255) : -1;
}

static void kept_while_good(void **state)
{
	struct cache *c = cache_new(0, 1);
	struct dns_question other = dnstext_question("a.us", TYPE_AAAA);
	uint32_t age;

	(void)state;
	assert_non_null(c);
	put(c, "a.us", 10, 1, 5 * SECOND);
	assert_int_equal(get(c, "a.us", 5 * SECOND, &age), 1);
	assert_int_equal(age, 0);
	assert_int_equal(get(c, "a.us", 15 * SECOND - 1, &age), 1);
	assert_int_equal(age, 9);
	assert_int_equal(get(c, "a.us", 15 * SECOND, &age), -1);
	assert_int_equal(get(c, "b.us", 5 * SECOND, &age), -1);
	assert_null(cache_get(c, &other, 5 * SECOND, &age));
	put(c, "a.us", 10, 2, 7 * SECOND); /* the newer one takes its place */
	assert_int_equal(get(c, "a.us", 16 * SECOND, &age), 2);
	cache_free(c);
}

static void not_kept(void **state)
{
	struct cache *c = cache_new(0, 1);
	struct dns_question q = dnstext_question("big.us", TYPE_A);
	static uint8_t body[CACHE_BODY_MAX + 1];
	struct answer big = { .ttl = 5, .body = body, .body_n = CACHE_BODY_MAX + 1 };
	uint32_t age;

	(void)state;
	put(c, "a.us", 0, 1, SECOND);
	assert_int_equal(get(c, "a.us", SECOND, &age), -1);
	cache_put(c, &q, &big, SECOND);
	assert_null(cache_get(c, &q, SECOND, &age));
	big.body_n--;
	cache_put(c, &q, &big, SECOND);
	assert_non_null(cache_get(c, &q, SECOND, &age));
	cache_free(c);
}

/* A full set gives up what has ended, then what was not asked for longest. */
static void the_full_set(void **state)
{
	struct cache *c = cache_new(CACHE_WAYS, 1);
	uint32_t age;
	char name[16];

	(void)state;
	for (unsigned i = 0; i < CACHE_WAYS; i++) {
		(void)snprintf(name, sizeof(name), "n%u.us", i);
		put(c, name, i == 3 ? 5 : 100, i, (1 + i) * SECOND);
	}
	assert_int_equal(get(c, "n0.us", 20 * SECOND, &age), 0); /* used again */
	put(c, "new.us", 100, 100, 21 * SECOND);		 /* takes n3's, which has ended */
	assert_int_equal(get(c, "n3.us", 21 * SECOND, &age), -1);
	put(c, "newer.us", 100, 101, 22 * SECOND); /* takes n1's */
	assert_int_equal(get(c, "n1.us", 22 * SECOND, &age), -1);
	assert_int_equal(get(c, "n0.us", 22 * SECOND, &age), 0);
	assert_int_equal(get(c, "n2.us", 22 * SECOND, &age), 2);
	assert_int_equal(get(c, "new.us", 22 * SECOND, &age), 100);
	assert_int_equal(get(c, "newer.us", 22 * SECOND, &age), 101);
	cache_free(c);
}

static int sample(void *data)
{
	struct cache *c = cache_new(64, 1);
	uint32_t age;
	int got;

	(void)data;
	if (!c)
		return -ENOMEM;
	put(c, "a.us", 10, 1, SECOND);
	got = get(c, "a.us", SECOND, &age);
	cache_free(c);
	return got == 1 ? 0 : -ENOMEM;
}

static void without_memory(void **state)
{
	(void)state;
	assert_int_equal(assert_survives_oom(sample, NULL), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kept_while_good),
		cmocka_unit_test(not_kept),
		cmocka_unit_test(the_full_set),
		cmocka_unit_test(without_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
