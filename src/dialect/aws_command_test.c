/* SPDX-License-Identifier: Apache-2.0 */
/* Scripts of commands, as they are read: what AWS would refuse, is refused. */
#include "support/test.h"

#include "base/err.h"
#include "dialect/aws_limits.h"
#include "support/changebench.h"

/* ---- scripts ---- */

#define AWS(service, name, json) "aws " service " " name " --cli-input-json '" json "'\n"
#define AUTHORIZE(json) AWS("ec2", "authorize-security-group-egress", json)
#define REVOKE(json) AWS("ec2", "revoke-security-group-egress", json)
#define RULES(id, rules) "{\"GroupId\": \"" id "\",\n\"IpPermissions\": [" rules "]}"
#define R443 RULE("tcp", "443", "443", V4("192.0.2.0/24"))
#define R80 RULE("tcp", "80", "80", V4("192.0.2.0/24"))
#define CREATE(json) AWS("network-firewall", "create-rule-group", json)
#define UPDATE(json) AWS("network-firewall", "update-firewall-policy", json)

static const struct {
	const char *text;
	int code;
	const char *message; /* "FILE:LINE: error: ..." begins so */
} scripts[] = {
	{ ONE443 "#!/bin/sh\nset -eu\n\n" REVOKE(RULES("sg-1", R443)) "# end", 0, NULL },
	{ ONE443 "#\n aws  ec2   revoke-security-group-egress  --cli-input-json  '" RULES(
		  "sg-1", R443) "'  ",
	  0, NULL },
	{ ONE443 REVOKE(RULES("sg-1", R80)), E_UNKNOWN, "test:5: error: there is no such rule" },
	{ ONE443 AUTHORIZE(RULES("sg-1", R443)), E_CONFLICT,
	  "test:5: error: such a rule is there already" },
	{ ONE443 AUTHORIZE(RULES("sg-1", R80 ", " R80)), E_CONFLICT, "test:5: error: such a rule" },
	{ ONE443 AUTHORIZE(RULES("sg-2", R80)), E_UNKNOWN,
	  "test:4: error: there is no such security group: sg-2" },
	{ ONE443 REVOKE(RULES("sg-1", "{\"IpProtocol\": \"-1\", \"Odd\": [1]}")), E_UNSUPPORTED,
	  "test:5: error: a far end that egret does not know" },
	{ ONE443 "#\nrm -rf /\n", E_UNSUPPORTED, "test:5: error: egret does not read this: rm" },
	{ ONE443 "aws ec2 describe-instances\n", E_UNSUPPORTED,
	  "test:4: error: egret does not read this" },
	{ ONE443 "aws ec2 revoke-security-group-egress --dry-run --cli-input-json '{}'\n",
	  E_UNSUPPORTED, "test:4: error: egret does not read this" },
	{ ONE443 "aws ec2 revoke-security-group-egress --cli-input-json '{\"x\": 1}'; true\n",
	  E_UNSUPPORTED, "test:4: error: x: egret does not read this" },
	{ ONE443 "aws ec2 revoke-security-group-egress --cli-input-json '" RULES(
		  "sg-1", R443) "' && true\n",
	  E_UNSUPPORTED, "test:5: error: egret does not read this: && true" },
	{ ONE443 "aws ec2 revoke-security-group-egress --cli-input-json '{\"GroupId\"\n", E_SYNTAX,
	  "test:4: error: a quote that does not end" },
	{ ONE443 "aws ec2 revoke-security-group-egress --cli-input-json ''\n", E_SYNTAX,
	  "test:4: error: JSON is expected" },
	{ ONE443 AUTHORIZE(RULES("sg-1", R80) "{}"), E_SYNTAX,
	  "test:4: error: one object is expected" },
	{ ONE443 AUTHORIZE("{\"GroupId\": \"sg-1\", \"DryRun\": true, \"IpPermissions\": []}"),
	  E_UNSUPPORTED, "test:4: error: DryRun: egret does not read this" },
	{ ONE443 AWS("ec2", "create-network-acl-entry", "{\"NetworkAclId\": \"acl-2\"}"), E_UNKNOWN,
	  "test:4: error: there is no such network ACL: acl-2" },
	{ ACL(ENTRY("100", "true", "allow", "192.0.2.0/24", ANY)) "#\n" AWS(
		  "ec2", "create-network-acl-entry",
		  "{\"NetworkAclId\": \"acl-1\", \"CidrBlock\": \"10.0.0.0/8\", \"Egress\": true, "
		  "\"RuleNumber\": 100, \"RuleAction\": \"deny\", \"Protocol\": \"-1\"}"),
	  E_CONFLICT, "test:5: error: number 100 is taken by line 2" },
	{ ONE443 CREATE("{\"RuleGroupName\": \"n\", \"Type\": \"STATEFUL\", \"RuleGroup\": {}}"),
	  E_UNKNOWN, "test:4: error: there is no firewall policy beside the rule group: n" },
	{ RULEGROUP("g", "") STRICT CREATE("{\"RuleGroupName\": \"n\", \"Type\": \"STATELESS\", "
					   "\"RuleGroup\": {}}"),
	  E_UNSUPPORTED, "test:3: error: not a stateful rule group: n" },
	{ RULEGROUP("g", "") STRICT UPDATE("{\"FirewallPolicyArn\": \"x\", \"UpdateToken\": "
					   "\"t7\", \"FirewallPolicy\": {}}"),
	  E_UNKNOWN, "test:3: error: there is no such firewall policy: x" },
	{ RULEGROUP("g", "") STRICT UPDATE("{\"FirewallPolicyArn\": \"" ARN "firewall-policy/p\", "
					   "\"UpdateToken\": \"t6\", \"FirewallPolicy\": {}}"),
	  E_CONFLICT, "test:3: error: the policy was described at another token than: t6" },
};

static void scripts_are_carried_out_or_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(scripts); i++) {
		struct readbench b;
		struct buf said = BUF_INIT;
		int r = readbench_at(&b, &dialect_aws, str_of(scripts[i].text), NULL);

		diag_format(b.d, &said);
		if (r != scripts[i].code ||
		    (r < 0 && !str_starts(buf_str(&said), scripts[i].message)))
			fail_msg("script %zu: %d: %s", i, r, said.data);
		if (r == 0)
			assert_int_equal(b.r->must_accept, FLOW_NONE);
		buf_release(&said);
		readbench_end(&b);
	}
}

static void a_script_of_too_many_changes_is_refused(void **state)
{
	struct buf text = BUF_INIT, said = BUF_INIT;
	struct readbench b;

	(void)state;
	buf_adds(&text, GROUPS(GROUP("sg-1", "")));
	for (unsigned i = 0; i <= AWS_CHANGES_MAX; i++)
		buf_printf(&text,
			   "aws ec2 authorize-security-group-egress --cli-input-json "
			   "'{\"GroupId\": \"sg-1\", \"IpPermissions\": [{\"IpProtocol\": \"tcp\", "
			   "\"FromPort\": %u, \"ToPort\": %u, " V4("192.0.2.0/24") "}]}'\n",
			   i, i);
	assert_int_equal(readbench_at(&b, &dialect_aws, buf_str(&text), NULL), E_LIMIT);
	diag_format(b.d, &said);
	assert_non_null(strstr(said.data, "more than 4096 rules are changed"));
	buf_release(&text);
	buf_release(&said);
	readbench_end(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scripts_are_carried_out_or_refused),
		cmocka_unit_test(a_script_of_too_many_changes_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
