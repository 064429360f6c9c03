/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Templates of CloudFormation, as egret writes them: security groups with their rules inside,
 * prefix lists, rule groups and policies of Network Firewall, which refer to each other by name.
 * What a template computes (functions, conditions, parameters) is not worked out.
 */
#include <errno.h>

#include "base/err.h"
#include "base/show.h"
#include "dialect/aws_parsing.h"

static const char deploy[] = "deploy the template, and give what the aws program describes then";

/* What `value` refers to: a name in this template, or an id. NULL: a function. */
static const char *get_reference(struct aws_parsing *p, const json_t *value)
{
	const json_t *ref = json_object_get(value, "Ref");
	const char *text = json_string_value(ref ? ref : value);
	const char *kept = text ? arena_strdup(p->arena, text) : NULL;

	aws_keep(p, text && !kept ? -ENOMEM : 0);
	return kept;
}

struct far_key {
	const char *key;
	enum aws_far_kind kind;
};

static const struct far_key far_keys[AWS_WAYS][5] = {
	[AWS_OUT] = { { "CidrIp", AWS_FAR_PREFIX },
		      { "CidrIpv6", AWS_FAR_PREFIX },
		      { "DestinationPrefixListId", AWS_FAR_LIST },
		      { "DestinationSecurityGroupId", AWS_FAR_GROUP } },
	[AWS_IN] = { { "CidrIp", AWS_FAR_PREFIX },
		     { "CidrIpv6", AWS_FAR_PREFIX },
		     { "SourcePrefixListId", AWS_FAR_LIST },
		     { "SourceSecurityGroupId", AWS_FAR_GROUP },
		     { "SourceSecurityGroupName", AWS_FAR_GROUP } },
};

/* The far end of a rule; what is none that egret knows, is not modelled. */
static const json_t *find_far(struct aws_parsing *p, const json_t *rule, enum aws_way way,
			      struct aws_far *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(far_keys[way]) && far_keys[way][i].key; i++) {
		const struct far_key *k = &far_keys[way][i];
		const json_t *value = json_object_get(rule, k->key);

		if (!value)
			continue;
		*ret = (struct aws_far){ .kind = k->kind, .name = get_reference(p, value) };
		if (!ret->name || (k->kind == AWS_FAR_PREFIX && !json_is_string(value)))
			*ret = (struct aws_far){ .kind = AWS_FAR_UNKNOWN, .name = k->key };
		if (ret->kind == AWS_FAR_PREFIX)
			(void)aws_get_prefix(p, value, &ret->prefix); /* what is wrong is told */
		return value;
	}
	*ret = (struct aws_far){ .kind = AWS_FAR_UNKNOWN, .name = "a rule without its far end" };
	return rule;
}

static void parse_rule(struct aws_parsing *p, const json_t *rule, enum aws_way way,
		       struct aws_group *g)
{
	const char *proto = aws_get_string_needed(p, rule, "IpProtocol");
	struct aws_range range = { 0 };
	struct aws_service service;
	struct aws_far far;
	const json_t *at;

	range.has_from = aws_get_number(p, rule, "FromPort", &range.from);
	range.has_to = aws_get_number(p, rule, "ToPort", &range.to);
	aws_service(p, json_object_get(rule, "IpProtocol"), proto, range, &service);
	at = find_far(p, rule, way, &far);
	if (p->r == 0)
		aws_add_permission(p, &g->way[way], aws_place(p, at), &service, far);
}

/* A group of which a template says nothing outgoing gets a rule that lets everything out. */
static void open_group(struct aws_parsing *p, struct aws_group *g)
{
	static const struct aws_service all = { .text = "all" };
	const struct aws_far v4 = { .kind = AWS_FAR_PREFIX, .prefix = { .family = FAMILY_V4 } };
	const struct aws_far v6 = { .kind = AWS_FAR_UNKNOWN,
				    .name = "the rule that AWS makes for a group without any" };

	diag_warning(p->d, g->at,
		     "no SecurityGroupEgress: AWS lets everything out of such a group");
	aws_add_permission(p, &g->way[AWS_OUT], g->at, &all, v4);
	aws_add_permission(p, &g->way[AWS_OUT], g->at, &all, v6);
}

