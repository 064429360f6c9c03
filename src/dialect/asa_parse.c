/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A configuration line by line, twice: first objects, interfaces and commands, then the entries of
 * access lists. Whether "object-group X" in an entry stands for ports or for an end, the entry does
 * not say; the group does, and it may come later in what people type.
 *
 * A line belongs to the block before it when it is indented, as devices print it, or begins with a
 * word that only such lines begin with.
 */
#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/show.h"
#include "dialect/asa_names.h"
#include "dialect/asa_parsing.h"

enum inside { IN_NOTHING, IN_OBJECT, IN_GROUP, IN_INTERFACE, IN_POLICY };

struct reader {
	struct cisco_words p;
	bool lists; /* the second time: access lists alone */
	enum inside inside;
	size_t at; /* of the object, group or interface */
	bool indented;
};

/* ---- names of addresses ---- */

/* "name 10.1.1.1 server description ..." */
static int name_line(struct cisco_words *p)
{
	struct asa_config *c = p->config;
	struct str word = cisco_take(p), name = cisco_take(p);
	struct addr a;
	int r;

	if (addr_parse(word, &a) < 0 || !name.n)
		return cisco_refuse(p, E_SYNTAX, "name ADDRESS NAME", "'%s' is no address",
				    show(word).text);
	if (c->addresses == ASA_LISTS_MAX)
		return cisco_refuse(p, E_LIMIT, NULL, "more than %d names", ASA_LISTS_MAX);
	r = mem_grow(&c->address, &c->address_cap, c->addresses + 1, sizeof(*c->address));
	if (r == 0)
		r = strmap_add(&c->address_by_name, name, c->addresses);
	if (r == -EEXIST)
		return cisco_refuse(p, E_CONFLICT, NULL, "%s is the name of another address",
				    show(name).text);
	if (r == 0)
		c->address[c->addresses++] = a;
	return r;
}

/* ---- lines ---- */

static int same_security_line(struct cisco_words *p, bool no)
{
	struct asa_config *c = p->config;

	(void)cisco_accept(p, "permit");
	if (cisco_accept(p, "inter-interface"))
		c->same_inter = !no;
	else if (cisco_accept(p, "intra-interface"))
		c->same_intra = !no;
	return 0;
}

static int open_object(struct reader *rd)
{
	bool open = false;
	int r = asa_open_object(&rd->p, &open, &rd->at);

	rd->inside = open ? IN_OBJECT : IN_NOTHING;
	return r;
}

static int global_line(struct reader *rd)
{
	struct cisco_words *p = &rd->p;
	bool no = cisco_accept(p, "no"), watch = false;
	int r;

	rd->inside = IN_NOTHING;
	if (cisco_accept(p, "access-list"))
		return rd->lists ? asa_list_line(p, no) : 0;
	if (rd->lists)
		return 0;
	if (cisco_accept(p, "access-group"))
		return asa_bind_line(p, no);
	if (cisco_accept(p, "same-security-traffic"))
		return same_security_line(p, no);
	if (!no && cisco_accept(p, "nat"))
		return asa_nat_line(p);
	if (!no && cisco_accept(p, "name"))
		return name_line(p);
	if (!no && cisco_accept(p, "object"))
		return open_object(rd);
	if (!no && cisco_accept(p, "object-group")) {
		rd->inside = IN_GROUP;
		return asa_open_group(p, &rd->at);
	}
	if (!no && cisco_accept(p, "interface")) {
		rd->inside = IN_INTERFACE;
		return asa_open_interface(p, &rd->at);
	}
	r = asa_command_line(p, no, &watch);
	rd->inside = watch ? IN_POLICY : IN_NOTHING;
	return r;
}

static int one_line(struct reader *rd)
{
	struct cisco_words *p = &rd->p;
	/* An access list is never part of a block. */
	bool indented = rd->indented && !cisco_begins(p, 0, "access-list") &&
			!cisco_begins(p, 0, "access-group");

	if (p->n == 1 && (cisco_begins(p, 0, "exit") || cisco_begins(p, 0, "end"))) {
		rd->inside = IN_NOTHING;
		return 0;
	}
	if (rd->lists)
		return indented ? 0 : global_line(rd);
	switch (rd->inside) {
	case IN_OBJECT:
		if (indented || asa_begins_member(p))
			return asa_object_line(p, rd->at);
		break;
	case IN_GROUP:
		if (indented || asa_begins_member(p))
			return asa_member_line(p, rd->at);
		break;
	case IN_INTERFACE:
		if (indented || asa_begins_interface_command(p))
			return asa_interface_line(p, rd->at);
		break;
	case IN_POLICY:
		if (indented || asa_begins_policy_line(p))
			return asa_policy_line(p);
		break;
	case IN_NOTHING:
		if (indented) /* of a block that does not matter */
			return 0;
		break;
	}
	return global_line(rd);
}

static int read_lines(struct reader *rd, struct str text)
{
	int r = 0;

	rd->inside = IN_NOTHING;
	rd->p.line = 0;
	while (r == 0 && text.p) {
		struct str line = str_cut(&text, '\n');

		rd->p.line++;
		rd->p.text = str_trim(line);
		rd->indented = line.n && (line.p[0] == ' ' || line.p[0] == '\t');
		if (!rd->p.text.n || rd->p.text.p[0] == '!' || rd->p.text.p[0] == ':')
			continue;
		r = cisco_cut_words(&rd->p);
		if (r == 0)
			r = one_line(rd);
	}
	return r;
}

void asa_config_free(struct asa_config *c)
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
	mem_free(c->object);
	mem_free(c->group);
	mem_free(c->interface);
	mem_free(c->binding);
	mem_free(c->command);
	mem_free(c->nat);
	mem_free(c->address);
	strmap_release(&c->list_by_name);
	strmap_release(&c->network_by_name);
	strmap_release(&c->service_by_name);
	strmap_release(&c->group_by_name);
	strmap_release(&c->address_by_name);
	arena_free(c->arena);
	mem_free(c);
}

void asa_config_freep(struct asa_config **c)
{
	asa_config_free(*c);
	*c = NULL;
}

static int parse(struct asa_config *c, struct str text, struct diag *d)
{
	EG_AUTO(mem_freep) struct reader *rd = mem_zero(1, sizeof(*rd));
	int r;

	if (!rd)
		return -ENOMEM;
	rd->p = (struct cisco_words){
		.language = &asa_language, .config = c, .file = c->file, .arena = c->arena, .d = d
	};
	r = read_lines(rd, text);
	rd->lists = true;
	if (r == 0)
		r = read_lines(rd, text);
	return r < 0 ? r : asa_add_bound_interfaces(c);
}

int asa_parse(struct str text, const char *file, struct diag *d, struct asa_config **ret)
{
	EG_AUTO(asa_config_freep) struct asa_config *c = mem_zero(1, sizeof(*c));
	int r;

	if (!c)
		return -ENOMEM;
	c->arena = arena_new();
	c->file = c->arena ? arena_strdup(c->arena, file) : NULL;
	if (!c->file)
		return -ENOMEM;
	r = parse(c, text, d);
	if (r == 0 && !c->lists && !c->interfaces) {
		diag_error(d, (struct place){ .file = file },
			   "there is neither an access list nor an interface in it");
		r = E_UNKNOWN;
	}
	if (r == 0)
		*ret = EG_TAKE(c);
	return r;
}
