/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/panos_place.h"

#include <errno.h>

#include "base/err.h"
#include "base/show.h"
#include "dialect/panos_schema.h"

const char *const panos_default_names[PANOS_DEFAULTS] = { "intrazone-default",
							  "interzone-default" };

struct finding {
	const struct panos_tree *tree;
	const struct panos_node *vsys_map, *group_map;
	const char *file;
	struct arena *arena;
	struct diag *d;
	struct panos_place *out;
};

static int refuse(const struct finding *f, int code, const char *text, struct str name)
{
	EG_AUTO(buf_release) struct buf known = BUF_INIT;

	for (size_t i = 0; i < 2; i++) {
		const struct panos_node *map = i ? f->group_map : f->vsys_map;

		for (const struct panos_node *n = map ? map->first : NULL; n; n = n->next)
			if (n->first)
				buf_printf(&known, "%s%s", known.n ? ", " : "", show(n->name).text);
	}
	diag_error(f->d, (struct place){ .file = f->file }, "%s%s%s", text, name.n ? " " : "",
		   show(name).text);
	if (known.n)
		diag_hint(f->d, "name one with --at: %s", known.data);
	return code;
}

static const struct panos_node *path(const struct panos_tree *t, const struct panos_node *n,
				     const char *const *name)
{
	for (; n && *name; name++)
		n = panos_child(t, n, str_of(*name));
	return n;
}

/* ---- scopes ---- */

static int add_scope(struct finding *f, const struct panos_node *node, const char *kind,
		     struct str name)
{
	struct panos_place *p = f->out;
	const char *text;

	if (!node)
		return 0;
	if (p->scopes == PANOS_SCOPES_MAX)
		return refuse(f, E_LIMIT, "too many device groups in one another around", name);
	text = arena_printf(f->arena, "%s%s%.*s", kind, name.n ? " " : "", STR_FMT(name));
	if (!text)
		return -ENOMEM;
	p->scope[p->scopes++] = (struct panos_scope){ node, text };
	return 0;
}

/* The group and those around it. */
static int add_groups(struct finding *f, const struct panos_node *group)
{
	static const char *const kept_path[] = { "readonly", "devices", PANOS_DEVICE,
						 "device-group", NULL };
	const struct panos_node *kept = path(f->tree, f->tree->root, kept_path);

	while (group) {
		const struct panos_node *told = panos_child(f->tree, kept, group->name);
		struct str parent = panos_text(f->tree, told, "parent-dg");
		int r;

		for (size_t i = 0; i < f->out->scopes; i++)
			if (f->out->scope[i].node == group)
				return refuse(f, E_CONFLICT,
					      "device groups are in one another in a circle:",
					      group->name);
		r = add_scope(f, group, "device group", group->name);
		if (r < 0)
			return r;
		f->out->adrift = f->out->adrift || !told;
		group = panos_child(f->tree, f->group_map, parent);
		if (parent.n && !group)
			return refuse(f, E_UNKNOWN, "there is no device group", parent);
	}
	return 0;
}

/* What Panorama has pushed to this virtual system, as the firewall itself tells it. */
static const struct panos_node *pushed(const struct finding *f, const struct panos_node *vsys)
{
	static const char *const alone[] = { "policy", "panorama", NULL };
	static const char *const merged[] = { "panorama", "vsys", NULL };
	const struct panos_node *n = path(f->tree, f->tree->root, alone);

	return n ? n
		 : panos_child(f->tree, path(f->tree, f->tree->root, merged),
			       vsys ? vsys->name : STR(PANOS_VSYS));
}

static int add_scopes(struct finding *f, const struct panos_node *vsys,
		      const struct panos_node *group)
{
	int r = vsys ? add_scope(f, vsys, "virtual system", vsys->name) : 0;

	if (r == 0)
		r = add_groups(f, group);
	if (r == 0)
		r = add_scope(f, panos_child(f->tree, f->tree->root, STR("shared")), "shared",
			      STR(""));
	return r < 0 ? r
		     : add_scope(f, group ? NULL : pushed(f, vsys), "pushed by Panorama", STR(""));
}

/* ---- rules ---- */

static int add_base(struct finding *f, size_t scope, const char *which)
{
	const char *const rules_path[] = { which, "security", "rules", NULL };
	struct panos_place *p = f->out;
	const struct panos_node *rules = path(f->tree, p->scope[scope].node, rules_path);
	const char *where;

	if (!rules)
		return 0;
	where = arena_printf(f->arena, "%s of %s", which, p->scope[scope].name);
	p->base[p->bases++] = (struct panos_rulebase){ rules, scope, where };
	return where ? 0 : -ENOMEM;
}

