/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/fortios_policy.h"

#include <errno.h>

#include "base/err.h"
#include "base/show.h"
#include "dialect/spans.h"

enum field_class { OWN, QUIET, CONDITION, CONTENT, ANYTHING };

static const struct {
	const char *key;
	enum field_class class;
} fields[] = {
#define FOS_FIELD(key, class) { key, class },
#include "dialect/fortios_fields.def"
#undef FOS_FIELD
};

struct making {
	const struct fos_reading *reading;
	const struct fos_entry *e;
	bool family_fields;
	struct arena *arena;
	struct fos_policy made;
	bool unsure; /* it may not hold for anything */
	struct flow_spans iif, oif;
	struct fos_services services;
};

/* The two ends of one family. */
struct ends {
	bool there;
	enum family family;
	struct fos_end src, dst;
};

static int refuse(const struct making *k, const char *what, const char *hint)
{
	diag_error(k->reading->scope.d, k->e->at, "policy %s %s", show(k->e->name).text, what);
	diag_hint(k->reading->scope.d, "%s", hint);
	return E_SYNTAX;
}

static int doubt(struct making *k, const char *what, struct str name, struct place at)
{
	return fos_doubt(&k->made.doubts, k->arena, what, name, at);
}

static bool is_on(const struct fos_entry *e, const char *key)
{
	return fos_field_is(e, key, "enable");
}

/* ---- fields that are not modelled ---- */

static enum field_class class_of(struct str key)
{
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		if (str_is(key, fields[i].key))
			return fields[i].class;
	return ANYTHING;
}

/* Profiles that look at nothing. */
static bool is_idle(const struct fos_field *f)
{
	return fos_field_off(f) ||
	       (f->n == 1 &&
		((str_is(f->key, "ssl-ssh-profile") && str_is(f->value[0], "no-inspection")) ||
		 (str_is(f->key, "profile-protocol-options") && str_is(f->value[0], "default"))));
}

static int look_at_field(struct making *k, const struct fos_field *f)
{
	enum field_class class = class_of(f->key);
	bool accepts = k->made.outcome != FOS_DENY;

	if (class == OWN || class == QUIET || is_idle(f))
		return 0;
	if (class == CONTENT && (!accepts || k->reading->scope.content))
		return 0;
	if (class != CONDITION && accepts)
		k->made.outcome = FOS_EITHER;
	if (class != CONTENT)
		k->unsure = true;
	return doubt(k, show(f->key).text, f->value[0], f->at);
}

static int look_at_action(struct making *k)
{
	const struct fos_field *f = fos_field_find(k->e, "action");

	if (!f || fos_field_is(k->e, "action", "deny"))
		return 0;
	k->made.outcome = FOS_ACCEPT;
	if (fos_field_is(k->e, "action", "accept"))
		return 0;
	k->made.outcome = FOS_EITHER;
	return doubt(k, "action", f->n ? f->value[0] : STR(""), f->at);
}

/* "always" is every day; the text may say otherwise. */
static bool always_is_changed(const struct fos_scope *s)
{
	static const char *const day[] = { "sunday",   "monday", "tuesday", "wednesday",
					   "thursday", "friday", "saturday" };
	const struct fos_entry *e = fos_entry_find(&s->vdom->table[FOS_RECURRING], STR("always"));
	const struct fos_field *f = e ? fos_field_find(e, "day") : NULL;
	size_t days = 0;

	if (!e)
		return false;
	for (size_t i = 0; f && i < ARRAY_LEN(day); i++)
		for (size_t k = 0; k < f->n; k++)
			if (str_is(f->value[k], day[i])) {
				days++;
				break;
			}
	return days != ARRAY_LEN(day) ||
	       !str_eq(fos_field_word(e, "start"), fos_field_word(e, "end"));
}

