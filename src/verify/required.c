/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/required.h"

static int union_of_lists(const struct requirement *q, struct prefixlist *ret)
{
	for (size_t i = 0; i < q->lists; i++) {
		const struct prefixlist *set = &q->list[i]->set;

		for (size_t k = 0; k < set->n; k++) {
			int r = prefixlist_add_range(ret, set->range[k]);

			if (r < 0)
				return r;
		}
	}
	prefixlist_seal(ret);
	return 0;
}

static int match_lists(const struct requirement *q, struct arena *a, struct flow_match *match)
{
	EG_AUTO(prefixlist_release) struct prefixlist all = PREFIXLIST_INIT;
	bool inbound = q->direction == DIRECTION_INBOUND;
	int r = union_of_lists(q, &all);

	if (r < 0)
		return r;
	return match_prefixes(match, inbound ? FLOW_SRC4 : FLOW_DST4,
			      inbound ? FLOW_SRC6 : FLOW_DST6, &all, a);
}

int required_by_requirement(const struct requirement *q, struct flow_mgr *m, struct arena *a,
			    flow_ref *ret)
{
	struct flow_match match = FLOW_MATCH_ANY;
	int r;

	if (q->status == STATUS_INCOMPLETE || (!q->lists && !q->names)) {
		*ret = FLOW_NONE;
		return 0;
	}
	r = match_one(&match, FLOW_STATE, STATE_NEW, STATE_NEW, a);
	if (r == 0)
		r = match_one(&match, FLOW_PROTO, q->proto, q->proto, a);
	if (r == 0)
		r = match_ports(&match, FLOW_DPORT, &q->ports, a);
	if (r == 0 && q->v4 != q->v6)
		r = match_one(&match, FLOW_FAMILY, q->v6, q->v6, a);
	if (r == 0 && q->lists)
		r = match_lists(q, a, &match);
	match.name = q->names ? q->name : NULL;
	match.names = q->names;
	return r < 0 ? r : flow_of_match(m, &match, 1, ret);
}

/* Any traffic with the addresses of a row that names no protocol. */
static int by_addresses(const struct requirement *q, struct flow_mgr *m, struct arena *a,
			flow_ref *ret)
{
	struct flow_match match = FLOW_MATCH_ANY;
	int r = match_lists(q, a, &match);

	return r < 0 ? r : flow_of_match(m, &match, 1, ret);
}

static bool has_addresses(const struct requirement *q)
{
	bool any = false;

	for (size_t i = 0; i < q->lists; i++)
		any |= q->list[i]->set.n > 0;
	return any;
}

int required_by_row(const struct requirement *q, struct flow_mgr *m, struct arena *a, flow_ref *ret)
{
	return !q->proto && has_addresses(q) ? by_addresses(q, m, a, ret)
					     : required_by_requirement(q, m, a, ret);
}

int required_by_catalog(const struct catalog *c, struct flow_mgr *m, struct arena *a, flow_ref *ret)
{
	flow_ref all = FLOW_NONE;

	for (size_t s = 0; s < c->services; s++) {
		for (size_t i = 0; i < c->service[s].requirements; i++) {
			flow_ref one = FLOW_NONE;
			int r = required_by_row(&c->service[s].requirement[i], m, a, &one);

			if (r == 0)
				r = flow_override(m, one, all, &all);
			if (r < 0)
				return r;
		}
	}
	*ret = all;
	return 0;
}

int required_by_list(const struct list *l, struct flow_mgr *m, struct arena *a, flow_ref *ret)
{
	struct flow_match match = FLOW_MATCH_ANY;
	int r = match_prefixes(&match, FLOW_DST4, FLOW_DST6, &l->set, a);

	return r < 0 ? r : flow_of_match(m, &match, 1, ret);
}
