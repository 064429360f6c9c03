/* SPDX-License-Identifier: Apache-2.0 */
/* Rule groups of Network Firewall: what they have in common, and which kind they are. */
#include <errno.h>

#include "base/err.h"
#include "base/show.h"
#include "dialect/aws_parsing.h"

const struct aws_rulegroup *aws_rulegroup_find(const struct aws_config *c, const char *arn)
{
	for (size_t i = 0; arn && i < c->rulegroups; i++)
		if (strcmp(c->rulegroup[i].arn, arn) == 0)
			return &c->rulegroup[i];
	return NULL;
}

struct str aws_arn_account(const char *policy)
{
	const char *end = strstr(policy, "firewall-policy/");

	return (struct str){ policy, end ? (size_t)(end - policy) : 0 };
}

void aws_add_end(struct aws_parsing *p, struct prefix prefix, struct aws_ends *ret)
{
	struct addr_range r = prefix_range(prefix);

	aws_keep(p, spanlist_add(r.family == FAMILY_V6 ? &ret->v6 : &ret->v4, r.lo, r.hi));
}

void aws_seal_ends(struct aws_ends *ends, struct flow_spans *ret4, struct flow_spans *ret6)
{
	if (ends->any || (!ends->v4.n && !ends->v6.n))
		return;
	*ret4 = spanlist_seal(&ends->v4);
	*ret6 = spanlist_seal(&ends->v6);
}

/* Is the variable there? */
static bool get_set(struct aws_parsing *p, const json_t *sets, const char *name,
		    struct flow_spans *ret4, struct flow_spans *ret6)
{
	const json_t *set = aws_get_object(p, sets, name);
	struct aws_ends ends = { SPANLIST_INIT(p->arena), SPANLIST_INIT(p->arena), false };
	json_t *list = aws_get_list(p, set, "Definition"), *one;
	struct prefix prefix;
	size_t i;

	json_array_foreach(list, i, one)
	{
		if (aws_get_prefix(p, one, &prefix))
			aws_add_end(p, prefix, &ends);
	}
	*ret4 = spanlist_seal(&ends.v4);
	*ret6 = spanlist_seal(&ends.v6);
	return list != NULL;
}

void aws_get_home(struct aws_parsing *p, const json_t *variables, struct aws_home *ret)
{
	const json_t *sets = aws_get_object(p, variables, "IPSets");

	ret->said = get_set(p, sets, "HOME_NET", &ret->v4, &ret->v6);
	ret->far_said = get_set(p, sets, "EXTERNAL_NET", &ret->far4, &ret->far6);
}

static void parse_source(struct aws_parsing *p, const json_t *source, struct aws_rulegroup *g)
{
	const json_t *list = aws_get_object(p, source, "RulesSourceList");
	const json_t *stateless = aws_get_object(p, source, "StatelessRulesAndCustomActions");
	json_t *stateful = aws_get_list(p, source, "StatefulRules");
	const json_t *text = json_object_get(source, "RulesString");

	if (list) {
		g->kind = AWS_DOMAINS;
		aws_parse_domains(p, list, g);
	} else if (stateless) {
		g->kind = AWS_STATELESS;
		aws_parse_stateless(p, stateless, g);
	} else if (stateful) {
		g->kind = AWS_STATEFUL;
		aws_parse_stateful(p, stateful, g);
	} else if (text) {
		g->kind = AWS_STATEFUL;
		aws_parse_suricata(p, text, g);
	} else {
		aws_refuse(p, source, E_SYNTAX, NULL, "a rule group without rules");
	}
}

void aws_parse_rulegroup(struct aws_parsing *p, const json_t *rules, const char *arn,
			 const char *name)
{
	struct aws_config *c = p->config;
	const json_t *source = aws_get_object(p, rules, "RulesSource");
	struct aws_rulegroup *g;

	if (!arn)
		aws_refuse(p, rules, E_SYNTAX, NULL,
			   "RuleGroupResponse with RuleGroupArn is missing beside this");
	if (!source)
		aws_refuse(p, rules, E_SYNTAX, NULL, "RulesSource is missing here");
	if (p->r == 0 && aws_rulegroup_find(c, arn))
		aws_refuse(p, rules, E_CONFLICT, "give each rule group once",
			   "rule group %s is there already", show(str_of(arn)).text);
	if (!aws_more(p, &c->rulegroup, &c->rulegroup_cap, c->rulegroups, sizeof(*g)))
		return;
	g = &c->rulegroup[c->rulegroups++];
	*g = (struct aws_rulegroup){ .at = aws_place(p, rules), .arn = arn };
	g->name = name ? name : arn;
	p->variables = aws_get_object(p, rules, "RuleVariables");
	aws_get_home(p, p->variables, &g->home);
	parse_source(p, source, g);
}
