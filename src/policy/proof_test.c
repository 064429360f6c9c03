/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must hold for every policy, proven on the examples with Zoom's catalog and on a made-up site
 * with a row of every kind.
 */
#include "support/test.h"

#include "base/alloc.h"
#include "base/rand.h"
#include "policy/families.h"
#include "policy/policy.h"
#include "support/site.h"

enum { FLOWS = 20000 };

static const struct sample {
	const char *catalogs, *policy;
} samples[] = {
	{ "catalogs", "examples/zoom-office.yaml" },
	{ "catalogs", "examples/zoom-meetings-only.yaml" },
	{ "catalogs", "examples/zoom-browser-only.yaml" },
	{ "catalogs", "examples/zoom-proxy-site.yaml" },
	{ "tests/data/policy/catalogs", "tests/data/policy/acme-site.yaml" },
};

static void open_quietly(struct site *w, const struct sample *s)
{
	site_open(w, s->catalogs, s->policy);
	assert_int_equal(diag_count(w->d), 0);
}

/* ---- sets of rules ---- */

/* The union of the accept rules that are not `without`, and not among skip[] when it is given. */
static flow_ref union_of(const struct site *w, size_t without, const bool *skip)
{
	flow_ref sum = FLOW_NONE, one;

	for (size_t i = 0; i < w->plan.rules.n; i++) {
		if (i == without || (skip && skip[i]))
			continue;
		assert_int_equal(w->plan.rules.rule[i].verdict, VERDICT_ACCEPT);
		assert_int_equal(flow_of_match(w->m, &w->plan.rules.rule[i].match, 1, &one), 0);
		assert_int_equal(flow_override(w->m, sum, one, &sum), 0);
	}
	return sum;
}

static void add(struct site *w, const struct flow_match *match, flow_ref *sum)
{
	flow_ref one;

	assert_int_equal(flow_of_match(w->m, match, 1, &one), 0);
	assert_int_equal(flow_override(w->m, *sum, one, sum), 0);
}

static void constrain(struct site *w, struct flow_match *match, enum flow_dim dim,
		      const struct zone *z)
{
	uint16_t id;

	if (!z || !z->interface)
		return;
	assert_int_equal(flow_zone(w->m, str_of(z->interface), &id), 0);
	assert_int_equal(match_one(match, dim, id, id, w->plan.arena), 0);
}

/* Whatever an allowed zone of ours may start: a new flow from its addresses to the outside. */
static void add_egress(struct site *w, const struct zone *z, flow_ref *sum)
{
	struct flow_match match = FLOW_MATCH_ANY;
	struct arena *a = w->plan.arena;

	assert_int_equal(match_one(&match, FLOW_STATE, STATE_NEW, STATE_NEW, a), 0);
	assert_int_equal(match_prefixes(&match, FLOW_SRC4, FLOW_SRC6, &z->set, a), 0);
	constrain(w, &match, FLOW_IIF, z);
	constrain(w, &match, FLOW_OIF, w->policy.outside);
	add(w, &match, sum);
}

/* Whatever a vendor may start: a new flow from a list of the row to a published endpoint's port. */
static void add_inbound(struct site *w, const struct endpoint *e, const struct requirement *q,
			flow_ref *sum)
{
	struct arena *a = w->plan.arena;

	for (size_t i = 0; i < q->lists; i++) {
		struct flow_match match = FLOW_MATCH_ANY;

		assert_int_equal(match_one(&match, FLOW_STATE, STATE_NEW, STATE_NEW, a), 0);
		assert_int_equal(match_one(&match, FLOW_PROTO, q->proto, q->proto, a), 0);
		assert_int_equal(match_ports(&match, FLOW_DPORT, &q->ports, a), 0);
		assert_int_equal(match_prefixes(&match, FLOW_SRC4, FLOW_SRC6, &q->list[i]->set, a),
				 0);
		assert_int_equal(match_prefixes(&match, FLOW_DST4, FLOW_DST6, &e->set, a), 0);
		constrain(w, &match, FLOW_IIF, w->policy.outside);
		constrain(w, &match, FLOW_OIF, e->zone);
		add(w, &match, sum);
	}
}

