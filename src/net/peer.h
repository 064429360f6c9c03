/* SPDX-License-Identifier: Apache-2.0 */
/* The other side of a socket: an address and a port, as text and as the socket interface has it. */
#pragma once

#include <netinet/in.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/attr.h"
#include "base/str.h"
#include "net/addr.h"

enum { PEER_TEXT_MAX = ADDR_TEXT_MAX + 8 };

struct peer {
	struct addr addr;
	uint16_t port;
};

union peer_wire {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/*
 * "192.0.2.1", "192.0.2.1:53", "2001:db8::1", "[2001:db8::1]:53"; `port` where none is written.
 * E_SYNTAX: another text, or port 0.
 */
EG_CHECK int peer_parse(struct str text, uint16_t port, struct peer *ret);
void peer_format(const struct peer *p, char text[static PEER_TEXT_MAX]);

/* Returns the length. */
socklen_t peer_to_wire(const struct peer *p, union peer_wire *ret);

/* A v4-mapped IPv6 address becomes IPv4. E_SYNTAX: another family. */
EG_CHECK int peer_from_wire(const union peer_wire *w, struct peer *ret);
