/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/known.h"

#include <string.h>

#include "base/alloc.h"

enum { KNOWN_SETS = 8192, KNOWN_WAYS = 8 };

struct fact {
	uint64_t hash, until;
};

struct known {
	struct fact fact[KNOWN_SETS][KNOWN_WAYS];
};

struct known *known_new(void)
{
	return mem_zero(1, sizeof(struct known));
}

void known_free(struct known *k)
{
	mem_free(k);
}

uint64_t known_until(const struct known *k, uint64_t hash)
{
	const struct fact *set = k->fact[hash % KNOWN_SETS];

	for (const struct fact *f = set; f < set + KNOWN_WAYS; f++) {
		if (f->hash == hash)
			return f->until;
	}
	return 0;
}

void known_set(struct known *k, uint64_t hash, uint64_t until)
{
	struct fact *set = k->fact[hash % KNOWN_SETS];
	struct fact *place = set;

	for (struct fact *f = set; f < set + KNOWN_WAYS; f++) {
		if (f->hash == hash) {
			place = f;
			break;
		}
		if (f->until < place->until)
			place = f;
	}
	*place = (struct fact){ hash, until };
}

void known_clear(struct known *k)
{
	memset(k, 0, sizeof(*k));
}
