/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/upstream.h"

#include <errno.h>

#include "base/err.h"

#define REST_NS ((uint64_t)UPSTREAM_REST_MS * 1000000)

int upstreams_init(struct upstreams *u, struct loop *loop, const struct dns_settings *s)
{
	if (!s->upstreams || s->upstreams > FORWARDER_UPSTREAMS_MAX)
		return E_LIMIT;
	for (size_t i = 0; i < s->upstreams; i++) {
		if (s->upstream[i].tls && !s->tls)
			return -EINVAL;
	}
	for (; u->n < s->upstreams; u->n++) {
		struct upstream *one = &u->one[u->n];

		one->server = s->upstream[u->n];
		stream_init(&one->stream, loop, &one->server, one->server.tls ? s->tls : NULL,
			    s->idle_ms);
	}
	return 0;
}

void upstreams_release(struct upstreams *u)
{
	for (size_t i = 0; i < u->n; i++)
		stream_release(&u->one[i].stream);
}

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
