/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands of the whole device. Those that are known to be no business of packets that pass are
 * listed; every other one is named, and what it may do is unknown.
 */
#include "base/alloc.h"
#include "base/err.h"
#include "dialect/asa_parsing.h"

enum effect {
	HARMLESS,
	STOPS,	 /* may stop packets that lists let through */
	CHANGES, /* may also let through what lists stop, or change it */
	WATCHED, /* harmless, but its lines may matter */
};

/* By the words that a line begins with; of several the longest decides. Some are of blocks, whose
 * lines people type without indenting them. */
static const struct {
	const char *start;
	enum effect effect;
} commands[] = {
	{ "aaa", HARMLESS },
	{ "aaa authentication match", STOPS },
	{ "aaa authentication include", STOPS },
	{ "aaa authentication exclude", STOPS },
	{ "aaa authorization match", STOPS },
	{ "aaa authorization include", STOPS },
	{ "aaa-server", HARMLESS },
	{ "app-agent", HARMLESS },
	{ "arp", HARMLESS },
	{ "arp-inspection", HARMLESS },
	{ "as-path", HARMLESS },
	{ "ASA", HARMLESS },
	{ "asdm", HARMLESS },
	{ "asp", HARMLESS },
	{ "auth-prompt", HARMLESS },
	{ "auto-update", HARMLESS },
	{ "banner", HARMLESS },
	{ "bfd", HARMLESS },
	{ "bfd-template", HARMLESS },
	{ "boot", HARMLESS },
	{ "call-home", HARMLESS },
	{ "class", HARMLESS },
	{ "class-map", HARMLESS },
	{ "client-update", HARMLESS },
	{ "clock", HARMLESS },
	{ "cluster", HARMLESS },
	{ "command-alias", HARMLESS },
	{ "community-list", HARMLESS },
	{ "compression", HARMLESS },
	{ "configuration", HARMLESS },
	{ "console", HARMLESS },
	{ "coredump", HARMLESS },
	{ "crashinfo", HARMLESS },
	{ "crypto", HARMLESS },
	{ "Cryptochecksum", HARMLESS },
	{ "cts", HARMLESS },
	{ "ctl-file", HARMLESS },
	{ "ctl-provider", HARMLESS },
	{ "ddns", HARMLESS },
	{ "dhcp-client", HARMLESS },
	{ "dhcp-network-scope", HARMLESS },
	{ "dhcpd", HARMLESS },
	{ "dhcprelay", HARMLESS },
	{ "dns", HARMLESS },
	{ "dns-group", HARMLESS },
	{ "dns-guard", HARMLESS },
	{ "domain-name", HARMLESS },
	{ "dynamic-access-policy-config", HARMLESS },
	{ "dynamic-access-policy-record", HARMLESS },
	{ "dynamic-filter", STOPS },
	{ "enable", HARMLESS },
	{ "eou", HARMLESS },
	{ "established", CHANGES },
	{ "event", HARMLESS },
	{ "extended-security", HARMLESS },
	{ "failover", HARMLESS },
	{ "filter", STOPS },
	{ "filter activex", HARMLESS },
	{ "filter java", HARMLESS },
	{ "firewall transparent", HARMLESS },
	{ "feature", HARMLESS },
	{ "fips", HARMLESS },
	{ "fixup", HARMLESS },
	{ "flow-export", HARMLESS },
	{ "flow-offload", HARMLESS },
	{ "forward-reference", HARMLESS },
	{ "fragment", HARMLESS },
	{ "ftp", HARMLESS },
	{ "group-policy", HARMLESS },
	{ "hostname", HARMLESS },
	{ "hpm", HARMLESS },
	{ "http", HARMLESS },
	{ "hw-module", HARMLESS },
	{ "icmp", HARMLESS },
	{ "id-mismatch", HARMLESS },
	{ "id-randomization", HARMLESS },
	{ "igmp", HARMLESS },
	{ "imap4s", HARMLESS },
	{ "ip audit attack", HARMLESS },
	{ "ip audit info", HARMLESS },
	{ "ip audit name", HARMLESS },
	{ "ip audit signature", HARMLESS },
	{ "ip audit interface", STOPS },
	{ "ip local", HARMLESS },
	{ "ip verify", STOPS },
	{ "ip verify reverse-path", HARMLESS },
	{ "ip-client", HARMLESS },
	{ "ipv6 dhcp", HARMLESS },
	{ "ipv6 enforce-eui64", STOPS },
	{ "ipv6 icmp", HARMLESS },
	{ "ipv6 local", HARMLESS },
	{ "ipv6 nd", HARMLESS },
	{ "ipv6 neighbor", HARMLESS },
	{ "ipv6 prefix-list", HARMLESS },
	{ "ipv6 route", HARMLESS },
	{ "ipv6 router", HARMLESS },
	{ "ipv6 unicast-routing", HARMLESS },
	{ "ipsec-policy", HARMLESS },
	{ "isakmp", HARMLESS },
	{ "jumbo-frame", HARMLESS },
	{ "key", HARMLESS },
	{ "lacp", HARMLESS },
	{ "ldap", HARMLESS },
	{ "license", HARMLESS },
	{ "logging", HARMLESS },
	{ "logout", HARMLESS },
	{ "mac-address", HARMLESS },
	{ "mac-address-table", HARMLESS },
	{ "mac-learn", HARMLESS },
	{ "mac-list", HARMLESS },
	{ "management-access", HARMLESS },
	{ "match", HARMLESS },
	{ "memory", HARMLESS },
	{ "message-length", HARMLESS },
	{ "mgcp-map", HARMLESS },
	{ "monitor-interface", HARMLESS },
	{ "mount", HARMLESS },
	{ "mroute", HARMLESS },
	{ "mtu", HARMLESS },
	{ "multicast-routing", HARMLESS },
	{ "nac-policy", HARMLESS },
	{ "name-server", HARMLESS },
	{ "names", HARMLESS },
	{ "nat-rewrite", HARMLESS },
	{ "ntp", HARMLESS },
	{ "nve", HARMLESS },
	{ "object-group-search access-control", HARMLESS },
	{ "object-group-search threshold", STOPS },
	{ "pager", HARMLESS },
	{ "parameters", HARMLESS },
	{ "passwd", HARMLESS },
	{ "password", HARMLESS },
	{ "password-policy", HARMLESS },
	{ "PIX", HARMLESS },
	{ "pim", HARMLESS },
	{ "policy-list", HARMLESS },
	{ "policy-map type", HARMLESS },
	{ "policy-map", WATCHED },
	{ "pop3s", HARMLESS },
	{ "port-channel", HARMLESS },
	{ "prefix-list", HARMLESS },
	{ "priority-queue", HARMLESS },
	{ "privilege", HARMLESS },
	{ "prompt", HARMLESS },
	{ "protocol-enforcement", HARMLESS },
	{ "quit", HARMLESS },
	{ "quota", HARMLESS },
	{ "regex", HARMLESS },
	{ "rest-api", HARMLESS },
	{ "route", HARMLESS },
	{ "route-map", HARMLESS },
	{ "router", HARMLESS },
	{ "saml", HARMLESS },
	{ "sctp-map", HARMLESS },
	{ "service", HARMLESS },
	{ "service-module", HARMLESS },
	{ "service-policy", HARMLESS },
	{ "setup", HARMLESS },
	{ "shun", STOPS },
	{ "sla", HARMLESS },
	{ "smtp-server", HARMLESS },
	{ "smtps", HARMLESS },
	{ "snmp", HARMLESS },
	{ "snmp-map", HARMLESS },
	{ "snmp-server", HARMLESS },
	{ "ssh", HARMLESS },
	{ "ssl", HARMLESS },
	{ "sunrpc-server", HARMLESS },
	{ "sysopt", HARMLESS },
	{ "tcp-map", HARMLESS },
	{ "telemetry", HARMLESS },
	{ "telnet", HARMLESS },
	{ "terminal", HARMLESS },
	{ "tftp-server", HARMLESS },
	{ "threat-detection", HARMLESS },
	{ "threat-detection scanning-threat shun", STOPS },
	{ "throughput", HARMLESS },
	{ "time-range", HARMLESS },
	{ "timeout", HARMLESS },
	{ "tls-proxy", HARMLESS },
	{ "track", HARMLESS },
	{ "tunnel-group", HARMLESS },
	{ "tunnel-group-map", HARMLESS },
	{ "url-block", HARMLESS },
	{ "url-cache", HARMLESS },
	{ "url-server", HARMLESS },
	{ "user-alert", HARMLESS },
	{ "user-identity", HARMLESS },
	{ "username", HARMLESS },
	{ "virtual", HARMLESS },
	{ "vpdn", HARMLESS },
	{ "vpn", HARMLESS },
	{ "vpn-addr-assign", HARMLESS },
	{ "vpn-sessiondb", HARMLESS },
	{ "vpn-simultaneous-logins", HARMLESS },
	{ "vpnclient", HARMLESS },
	{ "webvpn", HARMLESS },
	{ "xlate", HARMLESS },
};

