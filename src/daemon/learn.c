/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/learn.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/hash.h"
#include "daemon/believed.h"
#include "dialect/nftables.h"

enum { NS_PER_MS = 1000000 };

/*
 * Renewing an element that is said to be new costs the kernel milliseconds, so it is worth to
 * remember what is there; but to be wrong costs no more.
 */
struct kernel_learner {
	struct learned *table;
	struct believed *known;
};

static uint64_t hash_of(const struct learned_element *e)
{
	uint64_t h = hash_bytes(e->map, strlen(e->map), 1);

	h = hash_mix(h, (uint64_t)e->addr.value);
	h = hash_mix(h, (uint64_t)(e->addr.value >> 64));
	return hash_mix(h, (uint64_t)e->proto << 16 | e->port);
}

static void remember(struct kernel_learner *k, const struct learned_element *e, uint64_t ms)
{
	believed_set(k->known, hash_of(e), clock_ns() + ms * NS_PER_MS);
}

static bool is_known(const struct kernel_learner *k, const struct learned_element *e)
{
	return believed_until(k->known, hash_of(e)) > clock_ns();
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

static int del(void *data, struct learned_element *e, size_t n)
{
	struct kernel_learner *k = data;

	for (size_t i = 0; i < n; i++)
		remember(k, &e[i], 0);
	return learned_del(k->table, e, n);
}

struct learner kernel_learner(struct kernel_learner *k)
{
	return (struct learner){ .add = add, .del = del, .data = k };
}

int kernel_learner_open(struct diag *d, struct kernel_learner **ret)
{
	struct kernel_learner *k = mem_zero(1, sizeof(*k));
	int r;

	if (!k)
		return -ENOMEM;
	k->known = believed_new();
	r = k->known ? learned_open(NFT_INET, NFTABLES_TABLE, &k->table, d) : -ENOMEM;
	if (r < 0)
		kernel_learner_close(k);
	else
		*ret = k;
	return r;
}

void kernel_learner_close(struct kernel_learner *k)
{
	if (!k)
		return;
	learned_close(k->table);
	believed_free(k->known);
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
