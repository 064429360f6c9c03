/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The values of src and dst. Those that are not modelled are between nothing and all they could be.
 *
 * Squid keeps addresses in a tree in which none may overlap. What overlaps an earlier one and is
 * not within it, squid 5 drops, and says so; other versions may keep it: unknown where it is new.
 */
#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/show.h"
#include "dialect/squid_acl.h"
#include "dialect/squid_address.h"

static int refuse(struct squid_world *w, const struct squid_value *value, const char *expected)
{
	diag_error(w->d, value->at, "expected %s, not '%s'", expected, show(value->text).text);
	diag_hint(w->d, "squid does not start with it");
	return E_SYNTAX;
}

static void note(struct squid_world *w, const struct squid_value *value, const char *text)
{
	if (text)
		diag_warning(w->d, value->at, "%s: %s", show(value->text).text, text);
}

/* ---- addresses ---- */

enum { CLUSTER_MAX = 2000 };

/* A value with its number in the order they were written. */
struct numbered {
	struct squid_range range;
	size_t at;
	bool sure; /* squid keeps it, or it changes nothing */
};

struct addresses {
	struct squid_world *w;
	struct squid_acl *acl;
	struct numbered *v;
	size_t n;
};

static int by_range(const void *a, const void *b)
{
	const struct numbered *x = a, *y = b;

	if (x->range.lo != y->range.lo)
		return x->range.lo < y->range.lo ? -1 : 1;
	return x->at < y->at ? -1 : 1;
}

static int by_order(const void *a, const void *b)
{
	const struct numbered *x = a, *y = b;

	return x->at < y->at ? -1 : 1;
}

static bool meets(struct squid_range a, struct squid_range b)
{
	return a.lo <= b.hi && b.lo <= a.hi;
}

static bool within(struct squid_range inner, struct squid_range outer)
{
	return outer.lo <= inner.lo && inner.hi <= outer.hi;
}

/* Values that meet one another, in the order they were written: which of them are sure? */
static void judge_cluster(struct numbered *v, size_t n)
{
	qsort(v, n, sizeof(*v), by_order);
	for (size_t i = 0; i < n; i++) {
		bool met = false, covered = false;

		for (size_t k = 0; k < i && !covered; k++) {
			met = met || meets(v[i].range, v[k].range);
			covered = v[k].sure && within(v[i].range, v[k].range);
		}
		v[i].sure = v[i].sure && (covered || !met);
	}
}

/* Values are in clusters that do not meet; each is judged by itself. */
static void judge(struct addresses *a)
{
	size_t first = 0;

	qsort(a->v, a->n, sizeof(*a->v), by_range);
	while (first < a->n) {
		u128 end = a->v[first].range.hi;
		size_t n = 1;

		while (first + n < a->n && a->v[first + n].range.lo <= end) {
			end = a->v[first + n].range.hi > end ? a->v[first + n].range.hi : end;
			n++;
		}
		if (n > CLUSTER_MAX)
			for (size_t i = 0; i < n; i++)
				a->v[first + i].sure = false;
		else
			judge_cluster(a->v + first, n);
		first += n;
	}
}

static int range_set(struct addresses *a, struct spanlist *v4, struct spanlist *v6, flow_ref *ret)
{
	bool src = a->acl->kind == SQUID_SRC;
	struct flow_match match = FLOW_MATCH_ANY;

	match.dim[src ? FLOW_SRC4 : FLOW_DST4] = spanlist_seal(v4);
	match.dim[src ? FLOW_SRC6 : FLOW_DST6] = spanlist_seal(v6);
	return flow_of_match(a->w->m, &match, 1, ret);
}

/* The union of the values that are sure, or of all. */
static int unite(struct addresses *a, bool all, flow_ref *ret)
{
	EG_AUTO(arena_freep) struct arena *arena = arena_new();
	struct spanlist v4 = SPANLIST_INIT(arena), v6 = SPANLIST_INIT(arena);
	int r = arena ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < a->n; i++)
		if (all || a->v[i].sure)
			r = squid_range_add(a->v[i].range, &v4, &v6);
	return r < 0 ? r : range_set(a, &v4, &v6, ret);
}