/* How many words of `start` the line begins with; 0: not all. */
static size_t begins_with(const struct cisco_words *p, const char *start)
{
	struct str rest = str_of(start);
	size_t n = 0;

	while (rest.p) {
		struct str word = str_cut(&rest, ' ');

		if (n >= p->n || !str_eq(p->word[n], word))
			return 0;
		n++;
	}
	return n;
}

static enum effect effect_of(const struct cisco_words *p)
{
	enum effect effect = CHANGES;
	size_t most = 0;

	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		size_t n = begins_with(p, commands[i].start);

		if (n > most) {
			most = n;
			effect = commands[i].effect;
		}
	}
	return str_starts(p->text, "Cryptochecksum:") ? HARMLESS : effect;
}

int asa_note_command(struct cisco_words *p, bool changes)
{
	struct asa_config *c = p->config;
	int r;

	if (c->commands == ASA_COMMANDS_MAX)
		return cisco_refuse(p, E_LIMIT, NULL, "more than %d commands that are not modelled",
				    ASA_COMMANDS_MAX);
	r = mem_grow(&c->command, &c->command_cap, c->commands + 1, sizeof(*c->command));
	if (r == 0)
		c->command[c->commands++] = (struct asa_command){ p->text, p->line, changes };
	return r;
}

/* "ASA Version 9.16(4)" */
static int version_line(struct cisco_words *p)
{
	struct asa_config *c = p->config;
	struct str rest = p->n > 2 ? p->word[2] : STR(""), major = str_cut(&rest, '.');
	struct str minor = { rest.p, 0 };
	uint64_t number[2] = { 0 };

	while (rest.p && minor.n < rest.n && rest.p[minor.n] >= '0' && rest.p[minor.n] <= '9')
		minor.n++;
	if (str_u64(major, 1000, &number[0]) < 0 || str_u64(minor, 1000, &number[1]) < 0)
		return 0;
	c->major = (unsigned)number[0];
	c->minor = (unsigned)number[1];
	if (c->major > 8 || (c->major == 8 && c->minor >= 3))
		return 0;
	return cisco_refuse(p, E_UNSUPPORTED, "releases from 8.3 are read",
			    "access lists of release %u.%u speak of translated addresses", c->major,
			    c->minor);
}

