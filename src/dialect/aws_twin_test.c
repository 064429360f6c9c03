/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reader beside its slow twin: random paths of two security groups, a network ACL and a
 * firewall over a world small enough to try every packet. The twin goes through the rules as AWS
 * does, one packet at a time, on the numbers that the text was made from; it shares no code with
 * the reader. Numbers and priorities are out of order; the firewall has both engines, in either
 * order.
 *
 * Usage: test-dialect-aws_twin [PATHS [SEED]]
 */
#include "support/test.h"

#include "base/rand.h"
#include "dialect/dialect.h"

enum { PATHS = 1000, RULES = 5, SEED = 20261126, ADDRESSES = 16, PORTS = 4, FIRST_PORT = 440 };

static unsigned long paths = PATHS;
static unsigned long seed = SEED;

struct numbered {
	unsigned number, proto;		     /* 0: all */
	unsigned src, src_len, dst, dst_len; /* of the four bits of an address */
	unsigned lo, hi;		     /* ports */
	unsigned action;
};

struct packet {
	unsigned src, dst, proto, dport;
};

enum { DENY, ALLOW };			    /* of an ACL */
enum { PASS, DROP, FORWARD };		    /* of the stateless engine */
enum { S_PASS, S_DROP, S_REJECT, S_ALERT }; /* of the stateful engine */
enum stop { IN_GROUPS = 1, IN_ACL, IN_STATELESS, IN_STATEFUL };

struct world {
	struct numbered group[2][RULES], acl[RULES], stateless[RULES], stateful[2][RULES];
	size_t groups[2], acls, statelesses, statefuls[2];
	unsigned whole;	    /* StatelessDefaultActions */
	unsigned first;	    /* stateful group with the lower priority */
	bool strict, drops; /* drops: aws:drop_strict */
	struct buf text;
};

/* ---- making ---- */

static struct numbered random_rule(struct rand *rng, unsigned actions)
{
	static const unsigned protos[] = { 0, 6, 6, 17 };
	unsigned a = (unsigned)rand_below(rng, PORTS), b = (unsigned)rand_below(rng, PORTS);

	return (struct numbered){ .proto = protos[rand_below(rng, 4)],
				  .src = (unsigned)rand_below(rng, ADDRESSES),
				  .src_len = (unsigned)rand_below(rng, 3),
				  .dst = (unsigned)rand_below(rng, ADDRESSES),
				  .dst_len = (unsigned)rand_below(rng, 3),
				  .lo = FIRST_PORT + (a < b ? a : b),
				  .hi = FIRST_PORT + (a < b ? b : a),
				  .action = (unsigned)rand_below(rng, actions) };
}

static size_t random_rules(struct rand *rng, unsigned actions, struct numbered *rule)
{
	size_t n = rand_below(rng, RULES + 1);

	for (size_t i = 0; i < n; i++) {
		bool taken = true;

		rule[i] = random_rule(rng, actions);
		while (taken) {
			taken = false;
			rule[i].number = 1 + (unsigned)rand_below(rng, 100);
			for (size_t k = 0; k < i; k++)
				taken = taken || rule[k].number == rule[i].number;
		}
	}
	return n;
}

/* The four bits are the last of 10.0.0.x. */
static void print_net(unsigned value, unsigned len, struct buf *out)
{
	buf_printf(out, "\"10.0.0.%u/%u\"", value & (0xf0U >> len) & 15, 28 + len);
}

static void print_groups(const struct world *w, struct buf *out)
{
	buf_adds(out, "{\"SecurityGroups\": [");
	for (size_t g = 0; g < 2; g++) {
		buf_printf(out,
			   "%s\n{\"GroupId\": \"sg-%zu\", \"IpPermissions\": [], "
			   "\"IpPermissionsEgress\": [",
			   g ? "," : "", g);
		for (size_t i = 0; i < w->groups[g]; i++) {
			const struct numbered *r = &w->group[g][i];

			buf_printf(out, "%s\n{\"IpProtocol\": \"%d\", ", i ? "," : "",
				   r->proto ? (int)r->proto : -1);
			if (r->proto)
				buf_printf(out, "\"FromPort\": %u, \"ToPort\": %u, ", r->lo, r->hi);
			buf_adds(out, "\"IpRanges\": [{\"CidrIp\": ");
			print_net(r->dst, r->dst_len, out);
			buf_adds(out, "}]}");
		}
		buf_adds(out, "]}");
	}
	buf_adds(out, "]}\n");
}

