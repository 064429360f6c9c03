/* SPDX-License-Identifier: Apache-2.0 */
#include "control/standing.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/show.h"
#include "control/load.h"
#include "control/site.h"
#include "control/snapshot.h"
#include "control/tabletext.h"
#include "dialect/nftables.h"
#include "dialect/nftables_learned.h"
#include "nft/apply.h"
#include "nft/learnwire.h"

const char *drift_name(enum drift d)
{
	static const char *const name[] = { [DRIFT_NONE] = "none",
					    [DRIFT_WORDS] = "other words",
					    [DRIFT_FLOWS] = "other flows",
					    [DRIFT_LEARNED] = "addresses that nobody learned",
					    [DRIFT_NO_TABLE] = "no table" };

	return name[d];
}

void standing_release(struct standing *st)
{
	nft_ruleset_free(st->table);
	*st = STANDING_INIT;
}

struct looking {
	struct store *s;
	struct nft_link *link;
	struct arena *arena;
	struct diag *d;
	struct site *site; /* of the generation */
	struct standing st;
};

/* ---- what the kernel holds ---- */

static int read_table(struct looking *k)
{
	EG_AUTO(nft_ruleset_freep) struct nft_ruleset *rs = nft_ruleset_new();
	EG_AUTO(diag_freep) struct diag *quiet = diag_new(); /* no table is an answer */
	int r = rs && quiet ? nft_read_rules(k->link, NFT_INET, NFTABLES_TABLE, rs, quiet)
			    : -ENOMEM;

	if (r == -ENOENT)
		return 0;
	if (r < 0)
		diag_error(k->d, NOWHERE, "cannot read table inet " NFTABLES_TABLE ": %s",
			   err_text(r));
	else
		k->st.table = EG_TAKE(rs);
	return r;
}

/* Appends the elements of one map. */
static int list_map(struct looking *k, const char *name, size_t *cap)
{
	struct standing *st = &k->st;
	struct learned_element *e;
	size_t n;
	int r = learnwire_list(k->link, (struct learnwire_map){ NFT_INET, NFTABLES_TABLE, name },
			       k->arena, &e, &n);

	if (r < 0)
		return r == -ENOENT ? 0 : r; /* the table was replaced meanwhile */
	if (st->learned_n + n > *cap) {
		struct learned_element *all =
			arena_array(k->arena, st->learned_n + n + 1, sizeof(*all));

		if (!all)
			return -ENOMEM;
		if (st->learned_n)
			memcpy(all, st->learned, st->learned_n * sizeof(*all));
		st->learned = all;
		*cap = st->learned_n + n;
	}
	if (n)
		memcpy(&st->learned[st->learned_n], e, n * sizeof(*e));
	st->learned_n += n;
	return 0;
}

static int list_learned(struct looking *k)
{
	const struct nft_table *t = k->st.table->table[0];
	size_t cap = 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < t->sets; i++)
		if (learned_is_map(t, t->set[i]))
			r = list_map(k, t->set[i]->name, &cap);
	return r;
}

/* ---- what it should hold ---- */

static int compare_rules(struct looking *k)
{
	EG_AUTO(buf_release) struct buf now = BUF_INIT;
	EG_AUTO(buf_release) struct buf then = BUF_INIT;
	int r = snapshot_read(k->s, k->st.g.number, SNAPSHOT_LOADED, &then, k->d);

	tabletext_of(k->st.table, &now);
	if (r < 0 || now.r < 0)
		return r < 0 ? r : now.r;
	if (str_eq(buf_str(&now), buf_str(&then)))
		return 0;
	if (k->st.g.report_only)
		r = E_INEXACT; /* every flow passes; only the words can be compared */
	else
		r = load_prove_model(&k->site->plan, k->st.table, k->site->m, k->d);
	k->st.drift = r == 0 ? DRIFT_WORDS : DRIFT_FLOWS;
	return r == E_INEXACT ? 0 : r;
}

static void tell_stranger(struct looking *k, const struct learned_element *e)
{
	char text[ADDR_TEXT_MAX];

	(void)addr_format(e->addr, text);
	diag_error(k->d, NOWHERE,
		   "%s port %u is open in map %s for %s: the policy has no such name", text,
		   e->port, e->map, e->name ? show(str_of(e->name)).text : "nobody");
}

static int judge_learned(struct looking *k)
{
	struct learned_places places;
	struct standing *st = &k->st;
	int r = learned_places(&k->site->plan.rules, k->site->m, k->arena, &places);

	for (size_t i = 0; r == 0 && i < st->learned_n; i++) {
		if (learned_allows(&places, &k->site->plan.rules, &st->learned[i]))
			continue;
		if (!st->strangers++)
			tell_stranger(k, &st->learned[i]);
	}
	if (st->strangers && st->drift < DRIFT_FLOWS)
		st->drift = DRIFT_LEARNED;
	return r;
}

static int look(struct looking *k)
{
	int r = read_table(k);

	if (r == 0 && !k->st.table)
		k->st.drift = DRIFT_NO_TABLE;
	if (r < 0 || !k->st.table)
		return r;
	r = list_learned(k);
	if (r < 0 || !k->st.g.number)
		return r;
	r = snapshot_site(k->s, k->st.g.number, k->d, &k->site);
	if (r == 0)
		r = compare_rules(k);
	return r < 0 ? r : judge_learned(k);
}

int standing_read(struct store *s, struct nft_link *l, struct arena *a, struct diag *d,
		  struct standing *ret)
{
	struct looking k = { .s = s, .link = l, .arena = a, .d = d };
	int r = store_wanted(s, a, d, &k.st.g);

	if (r == 0 || r == -ENOENT)
		r = look(&k);
	site_free(k.site);
	if (r < 0)
		standing_release(&k.st);
	else
		*ret = k.st;
	return r;
}
