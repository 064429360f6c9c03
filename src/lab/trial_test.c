/* SPDX-License-Identifier: Apache-2.0 */
/* Trials of a made-up vendor's policy (tests/data/lab): no network is needed to choose them. */
#include "support/test.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "lab/trial.h"
#include "lab/witness.h"
#include "net/proto.h"
#include "support/site.h"

static struct site site;
static struct topology topology;
static struct trials trials;

static int load_site(void **state)
{
	(void)state;
	site_open(&site, "tests/data/lab/catalogs", "tests/data/lab/policy.yaml");
	assert_int_equal(topology_of_policy(&site.policy, site.d, &topology), 0);
	assert_int_equal(trials_make(&site.policy, &site.plan, &topology, site.m, site.d, &trials),
			 0);
	return 0;
}

static int drop_site(void **state)
{
	(void)state;
	trials_release(&trials);
	topology_release(&topology);
	site_close(&site);
	return 0;
}

/* The trial of a requirement that prints as `text`, own ports aside. */
static const struct trial *find(const char *requirement, const char *text)
{
	struct buf line = BUF_INIT;
	const struct trial *found = NULL;

	for (size_t i = 0; i < trials.n && !found; i++) {
		const struct trial *t = &trials.trial[i];
		const struct outcome *o = &site.plan.outcome[t->outcome];
		struct trial plain = *t;

		*(t->kind == TRIAL_UNSOLICITED ? &plain.flow.dport : &plain.flow.sport) = 0;
		buf_clear(&line);
		trial_print(&plain, &line);
		if (strcmp(o->requirement->id, requirement) == 0 && strcmp(line.data, text) == 0)
			found = t;
	}
	buf_release(&line);
	return found;
}

static void print_all(const char *requirement)
{
	struct buf line = BUF_INIT;

	for (size_t i = 0; i < trials.n; i++) {
		const struct trial *t = &trials.trial[i];

		if (strcmp(site.plan.outcome[t->outcome].requirement->id, requirement) != 0)
			continue;
		buf_clear(&line);
		trial_print(t, &line);
		print_message("  %s\n", line.data);
	}
	buf_release(&line);
}

