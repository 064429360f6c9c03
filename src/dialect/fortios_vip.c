/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/fortios_vip.h"

#include <errno.h>

struct vips {
	const struct fos_reading *reading;
	struct fos_walk *walk;
	struct strmap used; /* names of destinations of enabled policies, and of groups' members */
	bool all;	    /* with central NAT they translate whether policies name them or not */
};

static const struct fos_table *table(const struct vips *v, enum fos_section s)
{
	return &v->reading->scope.vdom->table[s];
}

static int note_words(struct vips *v, const struct fos_entry *e, const char *key)
{
	const struct fos_field *f = fos_field_find(e, key);

	for (size_t i = 0; f && i < f->n; i++) {
		int r = strmap_add(&v->used, f->value[i], 1);

		if (r < 0 && r != -EEXIST)
			return r;
	}
	return 0;
}

static int note_table(struct vips *v, enum fos_section s, const char *const key[2])
{
	const struct fos_table *t = table(v, s);
	int r = 0;

	for (size_t i = 0; r == 0 && i < t->n; i++) {
		const struct fos_entry *e = &t->entry[i];

		if (e->gone || fos_field_is(e, "status", "disable"))
			continue;
		r = note_words(v, e, key[0]);
		if (r == 0)
			r = note_words(v, e, key[1]);
	}
	return r;
}

static int note_used(struct vips *v)
{
	static const char *const dst[2] = { "dstaddr", "dstaddr6" };
	static const char *const member[2] = { "member", "exclude-member" };
	const struct fos_entry *settings = fos_entry_find(table(v, FOS_SETTINGS), STR(""));
	int r = note_table(v, FOS_POLICY, dst);

	v->all = settings && fos_field_is(settings, "central-nat", "enable");
	if (r == 0)
		r = note_table(v, FOS_POLICY6, dst);
	if (r == 0)
		r = note_table(v, FOS_VIPGRP, member);
	if (r == 0)
		r = note_table(v, FOS_VIPGRP6, member);
	return r;
}

static int vip_match(struct vips *v, const struct fos_entry *e, bool v6, struct flow_match *ret)
{
	const struct fos_field *f = fos_field_find(e, "extintf");
	struct flow_match match = FLOW_MATCH_ANY;
	int r = fos_vip_outside(&v->reading->scope, e, v6 ? FAMILY_V6 : FAMILY_V4,
				&match.dim[v6 ? FLOW_DST6 : FLOW_DST4]);

	if (r == 0)
		r = match_one(&match, FLOW_FAMILY, v6, v6, v->reading->scope.config->arena);
	if (r == 0 && f && !v->reading->pair.src.n)
		r = fos_zone_spans(v->reading->zones, f, &match.dim[FLOW_IIF]);
	if (r == 0)
		*ret = match;
	return r;
}

static int walk_family(struct vips *v, bool v6)
{
	const struct fos_table *t = table(v, v6 ? FOS_VIP6 : FOS_VIP);
	int r = 0;

	for (size_t i = 0; r == 0 && i < t->n; i++) {
		const struct fos_entry *e = &t->entry[i];
		struct fos_doubts why = { 0 };
		struct flow_match match;
		flow_ref set = FLOW_NONE;
		size_t used;

		if (e->gone || fos_field_is(e, "status", "disable") ||
		    (!v->all && strmap_get(&v->used, e->name, &used) < 0))
			continue;
		r = vip_match(v, e, v6, &match);
		if (r == 0)
			r = flow_of_match(v->walk->m, &match, 1, &set);
		if (r == 0)
			r = fos_doubt(&why, v->reading->scope.config->arena, "virtual IP", e->name,
				      e->at);
		if (r == 0)
			r = fos_walk_unknown(v->walk, &why.doubt[0], set);
	}
	return r;
}

int fos_walk_vips(const struct fos_reading *reading, struct fos_walk *w)
{
	struct vips v = { .reading = reading, .walk = w };
	int r = note_used(&v);

	if (r == 0)
		r = walk_family(&v, false);
	if (r == 0)
		r = walk_family(&v, true);
	strmap_release(&v.used);
	return r;
}