/* S15: nothing is accepted but what we start ourselves and what the vendor may call. */
static void only_our_side_starts_flows_except_to_published_endpoints(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
		struct site w;
		flow_ref envelope = FLOW_NONE, beyond;

		open_quietly(&w, &samples[i]);
		for (size_t k = 0; k < w.policy.allows; k++) {
			for (size_t z = 0; z < w.policy.allow[k].zones; z++)
				add_egress(&w, w.policy.allow[k].zone[z], &envelope);
		}
		for (size_t k = 0; k < w.policy.endpoints; k++) {
			const struct endpoint *e = &w.policy.endpoint[k];

			for (size_t q = 0; q < e->requirements; q++)
				add_inbound(&w, e, e->requirement[q], &envelope);
		}
		assert_false(flow_empty(union_of(&w, SIZE_MAX, NULL)));
		assert_int_equal(flow_minus(w.m, union_of(&w, SIZE_MAX, NULL), envelope, &beyond),
				 0);
		if (!flow_empty(beyond))
			fail_msg("%s lets in more than it says", samples[i].policy);
		site_close(&w);
	}
}

/* ---- S48: every rule is needed ---- */

static bool lint_told(const struct site *w, const struct rule *r)
{
	EG_AUTO(buf_release) struct buf wanted = BUF_INIT;

	origin_print(&r->origin, &wanted);
	buf_printf(&wanted, " from %s adds nothing", r->zone);
	for (size_t i = 0; i < diag_count(w->d); i++) {
		if (strstr(diag_get(w->d, i)->text, wanted.data))
			return true;
	}
	return false;
}

/* How many rules lint told; all others are needed, and together they are enough. */
static size_t check_needed(struct site *w)
{
	size_t n = w->plan.rules.n, told = 0;
	bool *skip = mem_zero(n, sizeof(*skip));
	flow_ref all = union_of(w, SIZE_MAX, NULL);

	for (size_t k = 0; k < n; k++) {
		skip[k] = lint_told(w, &w->plan.rules.rule[k]);
		told += skip[k];
	}
	assert_int_equal(union_of(w, SIZE_MAX, skip), all);
	for (size_t k = 0; k < n; k++) {
		if (!skip[k] && union_of(w, k, skip) == all)
			fail_msg("%s: rule %zu (%s) adds nothing and lint is silent",
				 w->policy.path, k, w->plan.rules.rule[k].origin.requirement);
	}
	mem_free(skip);
	return told;
}

static void without_what_lint_tells_every_rule_is_needed(void **state)
{
	size_t told = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
		struct site w;

		open_quietly(&w, &samples[i]);
		assert_int_equal(policy_lint(&w.policy, &w.plan, w.m, w.d), 0);
		assert_int_equal(diag_errors(w.d), 0);
		told += check_needed(&w);
		site_close(&w);
	}
	assert_true(told > 0); /* the website row is in the office's web rows (S29) */
}

/* S49: whatever the catalog can serve in a family has a rule in it where the zones have it. */
static unsigned ruled_families(const struct plan *plan, const struct outcome *o)
{
	unsigned families = 0;

	for (size_t n = o->first_rule; n < o->first_rule + o->rules; n++) {
		const struct flow_match *m = &plan->rules.rule[n].match;

		families |= families_if(m->dim[FLOW_SRC4].n > 0, m->dim[FLOW_SRC6].n > 0);
	}
	return families;
}

static bool families_ruled(const struct plan *plan, const struct outcome *o)
{
	const struct requirement *q = o->requirement;

	return !o->rules || ruled_families(plan, o) == families_if(q->usable4, q->usable6);
}

static void both_families_have_their_rules(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) { /* the sites whose zones have both */
		struct site w;

		open_quietly(&w, &samples[i]);
		for (size_t k = 0; k < w.plan.outcomes; k++)
			if (!families_ruled(&w.plan, &w.plan.outcome[k]))
				fail_msg("%s: %s", samples[i].policy,
					 w.plan.outcome[k].requirement->id);
		site_close(&w);
	}
}

/* ---- the slow, obvious twin ---- */

static bool on_interface(const struct site *w, const struct zone *z, uint16_t id)
{
	const char *name = flow_zone_name(w->m, id);

	return !z || !z->interface || (name && strcmp(name, z->interface) == 0);
}

