/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes of what aws described: what is written, what is told, and that the device read with the
 * change has what it accepts, and not what it drops. Include "support/test.h" first.
 */
#pragma once

#include "dialect/change.h"
#include "support/readbench.h"

/* ---- devices ---- */

#define GROUP(id, rules)                                             \
	"{\"GroupId\": \"" id "\", \"IpPermissions\": [" rules "], " \
	"\"IpPermissionsEgress\": [" rules "]}"
#define GROUPS(list) "{\"SecurityGroups\": [\n" list "\n]}\n"
#define RULE(proto, from, to, far) \
	"{\"IpProtocol\": \"" proto "\", \"FromPort\": " from ", \"ToPort\": " to ", " far "}"
#define V4(prefix) "\"IpRanges\": [{\"CidrIp\": \"" prefix "\"}]"
#define LIST "\"PrefixListIds\": [{\"PrefixListId\": \"pl-1\"}]"
#define ALL(far) "{\"IpProtocol\": \"-1\", " far "}"
#define ENTRIES                                                                          \
	"{\"PrefixLists\": [{\"PrefixListId\": \"pl-1\", \"Cidrs\": [\"192.0.2.0/25\", " \
	"\"192.0.2.128/26\"]}]}\n"

#define ACL(entries) \
	"{\"NetworkAcls\": [{\"NetworkAclId\": \"acl-1\", \"Entries\": [\n" entries "\n]}]}\n"
#define ENTRY(number, egress, action, far, rest)                                       \
	"{\"CidrBlock\": \"" far "\", \"Egress\": " egress ", \"RuleNumber\": " number \
	", \"RuleAction\": \"" action "\", " rest "}"
#define TCP(from, to) "\"Protocol\": \"6\", \"PortRange\": {\"From\": " from ", \"To\": " to "}"
#define ANY "\"Protocol\": \"-1\""

#define ARN "arn:aws:network-firewall:eu-west-1:1:"
#define RULEGROUP(name, rules)                                                        \
	"{\"RuleGroup\": {\"RulesSource\": {\"RulesString\": \"" rules "\"}}, "       \
	"\"RuleGroupResponse\": {\"RuleGroupArn\": \"" ARN "stateful-rulegroup/" name \
	"\", \"RuleGroupName\": \"" name "\"}}\n"
#define POLICY(order, defaults, priority)                                                 \
	"{\"UpdateToken\": \"t7\", \"FirewallPolicy\": {\"StatelessDefaultActions\": "    \
	"[\"aws:forward_to_sfe\"], \"StatelessFragmentDefaultActions\": [\"aws:drop\"], " \
	"\"StatefulEngineOptions\": {\"RuleOrder\": \"" order "\"}, "                     \
	"\"StatefulDefaultActions\": [" defaults "], \"StatefulRuleGroupReferences\": "   \
	"[{" priority "\"ResourceArn\": \"" ARN "stateful-rulegroup/g\"}]}, "             \
	"\"FirewallPolicyResponse\": {\"FirewallPolicyArn\": \"" ARN                      \
	"firewall-policy/p\", \"FirewallPolicyName\": \"p\"}}\n"
#define STRICT POLICY("STRICT_ORDER", "\"aws:drop_established\"", "\"Priority\": 1, ")

#define ONE443 GROUPS(GROUP("sg-1", RULE("tcp", "443", "443", V4("192.0.2.0/24"))))

/* ---- rules ---- */

struct asked {
	enum verdict verdict;
	const char *src, *dst;	/* prefixes; src NULL: anybody */
	unsigned proto, lo, hi; /* proto 0: any, and no ports */
	const char *name;
};

struct changebench {
	struct readbench b; /* the device as it is */
	struct arena *a;
	struct rulelist rules, answers;
	struct losses lost;
	struct buf text;
};

static inline void changebench_must(int r)
{
	assert_int_equal(r, 0);
}

static inline void changebench_end_of(struct changebench *t, const char *text, enum flow_dim dim4,
				      struct flow_match *match)
{
	struct prefix prefix;
	struct addr_range range;

