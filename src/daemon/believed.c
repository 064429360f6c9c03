/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/believed.h"

#include <string.h>

#include "base/alloc.h"

enum { SETS = 8192, WAYS = 8 };

struct fact {
	uint64_t hash, until;
};

struct believed {
	struct fact fact[SETS][WAYS];
};

struct believed *believed_new(void)
{
	return mem_zero(1, sizeof(struct believed));
}

void believed_free(struct believed *k)
{
	mem_free(k);
}

uint64_t believed_until(const struct believed *k, uint64_t hash)
{
	const struct fact *set = k->fact[hash % SETS];

	for (const struct fact *f = set; f < set + WAYS; f++) {
		if (f->hash == hash)
			return f->until;
	}
	return 0;
}

void believed_set(struct believed *k, uint64_t hash, uint64_t until)
{
	struct fact *set = k->fact[hash % SETS];
	struct fact *place = set;

	for (struct fact *f = set; f < set + WAYS; f++) {
		if (f->hash == hash) {
			place = f;
			break;
		}
		if (f->until < place->until)
			place = f;
	}
	*place = (struct fact){ hash, until };
}

void believed_clear(struct believed *k)
{
	memset(k, 0, sizeof(*k));
}