static void print_acl(const struct world *w, struct buf *out)
{
	buf_adds(out, "{\"NetworkAcls\": [{\"NetworkAclId\": \"acl-1\", \"Entries\": [");
	for (size_t i = 0; i < w->acls; i++) {
		const struct numbered *r = &w->acl[i];

		buf_printf(out,
			   "%s\n{\"Egress\": true, \"RuleNumber\": %u, \"RuleAction\": \"%s\", "
			   "\"Protocol\": \"%d\", ",
			   i ? "," : "", r->number, r->action == ALLOW ? "allow" : "deny",
			   r->proto ? (int)r->proto : -1);
		if (r->proto)
			buf_printf(out, "\"PortRange\": {\"From\": %u, \"To\": %u}, ", r->lo,
				   r->hi);
		buf_adds(out, "\"CidrBlock\": ");
		print_net(r->dst, r->dst_len, out);
		buf_addc(out, '}');
	}
	buf_adds(out, "]}]}\n");
}

static const char *const stateless_action[] = { "aws:pass", "aws:drop", "aws:forward_to_sfe" };

static void print_stateless(const struct world *w, struct buf *out)
{
	buf_adds(out, "{\"RuleGroupResponse\": {\"RuleGroupArn\": \"arn:less\"}, \"RuleGroup\": "
		      "{\"RulesSource\": {\"StatelessRulesAndCustomActions\": "
		      "{\"StatelessRules\": [");
	for (size_t i = 0; i < w->statelesses; i++) {
		const struct numbered *r = &w->stateless[i];

		buf_printf(out,
			   "%s\n{\"Priority\": %u, \"RuleDefinition\": {\"Actions\": [\"%s\"], "
			   "\"MatchAttributes\": {",
			   i ? "," : "", r->number, stateless_action[r->action]);
		if (r->proto)
			buf_printf(out,
				   "\"Protocols\": [%u], \"DestinationPorts\": [{\"FromPort\": %u, "
				   "\"ToPort\": %u}], ",
				   r->proto, r->lo, r->hi);
		buf_adds(out, "\"Sources\": [{\"AddressDefinition\": ");
		print_net(r->src, r->src_len, out);
		buf_adds(out, "}], \"Destinations\": [{\"AddressDefinition\": ");
		print_net(r->dst, r->dst_len, out);
		buf_adds(out, "}]}}}");
	}
	buf_adds(out, "]}}}}\n");
}

static void print_stateful(const struct world *w, size_t g, struct buf *out)
{
	static const char *const action[] = { "PASS", "DROP", "REJECT", "ALERT" };

	buf_printf(out,
		   "{\"RuleGroupResponse\": {\"RuleGroupArn\": \"arn:full%zu\"}, \"RuleGroup\": "
		   "{\"RulesSource\": {\"StatefulRules\": [",
		   g);
	for (size_t i = 0; i < w->statefuls[g]; i++) {
		const struct numbered *r = &w->stateful[g][i];

		buf_printf(out,
			   "%s\n{\"Action\": \"%s\", \"Header\": {\"Protocol\": \"%s\", "
			   "\"Direction\": \"FORWARD\", \"SourcePort\": \"ANY\", \"Source\": ",
			   i ? "," : "", action[r->action],
			   r->proto == 6    ? "TCP"
			   : r->proto == 17 ? "UDP"
					    : "IP");
		print_net(r->src, r->src_len, out);
		buf_adds(out, ", \"Destination\": ");
		print_net(r->dst, r->dst_len, out);
		if (r->proto)
			buf_printf(out, ", \"DestinationPort\": \"%u:%u\"}}", r->lo, r->hi);
		else
			buf_adds(out, ", \"DestinationPort\": \"ANY\"}}");
	}
	buf_adds(out, "]}}}\n");
}

