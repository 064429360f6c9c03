/* SPDX-License-Identifier: Apache-2.0 */
/* The names of the IOS command references for access-list (IP extended) and ipv6 access-list. */
#include "dialect/ios_names.h"

#include <errno.h>

#include "net/proto.h"

static const struct {
	const char *name;
	uint8_t v4, v6; /* 0: not in lists of this family */
} protocols[] = {
	{ "icmp", PROTO_ICMP, PROTO_ICMPV6 },
	{ "igmp", 2, 0 },
	{ "ipinip", 4, 0 },
	{ "tcp", PROTO_TCP, PROTO_TCP },
	{ "igrp", 9, 0 },
	{ "udp", PROTO_UDP, PROTO_UDP },
	{ "gre", 47, 0 },
	{ "esp", 50, 50 },
	{ "ahp", 51, 51 },
	{ "eigrp", 88, 0 },
	{ "ospf", 89, 0 },
	{ "nos", 94, 0 },
	{ "pim", 103, 0 },
	{ "pcp", 108, 108 },
	{ "sctp", PROTO_SCTP, PROTO_SCTP },
};

static const struct {
	const char *name;
	uint16_t port;
	bool tcp, udp;
} ports[] = {
	{ "bgp", 179, true, false },
	{ "biff", 512, false, true },
	{ "bootpc", 68, false, true },
	{ "bootps", 67, false, true },
	{ "chargen", 19, true, false },
	{ "cmd", 514, true, false },
	{ "connectedapps-plain", 15001, true, false },
	{ "connectedapps-tls", 15002, true, false },
	{ "daytime", 13, true, false },
	{ "discard", 9, true, true },
	{ "dnsix", 195, false, true },
	{ "domain", 53, true, true },
	{ "drip", 3949, true, false },
	{ "echo", 7, true, true },
	{ "exec", 512, true, false },
	{ "finger", 79, true, false },
	{ "ftp", 21, true, false },
	{ "ftp-data", 20, true, false },
	{ "gopher", 70, true, false },
	{ "hostname", 101, true, false },
	{ "ident", 113, true, false },
	{ "irc", 194, true, false },
	{ "isakmp", 500, false, true },
	{ "klogin", 543, true, false },
	{ "kshell", 544, true, false },
	{ "login", 513, true, false },
	{ "lpd", 515, true, false },
	{ "mobile-ip", 434, false, true },
	{ "msrpc", 135, true, false },
	{ "nameserver", 42, false, true },
	{ "netbios-dgm", 138, false, true },
	{ "netbios-ns", 137, false, true },
	{ "netbios-ss", 139, false, true },
	{ "nntp", 119, true, false },
	{ "non500-isakmp", 4500, false, true },
	{ "ntp", 123, false, true },
	{ "onep-plain", 15001, true, false },
	{ "onep-tls", 15002, true, false },
	{ "pim-auto-rp", 496, true, true },
	{ "pop2", 109, true, false },
	{ "pop3", 110, true, false },
	{ "rip", 520, false, true },
	{ "ripv6", 521, false, true },
	{ "smtp", 25, true, false },
	{ "snmp", 161, false, true },
	{ "snmptrap", 162, false, true },
	{ "sunrpc", 111, true, true },
	{ "syslog", 514, true, true },
	{ "tacacs", 49, true, true },
	{ "talk", 517, true, true },
	{ "telnet", 23, true, false },
	{ "tftp", 69, false, true },
	{ "time", 37, true, true },
	{ "uucp", 540, true, false },
	{ "who", 513, false, true },
	{ "whois", 43, true, false },
	{ "www", 80, true, false },
	{ "xdmcp", 177, false, true },
};

struct message {
	const char *name;
	uint8_t type;
	int code;
};

