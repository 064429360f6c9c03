/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What publications share: who publishes, and prefixes that come one by one with the name of the
 * group they belong to.
 */
#pragma once

#include <stddef.h>

#include "base/attr.h"
#include "base/hash.h"
#include "import/addresses.h"
#include "import/jsonin.h"

/* What a format knows about its publication; NULL where it knows nothing. */
struct publication {
	const char *vendor, *title, *page, *date;
};

/* Sets what nobody has set yet. The texts outlive the draft. */
void publication_fill(struct draft *d, const struct publication *p);

/* Adds prefixes as one service, in the way of addresses_add(). Names are copied, dates are not. */
void publication_group(struct jsonin *in, const char *name, const char *page, const char *date,
		       const struct draft_prefixes *prefixes);

/* Groups in the order in which they came. Names of at most JSONIN_NAME_MAX bytes, borrowed. */
struct groups {
	struct group *group;
	size_t n, cap;
	struct strmap index;
};

#define GROUPS_INIT ((struct groups){ 0 })

void groups_release(struct groups *g);

/* The prefixes of a group, made if new; valid until the next call. NULL after a message. */
struct draft_prefixes *groups_get(struct jsonin *in, struct groups *g, const char *name);

/* Each group as a service whose place is "service NAME". */
void groups_add(struct jsonin *in, const struct groups *g, const char *date);
