/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/stunwire.h"

#include "base/err.h"
#include "net/cursor.h"

enum {
	HEADER = 20,
	BINDING_REQUEST = 0x0001,
	BINDING_SUCCESS = 0x0101,
	BINDING_ERROR = 0x0111,
	ATTR_ERROR_CODE = 0x0009,
	ATTR_XOR_MAPPED = 0x0020,
	ATTR_FINGERPRINT = 0x8028,
	COOKIE = 0x2112A442,
	FINGERPRINT_XOR = 0x5354554e
};

static uint8_t *put16(uint8_t *out, unsigned v)
{
	*out++ = (uint8_t)(v >> 8);
	*out++ = (uint8_t)v;
	return out;
}

static uint8_t *put32(uint8_t *out, uint32_t v)
{
	return put16(put16(out, v >> 16), v & 0xffff);
}

/* CRC-32 of ITU V.42, bit by bit: a few dozen bytes a message. */
static uint32_t crc32_of(const uint8_t *data, size_t n)
{
	uint32_t crc = ~(uint32_t)0;

	for (size_t i = 0; i < n; i++) {
		crc ^= data[i];
		for (unsigned bit = 0; bit < 8; bit++)
			crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320U : 0);
	}
	return ~crc;
}

static uint8_t *put_header(uint8_t *out, unsigned type, unsigned length, const uint8_t *id)
{
	out = put32(put16(put16(out, type), length), COOKIE);
	memcpy(out, id, STUN_ID);
	return out + STUN_ID;
}

/* The last attribute: covers everything before it, with the length already final. */
static uint8_t *put_fingerprint(uint8_t *out, const uint8_t *message)
{
	uint32_t crc = crc32_of(message, (size_t)(out - message)) ^ FINGERPRINT_XOR;

	return put32(put16(put16(out, ATTR_FINGERPRINT), 4), crc);
}

void stun_write_request(const uint8_t id[static STUN_ID], uint8_t out[static STUN_REQUEST_SIZE])
{
	(void)put_fingerprint(put_header(out, BINDING_REQUEST, STUN_REQUEST_SIZE - HEADER, id),
			      out);
}

struct header {
	unsigned type, length;
	uint8_t id[STUN_ID];
};

static int read_header(struct cursor *c, struct header *ret)
{
	struct header h = { .type = cursor_u16(c), .length = cursor_u16(c) };
	uint32_t cookie = cursor_u32(c);
	struct str id = cursor_take(c, STUN_ID);

	if (c->r < 0)
		return c->r;
	if (cookie != COOKIE || h.type >> 14 || h.length % 4)
		return E_SYNTAX;
	if (h.length > cursor_left(c))
		return E_TRUNCATED;
	if (h.length < cursor_left(c))
		return E_SYNTAX;
	memcpy(h.id, id.p, STUN_ID);
	*ret = h;
	return 0;
}

int stun_read_request(const void *data, size_t n, uint8_t ret_id[static STUN_ID])
{
	struct cursor c = cursor_over(data, n);
	struct header h;
	int r = read_header(&c, &h);

	if (r < 0)
		return r;
	if (h.type != BINDING_REQUEST)
		return E_SYNTAX;
	memcpy(ret_id, h.id, STUN_ID);
	return 0;
}

/* The key of XOR-MAPPED-ADDRESS: the cookie, then the transaction id (RFC 8489 14.2). */
static void xor_address(uint8_t wire[static 16], unsigned n, const uint8_t *id)
{
	uint8_t key[16];

	(void)put32(key, COOKIE);
	memcpy(key + 4, id, STUN_ID);
	for (unsigned i = 0; i < n; i++)
		wire[i] ^= key[i];
}

size_t stun_write_answer(const uint8_t id[static STUN_ID], struct probe_end seen,
			 uint8_t out[static STUN_ANSWER_MAX])
{
	uint8_t wire[16];
	unsigned n = addr_to_wire(seen.addr, wire);
	uint8_t *at = put_header(out, BINDING_SUCCESS, 4 + 4 + n + 8, id);

	xor_address(wire, n, id);
	at = put16(put16(at, ATTR_XOR_MAPPED), 4 + n);
	at = put16(put16(at, n == 4 ? 1 : 2), seen.port ^ (COOKIE >> 16));
	memcpy(at, wire, n);
	at = put_fingerprint(at + n, out);
	return (size_t)(at - out);
}

static int read_mapped(struct str value, const uint8_t *id, struct probe_end *ret)
{
	struct cursor c = cursor_over(value.p, value.n);
	unsigned family = cursor_u16(&c) & 0xff; /* the first byte is reserved */
	unsigned port = cursor_u16(&c) ^ (COOKIE >> 16);
	unsigned n = family == 1 ? 4 : 16;
	struct str addr = cursor_take(&c, n);
	uint8_t wire[16];

	if (c.r < 0)
		return c.r;
	if ((family != 1 && family != 2) || cursor_left(&c))
		return E_SYNTAX;
	memcpy(wire, addr.p, n);
	xor_address(wire, n, id);
	ret->addr = addr_from_wire(family == 1 ? FAMILY_V4 : FAMILY_V6, wire);
	ret->port = (uint16_t)port;
	return 0;
}

static int read_error_code(struct str value, unsigned *ret)
{
	struct cursor c = cursor_over(value.p, value.n);
	uint32_t v = cursor_u32(&c);
	unsigned class = v >> 8 & 7, number = v & 0xff;

	if (c.r < 0)
		return c.r;
	if (class < 3 || class > 6 || number > 99)
		return E_SYNTAX;
	*ret = class * 100 + number;
	return 0;
}

static int read_attribute(struct cursor *c, const uint8_t *message, const uint8_t *id,
			  struct stun_answer *a)
{
	size_t at = c->at;
	unsigned type = cursor_u16(c), length = cursor_u16(c);
	struct str value = cursor_take(c, length);

	cursor_skip(c, -length & 3); /* values are padded to four bytes */
	if (c->r < 0)
		return c->r;
	if (type == ATTR_ERROR_CODE)
		return read_error_code(value, &a->code);
	if (type == ATTR_XOR_MAPPED && !a->seen.addr.family)
		return read_mapped(value, id, &a->seen);
	if (type == ATTR_FINGERPRINT) {
		struct cursor crc = cursor_over(value.p, value.n);
		uint32_t v = cursor_u32(&crc);

		if (length != 4 || cursor_left(c) || v != (crc32_of(message, at) ^ FINGERPRINT_XOR))
			return E_SYNTAX;
	}
	return 0; /* others say nothing we check */
}

int stun_read_answer(const void *data, size_t n, const uint8_t id[static STUN_ID],
		     struct stun_answer *ret)
{
	struct cursor c = cursor_over(data, n);
	struct stun_answer a = { 0 };
	struct header h;
	int r = read_header(&c, &h);

	if (r < 0)
		return r;
	if (h.type != BINDING_SUCCESS && h.type != BINDING_ERROR)
		return E_SYNTAX;
	if (memcmp(h.id, id, STUN_ID) != 0)
		return E_CONFLICT;
	while (r == 0 && cursor_left(&c))
		r = read_attribute(&c, data, id, &a);
	if (r < 0)
		return r;
	a.error = h.type == BINDING_ERROR;
	if (a.error ? !a.code : !a.seen.addr.family)
		return E_SYNTAX;
	*ret = a;
	return 0;
}
