/* SPDX-License-Identifier: Apache-2.0 */
/* Changes of network ACLs and firewalls, alone and behind groups; answers. */
#include "support/test.h"

#include "support/changebench.h"

static const struct changecase cases[] = {
	/* network ACLs: in front, and what may stay before what is denied */
	{ ACL(ENTRY("100", "true", "allow", "192.0.2.0/24", TCP("443", "443"))),
	  NULL,
	  { YES443 },
	  { "aws ec2 create-network-acl-entry --cli-input-json '{\"NetworkAclId\": \"acl-1\", "
	    "\"Egress\": true, \"RuleNumber\": 99, \"RuleAction\": \"allow\", \"Protocol\": "
	    "\"6\", \"PortRange\": {\"From\": 443, \"To\": 443}, \"CidrBlock\": "
	    "\"203.0.113.0/24\"}'\n" },
	  NULL,
	  NULL },
	{ ACL(ENTRY("100", "true", "allow", "192.0.2.0/24", ANY)),
	  NULL,
	  { NO("192.0.2.0/25", 0, 0, 0) },
	  { "98, \"RuleAction\": \"allow\", \"Protocol\": \"-1\", \"CidrBlock\": "
	    "\"192.0.2.128/25\"",
	    "\"deny\", \"Protocol\": \"-1\", \"CidrBlock\": \"192.0.2.0/24\"" },
	  NULL,
	  NULL },
	{ ACL(ENTRY("100", "true", "deny", "192.0.2.0/24",
		    ANY) ",\n" ENTRY("110", "true", "allow", "192.0.0.0/16", TCP("443", "443"))),
	  NULL,
	  { NO("192.0.3.0/24", 6, 443, 443) },
	  { "192.0.0.0/16" },
	  NULL,
	  NULL },
	{ ACL(ENTRY("100", "true", "allow", "192.0.2.0/24", "\"Protocol\": \"6\"") ",\n" ENTRY(
		  "110", "true", "allow", "192.0.0.0/16", ANY)),
	  NULL,
	  { NO("192.0.2.0/24", 17, 53, 53) },
	  { NULL },
	  "create",
	  "ICMP of one family in packets of the other" },
	{ ACL(ENTRY("100", "true", "deny", "192.0.2.0/24", "\"Protocol\": \"6\"") ",\n" ENTRY(
		  "110", "true", "allow", "192.0.0.0/16", ANY)),
	  NULL,
	  { NO("192.0.3.0/24", 0, 0, 0) },
	  { NULL },
	  "create",
	  "the network ACL has an entry that is not modelled where entries let too much through" },
	{ ACL(ENTRY("1", "true", "allow", "192.0.2.0/24", TCP("443", "443"))),
	  NULL,
	  { YES443 },
	  { NULL },
	  "create",
	  "the network ACL has no free numbers in front of its entries" },
	{ ACL(""),
	  NULL,
	  { { VERDICT_ACCEPT, NULL, "2001:db8::/32", 58, 0x8000, 0x8000, NULL } },
	  { "\"RuleNumber\": 100, ", "\"Protocol\": \"58\", \"IcmpTypeCode\": {\"Type\": 128, "
				     "\"Code\": 0}, \"Ipv6CidrBlock\": \"2001:db8::/32\"" },
	  NULL,
	  NULL },
	{ ACL(ENTRY("100", "true", "allow", "192.0.2.0/24", ANY)),
	  "acl-1 members 10.1.0.0/16",
	  { { VERDICT_DROP, "10.1.1.0/24", "192.0.2.0/24", 0, 0, 0, NULL } },
	  { NULL },
	  "create",
	  "a network ACL does not see who of its subnet sends: say with --at 'members PREFIX...' "
	  "who is there" },
	{ ACL(ENTRY("100", "true", "allow", "192.0.2.0/24", ANY)),
	  "acl-1 members 10.1.0.0/16",
	  { { VERDICT_DROP, "10.1.0.0/16", "192.0.2.0/24", 0, 0, 0, NULL } },
	  { "\"deny\"" },
	  "\"allow\"",
	  NULL },
	/* a group and the ACL: both must let it through, the group stops */
	{ ONE443 ACL(ENTRY("100", "true", "allow", "0.0.0.0/0", ANY)),
	  NULL,
	  { YES443 },
	  { "authorize" },
	  "create",
	  NULL },
	{ ONE443 ACL(ENTRY("100", "true", "allow", "192.0.2.0/24", ANY)),
	  NULL,
	  { YES443, NO("192.0.2.0/24", 6, 443, 443) },
	  { "authorize", "create-network-acl-entry", "revoke" },
	  "deny",
	  NULL },

	/* Network Firewall: a group in front; names behind addresses */
	{ RULEGROUP("g", "pass tcp any any -> 192.0.2.0/24 443 (sid:1;)") STRICT,
	  NULL,
	  { YES443 },
	  { "create-rule-group", "pass tcp 0.0.0.0/0 any -> 203.0.113.0/24 443 (sid:1010001;)",
	    "\"UpdateToken\": \"t7\"" },
	  "drop tcp",
	  NULL },
	{ RULEGROUP("g", "pass tcp any any -> 192.0.2.0/24 443 (sid:1;)") STRICT,
	  NULL,
	  { NO("192.0.2.0/25", 6, 443, 443) },
	  { "drop tcp 0.0.0.0/0 any -> 192.0.2.0/25 443" },
	  NULL,
	  NULL },
	{ RULEGROUP("g", "pass tls any any -> any any (tls.sni; content:\\\"x.example\\\"; "
			 "startswith; nocase; endswith; sid:1;)\\npass http any any -> any any "
			 "(http.host; content:\\\"x.example\\\"; startswith; endswith; sid:2;)")
		  STRICT,
	  NULL,
	  { { VERDICT_ACCEPT, NULL, "0.0.0.0/0", 6, 443, 443, "y.example" },
	    { VERDICT_DROP, NULL, "0.0.0.0/0", 6, 0, 442, "x.example" } },
	  { "pass tls 0.0.0.0/0 any -> 0.0.0.0/0 443 (tls.sni; content:\\\"y.example\\\"",
	    "drop tls 0.0.0.0/0 any -> 0.0.0.0/0 0:442 (tls.sni; content:\\\"x.example\\\"" },
	  NULL,
	  NULL },
	{ RULEGROUP("g", "pass tcp any any -> any 443 (sid:1;)") STRICT,
	  NULL,
	  { { VERDICT_ACCEPT, NULL, "0.0.0.0/0", 6, 80, 443, "y.example" },
	    NO("0.0.0.0/0", 6, 443, 443) },
	  { "pass tls" },
	  "drop tcp",
	  "a firewall that stops packets by address does so before it sees the names that may "
	  "pass" },
	{ RULEGROUP("g", "pass tcp any any -> any 80 (sid:1;)")
		  POLICY("STRICT_ORDER", "\"aws:drop_strict\"", "\"Priority\": 1, "),
	  NULL,
	  { { VERDICT_ACCEPT, NULL, "0.0.0.0/0", 6, 443, 443, "y.example" } },
	  { NULL },
	  "create",
	  "the firewall stops some of it by address, before it sees a name" },
	{ RULEGROUP("g", "pass ip any any -> any any (sid:1;)") STRICT,
	  NULL,
	  { NO("192.0.2.0/24", 1, 0x0800, 0x08ff) },
	  { NULL },
	  "create",
	  "egret writes no types of ICMP into a firewall's rules" },
	/* what passes already is said once more, where it would be stopped */
	{ RULEGROUP("g", "pass tls any any -> any any (tls.sni; content:\\\".x.example\\\"; "
			 "nocase; endswith; sid:1;)\\npass http any any -> any any (http.host; "
			 "content:\\\".x.example\\\"; endswith; sid:2;)") STRICT,
	  NULL,
	  { { VERDICT_ACCEPT, NULL, "0.0.0.0/0", 6, 0, 65535, "www.x.example" },
	    { VERDICT_DROP, NULL, "0.0.0.0/0", 6, 0, 65535, "*.x.example" } },
	  { "pass tls 0.0.0.0/0 any -> 0.0.0.0/0 any (tls.sni; content:\\\"www.x.example\\\"",
	    "drop tls 0.0.0.0/0 any -> 0.0.0.0/0 any (tls.sni; content:\\\".x.example\\\"" },
	  NULL,
	  NULL },
	{ RULEGROUP("g", "pass tcp any any -> any 443 (sid:1;)") STRICT,
	  NULL,
	  { { VERDICT_DROP, NULL, "0.0.0.0/0", 6, 80, 80, "x.example" },
	    { VERDICT_ACCEPT, NULL, "0.0.0.0/0", 6, 80, 80, NULL } },
	  { "drop tls" },
	  "pass",
	  "a firewall lets packets pass by address before it sees the names that may not" },
	/* in action order what drops comes behind what passes, and before what nothing decides */
	{ RULEGROUP("g", "drop tcp any any -> 192.0.2.0/24 443 (sid:1;)")
		  POLICY("DEFAULT_ACTION_ORDER", "", ""),
	  NULL,
	  { { VERDICT_ACCEPT, NULL, "192.0.2.0/25", 6, 443, 443, NULL },
	    NO("203.0.113.0/24", 6, 25, 25) },
	  { "DEFAULT_ACTION_ORDER", "pass tcp 0.0.0.0/0 any -> 192.0.2.0/25 443",
	    "drop tcp 0.0.0.0/0 any -> 203.0.113.0/24 25" },
	  "Priority",
	  NULL },
	/* groups see no names, the firewall behind them does */
	{ ONE443 RULEGROUP("g", "pass tcp any any -> any 80 (sid:1;)") STRICT,
	  NULL,
	  { { VERDICT_ACCEPT, NULL, "0.0.0.0/0", 6, 443, 443, "y.example" } },
	  { "create-rule-group", "authorize", "\"CidrIp\": \"0.0.0.0/0\"" },
	  NULL,
	  NULL },
};

