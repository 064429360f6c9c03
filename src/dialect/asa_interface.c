/* SPDX-License-Identifier: Apache-2.0 */
/* Interfaces, and the lists that are bound to them. */
#include "base/alloc.h"
#include "base/err.h"
#include "base/show.h"
#include "dialect/asa_parsing.h"

enum { LEVEL_MAX = 100, LEVEL_INSIDE = 100 };

struct asa_interface *asa_interface_find(const struct asa_config *c, struct str name)
{
	for (size_t i = 0; name.n && i < c->interfaces; i++)
		if (str_eq(c->interface[i].name, name))
			return &c->interface[i];
	return NULL;
}

static int add_interface(struct asa_config *c, const struct asa_interface *i)
{
	int r = mem_grow(&c->interface, &c->interface_cap, c->interfaces + 1,
			 sizeof(*c->interface));

	if (r == 0)
		c->interface[c->interfaces++] = *i;
	return r;
}

int asa_open_interface(struct cisco_words *p, size_t *ret)
{
	struct asa_config *c = p->config;
	struct str name = cisco_rest(p);

	if (!name.n)
		return cisco_refuse(p, E_SYNTAX, NULL, "an interface of no name");
	for (*ret = 0; *ret < c->interfaces; ++*ret)
		if (str_eq(c->interface[*ret].hardware, name))
			return 0;
	if (c->interfaces == ASA_INTERFACES_MAX)
		return cisco_refuse(p, E_LIMIT, NULL, "more than %d interfaces",
				    ASA_INTERFACES_MAX);
	return add_interface(c, &(struct asa_interface){ .hardware = name,
							 .line = p->line,
							 .level = ASA_LEVEL_UNKNOWN,
							 .defined = true,
							 .bridge = str_starts(name, "BVI") });
}

/* Lines of interfaces that neither stop nor change packets that pass. */
static bool is_harmless(struct str text)
{
	static const char *const start[] = {
		"description ",
		"shutdown",
		"no ",
		"duplex ",
		"speed ",
		"mtu ",
		"vlan ",
		"channel-group ",
		"lacp ",
		"port-channel ",
		"standby ",
		"delay ",
		"flowcontrol ",
		"hello-interval ",
		"mac-address ",
		"negotiate-auto",
		"ospf ",
		"rip ",
		"eigrp ",
		"split-horizon",
		"summary-address ",
		"authentication ",
		"hold-time ",
		"isis ",
		"bfd ",
		"pim",
		"igmp ",
		"multicast ",
		"dhcprelay ",
		"dhcp client ",
		"ddns ",
		"ipv6 nd ",
		"ipv6 enable",
		"ipv6 dhcprelay ",
		"ipv6 ospf ",
		"ipv6 router ",
		"pppoe ",
		"cts ",
		"switchport",
		"forward interface",
		"member-interface ",
		"redundant-interface ",
		"power inline",
		"ospfv3 ",
		"fec ",
	};

	for (size_t i = 0; i < ARRAY_LEN(start); i++)
		if (str_starts(text, start[i]))
			return true;
	return false;
}

/* "ip address A MASK", "ip address dhcp" */
static int address_line(struct cisco_words *p, struct asa_interface *i)
{
	struct addr a;

	i->any4 = true;
	i->fixed4 = p->language->address(p->config, cisco_peek(p), &a) == 0 ||
		    addr_parse(cisco_peek(p), &a) == 0;
	i->fixed4 = i->fixed4 && a.family == FAMILY_V4;
	i->address = i->fixed4 ? a.value : 0;
	return 0;
}

static int level_line(struct cisco_words *p, struct asa_interface *i)
{
	uint64_t level = 0;

	if (str_u64(cisco_take(p), LEVEL_MAX, &level) < 0)
		return cisco_refuse(p, E_SYNTAX, NULL, "a security level is 0 to %d", LEVEL_MAX);
	i->level = (int)level;
	return 0;
}

