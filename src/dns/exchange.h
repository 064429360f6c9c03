/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One sending of a question to one upstream, over UDP or TCP, and the wait for its answer.
 *
 * Each has a socket of its own, connected: the kernel chooses its port at random and drops what
 * comes from elsewhere. A message whose id or question differs is not the answer; after
 * EXCHANGE_FOREIGN_MAX of them somebody is guessing, and the exchange fails.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/loop.h"
#include "dns/message.h"
#include "net/peer.h"

enum {
	EXCHANGE_FOREIGN_MAX = 8,
	EXCHANGE_UDP_MAX = 4096, /* an upstream that sends more than it was asked to is cut */
	EXCHANGE_QUERY_MAX = 2 + DNS_HEADER + DNS_QUESTION_MAX + 11
};

struct exchange {
	struct loop *loop;
	const struct dns_question *q;
	/* Called once, when the exchange has ended: r 0 with the answer, or a negative code. */
	void (*done)(void *data, int r, const uint8_t *packet, size_t n);
	void *data;
	struct loop_watch watch; /* fd -1: has ended */
	bool tcp;
	uint16_t id;
	unsigned foreign; /* messages that were not the answer; adds up over several sendings */
	size_t out_n, sent;
	uint8_t out[EXCHANGE_QUERY_MAX];
	uint8_t *in; /* TCP: the message with its length */
	size_t in_size, got;
};

#define EXCHANGE_INIT ((struct exchange){ .watch = { .fd = -1 } })

/* loop, q, done and data are set; it has ended or never begun. An error here is not `done`. */
EG_CHECK int exchange_start(struct exchange *x, const struct peer *upstream, bool tcp, uint16_t id);
void exchange_stop(struct exchange *x); /* without a word */
