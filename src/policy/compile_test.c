/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "policy/policy.h"
#include "support/site.h"

enum { NODE_BUDGET = 1000 * 1000 };

/* A policy, its plan, and what they stand on. */
struct world {
	struct diag *d;
	struct flow_mgr *m;
	struct policy policy;
	struct plan plan;
};

static void world_open(struct world *w, const char *text)
{
	*w = (struct world){ .d = diag_new(), .m = flow_mgr_new(NODE_BUDGET) };

	int r = policy_parse(str_of(text), "egret.yaml", &site_catalogs, w->d, &w->policy);

	if (r < 0) {
		struct buf told = BUF_INIT;

		diag_format(w->d, &told);
		fail_msg("%s%s", text, told.data);
	}
	assert_int_equal(policy_compile(&w->policy, w->m, w->d, &w->plan), 0);
	assert_int_equal(diag_count(w->d), 0);
}

static void world_close(struct world *w)
{
	plan_release(&w->plan);
	policy_release(&w->policy);
	flow_mgr_free(w->m);
	diag_free(w->d);
}

static uint16_t zone_id(void *data, struct str name)
{
	uint16_t id = 0;

	return flow_zone(data, name, &id) < 0 ? 0 : id;
}

/* The row that lets a flow through, or "-". */
static const char *decided_by(const struct world *w, const char *text)
{
	struct flow f;

	if (flow_parse(str_of(text), zone_id, w->m, w->d, &f) < 0)
		fail_msg("no flow: %s", text);
	for (size_t i = 0; i < w->plan.rules.n; i++) {
		if (flow_match_has(&w->plan.rules.rule[i].match, &f))
			return w->plan.rules.rule[i].origin.requirement;
	}
	return "-";
}

#define ZONES                                                                    \
	"outside: wan\n"                                                         \
	"zones:\n"                                                               \
	"  staff: { addresses: [10.1.0.0/16, fd00:1::/48], interface: lan,\n"    \
	"           roles: [client, browser] }\n"                                \
	"  rooms: { addresses: 10.2.0.0/16, interface: lan, roles: hardware }\n" \
	"  six: { addresses: fd00:6::/48, interface: six, roles: client }\n"     \
	"  any: { addresses: 10.9.0.0/16 }\n"                                    \
	"  dmz: { addresses: [10.3.0.0/24, fd00:3::/64], interface: dmz }\n"

/* ---- what becomes of a row ---- */

