/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/fortios_place.h"

#include "base/err.h"
#include "base/show.h"

static const char arrow[] = "->";

static int refuse(const struct fos_config *c, struct diag *d, int code, const char *text,
		  struct str what)
{
	diag_error(d, (struct place){ .file = c->file }, "%s%s%s", text, what.n ? " " : "",
		   what.n ? show(what).text : "");
	diag_hint(d, "say which with --at VDOM, --at 'FROM -> TO' (interfaces or zones), or "
		     "--at 'VDOM: FROM -> TO'");
	return code;
}

static bool has_policies(const struct fos_vdom *v)
{
	return v->table[FOS_POLICY].ordered || v->table[FOS_POLICY6].ordered;
}

/* Policies, or whatever else is about them: a text of nothing else is no configuration. */
static bool has_sections(const struct fos_vdom *v)
{
	bool any = v->strangers > 0;

	for (size_t i = 0; i < FOS_SECTIONS; i++)
		any = any || v->table[i].said;
	return any;
}

static int usual_vdom(const struct fos_config *c, struct diag *d, const struct fos_vdom **ret)
{
	const struct fos_vdom *found = NULL, *some = NULL;

	for (size_t i = 0; i < c->vdoms; i++) {
		const struct fos_vdom *v = c->vdom[i];

		if (!some && has_sections(v))
			some = v;
		if (!has_policies(v))
			continue;
		if (found)
			return refuse(c, d, E_CONFLICT, "several virtual domains have policies",
				      STR(""));
		found = v;
	}
	if (!found && !some)
		return refuse(c, d, E_UNKNOWN, "there is no firewall section in it", STR(""));
	*ret = found ? found : some;
	return 0;
}

static int find_vdom(const struct fos_config *c, struct str name, struct diag *d,
		     const struct fos_vdom **ret)
{
	for (size_t i = 1; i < c->vdoms; i++)
		if (str_eq(c->vdom[i]->name, name)) {
			*ret = c->vdom[i];
			return 0;
		}
	return refuse(c, d, E_UNKNOWN, "there is no virtual domain", name);
}

/* "FROM -> TO" */
static bool take_pair(struct str text, struct fos_pair *ret)
{
	const char *at = memmem(text.p, text.n, arrow, sizeof(arrow) - 1);
	struct str from, to;

	if (!at)
		return false;
	from = str_trim((struct str){ text.p, (size_t)(at - text.p) });
	to = (struct str){ at + sizeof(arrow) - 1, text.n - from.n };
	to.n = (size_t)(text.p + text.n - to.p);
	to = str_trim(to);
	*ret = (struct fos_pair){ from, to };
	return from.n && to.n;
}

int fos_find_place(const struct fos_config *c, const char *where, struct diag *d,
		   struct fos_place *ret)
{
	struct str text = str_trim(str_of(where)), rest = text, before;
	struct fos_place p = { 0 };
	int r;

	if (!text.n || str_is(text, "forward"))
		r = usual_vdom(c, d, &p.vdom);
	else if (take_pair(text, &p.pair)) {
		before = str_cut(&p.pair.src, ':');
		if (p.pair.src.p) {
			p.pair.src = str_trim(p.pair.src);
			r = find_vdom(c, str_trim(before), d, &p.vdom);
		} else {
			p.pair.src = before;
			r = usual_vdom(c, d, &p.vdom);
		}
	} else {
		r = find_vdom(c, rest, d, &p.vdom);
	}
	if (r == 0)
		*ret = p;
	return r;
}
