/* SPDX-License-Identifier: Apache-2.0 */
/*
 * QUIC version negotiation on the wire (RFC 9000 sections 6, 15, 17.2, 17.2.1; RFC 8999).
 *
 * The probe sends a first packet of a version that is reserved to be supported by nobody
 * (0x?a?a?a?a); every QUIC server must answer it with a Version Negotiation packet that echoes both
 * connection ids. No keys are needed, and no connection comes to be.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

enum {
	QUIC_ID = 8,		  /* bytes in the connection ids we make */
	QUIC_ID_MAX = 20,	  /* what version 1 allows */
	QUIC_INITIAL_SIZE = 1200, /* RFC 9000 14.1: smaller first datagrams are dropped */
	QUIC_VERSIONS_MAX = 32,	  /* how many versions of an answer we keep */
	QUIC_NEGOTIATION_MAX = 7 + 2 * QUIC_ID_MAX + 4 * 4
};

struct quic_ids {
	uint8_t destination[QUIC_ID_MAX], source[QUIC_ID_MAX];
	unsigned destinations, sources; /* their lengths */
};

struct quic_versions {
	uint32_t version[QUIC_VERSIONS_MAX];
	unsigned n; /* how many of them; more in the answer are left off */
};

/* Fills `out` with an Initial-sized long-header packet of a reserved version. */
void quic_write_initial(const struct quic_ids *ids, uint32_t version,
			uint8_t out[static QUIC_INITIAL_SIZE]);

/* A reserved version made of random bits. */
uint32_t quic_reserved_version(uint32_t random);

/*
 * A server's view: a long-header packet of a version that it does not know, large enough to be
 * answered. E_TRUNCATED, or E_SYNTAX: nothing a version negotiation answers.
 */
EG_CHECK int quic_read_initial(const void *data, size_t n, struct quic_ids *ret);

/* The answer to a client that sent `ids`; returns its size. */
size_t quic_write_negotiation(const struct quic_ids *ids, const uint32_t *version, unsigned n,
			      uint8_t out[static QUIC_NEGOTIATION_MAX]);

/*
 * Reads the answer to a packet with `sent`. E_TRUNCATED; E_SYNTAX: no Version Negotiation packet,
 * or no list of versions; E_CONFLICT: connection ids that do not echo ours.
 */
EG_CHECK int quic_read_negotiation(const void *data, size_t n, const struct quic_ids *sent,
				   struct quic_versions *ret);