static void edges_pass_and_their_neighbours_do_not(void **state)
{
	static const struct {
		const char *requirement, *text;
		bool there;
	} cases[] = {
		/* the ends of the lists, the ports and the zone */
		{ "media", "udp 10.1.0.0 -> 192.0.2.0:3478 (allowed, from staff)", true },
		{ "media", "udp 10.1.15.255 -> 203.0.113.127:8801 (allowed, from staff)", true },
		{ "media", "udp 10.1.0.0 -> 192.0.2.0:8810 (allowed, from staff)", true },
		{ "media", "udp 10.1.16.0 -> 192.0.2.0:3478 (allowed, from phones)", true },
		{ "media", "udp 10.1.0.0 -> 192.0.2.0:3478 (late answer, from staff)", true },
		/* ports: 8811 is another row's, so 8812 is the neighbour */
		{ "media", "udp 10.1.0.0 -> 192.0.2.0:3477 (wrong port, from staff)", true },
		{ "media", "udp 10.1.0.0 -> 192.0.2.0:3479 (wrong port, from staff)", true },
		{ "media", "udp 10.1.0.0 -> 192.0.2.0:8800 (wrong port, from staff)", true },
		{ "media", "udp 10.1.0.0 -> 192.0.2.0:8811 (wrong port, from staff)", false },
		{ "media", "udp 10.1.0.0 -> 192.0.2.0:8812 (wrong port, from staff)", true },
		/* addresses */
		{ "media", "udp 10.1.0.0 -> 192.0.1.255:3478 (next address, from staff)", true },
		{ "media", "udp 10.1.0.0 -> 192.0.2.128:3478 (next address, from staff)", true },
		{ "media", "udp 10.1.0.0 -> 203.0.113.63:3478 (next address, from staff)", true },
		{ "media", "udp 10.1.0.0 -> 203.0.113.128:3478 (next address, from staff)", true },
		/* protocol, zone, role */
		{ "media", "tcp 10.1.0.0 -> 192.0.2.0:3478 (wrong protocol, from staff)", true },
		{ "media", "udp 10.1.32.9 -> 192.0.2.0:3478 (wrong zone, from guest)", true },
		{ "media", "udp 10.1.16.9 -> 192.0.2.0:3478 (wrong role, from phones)", false },
		{ "pages", "tcp 10.1.16.9 -> 192.0.2.0:443 (wrong role, from phones)", true },
		{ "pages", "tcp 10.1.32.9 -> 192.0.2.0:443 (wrong zone, from guest)", true },
		/* who begins */
		{ "pages", "tcp 192.0.2.0:443 -> 10.1.0.0:0 (unsolicited, from outside)", true },
		{ "hooks", "tcp 192.0.2.0 -> 10.1.48.10:443 (allowed, from hook)", true },
		{ "hooks", "tcp 192.0.1.255 -> 10.1.48.10:443 (other source, from hook)", true },
		{ "hooks", "tcp 192.0.2.0 -> 10.1.48.11:443 (next address, from hook)", true },
		{ "hooks", "tcp 192.0.2.0 -> 10.1.48.10:444 (wrong port, from hook)", true },
		{ "hooks", "tcp 10.1.32.9 -> 10.1.48.10:443 (wrong zone, from guest)", true },
		{ "hooks", "tcp 10.1.48.10:443 -> 192.0.2.0:0 (unsolicited, from hook)", true },
		/* the other family */
		{ "media", "udp 2001:db8:1:: -> [2001:db8:f000::]:3478 (allowed, from staff)",
		  true },
		{ "hooks",
		  "tcp 2001:db8:efff:ffff:ffff:ffff:ffff:ffff -> "
		  "[2001:db8:1:3000::10]:443 (other source, from hook)",
		  true },
		/* names wait */
		{ "names",
		  "tcp 10.1.0.0 -> 198.18.1.0:80 (name not learned, from staff, www.acme.test)",
		  true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		bool there = find(cases[i].requirement, cases[i].text) != NULL;

		if (there != cases[i].there) {
			print_message("%s: %s\n", cases[i].requirement, cases[i].text);
			print_all(cases[i].requirement);
		}
		assert_int_equal(there, cases[i].there);
	}
}

/* The expectation of each trial against the slow twin: the rules, one after the other. */
static void expectations_are_those_of_the_rules(void **state)
{
	(void)state;
	for (size_t i = 0; i < trials.n; i++) {
		const struct trial *t = &trials.trial[i];
		bool accepted = false;

		for (size_t k = 0; k < site.plan.rules.n && !accepted; k++)
			accepted = !site.plan.rules.rule[k].match.names &&
				   flow_match_has(&site.plan.rules.rule[k].match, &t->flow);
		assert_int_equal(t->pass, accepted);
		assert_int_equal(t->pass, t->kind == TRIAL_ALLOWED || t->kind == TRIAL_LATE);
		assert_int_not_equal(t->from, t->to);
		assert_int_equal(t->from, topology_find(&topology, t->flow.src));
	}
}

static void each_trial_has_a_port_of_its_own(void **state)
{
	(void)state;
	for (size_t i = 0; i < trials.n; i++) {
		const struct trial *t = &trials.trial[i];

		assert_int_equal(t->kind == TRIAL_UNSOLICITED ? t->flow.dport : t->flow.sport,
				 TRIAL_PORT_POLICY + i);
	}
}

static void a_rule_that_is_hidden_by_another_is_told(void **state)
{
	struct trials t = TRIALS_INIT;
	enum verdict was = site.plan.rules.rule[0].verdict;
	struct diag *d = diag_new();

	(void)state;
	site.plan.rules.rule[0].verdict = VERDICT_DROP;
	assert_int_equal(trials_make(&site.policy, &site.plan, &topology, site.m, d, &t),
			 E_CONFLICT);
	assert_int_equal(diag_errors(d), 1);
	site.plan.rules.rule[0].verdict = was;
	diag_free(d);
}

static void running_out_of_memory_is_told(void **state)
{
	struct trials t = TRIALS_INIT;
	long n = 0;
	int r;

	(void)state;
	do {
		mem_fail_after(n++);
		r = trials_make(&site.policy, &site.plan, &topology, site.m, site.d, &t);
		mem_fail_after(-1);
	} while (r == -ENOMEM);
	assert_int_equal(r, 0);
	assert_true(n > 3);
	assert_int_equal(t.n, trials.n);
	trials_release(&t);
}

/* ---- topology ---- */

static void a_policy_gives_one_node_an_interface(void **state)
{
	struct addr a;
	size_t lan, wan;

	(void)state;
	assert_int_equal(topology.nodes, 4); /* lan, guest, dmz, wan */
	assert_int_equal(topology_node(&topology, "lan", &lan), 0);
	assert_int_equal(topology_node(&topology, "wan", &wan), 0);
	assert_int_equal(topology.outside, wan);
	assert_int_equal(addr_parse(STR("10.1.16.77"), &a), 0);
	assert_int_equal(topology_find(&topology, a), lan);
	assert_int_equal(addr_parse(STR("10.2.0.0"), &a), 0);
	assert_int_equal(topology_find(&topology, a), wan);
}

static void interface_names_that_linux_refuses_are_refused(void **state)
{
	static const char *const bad[] = { "",	 ".", "..", "lo", "a/b", "a b", "sixteen-letters-",
					   "a:b" };
	struct topology t = TOPOLOGY_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(topology_add(&t, bad[i], ""), E_LIMIT);
	assert_int_equal(topology_add(&t, "fifteen-letters", "10.0.0.0/8"), 0);
	topology_release(&t);
}

/* ---- the witness' eyes ---- */

static void packets_are_read(void **state)
{
	static const uint8_t syn[] = { 0x45, 0, 0,   40, 0,    0, 0, 0, 64, 6,	 0, 0, 10, 1,
				       0,    1, 192, 0,	 2,    1, 4, 0, 1,  187, 0, 0, 0,  0,
				       0,    0, 0,   0,	 0x50, 2, 0, 0, 0,  0,	 0, 0 };
	static const uint8_t udp6[] = {
		0x60, 0, 0, 0, 0, 8, 17, 64, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0,
		0,    0, 0, 0, 0, 0, 0,	 1,  0x20, 1, 0xd, 0xb8, 0, 0, 0, 0,
		0,    0, 0, 0, 0, 0, 0,	 2,  4,	   0, 34,  97,	 0, 8, 0, 0
	};
	uint8_t answer[sizeof(syn)];
	struct witnessed w;

	(void)state;
	assert_true(witness_parse(syn, sizeof(syn), &w));
	assert_int_equal(w.proto, PROTO_TCP);
	assert_int_equal(w.sport, 1024);
	assert_int_equal(w.dport, 443);
	assert_true(w.dst.value == 0xc0000201);
	memcpy(answer, syn, sizeof(syn));
	answer[33] |= 0x10; /* SYN and ACK: no first packet */
	assert_false(witness_parse(answer, sizeof(answer), &w));
	assert_true(witness_parse(udp6, sizeof(udp6), &w));
	assert_int_equal(w.dport, 8801);
	for (size_t n = 0; n < 34; n++)
		assert_false(witness_parse(syn, n, &w)); /* cut before the flags */
	for (size_t n = 0; n < 44; n++)
		assert_false(witness_parse(udp6, n, &w));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(edges_pass_and_their_neighbours_do_not),
		cmocka_unit_test(expectations_are_those_of_the_rules),
		cmocka_unit_test(each_trial_has_a_port_of_its_own),
		cmocka_unit_test(a_rule_that_is_hidden_by_another_is_told),
		cmocka_unit_test(running_out_of_memory_is_told),
		cmocka_unit_test(a_policy_gives_one_node_an_interface),
		cmocka_unit_test(interface_names_that_linux_refuses_are_refused),
		cmocka_unit_test(packets_are_read),
	};

	return cmocka_run_group_tests(tests, load_site, drop_site);
}
