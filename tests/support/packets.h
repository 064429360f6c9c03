/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stock of random packets of a small world (support/rulesets.h) to send through a router again
 * and again: new conversations, begun ones, ICMP errors about them, fragments.
 */
#pragma once

#include "base/rand.h"
#include "flow/flowset.h"
#include "support/router.h"

enum {
	PACKETS_POOL = 4000,	 /* distinct packets */
	PACKETS_ESTABLISHED = 60 /* of them, those of conversations that have begun */
};

struct packet {
	struct flow flow;
	enum router_port port; /* where it comes in */
	struct frame frame;
};

struct packets {
	struct router router;
	struct rand *rng;    /* borrowed */
	struct packet *pool; /* [0, whole): for all rulesets; the rest are fragments */
	size_t n, whole;
	uint16_t zone[PORTS];
	bool *out; /* by packet: it came out */
};

/* Fails the test when it cannot. The router keeps to a CPU by `number`. */
void packets_open(struct packets *p, struct rand *rng, struct flow_mgr *m, unsigned number);
void packets_close(struct packets *p);

/* Sends these; p->out tells which came out, but a busy machine may have lost some. */
void packets_send(struct packets *p, const size_t *number, size_t n);

/* Only a packet that never comes was stopped. */
bool packets_comes_out(struct packets *p, size_t number);

/* Begins the conversations; every packet must come through, so load nothing before but conntrack.
 */
void packets_begin(struct packets *p);

/* Waits until fragments pass alone: nothing asks for conntrack any more. */
void packets_await_fragments(struct packets *p);