static void changes_say_what_is_asked_and_nothing_else(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		changebench_check(&cases[i], i);
}

/* ---- answers ---- */

static void an_acl_lets_answers_back(void **state)
{
	static const char device[] =
		ACL(ENTRY("100", "true", "allow", "192.0.2.0/24", TCP("443", "443")));
	const struct config_file file = { "device", str_of(device) };
	const struct assume assume = { .hook = NULL };
	struct changebench t;
	struct rule answer = { .verdict = VERDICT_ACCEPT };
	struct change c = { &file, 1, &assume, &t.rules, &t.answers };
	struct reading *after = NULL;
	struct flow f;

	(void)state;
	changebench_must(changebench_begin(&t, device, NULL, NULL, 0));
	buf_clear(&t.text);
	changebench_end_of(&t, "192.0.2.0/24", FLOW_SRC4, &answer.match);
	changebench_must(match_one(&answer.match, FLOW_PROTO, 6, 6, t.a));
	changebench_must(match_one(&answer.match, FLOW_SPORT, 443, 443, t.a));
	changebench_must(match_one(&answer.match, FLOW_DPORT, 1024, 65535, t.a));
	changebench_must(rulelist_add(&t.answers, &answer));
	changebench_must(change_write(&dialect_aws, &c, t.b.m, t.a, t.b.d, &t.text, &t.lost));
	assert_int_equal(t.lost.n, 0);
	assert_non_null(strstr(t.text.data, "\"Egress\": false, \"RuleNumber\": 100, "
					    "\"RuleAction\": \"allow\", \"Protocol\": \"6\", "
					    "\"PortRange\": {\"From\": 1024, \"To\": 65535}, "
					    "\"CidrBlock\": \"192.0.2.0/24\"}'\n"));
	changebench_must(change_read(&dialect_aws, &c, buf_str(&t.text), t.b.m, t.b.d, &after));
	f = readbench_flow(&t.b, "tcp 192.0.2.1:443 -> 10.0.0.1:40000 state established");
	assert_false(flow_leaf_at(t.b.m, t.b.r->answers_may, &f));
	assert_true(flow_leaf_at(t.b.m, after->answers_must, &f));
	reading_free(after);
	changebench_end(&t);
}