static void template_group(struct aws_parsing *p, const char *id, const json_t *resource)
{
	static const char *const key[] = { "SecurityGroupEgress", "SecurityGroupIngress" };
	const json_t *about = aws_get_object(p, resource, "Properties");
	struct aws_group *g = aws_add_group(p, resource, id);
	const char *name = aws_get_string(p, about, "GroupName");

	if (!g)
		return;
	g->name = name ? name : id;
	aws_read_tags(p, about, g);
	for (size_t way = 0; way < AWS_WAYS; way++) {
		json_t *list = aws_get_list(p, about, key[way]), *one;
		size_t i;

		json_array_foreach(list, i, one)
		{
			if (p->r == 0)
				parse_rule(p, one, (enum aws_way)way, g);
		}
	}
	if (p->r == 0 && !g->way[AWS_OUT].n)
		open_group(p, g);
}

static void template_list(struct aws_parsing *p, const char *id, const json_t *resource)
{
	const json_t *about = aws_get_object(p, resource, "Properties");
	const char *name = aws_get_string(p, about, "PrefixListName");
	json_t *entries = aws_get_list(p, about, "Entries");
	struct aws_list *l = aws_add_list(p, resource, id);

	if (!l)
		return;
	l->name = name ? name : id;
	if (entries)
		aws_fill_list(p, entries, l);
	l->held = true;
}

static void template_rulegroup(struct aws_parsing *p, const char *id, const json_t *resource)
{
	const json_t *about = aws_get_object(p, resource, "Properties");
	const json_t *rules = aws_get_object(p, about, "RuleGroup");
	const char *name = aws_get_string(p, about, "RuleGroupName");

	if (rules)
		aws_parse_rulegroup(p, rules, id, name);
	else
		aws_refuse(p, resource, E_SYNTAX, NULL, "RuleGroup is missing here");
}

static void template_policy(struct aws_parsing *p, const char *id, const json_t *resource)
{
	const json_t *about = aws_get_object(p, resource, "Properties");
	const json_t *policy = aws_get_object(p, about, "FirewallPolicy");
	const char *name = aws_get_string(p, about, "FirewallPolicyName");

	if (policy)
		aws_parse_policy(p, policy, id, name);
	else
		aws_refuse(p, resource, E_SYNTAX, NULL, "FirewallPolicy is missing here");
}

static const struct {
	const char *type;
	void (*parse)(struct aws_parsing *p, const char *id, const json_t *resource);
} types[] = {
	{ "AWS::EC2::SecurityGroup", template_group },
	{ "AWS::EC2::PrefixList", template_list },
	{ "AWS::NetworkFirewall::RuleGroup", template_rulegroup },
	{ "AWS::NetworkFirewall::FirewallPolicy", template_policy },
};

/* Would it change what passes, and egret does not read it? */
static bool matters(const char *type)
{
	struct str s = str_of(type);

	return str_starts(s, "AWS::EC2::SecurityGroup") || str_starts(s, "AWS::EC2::NetworkAcl") ||
	       (str_starts(s, "AWS::NetworkFirewall::") &&
		!str_is(s, "AWS::NetworkFirewall::Firewall") &&
		!str_is(s, "AWS::NetworkFirewall::LoggingConfiguration"));
}

static void parse_resource(struct aws_parsing *p, const char *name, const json_t *resource)
{
	const char *type = aws_get_string_needed(p, resource, "Type");
	const char *id = arena_strdup(p->arena, name);

	aws_keep(p, id ? 0 : -ENOMEM);
	if (p->r < 0)
		return;
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		if (strcmp(type, types[i].type) != 0)
			continue;
		if (json_object_get(resource, "Condition"))
			aws_refuse(p, json_object_get(resource, "Condition"), E_UNSUPPORTED, deploy,
				   "Condition: it may or may not be there");
		types[i].parse(p, id, resource);
		return;
	}
	if (matters(type))
		aws_refuse(p, resource, E_UNSUPPORTED, deploy, "%s: egret does not read this",
			   show(str_of(type)).text);
}

void aws_parse_template(struct aws_parsing *p, const json_t *root)
{
	json_t *resources = aws_get_object(p, root, "Resources"), *one;
	const char *name;

	if (json_object_get(root, "Transform"))
		aws_refuse(p, json_object_get(root, "Transform"), E_UNSUPPORTED, deploy,
			   "Transform: it makes another template of this one");
	p->config->templates = true;
	json_object_foreach(resources, name, one)
	{
		if (p->r == 0)
			parse_resource(p, name, one);
	}
}
