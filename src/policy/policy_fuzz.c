/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text: it is refused with at least one error told, or it becomes a policy that compiles and
 * can be linted, whose every rule accepts new flows to or from the vendor only, and whose resolver
 * asks either over TLS or in the clear.
 */
#include <assert.h>
#include <stdint.h>

#include "base/err.h"
#include "policy/policy.h"

enum { NODE_BUDGET = 200 * 1000 };

/* One row of each kind, in a text, so that the target needs no file. */
static const char vendor[] =
	"vendor: acme\n"
	"title: Acme\n"
	"page: p\n"
	"page-date: 2026-10-01\n"
	"lists:\n"
	"  v4: { file: v4.txt, family: ipv4, date: 2026-10-01, source: made up }\n"
	"  v6: { file: v6.txt, family: ipv6, date: 2026-10-01, source: made up }\n"
	"  gone: { file: gone.txt, family: ipv6, missing: not held }\n"
	"services:\n"
	"  web:\n"
	"    title: Web\n"
	"    selftest: acme.example\n"
	"    bypass: \"*.acme.example\"\n"
	"    requirements:\n"
	"      web-tcp: { title: T, page: p, roles: [client, browser], proto: tcp, ports: 443,\n"
	"                 proxyable: true, names: [\"*.acme.example\", \"*.acme.test\"] }\n"
	"  call:\n"
	"    title: Call\n"
	"    requirements:\n"
	"      media: { title: T, page: p, roles: client, proto: udp, ports: 3478-3481,\n"
	"               lists: [v4, v6], tags: media }\n"
	"      half: { title: T, page: p, roles: client, roles-cut: true, proto: tcp, ports: 443,\n"
	"              lists: [v4, gone], unverified: not sure }\n"
	"      none: { title: T, page: p, roles: hardware, proto: tcp, ports: 443, lists: gone }\n"
	"  hook:\n"
	"    title: Hook\n"
	"    requirements:\n"
	"      hook-in: { title: T, page: p, roles: vendor, direction: inbound, proto: tcp,\n"
	"                 ports: 443, lists: v4, endpoint: ours }\n";

static int read_list(void *data, const char *path, struct buf *out, struct diag *d)
{
	(void)data;
	(void)d;
	buf_adds(out, str_ends(str_of(path), "v4.txt") ? "192.0.2.0/24\n" : "2001:db8::/32\n");
	return out->r;
}

/* The catalog of all runs; kept until the process ends. */
static const struct catalogs *catalogs(void)
{
	static struct catalog catalog;
	static struct catalogs all;
	const struct list_source source = { .read = read_list };

	if (!all.n) {
		struct diag *d = diag_new();
		int r = d ? catalog_read(str_of(vendor), "catalog.yaml", &source, d, &catalog) : -1;

		assert(r == 0);
		diag_free(d);
		all = (struct catalogs){ .catalog = &catalog, .n = 1 };
	}
	return &all;
}

static bool is_one(const struct flow_spans *s, u128 value)
{
	return s->span && s->n == 1 && s->span[0].lo == value && s->span[0].hi == value;
}

static void check_rule(const struct rule *r)
{
	const struct flow_match *m = &r->match;

	assert(r->verdict == VERDICT_ACCEPT);
	assert(is_one(&m->dim[FLOW_STATE], STATE_NEW));
	assert(m->dim[FLOW_PROTO].n == 1 && m->dim[FLOW_DPORT].n > 0);
	assert(m->dim[FLOW_SRC4].span && m->dim[FLOW_SRC6].span);
	assert(m->dim[FLOW_SRC4].n || m->dim[FLOW_SRC6].n);
	/* The vendor's end: its addresses or its names, never any. */
	assert(m->names || m->dim[FLOW_DST4].n || m->dim[FLOW_DST6].n);
	assert(r->origin.vendor && r->origin.requirement && r->zone);
}

static void check_plan(const struct plan *p)
{
	size_t next = 0;

	for (size_t i = 0; i < p->outcomes; i++) {
		const struct outcome *o = &p->outcome[i];
		bool ruled = o->fate == FATE_RULES || o->fate == FATE_NAMES;

		assert(o->first_rule == next && ruled == (o->rules > 0));
		assert(ruled || o->why);
		next += o->rules;
	}
	assert(next == p->rules.n);
	for (size_t i = 0; i < p->rules.n; i++)
		check_rule(&p->rules.rule[i]);
}

static void check_resolver(const struct resolver_policy *r)
{
	for (size_t i = 0; i < r->upstreams; i++)
		assert(r->upstream[i].tls == r->upstream[0].tls);
	assert(r->refuse == NAME_SINKHOLE ? r->sinkholes > 0 : r->sinkholes == 0);
	assert(r->addresses >= RESOLVER_ADDRESSES_MIN && r->addresses <= RESOLVER_ADDRESSES_MAX);
}

static void check_policy(const struct policy *p, struct diag *d)
{
	struct flow_mgr *m = flow_mgr_new(NODE_BUDGET);
	struct plan plan = PLAN_INIT;

	assert(m && p->otherwise != VERDICT_ACCEPT && p->zones > 0);
	check_resolver(&p->resolver);

	int r = policy_compile(p, m, d, &plan);

	assert(r == 0 || diag_errors(d) > 0);
	if (r == 0) {
		check_plan(&plan);
		r = policy_lint(p, &plan, m, d);
		assert(r == 0 && diag_errors(d) == 0);
	}
	plan_release(&plan);
	flow_mgr_free(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct diag *d = diag_new();
	struct policy p = POLICY_INIT;

	assert(d);

	int r = policy_parse(text, "egret.yaml", catalogs(), d, &p);

	assert((r < 0) == (diag_errors(d) > 0));
	assert(r == 0 || !p.arena);
	if (r == 0)
		check_policy(&p, d);
	policy_release(&p);
	diag_free(d);
	return 0;
}
