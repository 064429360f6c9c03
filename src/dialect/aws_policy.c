/* SPDX-License-Identifier: Apache-2.0 */
/* Firewall policies: which rule groups, in which order, and what happens to the rest. */
#include <errno.h>

#include "base/err.h"
#include "base/show.h"
#include "dialect/aws_parsing.h"

static int by_priority(const void *a, const void *b)
{
	const struct aws_reference *x = a, *y = b;

	return x->priority < y->priority ? -1 : x->priority > y->priority;
}

/* The name of a rule group, or what a template calls it. */
static const char *get_arn(struct aws_parsing *p, const json_t *one)
{
	const json_t *value = json_object_get(one, "ResourceArn");
	const json_t *ref = json_object_get(value, "Ref");

	return json_is_string(ref) ? aws_get_string(p, value, "Ref")
				   : aws_get_string_needed(p, one, "ResourceArn");
}

static void parse_reference(struct aws_parsing *p, const json_t *one, struct aws_references *all)
{
	struct aws_reference ref = { .at = aws_place(p, one), .arn = get_arn(p, one) };
	int64_t priority = 0;

	(void)aws_get_number(p, one, "Priority", &priority); /* in action order there is none */
	if (priority < 0 || priority > UINT16_MAX)
		aws_refuse(p, one, E_SYNTAX, NULL, "Priority: a number up to %d is expected",
			   UINT16_MAX);
	ref.priority = (unsigned)priority;
	ref.override = aws_get_object(p, one, "Override") != NULL;
	if (aws_more(p, &all->one, &all->cap, all->n, sizeof(ref)))
		all->one[all->n++] = ref;
}

static void parse_references(struct aws_parsing *p, const json_t *policy, const char *key,
			     bool ordered, struct aws_references *all)
{
	json_t *list = aws_get_list(p, policy, key), *one;
	size_t i;

	json_array_foreach(list, i, one)
	{
		if (p->r == 0)
			parse_reference(p, one, all);
	}
	if (all->n && ordered)
		qsort(all->one, all->n, sizeof(*all->one), by_priority);
	for (i = 1; ordered && p->r == 0 && i < all->n; i++) {
		if (all->one[i].priority != all->one[i - 1].priority)
			continue;
		diag_error(p->d, all->one[i].at, "priority %u is taken by line %u",
			   all->one[i].priority, all->one[i - 1].at.line);
		p->r = E_CONFLICT;
	}
}

static void parse_defaults(struct aws_parsing *p, const json_t *policy, struct aws_policy *ret)
{
	json_t *list = aws_get_list(p, policy, "StatefulDefaultActions"), *one;
	size_t i;

	ret->whole = aws_get_actions(p, policy, "StatelessDefaultActions");
	ret->fragment = aws_get_actions(p, policy, "StatelessFragmentDefaultActions");
	json_array_foreach(list, i, one)
	{
		struct str text = str_of(json_string_value(one));

		if (str_is(text, "aws:drop_strict"))
			ret->drop_strict = true;
		else if (str_is(text, "aws:drop_established"))
			ret->drop_established = true;
		else if (!str_is(text, "aws:alert_strict") &&
			 !str_is(text, "aws:alert_established"))
			ret->unknown = aws_say(p, "%s", show(text).text);
	}
}

/* What may stop or change packets besides. */
static void parse_others(struct aws_parsing *p, const json_t *policy, struct aws_policy *ret)
{
	static const char *const known[] = {
		"StatelessRuleGroupReferences",	   "StatelessDefaultActions",
		"StatelessFragmentDefaultActions", "StatelessCustomActions",
		"StatefulRuleGroupReferences",	   "StatefulDefaultActions",
		"StatefulEngineOptions",	   "PolicyVariables",
	};
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)policy, key, value)
	{
		bool found = json_is_null(value) || json_is_false(value);

		for (size_t i = 0; i < ARRAY_LEN(known); i++)
			found = found || strcmp(key, known[i]) == 0;
		if (!found)
			ret->unknown = aws_say(p, "%s", show(str_of(key)).text);
	}
}

void aws_parse_policy(struct aws_parsing *p, const json_t *policy, const char *arn,
		      const char *name)
{
	struct aws_config *c = p->config;
	const json_t *options = aws_get_object(p, policy, "StatefulEngineOptions");
	const json_t *variables = aws_get_object(p, policy, "PolicyVariables");
	const char *order = aws_get_string(p, options, "RuleOrder");
	struct aws_policy *ret;

	if (!arn)
		aws_refuse(p, policy, E_SYNTAX, NULL,
			   "FirewallPolicyResponse with FirewallPolicyArn is missing beside this");
	if (!aws_more(p, &c->policy, &c->policy_cap, c->policies, sizeof(*ret)))
		return;
	ret = &c->policy[c->policies++];
	*ret = (struct aws_policy){ .at = aws_place(p, policy), .arn = arn };
	ret->name = name ? name : arn;
	ret->json = json_incref((json_t *)policy);
	ret->strict = order && strcmp(order, "STRICT_ORDER") == 0;
	aws_get_home(p, aws_get_object(p, variables, "RuleVariables"), &ret->home);
	parse_references(p, policy, "StatelessRuleGroupReferences", true, &ret->stateless);
	parse_references(p, policy, "StatefulRuleGroupReferences", ret->strict, &ret->stateful);
	parse_defaults(p, policy, ret);
	parse_others(p, policy, ret);
	if (!ret->strict && (ret->drop_strict || ret->drop_established))
		ret->unknown = "StatefulDefaultActions in action order";
}
