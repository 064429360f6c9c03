/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/cisco_language.h"

#include <errno.h>

#include "net/proto.h"

int cisco_protocol(const struct cisco_language *l, struct str name, enum family family,
		   uint8_t *ret)
{
	for (size_t i = 0; i < l->protocols; i++) {
		const struct cisco_protocol *p = &l->protocol[i];
		uint8_t number = family == FAMILY_V6 ? p->v6 : p->v4;

		if (number && str_is_nocase(name, p->name)) {
			*ret = number;
			return 0;
		}
	}
	return -ENOENT;
}

int cisco_port(const struct cisco_language *l, struct str name, unsigned proto, uint16_t *ret)
{
	for (size_t i = 0; i < l->ports; i++) {
		const struct cisco_port *p = &l->port[i];
		bool has = proto == PROTO_TCP	? p->tcp
			   : proto == PROTO_UDP ? p->udp
						: p->tcp && p->udp;

		if (has && str_is_nocase(name, p->name)) {
			*ret = p->port;
			return 0;
		}
	}
	return -ENOENT;
}

int cisco_icmp(const struct cisco_language *l, struct str name, enum family family,
	       unsigned *ret_type, int *ret_code)
{
	size_t v6 = family == FAMILY_V6;

	for (size_t i = 0; i < l->messages[v6]; i++) {
		const struct cisco_message *m = &l->message[v6][i];

		if (str_is_nocase(name, m->name)) {
			*ret_type = m->type;
			*ret_code = m->code;
			return 0;
		}
	}
	return -ENOENT;
}
