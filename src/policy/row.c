/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/row.h"

#include <errno.h>

#include "base/err.h"
#include "net/proto.h"
#include "policy/families.h"

/* ---- what the row says ---- */

/*
 * The families that the catalog calls usable, less those that lost their end here: a row is never
 * about any address, nor about any port of a protocol that has ports.
 */
static unsigned servable(const struct row *row)
{
	const struct requirement *q = row->q;

	if (q->status == STATUS_INCOMPLETE || (proto_has_ports(q->proto) && !q->ports.n))
		return 0;
	if (q->names && q->direction == DIRECTION_EGRESS)
		return families_if(q->usable4, q->usable6);
	return families_of(&row->vendor);
}

/* The union of the lists in the usable families. */
static int vendor_addresses(struct row *row)
{
	const struct requirement *q = row->q;

	for (size_t i = 0; i < q->lists; i++) { /* a list that is not held is empty */
		struct prefixlist next = PREFIXLIST_INIT;
		struct prefixlist part =
			families_view(&q->list[i]->set, families_if(q->usable4, q->usable6));
		int r = prefixlist_union(&row->vendor, &part, &next);

		if (r < 0)
			return r;
		prefixlist_release(&row->vendor);
		row->vendor = next;
	}
	return 0;
}

static bool has_name(const struct pattern *name, size_t n, const struct pattern *wanted)
{
	for (size_t i = 0; i < n; i++) {
		if (name[i].kind == wanted->kind &&
		    str_is(str_of(name[i].name.text), wanted->name.text))
			return true;
	}
	return false;
}

/* The row's names, with the apex behind each "*." when the policy says so. */
static int row_names(const struct compiling *c, struct row *row)
{
	const struct requirement *q = row->q;
	struct pattern *name = arena_array(c->plan->arena, q->names * 2, sizeof(*name));
	size_t n = 0;

	if (!name)
		return -ENOMEM;
	for (size_t i = 0; i < q->names; i++) {
		struct pattern apex = { .kind = PATTERN_NAME, .name = q->name[i].name };

		name[n++] = q->name[i];
		if (c->policy->apex && q->name[i].kind == PATTERN_UNDER &&
		    !has_name(q->name, q->names, &apex) && !has_name(name, n, &apex))
			name[n++] = apex;
	}
	row->name = name;
	row->names = n;
	return 0;
}

int row_open(struct compiling *c, const struct requirement *q, struct outcome *o, struct row *ret)
{
	struct row row = { .q = q, .outcome = o };
	int r = vendor_addresses(&row);

	if (r == 0)
		r = row_names(c, &row);
	if (r == 0)
		r = origins_of(&c->origins, q, &row.origin);
	if (r < 0) {
		row_release(&row);
		return r;
	}
	row.families = servable(&row);
	*ret = row;
	return 0;
}

void row_release(struct row *row)
{
	prefixlist_release(&row->vendor);
	*row = (struct row){ 0 };
}

/* ---- one rule ---- */

static int match_interface(const struct compiling *c, struct flow_match *match, enum flow_dim dim,
			   const struct zone *z)
{
	uint16_t id;

	if (!z || !z->interface)
		return 0;

	int r = flow_zone(c->m, str_of(z->interface), &id);

	return r < 0 ? r : match_one(match, dim, id, id, c->plan->arena);
}

/* State, protocol, ports and families: what every rule of the row has. */
static int match_row(const struct compiling *c, const struct row *row, unsigned families,
		     struct flow_match *match)
{
	struct arena *a = c->plan->arena;
	int r = match_one(match, FLOW_STATE, STATE_NEW, STATE_NEW, a);

	if (r == 0)
		r = match_one(match, FLOW_PROTO, row->q->proto, row->q->proto, a);
	if (r == 0 && row->q->ports.n)
		r = match_ports(match, FLOW_DPORT, &row->q->ports, a);
	if (r == 0 && families != FAMILIES_BOTH) {
		u128 v = families == FAMILIES_V6;

		r = match_one(match, FLOW_FAMILY, v, v, a);
	}
	return r;
}

static int match_addresses(struct flow_match *match, const struct ends *e, unsigned families,
			   struct arena *a)
{
	struct prefixlist from = families_view(e->from, families);
	int r = match_prefixes(match, FLOW_SRC4, FLOW_SRC6, &from, a);

	if (r == 0 && e->to) {
		struct prefixlist to = families_view(e->to, families);

		r = match_prefixes(match, FLOW_DST4, FLOW_DST6, &to, a);
	}
	return r;
}

static int too_many(const struct compiling *c, const struct row *row)
{
	struct place at = { c->policy->path, row->outcome->allow->line, 0 };

	diag_error(c->diag, at, "the policy needs more than %d rules", PLAN_RULES_MAX);
	diag_hint(c->diag, "allow fewer services, or put zones together");
	return E_LIMIT;
}

int row_add_rule(struct compiling *c, struct row *row, const struct ends *e)
{
	struct rule rule = { .verdict = VERDICT_ACCEPT, .origin = row->origin, .zone = e->zone };
	unsigned families = row->families & families_of(e->from);

	if (e->to)
		families &= families_of(e->to);
	if (!families)
		return 0;
	if (c->plan->rules.n == PLAN_RULES_MAX)
		return too_many(c, row);
	if (!e->to) {
		rule.match.name = row->name;
		rule.match.names = row->names;
	}

	int r = match_row(c, row, families, &rule.match);

	if (r == 0)
		r = match_addresses(&rule.match, e, families, c->plan->arena);
	if (r == 0)
		r = match_interface(c, &rule.match, FLOW_IIF, e->in);
	if (r == 0)
		r = match_interface(c, &rule.match, FLOW_OIF, e->out);
	if (r == 0)
		r = rulelist_add(&c->plan->rules, &rule);
	if (r < 0)
		return r;
	row->got |= families;
	return 0;
}
