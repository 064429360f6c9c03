/* SPDX-License-Identifier: Apache-2.0 */
/* "access-list NAME ...": entries go to the end of the list, or to the place that "line" says. */
#include "base/alloc.h"
#include "base/err.h"
#include "base/show.h"
#include "dialect/asa_parsing.h"

struct asa_list *asa_list_find(const struct asa_config *c, struct str name)
{
	size_t at;

	return strmap_get(&c->list_by_name, name, &at) < 0 ? NULL : &c->list[at];
}

/* Remarks are in lists of all kinds. */
static int open_list(struct cisco_words *p, struct str name, enum asa_list_kind kind, size_t *ret)
{
	struct asa_config *c = p->config;
	struct asa_list *l = asa_list_find(c, name);
	int r;

	if (l && kind && l->kind && l->kind != kind)
		return cisco_refuse(p, E_CONFLICT, NULL,
				    "access list %s is of another kind at line %u", show(name).text,
				    l->line);
	if (l) {
		l->kind = kind ? kind : l->kind;
		*ret = (size_t)(l - c->list);
		return 0;
	}
	if (c->lists == ASA_LISTS_MAX)
		return cisco_refuse(p, E_LIMIT, NULL, "more than %d access lists", ASA_LISTS_MAX);
	r = mem_grow(&c->list, &c->list_cap, c->lists + 1, sizeof(*c->list));
	if (r == 0)
		r = strmap_add(&c->list_by_name, name, c->lists);
	if (r < 0)
		return r;
	*ret = c->lists++;
	c->list[*ret] = (struct asa_list){ .name = name, .line = p->line, .kind = kind };
	return 0;
}

/* `place` counts from 1, remarks too; 0 and numbers behind the end: the end. */
static int put_entry(struct cisco_words *p, size_t list, size_t place, const struct asa_entry *e)
{
	struct asa_config *c = p->config;
	struct asa_list *l = &c->list[list];
	size_t at = place && place <= l->n ? place - 1 : l->n;
	int r;

	c->moves += l->n - at;
	if (c->moves > ASA_MOVES_MAX)
		return cisco_refuse(p, E_LIMIT, "write them in order",
				    "entries are inserted before too many others");
	if (c->entries == ASA_ENTRIES_MAX)
		return cisco_refuse(p, E_LIMIT, NULL, "more than %d entries", ASA_ENTRIES_MAX);
	r = mem_grow(&l->entry, &l->cap, l->n + 1, sizeof(*l->entry));
	if (r < 0)
		return r;
	memmove(&l->entry[at + 1], &l->entry[at], (l->n - at) * sizeof(*l->entry));
	l->entry[at] = *e;
	l->n++;
	c->entries++;
	return 0;
}

/* Whether the device moves an entry that it has to another place, nobody wrote down. */
static int refuse_again(struct cisco_words *p, size_t list, const struct asa_entry *e)
{
	struct asa_config *c = p->config;
	const struct asa_list *l = &c->list[list];

	c->moves += l->n;
	for (size_t i = 0; i < l->n; i++)
		if (!e->remark && str_eq(l->entry[i].body, e->body))
			return cisco_refuse(p, E_CONFLICT, "remove the other one first",
					    "this entry is there already at line %u",
					    l->entry[i].line);
	return 0;
}

/* All that are alike: the device holds an entry once, however often it was typed. */
static int remove_entry(struct cisco_words *p, struct asa_list *l, struct str body)
{
	struct asa_config *c = p->config;
	size_t left = 0, n = l ? l->n : 0;

	for (size_t i = 0; i < n; i++)
		if (!str_eq(l->entry[i].body, body))
			l->entry[left++] = l->entry[i];
	if (left == n)
		return cisco_refuse(p, E_UNKNOWN, "it must be written as the entry was",
				    "there is no such entry to be removed");
	l->n = left;
	c->entries -= n - left;
	c->moves += n;
	return c->moves > ASA_MOVES_MAX
		       ? cisco_refuse(p, E_LIMIT, NULL, "entries are removed from too long lists")
		       : 0;
}

static int extended_line(struct cisco_words *p, struct str name, size_t place, bool no)
{
	struct asa_entry e = { .line = p->line, .text = p->text, .body = cisco_rest(p) };
	size_t list = 0;
	int r = 0;

	if (no)
		return remove_entry(p, asa_list_find(p->config, name), e.body);
	e.remark = cisco_accept(p, "remark");
	if (!e.remark) {
		(void)cisco_accept(p, "extended"); /* may be left out when typed */
		r = asa_parse_entry(p, &e);
	}
	if (r == 0)
		r = open_list(p, name, e.remark ? ASA_LIST_EMPTY : ASA_LIST_EXTENDED, &list);
	if (r == 0 && place)
		r = refuse_again(p, list, &e);
	return r < 0 ? r : put_entry(p, list, place, &e);
}

int asa_list_line(struct cisco_words *p, bool no)
{
	struct str name = cisco_take(p);
	uint64_t place = 0;
	size_t list = 0;

	if (cisco_begins(p, 1, "alert-interval") || cisco_begins(p, 1, "deny-flow-max"))
		return 0;
	if (!name.n || !cisco_peek(p).n)
		return cisco_refuse(p, E_SYNTAX, "access-list NAME extended permit ...",
				    "an access list without an entry");
	if (str_ends(name, ";"))
		return cisco_refuse(p, E_UNSUPPORTED, "give what show running-config prints",
				    "this is what show access-list prints");
	if (cisco_accept(p, "line") &&
	    (str_u64(cisco_take(p), ASA_ENTRIES_MAX, &place) < 0 || !place))
		return cisco_refuse(p, E_SYNTAX, "line 1 is the first",
				    "'%s' is no line of an access list",
				    show(p->word[p->at - 1]).text);
	if (cisco_begins(p, p->at, "advanced"))
		return cisco_refuse(p, E_UNSUPPORTED, NULL,
				    "an access list of Firepower Threat Defense: Snort decides "
				    "what it lets through");
	if (cisco_begins(p, p->at, "standard") || cisco_begins(p, p->at, "ethertype") ||
	    cisco_begins(p, p->at, "webtype"))
		return no ? 0 : open_list(p, name, ASA_LIST_OTHER, &list);
	return extended_line(p, name, (size_t)place, no);
}
