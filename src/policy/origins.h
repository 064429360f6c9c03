/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Origins of rules, made from requirements: each published list is copied once for a whole plan,
 * however many rules name it.
 */
#pragma once

#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "catalog/catalog.h"
#include "rule/origin.h"

struct origins {
	struct arena *arena; /* borrowed; what is made lives in it */
	const struct list **list;
	struct origin_list *made; /* of list[i] */
	size_t n, list_cap, made_cap;
};

#define ORIGINS_IN(a) ((struct origins){ .arena = (a) })

void origins_release(struct origins *o);

/* The origin of a rule for `q`, with the lists of it that we hold. -ENOMEM. */
EG_CHECK int origins_of(struct origins *o, const struct requirement *q, struct origin *ret);
