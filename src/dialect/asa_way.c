/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/asa_way.h"

#include <errno.h>

#include "base/show.h"

static const char at_its_end[] = "(at its end) deny ip any any";

int asa_way_whole(struct asa_ways *w, unsigned line, const char *text, bool permit,
		  struct firstmatch_outcome *ret)
{
	struct firstmatch_outcome o = { { FLOW_NONE, FLOW_NONE }, FLOW_NONE };
	uint32_t leaf = 0;
	int r = asa_rules_add(&w->rules, line, text, "(nobody wrote it)", &leaf);

	o.may[permit ? VERDICT_ACCEPT : VERDICT_DROP] = FLOW_ALL;
	o.decide = FLOW_LEAF(leaf);
	if (r == 0)
		*ret = o;
	return r;
}

int asa_way_unknown(struct asa_ways *w, struct str why, unsigned line,
		    struct firstmatch_outcome *ret)
{
	*ret = (struct firstmatch_outcome){ { FLOW_ALL, FLOW_ALL }, FLOW_NONE };
	return doubts_add(w->walk.doubts, w->walk.m, why, (struct place){ .line = line }, FLOW_ALL);
}

/* ---- lists ---- */

/* NULL: it is not there, or nothing is in it, or it is of another kind. */
static const struct asa_list *bound_list(struct asa_ways *w, const struct asa_binding *b)
{
	struct asa_config *c = w->walk.config;
	const struct asa_list *list = asa_list_find(c, b->list);
	size_t n = 0;

	for (size_t i = 0; list && i < list->n; i++)
		n += !list->entry[i].remark;
	if (list && list->kind == ASA_LIST_EXTENDED && n)
		return list;
	diag_warning(w->walk.d, (struct place){ c->file, b->line, 0 },
		     "access list %s is not defined, is empty, or is of another kind",
		     show(b->list).text);
	return NULL;
}

static int walk_lists(struct asa_ways *w, const struct asa_walked *lists, size_t n,
		      struct firstmatch_outcome *ret)
{
	const struct asa_list *last = lists[n - 1].list;
	uint32_t end = 0;
	int r = asa_rules_add(&w->rules, last->line, at_its_end,
			      arena_printf(w->rules.arena, "access-list %.*s", STR_FMT(last->name)),
			      &end);

	return r < 0 ? r : asa_walk(&w->walk, lists, n, end, ret);
}

int asa_way_list(struct asa_ways *w, const struct asa_list *list, struct firstmatch_outcome *ret)
{
	struct asa_walked at;
	int r = asa_rules_list(&w->rules, list, &at);

	return r < 0 ? r : walk_lists(w, &at, 1, ret);
}

/* The lists that are bound, one after the other. */
static int bound_lists(struct asa_ways *w, const struct asa_binding *const *bound, size_t n,
		       struct firstmatch_outcome *ret)
{
	struct asa_walked at[2] = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++) {
		const struct asa_list *list = bound_list(w, bound[i]);

		if (!list)
			return asa_way_unknown(w, bound[i]->list, bound[i]->line, ret);
		if (bound[i]->overridden)
			return asa_way_unknown(w, STR("per-user-override"), bound[i]->line, ret);
		r = asa_rules_list(&w->rules, list, &at[i]);
	}
	return r < 0 ? r : walk_lists(w, at, n, ret);
}

/* ---- security levels ---- */

enum levels { LEVELS_STOP, LEVELS_PASS, LEVELS_UNKNOWN };

/* From the one to the other, without lists. */
static enum levels compare_levels(const struct asa_config *c, const struct asa_interface *in,
				  const struct asa_interface *out)
{
	if (in == out)
		return c->same_intra ? LEVELS_PASS : LEVELS_STOP;
	if (in->level == ASA_LEVEL_UNKNOWN || out->level == ASA_LEVEL_UNKNOWN)
		return LEVELS_UNKNOWN;
	if (in->level == out->level)
		return c->same_inter ? LEVELS_PASS : LEVELS_STOP;
	return in->level > out->level ? LEVELS_PASS : LEVELS_STOP;
}

/* To whichever other interface. */
static enum levels compare_all(const struct asa_config *c, const struct asa_interface *in)
{
	bool some[LEVELS_UNKNOWN + 1] = { false };