static void print_policy(const struct world *w, struct buf *out)
{
	buf_printf(out,
		   "{\"FirewallPolicyResponse\": {\"FirewallPolicyArn\": \"arn:p\"}, "
		   "\"FirewallPolicy\": {\"StatelessDefaultActions\": [\"%s\"], "
		   "\"StatelessFragmentDefaultActions\": [\"aws:drop\"], "
		   "\"StatelessRuleGroupReferences\": [{\"ResourceArn\": \"arn:less\", "
		   "\"Priority\": 7}], ",
		   stateless_action[w->whole]);
	if (w->strict)
		buf_printf(out,
			   "\"StatefulEngineOptions\": {\"RuleOrder\": \"STRICT_ORDER\"}, "
			   "\"StatefulDefaultActions\": [\"%s\"], ",
			   w->drops ? "aws:drop_strict" : "aws:alert_strict");
	buf_printf(out,
		   "\"StatefulRuleGroupReferences\": [{\"ResourceArn\": \"arn:full0\", "
		   "\"Priority\": %u}, {\"ResourceArn\": \"arn:full1\", \"Priority\": %u}]}}\n",
		   w->first == 0 ? 5 : 9, w->first == 1 ? 5 : 9);
}

static void make(struct rand *rng, struct world *w)
{
	*w = (struct world){ .whole = (unsigned)rand_below(rng, 3),
			     .first = (unsigned)rand_below(rng, 2),
			     .strict = rand_below(rng, 2),
			     .drops = rand_below(rng, 2) };
	w->groups[0] = random_rules(rng, 1, w->group[0]);
	w->groups[1] = random_rules(rng, 1, w->group[1]);
	w->acls = random_rules(rng, 2, w->acl);
	w->statelesses = random_rules(rng, 3, w->stateless);
	w->statefuls[0] = random_rules(rng, 4, w->stateful[0]);
	w->statefuls[1] = random_rules(rng, 4, w->stateful[1]);
	print_groups(w, &w->text);
	print_acl(w, &w->text);
	print_stateless(w, &w->text);
	print_stateful(w, 0, &w->text);
	print_stateful(w, 1, &w->text);
	print_policy(w, &w->text);
	assert_int_equal(w->text.r, 0);
}

/* ---- the twin ---- */

static bool in_net(unsigned address, unsigned value, unsigned len)
{
	return address >> (4 - len) == value >> (4 - len);
}

static bool holds(const struct numbered *r, const struct packet *p, bool sources)
{
	if (r->proto && (r->proto != p->proto || p->dport < r->lo || p->dport > r->hi))
		return false;
	return in_net(p->dst, r->dst, r->dst_len) &&
	       (!sources || in_net(p->src, r->src, r->src_len));
}

/* The rule with the lowest number that holds, or NULL. */
static const struct numbered *lowest(const struct numbered *rule, size_t n, const struct packet *p,
				     bool sources)
{
	const struct numbered *first = NULL;

	for (size_t i = 0; i < n; i++)
		if (holds(&rule[i], p, sources) && (!first || rule[i].number < first->number))
			first = &rule[i];
	return first;
}

static bool groups_let(const struct world *w, const struct packet *p)
{
	return lowest(w->group[0], w->groups[0], p, false) ||
	       lowest(w->group[1], w->groups[1], p, false);
}

/* Some rule of both groups that holds and has this action. */
static bool any_with(const struct world *w, const struct packet *p, unsigned action)
{
	for (size_t g = 0; g < 2; g++)
		for (size_t i = 0; i < w->statefuls[g]; i++)
			if (w->stateful[g][i].action == action &&
			    holds(&w->stateful[g][i], p, true))
				return true;
	return false;
}

