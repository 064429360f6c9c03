/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which addresses each name has open, and until when.
 *
 * Some names have hundreds of addresses, a few at a time and other ones each minute. Each answer
 * opens some more, so what such a name has open grows with its time to live; here it has an end:
 * when a name has more than so many, those that were given longest ago are closed. And people can
 * see what a name costs.
 *
 * An address that another name has open as well stays open. What the ledger forgets because it is
 * full (names that were not asked for longest) stays open until its time is over.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "dns/forwarder.h"
#include "net/name.h"

enum {
	LEDGER_NAMES_MAX = 1 << 16,	/* of all clients */
	LEDGER_ADDRESSES_MAX = 1 << 18, /* of all names, at least those of one */
	LEDGER_NAME_SLOTS = 1 << 14,
	LEDGER_ADDRESS_SLOTS = 1 << 16
};

struct ledger;

/* Addresses of that name that are to be closed. */
typedef void (*ledger_close)(void *data, const struct name *name, const struct addr *a, size_t n);

/*
 * A name keeps `most` addresses; those that have to go are told to `close`, unless it is NULL.
 * NULL: out of memory.
 */
struct ledger *ledger_new(size_t most, uint64_t seed, ledger_close close, void *data);
void ledger_free(struct ledger *l);

/*
 * An answer was given, n > 0. -ENOMEM: it is not in the ledger, or not all of it: those addresses
 * stay open until their time is over.
 */
EG_CHECK int ledger_learned(struct ledger *l, const struct name *name, const struct dns_learned *a,
			    size_t n, uint64_t now_ns);

/* What one name costs. */
struct ledger_line {
	const char *name;
	size_t open;	  /* addresses, now */
	uint64_t answers; /* since it is in the ledger, */
	uint64_t learned; /* addresses that were new, */
	uint64_t closed;  /* and those that had to go */
};

/* Those that were asked for last come first; `each` ends it with something else than 0. */
int ledger_each(const struct ledger *l, uint64_t now_ns,
		int (*each)(void *data, const struct ledger_line *line), void *data);
size_t ledger_names(const struct ledger *l);
