/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of AWS, construct by construct: groups, ACLs, lists, templates, files. */
#include "support/test.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/aws_limits.h"
#include "support/oom.h"
#include "support/readbench.h"

/* A group whose only outgoing permission has this protocol and range, to 192.0.2.0/24, line 4. */
#define GROUP(id, out)                                                                          \
	"{\"GroupId\": \"" id "\", \"GroupName\": \"name-of-" id "\", \"IpPermissions\": [],\n" \
	"\"IpPermissionsEgress\": [" out "]}"
#define GROUPS(list) "{\"SecurityGroups\": [\n" list "\n]}\n"
#define RANGE(proto) \
	"{\"IpProtocol\": \"" proto "\", \"IpRanges\": [\n{\"CidrIp\": \"192.0.2.0/24\"}]"
#define ONE(proto) GROUPS(GROUP("sg-1", RANGE(proto) "}"))
#define PORTS(proto, from, to) \
	GROUPS(GROUP("sg-1", RANGE(proto) ", \"FromPort\": " from ", \"ToPort\": " to "}"))
#define FAR(far) GROUPS(GROUP("sg-1", "{\"IpProtocol\": \"-1\", " far "}"))

#define ACL(entries) \
	"{\"NetworkAcls\": [{\"NetworkAclId\": \"acl-1\", \"Entries\": [\n" entries "]}]}\n"
#define ENTRY(number, action, rest)                                                \
	"{\"CidrBlock\": \"0.0.0.0/0\", \"Egress\": true, \"RuleNumber\": " number \
	", \"RuleAction\": "                                                       \
	"\"" action "\", " rest "}"
#define TCP443 "\"Protocol\": \"6\", \"PortRange\": {\"From\": 443, \"To\": 443}"
#define ALL "\"Protocol\": \"-1\""

#define TO "tcp 10.0.0.1 -> 192.0.2.1:443"

