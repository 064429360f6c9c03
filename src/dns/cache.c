/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/cache.h"

#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"

enum { NS = 1000000000 };

struct entry {
	uint64_t hash, born, ends, used; /* nanoseconds; `kept` NULL: empty */
	struct kept *kept;
};

/* One allocation: the answer and all it points to. */
struct kept {
	struct dns_question q;
	struct answer answer;
	struct answer_address room[]; /* addresses, then stamps, then the body */
};

struct cache {
	uint64_t seed;
	size_t sets; /* a power of two */
	struct entry entry[];
};

struct cache *cache_new(size_t entries, uint64_t seed)
{
	size_t sets = 1;
	struct cache *c;

	if (entries > CACHE_ENTRIES_MAX)
		entries = CACHE_ENTRIES_MAX;
	while (sets * CACHE_WAYS < entries)
		sets *= 2;
	c = mem_zero(1, sizeof(*c) + sets * CACHE_WAYS * sizeof(c->entry[0]));
	if (!c)
		return NULL;
	c->seed = seed;
	c->sets = sets;
	return c;
}

void cache_free(struct cache *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->sets * CACHE_WAYS; i++)
		mem_free(c->entry[i].kept);
	mem_free(c);
}

static uint64_t hash_of(const struct cache *c, const struct dns_question *q)
{
	uint64_t h = hash_bytes(q->name.wire, q->name.n, c->seed);

	return hash_mix(h, (uint64_t)q->type << 16 | q->class);
}

static struct entry *set_of(struct cache *c, uint64_t hash)
{
	return &c->entry[(hash & (c->sets - 1)) * CACHE_WAYS];
}

static struct entry *find(struct cache *c, const struct dns_question *q, uint64_t hash)
{
	struct entry *e = set_of(c, hash);

	for (unsigned i = 0; i < CACHE_WAYS; i++, e++) {
		if (e->kept && e->hash == hash && dns_question_equal(&e->kept->q, q))
			return e;
	}
	return NULL;
}

const struct answer *cache_get(struct cache *c, const struct dns_question *q, uint64_t now_ns,
			       uint32_t *ret_age)
{
	struct entry *e = find(c, q, hash_of(c, q));

	if (!e || e->ends <= now_ns)
		return NULL;
	e->used = now_ns;
	*ret_age = (uint32_t)((now_ns - e->born) / NS);
	return &e->kept->answer;
}

static struct kept *copy(const struct dns_question *q, const struct answer *a)
{
	size_t addresses = a->addresses * sizeof(*a->address);
	size_t stamps = a->stamps * sizeof(*a->stamp);
	struct kept *k = mem_alloc(sizeof(*k) + addresses + stamps + a->body_n);

	if (!k)
		return NULL;
	k->q = *q;
	k->answer = *a;
	k->answer.address = k->room;
	k->answer.stamp = (uint16_t *)(k->room + a->addresses);
	k->answer.body = (uint8_t *)(k->answer.stamp + a->stamps);
	if (addresses)
		memcpy(k->answer.address, a->address, addresses);
	if (stamps)
		memcpy(k->answer.stamp, a->stamp, stamps);
	if (a->body_n)
		memcpy(k->answer.body, a->body, a->body_n);
	return k;
}

/* The entry that a new answer takes: empty or ended, else the one that was not asked for longest.
 */
static struct entry *victim(struct entry *set, uint64_t now_ns)
{
	struct entry *oldest = set;

	for (struct entry *e = set; e < set + CACHE_WAYS; e++) {
		if (!e->kept || e->ends <= now_ns)
			return e;
		if (e->used < oldest->used)
			oldest = e;
	}
	return oldest;
}

void cache_put(struct cache *c, const struct dns_question *q, const struct answer *a,
	       uint64_t now_ns)
{
	uint64_t hash = hash_of(c, q);
	struct entry *e = find(c, q, hash);
	struct kept *k;

	if (!a->ttl || a->body_n > CACHE_BODY_MAX)
		return;
	k = copy(q, a);
	if (!k)
		return;
	if (!e)
		e = victim(set_of(c, hash), now_ns);
	mem_free(e->kept);
	*e = (struct entry){ .hash = hash,
			     .born = now_ns,
			     .ends = now_ns + (uint64_t)a->ttl * NS,
			     .used = now_ns,
			     .kept = k };
}