static const struct {
	const char *allow, *row;
	enum fate fate;
	size_t rules;
	const char *why;
} fates[] = {
	{ "{ services: acme/call, from: staff }", "call-media", FATE_RULES, 1, NULL },
	{ "{ services: acme/call, from: [staff, six] }", "call-media", FATE_RULES, 2, NULL },
	{ "{ services: acme/call, from: staff }", "call-directory", FATE_RULES, 1, NULL },
	{ "{ services: acme/call, from: six }", "call-directory", FATE_NO_ZONE, 0,
	  "no zone of this entry has IPv4 addresses" },
	{ "{ services: acme/call, from: six }", "call-media", FATE_RULES, 1,
	  "IPv6 only: the zones have no IPv4 addresses" },
	{ "{ services: acme/call, from: any }", "call-media", FATE_RULES, 1,
	  "IPv4 only: the zones have no IPv6 addresses" },
	{ "{ services: acme/call, from: rooms }", "call-media", FATE_NO_ZONE, 0,
	  "no zone of this entry holds client" },
	{ "{ services: acme/call, from: staff }", "call-half", FATE_RULES, 1,
	  "IPv4 only: list not held: Half-IPv6.txt" },
	{ "{ services: acme/call, from: six }", "call-half", FATE_NO_ZONE, 0,
	  "no zone of this entry has IPv4 addresses" },
	{ "{ services: acme/phone, from: staff }", "phone-media", FATE_INCOMPLETE, 0,
	  "list not held: Phone.txt" },
	{ "{ services: acme/web, from: staff }", "web-tcp", FATE_NAMES, 1, NULL },
	{ "{ services: acme/web, from: [staff, any] }", "web-tcp", FATE_NAMES, 2, NULL },
	{ "{ services: acme/files, from: [staff, rooms] }", "files-web", FATE_RULES, 1, NULL },
	{ "{ services: acme/files, from: [staff, rooms] }", "files-firmware", FATE_RULES, 1, NULL },
	{ "{ services: acme/files, from: rooms, except: firmware }", "files-firmware",
	  FATE_EXCEPTED, 0, "switched off by `except: firmware`" },
	{ "{ services: acme/call, from: staff, except: call-tcp }", "call-tcp", FATE_EXCEPTED, 0,
	  "switched off by `except: call-tcp`" },
	{ "{ services: acme/call, from: staff, except: [directory, ldap] }", "call-directory",
	  FATE_EXCEPTED, 0, "switched off by `except: directory`" },
	{ "{ services: acme/call, from: staff, except: ldap }", "call-directory", FATE_EXCEPTED, 0,
	  "switched off by `except: ldap`" },
	{ "{ services: acme/phone, from: staff, except: phone-media }", "phone-media",
	  FATE_EXCEPTED, 0, "switched off by `except: phone-media`" },
	{ "{ services: acme/hook, from: staff }", "hook-flow", FATE_INCOMPLETE, 0,
	  "no endpoint of ours is published for it" },
	{ "{ services: acme/hook, from: staff }\npublish:\n"
	  "  a: { addresses: 10.3.0.1, for: acme/hook-flow }",
	  "hook-flow", FATE_RULES, 1, NULL },
	{ "{ services: acme/hook, from: staff }\npublish:\n"
	  "  a: { addresses: 10.3.0.1, for: acme/hook-flow }",
	  "hook-crm", FATE_INCOMPLETE, 0, "no endpoint of ours is published for it" },
	{ "{ services: acme/hook, from: staff }\npublish:\n"
	  "  a: { addresses: 10.3.0.1, for: acme/hook-flow }\n"
	  "  b: { addresses: 10.3.0.2, for: acme/hook }",
	  "hook-flow", FATE_RULES, 2, NULL },
	{ "{ services: acme/hook, from: staff }\npublish:\n"
	  "  a: { addresses: fd00:3::1, for: acme/hook-flow }",
	  "hook-flow", FATE_INCOMPLETE, 0, "its published endpoints have no IPv4 address" },
};

static const struct outcome *find_outcome(const struct world *w, const char *row)
{
	for (size_t i = 0; i < w->plan.outcomes; i++) {
		if (strcmp(w->plan.outcome[i].requirement->id, row) == 0)
			return &w->plan.outcome[i];
	}
	fail_msg("no outcome for %s", row);
	return NULL;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static void each_row_has_its_fate(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(fates); i++) {
		struct buf text = BUF_INIT;
		struct world w;

		buf_printf(&text, ZONES "allow:\n  - %s\n", fates[i].allow);
		world_open(&w, text.data);

		const struct outcome *o = find_outcome(&w, fates[i].row);
		bool why = same_text(o->why, fates[i].why);

		if (o->fate != fates[i].fate || o->rules != fates[i].rules || !why)
			fail_msg("%s: %s: %s, %zu rules, %s", fates[i].allow, fates[i].row,
				 fate_name(o->fate), o->rules, o->why ? o->why : "(no reason)");
		world_close(&w);
		buf_release(&text);
	}
}

/* ---- what rules let through ---- */

