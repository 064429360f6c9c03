/* SPDX-License-Identifier: Apache-2.0 */
/* Lint of our own addresses: zones and endpoints, against each other and against the vendors'. */
#include "base/alloc.h"
#include "policy/families.h"
#include "policy/lint.h"

/* Whether the two share addresses; the first shared prefix goes into `text`. */
static int shared_prefix(const struct prefixlist *a, const struct prefixlist *b,
			 char text[static PREFIX_TEXT_MAX])
{
	EG_AUTO(prefixlist_release) struct prefixlist both = PREFIXLIST_INIT;
	struct prefix *p = NULL;
	size_t n = 0;
	int r = prefixlist_intersect(a, b, &both);

	if (r < 0 || both.n == 0)
		return r;
	r = prefixlist_prefixes(&both, &p, &n);
	if (r < 0)
		return r;
	prefix_format(p[0], text);
	mem_free(p);
	return 1;
}

static bool holds_all(const struct prefixlist *set, enum family f)
{
	unsigned families = families_if(f == FAMILY_V4, f == FAMILY_V6);
	struct prefixlist part = families_view(set, families);

	return part.n == 1 && part.range[0].lo == 0 && part.range[0].hi == family_max(f);
}

static void check_whole(const struct lint *l, const struct zone *z)
{
	static const enum family families[] = { FAMILY_V4, FAMILY_V6 };

	for (size_t i = 0; i < ARRAY_LEN(families); i++) {
		if (!holds_all(&z->set, families[i]))
			continue;
		diag_warning(l->d, lint_at(l, z->line), "zone %s holds every IPv%d address",
			     z->name, (int)families[i]);
		diag_hint(l->d, "name your own networks; what no zone holds is outside");
	}
}

static int check_overlap(const struct lint *l, const struct zone *a, const struct zone *b)
{
	char text[PREFIX_TEXT_MAX];
	int r = shared_prefix(&a->set, &b->set, text);

	if (r <= 0)
		return r;
	diag_warning(l->d, lint_at(l, b->line), "zones %s and %s overlap: both hold %s", a->name,
		     b->name, text);
	diag_hint(l->d, "a host in both may do what either may; zone %s is in line %u", a->name,
		  a->line);
	return 0;
}

static bool is_allowed(const struct policy *p, const struct zone *z)
{
	for (size_t i = 0; i < p->allows; i++) {
		for (size_t k = 0; k < p->allow[i].zones; k++) {
			if (p->allow[i].zone[k] == z)
				return true;
		}
	}
	return false;
}

/* What the zone lacks for the rules of its entries: an interface, or a family others have. */
static void check_allowed(const struct lint *l, const struct zone *z, unsigned families)
{
	unsigned lacking = families & ~families_of(&z->set);

	if (!is_allowed(l->policy, z))
		return;
	if (l->policy->outside && !z->interface) {
		diag_note(l->d, lint_at(l, z->line),
			  "zone %s names no interface: its addresses are believed from any",
			  z->name);
		diag_hint(l->d, "add `interface:` to refuse forged sources");
	}
	if (lacking)
		diag_note(l->d, lint_at(l, z->line),
			  "zone %s has no %s addresses, as other zones have: no rule for them",
			  z->name, families_name(lacking));
}

int lint_zones(const struct lint *l)
{
	const struct policy *p = l->policy;
	unsigned families = 0;

	for (size_t i = 0; i < p->zones; i++)
		families |= families_of(&p->zone[i].set);
	for (size_t i = 0; i < p->zones; i++) {
		check_whole(l, &p->zone[i]);
		check_allowed(l, &p->zone[i], families);
		for (size_t k = 0; k < i; k++) {
			int r = check_overlap(l, &p->zone[k], &p->zone[i]);

			if (r < 0)
				return r;
		}
	}
	return 0;
}

/* ---- zones against vendors ---- */

static int check_vendor(const struct lint *l, const struct zone *z, const struct list *list)
{
	char text[PREFIX_TEXT_MAX];
	int r = list->missing ? 0 : shared_prefix(&z->set, &list->set, text);

	if (r <= 0)
		return r;
	diag_warning(l->d, lint_at(l, z->line), "zone %s holds addresses of a vendor: %s is in %s",
		     z->name, text, list->file ? list->file : list->id);
	diag_hint(l->d, "name your own networks");
	return 0;
}

/* The catalogs of services in use, each once. */
static bool catalog_used(const struct policy *p, const struct catalog *c)
{
	for (size_t i = 0; i < p->allows; i++) {
		if (p->allow[i].service->catalog == c)
			return true;
	}
	return false;
}

static int check_catalog(const struct lint *l, const struct zone *z, const struct catalog *c)
{
	int r = 0;

	for (size_t i = 0; i < c->lists && r == 0; i++)
		r = check_vendor(l, z, &c->list[i]);
	return r;
}

int lint_vendors(const struct lint *l)
{
	const struct catalogs *c = l->policy->catalogs;

	for (size_t i = 0; i < l->policy->zones; i++) {
		const struct zone *z = &l->policy->zone[i];

		if (holds_all(&z->set, FAMILY_V4) || holds_all(&z->set, FAMILY_V6))
			continue; /* told already */
		for (size_t k = 0; k < c->n; k++) {
			int r = catalog_used(l->policy, &c->catalog[k])
					? check_catalog(l, z, &c->catalog[k])
					: 0;

			if (r < 0)
				return r;
		}
	}
	return 0;
}

/* ---- endpoints ---- */

static bool is_selected(const struct policy *p, const struct requirement *q)
{
	for (size_t i = 0; i < p->allows; i++) {
		if (p->allow[i].service == q->service)
			return true;
	}
	return false;
}

int lint_endpoints(const struct lint *l)
{
	const struct policy *p = l->policy;

	for (size_t i = 0; i < p->endpoints; i++) {
		const struct endpoint *e = &p->endpoint[i];

		if (!e->zone) {
			diag_warning(l->d, lint_at(l, e->line), "endpoint %s lies in no zone",
				     e->name);
			diag_hint(l->d, "add its addresses to the zone of its servers, all to one");
		}
		for (size_t k = 0; k < e->requirements; k++) {
			const struct requirement *q = e->requirement[k];

			if (is_selected(p, q))
				continue;
			diag_warning(l->d, lint_at(l, e->line),
				     "endpoint %s has no rule for %s: the service is not allowed",
				     e->name, lint_row_path(q).text);
			diag_hint(l->d, "add %s/%s to `allow:`", q->service->catalog->vendor,
				  q->service->id);
		}
	}
	return 0;
}
