/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The law of changes: random security groups, network ACLs and firewalls, random rules; the device
 * read with the change lets through what it did, as the rules that were said change it, and nothing
 * else. Many rules can be said.
 *
 * Usage: test-dialect-aws_change_law [ROUNDS [SEED]]
 */
#include "support/test.h"

#include "base/rand.h"
#include "support/changebench.h"

enum { ROUNDS = 1000, SEED = 20261126, RULES = 4, ASKED = 3, TEXT = 64 };

static unsigned long rounds = ROUNDS;
static unsigned long seed = SEED;

static unsigned below(struct rand *rng, unsigned n)
{
	return (unsigned)rand_below(rng, n);
}

/* A prefix of 10.HIGH.0.0/28, and its text. */
static void random_prefix(struct rand *rng, unsigned high, char text[static TEXT])
{
	unsigned len = 28 + below(rng, 4), low = below(rng, 16);

	(void)snprintf(text, TEXT, "10.%u.0.%u/%u", high, low & (0xf0U >> (len - 28)) & 0xf, len);
}

struct random_rule {
	unsigned proto, lo, hi; /* proto 0: all */
	char far[TEXT];
};

static struct random_rule random_rule(struct rand *rng)
{
	static const unsigned protos[] = { 6, 6, 17, 0 };
	unsigned a = 440 + below(rng, 4), b = 440 + below(rng, 4);
	struct random_rule rule = { .proto = protos[below(rng, 4)],
				    .lo = a < b ? a : b,
				    .hi = a < b ? b : a };

	random_prefix(rng, 0, rule.far);
	return rule;
}

/* ---- devices ---- */

static void add_groups(struct rand *rng, unsigned groups, struct buf *out)
{
	buf_adds(out, "{\"SecurityGroups\": [");
	for (unsigned i = 0; i < groups; i++) {
		unsigned n = below(rng, RULES + 1);

		buf_printf(out,
			   "%s{\"GroupId\": \"sg-%u\", \"IpPermissions\": [], "
			   "\"IpPermissionsEgress\": [",
			   i ? ",\n" : "", i);
		for (unsigned k = 0; k < n; k++) {
			struct random_rule r = random_rule(rng);

			/* some are not modelled: they may let anything of theirs through */
			if (r.proto && below(rng, 10))
				buf_printf(
					out,
					"%s{\"IpProtocol\": \"%u\", \"FromPort\": %u, \"ToPort\": "
					"%u, ",
					k ? ",\n" : "\n", r.proto, r.lo, r.hi);
			else
				buf_printf(out, "%s{\"IpProtocol\": \"%s\", ", k ? ",\n" : "\n",
					   r.proto ? "tcp" : "-1");
			buf_printf(out, "\"IpRanges\": [{\"CidrIp\": \"%s\"}]}", r.far);
		}
		buf_adds(out, "]}");
	}
	buf_adds(out, "]}\n");
}

static void add_acl(struct rand *rng, struct buf *out)
{
	unsigned n = below(rng, RULES + 1);

	buf_adds(out, "{\"NetworkAcls\": [{\"NetworkAclId\": \"acl-1\", \"Entries\": [");
	for (unsigned i = 0; i < n; i++) {
		struct random_rule r = random_rule(rng);

		buf_printf(out,
			   "%s\n{\"RuleNumber\": %u, \"Egress\": true, \"RuleAction\": \"%s\", "
			   "\"CidrBlock\": \"%s\", \"Protocol\": \"%d\"",
			   i ? "," : "", 100 + 10 * i, below(rng, 3) ? "allow" : "deny",
			   below(rng, 3) ? r.far : "0.0.0.0/0", r.proto ? (int)r.proto : -1);
		if (r.proto && below(rng, 10))
			buf_printf(out, ", \"PortRange\": {\"From\": %u, \"To\": %u}", r.lo, r.hi);
		buf_adds(out, "}");
	}
	buf_adds(out, "]}]}\n");
}

