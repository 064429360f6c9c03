/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/fortios_address.h"

#include <errno.h>

#include "base/err.h"
#include "base/show.h"
#include "dialect/fortios_ends.h"
#include "dialect/fortios_value.h"

/* Fields that do not change which addresses an object stands for. */
static const char *const quiet[] = {
	"uuid",		 "comment",	  "comments",
	"color",	 "visibility",	  "associated-interface",
	"allow-routing", "cache-ttl",	  "category",
	"fabric-object", "global-object", "type",
	"name",		 "custom-tags",	  "config tagging",
	"tags",
};

struct search {
	const struct fos_scope *scope;
	enum family family;
	unsigned depth;
};

struct kind {
	enum fos_section section[2]; /* IPv4, IPv6 */
	int (*resolve)(struct search *s, struct fos_entry *e, struct fos_end *ret);
};

static int find_object(struct search *s, const struct fos_field *f, struct str name,
		       const struct fos_end **ret);

static bool is_among(struct str key, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(key, list[i]))
			return true;
	return false;
}

/* ---- what is not known ---- */

static int unknown_end(struct search *s, const char *what, struct str name, struct place at,
		       struct fos_end *ret)
{
	*ret = (struct fos_end){ .lo = spans_none(), .hi = SPANS_ANY };
	return fos_doubt(&ret->doubts, s->scope->config->arena, what, name, at);
}

/* A field that nobody here knows may take addresses away or add some. */
static int look_at_fields(struct search *s, const struct fos_entry *e, const char *const *own,
			  size_t n, struct fos_end *ret)
{
	for (size_t i = 0; i < e->n; i++) {
		const struct fos_field *f = &e->field[i];

		if (is_among(f->key, own, n) || is_among(f->key, quiet, ARRAY_LEN(quiet)) ||
		    fos_field_off(f))
			continue;
		return unknown_end(s, "set", f->key, f->at, ret);
	}
	return 0;
}

/* ---- addresses ---- */

static int exactly(struct flow_spans spans, struct fos_end *ret)
{
	*ret = (struct fos_end){ .lo = spans, .hi = spans };
	return 0;
}

static int missing(struct search *s, const struct fos_entry *e, const char *key)
{
	diag_error(s->scope->d, e->at, "address %s has no %s", show(e->name).text, key);
	return E_SYNTAX;
}

static int read_subnet(struct search *s, struct fos_entry *e, struct fos_end *ret)
{
	const struct fos_values v = { s->scope->config, s->scope->d };
	const struct fos_field *f = fos_field_find(e, s->family == FAMILY_V6 ? "ip6" : "subnet");
	struct flow_spans spans = SPANS_ANY;
	int r = f ? fos_subnet(&v, f, s->family, &spans) : 0;

	return r < 0 ? r : exactly(spans, ret);
}

static int read_range(struct search *s, struct fos_entry *e, struct fos_end *ret)
{
	const struct fos_values v = { s->scope->config, s->scope->d };
	const struct fos_field *first = fos_field_find(e, "start-ip"),
			       *last = fos_field_find(e, "end-ip");
	struct flow_spans spans;
	u128 lo = 0, hi = 0;
	int r;

	if (!first || !last)
		return missing(s, e, first ? "end-ip" : "start-ip");
	r = fos_address(&v, first, s->family, &lo);
	if (r == 0)
		r = fos_address(&v, last, s->family, &hi);
	if (r == 0 && lo > hi) {
		diag_error(s->scope->d, last->at, "the range of %s ends before it begins",
			   show(e->name).text);
		r = E_SYNTAX;
	}
	if (r == 0)
		r = spans_one(lo, hi, s->scope->config->arena, &spans);
	return r < 0 ? r : exactly(spans, ret);
}

static int read_wildcard(struct search *s, struct fos_entry *e, struct fos_end *ret)
{
	const struct fos_values v = { s->scope->config, s->scope->d };
	const struct fos_field *f = fos_field_find(e, "wildcard");
	struct flow_spans spans;
	bool vague = false;
	int r = f ? fos_wildcard(&v, f, &spans, &vague) : missing(s, e, "wildcard");

	if (r < 0)
		return r;
	if (!vague)
		return exactly(spans, ret);
	r = unknown_end(s, "wildcard of", e->name, f->at, ret);
	ret->hi = spans;
	return r;
}

/*
 * A plain name is that name. "*.x" is names under x; whether x itself is among them no document
 * says. Other wildcards are not modelled.
 */
