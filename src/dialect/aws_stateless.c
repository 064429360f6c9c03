/* SPDX-License-Identifier: Apache-2.0 */
/* The stateless engine of Network Firewall: rules by priority, the first that holds decides. */
#include <errno.h>

#include "base/err.h"
#include "base/show.h"
#include "dialect/aws_parsing.h"
#include "net/proto.h"

enum { PRIORITY_MAX = 65535, FLAGS = 8 };

enum aws_action aws_get_actions(struct aws_parsing *p, const json_t *object, const char *key)
{
	static const struct {
		const char *name;
		enum aws_action action;
	} known[] = {
		{ "aws:pass", AWS_PASS },
		{ "aws:drop", AWS_DROP },
		{ "aws:forward_to_sfe", AWS_FORWARD },
	};
	json_t *list = aws_get_list_needed(p, object, key), *one;
	enum aws_action action = AWS_ANY_ACTION;
	size_t i;

	json_array_foreach(list, i, one)
	{
		struct str text = str_of(json_string_value(one));

		for (size_t k = 0; k < ARRAY_LEN(known); k++)
			if (str_is(text, known[k].name))
				action = known[k].action;
	}
	if (action == AWS_ANY_ACTION)
		aws_refuse(p, list ? list : object, E_SYNTAX,
			   "expected aws:pass, aws:drop or aws:forward_to_sfe", "%s says no action",
			   key);
	return action;
}

static void parse_ends(struct aws_parsing *p, const json_t *match, const char *key,
		       struct flow_spans *ret4, struct flow_spans *ret6)
{
	struct aws_ends ends = { SPANLIST_INIT(p->arena), SPANLIST_INIT(p->arena), false };
	json_t *list = aws_get_list(p, match, key), *one;
	struct prefix prefix;
	size_t i;

	json_array_foreach(list, i, one)
	{
		if (aws_get_prefix(p, json_object_get(one, "AddressDefinition"), &prefix))
			aws_add_end(p, prefix, &ends);
	}
	aws_seal_ends(&ends, ret4, ret6);
}

static void parse_ports(struct aws_parsing *p, const json_t *match, const char *key,
			struct flow_spans *ret)
{
	json_t *list = aws_get_list(p, match, key), *one;
	struct spanlist spans = SPANLIST_INIT(p->arena);
	size_t i;

	json_array_foreach(list, i, one)
	{
		int64_t from = -1, to = -1;

		if (!aws_get_number(p, one, "FromPort", &from) ||
		    !aws_get_number(p, one, "ToPort", &to) || from < 0 || from > to ||
		    to > UINT16_MAX)
			aws_refuse(p, one, E_SYNTAX, NULL, "FromPort and ToPort are no ports");
		else
			aws_keep(p, spanlist_add(&spans, (u128)from, (u128)to));
	}
	if (spans.n)
		*ret = spanlist_seal(&spans);
}

static void parse_protocols(struct aws_parsing *p, const json_t *match, struct flow_spans *ret)
{
	json_t *list = aws_get_list(p, match, "Protocols"), *one;
	struct spanlist spans = SPANLIST_INIT(p->arena);
	size_t i;

	json_array_foreach(list, i, one)
	{
		json_int_t n = json_is_integer(one) ? json_integer_value(one) : -1;

		if (n < 0 || n > UINT8_MAX)
			aws_refuse(p, one, E_SYNTAX, NULL, "Protocols: a number is expected");
		else
			aws_keep(p, spanlist_add(&spans, (u128)n, (u128)n));
	}
	if (spans.n)
		*ret = spanlist_seal(&spans);
}

/* ---- TCP flags ---- */

static const char *const flag_name[FLAGS] = {
	"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"
};
enum { SYN = 1 << 1, RST = 1 << 2, ACK = 1 << 4, ALL_FLAGS = (1 << FLAGS) - 1 };

static unsigned parse_flags(struct aws_parsing *p, const json_t *field, const char *key)
{
	json_t *list = aws_get_list(p, field, key), *one;
	unsigned flags = 0;
	size_t i;

	json_array_foreach(list, i, one)
	{
		struct str name = str_of(json_string_value(one));
		unsigned bit = 0;

		for (unsigned k = 0; k < FLAGS; k++)
			bit |= str_is(name, flag_name[k]) ? 1U << k : 0;
		if (!bit)
			aws_refuse(p, one, E_SYNTAX, NULL, "'%s' is no TCP flag", show(name).text);
		flags |= bit;
	}
	return flags;
}

/* Which packets of a conversation have such flags: the first has SYN alone, the others ACK. */
struct flags_seen {
	bool first, some, all; /* the first packet; some and all of the others */
};

static void judge_flags(const unsigned *flags, const unsigned *mask, size_t n,
			struct flags_seen *ret)
{
	*ret = (struct flags_seen){ .all = true };
	for (unsigned packet = 0; packet <= ALL_FLAGS; packet++) {
		bool holds = false;

		for (size_t i = 0; i < n; i++)
			holds = holds || (packet & mask[i]) == flags[i];
		if (packet == SYN)
			ret->first = holds;
		if (packet & ACK) {
			ret->some = ret->some || holds;
			ret->all = ret->all && holds;
		}
	}
}