static int refuse_ipv6_list(struct cisco_words *p)
{
	return cisco_refuse(p, E_UNSUPPORTED, "releases from 9.0 have one list for both families",
			    "an IPv6 access list of an older release");
}

int asa_command_line(struct cisco_words *p, bool no, bool *ret_watch)
{
	struct asa_config *c = p->config;
	enum effect effect;

	*ret_watch = false;
	if (begins_with(p, "clear configure"))
		return cisco_refuse(p, E_UNSUPPORTED, "give the running configuration",
				    "clearing a part of the configuration");
	if (no && (begins_with(p, "no object") || begins_with(p, "no object-group")))
		return cisco_refuse(p, E_UNSUPPORTED, "give the running configuration",
				    "removing an object");
	if (begins_with(p, "no sysopt connection permit-vpn"))
		c->tunnels_filtered = true;
	if (no)
		return 0;
	if (begins_with(p, "ASA Version") || begins_with(p, "PIX Version"))
		return version_line(p);
	if (begins_with(p, "ipv6 access-list"))
		return refuse_ipv6_list(p);
	c->checks_sources = c->checks_sources || begins_with(p, "ip verify reverse-path");
	c->serves = c->serves || begins_with(p, "service-policy");
	c->tunnels = c->tunnels || begins_with(p, "crypto map") || begins_with(p, "webvpn");
	effect = effect_of(p);
	*ret_watch = effect == WATCHED;
	return effect == STOPS || effect == CHANGES ? asa_note_command(p, effect == CHANGES) : 0;
}

