/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From egret.yaml as written (text.h) to a policy in which every name is looked up.
 *
 * An error does not end the reading: the rest is looked at too, so that one run tells all. Only
 * want of memory ends it at once.
 */
#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "policy/lookup.h"
#include "policy/policy.h"
#include "policy/text.h"

static const char outside_name[] = "outside";

/* One reading. Zones are numbered as in the policy, so a set of them fits 64 bits. */
struct loading {
	struct lookup lookup;
	const struct policy_text *text;
	struct policy *policy;
	uint64_t *allowed; /* zones of policy->allow[i] */
};

_Static_assert(POLICY_ZONES_MAX <= 64, "a set of zones is 64 bits");

/* The first error stays; -ENOMEM wins. */
static void note(int *r, int now)
{
	if (*r == 0 || now == -ENOMEM)
		*r = now;
}

static int fill(struct prefixlist *set, const struct prefix *p, size_t n)
{
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++)
		r = prefixlist_add(set, p[i]);
	prefixlist_seal(set);
	return r;
}

/* ---- zones ---- */

static int load_outside(struct loading *l)
{
	const char *interface = l->text->outside.id;
	struct zone *z = arena_alloc(l->policy->arena, sizeof(*z));

	if (!z)
		return -ENOMEM;
	if (!interface)
		return 0;
	*z = (struct zone){
		.name = outside_name,
		.interface = interface,
		.line = l->text->outside.at.line,
	};
	l->policy->outside = z;
	return 0;
}

static int check_zone(const struct loading *l, const struct zone_text *t)
{
	const char *outside = l->text->outside.id, *interface = t->interface.id;
	struct diag *d = l->lookup.diag;

	if (str_is(str_of(t->name), outside_name)) {
		diag_error(d, t->at, "'%s' is the internet side, not a zone of ours", t->name);
		diag_hint(d, "give the zone another name");
		return E_CONFLICT;
	}
	if (outside && interface && str_is(str_of(interface), outside)) {
		diag_error(d, t->interface.at, "zone %s lies behind %s, the outside interface",
			   t->name, interface);
		diag_hint(d, "name the interface towards the zone, or correct `outside:`");
		return E_CONFLICT;
	}
	return 0;
}

static int load_zones(struct loading *l)
{
	const struct policy_text *t = l->text;
	struct policy *p = l->policy;
	int r = 0;

	p->zone = arena_array(p->arena, t->zones, sizeof(*p->zone));
	if (!p->zone)
		return -ENOMEM;
	if (t->zones == 0) {
		diag_error(l->lookup.diag, (struct place){ p->path, 1, 0 },
			   "the policy has no zone");
		diag_hint(l->lookup.diag, "name your networks under `zones:`");
		return E_SYNTAX;
	}
	for (size_t i = 0; i < t->zones && r != -ENOMEM; i++) {
		const struct zone_text *z = &t->zone[i];

		p->zone[p->zones++] = (struct zone){
			.name = z->name,
			.interface = z->interface.id,
			.roles = z->roles,
			.proxy_only = z->proxy_only,
			.line = z->at.line,
		};
		note(&r, check_zone(l, z));
		note(&r, fill(&p->zone[i].set, z->address, z->addresses));
	}
	return r;
}

static int find_zone(const struct loading *l, struct field_ref ref, size_t *ret)
{
	const struct policy *p = l->policy;
	const char *known[POLICY_ZONES_MAX];

	for (size_t i = 0; i < p->zones; i++) {
		known[i] = p->zone[i].name;
		if (str_is(str_of(ref.id), known[i])) {
			*ret = i;
			return 0;
		}
	}
	return lookup_unknown(&l->lookup, ref, "zone", known, p->zones);
}

/* ---- allow ---- */

/* The zones of an entry as a set. */
static int load_from(const struct loading *l, const struct allow_text *t, uint64_t *ret)
{
	uint64_t zones = 0;
	int r = 0;

	for (size_t i = 0; i < t->froms; i++) {
		size_t z = 0;
		int found = find_zone(l, t->from[i], &z);

		note(&r, found);
		if (found == 0 && zones & (uint64_t)1 << z) {
			diag_error(l->lookup.diag, t->from[i].at, "zone %s stands here twice",
				   t->from[i].id);
			note(&r, E_CONFLICT);
		}
		zones |= found == 0 ? (uint64_t)1 << z : 0;
	}
	if (r == 0)
		*ret = zones;
	return r;
}

