/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Domain names and patterns of them.
 *
 * A name is kept as lower-case A-labels (IDNA 2008 through libidn2), without the final dot. A
 * pattern means (the Kubernetes FQDN egress proposal, NPEP-133):
 *   zoom.us     that name alone
 *   *.zoom.us   one or more whole labels before it; the apex zoom.us is NOT in it
 *   *           every name
 * The apex is always said explicitly. `*` elsewhere (monitoring.*.amazonaws.com) is refused.
 *
 * name_key() turns a name into bytes whose memcmp order makes every pattern one interval: labels
 * from the right, each ended by 0x01, the lowest byte a key has ("us\1zoom\1"). Names compare,
 * sort and become flow sets through their keys.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/str.h"

enum { NAME_TEXT_MAX = 254, NAME_KEY_MAX = 256 };

struct name {
	char text[NAME_TEXT_MAX]; /* NUL-terminated A-label form */
};

enum pattern_kind { PATTERN_NAME, PATTERN_UNDER, PATTERN_ANY };

struct pattern {
	enum pattern_kind kind;
	struct name name; /* the name, or what "*." stands before; empty for PATTERN_ANY */
};

/* A key, as in the essay above. */
struct name_key {
	unsigned char byte[NAME_KEY_MAX];
	size_t n;
};

/*
 * Reads UTF-8 or A-labels, with or without the final dot. E_SYNTAX: not a domain name (RFC 1035
 * limits, RFC 5891 labels; "_" is allowed; an address or a last label that is a number is none);
 * E_LIMIT: too long.
 */
EG_CHECK int name_parse(struct str text, struct name *ret);

/*
 * E_SYNTAX as above or a misplaced "*"; E_REFUSED: `*.` directly before a public suffix ("*.com",
 * "*.co.uk"), or "*" alone: only with `force`.
 */
EG_CHECK int pattern_parse(struct str text, bool force, struct pattern *ret);

/* Is the last label a top-level domain that the public suffix list knows? */
bool name_tld_known(const struct name *n);

void pattern_print(const struct pattern *p, struct buf *out);
bool pattern_matches(const struct pattern *p,
		     const struct name *n); /* no pattern has the name "" */
bool pattern_covers(const struct pattern *outer, const struct pattern *inner);

/* The key; the name "" (none is known) has the empty key, which sorts before all others. */
void name_key(const struct name *n, struct name_key *ret);
/* Back from a key that name_key() made. E_SYNTAX for other bytes. */
EG_CHECK int name_from_key(const unsigned char *byte, size_t n, struct name *ret);
/*
 * The interval of a pattern: it holds the keys k with lo <= k < hi in memcmp order (name_key_cmp).
 * `hi->n` 0 means no upper end. Ends need not be keys of names. The interval of "*.x" begins where
 * that of "x" ends; that of "*" holds every key but the empty one.
 */
void pattern_keys(const struct pattern *p, struct name_key *lo, struct name_key *hi);

/* memcmp order, shorter first. */
int name_key_cmp(const struct name_key *a, const struct name_key *b);