static int name_line(struct cisco_words *p, struct asa_interface *i)
{
	const struct asa_config *c = p->config;
	struct str name = cisco_take(p);
	const struct asa_interface *other = asa_interface_find(c, name);

	if (!name.n || (other && other != i))
		return cisco_refuse(p, name.n ? E_CONFLICT : E_SYNTAX, NULL,
				    name.n ? "another interface has this name"
					   : "an interface is given no name");
	i->name = name;
	if (i->level == ASA_LEVEL_UNKNOWN)
		i->level = str_is(name, "inside") ? LEVEL_INSIDE : 0;
	return 0;
}

int asa_interface_line(struct cisco_words *p, size_t at)
{
	struct asa_config *c = p->config;
	struct asa_interface *i = &c->interface[at];
	int r;

	if (cisco_accept(p, "nameif"))
		return name_line(p, i);
	if (cisco_accept(p, "security-level"))
		return level_line(p, i);
	if (cisco_begins(p, 0, "ip") && cisco_begins(p, 1, "address")) {
		p->at = 2;
		return address_line(p, i);
	}
	if (cisco_begins(p, 0, "ipv6") && cisco_begins(p, 1, "address")) {
		i->any6 = true;
		return 0;
	}
	if (cisco_accept(p, "bridge-group")) {
		i->bridged = true;
		return 0;
	}
	if (cisco_accept(p, "management-only")) {
		i->management = true;
		return 0;
	}
	if (is_harmless(p->text))
		return 0;
	r = mem_grow(&i->command, &i->cap, i->commands + 1, sizeof(*i->command));
	if (r == 0)
		i->command[i->commands++] = (struct asa_command){ p->text, p->line, true };
	return r;
}

bool asa_begins_interface_command(const struct cisco_words *p)
{
	return cisco_begins(p, 0, "nameif") || cisco_begins(p, 0, "security-level");
}

/* ---- bindings ---- */

static bool same_place(const struct asa_binding *a, const struct asa_binding *b)
{
	return a->direction == b->direction && str_eq(a->interface, b->interface);
}

static void unbind(struct asa_config *c, const struct asa_binding *b)
{
	size_t left = 0;

	for (size_t i = 0; i < c->bindings; i++)
		if (!same_place(&c->binding[i], b))
			c->binding[left++] = c->binding[i];
	c->bindings = left;
}

/* "LIST in|out interface NAME [per-user-override] [control-plane]" or "LIST global" */
int asa_bind_line(struct cisco_words *p, bool no)
{
	struct asa_config *c = p->config;
	struct asa_binding b = { .list = cisco_take(p), .line = p->line };
	bool control = false;
	int r;

	if (cisco_accept(p, "global"))
		b.direction = ASA_GLOBAL;
	else if (cisco_accept(p, "out"))
		b.direction = ASA_OUT;
	else if (!cisco_accept(p, "in"))
		return cisco_refuse(p, E_SYNTAX, "LIST in interface NAME, out, or LIST global",
				    "where the list is bound is expected");
	if (b.direction != ASA_GLOBAL) {
		b.interface = cisco_accept(p, "interface") ? cisco_take(p) : STR("");
		if (!b.interface.n)
			return cisco_refuse(p, E_SYNTAX, "LIST in interface NAME",
					    "an interface is expected");
	}
	for (; cisco_peek(p).n; (void)cisco_take(p)) {
		control = control || cisco_begins(p, p->at, "control-plane");
		b.overridden = b.overridden || cisco_begins(p, p->at, "per-user-override");
	}
	if (control) /* packets to the device itself: another list */
		return 0;
	unbind(c, &b); /* one list a place: the later one */
	if (no)
		return 0;
	if (c->bindings == ASA_BINDINGS_MAX)
		return cisco_refuse(p, E_LIMIT, NULL, "lists are bound at more than %d places",
				    ASA_BINDINGS_MAX);
	r = mem_grow(&c->binding, &c->binding_cap, c->bindings + 1, sizeof(*c->binding));
	if (r == 0)
		c->binding[c->bindings++] = b;
	return r;
}

int asa_add_bound_interfaces(struct asa_config *c)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < c->bindings; i++) {
		const struct asa_binding *b = &c->binding[i];

		if (b->direction != ASA_GLOBAL && !asa_interface_find(c, b->interface))
			r = add_interface(c, &(struct asa_interface){ .name = b->interface,
								      .line = b->line,
								      .level = ASA_LEVEL_UNKNOWN });
	}
	return r;
}
