/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/nftables_say.h"

#include <errno.h>

#include "dialect/spans.h"
#include "net/proto.h"

enum { ZONE_NAMES_MAX = 1024 };

bool nftables_holds_family(const struct flow_match *match, enum family family)
{
	enum flow_dim dst = family == FAMILY_V4 ? FLOW_DST4 : FLOW_DST6;
	enum flow_dim src = family == FAMILY_V4 ? FLOW_SRC4 : FLOW_SRC6;

	return spans_have(match->dim[FLOW_FAMILY], family == FAMILY_V6) &&
	       !spans_empty(match->dim[dst]) && !spans_empty(match->dim[src]);
}

/* The names of all zones in a short list. -ENOENT: one has no name, or they are too many. */
static int list_names(struct flow_spans zones, const struct flow_mgr *m, struct arena *a,
		      struct zone_names *ret)
{
	u128 n = 0;

	for (size_t i = 0; i < zones.n; i++)
		n += zones.span[i].hi - zones.span[i].lo + 1;
	if (!zones.span || n == 0 || n > ZONE_NAMES_MAX)
		return -ENOENT;
	ret->n = 0;
	ret->name = arena_array(a, (size_t)n, sizeof(*ret->name));
	if (!ret->name)
		return -ENOMEM;
	for (size_t i = 0; i < zones.n; i++) {
		for (u128 z = zones.span[i].lo; z <= zones.span[i].hi; z++) {
			ret->name[ret->n] = flow_zone_name(m, (uint16_t)z);
			if (!ret->name[ret->n++])
				return -ENOENT;
		}
	}
	return 0;
}

int nftables_zone_names(struct flow_spans zones, const struct flow_mgr *m, struct arena *a,
			struct zone_names *ret)
{
	struct flow_spans others;
	int r = list_names(zones, m, a, ret);

	ret->not = false;
	if (r != -ENOENT)
		return r;
	r = spans_not(zones, ZONE_MAX, a, &others);
	if (r < 0)
		return r;
	ret->not = true;
	return list_names(others, m, a, ret);
}

/* Does every protocol that the match takes have what its port dimensions speak of? */
static bool ports_fit(const struct flow_match *match)
{
	if (!match->dim[FLOW_DPORT].span && !match->dim[FLOW_SPORT].span)
		return true;
	for (unsigned proto = 0; proto <= UINT8_MAX; proto++) {
		bool icmp = proto == PROTO_ICMP && !nftables_holds_family(match, FAMILY_V6);
		bool icmpv6 = proto == PROTO_ICMPV6 && !nftables_holds_family(match, FAMILY_V4);

		if (!spans_have(match->dim[FLOW_PROTO], proto) || proto_has_ports((uint8_t)proto))
			continue;
		if (match->dim[FLOW_SPORT].span || (!icmp && !icmpv6))
			return false;
	}
	return true;
}

/* Why the match cannot be written, or NULL. */
static int cannot_say(const struct flow_match *match, const struct flow_mgr *m, struct arena *a,
		      const char **ret)
{
	static const enum flow_dim side[] = { FLOW_IIF, FLOW_OIF };
	struct zone_names names;

	*ret = NULL;
	if (match->name || match->excepts)
		*ret = "names wait for the gateway's resolver";
	else if (!spans_have(match->dim[FLOW_STATE], STATE_NEW))
		*ret = "only first packets (state new) are left to rules";
	else if (!spans_have(match->dim[FLOW_FRAG], 0))
		*ret = "later fragments are put together before a rule sees them";
	else if (!ports_fit(match))
		*ret = "ports or ICMP types of a protocol that does not have them";
	for (size_t i = 0; !*ret && i < ARRAY_LEN(side); i++) {
		int r = match->dim[side[i]].span
				? nftables_zone_names(match->dim[side[i]], m, a, &names)
				: 0;

		if (r == -ENOENT)
			*ret = "an interface without a name";
		else if (r < 0)
			return r;
	}
	return 0;
}

static int lose(struct losses *lost, const struct rule *rule, const char *why, struct arena *a)
{
	if (lost->n == lost->cap) {
		size_t cap = lost->cap ? lost->cap * 2 : 16;
		struct loss *loss = arena_array(a, cap, sizeof(*loss));

		if (!loss)
			return -ENOMEM;
		if (lost->n)
			memcpy(loss, lost->loss, lost->n * sizeof(*loss));
		lost->loss = loss;
		lost->cap = cap;
	}
	lost->loss[lost->n++] = (struct loss){ rule, why };
	return 0;
}

/* Adds all that a lost drop or reject could stop in the eyes of a filter without names. */
static int stop(struct flow_mgr *m, const struct flow_match *match, flow_ref *stopped)
{
	struct flow_match wide = *match;
	flow_ref set;
	int r;

	wide.name = NULL;
	wide.names = 0;
	wide.except = NULL;
	wide.excepts = 0;
	r = flow_of_match(m, &wide, 1, &set);
	return r < 0 ? r : flow_override(m, *stopped, set, stopped);
}

static int meets(struct flow_mgr *m, const struct flow_match *match, flow_ref stopped, bool *ret)
{
	flow_ref set;
	int r = 0;

	*ret = false;
	if (flow_empty(stopped))
		return 0;
	r = flow_of_match(m, match, 1, &set);
	if (r == 0)
		r = flow_restrict(m, set, stopped, &set);
	if (r == 0)
		*ret = !flow_empty(set);
	return r;
}

int nftables_say(const struct rulelist *rules, struct flow_mgr *m, struct arena *a, bool **ret_ok,
		 struct losses *lost)
{
	flow_ref stopped = FLOW_NONE;
	bool *ok = arena_array(a, rules->n, sizeof(*ok));
	int r = ok ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < rules->n; i++) {
		const struct rule *rule = &rules->rule[i];
		const char *why;
		bool behind = false;

		r = cannot_say(&rule->match, m, a, &why);
		if (r == 0 && !why && rule->verdict == VERDICT_ACCEPT)
			r = meets(m, &rule->match, stopped, &behind);
		if (behind)
			why = "a drop before it could not be written";
		if (r == 0 && why && rule->verdict != VERDICT_ACCEPT)
			r = stop(m, &rule->match, &stopped);
		if (r == 0 && why)
			r = lose(lost, rule, why, a);
		ok[i] = !why;
	}
	if (r == 0)
		*ret_ok = ok;
	return r;
}
