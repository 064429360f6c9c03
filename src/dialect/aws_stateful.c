/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Standard stateful rules: a header in fields. Options other than those that name a rule are not
 * modelled.
 */
#include <errno.h>

#include "base/err.h"
#include "base/show.h"
#include "dialect/aws_parsing.h"

static void parse_options(struct aws_parsing *p, const json_t *one, struct aws_rule *rule)
{
	static const char *const names[] = { "sid",	  "msg",       "rev",	   "gid",
					     "classtype", "reference", "metadata", "priority" };
	json_t *list = aws_get_list(p, one, "RuleOptions"), *option;
	size_t i;

	json_array_foreach(list, i, option)
	{
		const char *keyword = aws_get_string_needed(p, option, "Keyword");
		bool known = false;

		for (size_t k = 0; keyword && k < ARRAY_LEN(names); k++)
			known = known || strcmp(keyword, names[k]) == 0;
		if (keyword && !known)
			aws_note_unknown(rule, keyword);
	}
	if (rule->layer != AWS_PACKETS) /* and no name: any such conversation */
		aws_note_unknown(rule, rule->layer == AWS_TLS ? "TLS" : "HTTP");
}

static const char *rule_text(struct aws_parsing *p, const struct aws_header *h)
{
	return aws_say(p, "%s %s %s %s -> %s %s", show(str_of(h->action)).text,
		       show(str_of(h->proto)).text, show(str_of(h->src)).text,
		       show(str_of(h->sport)).text, show(str_of(h->dst)).text,
		       show(str_of(h->dport)).text);
}

static void parse_rule(struct aws_parsing *p, const json_t *one, struct aws_rulegroup *g)
{
	const json_t *header = aws_get_object(p, one, "Header");
	const char *direction = aws_get_string(p, header, "Direction");
	struct aws_rule rule = { .at = aws_place(p, one) };
	struct aws_header h = { .both_ways = direction && strcmp(direction, "ANY") == 0 };

	if (!header)
		aws_refuse(p, one, E_SYNTAX, NULL, "Header is missing here");
	h.action = aws_get_string_needed(p, one, "Action");
	h.proto = aws_get_string_needed(p, header, "Protocol");
	h.src = aws_get_string_needed(p, header, "Source");
	h.sport = aws_get_string_needed(p, header, "SourcePort");
	h.dst = aws_get_string_needed(p, header, "Destination");
	h.dport = aws_get_string_needed(p, header, "DestinationPort");
	aws_read_header(p, one, &h, &rule);
	parse_options(p, one, &rule);
	if (p->r < 0 || !aws_more(p, &g->rule, &g->cap, g->n, sizeof(rule)))
		return;
	rule.text = rule_text(p, &h);
	g->rule[g->n++] = rule;
}

void aws_parse_stateful(struct aws_parsing *p, json_t *rules, struct aws_rulegroup *g)
{
	json_t *one;
	size_t i;

	json_array_foreach(rules, i, one)
	{
		if (p->r == 0)
			parse_rule(p, one, g);
	}
}
