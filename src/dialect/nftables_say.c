/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/nftables_say.h"

#include <errno.h>

#include "dialect/say.h"
#include "net/proto.h"

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

struct saying_nft {
	const struct flow_mgr *m;
	struct arena *arena;
};

static int why_not(void *data, const struct rule *rule, const char **ret)
{
	const struct saying_nft *s = data;

	*ret = rule->match.name || rule->match.excepts ? cannot_learn(rule) : NULL;
	return *ret ? 0 : say_packet(rule, s->m, s->arena, ret);
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
			r = say_stop(m, &rule->match, &stopped);
		else if (rule->match.name)
			r = say_meets(m, &wide, stopped, &meet);
		if (meet)
			why[i] = "a drop or reject behind it would come before learned addresses";
	}
	return r;
}

int nftables_say(const struct rulelist *rules, struct flow_mgr *m, struct arena *a, enum say **ret,
		 struct losses *lost)
{
	struct saying_nft nft = { m, a };
	const struct saying saying = { m, why_not, &nft };
	enum say *say = arena_array(a, rules->n, sizeof(*say));
	const char **why = arena_array(a, rules->n, sizeof(*why));
	int r = say && why ? 0 : -ENOMEM;

	if (r == 0)
		r = say_reasons(&saying, rules, why);
	if (r == 0)
		r = find_overruled(rules, m, why);
	for (size_t i = 0; r == 0 && i < rules->n; i++) {
		const struct rule *rule = &rules->rule[i];

		if (why[i])
			r = say_lose(lost, rule, why[i], a);
		say[i] = why[i] ? SAY_NOT : rule->match.name ? SAY_LEARNED : SAY_ADDRESS;
	}
	if (r == 0)
		*ret = say;
	return r;
}
