/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Datagrams many at a time: a burst of queries is taken with one call of the kernel, and the
 * answers that are given meanwhile leave with one.
 *
 * Outside a burst an answer leaves at once. One that is larger than the room leaves at once too.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "net/peer.h"

enum {
	DATAGRAMS_BURST = 64,
	DATAGRAMS_QUERY_MAX = 4096, /* bytes; what is longer is cut, and malformed then */
	DATAGRAMS_ANSWER_MAX = 1472 /* that wait in a burst: more would not fit an Ethernet frame */
};

struct datagrams;

/* NULL: out of memory. `unsent` counts those that waited and that the kernel did not take. */
struct datagrams *datagrams_new(uint64_t *unsent);
void datagrams_free(struct datagrams *d);

typedef void (*datagrams_fn)(void *data, const struct peer *from, const uint8_t *packet, size_t n);

/* Takes a burst off the socket, if there is one, calls `each`, and sends what was answered. */
void datagrams_receive(struct datagrams *d, int fd, datagrams_fn each, void *data);

/* False: the kernel does not take it. What waits in a burst is taken for sent. */
bool datagrams_send(struct datagrams *d, int fd, const struct peer *to, const uint8_t *packet,
		    size_t n);

/* A burst of answers without queries: whatever is sent between the two leaves together. */
void datagrams_begin(struct datagrams *d);
void datagrams_flush(struct datagrams *d);