static int read_name(struct search *s, struct fos_entry *e, const char *key, struct fos_end *ret)
{
	struct arena *a = s->scope->config->arena;
	const struct fos_field *f = fos_field_find(e, key);
	struct pattern *p = arena_array(a, 2, sizeof(*p));
	int r;

	if (!p)
		return -ENOMEM;
	if (!f || f->n != 1)
		return missing(s, e, key);
	r = unknown_end(s, "fqdn object", e->name, f->at, ret);
	ret->named = true;
	if (r < 0 || !s->scope->names || pattern_parse(f->value[0], true, p) < 0 ||
	    p->kind == PATTERN_ANY)
		return r;
	*ret = (struct fos_end){
		.lo = spans_none(), .hi = spans_none(), .sure = { p, 1 }, .named = true
	};
	if (p->kind != PATTERN_UNDER)
		return 0;
	p[1] = (struct pattern){ PATTERN_NAME, p->name };
	ret->maybe = (struct fos_names){ &p[1], 1 };
	return fos_doubt(&ret->doubts, a, "the name itself in fqdn object", e->name, f->at);
}

static int read_address(struct search *s, struct fos_entry *e, struct fos_end *ret)
{
	static const char *const own[] = { "subnet", "ip6",	      "start-ip", "end-ip",
					   "fqdn",   "wildcard-fqdn", "wildcard" };
	const struct fos_field *type = fos_field_find(e, "type");
	struct str word = fos_field_word(e, "type");
	int r;

	*ret = (struct fos_end){ .lo = SPANS_ANY, .hi = SPANS_ANY };
	if (!type || str_is(word, "ipmask") || str_is(word, "ipprefix"))
		r = read_subnet(s, e, ret);
	else if (str_is(word, "iprange"))
		r = read_range(s, e, ret);
	else if (str_is(word, "wildcard") && s->family == FAMILY_V4)
		r = read_wildcard(s, e, ret);
	else if (str_is(word, "fqdn") || str_is(word, "wildcard-fqdn"))
		return read_name(s, e, word.p[0] == 'f' ? "fqdn" : "wildcard-fqdn", ret);
	else
		return unknown_end(s, show(word).text, e->name, type->at, ret);
	return r < 0 ? r : look_at_fields(s, e, own, ARRAY_LEN(own), ret);
}

/* ---- groups ---- */

static int union_of(struct search *s, const struct fos_field *f, struct fos_end *ret)
{
	const struct fos_end *one = NULL;
	struct fos_ends all;
	int r = 0;

	if (f->n == 1) {
		r = find_object(s, f, f->value[0], &one);
		if (r == 0)
			*ret = *one;
		return r;
	}
	fos_ends_init(&all, s->scope->config);
	for (size_t i = 0; r == 0 && i < f->n; i++) {

		r = find_object(s, f, f->value[i], &one);
		if (r == 0) {
			r = fos_ends_add(&all, one);
			if (r == E_LIMIT)
				diag_error(s->scope->d, f->at,
					   "addresses stand for more than %d ranges",
					   FOS_SPANS_MAX);
		}
	}
	if (r == 0)
		r = fos_ends_seal(&all, ret);
	fos_ends_release(&all);
	return r;
}

static int read_group(struct search *s, struct fos_entry *e, struct fos_end *ret)
{
	static const char *const own[] = { "member", "exclude", "exclude-member" };
	const struct fos_field *member = fos_field_find(e, "member"),
			       *without = fos_field_find(e, "exclude-member");
	struct fos_end end, minus;
	int r;

	if (!member || !member->n)
		return unknown_end(s, "address group without members", e->name, e->at, ret);
	r = union_of(s, member, &end);
	if (r == 0 && fos_field_is(e, "exclude", "enable") && without) {
		r = union_of(s, without, &minus);
		if (r == 0)
			r = fos_end_minus(&end, &minus, s->family, s->scope->config->arena);
	}
	if (r == 0)
		r = look_at_fields(s, e, own, ARRAY_LEN(own), &end);
	if (r == 0)
		*ret = end;
	return r;
}

/* ---- virtual IPs ---- */

static int vip_side(const struct fos_scope *s, const struct fos_entry *vip, const char *key,
		    enum family family, struct flow_spans *ret)
{
	const struct fos_values v = { s->config, s->d };
	const struct fos_field *f = fos_field_find(vip, key);
	struct fos_ends all;
	struct fos_end end;
	int r = 0;

	*ret = SPANS_ANY;
	if (!f || f->n == 0 || str_is(f->value[0], "0.0.0.0") || str_is(f->value[0], "::"))
		return 0; /* whatever address the interface has */
	fos_ends_init(&all, s->config);
	for (size_t i = 0; r == 0 && i < f->n; i++) {
		struct fos_end one = { 0 };

		r = fos_address_range(&v, f, f->value[i], family, &one.hi);
		one.lo = spans_none();
		if (r == 0)
			r = fos_ends_add(&all, &one);
	}
	if (r == 0)
		r = fos_ends_seal(&all, &end);
	if (r == 0)
		*ret = end.hi;
	fos_ends_release(&all);
	return r;
}

/* Of kinds other than the plain one, any address may be one of the real servers. */
static bool is_plain_vip(const struct fos_entry *vip)
{
	const struct fos_field *type = fos_field_find(vip, "type");

	return (!type || fos_field_is(vip, "type", "static-nat")) &&
	       !fos_field_find(vip, "mapped-addr") && !fos_field_find(vip, "extaddr");
}