	for (size_t i = 0; i < c->interfaces; i++) {
		const struct asa_interface *out = &c->interface[i];

		if (out != in && out->name.n && !out->management)
			some[compare_levels(c, in, out)] = true;
	}
	if (some[LEVELS_UNKNOWN] || some[LEVELS_PASS] == some[LEVELS_STOP])
		return LEVELS_UNKNOWN;
	return some[LEVELS_PASS] ? LEVELS_PASS : LEVELS_STOP;
}

static int by_levels(struct asa_ways *w, const struct asa_interface *in,
		     const struct asa_interface *out, struct firstmatch_outcome *ret)
{
	struct asa_config *c = w->walk.config;
	enum levels levels = out ? compare_levels(c, in, out) : compare_all(c, in);
	const char *text =
		arena_printf(w->rules.arena, "(no access list) security-level %d", in->level);

	if (levels != LEVELS_UNKNOWN)
		return asa_way_whole(w, in->line, text, levels == LEVELS_PASS, ret);
	/* Of which way packets go, or of a level, the text says nothing. */
	return asa_way_unknown(w, STR("security levels"), in->line, ret);
}

/* Interfaces of one level, or the same one: whatever lists say, this must be permitted. */
static bool is_permitted(const struct asa_config *c, const struct asa_interface *in,
			 const struct asa_interface *out)
{
	if (in == out)
		return c->same_intra;
	return in->level == ASA_LEVEL_UNKNOWN || in->level != out->level || c->same_inter;
}

/* ---- ways ---- */

int asa_way_in(struct asa_ways *w, const struct asa_interface *in, const struct asa_interface *out,
	       struct firstmatch_outcome *ret)
{
	const struct asa_config *c = w->walk.config;
	const struct asa_binding *bound[2];
	size_t n = 0;

	if (in && in->management)
		return asa_way_whole(w, in->line, "management-only", false, ret);
	if (in && out && out->management)
		return asa_way_whole(w, out->line, "management-only", false, ret);
	if (in && out && !is_permitted(c, in, out))
		return asa_way_whole(w, in->line, "(no same-security-traffic permit)", false, ret);
	bound[n] = in ? asa_bound_at(c, in, ASA_IN) : NULL;
	n += bound[n] != NULL;
	bound[n] = asa_bound_at(c, in, ASA_GLOBAL);
	n += bound[n] != NULL;
	if (n)
		return bound_lists(w, bound, n, ret);
	if (in)
		return by_levels(w, in, out, ret);
	return asa_way_unknown(w, STR("interfaces that are not named"), 0, ret);
}

int asa_way_out(struct asa_ways *w, const struct asa_interface *out, struct firstmatch_outcome *ret)
{
	const struct asa_binding *bound = asa_bound_at(w->walk.config, out, ASA_OUT);

	if (bound)
		return bound_lists(w, &bound, 1, ret);
	return asa_way_whole(w, out->line, "(no access list) everything leaves", true, ret);
}

int asa_way_both(struct flow_mgr *m, const struct firstmatch_outcome *in,
		 const struct firstmatch_outcome *out, struct firstmatch_outcome *ret)
{
	struct firstmatch_outcome o = { 0 };
	flow_ref first = FLOW_NONE, second = FLOW_NONE;
	int r = flow_restrict(m, in->may[VERDICT_ACCEPT], out->may[VERDICT_ACCEPT],
			      &o.may[VERDICT_ACCEPT]);

	if (r == 0)
		r = flow_override(m, in->may[VERDICT_DROP], out->may[VERDICT_DROP],
				  &o.may[VERDICT_DROP]);
	/* Who stops it decides; of what nobody stops, the first to let it through. */
	if (r == 0)
		r = flow_restrict(m, in->decide, in->may[VERDICT_DROP], &first);
	if (r == 0)
		r = flow_restrict(m, out->decide, out->may[VERDICT_DROP], &second);
	if (r == 0)
		r = flow_override(m, first, second, &first);
	if (r == 0)
		r = flow_override(m, first, in->decide, &o.decide);
	if (r == 0)
		*ret = o;
	return r;
}

int asa_way_through(struct asa_ways *w, const struct asa_interface *in,
		    const struct asa_interface *out, struct firstmatch_outcome *ret)
{
	struct firstmatch_outcome first = { 0 }, second = { 0 };
	int r = asa_way_in(w, in, out, &first);

	if (r == 0 && !asa_bound_at(w->walk.config, out, ASA_OUT)) {
		*ret = first;
		return 0;
	}
	if (r == 0)
		r = asa_way_out(w, out, &second);
	return r < 0 ? r : asa_way_both(w->walk.m, &first, &second, ret);
}