bool asa_begins_policy_line(const struct cisco_words *p)
{
	static const char *const word[] = { "class", "inspect", "priority", "set", "police",
					    "sfr",   "ips",	"cxsc",	    "csc" };

	for (size_t i = 0; i < ARRAY_LEN(word); i++)
		if (cisco_begins(p, 0, word[i]))
			return true;
	return false;
}

/* What a class of a policy map does besides inspecting; what it inspects for is assumed away. */
int asa_policy_line(struct cisco_words *p)
{
	static const char *const harmless[] = {
		"class",
		"description",
		"parameters",
		"exit",
		"no",
		"inspect",
		"priority",
		"shape",
		"set connection timeout",
		"set connection decrement-ttl",
		"set connection random-sequence-number",
		"flow-export",
		"user-statistics",
		"match",
	};
	struct asa_config *c = p->config;

	if (begins_with(p, "inspect icmp"))
		c->inspects_icmp = true;
	for (size_t i = 0; i < ARRAY_LEN(harmless); i++)
		if (begins_with(p, harmless[i]))
			return 0;
	return asa_note_command(p, false);
}

/* ---- translation ---- */

static int note_nat(struct cisco_words *p, struct asa_nat *nat)
{
	struct asa_config *c = p->config;
	int r;

	if (c->nats == ASA_COMMANDS_MAX)
		return cisco_refuse(p, E_LIMIT, NULL, "more than %d lines of nat",
				    ASA_COMMANDS_MAX);
	r = mem_grow(&c->nat, &c->nat_cap, c->nats + 1, sizeof(*c->nat));
	if (r == 0)
		c->nat[c->nats++] = *nat;
	return r;
}

/* "(in,out) source static A B destination static MAPPED REAL service S T": what gives packets
 * another destination is noted; other sources do not matter to lists. */
int asa_nat_line(struct cisco_words *p)
{
	struct asa_nat nat = { .line = p->line, .text = p->text };
	struct str from = STR(""), to = STR("");
	bool same;

	while (cisco_peek(p).n) {
		if (cisco_accept(p, "inactive"))
			return 0;
		if (cisco_accept(p, "destination")) {
			(void)cisco_take(p); /* static */
			nat.all = cisco_begins(p, p->at, "interface");
			nat.mapped = cisco_take(p);
			nat.real = cisco_take(p);
			nat.all = nat.all || str_is_nocase(nat.real, "interface");
		} else if (cisco_accept(p, "service")) {
			from = cisco_take(p);
			to = cisco_take(p);
		} else {
			(void)cisco_take(p);
		}
	}
	same = str_eq(nat.mapped, nat.real) && str_eq(from, to);
	return !nat.mapped.n || (same && !nat.all) ? 0 : note_nat(p, &nat);
}
