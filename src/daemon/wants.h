/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests to learn that go to the kernel together: one transaction for many clients.
 *
 * A request's elements lie together; what the kernel says of the first that it refuses is what
 * became of the request.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "daemon/learn.h"
#include "net/name.h"

enum { WANTS_MAX = 64 }; /* requests in one go */

struct want {
	uint64_t ticket;
	size_t first, n; /* elements */
	int r;
};

struct wants {
	struct arena *arena; /* the names of the elements */
	struct learned_element *element;
	size_t n, cap;
	struct want want[WANTS_MAX];
	size_t wants;
};

/* -ENOMEM. */
EG_CHECK int wants_init(struct wants *w);
void wants_release(struct wants *w);

/* A request begins (there must be room for it), with a copy of the name for its elements. */
EG_CHECK int wants_begin(struct wants *w, uint64_t ticket, const char *name, const char **ret);

/* One element of the newest request; twice the same place is one. */
EG_CHECK int wants_add(struct wants *w, const struct learned_element *e);

/* Learns them all and fills in `r` of those that have none yet. -ENOENT: nothing was to learn. */
void wants_learn(struct wants *w, const struct learner *to);

/* The other way round: takes all of them away. */
void wants_forget(struct wants *w, const struct learner *from);
void wants_clear(struct wants *w);
