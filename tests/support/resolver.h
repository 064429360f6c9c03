/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A forwarder with everything around it in one thread: clients, two upstreams and hooks that write
 * down what they were asked, so that the order of things can be looked at. Its clock stands still,
 * or goes on a little with each round: no test depends on how busy the machine is.
 *
 * The upstreams answer by name:
 *   aN.*     one address, 20.0.0.0 + N        chain.*  two CNAMEs and an address
 *   cut.*    TC over UDP, all over TCP        many.*   60 addresses
 *   inner.*  a private address                mixed.*  a private and a public one
 *   fail.*   SERVFAIL                         quiet.*  nothing
 *   forged.* three forgeries, then an answer  guess.*  over UDP forgeries only
 *   lower.*  over UDP a forgery that is right but for the letters' case, then an answer
 *   turn.*   64 addresses, other ones each time, good for once
 *   none.*   NXDOMAIN with a SOA              short.*  an address with TTL 1
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/loop.h"
#include "dns/forwarder.h"

struct resolver_upstream {
	struct loop *loop;
	struct loop_watch udp, tcp, connection; /* one at a time */
	struct peer at;
	bool silent;
	bool folds; /* repeats questions in small letters */
	unsigned asked_udp, asked_tcp;
	uint8_t last[DNS_QUESTION_MAX]; /* the last question, as it came */
};

struct resolver {
	struct loop *loop;
	struct forwarder *f;
	struct peer at; /* where the forwarder listens */
	struct resolver_upstream upstream[2];
	struct buf log; /* "decide NAME; learn NAME ADDRESS SECONDS, ...; " */
	unsigned decided, learned, forgotten;
	unsigned pace_ms;  /* how far the forwarder's clock goes on with each step of its loop */
	int learn_answers; /* what the hook says */
	uint64_t ticket;   /* that it was asked with last */
	bool refuse_all;
	uint8_t *seen; /* when not NULL: seen[N] for each learned address 20.0.0.0 + N */
};

/*
 * In a network namespace of our own. Names under zoom.us are allowed, for one family alone those
 * under four.zoom.us. `settings` may be NULL; upstreams are set here: the first `upstreams` of
 * them. 0: those of the settings are asked.
 */
EG_CHECK int resolver_open(struct resolver *r, const struct dns_settings *settings,
			   size_t upstreams);
void resolver_close(struct resolver *r);

/* A client's socket, connected to the forwarder. */
int resolver_client(const struct resolver *r, bool stream);

/* Sends a query as dnstext.h has it, over a datagram or (with its length) a stream socket. */
void resolver_send(int fd, bool stream, const char *query, uint16_t id);

/* The next answer on the socket as text, or "nothing" after `ms`. */
void resolver_receive(struct resolver *r, int fd, bool stream, int ms, struct buf *out);

/* Asks and compares the answer. */
void resolver_expect(struct resolver *r, const char *query, const char *want);

void resolver_step(struct resolver *r);	       /* one round of its loop, at most 1 ms */
void resolver_run(struct resolver *r, int ms); /* lets it work for that long */