static bool stateful_lets(const struct world *w, const struct packet *p)
{
	if (!w->strict)
		return any_with(w, p, S_PASS) ||
		       !(any_with(w, p, S_DROP) || any_with(w, p, S_REJECT));
	for (size_t k = 0; k < 2; k++) {
		size_t g = k == 0 ? w->first : 1 - w->first;

		for (size_t i = 0; i < w->statefuls[g]; i++) {
			const struct numbered *r = &w->stateful[g][i];

			if (r->action != S_ALERT && holds(r, p, true))
				return r->action == S_PASS;
		}
	}
	return !w->drops;
}

/* Where it is stopped; 0: nowhere. */
static unsigned stopped(const struct world *w, const struct packet *p)
{
	const struct numbered *acl = lowest(w->acl, w->acls, p, false);
	const struct numbered *less = lowest(w->stateless, w->statelesses, p, true);
	unsigned action = less ? less->action : w->whole;

	if (!groups_let(w, p))
		return IN_GROUPS;
	if (!acl || acl->action == DENY)
		return IN_ACL;
	if (action != FORWARD)
		return action == DROP ? IN_STATELESS : 0;
	return stateful_lets(w, p) ? 0 : IN_STATEFUL;
}

/* ---- both ---- */

static void compare(const struct world *w, const struct reading *r, const struct packet *p)
{
	unsigned where = stopped(w, p);
	struct flow f = { .proto = (uint8_t)p->proto,
			  .dport = (uint16_t)p->dport,
			  .src = { FAMILY_V4, 0x0a000000 + p->src },
			  .dst = { FAMILY_V4, 0x0a000000 + p->dst } };
	const struct config_rule *rule = reading_decides(r, &f);
	bool may = flow_leaf_at(r->m, r->may[VERDICT_ACCEPT], &f);
	bool sure = flow_leaf_at(r->m, r->must_accept, &f);
	bool named = rule && (where <= IN_GROUPS) == (strstr(rule->where, "security") != NULL) &&
		     (where == IN_ACL) == (strstr(rule->where, "ACL") != NULL);

	if (may != (where == 0) || sure != may || !named) {
		struct buf flow = BUF_INIT;

		flow_print(&f, &flow);
		fail_msg("seed %lu: %s: may %d must %d by %s, but the twin stops it at %u\n%s",
			 seed, flow.data, may, sure, rule ? rule->where : "nobody", where,
			 w->text.data);
	}
}

static void compare_all(const struct world *w, const struct reading *r)
{
	static const unsigned protos[] = { 6, 17, 47 };

	for (size_t i = 0; i < ARRAY_LEN(protos) * PORTS * ADDRESSES * ADDRESSES; i++)
		compare(w, r,
			&(struct packet){ .src = (unsigned)(i % ADDRESSES),
					  .dst = (unsigned)(i / ADDRESSES % ADDRESSES),
					  .dport = FIRST_PORT +
						   (unsigned)(i / ADDRESSES / ADDRESSES % PORTS),
					  .proto = protos[i / ADDRESSES / ADDRESSES / PORTS] });
}

static void the_reader_agrees_with_a_slow_cloud(void **state)
{
	static const struct assume assume = { .hook = "sg-0 sg-1 acl-1 arn:p" };
	struct rand rng = { seed };

	(void)state;
	print_message("# %lu paths, seed %lu\n", paths, seed);
	for (unsigned long i = 0; i < paths; i++) {
		struct flow_mgr *m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
		struct diag *d = diag_new();
		struct reading *r = NULL;
		struct world w;

		make(&rng, &w);
		assert_true(m && d);
		assert_int_equal(dialect_aws.read(buf_str(&w.text), "twin", &assume, m, d, &r), 0);
		compare_all(&w, r);
		reading_free(r);
		diag_free(d);
		flow_mgr_free(m);
		buf_release(&w.text);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_reader_agrees_with_a_slow_cloud),
	};

	if (argc > 1)
		paths = strtoul(argv[1], NULL, 10);
	if (argc > 2)
		seed = strtoul(argv[2], NULL, 10);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
