/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A configuration line by line. A line belongs to the list, group or interface before it when it is
 * indented, as routers print it, or begins with a word that only such lines begin with, as people
 * type it.
 */
#include "dialect/ios_names.h"
#include "dialect/ios_parsing.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/show.h"

enum inside { IN_NOTHING, IN_LIST, IN_GROUP, IN_INTERFACE };

enum { STEP = 10 };

struct reader {
	struct cisco_words p;
	enum inside inside;
	size_t at;	   /* of the list, group or interface */
	bool indented;	   /* this line */
	struct str banner; /* text until this ends it; empty: none */
};

/* ---- lists ---- */

struct ios_list *ios_list_find(const struct ios_config *c, struct str name, enum family family)
{
	size_t at;

	return strmap_get(&c->list_by_name[family == FAMILY_V6], name, &at) < 0 ? NULL
										: &c->list[at];
}

struct ios_group *ios_group_find(const struct ios_config *c, struct str name)
{
	size_t at;

	return strmap_get(&c->group_by_name, name, &at) < 0 ? NULL : &c->group[at];
}

static int open_list(struct reader *rd, struct str name, enum family family, bool standard)
{
	struct cisco_words *p = &rd->p;
	struct ios_config *c = p->config;
	struct ios_list *l = ios_list_find(c, name, family);
	int r;

	rd->inside = IN_LIST;
	if (l) {
		rd->at = (size_t)(l - c->list);
		if (l->standard != standard)
			return cisco_refuse(p, E_CONFLICT, "a name is of one kind of list",
					    "access list %s is there already, as %s",
					    show(name).text, l->standard ? "standard" : "extended");
		l->line = l->gone ? p->line : l->line;
		l->gone = false;
		return 0;
	}
	if (c->lists == IOS_LISTS_MAX)
		return cisco_refuse(p, E_LIMIT, NULL, "more than %d access lists", IOS_LISTS_MAX);
	r = mem_grow(&c->list, &c->list_cap, c->lists + 1, sizeof(*c->list));
	if (r == 0)
		r = strmap_add(&c->list_by_name[family == FAMILY_V6], name, c->lists);
	if (r < 0)
		return r;
	rd->at = c->lists++;
	c->list[rd->at] = (struct ios_list){
		.name = name, .family = family, .standard = standard, .line = p->line
	};
	return 0;
}

/* Puts the entry where its sequence number belongs; 0: behind all. */
static int put_entry(struct cisco_words *p, struct ios_list *l, struct ios_entry *e)
{
	struct ios_config *c = p->config;
	unsigned last = l->n ? l->entry[l->n - 1].seq : 0;
	size_t place = l->n;
	int r;

	if (!e->seq && last > IOS_SEQUENCE_MAX - STEP)
		return cisco_refuse(p, E_LIMIT, NULL, "no sequence number is left behind %u", last);
	e->seq = e->seq ? e->seq : last + STEP;
	while (place > 0 && l->entry[place - 1].seq >= e->seq)
		place--;
	if (place < l->n && l->entry[place].seq == e->seq)
		return cisco_refuse(p, E_CONFLICT,
				    "remove the other one first, or take another number",
				    "number %u is taken by line %u", e->seq, l->entry[place].line);
	c->moves += l->n - place;
	if (c->moves > IOS_MOVES_MAX)
		return cisco_refuse(p, E_LIMIT, "write them in order",
				    "entries are inserted before too many others");
	if (c->entries == IOS_ENTRIES_MAX)
		return cisco_refuse(p, E_LIMIT, NULL, "more than %d entries", IOS_ENTRIES_MAX);
	r = mem_grow(&l->entry, &l->cap, l->n + 1, sizeof(*l->entry));
	if (r < 0)
		return r;
	memmove(&l->entry[place + 1], &l->entry[place], (l->n - place) * sizeof(*l->entry));
	l->entry[place] = *e;
	l->n++;
	c->entries++;
	return 0;
}

/* "no 10", "no sequence 10", "no permit ..." */
static int remove_entry(struct cisco_words *p, struct ios_list *l)
{
	struct ios_config *c = p->config;
	struct str body;
	unsigned seq = 0;
	size_t i = 0;
	int r = 0;

	if (cisco_accept(p, "remark"))
		return 0;
	(void)cisco_accept(p, "sequence");
	body = cisco_rest(p);
	if (body.n && body.p[0] >= '0' && body.p[0] <= '9')
		r = ios_parse_seq(p, cisco_peek(p), &seq);
	while (i < l->n && !(seq ? l->entry[i].seq == seq : str_eq(l->entry[i].body, body)))
		i++;
	if (r < 0 || i == l->n)
		return r < 0 ? r
			     : cisco_refuse(p, E_UNKNOWN, NULL,
					    "there is no such entry in access list %s",
					    show(l->name).text);
	memmove(&l->entry[i], &l->entry[i + 1], (l->n - i - 1) * sizeof(*l->entry));
	l->n--;
	c->entries--;
	return 0;
}

