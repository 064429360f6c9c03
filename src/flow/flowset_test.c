/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <errno.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/err.h"
#include "flow/flowset.h"
#include "flow/mgr.h"
#include "flow/world.h"

struct env {
	struct flow_mgr *m;
	struct arena *a;
};

static int setup(void **state)
{
	static struct env e;

	e = (struct env){ flow_mgr_new(FLOW_BUDGET_DEFAULT), arena_new() };
	*state = &e;
	return !e.m || !e.a;
}

static int teardown(void **state)
{
	struct env *e = *state;

	flow_mgr_freep(&e->m);
	arena_freep(&e->a);
	return 0;
}

/* The union of matches separated by ";", those behind a "-" taken away. */
static flow_ref set_of(struct env *e, const char *text)
{
	struct str rest = str_of(text);
	flow_ref set = FLOW_NONE, one;

	while (rest.p) {
		char part[256];
		struct str s = str_trim(str_cut(&rest, ';'));
		bool minus = str_starts(s, "- ");
		struct flow_match match;

		(void)snprintf(part, sizeof(part), "%.*s", STR_FMT(s));
		match = world_match(minus ? part + 2 : part, e->a);
		assert_int_equal(flow_of_match(e->m, &match, 1, &one), 0);
		assert_int_equal(minus ? flow_minus(e->m, set, one, &set)
				       : flow_override(e->m, set, one, &set),
				 0);
	}
	return set;
}