static int look_at_schedule(struct making *k)
{
	const struct fos_field *f = fos_field_find(k->e, "schedule");

	if (!f || f->n != 1)
		return refuse(k, "has no schedule",
			      "a device does not take it: set schedule \"always\"");
	if (str_is(f->value[0], "always") && !always_is_changed(&k->reading->scope))
		return 0;
	k->unsure = true;
	return doubt(k, "schedule", f->value[0], f->at);
}

/* ---- the parts ---- */

static int look_at_member(struct making *k, const struct fos_field *f)
{
	struct str member = fos_zone_member(k->reading->zones, f);

	if (!member.n)
		return 0;
	k->unsure = true;
	return doubt(k, "an interface inside a zone:", member, f->at);
}

static int find_interfaces(struct making *k)
{
	const struct fos_field *in = fos_field_find(k->e, "srcintf"),
			       *out = fos_field_find(k->e, "dstintf");
	const struct fos_pair *pair = &k->reading->pair;
	int r;

	if (!in || !in->n || !out || !out->n)
		return refuse(k, in && in->n ? "has no dstintf" : "has no srcintf",
			      "a device does not take it");
	r = look_at_member(k, in);
	if (r == 0)
		r = look_at_member(k, out);
	if (r < 0)
		return r;
	if (pair->src.n) {
		k->made.off = !fos_zone_has(k->reading->zones, in, pair->src) ||
			      !fos_zone_has(k->reading->zones, out, pair->dst);
		return 0;
	}
	r = fos_zone_spans(k->reading->zones, in, &k->iif);
	if (r == 0)
		r = fos_zone_spans(k->reading->zones, out, &k->oif);
	if (r == E_LIMIT)
		diag_error(k->reading->scope.d, in->at, "more than %d interfaces", ZONE_MAX);
	return r;
}

/* Anything, or nothing: it depends on what the device knows. */
static int unknown_end(struct making *k, const char *key, struct fos_end *ret)
{
	const struct fos_field *f = fos_field_find(k->e, key);

	*ret = (struct fos_end){ .lo = spans_none(), .hi = SPANS_ANY };
	return fos_doubt(&ret->doubts, k->arena, key, STR(""), f->at);
}

static int negate_end(struct making *k, const char *key, const char *other, enum family family,
		      struct fos_end *ret)
{
	bool own = is_on(k->e, key);

	if (own)
		return fos_end_negate(ret, family, k->arena);
	if (fos_field_find(k->e, key) || !is_on(k->e, other))
		return 0;
	/* releases without a field of its own for IPv6: some mean both families by it */
	return unknown_end(k, other, ret);
}

/* One end of one family. `ret_there`: the policy speaks of it. */
static int find_end(struct making *k, bool source, bool v6, struct fos_end *ret, bool *ret_there)
{
	static const char *const addr[2][2] = { { "dstaddr", "dstaddr6" },
						{ "srcaddr", "srcaddr6" } };
	static const char *const negate[2][2] = { { "dstaddr-negate", "dstaddr6-negate" },
						  { "srcaddr-negate", "srcaddr6-negate" } };
	static const char *const isdb[2][2] = { { "internet-service", "internet-service6" },
						{ "internet-service-src",
						  "internet-service6-src" } };
	bool six = v6 && k->family_fields; /* the fields have a 6 behind their names */
	enum family family = v6 ? FAMILY_V6 : FAMILY_V4;
	const struct fos_field *f = fos_field_find(k->e, addr[source][six]);
	int r;

	*ret_there = true;
	for (int i = 0; i <= (int)six; i++)
		if (is_on(k->e, isdb[source][i]))
			return unknown_end(k, isdb[source][i], ret);
	*ret_there = f && f->n;
	if (!*ret_there)
		return 0;
	r = fos_end_find(&k->reading->scope, f, family, ret);
	if (r == 0 && source)
		r = fos_end_unname(ret, k->arena, f->at);
	return r < 0 ? r : negate_end(k, negate[source][six], negate[source][0], family, ret);
}

