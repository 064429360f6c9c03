/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packets on the wire for tests: from a flow to the bytes of its first packet, with a number at the
 * very end by which it is known again.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "flow/flow.h"

enum { FRAME_MAX = 512, FRAME_LINK = 14 };

enum frame_part {
	FRAME_WHOLE,
	FRAME_FIRST, /* the first fragment: with ports */
	FRAME_LATER  /* a later one: whatever bytes, the flow has no ports */
};

struct frame {
	uint8_t byte[FRAME_MAX]; /* link header and packet */
	size_t n;
};

/*
 * TCP SYN, UDP, SCTP INIT, ICMP of the flow's type and code, else plain bytes. An ICMP error quotes
 * `about`, the packet that it is about (NULL: some bytes that belong to nothing).
 */
struct frame frame_of(const struct flow *f, enum frame_part part, uint32_t number,
		      const struct frame *about);

/* Sets the link addresses. */
void frame_address(struct frame *f, const uint8_t dst[static 6], const uint8_t src[static 6]);

/* The number of a packet (without link header), if it has one. */
bool frame_number(const uint8_t *packet, size_t n, uint32_t *ret);

/* Is that what became of the frame on its way through a router? */
bool frame_same(const struct frame *f, const uint8_t *packet, size_t n);
