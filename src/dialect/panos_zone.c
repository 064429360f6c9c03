/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/panos_zone.h"

#include <errno.h>

#include "dialect/spans.h"

static int name_list(struct panos_rules *rs, const struct panos_node *list)
{
	uint16_t id;
	int r = 0;

	for (const struct panos_node *n = list ? list->first : NULL; r == 0 && n; n = n->next)
		if (!str_is(n->name, "any"))
			r = flow_zone(rs->m, n->name, &id);
	return r;
}

int panos_name_zones(struct panos_rules *rs)
{
	const struct panos_place *p = rs->objects.place;
	int r = 0;

	for (size_t i = 0; r == 0 && i < p->scopes; i++)
		r = name_list(rs, panos_child(p->tree, p->scope[i].node, STR("zone")));
	for (size_t i = 0; r == 0 && i < p->bases; i++)
		for (const struct panos_node *rule = p->base[i].rules->first; r == 0 && rule;
		     rule = rule->next) {
			r = name_list(rs, panos_child(p->tree, rule, STR("from")));
			if (r == 0)
				r = name_list(rs, panos_child(p->tree, rule, STR("to")));
		}
	return r;
}

static int spans_of(struct panos_rules *rs, const struct panos_node *list, struct flow_spans *ret)
{
	struct spanlist l = SPANLIST_INIT(rs->objects.arena);
	bool any = !list;
	int r = 0;

	for (const struct panos_node *n = list ? list->first : NULL; r == 0 && n; n = n->next) {
		uint16_t id = 0;

		any = any || str_is(n->name, "any");
		if (any)
			break;
		r = flow_zone(rs->m, n->name, &id);
		if (r == 0)
			r = spanlist_add(&l, id, id);
	}
	*ret = any ? SPANS_ANY : spanlist_seal(&l);
	return r;
}

static uint16_t last_zone(const struct panos_rules *rs)
{
	uint16_t id = 0;

	while (id < ZONE_MAX && flow_zone_name(rs->m, id + 1))
		id++;
	return id;
}

int panos_universal(struct panos_rules *rs, const struct panos_node *from,
		    const struct panos_node *to, struct panos_zone_pairs *ret)
{
	struct panos_zone_pair *pair = arena_alloc(rs->objects.arena, sizeof(*pair));
	int r = pair ? spans_of(rs, from, &pair->iif) : -ENOMEM;

	if (r == 0)
		r = spans_of(rs, to, &pair->oif);
	if (r == 0)
		*ret = (struct panos_zone_pairs){ pair, 1 };
	return r;
}

int panos_intrazone(struct panos_rules *rs, const struct panos_node *from,
		    struct panos_zone_pairs *ret)
{
	uint16_t last = last_zone(rs);
	struct panos_zone_pair *pair = arena_array(rs->objects.arena, last, sizeof(*pair));
	struct flow_spans in = SPANS_ANY;
	size_t n = 0;
	int r = pair ? spans_of(rs, from, &in) : -ENOMEM;

	for (uint16_t id = 1; r == 0 && id <= last; id++) {
		if (!spans_have(in, id))
			continue;
		r = spans_one(id, id, rs->objects.arena, &pair[n].iif);
		pair[n].oif = pair[n].iif;
		n++;
	}
	if (r == 0)
		*ret = (struct panos_zone_pairs){ pair, n };
	return r;
}

/* All zones of `to` but this one. */
static int without(struct panos_rules *rs, struct flow_spans to, uint16_t id,
		   struct flow_spans *ret)
{
	struct flow_spans one = SPANS_ANY, others = SPANS_ANY;
	int r = spans_one(id, id, rs->objects.arena, &one);

	if (r == 0)
		r = spans_not(one, ZONE_MAX, rs->objects.arena, &others);
	return r < 0 ? r : spans_and(to, others, rs->objects.arena, ret);
}

int panos_interzone(struct panos_rules *rs, const struct panos_node *from,
		    const struct panos_node *to, struct panos_zone_pairs *ret)
{
	uint16_t last = last_zone(rs);
	struct panos_zone_pair *pair = arena_array(rs->objects.arena, last + 1U, sizeof(*pair));
	struct spanlist nameless = SPANLIST_INIT(rs->objects.arena);
	struct flow_spans in = SPANS_ANY, out = SPANS_ANY;
	size_t n = 0;
	int r = pair ? spans_of(rs, from, &in) : -ENOMEM;

	if (r == 0)
		r = spans_of(rs, to, &out);
	for (uint16_t id = 1; r == 0 && id <= last; id++) {
		if (!spans_have(in, id))
			continue;
		r = spans_one(id, id, rs->objects.arena, &pair[n].iif);
		if (r == 0)
			r = without(rs, out, id, &pair[n++].oif);
	}
	if (r == 0 && !in.span) {
		r = spanlist_add(&nameless, 0, 0);
		if (r == 0 && last < ZONE_MAX)
			r = spanlist_add(&nameless, last + 1U, ZONE_MAX);
		pair[n++] = (struct panos_zone_pair){ spanlist_seal(&nameless), out };
	}
	if (r == 0)
		*ret = (struct panos_zone_pairs){ pair, n };
	return r;
}
