/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions that an upstream is being asked, each once, and the clients that wait for its answer.
 *
 * One question is under way only once: many clients that ask the same do not give somebody who
 * forges answers many chances. All sendings wait equally long, so the order in which they began is
 * the order in which they end: `first` is due first.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "dns/client.h"
#include "dns/exchange.h"
#include "dns/message.h"
#include "net/name.h"

struct waiter {
	struct client client;
	struct dns_query query;
	struct name name;
	struct waiter *next;
};

struct pending {
	struct exchange exchange;
	void *owner;
	struct dns_question q;
	uint64_t hash, due;
	size_t upstream; /* which is being asked */
	unsigned tries, waiters;
	bool over_tcp; /* the answer of this upstream was cut */
	struct waiter *waiter;
	struct pending *same; /* next of the hash's slot */
	struct pending *before, *after;
};

enum { PENDING_SLOTS = 4096 };

struct pending_table {
	uint64_t seed;
	size_t n;
	struct pending *first, *last;
	struct pending *slot[PENDING_SLOTS];
};

struct pending *pending_find(const struct pending_table *t, const struct dns_question *q);

/* A new one, not due yet. NULL: out of memory, or FORWARDER_QUERIES_MAX are there. */
struct pending *pending_add(struct pending_table *t, const struct dns_question *q);

/* -ENOMEM; E_LIMIT: FORWARDER_WAITERS_MAX wait already. */
EG_CHECK int pending_wait(struct pending *p, const struct waiter *w);

void pending_start(struct pending_table *t, struct pending *p, uint64_t due); /* goes to the end */

/* Stops its exchange and takes it out of the table; it still has its waiters. */
void pending_take(struct pending_table *t, struct pending *p);
void pending_free(struct pending *p);
