/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an upstream's response says about a question, made ready to be given to clients.
 *
 * Nothing of the response passes as it came. Kept are: the chain of CNAMEs that starts at the
 * name asked for, the records of the asked type at its end, and for a negative answer the SOA.
 * Records beside the chain, the authority and the additional section are ignored. So every address
 * in an answer is one that was learned for the name asked for, and every address learned is in it.
 * HTTPS and SVCB records are given for the name asked for, less what leads elsewhere (svcb.h).
 *
 * `body` is what stands behind the question, with pointers that fit any client's question: its
 * length is the same for all who ask the same.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "dns/message.h"
#include "net/addr.h"

enum {
	ANSWER_RECORDS_MAX = 1024,  /* of a response's answer section that are looked at */
	ANSWER_CHAIN_MAX = 16,	    /* CNAMEs one after the other */
	ANSWER_ADDRESSES_MAX = 128, /* more are left out of the answer, so not learned either */
	ANSWER_BODY_MAX = 16000,    /* below 2^14, where pointers end */
	ANSWER_SIZE_MAX = DNS_HEADER + DNS_QUESTION_MAX + ANSWER_BODY_MAX + 32
};

/* Why, for clients that understand it (RFC 8914). */
enum answer_why {
	WHY_NONE = -1,
	WHY_OTHER = 0,
	WHY_FORGED = 4,	      /* a sinkhole's address */
	WHY_BLOCKED = 15,     /* the guard left nothing */
	WHY_PROHIBITED = 18,  /* the policy does not have the name for this client */
	WHY_UNREACHABLE = 22, /* no upstream answered */
	WHY_UNSUPPORTED = 21  /* a type that is not forwarded */
};

struct answer_address {
	struct addr addr;
	uint32_t ttl;
};

struct answer {
	uint8_t rcode;
	int8_t why; /* enum answer_why */
	uint16_t answers, authorities;
	uint32_t ttl; /* the smallest: how long the answer as a whole is good; 0: for once */
	uint16_t addresses, stamps;
	uint16_t body_n, guarded; /* guarded: addresses that the guard took out */
	uint16_t stripped;	  /* records that lead elsewhere, left out (svcb.h) */
	struct answer_address *address;
	uint16_t *stamp; /* where in the body the TTLs are */
	uint8_t *body;
};

/* An answer with room for the largest one. The pointers lead into it: it must not be copied. */
struct answer_room {
	struct answer answer;
	struct answer_address address[ANSWER_ADDRESSES_MAX];
	uint16_t stamp[ANSWER_RECORDS_MAX + ANSWER_CHAIN_MAX];
	uint8_t body[ANSWER_BODY_MAX];
};

struct answer_rules {
	uint32_t ttl_max, negative_max; /* seconds */
	/* More addresses that outside names may not have: the site's own. NULL: none. */
	bool (*inside)(void *data, struct addr a);
	void *data;
};

/*
 * Reads a response to `q`. E_TRUNCATED: cut (TC), to be asked again over TCP. E_REFUSED: the
 * upstream failed (SERVFAIL, REFUSED, ...). E_SYNTAX, E_LIMIT: not to be used. The caller has
 * compared id and question (answer_is_for()).
 */
EG_CHECK int answer_read(const struct dns_question *q, const struct answer_rules *rules,
			 const uint8_t *packet, size_t n, struct answer_room *ret);

/* Is that a response to the question that was asked with this id? */
bool answer_is_for(const struct dns_question *q, uint16_t id, const uint8_t *packet, size_t n);

/* An answer without records. */
struct answer answer_plain(enum dns_rcode rcode, enum answer_why why);

/*
 * The message for a client, `age` seconds after the answer was read; more than `limit` bytes become
 * one without records that says so (TC). `rcode` of the query may be above 15 with EDNS only.
 * Returns its length. `out` has ANSWER_SIZE_MAX bytes.
 */
size_t answer_write(const struct answer *a, const struct dns_query *q, uint32_t age, size_t limit,
		    uint8_t *out);
