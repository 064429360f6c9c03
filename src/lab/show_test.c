/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole show with the office policy. The ruleset is written here, rule by rule, as plainly as
 * nft's language allows, and loaded by the nft program: a slow twin of the real writer and loader.
 */
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fd.h"
#include "lab/show.h"
#include "net/proto.h"
#include "support/netns.h"
#include "support/site.h"

static struct site office;

static void print_diag(void)
{
	struct buf text = BUF_INIT;

	diag_format(office.d, &text);
	if (text.n)
		print_message("%s", text.data);
	buf_release(&text);
}

static int load_site(const char *catalogs, const char *policy)
{
	site_open(&office, catalogs, policy);
	diag_clear(office.d);
	return 0;
}

static int load_office(void **state)
{
	(void)state;
	return load_site("catalogs", "examples/zoom-office.yaml");
}

/* A vendor that has what Zoom's stored page lost: inbound rows with addresses, in both families. */
static int load_acme(void **state)
{
	(void)state;
	return load_site("tests/data/lab/catalogs", "tests/data/lab/policy.yaml");
}

static int drop_office(void **state)
{
	(void)state;
	site_close(&office);
	return 0;
}

/* ---- the plain writer ---- */

static void put_addresses(struct buf *out, const char *what, const struct flow_spans *s,
			  enum family family)
{
	buf_printf(out, " %s %s { ", family == FAMILY_V4 ? "ip" : "ip6", what);
	for (size_t i = 0; i < s->n; i++) {
		buf_adds(out, i ? ", " : "");
		addr_print((struct addr){ family, s->span[i].lo }, out);
		buf_addc(out, '-');
		addr_print((struct addr){ family, s->span[i].hi }, out);
	}
	buf_adds(out, " }");
}

static void put_rule(struct buf *out, const struct rule *r, enum family family, unsigned extra)
{
	const struct flow_match *m = &r->match;
	bool v4 = family == FAMILY_V4;
	const struct flow_spans *src = &m->dim[v4 ? FLOW_SRC4 : FLOW_SRC6];
	const struct flow_spans *dst = &m->dim[v4 ? FLOW_DST4 : FLOW_DST6];

	if (m->names || !src->n || !dst->n)
		return;
	if (m->dim[FLOW_IIF].n)
		buf_printf(out, " iifname \"%s\"",
			   flow_zone_name(office.m, (uint16_t)m->dim[FLOW_IIF].span[0].lo));
	if (m->dim[FLOW_OIF].n)
		buf_printf(out, " oifname \"%s\"",
			   flow_zone_name(office.m, (uint16_t)m->dim[FLOW_OIF].span[0].lo));
	put_addresses(out, "saddr", src, family);
	put_addresses(out, "daddr", dst, family);
	buf_printf(out, " %s dport { ", proto_name((uint8_t)m->dim[FLOW_PROTO].span[0].lo));
	for (size_t i = 0; i < m->dim[FLOW_DPORT].n; i++)
		buf_printf(out, "%s%u-%u", i ? ", " : "", (unsigned)m->dim[FLOW_DPORT].span[i].lo,
			   (unsigned)m->dim[FLOW_DPORT].span[i].hi + extra);
	buf_adds(out, " } accept\n");
}

/* `extra`: how many ports too many at the end of every range. */
static void write_ruleset(struct buf *out, unsigned extra)
{
	buf_adds(out, "table inet t {\n"
		      "chain f { type filter hook forward priority 0; policy drop;\n"
		      "ct state established,related accept\n"
		      "ct state invalid drop\n");
	for (size_t i = 0; i < office.plan.rules.n; i++) {
		put_rule(out, &office.plan.rules.rule[i], FAMILY_V4, extra);
		put_rule(out, &office.plan.rules.rule[i], FAMILY_V6, extra);
	}
	if (office.plan.rules.otherwise == VERDICT_REJECT)
		buf_adds(out, "reject\n");
	buf_adds(out, "}\n}\n");
}

static int load_text(struct lab *lab, struct diag *d, const char *text)
{
	struct buf out = BUF_INIT;
	int r;

	buf_adds(&out, text);
	r = lab_gateway_run(lab, netns_load, &out, d, NULL);
	buf_release(&out);
	return r;
}

