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

static u128 count_values(struct flow_spans s)
{
	u128 n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.span[i].hi - s.span[i].lo + 1;
	return n;
}

/* Why a rule on names cannot be left to learned addresses, or NULL. */
static const char *cannot_learn(const struct rule *rule)
{
	const struct flow_match *match = &rule->match;
	struct flow_spans proto = match->dim[FLOW_PROTO], ports = match->dim[FLOW_DPORT];

	if (rule->verdict != VERDICT_ACCEPT)
		return "a packet filter cannot stop by name: it does not see names";
	if (match->excepts)
		return "names less other names";
	if (match->dim[FLOW_DST4].span || match->dim[FLOW_DST6].span)
		return "names and destination addresses in one rule";
	if (match->dim[FLOW_SPORT].span)
		return "names and source ports in one rule";
	for (size_t i = 0; i < proto.n; i++)
		for (u128 p = proto.span[i].lo; p <= proto.span[i].hi; p++)
			if (p != PROTO_TCP && p != PROTO_UDP)
				return "addresses of names are learned for TCP and UDP only";
	if (!proto.span)
		return "addresses of names are learned for TCP and UDP only";
	if (!ports.span || count_values(ports) * count_values(proto) > LEARNED_PORTS_MAX)
		return "names with more than 64 ports: each learned address is an entry for each";
	return NULL;
}

/* Why the rule cannot be written, or NULL. */
static int cannot_say(const struct rule *rule, const struct flow_mgr *m, struct arena *a,
		      const char **ret)
{
	static const enum flow_dim side[] = { FLOW_IIF, FLOW_OIF };
	const struct flow_match *match = &rule->match;
	struct zone_names names;

	*ret = match->name || match->excepts ? cannot_learn(rule) : NULL;
	if (*ret)
		return 0;
	if (!spans_have(match->dim[FLOW_STATE], STATE_NEW))
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

/* Why rule i is lost, or NULL; `stopped` is what the lost drops before it would have stopped. */
static int why_lost(const struct rule *rule, struct flow_mgr *m, struct arena *a, flow_ref *stopped,
		    const char **ret)
{
	bool behind = false;
	int r = cannot_say(rule, m, a, ret);

	if (r == 0 && !*ret && rule->verdict == VERDICT_ACCEPT)
		r = meets(m, &rule->match, *stopped, &behind);
	if (behind)
		*ret = "a drop before it could not be written";
	if (r == 0 && *ret && rule->verdict != VERDICT_ACCEPT)
		r = stop(m, &rule->match, stopped);
	return r;
}

/* Rules on names that a written drop or reject behind them would overrule: from the last one on. */
static int find_overruled(const struct rulelist *rules, struct flow_mgr *m, const char **why)
{
	flow_ref stopped = FLOW_NONE;
	int r = 0;

	for (size_t i = rules->n; r == 0 && i-- > 0;) {
		const struct rule *rule = &rules->rule[i];
		struct flow_match wide = rule->match;
		bool meet = false;

		if (why[i])
			continue;
		wide.name = NULL;
		wide.names = 0;
		if (rule->verdict != VERDICT_ACCEPT)
			r = stop(m, &rule->match, &stopped);
		else if (rule->match.name)
			r = meets(m, &wide, stopped, &meet);
		if (meet)
			why[i] = "a drop or reject behind it would come before learned addresses";
	}
	return r;
}

int nftables_say(const struct rulelist *rules, struct flow_mgr *m, struct arena *a, enum say **ret,
		 struct losses *lost)
{
	flow_ref stopped = FLOW_NONE;
	enum say *say = arena_array(a, rules->n, sizeof(*say));
	const char **why = arena_array(a, rules->n, sizeof(*why));
	int r = say && why ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < rules->n; i++)
		r = why_lost(&rules->rule[i], m, a, &stopped, &why[i]);
	if (r == 0)
		r = find_overruled(rules, m, why);
	for (size_t i = 0; r == 0 && i < rules->n; i++) {
		const struct rule *rule = &rules->rule[i];

		if (why[i])
			r = lose(lost, rule, why[i], a);
		say[i] = why[i] ? SAY_NOT : rule->match.name ? SAY_LEARNED : SAY_ADDRESS;
	}
	if (r == 0)
		*ret = say;
	return r;
}
