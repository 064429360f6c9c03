/* SPDX-License-Identifier: Apache-2.0 */
/*
 * STUN Binding messages on the wire (RFC 8489 sections 5, 14): what a probe asks and checks, and
 * what the lab's responder answers.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "probe/probe.h"

enum {
	STUN_ID = 12,		      /* transaction id, bytes */
	STUN_REQUEST_SIZE = 28,	      /* header and FINGERPRINT */
	STUN_ANSWER_MAX = 20 + 24 + 8 /* what stun_write_answer() makes at most */
};

struct stun_answer {
	bool error;	       /* an error response ... */
	unsigned code;	       /* ... and its code, 300..699 */
	struct probe_end seen; /* XOR-MAPPED-ADDRESS; always there when not `error` */
};

void stun_write_request(const uint8_t id[static STUN_ID], uint8_t out[static STUN_REQUEST_SIZE]);

/* Is it a Binding request? Copies its id. E_SYNTAX or E_TRUNCATED for anything else. */
EG_CHECK int stun_read_request(const void *data, size_t n, uint8_t ret_id[static STUN_ID]);

/* A success response that names `seen`; returns its size. */
size_t stun_write_answer(const uint8_t id[static STUN_ID], struct probe_end seen,
			 uint8_t out[static STUN_ANSWER_MAX]);

/*
 * Reads the response to request `id`. E_TRUNCATED; E_SYNTAX: not a Binding response, a wrong
 * length or FINGERPRINT, or a success without XOR-MAPPED-ADDRESS; E_CONFLICT: another id.
 */
EG_CHECK int stun_read_answer(const void *data, size_t n, const uint8_t id[static STUN_ID],
			      struct stun_answer *ret);
