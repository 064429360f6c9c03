/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A router to send crafted packets through: four interfaces (lan0, lan1, wan0, wan1) of a network
 * namespace of its own, with the other end of each cable in our hands.
 *
 * Everything runs on one CPU, whose backlog is a queue: a marker frame that comes out at an end
 * tells that all packets sent before it have had their way. The backlog is everybody's on that
 * CPU and has an end, so on a busy machine a packet may be lost: send again what should have come.
 */
#pragma once

#include <stdint.h>

#include "base/attr.h"
#include "support/frames.h"

enum router_port { LAN0, LAN1, WAN0, WAN1, PORTS };

extern const char *const router_port_name[PORTS];

struct router {
	int outside[PORTS], inside[PORTS]; /* packet sockets on both ends of each cable */
	uint8_t outside_mac[PORTS][6], inside_mac[PORTS][6];
	uint32_t markers; /* sent so far */
};

/*
 * Builds it in the caller's namespaces (netns_enter()), which end with the process. Forwards
 * 10.0/16 and 2001:db8:a::/48 to lan0, 10.1/16 and b to lan1, 198.18/16 and c to wan0, 198.19/16
 * and d to wan1. Keeps to the `cpu`-th of the CPUs allowed, counted round.
 */
EG_CHECK int router_open(struct router *r, unsigned cpu);
void router_close(struct router *r);

/* Sends a frame into a port from outside. */
EG_CHECK int router_send(struct router *r, enum router_port port, struct frame *f);

/* Waits until what was sent has gone through, and hands every packet that came out to `each`. */
EG_CHECK int router_drain(struct router *r,
			  void (*each)(void *data, enum router_port port, const uint8_t *packet,
				       size_t n),
			  void *data);
