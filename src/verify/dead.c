/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/dead.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"

struct looking {
	const struct reading *config;
	struct arena *arena;
	flow_ref whole; /* packets that are no later fragments */
	bool *seen;	/* leaves that decide something */
	size_t *by;	/* candidates that hide the rule in hand */
	size_t n;
};

static bool same_list(const struct reading *c, size_t i, size_t k)
{
	const char *x = c->rule[i].where, *y = c->rule[k].where;

	return x == y || (x && y && strcmp(x, y) == 0);
}

static bool hides(const struct looking *l, size_t i, size_t k)
{
	return !flow_empty(l->config->apart[k].lo) && same_list(l->config, i, k);
}

/* Rules before it, in order, each of which takes away what those before left over. */
static int find_hiders(struct looking *l, size_t i, flow_ref *ret_rest)
{
	struct flow_mgr *m = l->config->m;
	flow_ref rest = FLOW_NONE;
	int r = flow_restrict(m, l->config->apart[i].hi, l->whole, &rest);

	l->n = 0;
	for (size_t k = 0; r == 0 && k < i && !flow_empty(rest); k++) {
		flow_ref left = rest;

		if (!hides(l, i, k))
			continue;
		r = flow_minus(m, rest, l->config->apart[k].lo, &left);
		if (r == 0 && left != rest)
			l->by[l->n++] = k;
		rest = left;
	}
	*ret_rest = rest;
	return r;
}

/* Does the rule stay hidden without hider `out`? */
static int is_needless(struct looking *l, size_t i, size_t out, bool *ret)
{
	flow_ref rest = FLOW_NONE;
	int r = flow_restrict(l->config->m, l->config->apart[i].hi, l->whole, &rest);

	for (size_t k = 0; r == 0 && k < l->n && !flow_empty(rest); k++)
		if (k != out)
			r = flow_minus(l->config->m, rest, l->config->apart[l->by[k]].lo, &rest);
	*ret = flow_empty(rest);
	return r;
}

/* Leaves out what is not needed, the later ones first: people read from the top. */
static int drop_needless(struct looking *l, size_t i)
{
	for (size_t k = l->n; k-- > 0;) {
		bool needless = false;
		int r = is_needless(l, i, k, &needless);

		if (r < 0)
			return r;
		if (needless) {
			memmove(&l->by[k], &l->by[k + 1], (l->n - k - 1) * sizeof(*l->by));
			l->n--;
		}
	}
	return 0;
}

static int add_dead(struct looking *l, size_t i, struct dead_rules *ret)
{
	size_t *by = arena_copy(l->arena, l->by, l->n * sizeof(*by));

	if (!by)
		return -ENOMEM;
	ret->dead[ret->n++] = (struct dead_rule){ i, by, l->n };
	return 0;
}

static int look(struct looking *l, size_t most, struct dead_rules *ret)
{
	const struct reading *c = l->config;
	size_t looked = 0;

	for (size_t i = 0; i < c->rules; i++) {
		flow_ref rest = FLOW_NONE;
		int r;

		if (l->seen[i + 1] || flow_empty(c->apart[i].hi))
			continue;
		if (ret->n == most || looked++ == DEAD_LOOKED_MAX)
			return 0;
		r = find_hiders(l, i, &rest);
		if (r == 0 && flow_empty(rest))
			r = drop_needless(l, i);
		if (r == 0 && flow_empty(rest))
			r = add_dead(l, i, ret);
		if (r < 0)
			return r;
	}
	ret->all = true;
	return 0;
}

static int whole_packets(struct flow_mgr *m, struct arena *a, flow_ref *ret)
{
	struct flow_match match = FLOW_MATCH_ANY;
	int r = match_one(&match, FLOW_FRAG, 0, 0, a);

	return r < 0 ? r : flow_of_match(m, &match, 1, ret);
}

int dead_rules(const struct reading *config, size_t most, struct arena *a, struct dead_rules *ret)
{
	EG_AUTO(mem_freep) bool *seen = mem_zero(config->rules + 1, sizeof(*seen));
	EG_AUTO(mem_freep) size_t *by = mem_zero(config->rules + 1, sizeof(*by));
	struct looking l = { .config = config, .arena = a, .seen = seen, .by = by };
	struct dead_rules found = { .dead = arena_array(a, most, sizeof(*found.dead)) };
	int r = seen && by && found.dead ? 0 : -ENOMEM;

	if (r == 0 && config->apart)
		r = flow_leaves(config->m, config->deciding, seen, config->rules + 1);
	if (r == 0)
		r = whole_packets(config->m, a, &l.whole);
	if (r == 0 && config->apart)
		r = look(&l, most, &found);
	if (r == 0)
		*ret = found;
	return r;
}