/* A line of a list, from the next word on. */
static int entry_line(struct cisco_words *p, size_t list)
{
	struct ios_config *c = p->config;
	struct ios_entry e = { 0 };
	struct str first = cisco_peek(p);
	int r = 0;

	if (cisco_accept(p, "no"))
		return remove_entry(p, &c->list[list]);
	if (cisco_accept(p, "sequence") || (first.n && first.p[0] >= '0' && first.p[0] <= '9'))
		r = ios_parse_seq(p, cisco_take(p), &e.seq);
	if (r < 0 || cisco_accept(p, "remark"))
		return r;
	r = ios_parse_entry(p, &c->list[list], &e);
	return r < 0 ? r : put_entry(p, &c->list[list], &e);
}

static bool begins_entry(const struct cisco_words *p)
{
	static const char *const word[] = { "permit", "deny", "remark", "evaluate", "sequence" };
	size_t at = cisco_begins(p, 0, "no") ? 1 : 0;

	for (size_t i = 0; i < ARRAY_LEN(word); i++)
		if (cisco_begins(p, at, word[i]))
			return true;
	return at < p->n && p->word[at].p[0] >= '0' && p->word[at].p[0] <= '9';
}

/* Numbers tell what a list is; those of other protocols than IP are no business of ours. */
static bool is_ip_number(struct str name, bool *ret_standard)
{
	uint64_t n = 0;

	if (str_u64(name, 9999, &n) < 0)
		return false;
	*ret_standard = (n >= 1 && n <= 99) || (n >= 1300 && n <= 1999);
	return *ret_standard || (n >= 100 && n <= 199) || (n >= 2000 && n <= 2699);
}

static int close_list(struct reader *rd, struct str name, enum family family)
{
	struct ios_config *c = rd->p.config;
	struct ios_list *l = ios_list_find(c, name, family);

	rd->inside = IN_NOTHING;
	if (l) {
		c->entries -= l->n;
		l->n = 0;
		l->gone = true;
	}
	return 0;
}

/* "access-list NUMBER ..." */
static int numbered_line(struct reader *rd, bool no)
{
	struct cisco_words *p = &rd->p;
	struct str name = cisco_take(p);
	bool standard = false;
	int r;

	rd->inside = IN_NOTHING;
	if (!is_ip_number(name, &standard)) {
		if (p->n > 2 && (cisco_begins(p, 2, "extended") || cisco_begins(p, 2, "standard")))
			return cisco_refuse(p, E_UNSUPPORTED, NULL,
					    "an access list of Cisco ASA, not of IOS");
		return 0;
	}
	if (no && p->at < p->n)
		return cisco_refuse(
			p, E_UNSUPPORTED, "give the running configuration",
			"removing one entry of a numbered list: some releases remove the "
			"whole list");
	if (no)
		return close_list(rd, name, FAMILY_V4);
	r = open_list(rd, name, FAMILY_V4, standard);
	if (r == 0)
		r = entry_line(p, rd->at);
	rd->inside = IN_NOTHING;
	return r;
}

static int resequence(struct cisco_words *p)
{
	struct ios_list *l = ios_list_find(p->config, cisco_take(p), FAMILY_V4);
	unsigned first = STEP, step = STEP;
	int r = 0;

	if (p->at < p->n)
		r = ios_parse_seq(p, cisco_take(p), &first);
	if (r == 0 && p->at < p->n)
		r = ios_parse_seq(p, cisco_take(p), &step);
	if (r == 0 && l && first + (uint64_t)step * l->n > IOS_SEQUENCE_MAX)
		r = cisco_refuse(p, E_LIMIT, NULL, "the numbers would be above %d",
				 IOS_SEQUENCE_MAX);
	for (size_t i = 0; r == 0 && l && i < l->n; i++)
		l->entry[i].seq = first + step * (unsigned)i;
	return r;
}

/* "ip access-list ..." */
static int ip_list_line(struct reader *rd, bool no)
{
	struct cisco_words *p = &rd->p;
	bool standard = cisco_accept(p, "standard");
	struct str name;

	rd->inside = IN_NOTHING;
	if (cisco_accept(p, "resequence"))
		return resequence(p);
	if (!standard && !cisco_accept(p, "extended"))
		return 0; /* logging and the like; lists of other kinds */
	name = cisco_take(p);
	if (!name.n)
		return cisco_refuse(p, E_SYNTAX, NULL, "an access list of no name");
	return no ? close_list(rd, name, FAMILY_V4) : open_list(rd, name, FAMILY_V4, standard);
}

static int ipv6_list_line(struct reader *rd, bool no)
{
	struct cisco_words *p = &rd->p;
	struct str name = cisco_take(p);

	rd->inside = IN_NOTHING;
	if (!name.n)
		return cisco_refuse(p, E_SYNTAX, NULL, "an access list of no name");
	if (p->at < p->n) /* "role-based NAME", "log-update threshold N" */
		return 0;
	return no ? close_list(rd, name, FAMILY_V6) : open_list(rd, name, FAMILY_V6, false);
}

/* ---- lines ---- */

