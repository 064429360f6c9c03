/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/quicwire.h"

#include <stdbool.h>

#include "base/err.h"
#include "net/cursor.h"

enum {
	LONG_HEADER = 0x80,
	FIXED_BIT = 0x40,
	VERSION_1 = 1,
	VERSIONS_WRITTEN_MAX = 4,
	RESERVED_MASK = 0x0f0f0f0f,
	RESERVED = 0x0a0a0a0a
};

uint32_t quic_reserved_version(uint32_t random)
{
	return (random & ~(uint32_t)RESERVED_MASK) | RESERVED;
}

static uint8_t *put32(uint8_t *out, uint32_t v)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		*out++ = (uint8_t)(v >> shift);
	return out;
}

static uint8_t *put_id(uint8_t *out, const uint8_t *id, unsigned n)
{
	*out++ = (uint8_t)n;
	memcpy(out, id, n);
	return out + n;
}

/*
 * What follows the ids has the shape of a version 1 Initial (token length 0, a two-byte length),
 * so that what looks at it on the way sees an ordinary first packet; the payload is padding.
 */
void quic_write_initial(const struct quic_ids *ids, uint32_t version,
			uint8_t out[static QUIC_INITIAL_SIZE])
{
	uint8_t *at = out, *end = out + QUIC_INITIAL_SIZE;
	unsigned rest;

	*at++ = LONG_HEADER | FIXED_BIT | 3; /* type Initial, four bytes of packet number */
	at = put32(at, version);
	at = put_id(at, ids->destination, ids->destinations);
	at = put_id(at, ids->source, ids->sources);
	*at++ = 0; /* no token */
	rest = (unsigned)(end - at) - 2;
	*at++ = (uint8_t)(0x40 | rest >> 8);
	*at++ = (uint8_t)rest;
	memset(at, 0, rest);
}

static int read_long(struct cursor *c, uint32_t *version, struct quic_ids *ret)
{
	struct quic_ids ids = { 0 };
	unsigned first = cursor_u8(c);
	struct str id;

	*version = cursor_u32(c);
	ids.destinations = cursor_u8(c);
	id = cursor_take(c, ids.destinations);
	if (c->r < 0)
		return c->r;
	if (!(first & LONG_HEADER) || ids.destinations > QUIC_ID_MAX)
		return E_SYNTAX;
	memcpy(ids.destination, id.p, id.n);
	ids.sources = cursor_u8(c);
	id = cursor_take(c, ids.sources);
	if (c->r < 0)
		return c->r;
	if (ids.sources > QUIC_ID_MAX)
		return E_SYNTAX;
	memcpy(ids.source, id.p, id.n);
	*ret = ids;
	return 0;
}

int quic_read_initial(const void *data, size_t n, struct quic_ids *ret)
{
	struct cursor c = cursor_over(data, n);
	struct quic_ids ids;
	uint32_t version;
	int r = read_long(&c, &version, &ids);

	if (r < 0)
		return r;
	if (n < QUIC_INITIAL_SIZE || version == 0 || version == VERSION_1)
		return E_SYNTAX;
	*ret = ids;
	return 0;
}

size_t quic_write_negotiation(const struct quic_ids *ids, const uint32_t *version, unsigned n,
			      uint8_t out[static QUIC_NEGOTIATION_MAX])
{
	uint8_t *at = out;

	*at++ = LONG_HEADER | FIXED_BIT;
	at = put32(at, 0);
	at = put_id(at, ids->source, ids->sources);
	at = put_id(at, ids->destination, ids->destinations);
	for (unsigned i = 0; i < n && i < VERSIONS_WRITTEN_MAX; i++)
		at = put32(at, version[i]);
	return (size_t)(at - out);
}

static bool echoes(const uint8_t *a, unsigned n, const uint8_t *b, unsigned m)
{
	return n == m && memcmp(a, b, n) == 0;
}

int quic_read_negotiation(const void *data, size_t n, const struct quic_ids *sent,
			  struct quic_versions *ret)
{
	struct cursor c = cursor_over(data, n);
	struct quic_versions versions = { 0 };
	struct quic_ids ids;
	uint32_t version;
	int r = read_long(&c, &version, &ids);

	if (r < 0)
		return r;
	if (version != 0 || !cursor_left(&c) || cursor_left(&c) % 4)
		return E_SYNTAX;
	if (!echoes(ids.destination, ids.destinations, sent->source, sent->sources) ||
	    !echoes(ids.source, ids.sources, sent->destination, sent->destinations))
		return E_CONFLICT;
	while (cursor_left(&c) && versions.n < QUIC_VERSIONS_MAX)
		versions.version[versions.n++] = cursor_u32(&c);
	*ret = versions;
	return 0;
}
