/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers that are written and wait: the kernel does not have their addresses yet.
 *
 * All wait equally long at most, so the order in which they came is the order in which they are
 * due: `first` is due first. A ticket is never given twice, so a late acknowledgement finds
 * nothing.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "dns/client.h"
#include "dns/message.h"
#include "dns/pending.h"

struct held {
	uint64_t ticket, due;
	struct client client;
	struct dns_query query;
	struct held *same; /* next of the ticket's slot */
	struct held *before, *after;
	size_t n;
	uint8_t packet[]; /* what the client will have */
};

enum { HELD_SLOTS = 4096 };

struct held_table {
	size_t n;
	struct held *first, *last;
	struct held *slot[HELD_SLOTS];
};

/* -ENOMEM; E_LIMIT: FORWARDER_HELD_MAX wait already. The packet is copied. */
EG_CHECK int held_add(struct held_table *t, uint64_t ticket, const struct waiter *w,
		      const uint8_t *packet, size_t n, uint64_t due);

/* Takes that one out of the table; NULL: there is none (any more). */
struct held *held_take(struct held_table *t, uint64_t ticket);
void held_free(struct held *h);
