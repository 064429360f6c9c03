/* SPDX-License-Identifier: Apache-2.0 */
/* Zoom's catalog, and a site with three zones: who may ask for what, and where addresses go. */
#include "support/test.h"

#include <errno.h>

#include "base/err.h"
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
		enum dns_decision got = gateway_decide(w.g, addr_of(cases[i].client), &name);

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
	assert_int_equal(gateway_learn(w.g, &recorder, addr_of(client), &name, learned, 2), r);
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
	assert_true(gateway_inside(w.g, addr_of("10.3.0.1")));
	assert_true(gateway_inside(w.g, addr_of("2001:db8:1::1")));
	assert_false(gateway_inside(w.g, addr_of("170.114.1.1")));
	assert_int_equal(gateway_maps(w.g), 3);
	assert_true(gateway_rules(w.g) > 0);
	assert_string_equal(gateway_map(w.g, 0), "learned4-staff");
}

static int sample(void *data)
{
	struct name name = named("us02web.zoom.us");
	const struct dns_learned learned = { addr_of("170.114.1.1"), 120 };
	const struct learner nobody = { .add = data };
	struct gateway *g;
	int r = gateway_new(&w.policy, &w.plan, w.m, &g);

	if (r < 0)
		return r;
	r = gateway_learn(g, &nobody, addr_of("10.1.0.5"), &name, &learned, 1);
	gateway_free(g);
	return r;
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
		cmocka_unit_test(our_own_addresses),
		cmocka_unit_test(without_memory),
	};

	return cmocka_run_group_tests(tests, open_world, close_world);
}
