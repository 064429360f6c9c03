/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the kernel did not accept of a transaction, told in terms of the objects in it.
 *
 * Each acknowledgement carries an errno, the sequence number of the message it is about, and
 * perhaps a text and the offset of the attribute that is to blame (NETLINK_EXT_ACK). One mistake
 * often causes many errors after it (no set, hence no elements and no rule): the first
 * REFUSALS_TOLD are told, the rest counted.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "nft/batch.h"

enum { REFUSALS_TOLD = 8 };

struct refusals {
	const struct batch *batch;
	uint32_t begin; /* sequence number of the begin message; message i has begin + 1 + i */
	struct diag *diag;
	int *error; /* unless NULL: the error of message i goes here, and nothing is told */
	unsigned n;
	int r;	       /* the first error, or 0 */
	bool answered; /* the last message was acknowledged */
};

/* Takes in one datagram of acknowledgements. Any bytes are safe. */
void refusals_read(struct refusals *all, const void *data, size_t size);

/* Tells how many more there were. */
void refusals_end(const struct refusals *all);
