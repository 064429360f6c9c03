/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Patterns by the name behind their "*.", so that those which may match a name are found with one
 * look-up for each of its labels.
 */
#pragma once

#include <stddef.h>

#include "base/attr.h"
#include "base/hash.h"
#include "net/name.h"

struct names {
	struct names_entry {
		const struct pattern *pattern;
		size_t id;
	} * entry; /* sealed: by name, then by id */
	size_t n, cap;
	struct strmap first; /* name -> where its entries begin */
};

#define NAMES_INIT ((struct names){ 0 })

void names_release(struct names *s);

/* The pattern is borrowed. All are added before names_seal(), and asked for after it. */
EG_CHECK int names_add(struct names *s, const struct pattern *p, size_t id);
EG_CHECK int names_seal(struct names *s);

/* Calls `each` with the ids of the patterns that match, until it returns something else than 0. */
typedef int (*names_fn)(void *data, size_t id);

int names_each(const struct names *s, const struct name *name, names_fn each, void *data);
