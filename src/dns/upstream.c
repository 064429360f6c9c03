/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/upstream.h"

#define REST_NS ((uint64_t)UPSTREAM_REST_MS * 1000000)

static bool is_up(const struct upstreams *u, size_t which)
{
	return u->one[which].failures < UPSTREAM_FAILURES_MAX;
}

size_t upstream_first(struct upstreams *u, uint64_t now_ns)
{
	for (size_t i = 0; i < u->n; i++) {
		if (is_up(u, i))
			return i;
		if (u->one[i].rested <= now_ns) {
			u->one[i].rested = now_ns + REST_NS; /* this question finds out */
			return i;
		}
	}
	return 0;
}

size_t upstream_next(const struct upstreams *u, size_t last, uint64_t now_ns)
{
	for (size_t i = 1; i < u->n; i++) {
		size_t which = (last + i) % u->n;

		if (is_up(u, which) || u->one[which].rested <= now_ns)
			return which;
	}
	return (last + 1) % u->n;
}

void upstream_answered(struct upstreams *u, size_t which)
{
	u->one[which].failures = 0;
}

void upstream_failed(struct upstreams *u, size_t which, uint64_t now_ns)
{
	if (is_up(u, which))
		u->one[which].failures++;
	if (!is_up(u, which))
		u->one[which].rested = now_ns + REST_NS;
}
