/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A policy becomes a plan: service by service, row by row, zone by zone.
 *
 * A row becomes rules only from what the catalog holds and the policy names; whatever is missing
 * goes into its outcome instead.
 */
#include <errno.h>

#include "base/alloc.h"
#include "policy/families.h"
#include "policy/policy.h"
#include "policy/row.h"

/* ---- what becomes of a row ---- */

/* Gives the outcome its fate and reason; `why` is arena text, NULL for want of memory. */
static int ends_as(struct row *row, enum fate fate, const char *why)
{
	row->outcome->fate = fate;
	row->outcome->why = why;
	return why ? 0 : -ENOMEM;
}

/*
 * Rules exist: says which family they leave out, if any. Either the catalog cannot serve it, or
 * `ours` ("the zones have") no addresses of it.
 */
static int tell_left_out(const struct compiling *c, struct row *row, const char *ours)
{
	const struct requirement *q = row->q;
	unsigned lacking = families_if(q->v4, q->v6) & ~row->got;
	const char *only = families_name(row->got), *lack = families_name(lacking);
	struct arena *a = c->plan->arena;

	if (!lacking)
		return 0;
	if (row->families & lacking)
		row->outcome->why =
			arena_printf(a, "%s only: %s no %s addresses", only, ours, lack);
	else if (q->missing)
		row->outcome->why = arena_printf(a, "%s only: list not held: %s", only, q->missing);
	else
		row->outcome->why = arena_printf(a, "%s only: no %s list", only, lack);
	return row->outcome->why ? 0 : -ENOMEM;
}

static bool zone_speaks(const struct zone *z, const struct requirement *q)
{
	return !z->roles || !q->roles || z->roles & q->roles;
}

static int no_zone(const struct compiling *c, struct row *row, bool spoken)
{
	struct buf roles = BUF_INIT;
	const char *why = NULL;

	if (spoken) {
		why = arena_printf(c->plan->arena, "no zone of this entry has %s addresses",
				   families_name(row->families));
		return ends_as(row, FATE_NO_ZONE, why);
	}
	roles_print(row->q->roles, &roles);
	if (roles.r == 0)
		why = arena_printf(c->plan->arena, "no zone of this entry holds %.*s",
				   STR_FMT(buf_str(&roles)));
	buf_release(&roles);
	return ends_as(row, FATE_NO_ZONE, why);
}

static int zone_rules(struct compiling *c, struct row *row, const struct zone *z)
{
	struct ends e = { .from = &z->set, .in = z, .out = c->policy->outside, .zone = z->name };
	int r = 0;

	if (row->vendor.n) {
		e.to = &row->vendor;
		r = row_add_rule(c, row, &e);
	}
	if (r == 0 && row->names) {
		e.to = NULL;
		r = row_add_rule(c, row, &e);
	}
	return r;
}

static int compile_egress(struct compiling *c, struct row *row)
{
	const struct allow *allow = row->outcome->allow;
	bool spoken = false;

	for (size_t i = 0; i < allow->zones; i++) {
		if (!zone_speaks(allow->zone[i], row->q))
			continue;
		spoken = true;

		int r = zone_rules(c, row, allow->zone[i]);

		if (r < 0)
			return r;
	}
	if (!row->got)
		return no_zone(c, row, spoken);
	row->outcome->fate = row->vendor.n ? FATE_RULES : FATE_NAMES;
	return tell_left_out(c, row, "the zones have");
}

static bool endpoint_takes(const struct endpoint *e, const struct requirement *q)
{
	for (size_t i = 0; i < e->requirements; i++) {
		if (e->requirement[i] == q)
			return true;
	}
	return false;
}