/* What the real writer says with a timeout policy. */
static int let_udp_pause(void *data, struct diag *d, struct buf *out)
{
	EG_AUTO(fd_closep)
	int fd = open("/proc/sys/net/netfilter/nf_conntrack_udp_timeout", O_WRONLY | O_CLOEXEC);

	(void)data;
	(void)d;
	(void)out;
	return fd < 0 || write(fd, "90", 2) != 2 ? -errno : 0;
}

static int load_rules(void *data, struct lab *lab, struct diag *d)
{
	struct buf text = BUF_INIT;
	int r;

	write_ruleset(&text, *(unsigned *)data);
	r = lab_gateway_run(lab, netns_load, &text, d, NULL);
	if (r == 0 && *(unsigned *)data == 0)
		r = lab_gateway_run(lab, let_udp_pause, NULL, d, NULL);
	buf_release(&text);
	return r;
}

/* The rules, behind what loses everything that is tried the first time: see TRIAL_PORT_AGAIN. */
static int load_lossy(void *data, struct lab *lab, struct diag *d)
{
	int r = load_rules(data, lab, d);

	return r < 0 ? r
		     : load_text(lab, d,
				 "table inet lossy {\n"
				 "chain f { type filter hook forward priority -10;\n"
				 "meta l4proto { tcp, udp } th sport 40000-54999 drop\n}\n}\n");
}

static int load_nothing(void *data, struct lab *lab, struct diag *d)
{
	(void)data;
	(void)lab;
	(void)d;
	return 0;
}

static int load_block(void *data, struct lab *lab, struct diag *d)
{
	(void)data;
	return load_text(lab, d,
			 "table inet t { chain f { type filter hook forward priority 0;"
			 " policy drop; }\n}\n");
}

static bool nft_missing(void)
{
	return access("/usr/sbin/nft", X_OK) < 0;
}

static void print_show(const struct show *s)
{
	struct buf line = BUF_INIT;

	print_message(
		"# %zu trials: %zu answered open, %zu late; passed %zu of %zu, refused %zu of %zu; "
		"udp %u s; build %.2f open %.2f load %.2f enforce %.2f s\n",
		s->trials.n, s->answered_open, s->answered_again, s->passed, s->must_pass,
		s->refused, s->must_refuse, s->udp_timeout_s, (double)s->step_ns[SHOW_BUILD] / 1e9,
		(double)s->step_ns[SHOW_OPEN] / 1e9, (double)s->step_ns[SHOW_LOAD] / 1e9,
		(double)s->step_ns[SHOW_ENFORCE] / 1e9);
	for (size_t i = 0; i < s->failures && i < 10; i++) {
		buf_clear(&line);
		show_failure_print(&s->failure[i], &line);
		print_message("#   step %d: %s\n", (int)s->failure[i].step, line.data);
	}
	buf_release(&line);
}

/* Runs it; false: skip. */
static bool run(const struct show_hooks *hooks, struct show *s)
{
	int r = nft_missing()
			? E_UNSUPPORTED
			: show_run(&office.policy, &office.plan, office.m, hooks, office.d, s);

	if (r < 0)
		print_diag();
	diag_clear(office.d);
	if (r == E_UNSUPPORTED) {
		print_message("# skipped: no lab, or no nft, here\n");
		skip();
	}
	assert_int_equal(r, 0);
	print_show(s);
	return true;
}

static void every_requirement_is_shown_in_both_families(void **state)
{
	unsigned extra = 0;
	const struct show_hooks hooks = { .load = load_rules, .data = &extra };
	struct show s = SHOW_INIT;
	size_t yes = 0, waits = 0;

	(void)state;
	if (!run(&hooks, &s))
		return;
	assert_true(show_good(&s));
	assert_int_equal(s.answered_open, s.trials.n);
	for (size_t i = 0; i < s.outcomes; i++) {
		const struct outcome *o = &office.plan.outcome[i];

		print_message(
			"# %-22s %d shown %d: passed %zu/%zu (v4 %zu v6 %zu) refused %zu/%zu\n",
			o->requirement->id, (int)o->fate, (int)s.outcome[i].shown,
			s.outcome[i].passed, s.outcome[i].must_pass, s.outcome[i].passed4,
			s.outcome[i].passed6, s.outcome[i].refused, s.outcome[i].must_refuse);
		yes += s.outcome[i].shown == SHOWN_YES;
		waits += s.outcome[i].shown == SHOWN_WAITS;
		if (o->fate == FATE_RULES)
			assert_true(s.outcome[i].passed > 0 && s.outcome[i].refused > 0);
	}
	assert_true(yes > 0 && waits > 0);
	show_release(&s);
}

