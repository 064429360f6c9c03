/* SPDX-License-Identifier: Apache-2.0 */
/* Zoom's catalog, and a site with three zones: who may ask for what, and where addresses go. */
#include "support/test.h"

#include <errno.h>

#include "base/err.h"
#include "daemon/askers.h"
#include "daemon/gateway.h"
#include "support/oom.h"

enum { NODE_BUDGET = 1000 * 1000 };

static const char site[] = "outside: wan\n"
			   "zones:\n"
			   "  staff:\n"
			   "    addresses: [10.1.0.0/16, 2001:db8:1::/48]\n"
			   "    interface: lan\n"
			   "    roles: [client, browser]\n"
			   "  old:\n"
			   "    addresses: [10.2.0.0/16]\n"
			   "    interface: lan2\n"
			   "    roles: [client, browser]\n"
			   "  guest:\n"
			   "    addresses: [10.3.0.0/16]\n"
			   "    interface: guest\n"
			   "allow:\n"
			   "  - services: [zoom/web, zoom/meetings]\n"
			   "    from: [staff, old]\n"
			   "  - services: zoom/apps\n"
			   "    from: staff\n";

static struct {
	struct diag *d;
	struct flow_mgr *m;
	struct catalogs catalogs;
	struct policy policy;
	struct plan plan;
	struct gateway *g;
	struct askers *askers; /* as the resolver has it: written and read again */
	struct wants wants;
	struct buf added;
} w;

static int open_world(void **state)
{
	int r;

	(void)state;
	w.d = diag_new();
	w.m = flow_mgr_new(NODE_BUDGET);
	r = catalogs_load("catalogs", w.d, &w.catalogs);
	if (r == 0)
		r = policy_parse(str_of(site), "egret.yaml", &w.catalogs, w.d, &w.policy);
	if (r == 0)
		r = policy_compile(&w.policy, w.m, w.d, &w.plan);
	if (r == 0)
		r = gateway_new(&w.policy, &w.plan, w.m, &w.g);
	if (r == 0)
		r = gateway_write_askers(w.g, &w.added);
	if (r == 0)
		r = askers_read(buf_str(&w.added), w.d, &w.askers);
	if (r == 0)
		r = wants_init(&w.wants);
	if (r < 0) {
		diag_format(w.d, &w.added);
		(void)fputs(w.added.data, stderr);
	}
	return r;
}

static int close_world(void **state)
{
	(void)state;
	gateway_free(w.g);
	askers_free(w.askers);
	wants_release(&w.wants);
	plan_release(&w.plan);
	policy_release(&w.policy);
	catalogs_release(&w.catalogs);
	flow_mgr_free(w.m);
	diag_free(w.d);
	buf_release(&w.added);
	return 0;
}

static struct addr addr_of(const char *text)
{
	struct addr a;

	assert_int_equal(addr_parse(str_of(text), &a), 0);
	return a;
}

static struct name named(const char *text)
{
	struct name n;

	assert_int_equal(name_parse(str_of(text), &n), 0);
	return n;
}