static int compile_inbound(struct compiling *c, struct row *row)
{
	const struct policy *p = c->policy;
	struct arena *a = c->plan->arena;
	bool published = false;

	for (size_t i = 0; i < p->endpoints; i++) {
		const struct endpoint *e = &p->endpoint[i];
		struct ends ends = { .from = &row->vendor,
				     .to = &e->set,
				     .in = p->outside,
				     .out = e->zone,
				     .zone = e->name };

		if (!endpoint_takes(e, row->q))
			continue;
		published = true;

		int r = row_add_rule(c, row, &ends);

		if (r < 0)
			return r;
	}
	if (!published)
		return ends_as(row, FATE_INCOMPLETE,
			       arena_printf(a, "no endpoint of ours is published for it"));
	if (!row->got)
		return ends_as(row, FATE_INCOMPLETE,
			       arena_printf(a, "its published endpoints have no %s address",
					    families_name(row->families)));
	row->outcome->fate = FATE_RULES;
	return tell_left_out(c, row, "its published endpoints have");
}

/* The word of `except:` that switches the row off, or NULL. */
static const char *excepted_by(const struct allow *allow, const struct requirement *q)
{
	for (size_t i = 0; i < allow->excepts; i++) {
		if (str_is(str_of(q->id), allow->except[i]))
			return allow->except[i];
		for (size_t t = 0; t < q->tags; t++) {
			if (str_is(str_of(q->tag[t]), allow->except[i]))
				return allow->except[i];
		}
	}
	return NULL;
}

/* What the catalog leaves open in a row without usable families. NULL: out of memory. */
static const char *row_lacks(const struct compiling *c, const struct row *row)
{
	const struct requirement *q = row->q;
	struct arena *a = c->plan->arena;

	if (q->reason)
		return arena_printf(a, "%s", q->reason);
	return q->missing ? arena_printf(a, "list not held: %s", q->missing)
			  : arena_printf(a, "the catalog lacks its addresses or ports");
}

static int compile_row(struct compiling *c, struct row *row)
{
	const char *word = excepted_by(row->outcome->allow, row->q);

	if (word)
		return ends_as(row, FATE_EXCEPTED,
			       arena_printf(c->plan->arena, "switched off by `except: %s`", word));
	if (!row->families)
		return ends_as(row, FATE_INCOMPLETE, row_lacks(c, row));
	return row->q->direction == DIRECTION_INBOUND ? compile_inbound(c, row)
						      : compile_egress(c, row);
}

static int compile_requirement(struct compiling *c, const struct allow *allow,
			       const struct requirement *q)
{
	struct plan *plan = c->plan;
	struct row row;
	int r = mem_grow(&plan->outcome, &c->outcome_cap, plan->outcomes + 1,
			 sizeof(*plan->outcome));

	if (r < 0)
		return r;

	struct outcome *o = &plan->outcome[plan->outcomes];

	*o = (struct outcome){ .requirement = q, .allow = allow, .first_rule = plan->rules.n };
	r = row_open(c, q, o, &row);
	if (r < 0)
		return r;
	r = compile_row(c, &row);
	row_release(&row);
	o->rules = plan->rules.n - o->first_rule;
	plan->outcomes++;
	return r;
}

static int compile_all(struct compiling *c)
{
	const struct policy *p = c->policy;

	for (size_t i = 0; i < p->allows; i++) {
		const struct service *s = p->allow[i].service;

		for (size_t k = 0; k < s->requirements; k++) {
			int r = compile_requirement(c, &p->allow[i], &s->requirement[k]);

			if (r < 0)
				return r;
		}
	}
	return 0;
}

void plan_release(struct plan *p)
{
	rulelist_release(&p->rules);
	mem_free(p->outcome);
	arena_free(p->arena);
	*p = PLAN_INIT;
}

int policy_compile(const struct policy *p, struct flow_mgr *m, struct diag *d, struct plan *ret)
{
	struct plan plan = { .arena = arena_new() };
	struct compiling c = { .policy = p, .m = m, .diag = d, .plan = &plan };

	if (!plan.arena)
		return -ENOMEM;
	c.origins = ORIGINS_IN(plan.arena);
	rulelist_init(&plan.rules, plan.arena);
	plan.rules.otherwise = p->otherwise;

	int r = compile_all(&c);

	origins_release(&c.origins);
	if (r < 0) {
		plan_release(&plan);
		return r;
	}
	*ret = plan;
	return 0;
}
