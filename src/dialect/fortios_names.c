/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/fortios_names.h"

#include <stddef.h>

#include "net/proto.h"

enum { MESSAGE_CODES = 256, ECHO = 8, ECHO6 = 128 };

static const struct fos_factory services[] = {
	{ "ALL", 0, 0, 0 },
	{ "ALL_TCP", PROTO_TCP, 1, 65535 },
	{ "ALL_UDP", PROTO_UDP, 1, 65535 },
	{ "ALL_ICMP", PROTO_ICMP, 0, 0 },
	{ "ALL_ICMP6", PROTO_ICMPV6, 0, 0 },
	{ "AH", PROTO_AH, 0, 0 },
	{ "BGP", PROTO_TCP, 179, 179 },
	{ "DHCP", PROTO_UDP, 67, 68 },
	{ "DNS", PROTO_TCP, 53, 53 },
	{ "DNS", PROTO_UDP, 53, 53 },
	{ "ESP", PROTO_ESP, 0, 0 },
	{ "FTP", PROTO_TCP, 21, 21 },
	{ "GRE", PROTO_GRE, 0, 0 },
	{ "HTTP", PROTO_TCP, 80, 80 },
	{ "HTTPS", PROTO_TCP, 443, 443 },
	{ "IMAP", PROTO_TCP, 143, 143 },
	{ "IMAPS", PROTO_TCP, 993, 993 },
	{ "LDAP", PROTO_TCP, 389, 389 },
	{ "LDAP_UDP", PROTO_UDP, 389, 389 },
	{ "NTP", PROTO_TCP, 123, 123 },
	{ "NTP", PROTO_UDP, 123, 123 },
	{ "PING", PROTO_ICMP, ECHO *MESSAGE_CODES, ECHO *MESSAGE_CODES + MESSAGE_CODES - 1 },
	{ "PING6", PROTO_ICMPV6, ECHO6 *MESSAGE_CODES, ECHO6 *MESSAGE_CODES + MESSAGE_CODES - 1 },
	{ "POP3", PROTO_TCP, 110, 110 },
	{ "POP3S", PROTO_TCP, 995, 995 },
	{ "RDP", PROTO_TCP, 3389, 3389 },
	{ "SMTP", PROTO_TCP, 25, 25 },
	{ "SMTPS", PROTO_TCP, 465, 465 },
	{ "SNMP", PROTO_TCP, 161, 162 },
	{ "SNMP", PROTO_UDP, 161, 162 },
	{ "SSH", PROTO_TCP, 22, 22 },
	{ "SYSLOG", PROTO_UDP, 514, 514 },
	{ "TELNET", PROTO_TCP, 23, 23 },
	{ "TFTP", PROTO_UDP, 69, 69 },
};

const struct fos_factory *fos_factory_find(struct str name, size_t i)
{
	for (size_t k = 0; k < ARRAY_LEN(services); k++)
		if (str_is(name, services[k].name) && i-- == 0)
			return &services[k];
	return NULL;
}