int fos_vip_outside(const struct fos_scope *s, const struct fos_entry *vip, enum family family,
		    struct flow_spans *ret)
{
	*ret = SPANS_ANY;
	return fos_field_find(vip, "extaddr") ? 0 : vip_side(s, vip, "extip", family, ret);
}

/* It holds for what is translated: as seen before that or behind it, nobody knows here. */
static int read_vip(struct search *s, struct fos_entry *e, struct fos_end *ret)
{
	struct flow_spans outside, inside = SPANS_ANY;
	struct fos_end a = { .lo = spans_none() }, b = { .lo = spans_none() };
	struct fos_ends all;
	int r = unknown_end(s, "virtual IP", e->name, e->at, ret);

	if (r == 0)
		r = fos_vip_outside(s->scope, e, s->family, &outside);
	if (r == 0 && is_plain_vip(e))
		r = vip_side(s->scope, e, "mappedip", s->family, &inside);
	if (r < 0)
		return r;
	a.hi = outside;
	b.hi = inside;
	fos_ends_init(&all, s->scope->config);
	r = fos_ends_add(&all, &a);
	if (r == 0)
		r = fos_ends_add(&all, &b);
	if (r == 0)
		r = fos_ends_seal(&all, &a);
	fos_ends_release(&all);
	if (r == 0)
		ret->hi = a.hi;
	return r;
}

/* ---- names ---- */

static const struct kind kinds[] = {
	{ { FOS_ADDRESS, FOS_ADDRESS6 }, read_address },
	{ { FOS_ADDRGRP, FOS_ADDRGRP6 }, read_group },
	{ { FOS_VIP, FOS_VIP6 }, read_vip },
	{ { FOS_VIPGRP, FOS_VIPGRP6 }, read_group },
};

static int refuse(struct search *s, const struct fos_entry *e, int code, const char *what)
{
	diag_error(s->scope->d, e->at, "%s: %s", show(e->name).text, what);
	return code;
}

/* What an entry stands for is worked out once. */
static int entry_end(struct search *s, struct fos_entry *e, const struct kind *kind,
		     const struct fos_end **ret)
{
	struct fos_end *end;
	int r;

	if (e->state == FOS_DONE) {
		*ret = e->meaning;
		return 0;
	}
	if (e->state == FOS_BUSY)
		return refuse(s, e, E_CONFLICT, "address groups hold each other in a circle");
	if (s->depth == FOS_GROUP_DEPTH_MAX)
		return refuse(s, e, E_LIMIT, "address groups are nested too deep");
	end = arena_alloc(s->scope->config->arena, sizeof(*end));
	if (!end)
		return -ENOMEM;
	e->state = FOS_BUSY;
	s->depth++;
	r = kind->resolve(s, e, end);
	s->depth--;
	e->state = r < 0 ? FOS_NEW : FOS_DONE;
	e->meaning = end;
	*ret = end;
	return r;
}

/* What every device has from the factory, when the text does not define it. */
static int factory_end(struct search *s, struct str name, struct fos_end *ret)
{
	bool none = str_is(name, "none");
	int r = 0;

	if (!none && !str_is(name, "all"))
		return -ENOENT;
	*s->scope->factory = true;
	*ret = (struct fos_end){ .lo = SPANS_ANY, .hi = SPANS_ANY };
	if (none)
		r = spans_one(0, 0, s->scope->config->arena, &ret->lo);
	if (none)
		ret->hi = ret->lo;
	return r;
}

static int undefined_end(struct search *s, const struct fos_field *f, struct str name,
			 struct fos_end *ret)
{
	int r = factory_end(s, name, ret);

	if (r != -ENOENT)
		return r;
	diag_warning(s->scope->d, f->at, "%s %s is not defined", show(f->key).text,
		     show(name).text);
	return unknown_end(s, "undefined address", name, f->at, ret);
}

static int find_object(struct search *s, const struct fos_field *f, struct str name,
		       const struct fos_end **ret)
{
	const struct fos_vdom *const place[] = { s->scope->vdom, s->scope->config->vdom[0] };
	struct fos_end *end;

	for (size_t v = 0; v < ARRAY_LEN(place); v++)
		for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
			enum fos_section section = kinds[i].section[s->family == FAMILY_V6];
			struct fos_entry *e = fos_entry_find(&place[v]->table[section], name);

			if (e)
				return entry_end(s, e, &kinds[i], ret);
		}
	end = arena_alloc(s->scope->config->arena, sizeof(*end));
	*ret = end;
	return end ? undefined_end(s, f, name, end) : -ENOMEM;
}

int fos_end_find(const struct fos_scope *scope, const struct fos_field *f, enum family family,
		 struct fos_end *ret)
{
	struct search s = { .scope = scope, .family = family };

	return union_of(&s, f, ret);
}