	if (!text)
		return;
	changebench_must(prefix_parse(str_of(text), &prefix));
	range = prefix_range(prefix);
	changebench_must(match_one(match, FLOW_FAMILY, prefix.family == FAMILY_V6,
				   prefix.family == FAMILY_V6, t->a));
	changebench_must(
		match_one(match, dim4 + (prefix.family == FAMILY_V6), range.lo, range.hi, t->a));
}

static inline void changebench_add(struct changebench *t, const struct asked *q,
				   struct rulelist *ret)
{
	struct rule rule = { .verdict = q->verdict,
			     .origin = { .vendor = "v", .service = "s", .requirement = "it's" } };
	struct pattern *name = arena_alloc(t->a, sizeof(*name));

	changebench_end_of(t, q->src, FLOW_SRC4, &rule.match);
	changebench_end_of(t, q->dst, FLOW_DST4, &rule.match);
	changebench_must(match_one(&rule.match, FLOW_STATE, STATE_NEW, STATE_NEW, t->a));
	if (q->proto) {
		changebench_must(match_one(&rule.match, FLOW_PROTO, q->proto, q->proto, t->a));
		changebench_must(match_one(&rule.match, FLOW_DPORT, q->lo, q->hi, t->a));
	}
	if (q->name) {
		changebench_must(pattern_parse(str_of(q->name), false, name));
		rule.match.name = name;
		rule.match.names = 1;
	}
	changebench_must(rulelist_add(ret, &rule));
}

static inline int changebench_begin(struct changebench *t, const char *device, const char *at,
				    const struct asked *q, size_t n)
{
	const struct config_file file = { "device", str_of(device) };
	const struct assume assume = { .hook = at };
	const struct change c = { &file, 1, &assume, &t->rules, &t->answers };

	*t = (struct changebench){ .a = arena_new(), .text = BUF_INIT };
	assert_non_null(t->a);
	rulelist_init(&t->rules, t->a);
	rulelist_init(&t->answers, t->a);
	readbench_must(&t->b, &dialect_aws, device, at);
	for (size_t i = 0; i < n && q[i].dst; i++)
		changebench_add(t, &q[i], &t->rules);
	return change_write(&dialect_aws, &c, t->b.m, t->a, t->b.d, &t->text, &t->lost);
}

static inline void changebench_end(struct changebench *t)
{
	buf_release(&t->text);
	rulelist_release(&t->rules);
	rulelist_release(&t->answers);
	arena_free(t->a);
	readbench_end(&t->b);
}

#define YES443                                                            \
	{                                                                 \
		VERDICT_ACCEPT, NULL, "203.0.113.0/24", 6, 443, 443, NULL \
	}
#define NO(dst, proto, lo, hi)                               \
	{                                                    \
		VERDICT_DROP, NULL, dst, proto, lo, hi, NULL \
	}

/* ---- what a change does ---- */

static inline int changebench_scope(struct changebench *t, flow_ref *ret)
{
	struct flow_match first = FLOW_MATCH_ANY;

	changebench_must(match_one(&first, FLOW_STATE, STATE_NEW, STATE_NEW, t->a));
	changebench_must(match_one(&first, FLOW_FRAG, 0, 0, t->a));
	return flow_of_match(t->b.m, &first, 1, ret);
}

static inline bool changebench_lost(const struct changebench *t, const struct rule *rule)
{
	for (size_t i = 0; i < t->lost.n; i++)
		if (t->lost.loss[i].rule == rule)
			return true;
	return false;
}

/* The reading of the device with the change. */
static inline struct reading *changebench_read(struct changebench *t, const char *device,
					       const char *at)
{
	const struct config_file file = { "device", str_of(device) };
	const struct assume assume = { .hook = at };
	const struct change c = { &file, 1, &assume, &t->rules, &t->answers };
	struct reading *after = NULL;
	struct buf said = BUF_INIT;

	if (change_read(&dialect_aws, &c, buf_str(&t->text), t->b.m, t->b.d, &after) == 0)
		return after;
	diag_format(t->b.d, &said);
	(void)fprintf(stderr, "%s\n%s\n%s", device, t->text.data, said.data);
	fail();
	return NULL;
}