static void add_firewall(struct rand *rng, struct buf *out)
{
	unsigned n = 1 + below(rng, RULES);

	buf_adds(out, "{\"RuleGroup\": {\"RulesSource\": {\"RulesString\": \"");
	for (unsigned i = 0; i < n; i++) {
		struct random_rule r = random_rule(rng);
		const char *verb = below(rng, 3) ? "pass" : "drop";

		if (!below(rng, 4))
			buf_printf(
				out,
				"%s tls any any -> any %u:%u (tls.sni; content:\\\"%s\\\"; "
				"startswith; endswith; sid:%u;)\\n%s http any any -> any %u:%u "
				"(http.host; content:\\\"%s\\\"; startswith; endswith; sid:%u;)\\n",
				verb, r.lo, r.hi, below(rng, 2) ? "x.example" : "y.example",
				2 * i + 1, verb, r.lo, r.hi, "x.example", 2 * i + 2);
		else
			buf_printf(out, "%s %s any any -> %s %u:%u (sid:%u;)\\n", verb,
				   r.proto == 17 ? "udp" : "tcp", r.far, r.lo, r.hi, 2 * i + 1);
	}
	buf_printf(out,
		   "\"}}, \"RuleGroupResponse\": {\"RuleGroupArn\": \"" ARN
		   "stateful-rulegroup/g\"}}\n{\"UpdateToken\": \"t\", \"FirewallPolicy\": "
		   "{\"StatelessDefaultActions\": [\"aws:forward_to_sfe\"], "
		   "\"StatelessFragmentDefaultActions\": [\"aws:drop\"], "
		   "\"StatefulEngineOptions\": {\"RuleOrder\": \"STRICT_ORDER\"}, "
		   "\"StatefulDefaultActions\": [\"%s\"], \"StatefulRuleGroupReferences\": "
		   "[{\"Priority\": %u, \"ResourceArn\": \"" ARN
		   "stateful-rulegroup/g\"}]}, \"FirewallPolicyResponse\": "
		   "{\"FirewallPolicyArn\": \"" ARN
		   "firewall-policy/p\", \"FirewallPolicyName\": \"p\"}}\n",
		   below(rng, 2) ? "aws:drop_strict" : "aws:drop_established", 1 + below(rng, 2));
}

struct device {
	struct buf text;
	char at[4 * TEXT];
};

static void make_device(struct rand *rng, struct device *ret)
{
	static const char *const members[] = { "", " members 10.9.0.0/28", " members 10.9.0.0/29" };
	unsigned groups = below(rng, 3);
	bool acl = !groups || below(rng, 2), firewall = below(rng, 3) == 0;

	*ret = (struct device){ .text = BUF_INIT };
	for (unsigned i = 0; i < groups; i++)
		(void)snprintf(ret->at + strlen(ret->at), TEXT, "sg-%u ", i);
	if (groups)
		add_groups(rng, groups, &ret->text);
	if (acl)
		add_acl(rng, &ret->text);
	if (firewall)
		add_firewall(rng, &ret->text);
	(void)snprintf(ret->at + strlen(ret->at), TEXT, "%s%s%s", acl ? "acl-1 " : "",
		       firewall ? "p" : "", members[below(rng, 3)]);
}

/* ---- rounds ---- */

struct asking {
	struct asked asked[ASKED];
	char src[ASKED][TEXT], dst[ASKED][TEXT];
};

static void make_asked(struct rand *rng, struct asking *ret)
{
	unsigned n = 1 + below(rng, ASKED);

	*ret = (struct asking){ 0 };
	for (unsigned i = 0; i < n; i++) {
		struct random_rule r = random_rule(rng);
		struct asked *q = &ret->asked[i];

		random_prefix(rng, 9, ret->src[i]);
		memcpy(ret->dst[i], r.far, sizeof(r.far));
		*q = (struct asked){ below(rng, 2) ? VERDICT_ACCEPT : VERDICT_DROP,
				     NULL,
				     ret->dst[i],
				     r.proto,
				     r.lo,
				     r.hi,
				     NULL };
		if (!below(rng, 4))
			q->src = below(rng, 2) ? "10.9.0.0/28" : ret->src[i];
		if (q->proto == 6 && !below(rng, 8))
			q->name = below(rng, 2) ? "x.example" : "*.x.example";
	}
}

static void changes_do_what_they_say(void **state)
{
	size_t said = 0, all = 0;

	(void)state;
	for (unsigned long i = 0; i < rounds; i++) {
		struct rand rng = { seed + i };
		struct changebench t;
		struct asking asking;
		struct device device;

		make_device(&rng, &device);
		make_asked(&rng, &asking);
		if (changebench_begin(&t, device.text.data, device.at, asking.asked, ASKED) < 0)
			fail_msg("seed %lu, at %s\n%s", seed + i, device.at, device.text.data);
		changebench_after(&t, device.text.data, device.at);
		all += t.rules.n;
		said += t.rules.n - t.lost.n;
		changebench_end(&t);
		buf_release(&device.text);
	}
	print_message("%zu of %zu rules were said\n", said, all);
	assert_true(4 * said > all);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(changes_do_what_they_say) };

	if (argc > 1)
		rounds = strtoul(argv[1], NULL, 10);
	if (argc > 2)
		seed = strtoul(argv[2], NULL, 10);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