/* One by one, as far as they are told so. */
static int doubt_values(struct addresses *a, struct bounds b)
{
	flow_ref rest;
	int r = 0;

	for (size_t i = 0; r == 0 && i < a->n; i++) {
		EG_AUTO(arena_freep) struct arena *arena = arena_new();
		struct spanlist v4 = SPANLIST_INIT(arena), v6 = SPANLIST_INIT(arena);
		const struct squid_value *value = &a->acl->value[a->v[i].at];
		flow_ref set = FLOW_NONE;

		if (a->v[i].sure)
			continue;
		if (a->acl->doubts + 1 >= SQUID_DOUBTS_MAX) {
			r = flow_minus(a->w->m, b.hi, b.lo, &rest);
			return r < 0 ? r
				     : squid_doubt(a->w, a->acl, value->at,
						   STR("(this value and more)"), rest);
		}
		r = arena ? squid_range_add(a->v[i].range, &v4, &v6) : -ENOMEM;
		if (r == 0)
			r = range_set(a, &v4, &v6, &set);
		if (r == 0)
			r = flow_minus(a->w->m, set, b.lo, &set);
		if (r == 0)
			r = squid_doubt(a->w, a->acl, value->at, value->text, set);
	}
	return r;
}

static int read_addresses(struct addresses *a)
{
	for (size_t i = 0; i < a->acl->n; i++) {
		const struct squid_value *value = &a->acl->value[i];
		struct numbered *v = &a->v[i];
		const char *about = NULL;
		int r = 0;

		v->range = (struct squid_range){ 0, ~(u128)0 };
		if (!value->unread)
			r = squid_address(value->text, &v->range, &about);
		if (r < 0)
			return refuse(a->w, value, "an address, a range or a prefix");
		note(a->w, value, about);
		v->at = i;
		v->sure = r == 1;
	}
	return 0;
}

/* -n: requests for names never match; lines that differ in it: nobody knows. */
static int without_lookups(struct squid_world *w, struct squid_acl *acl, struct bounds *b)
{
	struct bounds numeric = *b;
	flow_ref set = FLOW_NONE;
	int r;

	if (!acl->no_lookups)
		return 0;
	r = bounds_and(w->m, *b, (struct bounds){ w->unnamed, w->unnamed }, &numeric);
	if (r == 0 && acl->no_lookups == acl->lines) {
		*b = numeric;
		return 0;
	}
	b->lo = numeric.lo;
	if (r == 0)
		r = flow_minus(w->m, b->hi, b->lo, &set);
	return r < 0 ? r : squid_doubt(w, acl, acl->at, STR("-n in some lines"), set);
}

/* Where others may say whose request it is, no source is certain. */
static int told_by_others(struct squid_world *w, struct squid_acl *acl, struct bounds *b)
{
	const struct squid_notice *by = &w->config->forwarded;

	if (!by->text.n || w->config->direct_sources || b->lo == FLOW_ALL || flow_empty(b->hi))
		return 0;
	*b = BOUNDS_UNKNOWN;
	return squid_doubt(w, acl, by->at, by->text, FLOW_ALL);
}

int squid_addresses(struct squid_world *w, struct squid_acl *acl, struct bounds *ret)
{
	EG_AUTO(mem_freep) struct numbered *v = mem_zero(acl->n, sizeof(*v));
	struct addresses a = { w, acl, v, acl->n };
	struct bounds b = BOUNDS_NONE;
	int r = v ? read_addresses(&a) : -ENOMEM;

	if (r < 0)
		return r;
	judge(&a);
	r = unite(&a, false, &b.lo);
	if (r == 0)
		r = unite(&a, true, &b.hi);
	if (r == 0)
		r = doubt_values(&a, b);
	if (r == 0)
		r = acl->kind == SQUID_SRC ? told_by_others(w, acl, &b)
					   : without_lookups(w, acl, &b);
	w->resolves = w->resolves || (acl->kind == SQUID_DST && acl->no_lookups != acl->lines);
	if (r == 0)
		*ret = b;
	return r;
}
