/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is an update of a published list believable? A vendor's slip, a cut download or a stranger's file
 * must not take a site down, nor open it.
 *
 * Measured is what the update means, in addresses: lines that are merged, split or put into another
 * order are no change. What the held list has already is not asked again. The limits are the list's
 * own (egret.catalog(5)) or the defaults below, which every update in ten histories of six vendors
 * stays within and the known accidents do not (docs/decisions/010-feed-guards.md).
 */
#pragma once

#include "base/attr.h"
#include "base/diag.h"
#include "base/int128.h"
#include "catalog/catalog.h"

enum {
	FEEDGUARD_SHRINK = 30,	/* percent of the held addresses that may go */
	FEEDGUARD_GROWTH = 400, /* percent of the held addresses that may come */
	FEEDGUARD_WIDEST4 = 10, /* the shortest prefix that may come; */
	FEEDGUARD_WIDEST6 = 24,
	FEEDGUARD_WIDER4 = 3, /* and how many bits shorter than the shortest that is held */
	FEEDGUARD_WIDER6 = 4
};

/* Growth up to a /24 or an IPv6 /32 is never too much: short lists grow by multiples. */
#define FEEDGUARD_FREE4 ((u128)1 << 8)
#define FEEDGUARD_FREE6 ((u128)1 << 96)

enum feedguard_trip {
	TRIP_SHRINK = 1 << 0,
	TRIP_GROWTH = 1 << 1,
	TRIP_WIDE = 1 << 2,
	TRIP_NOT_GLOBAL = 1 << 3
};

struct feedguard_report {
	unsigned trips; /* enum feedguard_trip */
	u128 had, has;	/* addresses before and after */
	u128 came, gone;
};

/*
 * Compares what is held, which has the limits and may have no lines yet, with what is offered. Each
 * trip is an error in `d`, at a line of `file` where a line is to blame. -ENOMEM.
 */
EG_CHECK int feedguard_judge(const struct list *held, const struct list *offered, const char *file,
			     struct diag *d, struct feedguard_report *ret);

/* Appends "1,234 addresses"; IPv6 as how many /64 where it is whole ones. */
void feedguard_print_addresses(u128 n, enum family family, struct buf *out);
