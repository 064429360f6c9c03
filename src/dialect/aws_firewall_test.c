/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of AWS, construct by construct: Network Firewall. */
#include "support/test.h"

#include <errno.h>

#include "base/err.h"
#include "support/oom.h"
#include "support/readbench.h"

#define POLICY(rest)                                                                               \
	"{\"FirewallPolicyResponse\": {\"FirewallPolicyArn\": \"arn:p\", \"FirewallPolicyName\": " \
	"\"p\"}, \"FirewallPolicy\": {\n" rest "}}\n"
#define FORWARD                                                   \
	"\"StatelessDefaultActions\": [\"aws:forward_to_sfe\"], " \
	"\"StatelessFragmentDefaultActions\": [\"aws:drop\"]"
#define STATELESS(whole)                                                                        \
	POLICY("\"StatelessDefaultActions\": [\"" whole "\"],\n"                                \
	       "\"StatelessFragmentDefaultActions\": [\"aws:pass\"],\n"                         \
	       "\"StatelessRuleGroupReferences\": [{\"ResourceArn\": \"arn:g\", \"Priority\": " \
	       "1}]")
#define ACTION_ORDER \
	POLICY(FORWARD ", \"StatefulRuleGroupReferences\": [{\"ResourceArn\": \"arn:g\"}]")
#define STRICT(default)                                                                      \
	POLICY(FORWARD                                                                       \
	       ",\n\"StatefulEngineOptions\": {\"RuleOrder\": \"STRICT_ORDER\"},\n"          \
	       "\"StatefulDefaultActions\": [\"" default "\"],\n"                            \
							 "\"StatefulRuleGroupReferences\": " \
							 "[{\"ResourceArn\": \"arn:g\", "    \
							 "\"Priority\": 1}]")
#define RULES(source, variables)                                                            \
	"{\"UpdateToken\": \"x\", \"RuleGroup\": {" variables "\"RulesSource\": {\n" source \
	"}}, \"RuleGroupResponse\": {\"RuleGroupArn\": \"arn:g\", \"RuleGroupName\": \"g\"}}\n"
#define PACKETS(rules) \
	RULES("\"StatelessRulesAndCustomActions\": {\"StatelessRules\": [\n" rules "]}", "")
#define PACKET(priority, action, match)                                                     \
	"{\"Priority\": " priority ", \"RuleDefinition\": {\"Actions\": [\"" action "\"], " \
	"\"MatchAttributes\": {" match "}}}"
#define STATEFUL(rules) RULES("\"StatefulRules\": [\n" rules "]", "")
#define RULE(action, proto, dst, port)                                                   \
	"{\"Action\": \"" action "\", \"Header\": {\"Protocol\": \"" proto               \
	"\", \"Source\": \"ANY\", \"SourcePort\": \"ANY\", \"Direction\": \"FORWARD\", " \
	"\"Destination\": \"" dst "\", \"DestinationPort\": \"" port                     \
	"\"}, \"RuleOptions\": [{\"Keyword\": \"sid\", \"Settings\": [\"1\"]}]}"
#define DOMAINS(kind, types, names)                                                            \
	"\"RulesSourceList\": {\"GeneratedRulesType\": \"" kind "\", \"TargetTypes\": [" types \
	"], \"Targets\": [\n" names "]}"
#define TEXT(rules) RULES("\"RulesString\": \"" rules "\"", "")
#define SETS(rules)                                                                        \
	RULES("\"RulesString\": \"" rules "\"",                                            \
	      "\"RuleVariables\": {\"IPSets\": {\"HOME_NET\": {\"Definition\": "           \
	      "[\"10.0.0.0/24\"]}, "                                                       \
	      "\"FAR\": {\"Definition\": [\"192.0.2.0/24\"]}},\n\"PortSets\": {\"WEB\": {" \
	      "\"Definition\": [\"80\", \"440:450\"]}}}, ")
#define BY_NAME(name, port, more)                                                \
	"pass tls any any -> any " port " (tls.sni; " name " " more "sid:1;)\\n" \
	"pass http any any -> any " port " (http.host; " name " " more "sid:2;)"