static void counts_are_exact(void **state)
{
	static const struct {
		const char *set, *count;
	} cases[] = {
		{ "state=0 frag=0 proto=tcp dport=443 dst=192.0.2.1 src=10.0.0.1 sport=1", "1" },
		{ "state=0 frag=0 proto=tcp dport=443 dst=192.0.2.1 src=10.0.0.0/8 sport=1",
		  "16777216" },
		{ "state=0 frag=0 proto=tcp dport=443 dst=192.0.2.1 src=10.0.0.0/8 sport=1; - "
		  "src=10.0.0.1",
		  "16777215" },
		{ "state=0 frag=0 proto=tcp dport=1-3 dst=192.0.2.1,2001:db8::1 "
		  "src=10.0.0.1,fd00::1 sport=1-2",
		  "12" },
		/* 2^128 sources */
		{ "state=0 frag=0 proto=tcp dport=443 family=1 sport=1 dst=2001:db8::1 src=::/0",
		  "340282366920938463463374607431768211456" },
		{ "state=0 frag=0 proto=tcp dport=443 sport=1",
		  "115792089237316195423570985008687907853269984665640564039476"
		  "030751986839191552" },
		{ "", "127314748520905380391777855525586135065716774604121015664779"
		      "0604942524829056324913877483520" },
		{ "; - dport=443", "127312805852013154662706936063679311546810132197281963525257"
				   "8083723577341800022174544691200" },
		{ "dport=443; - dport=1-1000", "0" },
		/* names and zones count once for each interval told apart */
		{ "state=0 frag=0 proto=tcp dport=443 dst=192.0.2.1 src=10.0.0.1 sport=1 in=1-2 "
		  "name=zoom.us",
		  "1" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf out = BUF_INIT;

		assert_int_equal(
			flow_count(((struct env *)*state)->m, set_of(*state, cases[i].set), &out),
			0);
		assert_string_equal(out.data, cases[i].count);
		buf_release(&out);
	}
}

static const struct boxes_case {
	const char *set;
	const char *box[4]; /* in any order */
} boxes_cases[] = {
	{ "proto=tcp,udp dport=443 family=0", { "tcp,udp 0.0.0.0/0 -> 0.0.0.0/0:443" } },
	{ "proto=tcp dport=80; proto=tcp dport=81-90; proto=udp dport=80-90",
	  { "tcp,udp any -> any:80-90" } },
	/* A cross: two boxes that overlap, not three that do not. */
	{ "family=0 dst=192.0.2.0/24; family=0 dport=443",
	  { "any 0.0.0.0/0 -> 0.0.0.0/0:443", "any 0.0.0.0/0 -> 192.0.2.0/24" } },
	{ "family=0 dst=192.0.2.0/24 src=10.0.0.0/8; family=0 dst=192.0.2.0/23 "
	  "src=10.1.0.0/16",
	  { "any 10.0.0.0/8 -> 192.0.2.0/24", "any 10.1.0.0/16 -> 192.0.2.0/23" } },
	{ "dst=192.0.2.0/24,2001:db8::/32 dport=53",
	  { "any 0.0.0.0/0 -> 192.0.2.0/24:53", "any ::/0 -> [2001:db8::/32]:53" } },
	/* One family a box, although one product with IPv6 as any would say it too. */
	{ "family=0 dst=192.0.2.0/24; family=1",
	  { "any 0.0.0.0/0 -> 192.0.2.0/24", "any ::/0 -> ::/0" } },
	{ "dport=443 name=zoom.us,*.zoom.us", { "any any -> any:443 name zoom.us, *.zoom.us" } },
	{ "name=*.zoom.us; - name=log.zoom.us",
	  { "any any -> any name *.zoom.us except log.zoom.us" } },
	{ "; - name=*.zoom.us", { "any any -> any name any except *.zoom.us" } },
	{ "name=*; - name=*.zoom.us; name=*.a.zoom.us; - name=b.a.zoom.us; ",
	  { "any any -> any" } },
	{ "name=*; - name=*.zoom.us; name=*.a.zoom.us; - name=b.a.zoom.us",
	  { "any any -> any name * except *.zoom.us",
	    "any any -> any name *.a.zoom.us except b.a.zoom.us" } },
};

static bool is_wanted(const struct boxes_case *c, const struct flow_match *box)
{
	struct buf text = BUF_INIT;
	bool found = false;

	flow_match_print(box, 9, &text);
	for (size_t i = 0; i < ARRAY_LEN(c->box) && c->box[i]; i++)
		found |= strcmp(text.data, c->box[i]) == 0;
	if (!found)
		print_message("%s: %s\n", c->set, text.data);
	buf_release(&text);
	return found;
}

static void boxes_are_few_and_maximal(void **state)
{
	struct env *e = *state;

	for (size_t i = 0; i < ARRAY_LEN(boxes_cases); i++) {
		const struct boxes_case *c = &boxes_cases[i];
		struct flow_boxes boxes;
		size_t want = 0;

		while (want < ARRAY_LEN(c->box) && c->box[want])
			want++;
		assert_int_equal(flow_boxes(e->m, set_of(e, c->set), 10, e->a, &boxes), 0);
		assert_true(boxes.all);
		for (size_t k = 0; k < boxes.n; k++)
			assert_true(is_wanted(c, &boxes.box[k].match));
		assert_int_equal(boxes.n, want);
	}
}

static void boxes_stop_where_told(void **state)
{
	struct env *e = *state;
	flow_ref set = set_of(e, "dport=1; proto=tcp sport=2; family=0 frag=1");
	struct flow_boxes boxes;

	for (size_t most = 0; most <= 4; most++) {
		assert_int_equal(flow_boxes(e->m, set, most, e->a, &boxes), 0);
		assert_int_equal(boxes.n, most < 3 ? most : 3);
		assert_int_equal(boxes.all, most >= 3);
	}
	assert_int_equal(flow_boxes(e->m, FLOW_NONE, 0, e->a, &boxes), 0);
	assert_int_equal(boxes.n, 0);
	assert_true(boxes.all);
}

static void witnesses_look_ordinary(void **state)
{
	static const struct {
		const char *set, *flow;
	} cases[] = {
		{ "", "tcp 10.0.0.1 -> 198.51.100.1:443" },
		{ "proto=udp dport=8801-8810 dst=170.114.0.0/16,2407:30c0::/32",
		  "udp 10.0.0.1 -> 170.114.0.1:8801" },
		{ "family=1 src=::/0 dst=2407:30c0::/32", "tcp fd00::1 -> [2407:30c0::1]:443" },
		{ "proto=icmp", "icmp 10.0.0.1 -> 198.51.100.1 type 8 code 0" },
		{ "proto=icmpv6", "icmpv6 fd00::1 -> 2001:db8::1 type 128 code 0" },
		{ "proto=gre", "gre 10.0.0.1 -> 198.51.100.1" },
		{ "sport=1024-65535", "tcp 10.0.0.1:50000 -> 198.51.100.1:443" },
		{ "sport=53", "tcp 10.0.0.1:53 -> 198.51.100.1:443" },
		{ "; - src=10.0.0.0/8,::/0", "tcp 192.168.0.1 -> 198.51.100.1:443" },
		{ "state=1-4", "tcp 10.0.0.1 -> 198.51.100.1:443 state established" },
		{ "name=*.zoom.us", "tcp 10.0.0.1 -> 198.51.100.1:443 name www.zoom.us" },
		{ "name=zoom.us,*.zoom.us", "tcp 10.0.0.1 -> 198.51.100.1:443 name zoom.us" },
		{ "name=*", "tcp 10.0.0.1 -> 198.51.100.1:443 name example.com" },
		{ "name=*; - name=*.us,*.com",
		  "tcp 10.0.0.1 -> 198.51.100.1:443 name example.org" },
		{ "; - name=*", "tcp 10.0.0.1 -> 198.51.100.1:443" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct env *e = *state;
		struct buf out = BUF_INIT;
		struct flow f;

		assert_int_equal(flow_witness(e->m, set_of(e, cases[i].set), &f), 0);
		flow_print(&f, &out);
		assert_string_equal(out.data, cases[i].flow);
		buf_release(&out);
	}
}

static void nothing_has_no_witness(void **state)
{
	struct flow f = { .dport = 7 };

	assert_int_equal(flow_witness(((struct env *)*state)->m, FLOW_NONE, &f), -ENOENT);
	assert_int_equal(f.dport, 7);
}

static void rules_that_decide_nothing_are_dead(void **state)
{
	static const char *const rules[] = {
		"proto=tcp dport=443",
		"proto=tcp dport=400-500",
		"proto=tcp dport=400-442", /* dead */
		"proto=tcp dport=450-600",
		"proto=tcp dport=444-600", /* dead: the two before it have it all */
		"proto=udp name=*.zoom.us",
		"proto=udp name=a.zoom.us", /* dead */
		"proto=200-100",	    /* matches nothing */
	};
	static const bool alive[] = { true, true, true, false, true, false, true, false, false };
	struct env *e = *state;
	struct flow_match match[ARRAY_LEN(rules)];
	bool seen[ARRAY_LEN(alive)] = { false };
	flow_ref diagram;

	for (size_t i = 0; i + 1 < ARRAY_LEN(rules); i++)
		match[i] = world_match(rules[i], e->a);
	match[ARRAY_LEN(rules) - 1] =
		(struct flow_match){ .dim[FLOW_PROTO] = { .span = match[0].dim[FLOW_PROTO].span,
							  .n = 0 } };
	assert_int_equal(flow_first_match(e->m, match, ARRAY_LEN(match), &diagram), 0);
	assert_int_equal(flow_leaves(e->m, diagram, seen, ARRAY_LEN(seen)), 0);
	assert_memory_equal(seen, alive, sizeof(alive));
}

static void zones_have_one_number_a_name(void **state)
{
	struct env *e = *state;
	uint16_t lan, wan, again;

	assert_int_equal(flow_zone(e->m, STR("lan"), &lan), 0);
	assert_int_equal(flow_zone(e->m, STR("wan"), &wan), 0);
	assert_int_equal(flow_zone(e->m, STR("lan"), &again), 0);
	assert_int_equal(lan, 1);
	assert_int_equal(wan, 2);
	assert_int_equal(again, lan);
	assert_string_equal(flow_zone_name(e->m, 2), "wan");
	assert_null(flow_zone_name(e->m, 0));
	assert_null(flow_zone_name(e->m, 3));
	for (unsigned i = 2; i < ZONE_MAX; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "z%u", i);
		assert_int_equal(flow_zone(e->m, str_of(name), &again), 0);
	}
	assert_int_equal(again, ZONE_MAX);
	assert_int_equal(flow_zone(e->m, STR("one more"), &again), E_LIMIT);
}

static void zones_print_by_name_where_the_manager_is_at_hand(void **state)
{
	struct env *e = *state;
	struct flow_match match = world_match("proto=tcp in=1 out=2-3", e->a);
	struct flow f = { .proto = 6,
			  .dport = 443,
			  .iif = 1,
			  .oif = 3,
			  .dst = { FAMILY_V4, 1 },
			  .src = { FAMILY_V4, 2 } };
	struct buf out = BUF_INIT;
	uint16_t id;

	assert_int_equal(flow_zone(e->m, STR("lan"), &id), 0);
	assert_int_equal(flow_zone(e->m, STR("wan"), &id), 0);
	flow_match_show(e->m, &match, 9, &out);
	assert_string_equal(out.data, "tcp any -> any in lan out wan,3");
	buf_clear(&out);
	match = world_match("proto=tcp in=0,1-9 out=0,2-65535", e->a);
	flow_match_show(e->m, &match, 9, &out);
	assert_string_equal(out.data, "tcp any -> any in 0,lan,wan,3-9 out any but lan");
	buf_clear(&out);
	match = world_match("proto=tcp in=1-65535 out=0-4,7-65535", e->a);
	flow_match_show(e->m, &match, 9, &out);
	assert_string_equal(out.data, "tcp any -> any in any out any but 5-6");
	buf_clear(&out);
	flow_show(e->m, &f, &out);
	assert_string_equal(out.data, "tcp 0.0.0.2 -> 0.0.0.1:443 in lan out 3");
	buf_release(&out);
}

/* ---- limits and failures ---- */

enum { MANY = 60 };

/* A bit of everything; what it gives must not depend on what failed before. */
static int work(struct flow_mgr *m, struct arena *a, flow_ref *ret)
{
	struct rand r = { 7 };
	struct flow_match *match = world_matches(&r, MANY, a);
	uint32_t leaf[MANY + 1];
	struct flow_boxes boxes;
	flow_ref rules, set, rest;
	int e = match ? flow_first_match(m, match, MANY, &rules) : -ENOMEM;

	for (size_t i = 0; i <= MANY; i++)
		leaf[i] = i & 1;
	if (e == 0)
		e = flow_map(m, rules, leaf, ARRAY_LEN(leaf), &set);
	if (e == 0)
		e = flow_not(m, set, &rest);
	if (e == 0)
		e = flow_boxes(m, rest, 3, a, &boxes);
	if (e == 0)
		e = flow_override(m, rules, rest, ret);
	return e;
}

static void out_of_memory_anywhere_leaves_the_manager_whole(void **state)
{
	struct env *e = *state;
	flow_ref want, got = 12345;
	unsigned failed = 0;
	struct flow_mgr *m = flow_mgr_new(FLOW_BUDGET_DEFAULT);

	assert_int_equal(work(e->m, e->a, &want), 0);
	/* Growing the memo may fail unnoticed, so a success is no sign of the end. */
	for (long n = 0; n < 400; n++) {
		struct arena *a = arena_new();
		int r;

		assert_non_null(a);
		mem_fail_after(n);
		r = work(m, a, &got);
		mem_fail_after(-1);
		if (r < 0) {
			assert_int_equal(r, -ENOMEM);
			assert_int_equal(got, 12345);
			failed++;
		} else {
			got = 12345;
		}
		arena_free(a);
	}
	assert_true(failed > 10);
	flow_mgr_free(m);
	/* The same with a fresh manager each time: every allocation of its youth fails once. */
	for (long n = 0; n < 400; n++) {
		struct arena *a = arena_new();
		int r = -ENOMEM;

		mem_fail_after(n);
		m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
		if (m)
			r = work(m, a, &got);
		mem_fail_after(-1);
		assert_true(r == 0 || r == -ENOMEM);
		if (m) {
			assert_int_equal(work(m, a, &got), 0); /* nothing is left half done */
			assert_int_equal(flow_first_match(m, NULL, 0, &got), 0);
			assert_int_equal(got, FLOW_NONE);
		}
		flow_mgr_free(m);
		arena_free(a);
	}
}

static void a_used_up_budget_is_told_and_harmless(void **state)
{
	struct env *e = *state;
	struct flow_match one = world_match("proto=tcp dport=443 family=0 dst=192.0.2.0/24", e->a);
	flow_ref kept, again, ref;
	struct flow f = {
		.proto = 6, .dport = 443, .dst = { FAMILY_V4, 0xc0000201 }, .src = { FAMILY_V4, 1 }
	};

	for (size_t budget = 0; budget < 600; budget += budget < 10 ? 1 : 37) {
		struct flow_mgr *m = flow_mgr_new(budget);
		int r = flow_of_match(m, &one, 1, &kept);

		if (budget < 4) {
			assert_int_equal(r, E_BUDGET);
			flow_mgr_free(m);
			continue;
		}
		assert_int_equal(r, 0);
		assert_int_equal(work(m, e->a, &ref), E_BUDGET);
		assert_true(flow_nodes(m) <= budget);
		assert_int_equal(flow_leaf_at(m, kept, &f), 1);
		assert_int_equal(flow_of_match(m, &one, 1, &again), 0);
		assert_int_equal(again, kept);
		/* After a collection there is room again. */
		assert_int_equal(flow_root(m, &kept), 0);
		flow_collect(m);
		assert_int_equal(flow_nodes(m), 4);
		assert_int_equal(flow_leaf_at(m, kept, &f), 1);
		assert_int_equal(flow_of_match(m, &one, 1, &again), 0);
		assert_int_equal(again, kept);
		flow_mgr_free(m);
	}
}

static void edges_have_a_budget_too(void **state)
{
	struct env *e = *state;
	struct flow_span span[100];
	struct flow_match m = { .dim[FLOW_DPORT] = { span, ARRAY_LEN(span) } };
	struct flow_mgr *small = flow_mgr_new(24); /* 8 edges a node: 192, and 201 are needed */
	flow_ref ref;

	(void)e;
	for (size_t i = 0; i < ARRAY_LEN(span); i++)
		span[i] = (struct flow_span){ 1 + 2 * i, 1 + 2 * i };
	assert_int_equal(flow_of_match(small, &m, 1, &ref), E_BUDGET);
	flow_mgr_free(small);
	small = flow_mgr_new(26);
	assert_int_equal(flow_of_match(small, &m, 1, &ref), 0);
	flow_mgr_free(small);
}

static void collecting_keeps_roots_and_gives_the_rest_back(void **state)
{
	struct env *e = *state;
	flow_ref a = set_of(e, "dst=192.0.2.0/24,2001:db8::/32 name=*.zoom.us"), other;
	size_t nodes = flow_nodes(e->m), cuts = e->m->cuts.n;
	struct buf before = BUF_INIT, after = BUF_INIT;

	(void)set_of(e, "proto=tcp dport=1,3,5; src=10.0.0.0/8,fd00::/8 name=a.example.com");
	assert_int_equal(flow_count(e->m, a, &before), 0);
	assert_true(flow_nodes(e->m) > nodes);
	assert_int_equal(flow_root(e->m, &a), 0);
	flow_collect(e->m);
	assert_int_equal(flow_nodes(e->m), nodes);
	assert_int_equal(e->m->cuts.n, cuts);
	assert_int_equal(flow_count(e->m, a, &after), 0);
	assert_string_equal(before.data, after.data);
	assert_int_equal(set_of(e, "dst=192.0.2.0/24,2001:db8::/32 name=*.zoom.us"), a);
	other = a;
	flow_unroot(e->m, &a);
	flow_collect(e->m);
	assert_int_equal(flow_nodes(e->m), 0);
	assert_int_equal(e->m->cuts.n, 0);
	assert_int_equal(other, a); /* not a root any more: untouched */
	buf_release(&before);
	buf_release(&after);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(counts_are_exact, setup, teardown),
		cmocka_unit_test_setup_teardown(boxes_are_few_and_maximal, setup, teardown),
		cmocka_unit_test_setup_teardown(boxes_stop_where_told, setup, teardown),
		cmocka_unit_test_setup_teardown(witnesses_look_ordinary, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_has_no_witness, setup, teardown),
		cmocka_unit_test_setup_teardown(rules_that_decide_nothing_are_dead, setup,
						teardown),
		cmocka_unit_test_setup_teardown(zones_have_one_number_a_name, setup, teardown),
		cmocka_unit_test_setup_teardown(zones_print_by_name_where_the_manager_is_at_hand,
						setup, teardown),
		cmocka_unit_test_setup_teardown(out_of_memory_anywhere_leaves_the_manager_whole,
						setup, teardown),
		cmocka_unit_test_setup_teardown(a_used_up_budget_is_told_and_harmless, setup,
						teardown),
		cmocka_unit_test_setup_teardown(edges_have_a_budget_too, setup, teardown),
		cmocka_unit_test_setup_teardown(collecting_keeps_roots_and_gives_the_rest_back,
						setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