static const struct {
	const char *text, *at, *flow;
	enum said said;
	unsigned line; /* of the rule that decides; 0: none does for certain */
} cases[] = {
	/* security groups: protocols and ports */
	{ ONE("-1"), NULL, TO, YES, 4 },
	{ ONE("-1"), NULL, "gre 10.0.0.1 -> 192.0.2.1", YES, 4 },
	{ ONE("-1"), NULL, "tcp 10.0.0.1 -> 192.0.3.1:443", NO, 2 },
	{ ONE("-1"), NULL, "tcp [2001:db8::1] -> [2001:db8::2]:443", NO, 2 },
	{ ONE("-1"), NULL, TO " state established", PERHAPS, 0 },
	{ PORTS("tcp", "443", "445"), NULL, TO, YES, 4 },
	{ PORTS("tcp", "443", "445"), NULL, "tcp 10.0.0.1 -> 192.0.2.1:446", NO, 2 },
	{ PORTS("tcp", "443", "445"), NULL, "udp 10.0.0.1 -> 192.0.2.1:443", NO, 2 },
	{ PORTS("6", "0", "65535"), NULL, TO, YES, 4 },
	{ PORTS("-1", "80", "80"), NULL, TO, YES, 4 },
	{ PORTS("47", "80", "80"), NULL, "gre 10.0.0.1 -> 192.0.2.1", YES, 4 },
	{ PORTS("tcp", "-1", "-1"), NULL, TO, PERHAPS, 0 },
	{ ONE("tcp"), NULL, TO, PERHAPS, 0 },
	{ ONE("tcp"), NULL, "udp 10.0.0.1 -> 192.0.2.1:443", NO, 2 },
	{ PORTS("icmp", "8", "-1"), NULL, "icmp 10.0.0.1 -> 192.0.2.1 type 8 code 3", YES, 4 },
	{ PORTS("icmp", "8", "-1"), NULL, "icmp 10.0.0.1 -> 192.0.2.1 type 0 code 0", NO, 2 },
	{ PORTS("icmp", "3", "4"), NULL, "icmp 10.0.0.1 -> 192.0.2.1 type 3 code 4", YES, 4 },
	{ PORTS("icmp", "3", "4"), NULL, "icmp 10.0.0.1 -> 192.0.2.1 type 3 code 3", NO, 2 },
	{ PORTS("icmp", "-1", "-1"), NULL, "icmp 10.0.0.1 -> 192.0.2.1 type 3 code 3", YES, 4 },
	{ PORTS("1", "-1", "-1"), NULL, "icmp 10.0.0.1 -> 192.0.2.1 type 3 code 3", YES, 4 },
	/* far ends */
	{ FAR("\"Ipv6Ranges\": [\n{\"CidrIpv6\": \"2001:DB8::/32\"}]"), NULL,
	  "icmpv6 [2001:db8::1] -> [2001:db8::2] type 128 code 0", YES, 4 },
	{ FAR("\"IpRanges\": [{\"CidrIp\": \"192.0.2.77/24\"}]"), NULL, TO, YES, 3 },
	{ FAR("\"UserIdGroupPairs\": [{\"GroupId\": \"sg-2\"}]"), NULL, TO, PERHAPS, 0 },
	{ FAR("\"SomethingNew\": [{\"CidrIp\": \"192.0.2.0/24\"}]"), NULL, TO, PERHAPS, 0 },
	{ FAR("\"PrefixListIds\": [{\"PrefixListId\": \"pl-1\"}]"), NULL, TO, PERHAPS, 0 },
	{ FAR("\"PrefixListIds\": [{\"PrefixListId\": \"pl-1\"}]") "{\"PrefixLists\": "
								   "[{\"PrefixListId\": "
								   "\"pl-1\"}]}\n"
								   "{\"Entries\": [\n{\"Cidr\": "
								   "\"192.0.2.0/25\", "
								   "\"Description\": \"x\"}]}",
	  NULL, TO, YES, 7 },
	{ FAR("\"PrefixListIds\": [{\"PrefixListId\": \"pl-1\"}]") "{\"PrefixLists\": "
								   "[{\"PrefixListId\": "
								   "\"pl-1\",\n\"Cidrs\": "
								   "[\"192.0.2.0/25\"]}]}\n",
	  NULL, TO, YES, 6 },
	{ FAR("\"PrefixListIds\": [{\"PrefixListId\": \"pl-1\"}]") "{\"PrefixLists\": "
								   "[{\"PrefixListId\": "
								   "\"pl-1\",\n\"Cidrs\": "
								   "[\"192.0.2.0/25\"]}]}\n",
	  NULL, "tcp 10.0.0.1 -> 192.0.2.200:443", NO, 2 },
	/* no rule; several groups; members; the way in */
	{ GROUPS(GROUP("sg-1", "")), NULL, TO, NO, 2 },
	{ GROUPS(GROUP("sg-1", "") ",\n" GROUP("sg-2", RANGE("-1") "}")), "sg-1", TO, NO, 2 },
	{ GROUPS(GROUP("sg-1", "") ",\n" GROUP("sg-2", RANGE("-1") "}")), "sg-1,sg-2", TO, YES, 6 },
	{ GROUPS(GROUP("sg-1", "") ",\n" GROUP("sg-2", RANGE("-1") "}")), "name-of-sg-2", TO, YES,
	  6 },
	{ ONE("-1"), "sg-1 members 10.0.0.0/8, fd00::/8", TO, YES, 4 },
	{ ONE("-1"), "members 10.1.0.0/16", TO, NO, 2 },
	{ ONE("-1"), "sg-1 in", TO, NO, 2 },
	{ ACL(ENTRY("100", "allow", ALL)), "members 10.0.0.0/31", TO, YES, 2 },
	{ ACL(ENTRY("100", "allow", ALL)), "acl-1 members 10.0.0.8/31", TO, NO, 0 },
	{ ACL(ENTRY("100", "deny", ALL)), "acl-1 members 10.0.0.8/31", TO, NO, 2 },
	{ "{\"SecurityGroups\": [{\"GroupId\": \"sg-1\", \"IpPermissionsEgress\": [],\n"
	  "\"IpPermissions\": [" RANGE("-1") "}]}]}",
	  "in", "tcp 192.0.2.9 -> 10.0.0.1:22", YES, 3 },
	{ "{\"SecurityGroups\": [{\"GroupId\": \"sg-1\", \"IpPermissionsEgress\": [],\n"
	  "\"IpPermissions\": [" RANGE("-1") "}]}]}",
	  "in members 10.0.0.2/32", "tcp 192.0.2.9 -> 10.0.0.1:22", NO, 1 },
	{ "{\"SecurityGroups\": [{\"GroupId\": \"sg-1\", \"Tags\": [{\"Key\": \"egret:members\", "
	  "\"Value\": \"10.9.0.0/16\"}, {\"Key\": \"egret:members:2\", \"Value\": "
	  "\"10.0.0.1/32\"}],"
	  "\"IpPermissions\": [], \"IpPermissionsEgress\": [\n" RANGE("-1") "}]}]}",
	  NULL, TO, YES, 3 },
	{ "{\"SecurityGroups\": [{\"GroupId\": \"sg-1\", \"Tags\": [{\"Key\": \"egret:members\", "
	  "\"Value\": \"10.9.0.0/16\"}],"
	  "\"IpPermissions\": [], \"IpPermissionsEgress\": [\n" RANGE("-1") "}]}]}",
	  NULL, TO, NO, 1 },

	/* network ACLs: the order is that of the numbers */
	{ ACL(ENTRY("200", "deny", ALL) ",\n" ENTRY("100", "allow", TCP443)), NULL, TO, YES, 3 },
	{ ACL(ENTRY("100", "deny", ALL) ",\n" ENTRY("200", "allow", TCP443)), NULL, TO, NO, 2 },
	{ ACL(ENTRY("100", "allow", TCP443)), NULL, "tcp 10.0.0.1 -> 192.0.2.1:80", NO, 1 },
	{ ACL(ENTRY("100", "allow", TCP443)), NULL, TO " state established", YES, 2 },
	{ ACL(ENTRY("100", "allow", ALL)), NULL, "tcp [2001:db8::1] -> [2001:db8::2]:443", NO, 1 },
	{ ACL(ENTRY("100", "allow", ALL)), "acl-1 in", TO, NO, 1 },
	{ ACL(ENTRY("100", "allow",
		    "\"Protocol\": \"1\", \"IcmpTypeCode\": {\"Type\": 8, "
		    "\"Code\": -1}")),
	  NULL, "icmp 10.0.0.1 -> 192.0.2.1 type 8 code 0", YES, 2 },
	{ ACL(ENTRY("100", "allow", "\"Protocol\": \"6\"")), NULL, TO, PERHAPS, 0 },
	{ ACL(ENTRY("100", "deny", "\"Protocol\": \"17\"") ",\n" ENTRY("200", "allow", ALL)), NULL,
	  "udp 10.0.0.1 -> 192.0.2.1:53", PERHAPS, 0 },
	/* group and ACL: both must let it through; who stops it is named */
	{ ONE("-1") ACL(ENTRY("100", "allow", TCP443)), NULL, TO, YES, 4 },
	{ ONE("-1") ACL(ENTRY("100", "allow", TCP443)), NULL, "tcp 10.0.0.1 -> 192.0.2.1:80", NO,
	  6 },
	{ ONE("-1") ACL(ENTRY("100", "allow", TCP443)), NULL, "tcp 10.0.0.1 -> 192.0.3.1:80", NO,
	  2 },
	{ ONE("-1") ACL(ENTRY("100", "allow", TCP443)), "sg-1", "tcp 10.0.0.1 -> 192.0.2.1:80", YES,
	  4 },
};

