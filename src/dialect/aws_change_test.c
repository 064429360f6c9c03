/* SPDX-License-Identifier: Apache-2.0 */
/* Changes of security groups; rooms, refusals, memory. */
#include "support/test.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/aws_limits.h"
#include "support/changebench.h"
#include "support/oom.h"

#define TWO_MEMBERS                                                                          \
	"{\"SecurityGroups\": [{\"GroupId\": \"sg-1\", \"IpPermissions\": [], "              \
	"\"IpPermissionsEgress\": [" RULE(                                                   \
		"tcp", "443", "443",                                                         \
		V4("192.0.2.0/24")) "], \"Tags\": [{\"Key\": \"egret:members\", \"Value\": " \
				    "\"10.1.0.0/16\"}]},\n"                                  \
				    "{\"GroupId\": \"sg-2\", \"IpPermissions\": [], "        \
				    "\"IpPermissionsEgress\": [], "                          \
				    "\"Tags\": [{\"Key\": \"egret:members\", \"Value\": "    \
				    "\"10.2.0.0/16\"}]}]}\n"

static const char sees_no_sender[] =
	"a security group does not see who of its members sends: say with --at 'members PREFIX...' "
	"who has it";

static const struct changecase cases[] = {
	/* security groups: what is missing */
	{ ONE443,
	  NULL,
	  { YES443 },
	  { "aws ec2 authorize-security-group-egress --cli-input-json '{\"GroupId\": \"sg-1\", "
	    "\"IpPermissions\": [\n  {\"IpProtocol\": \"tcp\", \"FromPort\": 443, \"ToPort\": "
	    "443, \"IpRanges\": [{\"CidrIp\": \"203.0.113.0/24\", \"Description\": "
	    "\"v/s/it_s\"}]}]}'\n" },
	  "revoke",
	  NULL },
	{ ONE443,
	  NULL,
	  { { VERDICT_ACCEPT, NULL, "2001:db8::/32", 58, 0x8000, 0x80ff, NULL } },
	  { "\"icmpv6\", \"FromPort\": 128, \"ToPort\": -1, \"Ipv6Ranges\": [{\"CidrIpv6\": "
	    "\"2001:db8::/32\"" },
	  NULL,
	  NULL },
	{ ONE443,
	  NULL,
	  { { VERDICT_ACCEPT, NULL, "192.0.2.0/24", 6, 443, 443, NULL } },
	  { "set -eu\n" },
	  "aws ec2",
	  NULL },
	{ ONE443,
	  NULL,
	  { { VERDICT_ACCEPT, "10.1.0.0/16", "192.0.3.0/24", 6, 443, 443, NULL } },
	  { NULL },
	  "aws ec2",
	  sees_no_sender },
	{ ONE443,
	  "sg-1 members 10.1.0.0/16",
	  { { VERDICT_ACCEPT, "10.1.0.0/16", "192.0.3.0/24", 6, 443, 443, NULL } },
	  { "192.0.3.0/24" },
	  NULL,
	  NULL },
	{ ONE443,
	  "sg-1 members 10.1.0.0/16",
	  { { VERDICT_ACCEPT, "10.1.1.0/24", "192.0.3.0/24", 6, 443, 443, NULL } },
	  { NULL },
	  "aws ec2",
	  sees_no_sender },
	{ TWO_MEMBERS,
	  NULL,
	  { { VERDICT_ACCEPT, "10.2.0.0/16", "192.0.2.0/24", 6, 443, 443, NULL } },
	  { "\"GroupId\": \"sg-2\"" },
	  "sg-1",
	  NULL },
	{ ONE443,
	  NULL,
	  { { VERDICT_ACCEPT, NULL, "192.0.2.0/24", 6, 443, 443, "x.example" },
	    { VERDICT_ACCEPT, NULL, "192.0.3.0/24", 6, 443, 443, "x.example" } },
	  { NULL },
	  "aws ec2",
	  "a security group does not see names" },
	/* what is too much */
	{ ONE443,
	  NULL,
	  { NO("192.0.2.0/24", 6, 443, 443) },
	  { "revoke-security-group-egress", "\"CidrIp\": \"192.0.2.0/24\"}]}" },
	  "authorize",
	  NULL },
	{ ONE443,
	  NULL,
	  { NO("192.0.2.0/25", 6, 443, 443) },
	  { "authorize", "192.0.2.128/25\", \"Description\": \"what may stay of tcp 443\"",
	    "revoke-" },
	  NULL,
	  NULL },
	{ GROUPS(GROUP("sg-1", RULE("tcp", "440", "450", V4("192.0.2.0/24")))),
	  NULL,
	  { NO("192.0.2.0/24", 6, 443, 443) },
	  { "\"FromPort\": 440, \"ToPort\": 442", "\"FromPort\": 444, \"ToPort\": 450",
	    "revoke-security-group-egress" },
	  NULL,
	  NULL },
	{ GROUPS(GROUP("sg-1", ALL(V4("192.0.2.0/24")))),
	  NULL,
	  { NO("192.0.2.0/25", 0, 0, 0) },
	  { "{\"IpProtocol\": \"-1\", \"IpRanges\": [{\"CidrIp\": \"192.0.2.128/25\"", "revoke" },
	  "FromPort",
	  NULL },
	/* a rule through a prefix list goes, its other entries stay */
	{ GROUPS(GROUP("sg-1", RULE("udp", "8801", "8801", LIST))) ENTRIES,
	  NULL,
	  { NO("192.0.2.0/25", 17, 8801, 8801) },
	  { "192.0.2.128/26", "revoke", "\"PrefixListIds\": [{\"PrefixListId\": \"pl-1\"}]" },
	  "192.0.2.0/25",
	  NULL },
	/* what another rule lets through anyway is not added; all that let it through go */
	{ GROUPS(GROUP("sg-1", RULE("tcp", "443", "443", V4("192.0.2.0/24")) ", " RULE(
				       "tcp", "443", "443", V4("192.0.2.128/25")))),
	  NULL,
	  { NO("192.0.2.0/25", 6, 443, 443) },
	  { "revoke" },
	  "authorize",
	  NULL },
	{ GROUPS(GROUP("sg-1", RULE("tcp", "443", "443", V4("192.0.2.0/24"))) ",\n" GROUP(
		  "sg-2", RULE("tcp", "0", "65535", V4("192.0.2.7/32")))),
	  "sg-1 sg-2",
	  { NO("192.0.2.7/32", 6, 443, 443) },
	  { "authorize",
	    "\"sg-1\", \"IpPermissions\": [\n  {\"IpProtocol\": \"tcp\", "
	    "\"FromPort\": 443, \"ToPort\": 443",
	    "revoke-security-group-egress --cli-input-json '{\"GroupId\": \"sg-2\"" },
	  NULL,
	  NULL },
	/* what is unknown stays */
	{ GROUPS(GROUP("sg-1", RULE("tcp", "443", "443",
				    V4("192.0.2.0/24")) ", "
							"{\"IpProtocol\": \"tcp\", " V4(
								"192.0.2.0/24") "}")),
	  NULL,
	  { NO("192.0.2.0/24", 6, 443, 443) },
	  { "revoke" },
	  "authorize",
	  NULL },
	/* what cannot be said in groups */
	{ ONE443,
	  "sg-1 members 10.1.0.0/16",
	  { { VERDICT_DROP, "10.1.1.0/24", "192.0.2.0/24", 6, 443, 443, NULL } },
	  { NULL },
	  "aws ec2",
	  sees_no_sender },
	{ GROUPS(GROUP("sg-1", ALL(V4("192.0.2.0/24")))),
	  NULL,
	  { NO("192.0.2.0/24", 6, 443, 443) },
	  { NULL },
	  "aws ec2",
	  "ICMP of one family in packets of the other" },
	{ GROUPS(GROUP("sg-'1", RULE("tcp", "443", "443", V4("192.0.2.0/24")))),
	  NULL,
	  { YES443 },
	  { NULL },
	  "aws ec2",
	  "the id of a security group or prefix list cannot be typed" },
	/* the way in */
	{ GROUPS(GROUP("sg-1", RULE("tcp", "443", "443", V4("192.0.2.0/24")))),
	  "sg-1 in",
	  { { VERDICT_ACCEPT, "203.0.113.0/24", "0.0.0.0/0", 6, 22, 22, NULL } },
	  { "authorize-security-group-ingress", "203.0.113.0/24" },
	  NULL,
	  NULL },
};

