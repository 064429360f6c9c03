/* SPDX-License-Identifier: Apache-2.0 */
/* What the languages of Cisco's devices call protocols, ports and ICMP messages. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/str.h"
#include "net/addr.h"

enum {
	CISCO_CODE_ANY = -1,   /* all codes of the type */
	CISCO_CODE_UNSURE = -2 /* some of them */
};

struct cisco_protocol {
	const char *name;
	uint8_t v4, v6; /* 0: not in lists of this family */
};

struct cisco_port {
	const char *name;
	uint16_t port;
	bool tcp, udp;
};

struct cisco_message {
	const char *name;
	uint8_t type;
	int code;
};

struct cisco_language {
	const struct cisco_protocol *protocol;
	size_t protocols;
	const struct cisco_port *port;
	size_t ports;
	const struct cisco_message *message[2]; /* ICMP, ICMPv6 */
	size_t messages[2];
	const char *protocol_hint, *end_hint; /* what may stand for a protocol, for an end */
	bool eq_many;			      /* eq and neq take several ports */
	/* Addresses that have names, or NULL. -ENOENT: nothing is called so. */
	int (*address)(const void *config, struct str name, struct addr *ret);
};

/* -ENOENT: the language has no such name. */
EG_CHECK int cisco_protocol(const struct cisco_language *l, struct str name, enum family family,
			    uint8_t *ret);
/* `proto` 0: of any protocol that has ports, and only if they agree. */
EG_CHECK int cisco_port(const struct cisco_language *l, struct str name, unsigned proto,
			uint16_t *ret);
EG_CHECK int cisco_icmp(const struct cisco_language *l, struct str name, enum family family,
			unsigned *ret_type, int *ret_code);