static void each_construct_means_what_it_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		readbench_flow_fares(&dialect_aws, cases[i].text, cases[i].at, cases[i].flow,
				     cases[i].said, cases[i].line);
}

/* ---- what is not modelled has its name and line ---- */

static const struct {
	const char *text, *what;
	unsigned line;
} unknowns[] = {
	{ ONE("tcp"), "tcp without a range", 4 },
	{ FAR("\"UserIdGroupPairs\": [\n{\"GroupId\": \"sg-2\"}]"),
	  "members of security group sg-2", 4 },
	{ FAR("\"SomethingNew\": [1]"), "SomethingNew", 3 },
	{ FAR("\"PrefixListIds\": [\n{\"PrefixListId\": \"pl-1\"}]"), "prefix list pl-1", 4 },
	{ ACL(ENTRY("100", "allow", "\"Protocol\": \"6\"")), "tcp without a range", 2 },
};

static void what_is_not_modelled_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(unknowns); i++)
		readbench_names_unknown(&dialect_aws, unknowns[i].text, unknowns[i].what,
					unknowns[i].line);
}

/* ---- answers ---- */

static void answers_need_the_other_way(void **state)
{
	static const struct {
		const char *text;
		enum said said;
	} ways[] = {
		{ ACL(ENTRY("100", "allow", TCP443)), NO },
		{ ACL(ENTRY("100", "allow",
			    TCP443) ",\n"
				    "{\"CidrBlock\": \"0.0.0.0/0\", \"Egress\": false, "
				    "\"RuleNumber\": 100, \"RuleAction\": \"allow\", "
				    "\"Protocol\": \"6\", \"PortRange\": {\"From\": "
				    "1024, \"To\": 65535}}"),
		  YES },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		enum said said;
		struct readbench b;
		struct flow f;

		assert_int_equal(readbench_at(&b, &dialect_aws, str_of(ways[i].text), NULL), 0);
		assert_true(b.r->stateless);
		f = readbench_flow(&b, "tcp 192.0.2.1:443 -> 10.0.0.1:40000 state established");
		said = flow_leaf_at(b.m, b.r->answers_must, &f)	 ? YES
		       : flow_leaf_at(b.m, b.r->answers_may, &f) ? PERHAPS
								 : NO;
		if (said != ways[i].said)
			fail_msg("%s: %d", ways[i].text, (int)said);
		f.dport = 1023; /* no client is there */
		assert_true(flow_leaf_at(b.m, b.r->answers_must, &f));
		readbench_end(&b);
	}
}