/* A service may be allowed twice only for different zones; else `except:` would mean nothing. */
static int check_twice(const struct loading *l, const struct service *s, uint64_t zones,
		       struct place at)
{
	const struct policy *p = l->policy;

	for (size_t i = 0; i < p->allows; i++) {
		uint64_t both = l->allowed[i] & zones;

		if (p->allow[i].service != s || !both)
			continue;
		diag_error(l->lookup.diag, at, "zone %s is allowed %s/%s twice",
			   p->zone[__builtin_ctzll(both)].name, s->catalog->vendor, s->id);
		diag_hint(l->lookup.diag, "it is allowed in line %u already", p->allow[i].line);
		return E_CONFLICT;
	}
	return 0;
}

static int zones_of(const struct loading *l, uint64_t set, struct allow *a)
{
	size_t n = (size_t)__builtin_popcountll(set);

	a->zone = arena_array(l->policy->arena, n, sizeof(*a->zone));
	if (!a->zone)
		return -ENOMEM;
	for (size_t i = 0; i < l->policy->zones; i++) {
		if (set & (uint64_t)1 << i)
			a->zone[a->zones++] = &l->policy->zone[i];
	}
	return 0;
}

static bool is_among(const char *word, const char *const *name, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (str_is(str_of(word), name[i]))
			return true;
	}
	return false;
}

/* The ids and tags that `except:` may name in one service, appended to name[*n]. */
static void add_except_names(const struct service *s, const char **name, size_t *n)
{
	for (size_t k = 0; k < s->requirements; k++) {
		const struct requirement *q = &s->requirement[k];

		name[(*n)++] = q->id;
		for (size_t t = 0; t < q->tags; t++) {
			if (!is_among(q->tag[t], name, *n))
				name[(*n)++] = q->tag[t];
		}
	}
}

static int except_names(const struct loading *l, const struct service *const *s, size_t n,
			const char ***ret, size_t *ret_n)
{
	size_t most = 0;

	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < s[i]->requirements; k++)
			most += 1 + s[i]->requirement[k].tags;
	}

	const char **name = arena_array(l->policy->arena, most, sizeof(*name));

	if (!name)
		return -ENOMEM;
	*ret = name;
	*ret_n = 0;
	for (size_t i = 0; i < n; i++)
		add_except_names(s[i], name, ret_n);
	return 0;
}

static int load_except(const struct loading *l, const struct allow_text *t,
		       const struct service *const *s, size_t n, struct allow *a)
{
	const char **word = arena_array(l->policy->arena, t->excepts, sizeof(*word));
	const char **known;
	size_t knowns;
	int r = except_names(l, s, n, &known, &knowns);

	if (r < 0 || !word)
		return -ENOMEM;
	for (size_t i = 0; i < t->excepts; i++) {
		word[i] = t->except[i].id;
		if (!is_among(word[i], known, knowns))
			note(&r, lookup_unknown(&l->lookup, t->except[i],
						"row or tag of these services", known, knowns));
	}
	a->except = word;
	a->excepts = t->excepts;
	return r;
}

/* One entry: the same zones and exceptions for each of its services. */
static int load_entry(struct loading *l, const struct allow_text *t)
{
	const struct service **s = arena_array(l->policy->arena, t->services, sizeof(*s));
	struct allow a = { .line = t->line };
	uint64_t zones = 0;
	int r = s ? 0 : -ENOMEM;

	for (size_t i = 0; i < t->services && r != -ENOMEM; i++)
		note(&r, lookup_service(&l->lookup, t->service[i], &s[i]));
	if (r != -ENOMEM)
		note(&r, load_from(l, t, &zones));
	if (r == 0)
		r = load_except(l, t, s, t->services, &a);
	if (r == 0)
		r = zones_of(l, zones, &a);
	for (size_t i = 0; i < t->services && r == 0; i++) {
		a.service = s[i];
		r = check_twice(l, s[i], zones, t->service[i].at);
		if (r < 0)
			break;
		l->allowed[l->policy->allows] = zones;
		l->policy->allow[l->policy->allows++] = a;
	}
	return r;
}

