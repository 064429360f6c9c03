/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DNS messages as they are on the wire (RFC 1035, 6891), read without trust.
 *
 * Names are kept in wire form, lower case and without compression, so equality is memcmp(). A
 * compression pointer must point strictly backwards, behind the header: every chain of pointers
 * ends, and the name of a first question has none.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "net/cursor.h"
#include "net/name.h"

enum {
	DNS_HEADER = 12,
	DNS_MESSAGE_MAX = 65535,
	DNS_NAME_MAX = 255,
	DNS_QUESTION_MAX = DNS_NAME_MAX + 4,
	DNS_UDP_PLAIN = 512, /* what a client without EDNS takes */
	DNS_UDP_SIZE =
		1232, /* what fits every path (DNS flag day 2020); ours and the most we send */
	DNS_OPTIONS_MAX = 64 /* records behind the question of a query */
};

enum {
	DNS_QR = 0x8000,
	DNS_OPCODE = 0x7800,
	DNS_TC = 0x0200,
	DNS_RD = 0x0100,
	DNS_RA = 0x0080,
	DNS_CD = 0x0010,
	DNS_RCODE = 0x000f
};

enum dns_rcode {
	RCODE_NOERROR = 0,
	RCODE_FORMERR = 1,
	RCODE_SERVFAIL = 2,
	RCODE_NXDOMAIN = 3,
	RCODE_NOTIMP = 4,
	RCODE_REFUSED = 5,
	RCODE_BADVERS = 16
};

enum dns_type {
	TYPE_A = 1,
	TYPE_CNAME = 5,
	TYPE_SOA = 6,
	TYPE_MX = 15,
	TYPE_TXT = 16,
	TYPE_AAAA = 28,
	TYPE_SRV = 33,
	TYPE_NAPTR = 35,
	TYPE_OPT = 41,
	TYPE_SVCB = 64,
	TYPE_HTTPS = 65
};

enum { CLASS_IN = 1 };

enum { OPTION_PADDING = 12 }; /* of EDNS; RFC 7830 */

struct dns_name {
	uint8_t n; /* bytes, with the root's zero */
	uint8_t wire[DNS_NAME_MAX];
};

struct dns_question {
	struct dns_name name;
	uint16_t type, class;
};

struct dns_header {
	uint16_t id, flags;
	uint16_t count[4]; /* question, answer, authority, additional */
};

/* What a client asks. */
struct dns_query {
	uint16_t id, flags;
	struct dns_question question;
	uint16_t raw_n; /* the question as the client wrote it, for the answer; 0: not read */
	uint8_t raw[DNS_QUESTION_MAX];
	bool edns;
	uint16_t size; /* the largest UDP answer that it takes, within our limits */
};

struct dns_record {
	struct dns_name owner;
	uint16_t type, class;
	uint32_t ttl;
	size_t at, n; /* its data, in the message */
};

/* Sticky, as all of cursor.h: E_SYNTAX for a name that breaks the rules above. */
void dns_name_read(struct cursor *c, struct dns_name *ret);
void dns_header_read(struct cursor *c, struct dns_header *ret);
void dns_question_read(struct cursor *c, struct dns_question *ret);
void dns_record_read(struct cursor *c, struct dns_record *ret);

bool dns_name_equal(const struct dns_name *a, const struct dns_name *b);
bool dns_name_under(const struct dns_name *n, const struct dns_name *apex); /* or equal */
bool dns_question_equal(const struct dns_question *a, const struct dns_question *b);

/*
 * As a name that a policy can speak of. E_SYNTAX: it is none (a byte that is no letter, digit,
 * hyphen or underscore, a root, a number as last label); then no pattern holds it.
 */
EG_CHECK int dns_name_text(const struct dns_name *n, struct name *ret);
EG_CHECK int dns_name_of(const struct name *n, struct dns_name *ret);

/*
 * Reads a client's message. RCODE_NOERROR; the code that the answer must carry (FORMERR, NOTIMP,
 * BADVERS), with id, flags and what else was read before; or E_TRUNCATED: no query at all, to be
 * dropped without a word.
 */
EG_CHECK int dns_query_read(const uint8_t *packet, size_t n, struct dns_query *ret);