/* ---- more than a command takes ---- */

static void many_rules_are_several_groups(void **state)
{
	enum { NAMES = 600 };
	static const char device[] = RULEGROUP("g", "pass tcp any any -> any 80 (sid:1;)") STRICT;
	const struct config_file file = { "device", str_of(device) };
	const struct assume assume = { .hook = NULL };
	struct changebench t;
	const struct change c = { &file, 1, &assume, &t.rules, &t.answers };
	size_t commands = 0;

	(void)state;
	changebench_must(changebench_begin(&t, device, NULL, NULL, 0));
	buf_clear(&t.text);
	for (unsigned i = 0; i < NAMES; i++) {
		char name[32];
		const struct asked one = { VERDICT_ACCEPT, NULL, "0.0.0.0/0", 6, 443, 443, name };

		(void)snprintf(name, sizeof(name), "h%u.x.example", i);
		changebench_add(&t, &one, &t.rules);
	}
	changebench_must(change_write(&dialect_aws, &c, t.b.m, t.a, t.b.d, &t.text, &t.lost));
	assert_int_equal(t.lost.n, 0);
	for (const char *at = t.text.data; (at = strstr(at, "create-rule-group")); at++)
		commands++;
	assert_int_equal(commands, 2);
	/* they come before the one that was first */
	assert_non_null(strstr(t.text.data, "\"Priority\": 3,\n        \"ResourceArn\": \"" ARN
					    "stateful-rulegroup/g\"\n"));
	changebench_after(&t, device, NULL);
	changebench_end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changes_say_what_is_asked_and_nothing_else),
		cmocka_unit_test(an_acl_lets_answers_back),
		cmocka_unit_test(many_rules_are_several_groups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