/* The nearest scope that says something of it. */
static int find_override(struct finding *f, enum panos_default which)
{
	static const char *const base[] = { "rulebase", "post-rulebase", "pre-rulebase" };
	struct panos_place *p = f->out;

	for (size_t i = 0; i < p->scopes; i++)
		for (size_t k = 0; k < ARRAY_LEN(base); k++) {
			const char *const rule_path[] = { base[k], "default-security-rules",
							  "rules", panos_default_names[which],
							  NULL };
			const struct panos_node *rule = path(f->tree, p->scope[i].node, rule_path);

			if (!rule)
				continue;
			p->override[which] = (struct panos_override){
				rule, arena_printf(f->arena, "%s of %s", base[k], p->scope[i].name)
			};
			return p->override[which].where ? 0 : -ENOMEM;
		}
	return 0;
}

static int add_bases(struct finding *f)
{
	size_t n = f->out->scopes;
	int r = 0;

	for (size_t i = n; r == 0 && i-- > 0;)
		r = add_base(f, i, "pre-rulebase");
	for (size_t i = n; r == 0 && i-- > 0;)
		r = add_base(f, i, "rulebase");
	for (size_t i = 0; r == 0 && i < n; i++)
		r = add_base(f, i, "post-rulebase");
	for (size_t i = 0; r == 0 && i < PANOS_DEFAULTS; i++)
		r = find_override(f, (enum panos_default)i);
	if (r == 0 && !f->out->bases && !f->out->override[PANOS_INTRAZONE].rule &&
	    !f->out->override[PANOS_INTERZONE].rule)
		r = refuse(f, E_UNKNOWN, "there are no security rules", STR(""));
	return r;
}

/* ---- which ---- */

/* The only entry that holds something; `ret_several`: there are more. */
static const struct panos_node *only(const struct panos_node *map, bool *ret_several)
{
	const struct panos_node *found = NULL;

	for (const struct panos_node *n = map ? map->first : NULL; n; n = n->next) {
		if (!n->first)
			continue;
		*ret_several = *ret_several || found;
		found = n;
	}
	return found;
}

static int usual(const struct finding *f, const struct panos_node **ret_vsys,
		 const struct panos_node **ret_group)
{
	bool several = false;

	*ret_vsys = only(f->vsys_map, &several);
	*ret_group = only(f->group_map, &several);
	return several ? refuse(f, E_CONFLICT, "there are several virtual systems or device groups",
				STR(""))
		       : 0;
}

static int named(const struct finding *f, struct str where, const struct panos_node **ret_vsys,
		 const struct panos_node **ret_group)
{
	struct str vsys = where, group = str_cut(&vsys, '/');

	*ret_vsys = *ret_group = NULL;
	if (str_is(where, "shared"))
		return 0;
	*ret_group = panos_child(f->tree, f->group_map, group);
	*ret_vsys = panos_child(f->tree, f->vsys_map, vsys.p ? vsys : group);
	if (vsys.p ? *ret_vsys && *ret_group : *ret_vsys || *ret_group)
		return 0;
	return refuse(f, E_UNKNOWN, "there is no virtual system or device group", where);
}

int panos_find_place(const struct panos_tree *t, const char *where, const char *file,
		     struct arena *a, struct diag *d, struct panos_place *ret)
{
	static const char *const vsys_path[] = { "devices", PANOS_DEVICE, "vsys", NULL };
	static const char *const group_path[] = { "devices", PANOS_DEVICE, "device-group", NULL };
	struct str text = str_trim(str_of(where));
	struct finding f = { .tree = t,
			     .vsys_map = path(t, t->root, vsys_path),
			     .group_map = path(t, t->root, group_path),
			     .file = file,
			     .arena = a,
			     .d = d,
			     .out = ret };
	const struct panos_node *vsys, *group;
	int r;

	*ret = (struct panos_place){ .tree = t, .arena = a };
	r = !text.n || str_is(text, "forward") ? usual(&f, &vsys, &group)
					       : named(&f, text, &vsys, &group);
	if (r == 0)
		r = add_scopes(&f, vsys, group);
	if (r == 0)
		r = add_bases(&f);
	if (r < 0)
		return r;
	ret->name = arena_printf(a, "%s%s%s", ret->scope[0].name, vsys && group ? " and " : "",
				 vsys && group ? ret->scope[1].name : "");
	return ret->name ? 0 : -ENOMEM;
}