static bool on_page(const struct requirement *q, const struct flow *f, struct addr vendor)
{
	if (f->proto != q->proto || !ports_has(&q->ports, f->dport))
		return false;
	if (f->dst.family == FAMILY_V4 ? !q->usable4 : !q->usable6)
		return false;
	for (size_t i = 0; i < q->lists; i++) {
		for (size_t k = 0; k < q->list[i]->lines; k++) {
			if (prefix_has(q->list[i]->line[k].prefix, vendor))
				return true;
		}
	}
	return false;
}

static bool named(const struct policy *p, const struct requirement *q, const struct flow *f)
{
	if (f->proto != q->proto || !ports_has(&q->ports, f->dport) || !f->name.text[0])
		return false;
	for (size_t i = 0; i < q->names; i++) {
		if (pattern_matches(&q->name[i], &f->name) ||
		    (p->apex && strcmp(q->name[i].name.text, f->name.text) == 0))
			return true;
	}
	return false;
}

static bool is_off(const struct allow *a, const struct requirement *q)
{
	for (size_t i = 0; i < a->excepts; i++) {
		if (strcmp(a->except[i], q->id) == 0)
			return true;
		for (size_t t = 0; t < q->tags; t++) {
			if (strcmp(a->except[i], q->tag[t]) == 0)
				return true;
		}
	}
	return false;
}

static bool twin_egress(const struct site *w, const struct allow *a, const struct requirement *q,
			const struct flow *f)
{
	if (!on_interface(w, w->policy.outside, f->oif))
		return false;
	for (size_t i = 0; i < a->zones; i++) {
		const struct zone *z = a->zone[i];

		if ((!z->roles || z->roles & q->roles) && prefixlist_has(&z->set, f->src) &&
		    on_interface(w, z, f->iif) &&
		    (on_page(q, f, f->dst) || named(&w->policy, q, f)))
			return true;
	}
	return false;
}

static bool twin_inbound(const struct site *w, const struct requirement *q, const struct flow *f)
{
	if (!on_interface(w, w->policy.outside, f->iif) || !on_page(q, f, f->src))
		return false;
	for (size_t i = 0; i < w->policy.endpoints; i++) {
		const struct endpoint *e = &w->policy.endpoint[i];

		for (size_t k = 0; k < e->requirements; k++) {
			if (e->requirement[k] == q && prefixlist_has(&e->set, f->dst) &&
			    on_interface(w, e->zone, f->oif))
				return true;
		}
	}
	return false;
}

/* The policy as the manual says it, flow by flow. */
static bool twin(const struct site *w, const struct flow *f)
{
	for (size_t i = 0; f->state == STATE_NEW && i < w->policy.allows; i++) {
		const struct allow *a = &w->policy.allow[i];

		for (size_t k = 0; k < a->service->requirements; k++) {
			const struct requirement *q = &a->service->requirement[k];

			if (is_off(a, q) || q->status == STATUS_INCOMPLETE)
				continue;
			if (q->direction == DIRECTION_INBOUND ? twin_inbound(w, q, f)
							      : twin_egress(w, a, q, f))
				return true;
		}
	}
	return false;
}

static struct addr near_edge(struct rand *rnd, const struct addr_range *r)
{
	u128 v = rand_below(rnd, 2) ? r->lo : r->hi;

	v += (u128)rand_below(rnd, 3) - 1;
	return (struct addr){ r->family, v & family_max(r->family) };
}

/* An address at the edge of a zone, an endpoint or a list, in one family. */
static struct addr some_addr(struct rand *rnd, const struct site *w, enum family family)
{
	const struct policy *p = &w->policy;

	for (;;) {
		const struct prefixlist *l = &p->zone[rand_below(rnd, p->zones)].set;
		const struct catalog *c = &w->catalogs.catalog[rand_below(rnd, w->catalogs.n)];
		uint64_t kind = rand_below(rnd, 3);

		if (kind == 1 && p->endpoints)
			l = &p->endpoint[rand_below(rnd, p->endpoints)].set;
		if (kind == 2 && c->lists)
			l = &c->list[rand_below(rnd, c->lists)].set;
		if (l->n == 0)
			continue;

		struct addr a = near_edge(rnd, &l->range[rand_below(rnd, l->n)]);

		if (a.family == family)
			return a;
	}
}