static const struct {
	const char *flow, *row; /* "-": refused */
} flows[] = {
	{ "udp 10.1.2.3 -> 198.51.100.7:8805 in lan out wan", "call-media" },
	{ "udp 10.1.2.3 -> 198.51.100.7:3478 in lan out wan", "call-media" },
	{ "udp [fd00:1::5] -> [2001:db8:ca11::9]:8801 in lan out wan", "call-media" },
	{ "tcp 10.1.2.3 -> 203.0.113.1:443 in lan out wan", "call-tcp" },
	/* neighbours of what is allowed: port, protocol, address, zone, interface, state */
	{ "udp 10.1.2.3 -> 198.51.100.7:8811 in lan out wan", "-" },
	{ "udp 10.1.2.3 -> 198.51.100.7:8800 in lan out wan", "-" },
	{ "tcp 10.1.2.3 -> 198.51.100.7:8805 in lan out wan", "-" },
	{ "udp 10.1.2.3 -> 198.51.101.0:8805 in lan out wan", "-" },
	{ "udp 10.2.2.3 -> 198.51.100.7:8805 in lan out wan", "-" },
	{ "udp 10.0.255.255 -> 198.51.100.7:8805 in lan out wan", "-" },
	{ "udp 10.1.2.3 -> 198.51.100.7:8805 in dmz out wan", "-" },
	{ "udp 10.1.2.3 -> 198.51.100.7:8805 in lan out dmz", "-" },
	{ "udp 10.1.2.3 -> 198.51.100.7:8805 in wan out lan", "-" },
	{ "udp 10.1.2.3 -> 198.51.100.7:8805 state established in lan out wan", "-" },
	{ "udp 198.51.100.7:8805 -> 10.1.2.3:8805 in wan out lan", "-" },
	/* one role, one zone */
	{ "udp 10.2.2.3 -> 203.0.113.200:443 in lan out wan", "files-firmware" },
	{ "tcp 10.2.2.3 -> 203.0.113.200:443 in lan out wan", "-" },
	{ "tcp 10.1.2.3 -> 203.0.113.200:443 in lan out wan", "files-web" },
	{ "udp 10.1.2.3 -> 203.0.113.200:443 in lan out wan", "-" },
	/* a zone without an interface is believed from anywhere, but only goes outside */
	{ "tcp 10.9.0.1 -> 203.0.113.200:443 in lan out wan", "files-web" },
	{ "tcp 10.9.0.1 -> 203.0.113.200:443 in six out wan", "files-web" },
	{ "tcp 10.9.0.1 -> 203.0.113.200:443 in lan out six", "-" },
	/* one family */
	{ "tcp 10.1.2.3 -> 198.51.100.7:390 in lan out wan", "call-directory" },
	{ "tcp [fd00:1::5] -> [2001:db8:ca11::9]:390 in lan out wan", "-" },
	/* names: only with the name, apex included, at any address */
	{ "tcp 10.1.2.3 -> 192.0.2.99:443 name www.acme.example in lan out wan", "web-tcp" },
	{ "tcp 10.1.2.3 -> 192.0.2.99:80 name a.b.acme.test in lan out wan", "web-tcp" },
	{ "udp [fd00:1::5] -> [2001:db8::1]:443 name acme.example in lan out wan", "web-quic" },
	{ "tcp 10.1.2.3 -> 192.0.2.99:443 in lan out wan", "-" },
	{ "tcp 10.1.2.3 -> 192.0.2.99:443 name acme.example.org in lan out wan", "-" },
	{ "tcp 10.1.2.3 -> 192.0.2.99:8443 name www.acme.example in lan out wan", "-" },
	/* inbound: from the vendor's list, to the endpoint, by the right interfaces */
	{ "tcp 192.0.2.15 -> 10.3.0.1:443 in wan out dmz", "hook-flow" },
	{ "tcp 192.0.2.15 -> 10.3.0.2:443 in wan out dmz", "hook-flow" },
	{ "tcp 192.0.2.16 -> 10.3.0.1:443 in wan out dmz", "-" },
	{ "tcp 192.0.2.15 -> 10.3.0.3:443 in wan out dmz", "-" },
	{ "tcp 192.0.2.15 -> 10.3.0.1:80 in wan out dmz", "-" },
	{ "tcp 192.0.2.15 -> 10.3.0.1:443 in lan out dmz", "-" },
	{ "tcp 192.0.2.15 -> 10.3.0.1:443 in wan out lan", "-" },
	{ "tcp 10.3.0.1 -> 192.0.2.15:443 in dmz out wan", "-" },
};

static const char whole_site[] = ZONES
	"allow:\n"
	"  - { services: [acme/web, acme/call, acme/files, acme/phone, acme/hook], from: staff }\n"
	"  - { services: [acme/files], from: [rooms, any] }\n"
	"publish:\n"
	"  a: { addresses: [10.3.0.1, fd00:3::1], for: acme/hook-flow }\n"
	"  b: { addresses: 10.3.0.2, for: acme/hook }\n"
	"apex: included\n";