static int load_allows(struct loading *l)
{
	const struct policy_text *t = l->text;
	struct policy *p = l->policy;
	size_t total = 0;
	int r = 0;

	for (size_t i = 0; i < t->allows; i++) {
		total += t->allow[i].services;
		if (total > POLICY_ALLOWS_MAX) {
			diag_error(l->lookup.diag, t->allow[i].service[0].at,
				   "more than %d services are allowed", POLICY_ALLOWS_MAX);
			return E_LIMIT;
		}
	}
	p->allow = arena_array(p->arena, total, sizeof(*p->allow));
	l->allowed = arena_array(p->arena, total, sizeof(*l->allowed));
	if (!p->allow || !l->allowed)
		return -ENOMEM;
	for (size_t i = 0; i < t->allows && r != -ENOMEM; i++)
		note(&r, load_entry(l, &t->allow[i]));
	return r;
}

/* ---- publish ---- */

/* Rows of all vendors: more than any endpoint can name. */
static size_t rows_known(const struct catalogs *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++) {
		for (size_t k = 0; k < c->catalog[i].services; k++)
			n += c->catalog[i].service[k].requirements;
	}
	return n;
}

static const struct zone *zone_around(const struct policy *p, const struct prefixlist *set)
{
	for (size_t i = 0; i < p->zones; i++) {
		if (prefixlist_covers(&p->zone[i].set, set))
			return &p->zone[i];
	}
	return NULL;
}

static int load_endpoint(const struct loading *l, const struct publish_text *t, struct endpoint *e)
{
	struct policy *p = l->policy;
	int r = 0;

	*e = (struct endpoint){ .name = t->name, .line = t->at.line };
	e->requirement =
		arena_array(p->arena, rows_known(l->lookup.catalogs), sizeof(*e->requirement));
	if (!e->requirement)
		return -ENOMEM;
	note(&r, fill(&e->set, t->address, t->addresses));
	for (size_t i = 0; i < t->rows && r != -ENOMEM; i++)
		note(&r, lookup_inbound(&l->lookup, t->row[i], e->requirement, &e->requirements));
	if (r == 0)
		e->zone = zone_around(p, &e->set);
	return r;
}

static int load_endpoints(struct loading *l)
{
	const struct policy_text *t = l->text;
	struct policy *p = l->policy;
	int r = 0;

	p->endpoint = arena_array(p->arena, t->publishes, sizeof(*p->endpoint));
	if (!p->endpoint)
		return -ENOMEM;
	for (size_t i = 0; i < t->publishes && r != -ENOMEM; i++)
		note(&r, load_endpoint(l, &t->publish[i], &p->endpoint[p->endpoints++]));
	return r;
}

/* ---- the whole ---- */

static int load_all(struct loading *l)
{
	int r = load_outside(l);

	if (r != -ENOMEM)
		note(&r, load_zones(l));
	if (r != -ENOMEM)
		note(&r, load_allows(l));
	if (r != -ENOMEM)
		note(&r, load_endpoints(l));
	if (r != -ENOMEM)
		note(&r, resolver_check(&l->text->resolver, l->policy->arena, l->lookup.diag,
					&l->policy->resolver));
	return r;
}

static int load_tree(const struct yaml *y, const struct catalogs *c, struct diag *d,
		     struct policy *p)
{
	struct policy_text text;
	struct loading l = {
		.lookup = { .catalogs = c, .diag = d, .arena = p->arena },
		.text = &text,
		.policy = p,
	};
	int r = policy_text_read(y, p->arena, d, &text);

	if (r < 0)
		return r;
	p->path = y->at.file;
	p->title = text.title;
	p->apex = text.apex;
	p->otherwise = text.otherwise;
	p->catalogs = c;
	return load_all(&l);
}

static int hand_over(int r, struct policy *p, struct policy *ret)
{
	if (r < 0)
		policy_release(p);
	else
		*ret = *p;
	return r;
}

int policy_load(const char *path, const struct catalogs *c, struct diag *d, struct policy *ret)
{
	struct policy p = { .arena = arena_new() };
	const struct yaml *y;
	int r = p.arena ? yaml_load(path, p.arena, d, &y) : -ENOMEM;

	if (r == 0)
		r = load_tree(y, c, d, &p);
	return hand_over(r, &p, ret);
}

int policy_parse(struct str text, const char *path, const struct catalogs *c, struct diag *d,
		 struct policy *ret)
{
	struct policy p = { .arena = arena_new() };
	const struct yaml *y;
	int r = p.arena ? yaml_parse(text, path, p.arena, d, &y) : -ENOMEM;

	if (r == 0)
		r = load_tree(y, c, d, &p);
	return hand_over(r, &p, ret);
}