static void changes_say_what_is_asked_and_nothing_else(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		changebench_check(&cases[i], i);
}

/* ---- limits ---- */

/* `n` destinations that no prefix holds two of. */
static size_t said_of(const char *device, size_t n, const char **ret_why)
{
	struct changebench t;
	struct asked one = { VERDICT_ACCEPT, NULL, NULL, 6, 443, 443, NULL };
	const struct config_file file = { "device", str_of(device) };
	const struct assume assume = { .hook = NULL };
	struct change c = { &file, 1, &assume, &t.rules, &t.answers };
	size_t said = 0;

	changebench_must(changebench_begin(&t, device, NULL, NULL, 0));
	buf_clear(&t.text);
	for (size_t i = 0; i < n; i++) {
		char prefix[32];

		(void)snprintf(prefix, sizeof(prefix), "10.0.%zu.0/24", 2 * i);
		one.dst = prefix;
		changebench_add(&t, &one, &t.rules);
	}
	changebench_must(change_write(&dialect_aws, &c, t.b.m, t.a, t.b.d, &t.text, &t.lost));
	for (const char *at = t.text.data; (at = strstr(at, "\"10.0.")); at++)
		said++;
	*ret_why = t.lost.n ? t.lost.loss[0].why : NULL;
	assert_int_equal(said + t.lost.n, n);
	changebench_end(&t);
	return said;
}