/* Moves the ends of an egress flow towards a zone that is allowed something and the row's lists. */
static void aim(struct rand *rnd, const struct site *w, const struct requirement *q, struct flow *f)
{
	const struct allow *a = &w->policy.allow[rand_below(rnd, w->policy.allows)];
	const struct prefixlist *from = &a->zone[rand_below(rnd, a->zones)]->set;
	const struct addr_range *r = &from->range[rand_below(rnd, from->n)];

	f->src = near_edge(rnd, r);
	for (size_t i = 0; i < q->lists; i++) {
		const struct prefixlist *to = &q->list[i]->set;

		if (to->n && to->range[0].family == r->family)
			f->dst = near_edge(rnd, &to->range[rand_below(rnd, to->n)]);
	}
	if (f->dst.family != f->src.family)
		f->dst = some_addr(rnd, w, f->src.family);
}

static struct flow some_flow(struct rand *rnd, const struct site *w)
{
	static const char *const interfaces[] = { "lan", "guest", "dmz", "wan" };
	static const char *const prefixes[] = { "", "www.", "a.b.", "x" };
	const struct policy *p = &w->policy;
	const struct service *s = p->allow[rand_below(rnd, p->allows)].service;
	const struct requirement *q = &s->requirement[rand_below(rnd, s->requirements)];
	const struct port_range *ports = &q->ports.range[rand_below(rnd, q->ports.n)];
	enum family family = rand_below(rnd, 2) ? FAMILY_V4 : FAMILY_V6;
	struct flow f = {
		.state = rand_below(rnd, 8) ? STATE_NEW : STATE_ESTABLISHED,
		.proto = rand_below(rnd, 8) ? q->proto : 6,
		.dport = (uint16_t)((rand_below(rnd, 2) ? ports->lo : ports->hi) +
				    rand_below(rnd, 8) / 7),
		.src = some_addr(rnd, w, family),
		.dst = some_addr(rnd, w, family),
	};

	if (rand_below(rnd, 2))
		aim(rnd, w, q, &f);

	/* Half the flows leave by wan, the last one. */
	const char *in = interfaces[rand_below(rnd, 4)];
	const char *out = interfaces[rand_below(rnd, 2) ? 3 : rand_below(rnd, 4)];

	assert_int_equal(flow_zone(w->m, str_of(in), &f.iif), 0);
	assert_int_equal(flow_zone(w->m, str_of(out), &f.oif), 0);
	if (q->names && rand_below(rnd, 4)) {
		const struct name *n = &q->name[rand_below(rnd, q->names)].name;

		(void)snprintf(f.name.text, sizeof(f.name.text), "%s%.200s",
			       prefixes[rand_below(rnd, 4)], n->text);
	}
	return f;
}

/* Whether the flow is accepted; fails when rules and twin disagree. */
static bool agree(const struct site *w, const struct flow *f)
{
	bool rules = false, obvious = twin(w, f);

	for (size_t n = 0; n < w->plan.rules.n && !rules; n++)
		rules = flow_match_has(&w->plan.rules.rule[n].match, f);
	if (rules != obvious) {
		struct buf text = BUF_INIT;

		flow_print(f, &text);
		fail_msg("%s: %s: rules say %d, the twin %d", w->policy.path, text.data, rules,
			 obvious);
	}
	return rules;
}

static void rules_agree_with_the_obvious_twin(void **state)
{
	struct rand rnd = { .state = 20261122 };

	(void)state;
	print_message("# seed %llu, %d flows a site\n", (unsigned long long)rnd.state, FLOWS);
	for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
		struct site w;
		size_t accepted = 0;

		open_quietly(&w, &samples[i]);
		for (size_t k = 0; k < FLOWS; k++) {
			struct flow f = some_flow(&rnd, &w);

			accepted += agree(&w, &f);
		}
		print_message("# %s: %zu accepted\n", samples[i].policy, accepted);
		assert_true(accepted > FLOWS / 200 && accepted < FLOWS / 2);
		site_close(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_our_side_starts_flows_except_to_published_endpoints),
		cmocka_unit_test(without_what_lint_tells_every_rule_is_needed),
		cmocka_unit_test(both_families_have_their_rules),
		cmocka_unit_test(rules_agree_with_the_obvious_twin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
