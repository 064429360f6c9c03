/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way of an answer to its client: whoever is asked to learn its addresses comes first.
 *
 * When that takes a while, the answer is written and waits, `learn_ms` at most; without an
 * acknowledgement it becomes SERVFAIL, since the name does not work at that moment.
 */
#pragma once

#include <stdint.h>

#include "base/attr.h"
#include "base/loop.h"
#include "dns/answer.h"
#include "dns/client.h"
#include "dns/forwarder.h"
#include "dns/held.h"
#include "dns/ledger.h"
#include "dns/pending.h"

struct delivery {
	struct loop *loop; /* these four are borrowed */
	const struct dns_settings *settings;
	const struct dns_hooks *hooks;
	struct dns_counters *count;
	struct ledger *ledger;
	struct loop_timer late; /* when the first held answer is due */
	struct held_table held;
	uint64_t ticket; /* the last one that was given */
	uint8_t packet[ANSWER_SIZE_MAX];
};

/* The four are set, the rest is zeroed. -ENOMEM. */
EG_CHECK int delivery_init(struct delivery *d, uint64_t seed);
void delivery_release(struct delivery *d); /* what waits is not answered; half made is well */

/* An answer that was read `age` seconds ago, to whoever waits for it. */
void delivery_give(struct delivery *d, const struct waiter *w, const struct answer *a,
		   uint32_t age);

/* One whose addresses, if it has any, are nobody's to learn. */
void delivery_now(struct delivery *d, const struct client *c, const struct dns_query *q,
		  const struct answer *a, uint32_t age);
void delivery_plain(struct delivery *d, const struct client *c, const struct dns_query *q,
		    enum dns_rcode rcode, enum answer_why why);

/* What became of learning for an answer that waits. One that does not (any more) is nothing. */
void delivery_learned(struct delivery *d, uint64_t ticket, int r);
