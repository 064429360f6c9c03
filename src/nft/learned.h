/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Learned addresses in the kernel: elements that come and go while packets flow.
 *
 * A map of them leads from (destination address . protocol . port) to a named counter; it is a
 * hash whose elements each have a timeout. Everything goes over one socket that stays open, each
 * call in as few transactions as it takes, with one acknowledgement for each: when a call
 * returns, packets already meet what it changed.
 *
 * Adding what is there renews its timeout, also when it had another counter. Kernels differ in what
 * they make of such an addition: since 6.12 it gets the new timeout, before that nothing happens,
 * and another counter is refused by all. learned_open() finds out. Where an addition does not do,
 * the element is deleted and added in one transaction, which no packet falls into: the kernel
 * shows both changes at once. A refused transaction costs the kernel a grace period (some ms on a
 * busy machine), so the careful way is slow for elements that the caller did not know of.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "net/addr.h"
#include "nft/model.h"

enum {
	LEARNED_BATCH_MAX = 512, /* elements in one transaction; a longer list takes several */
	LEARNED_NAME_MAX = 253	 /* bytes of the name beside an element */
};

/* All text is borrowed by calls, and in the arena of a list. */
struct learned_element {
	const char *map;    /* "learned4-lan"; its family is that of the address */
	const char *target; /* the counter that it leads to */
	const char *name;   /* for which the address was given: the element's comment; or NULL */
	struct addr addr;
	uint8_t proto;
	uint16_t port;
	uint64_t timeout_ms; /* learned_add(): from now on; not 0 */
	uint64_t expires_ms; /* learned_list(): what is left of it */
	/*
	 * learned_add(): it should be there; it is replaced, so that the name is the new one too.
	 * To be wrong costs time only.
	 */
	bool known;
	int r; /* learned_add(), learned_del(): 0, or why this one failed */
};

struct learned;

/* `table` of that family, which need not be there yet. Errors as nft_link_open(). */
EG_CHECK int learned_open(enum nft_family family, const char *table, struct learned **ret,
			  struct diag *d);
void learned_close(struct learned *l); /* NULL is fine */
void learned_closep(struct learned **l);

/*
 * Adds or renews. What can be added is, whatever becomes of the others: each has its own `r`, and
 * the first that is not 0 is returned. -ENOENT: no such table, map or counter (the table was
 * replaced, ask for the places again); -ENOSPC: the map is full; -EINVAL: no timeout, the wrong
 * family or too long a name; -EAGAIN: others change the same elements all the time;
 * -ENOBUFS, -EMSGSIZE, -ENOMEM: try again, with fewer.
 */
EG_CHECK int learned_add(struct learned *l, struct learned_element *e, size_t n);

/* Deletes; what is not there (any more) is no error, also when there is no table. */
EG_CHECK int learned_del(struct learned *l, struct learned_element *e, size_t n);

/*
 * The elements of one map, in memory of `a`, in no order. When others change the rules all the
 * time, some may be seen twice or not at all. -ENOENT: no such map.
 */
EG_CHECK int learned_list(struct learned *l, const char *map, struct arena *a,
			  struct learned_element **ret, size_t *ret_n);