/* ---- what is refused ---- */

static const struct {
	const char *text, *at, *message;
	unsigned line;
} refused[] = {
	{ "{\"SecurityGroups\": []}", NULL, "no security group, network ACL", 0 },
	{ "{", NULL, "this is not JSON", 1 },
	{ "{}\n\n{\"Entries\": 1x}", NULL, "this is not JSON", 3 },
	{ "[]", NULL, "a list, where an object is expected", 1 },
	{ "{\"SecurityGroups\": 1}", NULL, "SecurityGroups: a list is expected", 1 },
	{ "{\"SecurityGroups\": [1]}", NULL, "an object is expected", 1 },
	{ "{\"Reservations\": []}", NULL, "Reservations: egret does not read this", 1 },
	{ "{\"SecurityGroups\": [],\n\"NextToken\": \"abc\"}", NULL, "this is not all", 2 },
	{ "{\"SecurityGroups\": [{\"GroupId\": \"sg-1\"}]}", NULL, "IpPermissionsEgress is missing",
	  1 },
	{ GROUPS(GROUP("sg-1", "") ",\n" GROUP("sg-1", "")), NULL, "is at line 2", 4 },
	{ GROUPS(GROUP("sg-1", "") ",\n" GROUP("sg-2", "")), NULL, "several security groups", 0 },
	{ ONE("-1"), "sg-9", "there is no security group", 0 },
	{ ONE("-1"), "sg-1 members 10.0.0.1/8", "members: '10.0.0.1/8' is no prefix", 0 },
	{ ONE("foo"), NULL, "'foo' is no protocol", 3 },
	{ PORTS("tcp", "\"x\"", "1"), NULL, "FromPort: a whole number", 4 },
	{ FAR("\"IpRanges\": [\n{\"CidrIp\": \"192.0.2.0\"}]"), NULL, "is no prefix", 4 },
	{ FAR("\"IpRanges\": [\n{\"CidrIp\": \"192.0.2.0/33\"}]"), NULL, "is no prefix", 4 },
	{ "{\"Entries\": [{\"Cidr\": \"10.0.0.0/8\"}]}", NULL, "nothing says of which list", 1 },
	{ ACL(ENTRY("100", "allow", ALL) ",\n" ENTRY("100", "deny", ALL)), NULL,
	  "number 100 is taken by line 2", 3 },
	{ ACL(ENTRY("100", "permit", ALL)), NULL, "'permit' is neither", 2 },
	{ ACL(ENTRY("-1", "allow", ALL)), NULL, "RuleNumber", 2 },
	{ "{\"Resources\": {\"A\": {\"Type\": \"AWS::EC2::NetworkAcl\"}}}", NULL,
	  "AWS::EC2::NetworkAcl: egret does not read this", 1 },
	{ "{\"Resources\": {\"A\": {\"Type\": \"AWS::EC2::SecurityGroup\",\n\"Condition\": "
	  "\"X\"}}}",
	  NULL, "it may or may not be there", 2 },
};

