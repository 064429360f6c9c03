/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/learn.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/hash.h"
#include "dialect/nftables.h"

/*
 * What the kernel is believed to hold, by hash, until when. Renewing an element that is said to be
 * new costs the kernel milliseconds, so it is worth to remember; but to be wrong costs no more.
 */
enum { KNOWN_SETS = 8192, KNOWN_WAYS = 8, NS_PER_MS = 1000000 };

struct known {
	uint64_t hash, ends;
};

struct kernel_learner {
	struct learned *table;
	struct known known[KNOWN_SETS][KNOWN_WAYS];
};

static uint64_t hash_of(const struct learned_element *e)
{
	uint64_t h = hash_bytes(e->map, strlen(e->map), 1);

	h = hash_mix(h, (uint64_t)e->addr.value);
	h = hash_mix(h, (uint64_t)(e->addr.value >> 64));
	return hash_mix(h, (uint64_t)e->proto << 16 | e->port);
}

/* The place of a hash, or the one that it may take. */
static struct known *place_of(struct kernel_learner *k, uint64_t hash)
{
	struct known *set = k->known[hash % KNOWN_SETS];
	struct known *oldest = set;

	for (struct known *p = set; p < set + KNOWN_WAYS; p++) {
		if (p->hash == hash)
			return p;
		if (p->ends < oldest->ends)
			oldest = p;
	}
	return oldest;
}

static void remember(struct kernel_learner *k, const struct learned_element *e, uint64_t ms)
{
	uint64_t hash = hash_of(e);

	*place_of(k, hash) = (struct known){ hash, clock_ns() + ms * NS_PER_MS };
}

static bool is_known(struct kernel_learner *k, const struct learned_element *e)
{
	uint64_t hash = hash_of(e);
	const struct known *p = place_of(k, hash);

	return p->hash == hash && p->ends > clock_ns();
}

static int add(void *data, struct learned_element *e, size_t n)
{
	struct kernel_learner *k = data;
	int r;

	for (size_t i = 0; i < n; i++)
		e[i].known = is_known(k, &e[i]);
	r = learned_add(k->table, e, n);
	for (size_t i = 0; i < n; i++)
		remember(k, &e[i], e[i].r == 0 ? e[i].timeout_ms : 0);
	return r;
}

struct learner kernel_learner(struct kernel_learner *k)
{
	return (struct learner){ .add = add, .data = k };
}

int kernel_learner_open(struct diag *d, struct kernel_learner **ret)
{
	struct kernel_learner *k = mem_zero(1, sizeof(*k));
	int r = k ? learned_open(NFT_INET, NFTABLES_TABLE, &k->table, d) : -ENOMEM;

	if (r < 0)
		mem_free(k);
	else
		*ret = k;
	return r;
}

void kernel_learner_close(struct kernel_learner *k)
{
	if (!k)
		return;
	learned_close(k->table);
	mem_free(k);
}

void kernel_learner_closep(struct kernel_learner **k)
{
	kernel_learner_close(*k);
	*k = NULL;
}

void kernel_learner_adopt(struct kernel_learner *k, const char *map)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	struct learned_element *e;
	size_t n;
	int r = a ? learned_list(k->table, map, a, &e, &n) : -ENOMEM;

	for (size_t i = 0; r == 0 && i < n; i++)
		remember(k, &e[i], e[i].expires_ms);
}