/*
 * What must pass after it: what did, and what it accepts, less what it drops. Nothing else, but
 * that of what was not said, some may have been done. `ret_lost`: that.
 */
static inline flow_ref changebench_want(struct changebench *t, flow_ref first, flow_ref *ret_lost)
{
	struct flow_mgr *m = t->b.m;
	flow_ref want, lost = FLOW_NONE;

	changebench_must(flow_restrict(m, t->b.r->must_accept, first, &want));
	for (size_t i = t->rules.n; i-- > 0;) { /* the first that speaks of it decides */
		const struct rule *rule = &t->rules.rule[i];
		flow_ref one;

		changebench_must(flow_of_match(m, &rule->match, 1, &one));
		changebench_must(flow_restrict(m, one, first, &one));
		if (changebench_lost(t, rule))
			changebench_must(flow_override(m, one, lost, &lost));
		else if (rule->verdict == VERDICT_ACCEPT)
			changebench_must(flow_override(m, one, want, &want));
		else
			changebench_must(flow_minus(m, want, one, &want));
	}
	*ret_lost = lost;
	return want;
}

static inline void changebench_after(struct changebench *t, const char *device, const char *at)
{
	struct reading *after = changebench_read(t, device, at);
	struct flow_mgr *m = t->b.m;
	flow_ref first, lost, want, have, may, closed, more;
	struct flow f;

	changebench_must(changebench_scope(t, &first));
	want = changebench_want(t, first, &lost);
	changebench_must(flow_restrict(m, after->must_accept, first, &have));
	changebench_must(flow_restrict(m, after->may[VERDICT_ACCEPT], first, &may));
	changebench_must(flow_minus(m, may, t->b.r->may[VERDICT_ACCEPT], &may));
	changebench_must(flow_override(m, may, have, &more));
	changebench_must(flow_minus(m, more, want, &more));
	changebench_must(flow_minus(m, want, have, &closed));
	changebench_must(flow_override(m, closed, more, &more));
	changebench_must(flow_minus(m, more, lost, &more));
	if (flow_witness(m, more, &f) == 0) {
		struct buf text = BUF_INIT;

		flow_print(&f, &text);
		(void)fprintf(stderr, "at %s\n%s\n%s\n%s\n", at, device, t->text.data, text.data);
		buf_release(&text);
		fail();
	}
	assert_int_equal(more, FLOW_NONE);
	reading_free(after);
}

/* A device, what is asked of it, and what comes of that. */
struct changecase {
	const char *device, *at;
	struct asked asked[3];
	const char *said[3]; /* in the text, in this order */
	const char *never;   /* not among its commands */
	const char *why;     /* of all losses; NULL: there is none */
};

static inline void changebench_check(const struct changecase *c, size_t i)
{
	struct changebench t;
	const char *at;

	changebench_must(changebench_begin(&t, c->device, c->at, c->asked, ARRAY_LEN(c->asked)));
	at = t.text.data;
	for (size_t k = 0; at && k < ARRAY_LEN(c->said) && c->said[k]; k++) {
		at = strstr(at, c->said[k]);
		if (!at && t.lost.n)
			fail_msg("case %zu: %s", i, t.lost.loss[0].why);
		if (!at)
			fail_msg("case %zu: no %s in\n%s", i, c->said[k], t.text.data);
	}
	at = t.text.data ? strstr(t.text.data, "set -eu") : NULL;
	if (!at || (c->never && strstr(at, c->never)))
		fail_msg("case %zu: %s in\n%s", i, c->never, t.text.data);
	for (size_t k = 0; k < t.lost.n; k++)
		if (!c->why || strcmp(t.lost.loss[k].why, c->why) != 0)
			fail_msg("case %zu: %s", i, t.lost.loss[k].why);
	assert_true(!c->why == !t.lost.n);
	changebench_after(&t, c->device, c->at);
	changebench_end(&t);
}
