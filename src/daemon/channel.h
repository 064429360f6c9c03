/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One end of the socket pair between the parent and a role, in a loop.
 *
 * Nothing blocks: what the other side does not take yet waits in a queue of a fixed length. A
 * message that is none, and a closed other side, end the channel; nothing more comes then.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/loop.h"
#include "daemon/message.h"

enum {
	CHANNEL_QUEUE_MAX = 8192, /* messages */
	CHANNEL_BURST = 64	  /* messages that are read before `rested` */
};

struct channel {
	struct loop *loop;
	struct loop_watch watch; /* fd -1: no channel, or an ended one */
	struct queued *first, *last;
	size_t n;
	/* `fd` came with the message, or is -1; whoever wants it sets it to -1. */
	void (*received)(void *data, const struct message *m, int *fd);
	void (*rested)(void *data);	  /* all of a burst were received; may be NULL */
	void (*ended)(void *data, int r); /* 0: the other side is gone */
	void *data;
	struct message in; /* room for the one that is being received */
};

#define CHANNEL_INIT ((struct channel){ .watch = { .fd = -1 } })

/* A close-on-exec pair for two processes. */
EG_CHECK int channel_pair(int ret[static 2]);

/* Takes `fd` over, also when it fails. The functions and `data` are set before. */
EG_CHECK int channel_open(struct channel *c, struct loop *loop, int fd);
void channel_close(struct channel *c);

/*
 * `fd` (-1: none) is borrowed. E_LIMIT: the queue is full; -EPIPE: it has ended. A message with a
 * file is never queued behind others that wait: -EAGAIN.
 */
EG_CHECK int channel_send(struct channel *c, const struct message *m, int fd);
