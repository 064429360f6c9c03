/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands of the aws program that change what it described: a script of nothing else, as egret
 * writes changes. Each is `aws SERVICE NAME --cli-input-json 'JSON'`, where the JSON holds rules
 * as they are described. What AWS would refuse, is refused.
 */
#include <errno.h>

#include "base/err.h"
#include "base/show.h"
#include "dialect/aws_limits.h"
#include "dialect/aws_parsing.h"

static const char known[] =
	"known: aws ec2 authorize-security-group-egress, revoke-security-group-egress, the same "
	"with -ingress, create-network-acl-entry, aws network-firewall create-rule-group, "
	"update-firewall-policy, each with --cli-input-json '...' alone";

struct script {
	struct aws_parsing *p;
	struct str rest;
	unsigned line;
	size_t values, changes;
};

struct command {
	const char *service, *name;
	void (*run)(struct script *s, const json_t *root, const struct command *c);
	enum aws_way way;
	bool revoke;
	const char *keys; /* of its JSON, between blanks */
};

static void refuse(struct script *s, int code, const char *what, struct str text)
{
	if (s->p->r < 0)
		return;
	diag_error(s->p->d, (struct place){ .file = s->p->file, .line = s->line }, "%s: %s", what,
		   show(text).text);
	diag_hint(s->p->d, "%s", known);
	s->p->r = code;
}

bool aws_is_script(struct str text)
{
	struct str s = str_trim(text);

	return str_starts(s, "#") || str_starts(s, "aws ");
}

/* ---- rules of security groups ---- */

static bool is_same(const struct aws_permission *a, const struct aws_permission *b)
{
	if (a->far.kind != b->far.kind || strcmp(a->service.text, b->service.text) != 0)
		return false;
	if (a->far.kind == AWS_FAR_PREFIX)
		return prefix_cmp(a->far.prefix, b->far.prefix) == 0;
	return strcmp(a->far.name, b->far.name) == 0;
}

/* The number of the same rule, or all->n. */
static size_t find(const struct aws_permissions *all, const struct aws_permission *one)
{
	size_t i = 0;

	while (i < all->n && !is_same(&all->one[i], one))
		i++;
	return i;
}

static void refuse_rule(struct script *s, const struct aws_permission *one, int code,
			const char *what)
{
	diag_error(s->p->d, one->at, "%s", what);
	diag_hint(s->p->d, "describe the group again: it is not what this changes");
	s->p->r = code;
}

static void change_rule(struct script *s, const struct aws_permission *one, bool revoke,
			struct aws_permissions *all)
{
	size_t at = find(all, one);

	if (one->far.kind == AWS_FAR_UNKNOWN) {
		refuse_rule(s, one, E_UNSUPPORTED, "a far end that egret does not know");
	} else if (++s->changes > AWS_CHANGES_MAX) {
		diag_error(s->p->d, one->at, "more than %d rules are changed", AWS_CHANGES_MAX);
		s->p->r = E_LIMIT;
	} else if (!revoke && at < all->n) {
		refuse_rule(s, one, E_CONFLICT, "such a rule is there already");
	} else if (!revoke) {
		aws_add_permission(s->p, all, one->at, &one->service, one->far);
	} else if (at == all->n) {
		refuse_rule(s, one, E_UNKNOWN, "there is no such rule");
	} else {
		memmove(&all->one[at], &all->one[at + 1], (--all->n - at) * sizeof(*all->one));
	}
}

static void change_group(struct script *s, const json_t *root, const struct command *c)
{
	struct aws_parsing *p = s->p;
	const char *id = aws_get_string_needed(p, root, "GroupId");
	json_t *list = aws_get_list_needed(p, root, "IpPermissions"), *one;
	struct aws_permissions rules = { 0 };
	struct aws_group *group = aws_group_find(p->config, id);
	size_t i;

	if (!group)
		refuse(s, E_UNKNOWN, "there is no such security group", str_of(id));
	json_array_foreach(list, i, one)
	{
		if (p->r == 0)
			aws_parse_permission(p, one, &rules);
	}
	for (i = 0; p->r == 0 && i < rules.n; i++)
		change_rule(s, &rules.one[i], c->revoke, &group->way[c->way]);
}

