/* SPDX-License-Identifier: Apache-2.0 */
/* Where an answer goes: from a datagram socket to a peer, or into a connection. */
#pragma once

#include <stdint.h>

#include "net/peer.h"

struct connection;
struct datagrams;

struct client {
	struct peer peer;
	int fd;			       /* the datagram socket; -1: a connection */
	struct datagrams *datagrams;   /* that it goes with */
	struct connection *connection; /* its memory stays, */
	uint64_t generation;	       /* but by now it may be another client's */
};

/* What is done with what clients send. The packet is gone afterwards. */
struct client_hook {
	void (*query)(void *data, const struct client *c, const uint8_t *packet, size_t n);
	void *data;
	uint64_t *unsent; /* counts answers that waited for others, and could not be sent */
};