/* "banner motd ^C text ... ^C": what is inside is no configuration. */
static void open_banner(struct reader *rd)
{
	struct cisco_words *p = &rd->p;
	struct str rest = p->at + 1 < p->n ? (p->at++, cisco_rest(p)) : STR("");
	size_t n = rest.n > 1 && rest.p[0] == '^' ? 2 : 1;

	rd->inside = IN_NOTHING;
	if (rest.n < n)
		return;
	rd->banner = (struct str){ rest.p, n };
	rest = (struct str){ rest.p + n, rest.n - n };
	if (rest.n && memmem(rest.p, rest.n, rd->banner.p, n))
		rd->banner = STR("");
}

static int open_group(struct reader *rd, bool no)
{
	bool open = false;
	int r = ios_open_group(&rd->p, no, &open, &rd->at);

	rd->inside = open ? IN_GROUP : IN_NOTHING;
	return r;
}

static int global_line(struct reader *rd)
{
	struct cisco_words *p = &rd->p;
	bool no = cisco_accept(p, "no");

	if (cisco_accept(p, "access-list"))
		return numbered_line(rd, no);
	if (cisco_begins(p, p->at, "ip") && cisco_begins(p, p->at + 1, "access-list")) {
		p->at += 2;
		return ip_list_line(rd, no);
	}
	if (cisco_begins(p, p->at, "ipv6") && cisco_begins(p, p->at + 1, "access-list")) {
		p->at += 2;
		return ipv6_list_line(rd, no);
	}
	if (cisco_accept(p, "object-group"))
		return open_group(rd, no);
	if (!no && cisco_accept(p, "interface")) {
		rd->inside = IN_INTERFACE;
		return ios_open_interface(p, &rd->at);
	}
	rd->inside = IN_NOTHING;
	if (!no && cisco_accept(p, "banner"))
		open_banner(rd);
	return 0;
}

static int one_line(struct reader *rd)
{
	struct cisco_words *p = &rd->p;
	bool indented = rd->indented;

	if (p->n == 1 && (cisco_begins(p, 0, "exit") || cisco_begins(p, 0, "end"))) {
		rd->inside = IN_NOTHING;
		return 0;
	}
	switch (rd->inside) {
	case IN_LIST:
		if (indented || begins_entry(p))
			return entry_line(p, rd->at);
		break;
	case IN_GROUP:
		if (indented || ios_begins_member(p))
			return ios_member_line(p, rd->at);
		break;
	case IN_INTERFACE:
		if (indented || ios_begins_interface_command(p))
			return ios_interface_line(p, rd->at);
		break;
	case IN_NOTHING:
		break;
	}
	return global_line(rd);
}

static int read_lines(struct reader *rd, struct str text)
{
	int r = 0;

	while (r == 0 && text.p) {
		struct str line = str_cut(&text, '\n');

		rd->p.line++;
		rd->p.text = str_trim(line);
		rd->indented = line.n && (line.p[0] == ' ' || line.p[0] == '\t');
		if (rd->banner.n) {
			if (memmem(line.p, line.n, rd->banner.p, rd->banner.n))
				rd->banner = STR("");
			continue;
		}
		if (!rd->p.text.n || rd->p.text.p[0] == '!')
			continue;
		r = cisco_cut_words(&rd->p);
		if (r == 0)
			r = one_line(rd);
	}
	return r;
}

void ios_config_free(struct ios_config *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->lists; i++)
		mem_free(c->list[i].entry);
	for (size_t i = 0; i < c->groups; i++)
		mem_free(c->group[i].member);
	for (size_t i = 0; i < c->interfaces; i++)
		mem_free(c->interface[i].command);
	mem_free(c->list);
	mem_free(c->group);
	mem_free(c->interface);
	for (size_t i = 0; i < ARRAY_LEN(c->list_by_name); i++)
		strmap_release(&c->list_by_name[i]);
	strmap_release(&c->group_by_name);
	arena_free(c->arena);
	mem_free(c);
}

void ios_config_freep(struct ios_config **c)
{
	ios_config_free(*c);
	*c = NULL;
}

int ios_parse(struct str text, const char *file, struct diag *d, struct ios_config **ret)
{
	EG_AUTO(ios_config_freep) struct ios_config *c = mem_zero(1, sizeof(*c));
	EG_AUTO(mem_freep) struct reader *rd = mem_zero(1, sizeof(*rd));
	int r;

	if (!c || !rd)
		return -ENOMEM;
	c->arena = arena_new();
	c->file = c->arena ? arena_strdup(c->arena, file) : NULL;
	if (!c->file)
		return -ENOMEM;
	rd->p = (struct cisco_words){
		.language = &ios_language, .config = c, .file = c->file, .arena = c->arena, .d = d
	};
	r = read_lines(rd, text);
	if (r == 0 && !c->lists && !c->interfaces) {
		diag_error(d, (struct place){ .file = file },
			   "there is no access list in it, and no interface");
		r = E_UNKNOWN;
	}
	if (r == 0)
		*ret = EG_TAKE(c);
	return r;
}
