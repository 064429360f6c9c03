/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One sending of a question to one upstream, and the wait for its answer.
 *
 * Over UDP each has a socket of its own, connected: the kernel chooses its port at random and drops
 * what comes from elsewhere. The id is random, and so is the case of the name's letters ("0x20"),
 * which servers repeat as they got it: somebody who forges answers has to guess all three. A
 * message whose id or question differs is not the answer; after EXCHANGE_FOREIGN_MAX of them
 * somebody is guessing, and the exchange fails with E_CONFLICT. So it does when all is right but
 * the case. Then one asks over TCP, where guessing ends; and when the case is not kept there
 * either, the server is one that does not keep it, and is sent small letters from then on.
 *
 * Over TCP and TLS it goes through the upstream's one connection (stream.h).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/loop.h"
#include "dns/message.h"
#include "dns/out.h"
#include "dns/random.h"
#include "dns/stream.h"
#include "dns/upstream.h"

enum {
	EXCHANGE_FOREIGN_MAX = 8,
	EXCHANGE_IDS_MAX = 16,	 /* ids that are drawn until one is free */
	EXCHANGE_UDP_MAX = 4096, /* an upstream that sends more than it was asked to is cut */
	EXCHANGE_QUERY_MAX = 2 + DNS_HEADER + DNS_QUESTION_MAX + OUT_OPTIONS_MAX
};

enum exchange_over { OVER_UDP, OVER_STREAM };

struct exchange {
	struct loop *loop;
	const struct dns_question *q;
	/* Called once, when the exchange has ended: r 0 with the answer, or a negative code. */
	void (*done)(void *data, int r, const uint8_t *packet, size_t n);
	void *data;
	struct upstream *upstream;
	struct loop_watch watch; /* UDP; fd -1: has ended */
	struct stream_query asked;
	uint16_t id;
	bool mixed;	  /* the letters' case is random */
	bool folded;	  /* an answer was right but for the case */
	unsigned foreign; /* messages that were not the answer; adds up over several sendings */
	size_t out_n;
	uint8_t out[EXCHANGE_QUERY_MAX]; /* the question, with its length before it */
};

#define EXCHANGE_INIT ((struct exchange){ .watch = { .fd = -1 } })

/*
 * loop, q, done and data are set; it has ended or never begun. An upstream that is asked over TLS
 * is asked so whatever `over` is. An error here is not `done`.
 */
EG_CHECK int exchange_start(struct exchange *x, struct upstream *u, enum exchange_over over,
			    struct random *random);
void exchange_stop(struct exchange *x); /* without a word */
