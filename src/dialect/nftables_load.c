/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/nftables_load.h"

#include <errno.h>

#include "base/clock.h"
#include "dialect/nftables.h"
#include "dialect/nftables_learned.h"
#include "nft/apply.h"
#include "nft/normal.h"

struct keeping {
	const struct rulelist *rules;
	struct learned_places places;
};

static bool stays(void *data, const struct learned_element *e)
{
	const struct keeping *k = data;

	return learned_allows(&k->places, k->rules, e);
}

static int map_names(const struct learned_places *places, struct arena *a, struct nft_keep *ret)
{
	const char **map = arena_array(a, places->maps, sizeof(*map));

	if (!map)
		return -ENOMEM;
	for (size_t i = 0; i < places->maps; i++)
		map[i] = places->map[i].name;
	ret->map = map;
	ret->maps = places->maps;
	return 0;
}

int nftables_keep(const struct rulelist *rules, struct flow_mgr *m, struct arena *a,
		  struct nft_keep *ret)
{
	struct keeping *k = arena_alloc(a, sizeof(*k));
	struct nft_keep keep = { .stays = stays, .data = k };
	int r;

	if (!k)
		return -ENOMEM;
	k->rules = rules;
	r = learned_places(rules, m, a, &k->places);
	if (r == 0)
		r = map_names(&k->places, a, &keep);
	if (r == 0)
		*ret = keep;
	return r;
}

int nftables_load(const struct rulelist *rules, struct flow_mgr *m, struct nft_link *link,
		  enum nft_commit mode, struct diag *d, struct nftables_loaded *ret)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	EG_AUTO(nft_ruleset_freep) struct nft_ruleset *written = NULL;
	struct nft_keep keep;
	struct nftables_loaded loaded = { 0 };
	struct losses lost = { 0 };
	uint64_t start;
	int r = a ? nftables_write_model(rules, m, a, &written, &lost) : -ENOMEM;

	if (r == 0)
		r = nft_table_sort(written->table[0]);
	if (r == 0)
		r = nftables_keep(rules, m, a, &keep);
	if (r < 0)
		return r;
	start = clock_ns();
	r = nft_replace_table_keeping(link, written->table[0], &keep, mode, d, &loaded.kept);
	loaded.replace_ns = clock_ns() - start;
	loaded.lost = lost.n;
	if (r == 0)
		*ret = loaded;
	return r;
}
