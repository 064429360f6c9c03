/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/fortios_ends.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"

enum { NAMES_COMPARED_MAX = 1000 * 1000 };

void fos_ends_init(struct fos_ends *e, struct fos_config *c)
{
	*e = (struct fos_ends){ .config = c,
				.lo = SPANLIST_INIT(c->arena),
				.hi = SPANLIST_INIT(c->arena) };
}

void fos_ends_release(struct fos_ends *e)
{
	mem_free(e->sure);
	mem_free(e->maybe);
}

static int add_spans(struct fos_ends *e, struct flow_spans s, struct spanlist *l, bool *any)
{
	int r = 0;

	*any = *any || !s.span;
	if (!s.span)
		return 0;
	e->config->spans += s.n;
	if (e->config->spans > FOS_SPANS_MAX)
		return E_LIMIT;
	for (size_t i = 0; r == 0 && i < s.n; i++)
		r = spanlist_add(l, s.span[i].lo, s.span[i].hi);
	return r;
}

static int add_names(struct fos_ends *e, struct fos_names from, struct pattern **to, size_t *n,
		     size_t *cap)
{
	int r;

	if (!from.n)
		return 0;
	e->config->spans += from.n;
	if (e->config->spans > FOS_SPANS_MAX)
		return E_LIMIT;
	r = mem_grow(to, cap, *n + from.n, sizeof(**to));
	if (r < 0)
		return r;
	memcpy(*to + *n, from.pattern, from.n * sizeof(**to));
	*n += from.n;
	return 0;
}

/* As long as everything is exact, `lo` stands for both. */
static int split(struct fos_ends *e, const struct fos_end *end)
{
	if (e->split || (end->lo.span == end->hi.span && end->lo.n == end->hi.n))
		return 0;
	e->split = true;
	e->any_hi = e->any_lo;
	return e->lo.n ? add_spans(e, (struct flow_spans){ e->lo.span, e->lo.n }, &e->hi,
				   &e->any_hi)
		       : 0;
}

int fos_ends_add(struct fos_ends *e, const struct fos_end *end)
{
	int r = split(e, end);

	if (r == 0)
		r = add_spans(e, end->lo, &e->lo, &e->any_lo);
	if (r == 0 && e->split)
		r = add_spans(e, end->hi, &e->hi, &e->any_hi);
	if (r == 0)
		r = add_names(e, end->sure, &e->sure, &e->sures, &e->sure_cap);
	if (r == 0)
		r = add_names(e, end->maybe, &e->maybe, &e->maybes, &e->maybe_cap);
	if (r == 0)
		r = fos_doubts_add(&e->doubts, e->config->arena, &end->doubts);
	e->named = e->named || end->named;
	return r;
}

static int keep_names(struct fos_ends *e, const struct pattern *from, size_t n,
		      struct fos_names *ret)
{
	*ret = (struct fos_names){ NULL, n };
	if (n)
		ret->pattern = arena_copy(e->config->arena, from, n * sizeof(*from));
	return n && !ret->pattern ? -ENOMEM : 0;
}

int fos_ends_seal(struct fos_ends *e, struct fos_end *ret)
{
	struct fos_end end = { .named = e->named, .doubts = e->doubts };
	int r = keep_names(e, e->sure, e->sures, &end.sure);

	if (r == 0)
		r = keep_names(e, e->maybe, e->maybes, &end.maybe);
	end.lo = e->any_lo ? SPANS_ANY : spanlist_seal(&e->lo);
	end.hi = !e->split ? end.lo : e->any_hi ? SPANS_ANY : spanlist_seal(&e->hi);
	if (r == 0)
		*ret = end;
	return r;
}

static int spans_minus(struct flow_spans a, struct flow_spans b, u128 max, struct arena *arena,
		       struct flow_spans *ret)
{
	struct flow_spans not ;
	int r = spans_not(b, max, arena, &not );

	return r < 0 ? r : spans_and(a, not, arena, ret);
}

/* An end may have been copied from an object, which keeps its list. */
static int own_doubts(struct fos_end *end, struct arena *a)
{
	struct fos_doubts old = end->doubts;

	end->doubts = (struct fos_doubts){ 0 };
	return fos_doubts_add(&end->doubts, a, &old);
}

/*
 * Names are addresses to the device. What addresses are taken away from a name, and what is left
 * when a name's addresses are taken away, nobody knows.
 */
int fos_end_minus(struct fos_end *a, const struct fos_end *b, enum family family,
		  struct arena *arena)
{
	u128 max = family_max(family);
	bool names = b->sure.n || b->maybe.n || b->named;
	bool from_names = a->sure.n || a->maybe.n;
	struct flow_spans lo, hi;
	int r = spans_minus(a->lo, b->hi, max, arena, &lo);

	if (r == 0)
		r = spans_minus(a->hi, b->lo, max, arena, &hi);
	if (r < 0)
		return r;
	a->lo = names ? spans_none() : lo;
	a->hi = from_names ? SPANS_ANY : hi;
	if (from_names)
		a->sure = a->maybe = (struct fos_names){ 0 };
	a->named = a->named || b->named;
	r = own_doubts(a, arena);
	return r < 0 ? r : fos_doubts_add(&a->doubts, arena, &b->doubts);
}

int fos_end_negate(struct fos_end *end, enum family family, struct arena *a)
{
	struct fos_end all = { .lo = SPANS_ANY, .hi = SPANS_ANY };
	int r = fos_end_minus(&all, end, family, a);

	if (r == 0)
		*end = all;
	return r;
}

int fos_end_unname(struct fos_end *end, struct arena *a, struct place at)
{
	int r;

	if (!end->sure.n && !end->maybe.n)
		return 0;
	r = own_doubts(end, a);
	if (r < 0)
		return r;
	end->sure = end->maybe = (struct fos_names){ 0 };
	end->hi = SPANS_ANY;
	return fos_doubt(&end->doubts, a, "fqdn object as source", STR(""), at);
}

/* Is every name that may be among them among them for certain? Too many to compare: no. */
static bool names_exact(const struct fos_end *end)
{
	if (end->maybe.n * end->sure.n > NAMES_COMPARED_MAX)
		return false;
	for (size_t i = 0; i < end->maybe.n; i++) {
		bool covered = false;

		for (size_t k = 0; k < end->sure.n; k++)
			covered = covered ||
				  pattern_covers(&end->sure.pattern[k], &end->maybe.pattern[i]);
		if (!covered)
			return false;
	}
	return true;
}

bool fos_end_exact(const struct fos_end *end)
{
	return spans_equal(end->lo, end->hi) && names_exact(end);
}
