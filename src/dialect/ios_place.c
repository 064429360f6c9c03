/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/ios_place.h"

#include <errno.h>

#include "base/err.h"
#include "base/show.h"

static const char *const direction_name[] = { "in", "out" };

static const char hint[] = "say which with --at 'INTERFACE out', 'INTERFACE in' or a list's name";

/* Letters of an interface's name. */
static size_t letters(struct str s)
{
	size_t n = 0;

	while (n < s.n && ((s.p[n] | 0x20) >= 'a' && (s.p[n] | 0x20) <= 'z'))
		n++;
	return n;
}

/* "Gi0/1" is GigabitEthernet0/1. */
static bool is_short_for(struct str given, struct str name)
{
	size_t g = letters(given), n = letters(name);

	if (g == 0 || g > n || given.n - g != name.n - n)
		return false;
	for (size_t i = 0; i < g; i++)
		if (ascii_lower(given.p[i]) != ascii_lower(name.p[i]))
			return false;
	return memcmp(given.p + g, name.p + n, name.n - n) == 0;
}

static int refuse(const struct ios_config *c, struct diag *d, int code, const char *text,
		  struct str what)
{
	diag_error(d, (struct place){ .file = c->file }, "%s%s%s", text, what.n ? " " : "",
		   what.n ? show(what).text : "");
	diag_hint(d, "%s", hint);
	return code;
}

static int find_interface(const struct ios_config *c, struct str name, struct diag *d,
			  const struct ios_interface **ret)
{
	const struct ios_interface *found = NULL;

	for (size_t i = 0; i < c->interfaces; i++) {
		const struct ios_interface *one = &c->interface[i];

		if (str_is_nocase(name, "") || !is_short_for(name, one->name))
			continue;
		if (name.n == one->name.n) {
			found = one;
			break;
		}
		if (found)
			return refuse(c, d, E_CONFLICT, "several interfaces are called like", name);
		found = one;
	}
	if (!found)
		return refuse(c, d, E_UNKNOWN, "there is no interface", name);
	*ret = found;
	return 0;
}

static bool applies(const struct ios_interface *i, enum ios_direction direction)
{
	return i->applied[0][direction].list.n || i->applied[1][direction].list.n;
}

/* The one list of each family that the text defines. */
static int only_lists(const struct ios_config *c, struct diag *d, struct ios_place *ret)
{
	struct ios_place p = { 0 };

	for (size_t i = 0; i < c->lists; i++) {
		const struct ios_list **slot = &p.list[c->list[i].family == FAMILY_V6];

		if (c->list[i].gone)
			continue;
		if (*slot)
			return refuse(c, d, E_CONFLICT,
				      "several access lists, and none of them is applied", STR(""));
		*slot = &c->list[i];
	}
	if (!c->lists)
		return refuse(c, d, E_UNKNOWN,
			      "there is no access list in it: everything passes at its interfaces",
			      STR(""));
	*ret = p;
	return 0;
}

static int usual_place(const struct ios_config *c, struct diag *d, struct ios_place *ret)
{
	static const enum ios_direction order[] = { IOS_OUT, IOS_IN };

	for (size_t k = 0; k < ARRAY_LEN(order); k++) {
		struct ios_place p = { .direction = order[k] };

		for (size_t i = 0; i < c->interfaces; i++) {
			if (!applies(&c->interface[i], order[k]))
				continue;
			if (p.interface)
				return refuse(c, d, E_CONFLICT,
					      "access lists are applied to several interfaces",
					      STR(""));
			p.interface = &c->interface[i];
		}
		if (p.interface) {
			*ret = p;
			return 0;
		}
	}
	return only_lists(c, d, ret);
}

int ios_find_place(const struct ios_config *c, const char *where, struct diag *d,
		   struct ios_place *ret)
{
	struct str text = str_trim(str_of(where)), name = text;
	struct ios_place p = { 0 };
	int r = 0;

	if (!text.n || str_is(text, "forward"))
		return usual_place(c, d, ret);
	p.direction = str_ends(text, " out") ? IOS_OUT : IOS_IN;
	if (p.direction == IOS_OUT || str_ends(text, " in")) {
		name.n -= p.direction == IOS_OUT ? 4 : 3;
		r = find_interface(c, str_trim(name), d, &p.interface);
	} else {
		p.list[0] = ios_list_find(c, name, FAMILY_V4);
		p.list[1] = ios_list_find(c, name, FAMILY_V6);
		if (!p.list[0] && !p.list[1])
			r = refuse(c, d, E_UNKNOWN, "there is no access list", name);
	}
	if (r == 0)
		*ret = p;
	return r;
}

int ios_place_name(const struct ios_place *p, struct arena *a, const char **ret)
{
	const char *name = "access lists by themselves";

	if (p->interface)
		name = arena_printf(a, "%.*s %s", STR_FMT(p->interface->name),
				    direction_name[p->direction]);
	*ret = name;
	return name ? 0 : -ENOMEM;
}