static int find_ends(struct making *k, bool v6, struct ends *ret)
{
	bool src = false, dst = false;
	int r;

	*ret = (struct ends){ .family = v6 ? FAMILY_V6 : FAMILY_V4 };
	if (!v6 && !k->family_fields)
		return 0;
	r = find_end(k, true, v6, &ret->src, &src);
	if (r == 0)
		r = find_end(k, false, v6, &ret->dst, &dst);
	ret->there = src && dst;
	return r;
}

static int find_services(struct making *k)
{
	const struct fos_field *f = fos_field_find(k->e, "service");

	if (is_on(k->e, "internet-service") || is_on(k->e, "internet-service6")) {
		k->services.vague = true; /* it brings its own; the doubt is told of its end */
		return 0;
	}
	if (!f || !f->n)
		return refuse(k, "has no service",
			      "a device does not take it: set service \"ALL\"");
	k->made.negate = is_on(k->e, "service-negate");
	return fos_services_find(&k->reading->scope, f, &k->services);
}

/* ---- products ---- */

struct list {
	struct fos_products p;
	size_t cap;
};

static int add(struct making *k, struct list *l, const struct flow_match *match)
{
	if (++k->reading->scope.config->products > FOS_PRODUCTS_MAX) {
		diag_error(k->reading->scope.d, k->e->at,
			   "policies stand for more than %d products", FOS_PRODUCTS_MAX);
		return E_LIMIT;
	}
	if (l->p.n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 2;
		struct flow_match *more = arena_array(k->arena, cap, sizeof(*more));

		if (!more)
			return -ENOMEM;
		if (l->p.n)
			memcpy(more, l->p.match, l->p.n * sizeof(*more));
		l->p.match = more;
		l->cap = cap;
	}
	l->p.match[l->p.n++] = *match;
	return 0;
}

static int family_match(struct making *k, bool v6, struct flow_match *ret)
{
	*ret = FLOW_MATCH_ANY;
	ret->dim[FLOW_IIF] = k->iif;
	ret->dim[FLOW_OIF] = k->oif;
	return match_one(ret, FLOW_FAMILY, v6, v6, k->arena);
}

static bool is_for(const struct fos_service *s, bool v6)
{
	return v6 ? s->v6 : s->v4;
}

/* The match with each service; all of them where they are not known. */
static int add_services(struct making *k, const struct flow_match *match, bool v6, bool sure,
			struct list *l)
{
	int r = 0;

	if (k->services.vague && !sure)
		return add(k, l, match);
	for (size_t i = 0; r == 0 && i < k->services.n; i++) {
		const struct fos_service *s = &k->services.service[i];
		struct flow_match one = *match;

		one.dim[FLOW_PROTO] = s->proto;
		one.dim[FLOW_DPORT] = s->dport;
		one.dim[FLOW_SPORT] = s->sport;
		r = is_for(s, v6) ? add(k, l, &one) : 0;
	}
	return r;
}

static int add_variant(struct making *k, const struct flow_match *match, bool v6, bool sure,
		       struct list *l)
{
	return k->made.negate ? add(k, l, match) : add_services(k, match, v6, sure, l);
}

static int all_names(struct making *k, const struct fos_end *end, bool sure,
		     struct flow_match *match)
{
	struct pattern *all;

	match->name = end->sure.pattern;
	match->names = end->sure.n;
	if (sure || !end->maybe.n)
		return 0;
	all = arena_array(k->arena, end->sure.n + end->maybe.n, sizeof(*all));
	if (!all)
		return -ENOMEM;
	if (end->sure.n)
		memcpy(all, end->sure.pattern, end->sure.n * sizeof(*all));
	memcpy(all + end->sure.n, end->maybe.pattern, end->maybe.n * sizeof(*all));
	match->name = all;
	match->names += end->maybe.n;
	return 0;
}

