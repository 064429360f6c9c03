/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/asa_place.h"

#include <errno.h>

#include "base/err.h"
#include "base/show.h"

static const char hint[] = "say which with --at 'INTERFACE to INTERFACE', 'INTERFACE in', "
			   "'INTERFACE out', global, or a list's name";

const struct asa_binding *asa_bound_at(const struct asa_config *c, const struct asa_interface *i,
				       enum asa_direction direction)
{
	for (size_t k = 0; k < c->bindings; k++) {
		const struct asa_binding *b = &c->binding[k];

		if (b->direction == direction &&
		    (direction == ASA_GLOBAL || str_eq(b->interface, i->name)))
			return b;
	}
	return NULL;
}

static int refuse(const struct asa_config *c, struct diag *d, int code, const char *text,
		  struct str what)
{
	diag_error(d, (struct place){ .file = c->file }, "%s%s%s", text, what.n ? " " : "",
		   what.n ? show(what).text : "");
	diag_hint(d, "%s", hint);
	return code;
}

static int find_interface(const struct asa_config *c, struct str name, struct diag *d,
			  const struct asa_interface **ret)
{
	*ret = asa_interface_find(c, str_trim(name));
	return *ret ? 0 : refuse(c, d, E_UNKNOWN, "there is no interface called", str_trim(name));
}

static void place_of(const struct asa_config *c, const struct asa_binding *b, struct asa_place *ret)
{
	const struct asa_interface *i = asa_interface_find(c, b->interface);

	*ret = (struct asa_place){ 0 };
	if (b->direction == ASA_GLOBAL)
		ret->kind = ASA_AT_GLOBAL;
	else if (b->direction == ASA_IN)
		*ret = (struct asa_place){ .kind = ASA_AT_IN, .in = i };
	else
		*ret = (struct asa_place){ .kind = ASA_AT_OUT, .out = i };
}

static int only_list(const struct asa_config *c, struct diag *d, struct asa_place *ret)
{
	const struct asa_list *only = NULL;

	for (size_t i = 0; i < c->lists; i++) {
		if (c->list[i].kind == ASA_LIST_OTHER)
			continue;
		if (only)
			return refuse(c, d, E_CONFLICT,
				      "several access lists, and none of them is bound", STR(""));
		only = &c->list[i];
	}
	if (!only)
		return refuse(c, d, E_UNKNOWN, "there is no extended access list", STR(""));
	*ret = (struct asa_place){ .kind = ASA_AT_LIST, .list = only };
	return 0;
}

static int usual_place(const struct asa_config *c, struct diag *d, struct asa_place *ret)
{
	size_t named = 0;

	for (size_t i = 0; i < c->interfaces; i++)
		named += c->interface[i].name.n > 0;
	*ret = (struct asa_place){ .kind = ASA_AT_DEVICE };
	if (c->bindings > 1 || (!c->bindings && named > 1))
		return 0;
	if (!c->bindings)
		return only_list(c, d, ret);
	place_of(c, &c->binding[0], ret);
	return 0;
}

/* "A to B" */
static bool cut_way(struct str text, struct str *ret_in, struct str *ret_out)
{
	static const char to[] = " to ";
	const char *at = text.n ? memmem(text.p, text.n, to, sizeof(to) - 1) : NULL;

	if (!at)
		return false;
	*ret_in = (struct str){ text.p, (size_t)(at - text.p) };
	*ret_out = (struct str){ at + sizeof(to) - 1, text.n - ret_in->n - (sizeof(to) - 1) };
	return true;
}

const char asa_whole_device[] = "device";

static int find_list(const struct asa_config *c, struct str name, struct diag *d,
		     struct asa_place *p)
{
	p->kind = ASA_AT_LIST;
	p->list = asa_list_find(c, name);
	if (!p->list && str_is(name, "global")) {
		p->kind = ASA_AT_GLOBAL;
		return asa_bound_at(c, NULL, ASA_GLOBAL)
			       ? 0
			       : refuse(c, d, E_UNKNOWN, "there is no global list", STR(""));
	}
	if (!p->list && str_is(name, asa_whole_device)) {
		p->kind = ASA_AT_DEVICE;
		return 0;
	}
	if (p->list && p->list->kind != ASA_LIST_OTHER)
		return 0;
	return refuse(c, d, E_UNKNOWN, "there is no extended access list", name);
}

int asa_find_place(const struct asa_config *c, const char *where, struct diag *d,
		   struct asa_place *ret)
{
	struct str text = str_trim(str_of(where)), in, out;
	struct asa_place p = { 0 };
	int r;

	if (!text.n || str_is(text, "forward"))
		return usual_place(c, d, ret);
	if (cut_way(text, &in, &out)) {
		p.kind = ASA_AT_WAY;
		r = find_interface(c, in, d, &p.in);
		if (r == 0)
			r = find_interface(c, out, d, &p.out);
	} else if (str_ends(text, " in")) {
		p.kind = ASA_AT_IN;
		r = find_interface(c, (struct str){ text.p, text.n - 3 }, d, &p.in);
	} else if (str_ends(text, " out")) {
		p.kind = ASA_AT_OUT;
		r = find_interface(c, (struct str){ text.p, text.n - 4 }, d, &p.out);
	} else {
		r = find_list(c, text, d, &p);
	}
	if (r == 0)
		*ret = p;
	return r;
}

int asa_place_name(const struct asa_place *p, struct arena *a, const char **ret)
{
	const char *name = "the whole device";

	if (p->kind == ASA_AT_WAY)
		name = arena_printf(a, "%.*s to %.*s", STR_FMT(p->in->name), STR_FMT(p->out->name));
	else if (p->kind == ASA_AT_IN)
		name = arena_printf(a, "%.*s in", STR_FMT(p->in->name));
	else if (p->kind == ASA_AT_OUT)
		name = arena_printf(a, "%.*s out", STR_FMT(p->out->name));
	else if (p->kind == ASA_AT_GLOBAL)
		name = "global";
	else if (p->kind == ASA_AT_LIST)
		name = "an access list by itself";
	*ret = name;
	return name ? 0 : -ENOMEM;
}