/* ---- entries of network ACLs ---- */

static void create_entry(struct script *s, const json_t *root, const struct command *c)
{
	struct aws_parsing *p = s->p;
	const char *id = aws_get_string_needed(p, root, "NetworkAclId");
	struct aws_acl *acl = aws_acl_find(p->config, id);

	(void)c;
	if (!acl)
		refuse(s, E_UNKNOWN, "there is no such network ACL", str_of(id));
	else if (++s->changes > AWS_CHANGES_MAX)
		refuse(s, E_LIMIT, "too many changes", str_of(id));
	else
		aws_parse_entry(p, root, acl);
}

/* ---- Network Firewall ---- */

/* What AWS will call it: account and region are those of the policy. */
static const char *arn_of(struct script *s, const char *name)
{
	const struct aws_config *c = s->p->config;
	const struct str account = aws_arn_account(c->policies ? c->policy[0].arn : "");
	const char *made =
		arena_printf(s->p->arena, "%.*sstateful-rulegroup/%s", STR_FMT(account), name);

	if (!account.n)
		refuse(s, E_UNKNOWN, "there is no firewall policy beside the rule group",
		       str_of(name));
	else if (!made)
		aws_keep(s->p, -ENOMEM);
	return account.n ? made : NULL;
}

static void create_rulegroup(struct script *s, const json_t *root, const struct command *c)
{
	struct aws_parsing *p = s->p;
	const char *name = aws_get_string_needed(p, root, "RuleGroupName");
	const char *type = aws_get_string_needed(p, root, "Type"), *arn;
	const json_t *rules = aws_get_object(p, root, "RuleGroup");

	(void)c;
	if (p->r == 0 && (strcmp(type, "STATEFUL") != 0 || !rules))
		refuse(s, E_UNSUPPORTED, "not a stateful rule group", str_of(name));
	arn = p->r == 0 ? arn_of(s, name) : NULL;
	if (arn)
		aws_parse_rulegroup(p, rules, arn, name);
}

/* AWS takes it only from who knows the last change. */
static void update_policy(struct script *s, const json_t *root, const struct command *c)
{
	struct aws_parsing *p = s->p;
	const char *arn = aws_get_string_needed(p, root, "FirewallPolicyArn");
	const char *token = aws_get_string_needed(p, root, "UpdateToken");
	const json_t *policy = aws_get_object(p, root, "FirewallPolicy");
	struct aws_config *all = p->config;
	size_t at = 0;

	(void)c;
	while (p->r == 0 && at < all->policies && strcmp(all->policy[at].arn, arn) != 0)
		at++;
	if (p->r == 0 && (at == all->policies || !policy))
		refuse(s, E_UNKNOWN, "there is no such firewall policy", str_of(arn));
	else if (p->r == 0 && (!all->policy[at].token || strcmp(all->policy[at].token, token) != 0))
		refuse(s, E_CONFLICT, "the policy was described at another token than",
		       str_of(token));
	if (p->r < 0)
		return;
	aws_parse_policy(p, policy, all->policy[at].arn, all->policy[at].name);
	if (p->r < 0)
		return;
	json_decref(all->policy[at].json);
	all->policy[at] = all->policy[--all->policies];
}

/* ---- commands ---- */

#define RULES "GroupId IpPermissions"

static const struct command commands[] = {
	{ "ec2", "authorize-security-group-egress", change_group, AWS_OUT, false, RULES },
	{ "ec2", "authorize-security-group-ingress", change_group, AWS_IN, false, RULES },
	{ "ec2", "revoke-security-group-egress", change_group, AWS_OUT, true, RULES },
	{ "ec2", "revoke-security-group-ingress", change_group, AWS_IN, true, RULES },
	{ "ec2", "create-network-acl-entry", create_entry, AWS_OUT, false,
	  "NetworkAclId RuleNumber Egress RuleAction Protocol CidrBlock Ipv6CidrBlock PortRange "
	  "IcmpTypeCode" },
	{ "network-firewall", "create-rule-group", create_rulegroup, AWS_OUT, false,
	  "RuleGroupName Type Capacity RuleGroup" },
	{ "network-firewall", "update-firewall-policy", update_policy, AWS_OUT, false,
	  "FirewallPolicyArn UpdateToken FirewallPolicy" },
};