static void mistakes_are_told_with_their_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		readbench_refuses(&dialect_aws, refused[i].text, refused[i].at, refused[i].message,
				  refused[i].line);
}

/* ---- several files ---- */

static void files_make_one_device(void **state)
{
	static const struct config_file file[] = {
		{ "groups.json",
		  STR(FAR("\"PrefixListIds\": [{\"PrefixListId\": \"pl-0a\"}, {\"PrefixListId\": "
			  "\"pl-0b\"}]")) },
		{ "dir/pl-0a.json", STR("{\"Entries\": [{\"Cidr\": \"192.0.2.0/24\"}]}") },
		{ "dir/list-pl-0b-entries.json",
		  STR("{\"Entries\": [\n{\"Cidr\": \"198.51.100.0/24\"}]}") },
	};
	const struct config_rule *rule;
	struct readbench b;
	struct flow f;

	(void)state;
	assert_int_equal(readbench_files(&b, &dialect_aws, file, ARRAY_LEN(file), NULL), 0);
	assert_int_equal(b.r->unknowns, 0);
	f = readbench_flow(&b, "tcp 10.0.0.1 -> 198.51.100.1:80");
	assert_int_equal(readbench_says(&b, &f), YES);
	rule = reading_decides(b.r, &f);
	assert_non_null(rule);
	assert_string_equal(rule->at.file, "dir/list-pl-0b-entries.json");
	assert_int_equal(rule->at.line, 2);
	readbench_end(&b);
}

/* ---- templates ---- */

static const char template[] =
	"{\"AWSTemplateFormatVersion\": \"2010-09-09\", \"Resources\": {\n"
	"\"L\": {\"Type\": \"AWS::EC2::PrefixList\", \"Properties\": {\"Entries\": [\n"
	"{\"Cidr\": \"192.0.2.0/24\"}]}},\n"
	"\"G\": {\"Type\": \"AWS::EC2::SecurityGroup\", \"Properties\": {\"SecurityGroupEgress\": "
	"[\n"
	"{\"IpProtocol\": \"tcp\", \"FromPort\": 443, \"ToPort\": 443, "
	"\"DestinationPrefixListId\": {\"Ref\": \"L\"}},\n"
	"{\"IpProtocol\": \"17\", \"FromPort\": \"53\", \"ToPort\": \"53\", \"CidrIp\": "
	"\"198.51.100.0/24\"},\n"
	"{\"IpProtocol\": \"132\", \"CidrIp\": {\"Fn::GetAtt\": [\"V\", \"CidrBlock\"]}}]}},\n"
	"\"OPEN\": {\"Type\": \"AWS::EC2::SecurityGroup\", \"Properties\": {}},\n"
	"\"I\": {\"Type\": \"AWS::EC2::Instance\"}}}";

