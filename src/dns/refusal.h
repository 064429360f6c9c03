/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What becomes of a name that a client may not have. Whatever it is told, no packet about the name
 * has left.
 *
 * Beside what the policy does not have, these are refused: what software asks for to learn whether
 * it may go around us, and public resolvers, which a wildcard of the policy may hold by accident
 * (known.h).
 */
#pragma once

#include <stdint.h>

#include "base/attr.h"
#include "dns/answer.h"
#include "dns/forwarder.h"
#include "dns/pending.h"

enum { REFUSAL_TTL = 10 /* seconds, of the sinkhole's addresses */ };

/* An answer with room for what it may have. The pointers lead into it: it must not be copied. */
struct refusal {
	struct answer answer;
	uint16_t stamp[1];
	uint8_t body[12 + 16]; /* one record */
};

/* What is left of what the hook said about the name. */
enum dns_decision refusal_decide(enum dns_decision said, const struct name *name);

void refusal_answer(const struct dns_settings *s, const struct waiter *w, struct refusal *ret);
