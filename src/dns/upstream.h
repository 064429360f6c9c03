/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The resolvers that we forward to, in the order of preference, and which of them answer.
 *
 * One that failed UPSTREAM_FAILURES_MAX times in a row rests; after that one question at a time
 * finds out whether it is back. When all of them rest, they are asked all the same.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "dns/forwarder.h"
#include "dns/stream.h"
#include "net/nameserver.h"

enum { UPSTREAM_FAILURES_MAX = 3, UPSTREAM_REST_MS = 5000 };

struct upstream {
	struct nameserver server;
	struct stream stream; /* over TCP, or TLS */
	bool folds_case;      /* it does not repeat letters as it got them */
	unsigned failures;    /* in a row */
	uint64_t rested;      /* when it may be tried again */
};

struct upstreams {
	struct upstream one[FORWARDER_UPSTREAMS_MAX];
	size_t n;
};

/* E_LIMIT: none, or too many; -EINVAL: one is asked over TLS, and nobody says whom to believe. */
EG_CHECK int upstreams_init(struct upstreams *u, struct loop *loop, const struct dns_settings *s);
void upstreams_release(struct upstreams *u);

/* Which to ask first, and which after `last` has failed. n > 0. */
size_t upstream_first(struct upstreams *u, uint64_t now_ns);
size_t upstream_next(const struct upstreams *u, size_t last, uint64_t now_ns);

void upstream_answered(struct upstreams *u, size_t which);
void upstream_failed(struct upstreams *u, size_t which, uint64_t now_ns);
