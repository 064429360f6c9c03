/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parent and its roles say to each other. One message is one packet of a SOCK_SEQPACKET
 * pair: its type, then fields of fixed order, big-endian, and nothing behind them.
 *
 *   parent to role                          role to parent
 *   TRUST     (file) whose certificates     READY     serving
 *             upstreams must have
 *   RESOLVER  how to resolve                LEARN     addresses, before an answer leaves
 *   NAMES     (file) who may ask for what   FORGET    addresses that a name has too many of
 *   SOCKET    (file) clients come here      COUNTERS
 *   START     that is all, serve
 *   LEARNED   what became of LEARNs
 *   ASK       for COUNTERS
 *   DRAIN     take no more, end when done
 *   METRICS   (file) the newest text
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "dns/answer.h"
#include "dns/forwarder.h"
#include "net/name.h"

enum {
	MESSAGE_MAX = 4096,	  /* bytes */
	MESSAGE_LEARNED_MAX = 64, /* tickets in one LEARNED */
};

enum message_type {
	MESSAGE_TRUST = 1,
	MESSAGE_RESOLVER,
	MESSAGE_NAMES,
	MESSAGE_SOCKET,
	MESSAGE_START,
	MESSAGE_LEARNED,
	MESSAGE_ASK,
	MESSAGE_DRAIN,
	MESSAGE_METRICS,
	MESSAGE_READY,
	MESSAGE_LEARN,
	MESSAGE_FORGET,
	MESSAGE_COUNTERS,
	MESSAGE_TYPES
};

struct message_learn {
	uint64_t ticket;
	struct addr client;
	struct name name;
	size_t n;
	struct dns_learned address[ANSWER_ADDRESSES_MAX];
};

struct message_forget {
	struct name name;
	size_t n;
	struct addr address[ANSWER_ADDRESSES_MAX];
};

struct message_learned {
	size_t n;
	struct {
		uint64_t ticket;
		int r; /* 0 or negative */
	} one[MESSAGE_LEARNED_MAX];
};

struct message {
	enum message_type type;
	union {
		struct dns_settings resolver;
		struct message_learn learn;
		struct message_learned learned;
		struct message_forget forget;
		struct dns_counters counters;
	};
};

/* Returns the length. */
size_t message_write(const struct message *m, uint8_t out[static MESSAGE_MAX]);

/*
 * E_TRUNCATED: it ends too early; E_SYNTAX: unknown type, bytes behind the end, a family, name or
 * number that cannot be; E_LIMIT: a count above what the message may hold.
 */
EG_CHECK int message_read(const uint8_t *data, size_t n, struct message *ret);
