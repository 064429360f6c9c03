/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/fortios_zone.h"

#include <errno.h>

#include "base/alloc.h"
#include "dialect/spans.h"

static const char sdwan[] = "virtual-wan-link"; /* the zone of members that name none */

/* ---- which there are ---- */

/* The zone of that name, a new one if need be. */
static int find_zone(struct fos_zones *z, struct str name, size_t *ret)
{
	int r;

	if (strmap_get(&z->by_name, name, ret) == 0)
		return 0;
	r = mem_grow(&z->zone, &z->cap, z->n + 1, sizeof(*z->zone));
	if (r == 0)
		r = strmap_add(&z->by_name, name, z->n);
	if (r < 0)
		return r;
	z->zone[z->n] = (struct fos_zone){ .name = name };
	*ret = z->n++;
	return 0;
}

/* The first zone of a member is its zone; devices refuse a second one. */
static int note_member(struct fos_zones *z, const struct fos_zone *zone, struct str member)
{
	int r = strmap_add(&z->by_member, member, (size_t)(zone - z->zone));

	return r == -EEXIST ? 0 : r;
}

static int add_zone(struct fos_zones *z, const struct fos_entry *e)
{
	const struct fos_field *f = fos_field_find(e, "interface");
	struct fos_zone *zone;
	size_t at = 0;
	int r = find_zone(z, e->name, &at);

	if (r < 0)
		return r;
	zone = &z->zone[at];
	if (fos_field_is(e, "intrazone", "allow"))
		zone->intrazone = fos_field_find(e, "intrazone");
	if (f && f->n) {
		zone->member = arena_copy(z->arena, f->value, f->n * sizeof(*f->value));
		if (!zone->member)
			return -ENOMEM;
		zone->n = zone->cap = f->n;
	}
	for (size_t i = 0; r == 0 && i < zone->n; i++)
		r = note_member(z, zone, zone->member[i]);
	return r;
}

static int add_sdwan_member(struct fos_zones *z, const struct fos_entry *e)
{
	struct str interface = fos_field_word(e, "interface"), name = fos_field_word(e, "zone");
	struct fos_zone *zone;
	size_t at = 0;
	int r = find_zone(z, name.n ? name : str_of(sdwan), &at);

	if (r < 0 || !interface.n)
		return r;
	zone = &z->zone[at];
	if (zone->n == zone->cap) {
		size_t cap = zone->cap ? zone->cap * 2 : 4;
		struct str *more = arena_array(z->arena, cap, sizeof(*more));

		if (!more)
			return -ENOMEM;
		if (zone->n)
			memcpy(more, zone->member, zone->n * sizeof(*more));
		zone->member = more;
		zone->cap = cap;
	}
	zone->member[zone->n++] = interface;
	return note_member(z, zone, interface);
}

static int add_all(struct fos_zones *z, const struct fos_table *t,
		   int (*add)(struct fos_zones *z, const struct fos_entry *e))
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < t->n; i++)
		if (!t->entry[i].gone)
			r = add(z, &t->entry[i]);
	return r;
}

static int note_spoken(struct fos_zones *z)
{
	const char *name;
	int r = 0;

	for (unsigned id = 1; r == 0 && id <= ZONE_MAX; id++) {
		name = flow_zone_name(z->m, (uint16_t)id);
		if (!name)
			break;
		r = strmap_add(&z->spoken, str_of(name), id);
	}
	return r == -EEXIST ? 0 : r;
}

int fos_zones_init(struct fos_zones *z, struct fos_config *c, const struct fos_vdom *v,
		   struct flow_mgr *m)
{
	int r;

	*z = (struct fos_zones){ .arena = c->arena, .m = m };
	r = note_spoken(z);
	if (r == 0)
		r = add_all(z, &v->table[FOS_ZONE], add_zone);
	if (r == 0)
		r = add_all(z, &v->table[FOS_SDWAN_MEMBER], add_sdwan_member);
	return r < 0 ? r : add_all(z, &v->table[FOS_WANLINK_MEMBER], add_sdwan_member);
}

void fos_zones_release(struct fos_zones *z)
{
	mem_free(z->zone);
	strmap_release(&z->by_name);
	strmap_release(&z->by_member);
	strmap_release(&z->spoken);
}

/* ---- as flows have them ---- */

static int add_name(struct fos_zones *z, struct str name, struct spanlist *l)
{
	uint16_t id;
	int r = flow_zone(z->m, name, &id);

	return r < 0 ? r : spanlist_add(l, id, id);
}

static bool is_spoken(const struct fos_zones *z, struct str name)
{
	size_t id;

	return strmap_get(&z->spoken, name, &id) == 0;
}

/* Does somebody speak of this member? A zone in a zone is none. */
static bool is_spoken_member(const struct fos_zones *z, struct str name)
{
	size_t at;

	return is_spoken(z, name) && strmap_get(&z->by_name, name, &at) < 0;
}

int fos_zone_own(struct fos_zones *z, size_t at, struct flow_spans *ret)
{
	struct fos_zone *zone = &z->zone[at];
	struct spanlist l = SPANLIST_INIT(z->arena);
	bool members = false;
	int r = 0;

	if (zone->known) {
		*ret = zone->spans;
		return 0;
	}
	for (size_t i = 0; !members && i < zone->n; i++)
		members = is_spoken_member(z, zone->member[i]);
	if (!members || is_spoken(z, zone->name))
		r = add_name(z, zone->name, &l);
	for (size_t i = 0; members && r == 0 && i < zone->n; i++)
		r = add_name(z, zone->member[i], &l);
	if (r < 0)
		return r;
	zone->spans = spanlist_seal(&l);
	zone->known = true;
	*ret = zone->spans;
	return 0;
}

static int add_interface(struct fos_zones *z, struct str name, struct spanlist *l)
{
	struct flow_spans own;
	size_t at;
	int r;

	if (strmap_get(&z->by_name, name, &at) < 0 && strmap_get(&z->by_member, name, &at) < 0)
		return add_name(z, name, l);
	r = fos_zone_own(z, at, &own);
	for (size_t i = 0; r == 0 && i < own.n; i++)
		r = spanlist_add(l, own.span[i].lo, own.span[i].hi);
	return r;
}

int fos_zone_spans(struct fos_zones *z, const struct fos_field *f, struct flow_spans *ret)
{
	struct spanlist l = SPANLIST_INIT(z->arena);
	bool any = false;
	int r = 0;

	for (size_t i = 0; r == 0 && i < f->n; i++) {
		any = any || str_is(f->value[i], "any");
		if (!any)
			r = add_interface(z, f->value[i], &l);
	}
	if (r == 0)
		*ret = any ? SPANS_ANY : spanlist_seal(&l);
	return r;
}

struct str fos_zone_member(const struct fos_zones *z, const struct fos_field *f)
{
	size_t at;

	for (size_t i = 0; i < f->n; i++)
		if (strmap_get(&z->by_member, f->value[i], &at) == 0 &&
		    strmap_get(&z->by_name, f->value[i], &at) < 0)
			return f->value[i];
	return STR("");
}

bool fos_zone_has(const struct fos_zones *z, const struct fos_field *f, struct str interface)
{
	size_t at;
	bool inside = strmap_get(&z->by_member, interface, &at) == 0;

	for (size_t i = 0; i < f->n; i++)
		if (str_is(f->value[i], "any") || str_eq(f->value[i], interface) ||
		    (inside && str_eq(f->value[i], z->zone[at].name)))
			return true;
	return false;
}
