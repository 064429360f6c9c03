/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DNS messages in a stream of bytes, each behind its length (RFC 1035, section 4.2.2), put together
 * from the pieces in which they come.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "dns/message.h"

/* Zeroed is empty. */
struct framed {
	size_t got;
	uint8_t in[2 +
		   DNS_MESSAGE_MAX]; /* a whole message of any length fits: there is always room */
};

void framed_clear(struct framed *f);

/* Where the next bytes go, and how many may come: one at least. */
uint8_t *framed_room(struct framed *f, size_t *ret);

/*
 * `n` bytes have come there. Calls `each` for every message that is whole now; the bytes are its
 * own only until it returns. When it says false the others are not called for, and nobody looks at
 * `f` before framed_clear(): 1. -EPROTO: a length that no message has.
 */
EG_CHECK int framed_add(struct framed *f, size_t n,
			bool (*each)(void *data, const uint8_t *message, size_t n), void *data);
