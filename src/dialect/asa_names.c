/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The names of the ASA's command reference ("Addresses, Protocols, and Ports Reference"). Not in
 * it: kerberos, which is 750 in some releases and 88 in others.
 */
#include "dialect/asa_names.h"

#include <errno.h>

#include "dialect/asa_model.h"
#include "net/proto.h"

/* One list holds both families: a name is one number there. */
static const struct cisco_protocol protocols[] = {
	{ "icmp", PROTO_ICMP, PROTO_ICMP },
	{ "igmp", 2, 2 },
	{ "ipinip", 4, 4 },
	{ "tcp", PROTO_TCP, PROTO_TCP },
	{ "igrp", 9, 9 },
	{ "udp", PROTO_UDP, PROTO_UDP },
	{ "gre", 47, 47 },
	{ "pptp", 47, 47 },
	{ "esp", 50, 50 },
	{ "ipsec", 50, 50 },
	{ "ah", 51, 51 },
	{ "icmp6", PROTO_ICMPV6, PROTO_ICMPV6 },
	{ "eigrp", 88, 88 },
	{ "ospf", 89, 89 },
	{ "nos", 94, 94 },
	{ "pim", 103, 103 },
	{ "pcp", 108, 108 },
	{ "snp", 109, 109 },
	{ "sctp", PROTO_SCTP, PROTO_SCTP },
};

static const struct cisco_port ports[] = {
	{ "aol", 5190, true, false },
	{ "bgp", 179, true, false },
	{ "biff", 512, false, true },
	{ "bootpc", 68, false, true },
	{ "bootps", 67, false, true },
	{ "chargen", 19, true, false },
	{ "cifs", 3020, true, true },
	{ "citrix-ica", 1494, true, false },
	{ "cmd", 514, true, false },
	{ "ctiqbe", 2748, true, false },
	{ "daytime", 13, true, false },
	{ "discard", 9, true, true },
	{ "dnsix", 195, false, true },
	{ "domain", 53, true, true },
	{ "echo", 7, true, true },
	{ "exec", 512, true, false },
	{ "finger", 79, true, false },
	{ "ftp", 21, true, false },
	{ "ftp-data", 20, true, false },
	{ "gopher", 70, true, false },
	{ "h323", 1720, true, false },
	{ "hostname", 101, true, false },
	{ "http", 80, true, true },
	{ "https", 443, true, false },
	{ "ident", 113, true, false },
	{ "imap4", 143, true, false },
	{ "irc", 194, true, false },
	{ "isakmp", 500, false, true },
	{ "klogin", 543, true, false },
	{ "kshell", 544, true, false },
	{ "ldap", 389, true, false },
	{ "ldaps", 636, true, false },
	{ "login", 513, true, false },
	{ "lotusnotes", 1352, true, false },
	{ "lpd", 515, true, false },
	{ "mobile-ip", 434, false, true },
	{ "nameserver", 42, false, true },
	{ "netbios-dgm", 138, false, true },
	{ "netbios-ns", 137, false, true },
	{ "netbios-ssn", 139, true, false },
	{ "nfs", 2049, true, true },
	{ "nntp", 119, true, false },
	{ "ntp", 123, false, true },
	{ "pcanywhere-data", 5631, true, false },
	{ "pcanywhere-status", 5632, false, true },
	{ "pim-auto-rp", 496, true, true },
	{ "pop2", 109, true, false },
	{ "pop3", 110, true, false },
	{ "pptp", 1723, true, false },
	{ "radius", 1645, false, true },
	{ "radius-acct", 1646, false, true },
	{ "rip", 520, false, true },
	{ "rsh", 514, true, false },
	{ "rtsp", 554, true, false },
	{ "secureid-udp", 5510, false, true },
	{ "sip", 5060, true, true },
	{ "smtp", 25, true, false },
	{ "snmp", 161, false, true },
	{ "snmptrap", 162, false, true },
	{ "sqlnet", 1521, true, false },
	{ "ssh", 22, true, false },
	{ "sunrpc", 111, true, true },
	{ "syslog", 514, false, true },
	{ "tacacs", 49, true, true },
	{ "talk", 517, true, true },
	{ "telnet", 23, true, false },
	{ "tftp", 69, false, true },
	{ "time", 37, false, true },
	{ "uucp", 540, true, false },
	{ "vxlan", 4789, false, true },
	{ "who", 513, false, true },
	{ "whois", 43, true, false },
	{ "www", 80, true, true },
	{ "xdmcp", 177, false, true },
};

