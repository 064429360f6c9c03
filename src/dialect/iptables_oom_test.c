/* SPDX-License-Identifier: Apache-2.0 */
/* Writing and reading with every allocation failing in turn. */
#include "support/test.h"

#include "base/file.h"
#include "dialect/dialect.h"
#include "net/proto.h"
#include "support/oom.h"

static const char odd_text[] = "tests/fuzz/seeds/dialect_iptables/odd";

static const struct flow_span inside[] = { { 0x0a000000, 0x0a0000ff } };
static const struct flow_span outside[] = { { 0xc6336400, 0xc63364ff },
					    { 0xcb007100, 0xcb0071ff } };
static const struct flow_span web[] = { { 80, 80 }, { 443, 443 } };
static const struct flow_span tcp[] = { { PROTO_TCP, PROTO_TCP } };
static const struct flow_span icmp[] = { { PROTO_ICMP, PROTO_ICMP } };
static const struct flow_span echo[] = { { 0x0800, 0x0800 } };
static const struct flow_span v4[] = { { 0, 0 } };
static const struct flow_span not_two[] = { { 0, 0 }, { 3, ZONE_MAX } };

static const struct pattern names[] = { { .kind = PATTERN_ANY } };

/* A rule of each kind that the writer tells apart. */
static int add_rules(struct rulelist *l, struct flow_mgr *m)
{
	struct rule web_rule = { .verdict = VERDICT_ACCEPT,
				 .origin = {
					 .vendor = "v", .service = "s", .requirement = "web" } };
	struct rule ping = { .verdict = VERDICT_REJECT }, by_name = { .verdict = VERDICT_ACCEPT };
	uint16_t id;
	int r = flow_zone(m, STR("lan"), &id);

	if (r == 0)
		r = flow_zone(m, STR("dmz"), &id);
	web_rule.match.dim[FLOW_IIF] = (struct flow_spans){ not_two, 2 };
	web_rule.match.dim[FLOW_SRC4] = (struct flow_spans){ inside, 1 };
	web_rule.match.dim[FLOW_DST4] = (struct flow_spans){ outside, 2 };
	web_rule.match.dim[FLOW_PROTO] = (struct flow_spans){ tcp, 1 };
	web_rule.match.dim[FLOW_DPORT] = (struct flow_spans){ web, 2 };
	ping.match.dim[FLOW_FAMILY] = (struct flow_spans){ v4, 1 };
	ping.match.dim[FLOW_PROTO] = (struct flow_spans){ icmp, 1 };
	ping.match.dim[FLOW_DPORT] = (struct flow_spans){ echo, 1 };
	by_name.match.name = names;
	by_name.match.names = 1;
	if (r == 0)
		r = rulelist_add(l, &web_rule);
	if (r == 0)
		r = rulelist_add(l, &ping);
	return r < 0 ? r : rulelist_add(l, &by_name);
}

static int write_and_read(struct flow_mgr *m, struct arena *a, struct diag *d, bool *ret_through)
{
	EG_AUTO(reading_freep) struct reading *reading = NULL;
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	struct losses lost = { 0 };
	struct rulelist rules;
	struct flow f;
	int r;

	rulelist_init(&rules, a);
	r = add_rules(&rules, m);
	if (r == 0)
		r = dialect_iptables.write(&rules, m, a, d, &text, &lost);
	rulelist_release(&rules);
	if (r == 0)
		r = dialect_iptables.read(buf_str(&text), "oom", NULL, m, d, &reading);
	if (r == 0)
		r = flow_parse(STR("tcp 10.0.0.9:1000 -> 203.0.113.5:443"), NULL, NULL, d, &f);
	if (r == 0) {
		f.iif = 7;
		*ret_through = lost.n == 1 && flow_leaf_at(m, reading->must_accept, &f);
	}
	return r;
}

/* A text with all that there is. */
static int read_odd(struct flow_mgr *m, struct diag *d)
{
	EG_AUTO(reading_freep) struct reading *reading = NULL;
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	int r = file_read(odd_text, FILE_LIMIT, &text, d);

	if (r == 0)
		r = dialect_iptables.read(buf_str(&text), "odd", NULL, m, d, &reading);
	return r;
}

static int sample(void *data)
{
	struct flow_mgr *m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
	struct arena *a = arena_new();
	struct diag *d = diag_new();
	bool through = true;
	int r = m && a && d ? write_and_read(m, a, d, &through) : -ENOMEM;

	(void)data;
	if (r == 0)
		r = read_odd(m, d);
	diag_free(d);
	arena_free(a);
	flow_mgr_free(m);
	if (r == 0)
		assert_true(through);
	return r;
}

static void every_allocation_may_fail(void **state)
{
	unsigned n = assert_survives_oom(sample, NULL);

	(void)state;
	print_message("# %u allocations\n", n);
	assert_true(n > 300);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