static void rules_let_through_what_they_say_and_no_neighbour(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, whole_site);
	for (size_t i = 0; i < ARRAY_LEN(flows); i++) {
		const char *row = decided_by(&w, flows[i].flow);

		if (strcmp(row, flows[i].row) != 0)
			fail_msg("%s: %s, not %s", flows[i].flow, row, flows[i].row);
	}
	world_close(&w);
}

static void an_excluded_apex_is_not_let_through(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, ZONES "allow: [{ services: acme/web, from: staff }]\napex: excluded\n");
	assert_string_equal(decided_by(&w, "tcp 10.1.0.1 -> 192.0.2.9:443 name acme.example "
					   "in lan out wan"),
			    "-");
	assert_string_equal(decided_by(&w, "tcp 10.1.0.1 -> 192.0.2.9:443 name w.acme.example "
					   "in lan out wan"),
			    "web-tcp");
	world_close(&w);
}

static void without_interfaces_addresses_alone_decide(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, "zones:\n  staff: { addresses: 10.1.0.0/16 }\n"
		       "allow: [{ services: acme/call, from: staff }]\n");
	assert_string_equal(decided_by(&w, "udp 10.1.0.1 -> 198.51.100.7:8805 in lan out wan"),
			    "call-media");
	assert_string_equal(decided_by(&w, "udp 10.1.0.1 -> 198.51.100.7:8805"), "call-media");
	assert_string_equal(decided_by(&w, "udp 10.2.0.1 -> 198.51.100.7:8805"), "-");
	world_close(&w);
}

/* ---- shape of the plan ---- */

static void outcomes_are_in_page_order_and_rules_follow_them(void **state)
{
	struct world w;
	size_t next = 0, k = 0;

	(void)state;
	world_open(&w, whole_site);
	for (size_t a = 0; a < w.policy.allows; a++) {
		const struct service *s = w.policy.allow[a].service;

		for (size_t i = 0; i < s->requirements; i++, k++) {
			const struct outcome *o = &w.plan.outcome[k];

			assert_ptr_equal(o->requirement, &s->requirement[i]);
			assert_ptr_equal(o->allow, &w.policy.allow[a]);
			assert_int_equal(o->first_rule, next);
			next += o->rules;
		}
	}
	assert_int_equal(k, w.plan.outcomes);
	assert_int_equal(next, w.plan.rules.n);
	assert_int_equal(w.plan.rules.otherwise, VERDICT_DROP);
	world_close(&w);
}

static void a_rule_knows_where_it_comes_from(void **state)
{
	struct world w;
	const struct origin_list *list = NULL;
	struct addr a;

	(void)state;
	world_open(&w, whole_site);

	const struct rule *r = &w.plan.rules.rule[find_outcome(&w, "call-media")->first_rule];
	const struct origin *o = &r->origin;

	assert_string_equal(o->vendor, "acme");
	assert_string_equal(o->service, "call");
	assert_string_equal(o->title, "Media");
	assert_string_equal(o->page, "https://acme.example/firewall table 3 row 1");
	assert_string_equal(o->status, "verified");
	assert_string_equal(r->zone, "staff");
	assert_int_equal(o->lists, 2);
	assert_int_equal(addr_parse(STR("198.51.100.7"), &a), 0);

	const struct origin_line *line = origin_find(o, a, &list);

	assert_int_equal(line->line, 2);
	assert_string_equal(list->name, "Call.txt");
	assert_string_equal(list->version, "2026-10-01");
	world_close(&w);
}

/* A rule never has an end that is empty in a family it speaks of. */
static void rules_speak_of_the_families_both_ends_have(void **state)
{
	static const struct {
		enum flow_dim src, dst;
	} dims[] = { { FLOW_SRC4, FLOW_DST4 }, { FLOW_SRC6, FLOW_DST6 } };
	struct world w;

	(void)state;
	world_open(&w, whole_site);
	for (size_t i = 0; i < w.plan.rules.n; i++) {
		const struct flow_match *m = &w.plan.rules.rule[i].match;

		for (size_t f = 0; f < ARRAY_LEN(dims); f++) {
			const struct flow_spans *family = &m->dim[FLOW_FAMILY];
			bool spoken = !family->span || family->span[0].lo == f;
			const struct flow_spans *src = &m->dim[dims[f].src];
			const struct flow_spans *dst = &m->dim[dims[f].dst];

			assert_non_null(src->span);
			assert_int_equal(src->n > 0, spoken);
			assert_true(!dst->span || (dst->n > 0) == spoken);
		}
	}
	world_close(&w);
}

