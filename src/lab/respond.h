/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Responders: what answers in the lab, on any address of a node and on the ports asked for.
 *
 * They see by the first bytes what is wanted, so every port speaks everything:
 *   TCP   TLS ClientHello -> handshake; GET -> HTTP 200; anything else comes back
 *   UDP   STUN request -> response; QUIC of an unknown version -> version negotiation;
 *	   anything else comes back
 * A greeting (probe/greeting.h) with a pause is answered once more after the pause. A UDP answer
 * leaves from the address that was asked.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "lab/lab.h"
#include "net/ports.h"

enum { RESPOND_PORTS_MAX = 4096 /* listening sockets: one a port, protocol and family */ };

/* Which ports, as bits: port p is wanted when bit p & 7 of byte p >> 3 is set. */
struct respond_ports {
	unsigned char tcp[8192], udp[8192];
};

void respond_want(struct respond_ports *p, unsigned proto, uint16_t port);

/* Starts responders inside `node`; they listen when this returns. E_LIMIT: too many ports. */
EG_CHECK int respond_start(struct lab *lab, size_t node, const struct respond_ports *ports);