static bool is_among(const char *key, const char *keys)
{
	for (struct str rest = str_of(keys); rest.p;)
		if (str_is(str_cut(&rest, ' '), key))
			return true;
	return false;
}

/* What else the command takes (DryRun) would make it another one. */
static void check_keys(struct aws_parsing *p, const json_t *root, const char *keys)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)root, key, value)
	{
		if (!is_among(key, keys))
			aws_refuse(p, root, E_UNSUPPORTED, known, "%s: egret does not read this",
				   show(str_of(key)).text);
	}
}

static void run(struct script *s, const struct command *c, struct str json)
{
	struct aws_text text = { s->p->file, json, s->line, s->values };
	struct aws_document doc, more;
	int r = aws_text_next(&text, s->p->d, &doc);

	aws_keep(s->p, r);
	if (r == 0)
		refuse(s, E_SYNTAX, "JSON is expected", json);
	if (r <= 0)
		return;
	s->p->doc = &doc;
	check_keys(s->p, doc.root, c->keys);
	if (s->p->r == 0)
		c->run(s, doc.root, c);
	aws_document_release(&doc);
	s->values = text.values;
	r = s->p->r == 0 ? aws_text_next(&text, s->p->d, &more) : 0;
	if (r > 0) {
		refuse(s, E_SYNTAX, "one object is expected", json);
		aws_document_release(&more);
	}
	aws_keep(s->p, r);
}

/* The command whose words stand before its JSON. */
static const struct command *find_command(struct str words)
{
	struct str word[4];
	size_t n = 0;

	while (words.p) {
		struct str next = str_trim(str_cut(&words, ' '));

		if (next.n && n == ARRAY_LEN(word))
			return NULL;
		if (next.n)
			word[n++] = next;
	}
	if (n < ARRAY_LEN(word) || !str_is(word[0], "aws") || !str_is(word[3], "--cli-input-json"))
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (str_is(word[1], commands[i].service) && str_is(word[2], commands[i].name))
			return &commands[i];
	return NULL;
}

static size_t count_lines(struct str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '\n';
	return n;
}

/* From the first word to the end of the line in which the second quote stands. */
static void parse_command(struct script *s)
{
	struct str line = { s->rest.p, str_find(s->rest, '\n') };
	struct str words = { line.p, str_find(line, '\'') }, json, behind;
	const struct command *c = find_command(words);

	if (!c || words.n == line.n) {
		refuse(s, E_UNSUPPORTED, "egret does not read this", str_trim(line));
		return;
	}
	json = (struct str){ words.p + words.n + 1, s->rest.n - words.n - 1 };
	json.n = str_find(json, '\'');
	behind = (struct str){ json.p + json.n, s->rest.n - words.n - 1 - json.n };
	if (!behind.n) {
		refuse(s, E_SYNTAX, "a quote that does not end", str_trim(line));
		return;
	}
	behind = (struct str){ behind.p + 1, str_find(behind, '\n') - 1 };
	run(s, c, json);
	s->line += (unsigned)count_lines(json);
	if (str_trim(behind).n)
		refuse(s, E_UNSUPPORTED, "egret does not read this", str_trim(behind));
	s->rest.n -= (size_t)(behind.p + behind.n - s->rest.p);
	s->rest.p = behind.p + behind.n;
}

void aws_parse_script(struct aws_parsing *p, struct aws_text *text)
{
	struct script s = { p, text->rest, text->line, text->values, 0 };

	while (p->r == 0 && s.rest.p) {
		struct str ahead = s.rest, line = str_trim(str_cut(&ahead, '\n'));

		if (line.n && *line.p != '#' && !str_is(line, "set -eu") &&
		    !str_is(line, "export AWS_PAGER=")) {
			parse_command(&s);
			(void)str_cut(&s.rest, '\n');
		} else {
			s.rest = ahead;
		}
		s.line++;
	}
	text->values = s.values;
	for (size_t i = 0; p->r == 0 && i < p->config->acls; i++)
		aws_settle_acl(p, &p->config->acl[i]);
}