/* ---- limits and memory ---- */

/* 4 rows of acme/call from one zone of one client's /32 each. */
static void too_many_rules_are_refused(void **state)
{
	enum { ROWS = 1564, ZONES_USED = 64 }; /* 100096 rules; 1563 rows would be 100032 */
	struct requirement *row = mem_zero(ROWS, sizeof(*row));
	struct catalog c = { .vendor = "big" };
	struct service s = { .id = "s", .requirement = row, .catalog = &c };
	struct pattern name = { .kind = PATTERN_NAME, .name = { "a.example" } };
	struct zone zone[ZONES_USED] = { 0 };
	const struct zone *all[ZONES_USED];
	struct allow allow = { .service = &s, .zone = all, .line = 7 };
	struct policy p = { .path = "egret.yaml", .zone = zone, .allow = &allow, .allows = 1 };

	(void)state;
	for (size_t i = 0; i < ROWS; i++)
		row[i] = (struct requirement){ .id = "r",
					       .title = "t",
					       .page = "p",
					       .v4 = true,
					       .usable4 = true,
					       .proto = 17,
					       .ports = { { { 1, 1 } }, 1 },
					       .name = &name,
					       .names = 1,
					       .service = &s };
	for (size_t i = 0; i < ZONES_USED; i++) {
		struct prefix one = { FAMILY_V4, 32, i + 1 };

		zone[i].name = "z";
		assert_int_equal(prefixlist_add(&zone[i].set, one), 0);
		prefixlist_seal(&zone[i].set);
		all[i] = &zone[i];
	}
	/* at the limit: 1562 rows x 64 zones + 32 = 100000; one row more is above it */
	for (size_t more = 0; more <= 1; more++) {
		struct flow_mgr *m = flow_mgr_new(NODE_BUDGET);
		struct diag *d = diag_new();
		struct plan plan = PLAN_INIT;
		struct allow two[2] = { allow, allow };
		struct service last = {
			.id = "l", .requirement = row, .requirements = 1, .catalog = &c
		};

		s.requirements = PLAN_RULES_MAX / ZONES_USED;
		two[0].zones = ZONES_USED;
		two[1].service = &last;
		two[1].zones = PLAN_RULES_MAX % ZONES_USED + more;
		p.allow = two;
		p.allows = 2;

		int r = policy_compile(&p, m, d, &plan);

		assert_int_equal(r, more ? E_LIMIT : 0);
		assert_int_equal(diag_errors(d), more);
		assert_int_equal(plan.rules.n, more ? 0 : PLAN_RULES_MAX);
		plan_release(&plan);
		diag_free(d);
		flow_mgr_free(m);
	}
	for (size_t i = 0; i < ZONES_USED; i++)
		prefixlist_release(&zone[i].set);
	mem_free(row);
}

static void each_failed_allocation_ends_cleanly(void **state)
{
	struct world w;
	int r = -ENOMEM;
	long n = 0;

	(void)state;
	world_open(&w, whole_site);
	for (; r == -ENOMEM && n < 10000; n++) {
		struct plan plan = PLAN_INIT;

		mem_fail_after(n);
		r = policy_compile(&w.policy, w.m, w.d, &plan);
		mem_fail_after(-1);
		if (r < 0)
			assert_null(plan.arena); /* untouched */
		plan_release(&plan);
	}
	assert_int_equal(r, 0);
	assert_true(n > 10);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row_has_its_fate),
		cmocka_unit_test(rules_let_through_what_they_say_and_no_neighbour),
		cmocka_unit_test(an_excluded_apex_is_not_let_through),
		cmocka_unit_test(without_interfaces_addresses_alone_decide),
		cmocka_unit_test(outcomes_are_in_page_order_and_rules_follow_them),
		cmocka_unit_test(a_rule_knows_where_it_comes_from),
		cmocka_unit_test(rules_speak_of_the_families_both_ends_have),
		cmocka_unit_test(too_many_rules_are_refused),
		cmocka_unit_test(each_failed_allocation_ends_cleanly),
	};

	return cmocka_run_group_tests(tests, site_made_up, site_drop);
}