/* What the ends and the services make together, for certain or perhaps. */
static int add_ends(struct making *k, const struct ends *e, bool sure, struct list *l)
{
	bool v6 = e->family == FAMILY_V6;
	struct flow_spans dst = sure ? e->dst.lo : e->dst.hi;
	struct flow_match match;
	int r = family_match(k, v6, &match);

	match.dim[v6 ? FLOW_SRC6 : FLOW_SRC4] = sure ? e->src.lo : e->src.hi;
	if (r < 0 || spans_empty(match.dim[v6 ? FLOW_SRC6 : FLOW_SRC4]))
		return r;
	match.dim[v6 ? FLOW_DST6 : FLOW_DST4] = dst;
	if (!spans_empty(dst))
		r = add_variant(k, &match, v6, sure, l);
	match.dim[v6 ? FLOW_DST6 : FLOW_DST4] = SPANS_ANY;
	if (r == 0)
		r = all_names(k, &e->dst, sure, &match);
	return r == 0 && match.names ? add_variant(k, &match, v6, sure, l) : r;
}

/* The services alone, to be taken away. */
static int negated_services(struct making *k, const struct ends *e, bool sure, struct list *l)
{
	bool v6 = e->family == FAMILY_V6;
	struct flow_match match;
	int r = family_match(k, v6, &match);

	return r < 0 ? r : add_services(k, &match, v6, sure, l);
}

static int note_doubts(struct making *k, const struct ends *e)
{
	int r = 0;

	if (!fos_end_exact(&e->src))
		r = fos_doubts_add(&k->made.doubts, k->arena, &e->src.doubts);
	if (r == 0 && !fos_end_exact(&e->dst))
		r = fos_doubts_add(&k->made.doubts, k->arena, &e->dst.doubts);
	return r;
}

static int find_products(struct making *k)
{
	struct list sure = { 0 }, may = { 0 }, service_sure = { 0 }, service_may = { 0 };
	struct ends end[2];
	int r = find_ends(k, false, &end[0]);

	if (r == 0)
		r = find_ends(k, true, &end[1]);
	if (r == 0 && !end[0].there && !end[1].there)
		return refuse(k, "has no addresses",
			      "a device does not take it: set srcaddr, dstaddr");
	k->made.exact = !k->unsure && !k->services.vague;
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(end); i++) {
		if (!end[i].there)
			continue;
		k->made.exact =
			k->made.exact && fos_end_exact(&end[i].src) && fos_end_exact(&end[i].dst);
		r = note_doubts(k, &end[i]);
		if (r == 0 && !k->unsure)
			r = add_ends(k, &end[i], true, &sure);
		if (r == 0)
			r = add_ends(k, &end[i], false, &may);
		if (r == 0 && k->made.negate)
			r = negated_services(k, &end[i], true, &service_sure);
		if (r == 0 && k->made.negate)
			r = negated_services(k, &end[i], false, &service_may);
	}
	k->made.sure = sure.p;
	k->made.may = may.p;
	k->made.service_sure = service_sure.p;
	k->made.service_may = service_may.p;
	return r < 0 ? r : fos_doubts_add(&k->made.doubts, k->arena, &k->services.doubts);
}

int fos_policy_read(const struct fos_reading *reading, const struct fos_entry *e,
		    bool family_fields, struct fos_policy *ret)
{
	struct making k = { .reading = reading,
			    .e = e,
			    .family_fields = family_fields,
			    .arena = reading->scope.config->arena,
			    .made = { .entry = e, .off = fos_field_is(e, "status", "disable") } };
	int r = k.made.off ? 0 : find_interfaces(&k);

	if (r == 0 && !k.made.off) {
		r = look_at_action(&k);
		for (size_t i = 0; r == 0 && i < e->n; i++)
			r = look_at_field(&k, &e->field[i]);
		if (r == 0)
			r = look_at_schedule(&k);
		if (r == 0)
			r = find_services(&k);
		if (r == 0)
			r = find_products(&k);
	}
	if (r == 0)
		*ret = k.made;
	return r;
}
