/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hash.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"

enum { FIRST_SLOTS = 16 };

struct strmap_slot {
	struct str key; /* p == NULL: free */
	size_t value;
};

uint64_t hash_mix(uint64_t h, uint64_t v)
{
	h = h * 0x9e3779b97f4a7c15ULL ^ v; /* so that (a, b) and (b, a) differ */
	h *= 0x9fb21c651e98df25ULL;
	return h ^ (h >> 28);
}

uint64_t hash_bytes(const void *data, size_t n, uint64_t seed)
{
	const unsigned char *p = data;
	uint64_t h = hash_mix(seed ^ 0x9e3779b97f4a7c15ULL, n);
	uint64_t word;

	for (; n >= sizeof(word); n -= sizeof(word), p += sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		h = hash_mix(h, word);
	}
	word = 0;
	if (n)
		memcpy(&word, p, n);
	return hash_mix(hash_mix(h, word), n);
}

void strmap_release(struct strmap *m)
{
	mem_free(m->slot);
	*m = STRMAP_INIT;
}

/* The slot that holds `key`, or the free one where it belongs. There is always a free slot. */
static struct strmap_slot *find(const struct strmap *m, struct str key)
{
	size_t i = (size_t)hash_bytes(key.p, key.n, 0) & (m->cap - 1);

	while (m->slot[i].key.p && !str_eq(m->slot[i].key, key))
		i = (i + 1) & (m->cap - 1);
	return &m->slot[i];
}

static int grow(struct strmap *m)
{
	struct strmap bigger = { .cap = m->cap ? m->cap * 2 : FIRST_SLOTS, .n = m->n };

	bigger.slot = mem_zero(bigger.cap, sizeof(*bigger.slot));
	if (!bigger.slot)
		return -ENOMEM;
	for (size_t i = 0; i < m->cap; i++)
		if (m->slot[i].key.p)
			*find(&bigger, m->slot[i].key) = m->slot[i];
	mem_free(m->slot);
	*m = bigger;
	return 0;
}

int strmap_add(struct strmap *m, struct str key, size_t value)
{
	struct strmap_slot *s;

	if ((m->n + 1) * 2 > m->cap && grow(m) < 0)
		return -ENOMEM;
	s = find(m, key);
	if (s->key.p)
		return -EEXIST;
	*s = (struct strmap_slot){ .key = { key.p ? key.p : "", key.n }, .value = value };
	m->n++;
	return 0;
}

int strmap_get(const struct strmap *m, struct str key, size_t *ret)
{
	const struct strmap_slot *s = m->cap ? find(m, key) : NULL;

	if (!s || !s->key.p)
		return -ENOENT;
	*ret = s->value;
	return 0;
}
