/* SPDX-License-Identifier: Apache-2.0 */
/* Interfaces, and the lists that are applied to them. */
#include "base/alloc.h"
#include "base/err.h"
#include "dialect/ios_parsing.h"

int ios_open_interface(struct cisco_words *p, size_t *ret)
{
	struct ios_config *c = p->config;
	struct str name = cisco_peek(p);
	int r;

	if (cisco_accept(p, "range"))
		return cisco_refuse(p, E_UNSUPPORTED, "name each interface by itself",
				    "a range of interfaces");
	if (p->at + 1 < p->n && p->word[p->at + 1].p[0] >= '0' && p->word[p->at + 1].p[0] <= '9')
		name = cisco_rest(p); /* "Gi 0/1" */
	if (!name.n)
		return cisco_refuse(p, E_SYNTAX, NULL, "an interface of no name");
	for (*ret = 0; *ret < c->interfaces; ++*ret)
		if (str_eq(c->interface[*ret].name, name))
			return 0;
	if (c->interfaces == IOS_INTERFACES_MAX)
		return cisco_refuse(p, E_LIMIT, NULL, "more than %d interfaces",
				    IOS_INTERFACES_MAX);
	r = mem_grow(&c->interface, &c->interface_cap, c->interfaces + 1, sizeof(*c->interface));
	if (r == 0)
		c->interface[c->interfaces++] =
			(struct ios_interface){ .name = name, .line = p->line };
	return r;
}

/* "NAME in" or "NAME out" behind ip access-group and ipv6 traffic-filter. */
static int apply_line(struct cisco_words *p, struct ios_interface *i, enum family family, bool no)
{
	struct str name = cisco_take(p);
	enum ios_direction direction = cisco_accept(p, "out") ? IOS_OUT : IOS_IN;

	if (direction == IOS_IN && !cisco_accept(p, "in") && !no)
		return cisco_refuse(p, E_SYNTAX, "NAME in, or NAME out",
				    "the direction of an access list is expected");
	i->applied[family == FAMILY_V6][direction] =
		no ? (struct ios_applied){ 0 } : (struct ios_applied){ name, p->line };
	return 0;
}

/* Commands of interfaces that neither stop nor change packets that pass. */
static bool is_harmless(struct str text)
{
	static const char *const start[] = {
		"description ",
		"ip address",
		"ipv6 address",
		"ipv6 enable",
		"shutdown",
		"no ",
		"duplex ",
		"speed ",
		"negotiation ",
		"mtu ",
		"ip mtu ",
		"ipv6 mtu ",
		"bandwidth ",
		"delay ",
		"encapsulation ",
		"load-interval ",
		"cdp ",
		"lldp ",
		"switchport",
		"spanning-tree ",
		"channel-group ",
		"standby ",
		"vrrp ",
		"glbp ",
		"ip ospf ",
		"ipv6 ospf ",
		"ospfv3 ",
		"ip router ",
		"isis ",
		"ip rip ",
		"keepalive",
		"carrier-delay ",
		"hold-queue ",
		"ip tcp adjust-mss",
		"ipv6 tcp adjust-mss",
		"ip helper-address ",
		"ip proxy-arp",
		"ip redirects",
		"ip unreachables",
		"ip directed-broadcast",
		"ip pim ",
		"ip igmp ",
		"ip flow ",
		"ip route-cache",
		"snmp ",
		"logging ",
		"arp ",
		"ntp ",
		"media-type ",
		"vrf forwarding ",
		"ip vrf forwarding ",
		"ipv6 nd ",
		"ipv6 dhcp ",
		"ip dhcp ",
		"dialer ",
		"ppp ",
		"pppoe ",
		"tunnel ",
		"mop ",
		"bfd ",
		"mac-address ",
		"ip summary-address ",
		"ip bandwidth-percent ",
		"ip nhrp ",
		"ip flow-export ",
		"ip nbar protocol-discovery",
		"ip unnumbered ",
	};

	for (size_t i = 0; i < ARRAY_LEN(start); i++)
		if (str_starts(text, start[i]))
			return true;
	return false;
}

int ios_interface_line(struct cisco_words *p, size_t at)
{
	struct ios_config *c = p->config;
	struct ios_interface *i = &c->interface[at];
	bool no = cisco_accept(p, "no");
	int r;

	if (cisco_begins(p, p->at, "ip") && cisco_begins(p, p->at + 1, "access-group") &&
	    !cisco_begins(p, p->at + 2, "common")) {
		p->at += 2;
		return apply_line(p, i, FAMILY_V4, no);
	}
	if (cisco_begins(p, p->at, "ipv6") && cisco_begins(p, p->at + 1, "traffic-filter") &&
	    !cisco_begins(p, p->at + 2, "common")) {
		p->at += 2;
		return apply_line(p, i, FAMILY_V6, no);
	}
	if (no || is_harmless(p->text))
		return 0;
	r = mem_grow(&i->command, &i->cap, i->commands + 1, sizeof(*i->command));
	if (r == 0)
		i->command[i->commands++] = (struct ios_command){ p->text, p->line };
	return r;
}

bool ios_begins_interface_command(const struct cisco_words *p)
{
	size_t at = cisco_begins(p, 0, "no") ? 1 : 0;

	return (cisco_begins(p, at, "ip") && cisco_begins(p, at + 1, "access-group")) ||
	       (cisco_begins(p, at, "ipv6") && cisco_begins(p, at + 1, "traffic-filter"));
}
