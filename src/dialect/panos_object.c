/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/panos_object.h"

#include <errno.h>
#include <stdarg.h>

#include "base/err.h"
#include "base/show.h"

enum { TOLD_MAX = 64 /* unknowns of one object that are told by name */ };

int panos_unknowns_add(struct panos_unknowns *u, struct arena *a, const char *text,
		       const struct panos_node *at)
{
	if (!text)
		return -ENOMEM;
	if (u->n == TOLD_MAX) {
		u->unknown[u->n - 1].text = "this and more that is not modelled";
		return 0;
	}
	if (u->n == u->cap) {
		size_t cap = u->cap ? u->cap * 2 : 2;
		struct panos_unknown *more = arena_array(a, cap, sizeof(*more));

		if (!more)
			return -ENOMEM;
		if (u->n)
			memcpy(more, u->unknown, u->n * sizeof(*more));
		u->unknown = more;
		u->cap = cap;
	}
	u->unknown[u->n++] = (struct panos_unknown){ text, at->file, at->line };
	return 0;
}

int panos_unknowns_name(struct panos_unknowns *u, struct arena *a, const char *what,
			struct str name, const struct panos_node *at)
{
	return panos_unknowns_add(u, a, arena_printf(a, "%s %.*s", what, STR_FMT(name)), at);
}

int panos_unknowns_join(struct panos_unknowns *u, struct arena *a,
			const struct panos_unknowns *more)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < more->n; i++) {
		const struct panos_node at = { .file = more->unknown[i].file,
					       .line = more->unknown[i].line };

		r = panos_unknowns_add(u, a, more->unknown[i].text, &at);
	}
	return r;
}

int panos_object_refuse(struct panos_objects *o, const struct panos_node *at, int code,
			const char *fmt, ...)
{
	char text[512];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	diag_error(o->d, (struct place){ .file = at->file, .line = at->line }, "%s", text);
	return code;
}

static struct panos_node *find_in(const struct panos_objects *o, const char *const *section,
				  struct str name, size_t scope)
{
	const struct panos_place *p = o->place;

	for (; *section; section++) {
		const struct panos_node *map =
			panos_child(p->tree, p->scope[scope].node, str_of(*section));
		struct panos_node *n = panos_child(p->tree, map, name);

		if (n)
			return n;
	}
	return NULL;
}

struct panos_found panos_look_up(struct panos_objects *o, const char *const *section,
				 struct str name, size_t scope)
{
	struct panos_found f = { 0 };

	for (size_t i = 0; i < o->place->scopes && !f.unsure; i++) {
		struct panos_node *n = find_in(o, section, name, i);

		if (n && i < scope)
			f.unsure = true;
		else if (n && f.node)
			o->shadowed = true;
		else if (n)
			f = (struct panos_found){ .node = n, .scope = i };
	}
	return f;
}
