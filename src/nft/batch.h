/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Netlink messages for nf_tables in one growing buffer, and what each of them is about.
 *
 * The kernel takes a transaction as the bytes of one sendmsg: a begin message, the changes, an end
 * message. So a batch is one buffer, and `part` remembers for each message which object it makes,
 * so that an error acknowledgement (which names only a sequence number) can be told to people.
 * Appending is sticky like struct buf: nothing needs a check before nft_link_commit().
 *
 * An attribute (linux/netlink.h) holds at most 65535 bytes with its header, so a list of set
 * elements is spread over several messages: batch_full() says when to begin the next.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/netlink.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/str.h"

enum {
	BATCH_LIST_MAX = 60000,	 /* bytes after which a message with a list should end */
	BATCH_USERDATA_MAX = 256 /* NFT_USERDATA_MAXLEN: comments and nft's own notes */
};

/* What a message makes or removes, for messages to people. All text is borrowed. */
struct batch_part {
	const char *kind;  /* "table", "chain", "set", "elements of set", "rule", ... */
	const char *owner; /* the chain of a rule, else NULL */
	const char *name;  /* NULL for rules */
	const char *note;  /* a comment that helps to find it, or NULL */
	unsigned number;   /* 1 for the first rule of its chain, 0 for others */
	size_t at;	   /* where the message begins in the buffer; set by batch_message() */
};

struct batch {
	struct buf out;
	struct batch_part *part;
	size_t n, cap;
	size_t message; /* offset of the open message */
	uint8_t family; /* NFPROTO_*, for the header of each message */
};

#define BATCH_INIT ((struct batch){ 0 })

void batch_release(struct batch *b);
void batch_clear(struct batch *b); /* forgets the messages, keeps the room */

/* A place in a batch between two messages, and back to it: what came later is forgotten. */
struct batch_mark {
	size_t size, n;
};
struct batch_mark batch_mark(const struct batch *b);
void batch_rewind(struct batch *b, struct batch_mark to);

/* Ends the open message and begins one of NFT_MSG_* `type` with NLM_F_* `flags`. */
void batch_message(struct batch *b, unsigned type, unsigned flags, struct batch_part what);
void batch_end(struct batch *b); /* ends the open message */
bool batch_full(const struct batch *b);

/* Attributes of the open message; integers are sent in network order as nf_tables wants them. */
void batch_u8(struct batch *b, unsigned type, uint8_t v);
void batch_u16(struct batch *b, unsigned type, uint16_t v);
void batch_u32(struct batch *b, unsigned type, uint32_t v);
void batch_u64(struct batch *b, unsigned type, uint64_t v);
void batch_text(struct batch *b, unsigned type, const char *text); /* with its NUL */
void batch_bytes(struct batch *b, unsigned type, const void *data, size_t n);

/* A nested attribute: everything between the two calls is inside. */
size_t batch_nest(struct batch *b, unsigned type);
void batch_unnest(struct batch *b, size_t nest);
