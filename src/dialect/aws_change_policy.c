/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands that put stateful rule groups in front of those of a firewall policy. Its update carries
 * the token of the description: AWS refuses it when somebody changed the policy since.
 */
#include <errno.h>

#include "base/err.h"
#include "base/hash.h"
#include "dialect/aws_changing.h"
#include "dialect/aws_limits.h"

enum {
	PRIORITY_MAX = 65535,
	GROUP_BYTES = 100 * 1000 /* of rules: a command's argument has 128 KiB at most */
};

struct updating {
	struct aws_changing *g;
	json_t *policy, *references; /* as they will be */
	size_t groups;		     /* in front so far */
};

static int refuse(const struct updating *u, const char *what, const char *hint)
{
	diag_error(u->g->d, u->g->path.policy->at, "%s", what);
	diag_hint(u->g->d, "%s", hint);
	return E_UNSUPPORTED;
}

/* ---- rule groups ---- */

/* Cuts as many whole lines off the front as one group takes. */
static struct str cut_lines(struct str *rest, size_t *ret_n)
{
	struct str cut = { rest->p, 0 };

	*ret_n = 0;
	while (cut.n < rest->n) {
		const char *end = memmem(rest->p + cut.n, rest->n - cut.n, "\\n", 2);
		size_t n = end ? (size_t)(end + 2 - rest->p) : rest->n;

		if (*ret_n && n > GROUP_BYTES)
			break;
		cut.n = n;
		++*ret_n;
	}
	*rest = (struct str){ rest->p + cut.n, rest->n - cut.n };
	return cut;
}

/* Between single quotes of a shell there is none. */
static void add_quoted(struct str json, struct buf *out)
{
	for (size_t i = 0; i < json.n; i++) {
		if (json.p[i] == '\'')
			buf_adds(out, "\\u0027");
		else
			buf_addc(out, json.p[i]);
	}
}

static void print_group(struct updating *u, const char *name, struct str lines, size_t n)
{
	struct buf *out = &u->g->add;

	buf_printf(out,
		   "aws network-firewall create-rule-group --cli-input-json '{\"RuleGroupName\": "
		   "\"%s\", \"Type\": \"STATEFUL\", \"Capacity\": %zu,\n  \"RuleGroup\": "
		   "{\"StatefulRuleOptions\": {\"RuleOrder\": \"%s\"},\n  \"RulesSource\": "
		   "{\"RulesString\": \"",
		   name, n, u->g->path.policy->strict ? "STRICT_ORDER" : "DEFAULT_ACTION_ORDER");
	add_quoted(lines, out);
	buf_adds(out, "\"}}}'\n");
}

static int add_reference(struct updating *u, const char *arn)
{
	bool strict = u->g->path.policy->strict;
	json_t *one =
		strict ? json_pack("{s:s,s:i}", "ResourceArn", arn, "Priority", (int)u->groups + 1)
		       : json_pack("{s:s}", "ResourceArn", arn);

	return json_array_insert_new(u->references, u->groups++, one) < 0 ? -ENOMEM : 0;
}

static int add_groups(struct updating *u, struct str rest)
{
	const struct str account = aws_arn_account(u->g->path.policy->arn);
	int r = 0;

	while (r == 0 && rest.n) {
		size_t n;
		struct str lines = cut_lines(&rest, &n);
		const char *name = arena_printf(
			u->g->arena, "egret-change-%08llx",
			(unsigned long long)hash_bytes(lines.p, lines.n, 0) & 0xffffffff);
		const char *arn = name ? arena_printf(u->g->arena, "%.*sstateful-rulegroup/%s",
						      STR_FMT(account), name)
				       : NULL;

		if (!arn)
			return -ENOMEM;
		print_group(u, name, lines, n);
		r = add_reference(u, arn);
	}
	return r;
}

/* ---- the policy ---- */

/* A number, or a text of one. */
static json_int_t priority_of(const json_t *reference)
{
	const json_t *value = json_object_get(reference, "Priority");

	return json_is_string(value) ? strtoll(json_string_value(value), NULL, 10)
				     : json_integer_value(value);
}

/* Makes room for the priorities 1 to `n`, if there is none. */
static int make_room(struct updating *u, size_t n)
{
	json_int_t least = PRIORITY_MAX, most = 0, first = (json_int_t)n + 1, more;
	json_t *one;
	size_t i;

	if (json_array_size(u->references) + n > AWS_POLICY_GROUPS_MAX)
		return refuse(u, "the policy has no room for more stateful rule groups",
			      "it may have 20: take one away that is not needed");
	if (!u->g->path.policy->strict)
		return 0;
	json_array_foreach(u->references, i, one)
	{
		json_int_t priority = priority_of(one);

		least = priority < least ? priority : least;
		most = priority > most ? priority : most;
	}
	more = least >= first ? 0 : first - least;
	if (most + more > PRIORITY_MAX)
		return refuse(u, "the policy has no room in front of its rule groups",
			      "give them lower priorities");
	json_array_foreach(u->references, i, one)
	{
		if (json_object_set_new(one, "Priority", json_integer(priority_of(one) + more)) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int copy_policy(struct updating *u)
{
	u->policy = json_deep_copy(u->g->path.policy->json);
	u->references = json_object_get(u->policy, "StatefulRuleGroupReferences");
	if (u->policy && !json_is_array(u->references)) {
		u->references = json_array();
		if (json_object_set_new(u->policy, "StatefulRuleGroupReferences", u->references) <
		    0)
			return -ENOMEM;
	}
	return u->policy ? 0 : -ENOMEM;
}

static int print_update(struct updating *u)
{
	const struct aws_policy *policy = u->g->path.policy;
	json_t *root = json_pack("{s:s,s:s,s:O}", "FirewallPolicyArn", policy->arn, "UpdateToken",
				 policy->token, "FirewallPolicy", u->policy);
	char *text = root ? json_dumps(root, JSON_INDENT(2)) : NULL;
	int r = text ? 0 : -ENOMEM;

	if (r == 0) {
		buf_adds(&u->g->add, "aws network-firewall update-firewall-policy "
				     "--cli-input-json '");
		add_quoted(str_of(text), &u->g->add);
		buf_adds(&u->g->add, "'\n");
	}
	free(text);
	json_decref(root);
	return r;
}

int aws_update_policy(struct aws_changing *g, struct str lines)
{
	struct updating u = { .g = g };
	size_t groups = 0, n;
	int r;

	if (!aws_arn_account(g->path.policy->arn).n || !g->path.policy->token)
		return refuse(&u, "the policy's ARN or UpdateToken is not here",
			      "give all that aws network-firewall describe-firewall-policy "
			      "prints");
	for (struct str rest = lines; rest.n; groups++)
		(void)cut_lines(&rest, &n);
	r = copy_policy(&u);
	if (r == 0)
		r = make_room(&u, groups);
	if (r == 0)
		r = add_groups(&u, lines);
	if (r == 0)
		r = print_update(&u);
	json_decref(u.policy);
	return r;
}