static void an_open_gateway_is_found_out(void **state)
{
	const struct show_hooks hooks = { .load = load_nothing };
	struct show s = SHOW_INIT;

	(void)state;
	if (!run(&hooks, &s))
		return;
	assert_false(show_good(&s));
	assert_int_equal(s.passed, s.must_pass);
	assert_int_equal(s.refused, 0);
	assert_int_equal(s.failures, s.must_refuse);
	show_release(&s);
}

static void a_closed_gateway_is_found_out(void **state)
{
	const struct show_hooks hooks = { .load = load_block };
	struct show s = SHOW_INIT;

	(void)state;
	if (!run(&hooks, &s))
		return;
	assert_false(show_good(&s));
	assert_int_equal(s.passed, 0);
	assert_int_equal(s.failures, s.must_pass);
	assert_int_equal(s.refused, s.must_refuse);
	for (size_t i = 0; i < s.failures; i++) {
		assert_true(s.failure[i].end.tries > 1);
		assert_false(s.failure[i].end.arrived);
	}
	show_release(&s);
}

static void what_gets_lost_is_tried_again(void **state)
{
	unsigned extra = 0;
	const struct show_hooks hooks = { .load = load_lossy, .data = &extra };
	struct show s = SHOW_INIT;

	(void)state;
	if (!run(&hooks, &s))
		return;
	assert_true(show_good(&s));
	assert_true(s.must_pass > 0);
	assert_true(s.answered_again >= s.must_pass); /* more, if the open round lost some */
	assert_int_equal(s.refused, s.must_refuse);
	show_release(&s);
}

static void one_port_too_many_is_found_out(void **state)
{
	unsigned extra = 1;
	const struct show_hooks hooks = { .load = load_rules, .data = &extra };
	struct show s = SHOW_INIT;

	(void)state;
	if (!run(&hooks, &s))
		return;
	assert_int_equal(s.passed, s.must_pass);
	assert_true(s.failures > 0);
	assert_true(s.udp_timeout_s < SHOW_UDP_TIMEOUT_MIN_S); /* the kernel's own */
	for (size_t i = 0; i < s.failures; i++)
		assert_int_equal(s.failure[i].trial->kind, TRIAL_PORT);
	for (size_t i = 0; i < s.failures; i++)
		assert_int_equal(s.failure[i].end.tries, 1); /* once seen is enough */
	show_release(&s);
}

static void inbound_rows_and_a_rejecting_default_are_shown(void **state)
{
	unsigned extra = 0;
	const struct show_hooks hooks = { .load = load_rules, .data = &extra };
	struct show s = SHOW_INIT;
	size_t inbound = 0;

	(void)state;
	if (!run(&hooks, &s))
		return;
	assert_true(show_good(&s));
	for (size_t i = 0; i < s.trials.n; i++)
		inbound += s.trials.trial[i].pass && s.trials.trial[i].from == s.topology.outside;
	assert_true(inbound >= 4); /* both families, at once and late */
	for (size_t i = 0; i < s.outcomes; i++)
		if (office.plan.outcome[i].fate == FATE_RULES)
			assert_true(s.outcome[i].passed4 && s.outcome[i].passed6);
	show_release(&s);
}

#define SHOW_TEST(test, site) cmocka_unit_test_setup_teardown(test, load_##site, drop_office)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SHOW_TEST(every_requirement_is_shown_in_both_families, office),
		SHOW_TEST(an_open_gateway_is_found_out, office),
		SHOW_TEST(a_closed_gateway_is_found_out, office),
		SHOW_TEST(what_gets_lost_is_tried_again, office),
		SHOW_TEST(one_port_too_many_is_found_out, office),
		SHOW_TEST(inbound_rows_and_a_rejecting_default_are_shown, acme),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