static void parse_tcp_flags(struct aws_parsing *p, const json_t *match, struct aws_rule *rule)
{
	enum { FIELDS_MAX = 64 };
	json_t *list = aws_get_list(p, match, "TCPFlags"), *one;
	unsigned flags[FIELDS_MAX] = { 0 }, mask[FIELDS_MAX] = { 0 };
	struct spanlist states = SPANLIST_INIT(p->arena);
	struct flags_seen seen;
	size_t i, n = json_array_size(list);

	if (!n)
		return;
	if (n > FIELDS_MAX) {
		aws_refuse(p, list, E_LIMIT, NULL, "more than %d sets of flags", FIELDS_MAX);
		return;
	}
	json_array_foreach(list, i, one)
	{
		flags[i] = parse_flags(p, one, "Flags");
		mask[i] = parse_flags(p, one, "Masks");
		mask[i] = mask[i] ? mask[i] : ALL_FLAGS;
	}
	judge_flags(flags, mask, n, &seen);
	rule->flags = true;
	rule->flags_unsure = seen.some && !seen.all;
	/* What conntrack calls related, invalid or untracked may have any flags. */
	aws_keep(p, seen.first ? spanlist_add(&states, STATE_NEW, STATE_NEW) : 0);
	aws_keep(p, seen.all ? spanlist_add(&states, STATE_ESTABLISHED, STATE_ESTABLISHED) : 0);
	rule->state = spanlist_seal(&states);
	rule->transport = true;
}

/* ---- rules ---- */

/* "10 aws:pass protocol 6 10.0.0.0/8 ... -> ...", short. */
static const char *rule_text(struct aws_parsing *p, const struct aws_rule *rule,
			     const json_t *match)
{
	static const char *const action[] = { "aws:pass", "aws:drop", "aws:forward_to_sfe" };
	const json_t *from = json_array_get(json_object_get(match, "Sources"), 0);
	const json_t *to = json_array_get(json_object_get(match, "Destinations"), 0);
	const char *src = json_string_value(json_object_get(from, "AddressDefinition"));
	const char *dst = json_string_value(json_object_get(to, "AddressDefinition"));
	bool more = json_array_size(json_object_get(match, "Sources")) > 1 ||
		    json_array_size(json_object_get(match, "Destinations")) > 1;

	return aws_say(p, "priority %u: %s %s -> %s%s", rule->priority, action[rule->action],
		       src ? show(str_of(src)).text : "any", dst ? show(str_of(dst)).text : "any",
		       more ? ", ..." : "");
}

static void parse_match(struct aws_parsing *p, const json_t *match, struct aws_rule *rule)
{
	static const char *const known[] = { "Sources",		 "Destinations", "SourcePorts",
					     "DestinationPorts", "Protocols",	 "TCPFlags" };
	const char *key;
	json_t *value;

	parse_ends(p, match, "Sources", &rule->src4, &rule->src6);
	parse_ends(p, match, "Destinations", &rule->dst4, &rule->dst6);
	parse_ports(p, match, "SourcePorts", &rule->sport);
	parse_ports(p, match, "DestinationPorts", &rule->dport);
	parse_protocols(p, match, &rule->proto);
	rule->transport = rule->sport.span || rule->dport.span;
	parse_tcp_flags(p, match, rule);
	json_object_foreach((json_t *)match, key, value)
	{
		bool found = false;

		for (size_t i = 0; i < ARRAY_LEN(known); i++)
			found = found || strcmp(key, known[i]) == 0;
		if (!found && !rule->unknown)
			rule->unknown = aws_say(p, "%s", show(str_of(key)).text);
	}
}

static void parse_rule(struct aws_parsing *p, const json_t *one, struct aws_rulegroup *g)
{
	const json_t *definition = aws_get_object(p, one, "RuleDefinition");
	const json_t *match = aws_get_object(p, definition, "MatchAttributes");
	struct aws_rule rule = { .at = aws_place(p, one) };
	int64_t priority = -1;

	if (!aws_get_number(p, one, "Priority", &priority) || priority < 0 ||
	    priority > PRIORITY_MAX)
		aws_refuse(p, one, E_SYNTAX, NULL, "Priority: a number up to %d is expected",
			   PRIORITY_MAX);
	if (!definition || !match)
		aws_refuse(p, one, E_SYNTAX, NULL,
			   "RuleDefinition with MatchAttributes is missing");
	if (p->r < 0)
		return;
	rule.priority = (unsigned)priority;
	rule.action = aws_get_actions(p, definition, "Actions");
	parse_match(p, match, &rule);
	if (p->r < 0 || !aws_more(p, &g->rule, &g->cap, g->n, sizeof(rule)))
		return;
	rule.text = rule_text(p, &rule, match);
	g->rule[g->n++] = rule;
}

static int by_priority(const void *a, const void *b)
{
	const struct aws_rule *x = a, *y = b;

	return x->priority < y->priority ? -1 : x->priority > y->priority;
}

void aws_parse_stateless(struct aws_parsing *p, const json_t *rules, struct aws_rulegroup *g)
{
	json_t *list = aws_get_list_needed(p, rules, "StatelessRules"), *one;
	size_t i;

	json_array_foreach(list, i, one)
	{
		if (p->r == 0)
			parse_rule(p, one, g);
	}
	if (g->n)
		qsort(g->rule, g->n, sizeof(*g->rule), by_priority);
	for (i = 1; p->r == 0 && i < g->n; i++) {
		if (g->rule[i].priority != g->rule[i - 1].priority)
			continue;
		diag_error(p->d, g->rule[i].at, "priority %u is taken by line %u",
			   g->rule[i].priority, g->rule[i - 1].at.line);
		p->r = E_CONFLICT;
	}
}