#define DOTTED "dotprefix; content:\\\".zoom.us\\\"; endswith;"
#define EXACT "content:\\\"zoom.us\\\"; startswith; endswith;"
#define UNDER "content:\\\".zoom.us\\\"; endswith;"
#define BOTH "\"TLS_SNI\", \"HTTP_HOST\""
#define HOME(net) \
	"\"RuleVariables\": {\"IPSets\": {\"HOME_NET\": {\"Definition\": [\"" net "\"]}}}, "

#define TO "tcp 10.0.0.1 -> 192.0.2.1:443"
#define NAMED(name) TO " name " name

static const struct {
	const char *text, *at, *flow;
	enum said said;
	unsigned line; /* of the rule that decides; 0: none does for certain */
} cases[] = {
	/* the stateless engine: by priority, first match */
	{ STATELESS("aws:drop") PACKETS(PACKET("20", "aws:drop", "") ",\n" PACKET(
		  "10", "aws:pass",
		  "\"Protocols\": [6], \"DestinationPorts\": [{\"FromPort\": "
		  "443, \"ToPort\": 443}]")),
	  NULL, TO, YES, 8 },
	{ STATELESS("aws:drop") PACKETS(PACKET("20", "aws:pass", "\"Protocols\": [17]")), NULL, TO,
	  NO, 1 },
	{ STATELESS("aws:pass") PACKETS(PACKET("20", "aws:drop",
					       "\"Sources\": [{\"AddressDefinition\": "
					       "\"10.0.0.0/8\"}], \"Destinations\": "
					       "[{\"AddressDefinition\": \"192.0.2.0/24\"}]")),
	  NULL, TO, NO, 7 },
	{ STATELESS("aws:pass") PACKETS(PACKET("20", "aws:drop",
					       "\"Sources\": [{\"AddressDefinition\": "
					       "\"10.0.0.0/8\"}]")),
	  NULL, "tcp [2001:db8::1] -> [2001:db8::2]:443", YES, 1 },
	/* ports are asked of TCP and UDP alone, flags of TCP */
	{ STATELESS("aws:drop") PACKETS(PACKET("20", "aws:pass",
					       "\"DestinationPorts\": [{\"FromPort\": 443, "
					       "\"ToPort\": 443}]")),
	  NULL, "icmp 10.0.0.1 -> 192.0.2.1 type 8 code 0", YES, 7 },
	{ STATELESS("aws:drop") PACKETS(
		  PACKET("20", "aws:pass",
			 "\"Protocols\": [6], \"TCPFlags\": [{\"Flags\": [\"SYN\"], \"Masks\": "
			 "[\"SYN\", \"ACK\"]}]")),
	  NULL, TO, YES, 7 },
	{ STATELESS("aws:drop") PACKETS(
		  PACKET("20", "aws:pass",
			 "\"Protocols\": [6], \"TCPFlags\": [{\"Flags\": [\"SYN\"], \"Masks\": "
			 "[\"SYN\", \"ACK\"]}]")),
	  NULL, TO " state established", NO, 1 },
	{ STATELESS("aws:drop") PACKETS(
		  PACKET("20", "aws:pass",
			 "\"Protocols\": [6], \"TCPFlags\": [{\"Flags\": [\"ACK\"], \"Masks\": "
			 "[\"ACK\"]}]")),
	  NULL, TO " state established", YES, 7 },
	{ STATELESS("aws:drop") PACKETS(
		  PACKET("20", "aws:pass",
			 "\"Protocols\": [6], \"TCPFlags\": [{\"Flags\": [\"RST\"], \"Masks\": "
			 "[\"RST\"]}]")),
	  NULL, TO " state established", PERHAPS, 0 },
	{ STATELESS("aws:drop") PACKETS(PACKET("20", "aws:pass", "\"SomethingNew\": 1")), NULL, TO,
	  PERHAPS, 0 },
	{ STATELESS("aws:drop"), NULL, TO, PERHAPS, 0 },

	/* the stateful engine: action order, strict order */
	{ ACTION_ORDER STATEFUL(
		  RULE("DROP", "TCP", "ANY", "ANY") ",\n" RULE("PASS", "TCP", "ANY", "443")),
	  NULL, TO, YES, 6 },
	{ ACTION_ORDER STATEFUL(
		  RULE("DROP", "TCP", "ANY", "ANY") ",\n" RULE("PASS", "TCP", "ANY", "443")),
	  NULL, "tcp 10.0.0.1 -> 192.0.2.1:80", NO, 5 },
	{ ACTION_ORDER STATEFUL(RULE("DROP", "TCP", "ANY", "ANY")), NULL,
	  "udp 10.0.0.1 -> 192.0.2.1:80", YES, 1 },
	{ ACTION_ORDER STATEFUL(RULE("REJECT", "IP", "[192.0.2.0/25,192.0.2.128/25]", "ANY")), NULL,
	  TO, NO, 5 },
	{ ACTION_ORDER STATEFUL(RULE("ALERT", "IP", "ANY", "ANY")), NULL, TO, YES, 1 },
	{ ACTION_ORDER STATEFUL(RULE("DROP", "TCP", "$EXTERNAL_NET", "ANY")), NULL, TO, NO, 5 },
	{ ACTION_ORDER STATEFUL(RULE("DROP", "TCP", "$HOME_NET", "ANY")), NULL, TO, YES, 1 },
	{ ACTION_ORDER STATEFUL(RULE("DROP", "TCP", "$HOME_NET", "ANY")), "in",
	  "tcp 192.0.2.1 -> 10.0.0.1:443", NO, 5 },
	{ ACTION_ORDER STATEFUL(RULE("DROP", "TCP", "$NOWHERE", "ANY")), NULL, TO, PERHAPS, 0 },
	{ ACTION_ORDER STATEFUL(RULE("DROP", "TCP", "!192.0.2.0/25", "ANY")), NULL, TO, YES, 1 },
	{ ACTION_ORDER STATEFUL(RULE("DROP", "TCP", "!192.0.2.0/25", "ANY")), NULL,
	  "tcp 10.0.0.1 -> 192.0.2.200:443", NO, 5 },
	{ ACTION_ORDER STATEFUL(RULE("DROP", "TCP", "[192.0.2.0/24,!192.0.2.0/25]", "!80")), NULL,
	  "tcp 10.0.0.1 -> 192.0.2.200:443", NO, 5 },
	{ ACTION_ORDER STATEFUL(RULE("DROP", "TCP", "[192.0.2.0/24,!192.0.2.0/25]", "!443")), NULL,
	  "tcp 10.0.0.1 -> 192.0.2.200:443", YES, 1 },
	{ ACTION_ORDER SETS("drop tcp $HOME_NET any -> [$FAR, 198.51.100.0/24] $WEB (sid:1;)"),
	  NULL, TO, NO, 5 },
	{ ACTION_ORDER SETS("drop tcp $HOME_NET any -> [$FAR, 198.51.100.0/24] $WEB (sid:1;)"),
	  NULL, "tcp 10.9.0.1 -> 192.0.2.1:443", YES, 1 },
	{ ACTION_ORDER SETS("drop tcp $HOME_NET any -> $FAR [$WEB,!443] (sid:1;)"), NULL, TO, YES,
	  1 },
	{ ACTION_ORDER SETS("drop tcp any any -> $EXTERNAL_NET any (sid:1;)"), NULL,
	  "tcp 10.9.0.1 -> 10.0.0.9:443", YES, 1 },
	{ ACTION_ORDER STATEFUL(RULE("DROP", "TLS", "ANY", "ANY")), NULL, TO, PERHAPS, 0 },
	{ ACTION_ORDER STATEFUL(RULE("DROP", "TCP", "ANY", "[80,440:450]")), NULL, TO, NO, 5 },
	{ STRICT("aws:drop_strict") STATEFUL(
		  RULE("DROP", "TCP", "ANY", "ANY") ",\n" RULE("PASS", "TCP", "ANY", "443")),
	  NULL, TO, NO, 8 },
	{ STRICT("aws:drop_strict") STATEFUL(RULE("PASS", "TCP", "ANY", "443")), NULL, TO, YES, 8 },
	{ STRICT("aws:drop_strict") STATEFUL(RULE("PASS", "TCP", "ANY", "443")), NULL,
	  "udp 10.0.0.1 -> 192.0.2.1:80", NO, 1 },
	{ STRICT("aws:drop_established") STATEFUL(RULE("PASS", "TCP", "ANY", "443")), NULL,
	  "tcp 10.0.0.1 -> 192.0.2.1:80", NO, 1 },
	{ STRICT("aws:drop_established") STATEFUL(RULE("PASS", "TCP", "ANY", "443")), NULL,
	  "udp 10.0.0.1 -> 192.0.2.1:80", PERHAPS, 0 },
	{ STRICT("aws:alert_strict") STATEFUL(RULE("DROP", "TCP", "ANY", "80")), NULL, TO, YES, 1 },
	{ ACTION_ORDER TEXT("drop tcp any any -> any any (sid:1;)"), NULL, TO, NO, 4 },
	{ ACTION_ORDER TEXT(
		  "drop tcp any any <> [10.0.0.0/8, 192.168.0.0/16] 1024: (msg:\\\"a;b\\\"; "
		  "sid:1;)"),
	  NULL, "tcp 10.0.0.1:2000 -> 192.0.2.1:443", NO, 4 },
	{ ACTION_ORDER TEXT("drop tcp any any -> any any (flow:established; sid:1;)"), NULL, TO,
	  PERHAPS, 0 },
	{ ACTION_ORDER TEXT("drop tcp $HOME_NET any -> any any (sid:1;)"), NULL, TO, NO, 4 },
	{ ACTION_ORDER TEXT("drop tcp any any -> any any"), NULL, TO, PERHAPS, 0 },
	{ ACTION_ORDER TEXT("drop tcp any any -> any any (sid:1)"), NULL, TO, PERHAPS, 0 },
	{ ACTION_ORDER TEXT("drop smb any any -> any any (sid:1;)"), NULL, TO, PERHAPS, 0 },
	{ STRICT("aws:drop_established") TEXT(BY_NAME(DOTTED, "443", "")), NULL, NAMED("zoom.us"),
	  YES, 7 },
	{ STRICT("aws:drop_established") TEXT(BY_NAME(DOTTED, "443", "")), NULL,
	  NAMED("a.b.zoom.us"), YES, 7 },
	{ STRICT("aws:drop_established") TEXT(BY_NAME(DOTTED, "443", "")), NULL, TO, NO, 1 },
	{ STRICT("aws:drop_established") TEXT(BY_NAME(DOTTED, "80", "")), NULL, NAMED("zoom.us"),
	  NO, 1 },
	{ STRICT("aws:drop_established") TEXT(BY_NAME(EXACT, "443", "")), NULL, NAMED("zoom.us"),
	  YES, 7 },
	{ STRICT("aws:drop_established") TEXT(BY_NAME(EXACT, "443", "")), NULL, NAMED("a.zoom.us"),
	  NO, 1 },
	{ STRICT("aws:drop_established") TEXT(BY_NAME(UNDER, "443", "")), NULL, NAMED("zoom.us"),
	  NO, 1 },
	{ STRICT("aws:drop_established") TEXT(BY_NAME(UNDER, "443", "")), NULL, NAMED("a.zoom.us"),
	  YES, 7 },
	/* of TLS alone: HTTP may say a name too */
	{ STRICT("aws:drop_established")
		  TEXT("pass tls any any -> any 443 (tls.sni; " DOTTED " sid:1;)"),
	  NULL, NAMED("zoom.us"), PERHAPS, 0 },
	{ STRICT("aws:drop_established")
		  TEXT("pass tls any any -> any 443 (tls.sni; " DOTTED " sid:1;)"),
	  NULL, NAMED("zoom.com"), NO, 1 },
	{ STRICT("aws:drop_established")
		  TEXT(BY_NAME("content:\\\"zoom\\\"; startswith;", "443", "")),
	  NULL, NAMED("zoom.us"), PERHAPS, 0 },
	{ STRICT("aws:drop_established") TEXT(BY_NAME(DOTTED, "443", "urilen:1; ")), NULL,
	  NAMED("zoom.us"), PERHAPS, 0 },
	{ ACTION_ORDER TEXT("# nothing\\n\\n"), NULL, TO, YES, 1 },
	{ ACTION_ORDER, NULL, TO, PERHAPS, 0 },

	/* domain lists */
	{ ACTION_ORDER RULES(DOMAINS("ALLOWLIST", BOTH, "\".zoom.us\",\n\"example.com\""), ""),
	  NULL, NAMED("zoom.us"), YES, 5 },
	{ ACTION_ORDER RULES(DOMAINS("ALLOWLIST", BOTH, "\".zoom.us\",\n\"example.com\""), ""),
	  NULL, NAMED("a.b.zoom.us"), YES, 5 },
	{ ACTION_ORDER RULES(DOMAINS("ALLOWLIST", BOTH, "\".zoom.us\",\n\"example.com\""), ""),
	  NULL, NAMED("example.com"), YES, 6 },
	{ ACTION_ORDER RULES(DOMAINS("ALLOWLIST", BOTH, "\".zoom.us\",\n\"example.com\""), ""),
	  NULL, NAMED("www.example.com"), NO, 3 },
	{ ACTION_ORDER RULES(DOMAINS("ALLOWLIST", BOTH, "\".zoom.us\""), ""), NULL, TO, PERHAPS,
	  0 },
	{ ACTION_ORDER RULES(DOMAINS("ALLOWLIST", BOTH, "\".zoom.us\""), ""), NULL,
	  "udp 10.0.0.1 -> 192.0.2.1:443 name example.com", YES, 1 },
	{ ACTION_ORDER RULES(DOMAINS("DENYLIST", BOTH, "\".zoom.us\""), ""), NULL, NAMED("zoom.us"),
	  NO, 5 },
	{ ACTION_ORDER RULES(DOMAINS("REJECTLIST", BOTH, "\".zoom.us\""), ""), NULL, NAMED("b.a"),
	  YES, 1 },
	{ ACTION_ORDER RULES(DOMAINS("ALERTLIST", BOTH, "\".zoom.us\""), ""), NULL,
	  NAMED("zoom.us"), YES, 1 },
	{ ACTION_ORDER RULES(DOMAINS("DENYLIST", "\"TLS_SNI\"", "\".zoom.us\""), ""), NULL,
	  NAMED("zoom.us"), PERHAPS, 0 },
	{ ACTION_ORDER RULES(DOMAINS("DENYLIST", BOTH, "\"*.zoom.us\""), ""), NULL, NAMED("b.a"),
	  PERHAPS, 0 },
	{ ACTION_ORDER RULES(DOMAINS("DENYLIST", BOTH, "\".zoom.us\""), HOME("10.0.0.0/8")), NULL,
	  NAMED("zoom.us"), NO, 5 },
	{ ACTION_ORDER RULES(DOMAINS("DENYLIST", BOTH, "\".zoom.us\""), HOME("10.1.0.0/16")), NULL,
	  NAMED("zoom.us"), YES, 1 },
	{ STRICT("aws:drop_established") RULES(DOMAINS("ALLOWLIST", BOTH, "\".zoom.us\""), ""),
	  NULL, NAMED("zoom.us"), YES, 8 },
	{ STRICT("aws:drop_established") RULES(DOMAINS("ALLOWLIST", BOTH, "\".zoom.us\""), ""),
	  NULL, NAMED("zoom.com"), NO, 1 },
	{ STRICT("aws:drop_established") RULES(DOMAINS("ALLOWLIST", BOTH, "\".zoom.us\""), ""),
	  NULL, TO, NO, 1 },
	{ STRICT("aws:drop_strict") RULES(DOMAINS("ALLOWLIST", BOTH, "\".zoom.us\""), ""), NULL,
	  NAMED("zoom.us"), NO, 1 },
	{ STRICT("aws:alert_strict") RULES(DOMAINS("ALLOWLIST", BOTH, "\".zoom.us\""), ""), NULL,
	  NAMED("zoom.com"), PERHAPS, 0 },
	/* what else a policy has may stop anything */
	{ POLICY(FORWARD ", \"TLSInspectionConfigurationArn\": \"arn:t\""), NULL, TO, PERHAPS, 0 },
	{ POLICY(FORWARD), NULL, TO, YES, 1 },
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
	{ STATELESS("aws:drop"), "stateless rule group arn:g, which is not here", 4 },
	{ ACTION_ORDER STATEFUL(RULE("DROP", "TLS", "ANY", "ANY")), "TLS", 5 },
	{ ACTION_ORDER TEXT("drop tcp any any -> any any (flow:established; sid:1;)"),
	  "option flow", 4 },
	{ ACTION_ORDER TEXT("drop tcp $NOWHERE any -> any any (sid:1;)"), "$NOWHERE", 4 },
	{ ACTION_ORDER RULES(DOMAINS("DENYLIST", "\"TLS_SNI\"", "\".zoom.us\""), ""),
	  "names that are looked for in TLS alone, or in HTTP alone", 1 },
	{ POLICY(FORWARD ", \"TLSInspectionConfigurationArn\": \"arn:t\""),
	  "TLSInspectionConfigurationArn", 1 },
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
		{ STATELESS("aws:forward_to_sfe")
			  PACKETS(PACKET("1", "aws:drop", "\"Protocols\": [17]")),
		  YES },
		{ STATELESS("aws:drop") PACKETS(
			  PACKET("1", "aws:pass",
				 "\"Destinations\": [{\"AddressDefinition\": \"192.0.2.0/24\"}]")),
		  NO },
		{ STATELESS("aws:forward_to_sfe") PACKETS(
			  PACKET("1", "aws:pass",
				 "\"Destinations\": [{\"AddressDefinition\": \"192.0.2.0/24\"}]")),
		  PERHAPS },
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
	{ PACKETS(PACKET("1", "aws:pass", "") ",\n" PACKET("1", "aws:drop", "")), NULL,
	  "priority 1 is taken by line 3", 4 },
	{ PACKETS(PACKET("1", "aws:nothing", "")), NULL, "Actions says no action", 3 },
	{ PACKETS(PACKET("1", "aws:pass", "\"Protocols\": [256]")), NULL, "Protocols", 3 },
	{ STATEFUL(RULE("JUMP", "TCP", "ANY", "ANY")), NULL, "'JUMP' is no action", 3 },
	{ TEXT("drop tcp any any any any (sid:1;)"), NULL, "is no rule", 2 },
	{ "{\"RuleGroup\": {\"RulesSource\": {}}}", NULL, "RuleGroupResponse", 1 },
};

static void mistakes_are_told_with_their_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		readbench_refuses(&dialect_aws, refused[i].text, refused[i].at, refused[i].message,
				  refused[i].line);
}

/* ---- languages ---- */

static void the_language_is_found_from_the_content(void **state)
{
	static const char *const texts[] = { PACKETS(""), STATEFUL(""), TEXT(""), ACTION_ORDER };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (dialect_detect(str_of(texts[i])) != &dialect_aws)
			fail_msg("%s", texts[i]);
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
	struct str text = STR(STRICT("aws:drop_established") RULES(
		DOMAINS("ALLOWLIST", BOTH, "\".zoom.us\""),
		HOME("10.0.0.0/8")) "{\"RuleGroup\": "
				    "{\"RulesSource\": {\"RulesString\": \"" BY_NAME(
					    DOTTED, "443", "") "\"}}, "
							       "\"RuleGroupResponse\": "
							       "{\"RuleGroupArn\": \"arn:h\"}}");
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
		cmocka_unit_test(the_language_is_found_from_the_content),
		cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
