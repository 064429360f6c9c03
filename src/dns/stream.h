/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one connection to an upstream, over TCP or TLS: opened when there is a question, kept while
 * there are more, many questions at a time, answers in any order (RFC 7766).
 *
 * Servers end connections when they like, also when a question is on its way. So when a connection
 * ends that has answered before, what it owes is asked again over a new one; when it never answered
 * anything, its questions fail. One that owes an answer and has been silent for STREAM_QUIET_MS is
 * given up in favour of a new one as soon as somebody does not want to wait any longer.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/loop.h"
#include "dns/framed.h"
#include "dns/tls.h"
#include "net/nameserver.h"

enum {
	STREAM_QUIET_MS = 3000,
	STREAM_UNSENT_MAX = 1 << 20, /* bytes of questions that the upstream does not read */
	STREAM_SLOTS = 1024
};

/* A question under way. */
struct stream_query {
	const uint8_t *message; /* with its length before it; stays while it is under way */
	size_t n;
	/* Called once: r 0 with the answer (its id is right, no more), or a negative code. */
	void (*done)(void *data, int r, const uint8_t *packet, size_t n);
	void *data;

	struct stream *stream; /* NULL: not under way. From here on the stream's own. */
	struct stream_query *same, *before, *after;
	uint64_t asked, connection; /* when, and over which */
	uint16_t id;
};

struct stream {
	struct loop *loop;
	const struct nameserver *at;
	struct tls_client *client; /* NULL: TCP in the clear */
	uint64_t idle_ns;
	struct loop_timer idle;
	struct loop_watch watch; /* fd -1: closed */
	struct tls *tls;
	bool connecting;
	bool shaking; /* the handshake is not done */
	bool proved;  /* this connection has answered */
	uint64_t connection, opened, heard;
	struct buf out;
	size_t sent;
	struct framed *in; /* from the first connection on */
	struct stream_query *first, *last;
	struct stream_query *slot[STREAM_SLOTS]; /* by id */
	const char *trouble; /* why TLS was refused last; a constant text, or NULL */
};

/* `s` stays where it is; what is given is borrowed. */
void stream_init(struct stream *s, struct loop *loop, const struct nameserver *at,
		 struct tls_client *client, uint32_t idle_ms);
void stream_release(struct stream *s); /* without a word to who waits */

/*
 * Asks. message, n, done and data are set, and it is not under way. E_CONFLICT: a question with
 * this id is; other errors: it cannot be asked. An error here is not `done`.
 */
EG_CHECK int stream_ask(struct stream *s, struct stream_query *q);
void stream_forget(struct stream_query *q); /* nobody waits any more; not under way is well */