static void what_has_no_room_is_told(void **state)
{
	const char *why;

	(void)state;
	assert_int_equal(said_of(GROUPS(GROUP("sg-1", "")), AWS_GROUP_RULES_MAX, &why), 60);
	assert_null(why);
	assert_int_equal(said_of(GROUPS(GROUP("sg-1", "")), AWS_GROUP_RULES_MAX + 1, &why), 60);
	assert_string_equal(
		why, "its security groups have no room: 60 rules of each family; egret build "
		     "--to aws makes as many groups as it takes");
	assert_int_equal(said_of(ACL(ENTRY("32767", "true", "deny", "0.0.0.0/0", ANY)),
				 AWS_ACL_ENTRIES_MAX, &why),
			 AWS_ACL_ENTRIES_MAX - 1);
	assert_string_equal(why, "the network ACL has no room: 40 entries of each family and way");
}

/* ---- what is refused ---- */

static const struct {
	const char *device, *message, *hint;
} refusals[] = {
	{ "{\"Resources\": {\"G\": {\"Type\": \"AWS::EC2::SecurityGroup\", \"Properties\": "
	  "{\"GroupDescription\": \"x\", \"SecurityGroupEgress\": [{\"IpProtocol\": \"-1\", "
	  "\"CidrIp\": \"10.0.0.0/8\"}]}}}}",
	  "of a template no change is written", "egret build --to aws" },
	{ RULEGROUP("g",
		    "pass tcp any any -> any 80 (sid:1;)") "{\"FirewallPolicy\": "
							   "{\"StatelessDefaultActions\": "
							   "[\"aws:forward_to_sfe\"], "
							   "\"StatelessFragmentDefaultActions\": "
							   "[\"aws:drop\"], "
							   "\"StatefulEngineOptions\": "
							   "{\"RuleOrder\": \"STRICT_ORDER\"}, "
							   "\"StatefulDefaultActions\": "
							   "[\"aws:drop_established\"], "
							   "\"StatefulRuleGroupReferences\": "
							   "[{\"Priority\": 1, "
							   "\"ResourceArn\": \"" ARN
							   "stateful-rulegroup/g\"}]}, "
							   "\"FirewallPolicyResponse\": "
							   "{\"FirewallPolicyArn\": \"" ARN
							   "firewall-policy/p\"}}",
	  "the policy's ARN or UpdateToken is not here", "describe-firewall-policy" },
};

static void what_it_cannot_change_is_refused(void **state)
{
	static const struct asked yes = YES443;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
		struct changebench t;
		struct buf said = BUF_INIT;

		assert_int_equal(changebench_begin(&t, refusals[i].device, NULL, &yes, 1),
				 E_UNSUPPORTED);
		diag_format(t.b.d, &said);
		assert_non_null(strstr(said.data, refusals[i].message));
		assert_non_null(strstr(said.data, refusals[i].hint));
		buf_release(&said);
		changebench_end(&t);
	}
}

/* ---- memory ---- */

static const char whole[] = GROUPS(GROUP("sg-1", RULE("tcp", "440", "450", LIST)))
	ENTRIES ACL(ENTRY("100", "true", "allow", "192.0.0.0/16", ANY))
		RULEGROUP("g", "pass tcp any any -> 192.0.2.0/25 440:450 (sid:1;)") STRICT;

static int change_once(void *data)
{
	const struct config_file file = { "device", STR(whole) };
	struct arena *a = arena_new();
	struct flow_mgr *m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
	struct diag *d = diag_new();
	struct losses lost = { 0 };
	struct buf out = BUF_INIT;
	struct reading *after = NULL;
	struct rulelist none;
	const struct change c = { &file, 1, NULL, data, &none };
	int r = a && m && d ? 0 : -ENOMEM;

	if (r == 0) {
		rulelist_init(&none, a);
		r = change_write(&dialect_aws, &c, m, a, d, &out, &lost);
	}
	if (r == 0)
		r = change_read(&dialect_aws, &c, buf_str(&out), m, d, &after);
	reading_free(after);
	buf_release(&out);
	diag_free(d);
	flow_mgr_free(m);
	arena_free(a);
	return r;
}

static void out_of_memory_leaves_nothing(void **state)
{
	static const struct asked asked[] = { YES443,
					      { VERDICT_ACCEPT, NULL, "0.0.0.0/0", 6, 443, 443,
						"y.example" },
					      NO("192.0.2.0/25", 6, 445, 445) };
	struct changebench t;

	(void)state;
	changebench_must(changebench_begin(&t, whole, NULL, asked, ARRAY_LEN(asked)));
	assert_int_equal(t.lost.n, 0);
	assert_in_range(assert_survives_oom(change_once, &t.rules), 100, OOM_MOST);
	changebench_end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changes_say_what_is_asked_and_nothing_else),
		cmocka_unit_test(what_has_no_room_is_told),
		cmocka_unit_test(what_it_cannot_change_is_refused),
		cmocka_unit_test(out_of_memory_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