static void templates_are_read(void **state)
{
	static const struct {
		const char *at, *flow;
		enum said said;
		unsigned line;
	} asked[] = {
		{ "G", TO, YES, 3 },
		{ "G", "udp 10.0.0.1 -> 198.51.100.1:53", YES, 6 },
		{ "G", "sctp 10.0.0.1 -> 198.51.100.1:53", PERHAPS, 0 },
		{ "G", "udp 10.0.0.1 -> 192.0.2.1:443", NO, 4 },
		{ "OPEN", "udp 10.0.0.1 -> 192.0.2.1:443", YES, 8 },
		{ "OPEN", "udp [2001:db8::1] -> [2001:db8::2]:443", PERHAPS, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(asked); i++)
		readbench_flow_fares(&dialect_aws, template, asked[i].at, asked[i].flow,
				     asked[i].said, asked[i].line);
}

/* ---- limits ---- */

static void depth_and_values_have_a_limit(void **state)
{
	struct buf text = BUF_INIT;
	struct readbench b;

	(void)state;
	for (size_t i = 0; i <= AWS_DEPTH_MAX; i++)
		buf_adds(&text, "{\"a\":");
	assert_int_equal(readbench_at(&b, &dialect_aws, buf_str(&text), NULL), E_LIMIT);
	readbench_end(&b);
	buf_clear(&text);
	buf_adds(&text, "{\"Entries\": [");
	for (size_t i = 0; i < AWS_VALUES_MAX; i++)
		buf_adds(&text, "0,");
	assert_int_equal(readbench_at(&b, &dialect_aws, buf_str(&text), NULL), E_LIMIT);
	readbench_end(&b);
	buf_release(&text);
}

/* A list that many rules refer to is walked for each of them: that has a limit too. */
static void a_path_has_a_limit(void **state)
{
	enum { ENTRIES = 20000, USES = AWS_RULES_MAX / ENTRIES + 1 };
	struct buf text = BUF_INIT;
	struct readbench b;

	(void)state;
	buf_adds(&text, "{\"PrefixLists\": [{\"PrefixListId\": \"pl-1\", \"Cidrs\": [");
	for (size_t i = 0; i < ENTRIES; i++)
		buf_printf(&text, "%s\"10.0.%zu.%zu/32\"", i ? "," : "", i / 256, i % 256);
	buf_adds(&text, "]}]}");
	buf_adds(&text, "{\"SecurityGroups\": [{\"GroupId\": \"sg-1\", \"IpPermissions\": [], "
			"\"IpPermissionsEgress\": [{\"IpProtocol\": \"-1\", \"PrefixListIds\": [");
	for (size_t i = 0; i < USES; i++)
		buf_printf(&text, "%s{\"PrefixListId\": \"pl-1\"}", i ? "," : "");
	buf_adds(&text, "]}]}]}");
	assert_int_equal(readbench_at(&b, &dialect_aws, buf_str(&text), NULL), E_LIMIT);
	readbench_end(&b);
	buf_release(&text);
}

/* ---- languages ---- */

static const struct {
	const char *text;
	bool is;
} detected[] = {
	{ ONE("-1"), true },
	{ ACL(""), true },
	{ template, true },
	{ "{\"Entries\": [{\"Cidr\": \"10.0.0.0/8\"}]}", true },
	{ "{\"Entries\": [{\"Name\": \"10.0.0.0/8\"}]}", false },
	{ "{\"Other\": {\"SecurityGroups\": [{\"GroupId\": 1}]}}", false },
	{ "{\"nftables\": [{\"SecurityGroups\": [{\"GroupId\": 1}]}]}", false },
	{ "{\"syncToken\": \"1\", \"prefixes\": [{\"ip_prefix\": \"10.0.0.0/8\"}]}", false },
	{ "{\"SecurityGroups", false },
	{ "ip access-list extended SecurityGroups\n", false },
	{ "", false },
};

static void the_language_is_found_from_the_content(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(detected); i++)
		if ((dialect_detect(str_of(detected[i].text)) == &dialect_aws) != detected[i].is)
			fail_msg("%s", detected[i].text);
}

/* ---- memory ---- */

static int sample(void *data)
{
	struct flow_mgr *m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
	struct diag *d = diag_new();
	struct reading *r = NULL;
	int code = m && d ? dialect_aws.read(*(struct str *)data, "oom.json", NULL, m, d, &r)
			  : -ENOMEM;

	reading_free(r);
	diag_free(d);
	flow_mgr_free(m);
	return code;
}

static void every_allocation_may_fail(void **state)
{
	struct str text =
		STR(FAR("\"PrefixListIds\": [{\"PrefixListId\": \"pl-1\"}, {\"PrefixListId\": "
			"\"pl-2\"}]") "{\"PrefixLists\": [{\"PrefixListId\": \"pl-1\", \"Cidrs\": "
				      "[\"192.0.2.0/25\"]}]}\n" ACL(ENTRY("100", "allow", TCP443)));
	unsigned n = assert_survives_oom(sample, &text);

	(void)state;
	print_message("# %u allocations\n", n);
	assert_true(n > 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_construct_means_what_it_says),
		cmocka_unit_test(what_is_not_modelled_is_named),
		cmocka_unit_test(answers_need_the_other_way),
		cmocka_unit_test(mistakes_are_told_with_their_line),
		cmocka_unit_test(files_make_one_device),
		cmocka_unit_test(templates_are_read),
		cmocka_unit_test(depth_and_values_have_a_limit),
		cmocka_unit_test(a_path_has_a_limit),
		cmocka_unit_test(the_language_is_found_from_the_content),
		cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