static const struct cisco_message messages4[] = {
	{ "alternate-address", 6, CISCO_CODE_ANY },
	{ "conversion-error", 31, CISCO_CODE_ANY },
	{ "echo", 8, CISCO_CODE_ANY },
	{ "echo-reply", 0, CISCO_CODE_ANY },
	{ "information-reply", 16, CISCO_CODE_ANY },
	{ "information-request", 15, CISCO_CODE_ANY },
	{ "mask-reply", 18, CISCO_CODE_ANY },
	{ "mask-request", 17, CISCO_CODE_ANY },
	{ "mobile-redirect", 32, CISCO_CODE_ANY },
	{ "parameter-problem", 12, CISCO_CODE_ANY },
	{ "redirect", 5, CISCO_CODE_ANY },
	{ "router-advertisement", 9, CISCO_CODE_ANY },
	{ "router-solicitation", 10, CISCO_CODE_ANY },
	{ "source-quench", 4, CISCO_CODE_ANY },
	{ "time-exceeded", 11, CISCO_CODE_ANY },
	{ "timestamp-reply", 14, CISCO_CODE_ANY },
	{ "timestamp-request", 13, CISCO_CODE_ANY },
	{ "traceroute", 30, CISCO_CODE_ANY },
	{ "unreachable", 3, CISCO_CODE_ANY },
};

static const struct cisco_message messages6[] = {
	{ "echo", 128, CISCO_CODE_ANY },
	{ "echo-reply", 129, CISCO_CODE_ANY },
	{ "membership-query", 130, CISCO_CODE_ANY },
	{ "membership-reduction", 132, CISCO_CODE_ANY },
	{ "membership-report", 131, CISCO_CODE_ANY },
	{ "neighbor-advertisement", 136, CISCO_CODE_ANY },
	{ "neighbor-redirect", 137, CISCO_CODE_ANY },
	{ "neighbor-solicitation", 135, CISCO_CODE_ANY },
	{ "packet-too-big", 2, CISCO_CODE_ANY },
	{ "parameter-problem", 4, CISCO_CODE_ANY },
	{ "router-advertisement", 134, CISCO_CODE_ANY },
	{ "router-renumbering", 138, CISCO_CODE_ANY },
	{ "router-solicitation", 133, CISCO_CODE_ANY },
	{ "time-exceeded", 3, CISCO_CODE_ANY },
	{ "unreachable", 1, CISCO_CODE_ANY },
};

/* "name 10.1.1.1 server" */
static int named_address(const void *config, struct str name, struct addr *ret)
{
	const struct asa_config *c = config;
	size_t at;
	int r = strmap_get(&c->address_by_name, name, &at);

	if (r == 0)
		*ret = c->address[at];
	return r;
}

const struct cisco_language asa_language = {
	.protocol = protocols,
	.protocols = ARRAY_LEN(protocols),
	.port = ports,
	.ports = ARRAY_LEN(ports),
	.message = { messages4, messages6 },
	.messages = { ARRAY_LEN(messages4), ARRAY_LEN(messages6) },
	.protocol_hint = "ip, tcp, udp, icmp, icmp6 ... or a number up to 255",
	.end_hint = "any, any4, any6, host ADDRESS, ADDRESS NETMASK, PREFIX/LENGTH, object NAME or "
		    "object-group NAME",
	.address = named_address,
};