static const struct message messages4[] = {
	{ "administratively-prohibited", 3, 13 },
	{ "alternate-address", 6, IOS_CODE_ANY },
	{ "conversion-error", 31, IOS_CODE_ANY },
	{ "dod-host-prohibited", 3, 10 },
	{ "dod-net-prohibited", 3, 9 },
	{ "echo", 8, IOS_CODE_ANY },
	{ "echo-reply", 0, IOS_CODE_ANY },
	{ "general-parameter-problem", 12, 0 },
	{ "host-isolated", 3, 8 },
	{ "host-precedence-unreachable", 3, 14 },
	{ "host-redirect", 5, 1 },
	{ "host-tos-redirect", 5, 3 },
	{ "host-tos-unreachable", 3, 12 },
	{ "host-unknown", 3, 7 },
	{ "host-unreachable", 3, 1 },
	{ "information-reply", 16, IOS_CODE_ANY },
	{ "information-request", 15, IOS_CODE_ANY },
	{ "mask-reply", 18, IOS_CODE_ANY },
	{ "mask-request", 17, IOS_CODE_ANY },
	{ "mobile-redirect", 32, IOS_CODE_ANY },
	{ "net-redirect", 5, 0 },
	{ "net-tos-redirect", 5, 2 },
	{ "net-tos-unreachable", 3, 11 },
	{ "net-unreachable", 3, 0 },
	{ "network-unknown", 3, 6 },
	{ "no-room-for-option", 12, 2 },
	{ "option-missing", 12, 1 },
	{ "packet-too-big", 3, 4 },
	{ "parameter-problem", 12, IOS_CODE_ANY },
	{ "port-unreachable", 3, 3 },
	{ "precedence-unreachable", 3, 15 },
	{ "protocol-unreachable", 3, 2 },
	{ "reassembly-timeout", 11, 1 },
	{ "redirect", 5, IOS_CODE_ANY },
	{ "router-advertisement", 9, IOS_CODE_ANY },
	{ "router-solicitation", 10, IOS_CODE_ANY },
	{ "source-quench", 4, IOS_CODE_ANY },
	{ "source-route-failed", 3, 5 },
	{ "time-exceeded", 11, IOS_CODE_ANY },
	{ "timestamp-reply", 14, IOS_CODE_ANY },
	{ "timestamp-request", 13, IOS_CODE_ANY },
	{ "traceroute", 30, IOS_CODE_ANY },
	{ "ttl-exceeded", 11, 0 },
	{ "unreachable", 3, IOS_CODE_ANY },
};

static const struct message messages6[] = {
	{ "beyond-scope", 1, 2 },
	{ "destination-unreachable", 1, IOS_CODE_UNSURE },
	{ "dhaad-reply", 145, IOS_CODE_ANY },
	{ "dhaad-request", 144, IOS_CODE_ANY },
	{ "echo-reply", 129, IOS_CODE_ANY },
	{ "echo-request", 128, IOS_CODE_ANY },
	{ "header", 4, 0 },
	{ "hop-limit", 3, 0 },
	{ "mld-query", 130, IOS_CODE_ANY },
	{ "mld-reduction", 132, IOS_CODE_ANY },
	{ "mld-report", 131, IOS_CODE_ANY },
	{ "mldv2-report", 143, IOS_CODE_ANY },
	{ "mpd-advertisement", 147, IOS_CODE_ANY },
	{ "mpd-solicitation", 146, IOS_CODE_ANY },
	{ "nd-na", 136, IOS_CODE_ANY },
	{ "nd-ns", 135, IOS_CODE_ANY },
	{ "next-header", 4, 1 },
	{ "no-admin", 1, 1 },
	{ "no-route", 1, 0 },
	{ "packet-too-big", 2, IOS_CODE_ANY },
	{ "parameter-option", 4, 2 },
	{ "parameter-problem", 4, IOS_CODE_ANY },
	{ "port-unreachable", 1, 4 },
	{ "reassembly-timeout", 3, 1 },
	{ "redirect", 137, IOS_CODE_ANY },
	{ "renum-command", 138, 0 },
	{ "renum-result", 138, 1 },
	{ "renum-seq-number", 138, 255 },
	{ "router-advertisement", 134, IOS_CODE_ANY },
	{ "router-renumbering", 138, IOS_CODE_ANY },
	{ "router-solicitation", 133, IOS_CODE_ANY },
	{ "time-exceeded", 3, IOS_CODE_ANY },
	{ "unreachable", 1, IOS_CODE_ANY },
};

int ios_protocol(struct str name, enum family family, uint8_t *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(protocols); i++) {
		uint8_t number = family == FAMILY_V6 ? protocols[i].v6 : protocols[i].v4;

		if (number && str_is_nocase(name, protocols[i].name)) {
			*ret = number;
			return 0;
		}
	}
	return -ENOENT;
}

int ios_port(struct str name, unsigned proto, uint16_t *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(ports); i++) {
		bool has = proto == PROTO_TCP	? ports[i].tcp
			   : proto == PROTO_UDP ? ports[i].udp
						: ports[i].tcp && ports[i].udp;

		if (has && str_is_nocase(name, ports[i].name)) {
			*ret = ports[i].port;
			return 0;
		}
	}
	return -ENOENT;
}

int ios_icmp(struct str name, enum family family, unsigned *ret_type, int *ret_code)
{
	const struct message *message = family == FAMILY_V6 ? messages6 : messages4;
	size_t n = family == FAMILY_V6 ? ARRAY_LEN(messages6) : ARRAY_LEN(messages4);

	for (size_t i = 0; i < n; i++)
		if (str_is_nocase(name, message[i].name)) {
			*ret_type = message[i].type;
			*ret_code = message[i].code;
			return 0;
		}
	return -ENOENT;
}
