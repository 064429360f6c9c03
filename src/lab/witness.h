/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A witness: sees every packet that arrives at a node, before any socket or rule there does.
 *
 * It is a packet socket with a ring (packet(7), TPACKET_V2) that the kernel fills by itself, so it
 * needs no process and misses nothing as long as it is read before the ring is full; when it did
 * miss something, it says so.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "lab/lab.h"
#include "net/addr.h"

enum { WITNESS_PACKETS = 16384 /* what the ring holds */ };

struct witness {
	int fd;
	void *ring;
	size_t next;
};

#define WITNESS_INIT ((struct witness){ .fd = -1 })

/* The first packet of a conversation, or any UDP packet. */
struct witnessed {
	uint8_t proto;
	struct addr src, dst;
	uint16_t sport, dport;
};

EG_CHECK int witness_open(struct lab *lab, size_t node, struct witness *ret);
void witness_close(struct witness *w);

/*
 * Tells what arrived since the last reading: every UDP packet and every TCP SYN without ACK.
 * E_LIMIT: packets were missed.
 */
EG_CHECK int witness_read(struct witness *w,
			  void (*saw)(void *data, const struct witnessed *packet), void *data);

/* Reads an IP packet's addresses and ports; false: none of ours. For witness_read() and tests. */
bool witness_parse(const void *data, size_t n, struct witnessed *ret);
