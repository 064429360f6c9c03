/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A client's TCP connection: messages with their length before them, several queries at a time
 * (RFC 7766), answers in the order in which they come to be.
 *
 * A connection ends when the client closed it and all its answers are sent, when it breaks a rule
 * (a length that no query has, more unread answers than we keep), or when it was silent too long.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/loop.h"
#include "dns/client.h"

enum {
	CONNECTION_QUERY_MAX = 4096,   /* bytes of one query */
	CONNECTION_UNSENT_MAX = 262144 /* bytes of answers that the client does not read */
};

struct connection {
	struct loop *loop;
	const struct client_hook *hook;
	struct loop_watch watch; /* fd -1: nobody's */
	struct peer peer;
	uint64_t generation; /* grows each time it ends */
	uint64_t active;     /* when something last came or went */
	unsigned waiting;    /* queries without answer */
	bool over;	     /* the client sends no more */
	bool taking;	     /* queries are being taken out of `in` */
	struct buf out;
	size_t sent, got;
	uint8_t in[2 + CONNECTION_QUERY_MAX];
};

/*
 * `c` is zeroed but for its generation, or has ended. Takes the descriptor over; one that cannot be
 * watched is closed, and its client tries again.
 */
void connection_open(struct connection *c, struct loop *loop, const struct client_hook *hook,
		     int fd, const struct peer *peer);
void connection_end(struct connection *c); /* twice is well */

bool connection_is_open(const struct connection *c);

/* The answer to one of its queries; n 0: there is none. */
void connection_answer(struct connection *c, const uint8_t *packet, size_t n);