static void who_may_ask(void **state)
{
	static const struct {
		const char *client, *name;
		enum dns_decision want;
	} cases[] = {
		{ "10.1.0.5", "us02web.zoom.us", DNS_ALLOW },
		{ "10.1.0.5", "a.b.c.zoom.us", DNS_ALLOW },
		{ "10.1.0.5", "zoom.us", DNS_REFUSE }, /* the apex is said, or not meant */
		{ "10.1.0.5", "xzoom.us", DNS_REFUSE },
		{ "10.1.0.5", "zoom.us.example", DNS_REFUSE },
		{ "10.1.0.5", "us", DNS_REFUSE },
		{ "10.1.0.5", "x.zoomapp.cloud", DNS_ALLOW },
		{ "2001:db8:1::5", "us02web.zoom.us", DNS_ALLOW },
		{ "10.2.0.5", "us02web.zoom.us", DNS_ALLOW_V4 }, /* a zone without IPv6 */
		{ "10.2.0.5", "x.zoomapp.cloud", DNS_REFUSE },
		{ "10.3.0.5", "us02web.zoom.us", DNS_REFUSE }, /* a zone without services */
		{ "10.4.0.5", "us02web.zoom.us", DNS_REFUSE }, /* nobody's */
		{ "2001:db8:2::5", "us02web.zoom.us", DNS_REFUSE },
		{ "127.0.0.1", "us02web.zoom.us", DNS_REFUSE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct name name = named(cases[i].name);
		enum dns_decision got = askers_decide(w.askers, addr_of(cases[i].client), &name);

		if (got != cases[i].want)
			fail_msg("%s %s: %d", cases[i].client, cases[i].name, got);
	}
}

/* Writes down what is added. */
static int record(void *data, struct learned_element *e, size_t n)
{
	(void)data;
	for (size_t i = 0; i < n; i++) {
		buf_printf(&w.added, "%s ", e[i].map);
		addr_print(e[i].addr, &w.added);
		buf_printf(&w.added, " %s/%u %s %s %llu\n", e[i].proto == 6 ? "tcp" : "udp",
			   e[i].port, e[i].target, e[i].name, (unsigned long long)e[i].timeout_ms);
		e[i].r = 0;
	}
	return 0;
}

static const struct learner recorder = { .add = record };

static void expect(const char *client, const char *address, int r, const char *want)
{
	struct name name = named("us02web.zoom.us");
	const struct dns_learned learned[] = { { addr_of(address), 120 },
					       { addr_of(address), 60 } };

	buf_clear(&w.added);
	gateway_want(w.g, 7, addr_of(client), &name, learned, 2, &w.wants);
	wants_learn(&w.wants, &recorder);
	assert_int_equal(w.wants.wants, 1);
	assert_int_equal(w.wants.want[0].ticket, 7);
	assert_int_equal(w.wants.want[0].r, r);
	wants_clear(&w.wants);
	assert_string_equal(w.added.n ? w.added.data : "", want);
}

/* Each protocol and port once, in the map of the client's side, for the first requirement. */
static void where_addresses_go(void **state)
{
	(void)state;
	expect("10.1.0.5", "170.114.1.1", 0,
	       "learned4-staff 170.114.1.1 tcp/80 zoom/web/web-tcp us02web.zoom.us 120000\n"
	       "learned4-staff 170.114.1.1 tcp/443 zoom/web/web-tcp us02web.zoom.us 120000\n"
	       "learned4-staff 170.114.1.1 udp/443 zoom/web/web-quic us02web.zoom.us 120000\n");
	expect("2001:db8:1::5", "170.114.1.1", 0,
	       "learned4-staff 170.114.1.1 tcp/80 zoom/web/web-tcp us02web.zoom.us 120000\n"
	       "learned4-staff 170.114.1.1 tcp/443 zoom/web/web-tcp us02web.zoom.us 120000\n"
	       "learned4-staff 170.114.1.1 udp/443 zoom/web/web-quic us02web.zoom.us 120000\n");
	expect("10.1.0.5", "2407:30c0::1", 0,
	       "learned6-staff 2407:30c0::1 tcp/80 zoom/web/web-tcp us02web.zoom.us 120000\n"
	       "learned6-staff 2407:30c0::1 tcp/443 zoom/web/web-tcp us02web.zoom.us 120000\n"
	       "learned6-staff 2407:30c0::1 udp/443 zoom/web/web-quic us02web.zoom.us 120000\n");
	expect("10.2.0.5", "170.114.1.1", 0,
	       "learned4-old 170.114.1.1 tcp/80 zoom/web/web-tcp us02web.zoom.us 120000\n"
	       "learned4-old 170.114.1.1 tcp/443 zoom/web/web-tcp us02web.zoom.us 120000\n"
	       "learned4-old 170.114.1.1 udp/443 zoom/web/web-quic us02web.zoom.us 120000\n");
	expect("10.2.0.5", "2407:30c0::1", -ENOENT, "");
	expect("10.3.0.5", "170.114.1.1", -ENOENT, "");
}

static void our_own_addresses(void **state)
{
	(void)state;
	assert_true(askers_inside(w.askers, addr_of("10.3.0.1")));
	assert_true(askers_inside(w.askers, addr_of("2001:db8:1::1")));
	assert_false(askers_inside(w.askers, addr_of("170.114.1.1")));
	assert_int_equal(gateway_maps(w.g), 3);
	assert_true(gateway_rules(w.g) > 0);
	assert_string_equal(gateway_map(w.g, 0), "learned4-staff");
}

/* Requests that go together: what the kernel refuses of one is not the other's trouble. */
static int refuse_ipv6(void *data, struct learned_element *e, size_t n)
{
	(void)data;
	for (size_t i = 0; i < n; i++)
		e[i].r = e[i].addr.family == FAMILY_V6 ? -ENOSPC : 0;
	return -ENOSPC;
}

static void together(void **state)
{
	static const struct learner small = { .add = refuse_ipv6 };
	struct name name = named("us02web.zoom.us"), foreign = named("www.example");
	const struct dns_learned v4 = { addr_of("170.114.1.1"), 120 };
	const struct dns_learned v6 = { addr_of("2407:30c0::1"), 120 };
	struct addr client = addr_of("10.1.0.5");

	(void)state;
	gateway_want(w.g, 1, client, &name, &v4, 1, &w.wants);
	gateway_want(w.g, 2, client, &name, &v6, 1, &w.wants);
	gateway_want(w.g, 3, client, &foreign, &v4, 1, &w.wants);
	gateway_want(w.g, 4, client, &name, &v4, 1, &w.wants);
	wants_learn(&w.wants, &small);
	assert_int_equal(w.wants.want[0].r, 0);
	assert_int_equal(w.wants.want[1].r, -ENOSPC);
	assert_int_equal(w.wants.want[2].r, -ENOENT);
	assert_int_equal(w.wants.want[3].r, 0);
	assert_int_equal(w.wants.n, 9);
	wants_clear(&w.wants);
}

static int record_forgotten(void *data, struct learned_element *e, size_t n)
{
	assert_int_equal(record(data, e, n), 0);
	return 0;
}

/* Whoever asked: every map that a rule with the name has. */
static void forgotten(void **state)
{
	static const struct learner forgetter = { .del = record_forgotten };
	struct name name = named("us02web.zoom.us");
	struct addr address = addr_of("170.114.1.1");

	(void)state;
	buf_clear(&w.added);
	gateway_want_all(w.g, &name, &address, 1, &w.wants);
	wants_forget(&w.wants, &forgetter);
	assert_int_equal(w.wants.want[0].r, 0);
	wants_clear(&w.wants);
	assert_string_equal(
		w.added.data,
		"learned4-staff 170.114.1.1 tcp/80 zoom/web/web-tcp us02web.zoom.us 0\n"
		"learned4-staff 170.114.1.1 tcp/443 zoom/web/web-tcp us02web.zoom.us 0\n"
		"learned4-old 170.114.1.1 tcp/80 zoom/web/web-tcp us02web.zoom.us 0\n"
		"learned4-old 170.114.1.1 tcp/443 zoom/web/web-tcp us02web.zoom.us 0\n"
		"learned4-staff 170.114.1.1 udp/443 zoom/web/web-quic us02web.zoom.us 0\n"
		"learned4-old 170.114.1.1 udp/443 zoom/web/web-quic us02web.zoom.us 0\n");
}

/* Clients whose rules are the same share what was opened for one of them. */
static void sides(void **state)
{
	uint64_t staff = askers_side(w.askers, addr_of("10.1.0.5"));

	(void)state;
	assert_int_equal(askers_side(w.askers, addr_of("10.1.0.6")), staff);
	assert_int_not_equal(askers_side(w.askers, addr_of("10.2.0.5")), staff);
	assert_int_equal(askers_side(w.askers, addr_of("10.3.0.5")), 0);
}

static void no_table_of_askers(void **state)
{
	static const char *const texts[] = {
		"",
		"egret names 2\n",
		"egret names 1\nallow 46 a.example\n", /* for whom? */
		"egret names 1\nfrom 10.0.0.0/8\n",
		"egret names 1\ngroup 1\n",
		"egret names 1\ngroup\nfrom 10.0.0.1/8\n",
		"egret names 1\ngroup\nallow 5 a.example\n",
		"egret names 1\ngroup\nallow 46\n",
		"egret names 1\ngroup\nallow 46 a.example\nfrom 10.0.0.0/8\n", /* too late */
		"egret names 1\ngroup\nallow 46 a..example\n",
		"egret names 1\n\n",
		"egret names 1\ninside\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct askers *a = NULL;

		diag_clear(w.d);
		if (askers_read(str_of(texts[i]), w.d, &a) == 0)
			fail_msg("taken: %s", texts[i]);
		assert_null(a);
		assert_int_equal(diag_errors(w.d), 1);
	}
	diag_clear(w.d);
}

static int sample(void *data)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	EG_AUTO(gateway_freep) struct gateway *g = NULL;
	EG_AUTO(wants_release) struct wants wants = { 0 };
	EG_AUTO(askers_freep) struct askers *askers = NULL;
	struct name name = named("us02web.zoom.us");
	const struct dns_learned learned = { addr_of("170.114.1.1"), 120 };
	const struct learner nobody = { .add = data };
	int r = gateway_new(&w.policy, &w.plan, w.m, &g);

	if (r == 0)
		r = gateway_write_askers(g, &text);
	if (r == 0)
		r = askers_read(buf_str(&text), w.d, &askers);
	if (r == 0)
		r = wants_init(&wants);
	if (r < 0)
		return r;
	gateway_want(g, 1, addr_of("10.1.0.5"), &name, &learned, 1, &wants);
	wants_learn(&wants, &nobody);
	return wants.want[0].r;
}

static int add_nothing(void *data, struct learned_element *e, size_t n)
{
	(void)data;
	(void)e;
	return n == 3 ? 0 : -EINVAL;
}

static void without_memory(void **state)
{
	(void)state;
	assert_true(assert_survives_oom(sample, (void *)add_nothing) > 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_may_ask),
		cmocka_unit_test(where_addresses_go),
		cmocka_unit_test(together),
		cmocka_unit_test(forgotten),
		cmocka_unit_test(sides),
		cmocka_unit_test(no_table_of_askers),
		cmocka_unit_test(our_own_addresses),
		cmocka_unit_test(without_memory),
	};

	return cmocka_run_group_tests(tests, open_world, close_world);
}
