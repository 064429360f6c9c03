/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prefix lists: described by one command, their entries printed by another, which does not say of
 * which list they are. The name of the file does, or there is one list only.
 */
#include <errno.h>

#include "base/err.h"
#include "base/show.h"
#include "dialect/aws_parsing.h"

const struct aws_list *aws_list_find(const struct aws_config *c, const char *id)
{
	size_t at;

	return strmap_get(&c->list_by_id, str_of(id), &at) == 0 ? &c->list[at] : NULL;
}

struct aws_list *aws_add_list(struct aws_parsing *p, const json_t *at, const char *id)
{
	struct aws_config *c = p->config;
	size_t found;

	if (p->r < 0 || !id)
		return NULL;
	if (strmap_get(&c->list_by_id, str_of(id), &found) == 0)
		return &c->list[found];
	if (!aws_more(p, &c->list, &c->list_cap, c->lists, sizeof(*c->list)))
		return NULL;
	aws_keep(p, strmap_add(&c->list_by_id, str_of(id), c->lists));
	if (p->r < 0)
		return NULL;
	c->list[c->lists] = (struct aws_list){ .at = aws_place(p, at), .id = id, .name = id };
	return &c->list[c->lists++];
}

static void add_entry(struct aws_parsing *p, const json_t *value, struct aws_list *l)
{
	struct aws_list_entry e = { .at = aws_place(p, value) };

	if (aws_get_prefix(p, value, &e.prefix) &&
	    aws_more(p, &l->entry, &l->cap, l->n, sizeof(*l->entry)))
		l->entry[l->n++] = e;
}

void aws_fill_list(struct aws_parsing *p, json_t *entries, struct aws_list *l)
{
	json_t *one;
	size_t i;

	if (p->r == 0 && l->held) {
		aws_refuse(p, entries, E_CONFLICT, "give the entries of a list once",
			   "the entries of %s are at line %u of %s already",
			   show(str_of(l->id)).text, l->at.line, l->at.file);
		return;
	}
	l->held = true;
	l->at = aws_place(p, entries);
	json_array_foreach(entries, i, one)
	{
		if (p->r == 0)
			add_entry(p, json_is_object(one) ? json_object_get(one, "Cidr") : one, l);
	}
}

/* Of describe-managed-prefix-lists, or of describe-prefix-lists, which has the entries too. */
void aws_parse_list(struct aws_parsing *p, const json_t *list)
{
	const char *id = aws_get_string_needed(p, list, "PrefixListId");
	const char *name = aws_get_string(p, list, "PrefixListName");
	struct aws_list *l = aws_add_list(p, json_object_get(list, "PrefixListId"), id);
	json_t *cidrs = aws_get_list(p, list, "Cidrs");

	if (!l)
		return;
	l->name = name ? name : l->name;
	if (cidrs)
		aws_fill_list(p, cidrs, l);
}

/* "pl-0123" of "/home/me/vpc/pl-0123.json", or empty. */
static struct str id_in_name(const char *file)
{
	const char *slash = strrchr(file, '/');
	struct str name = str_of(slash ? slash + 1 : file);

	for (; name.n; name.p++, name.n--) {
		size_t n = 3;

		if (!str_starts(name, "pl-"))
			continue;
		while (n < name.n && ascii_hex(name.p[n]) >= 0)
			n++;
		if (n > 3)
			return (struct str){ name.p, n };
	}
	return STR("");
}

void aws_parse_entries(struct aws_parsing *p, json_t *entries)
{
	struct aws_config *c = p->config;
	struct str name = id_in_name(p->file);
	const char *id = name.n ? arena_str(p->arena, name) : NULL;
	struct aws_list *l;

	aws_keep(p, name.n && !id ? -ENOMEM : 0);
	if (id) {
		l = aws_add_list(p, entries, id);
	} else {
		if (!aws_more(p, &c->loose, &c->loose_cap, c->loose_n, sizeof(*c->loose)))
			return;
		l = &c->loose[c->loose_n++];
		*l = (struct aws_list){ .at = aws_place(p, entries) };
	}
	if (l)
		aws_fill_list(p, entries, l);
}
