/* SPDX-License-Identifier: Apache-2.0 */
#include "support/frames.h"

#include <string.h>

#include "net/proto.h"

enum {
	MAGIC = 0x65677265,
	TAIL = 8, /* magic and number */
	V4_HEADER = 20,
	V6_HEADER = 40,
	FRAGMENT_HEADER = 8,
	NEXT_FRAGMENT = 44,
	SYN = 0x02,
	HOP_LIMIT = 64
};

static void put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v & 0xffff);
}

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* ---- checksums (RFC 1071) ---- */

static uint32_t sum(uint32_t s, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i + 1 < n; i += 2)
		s += (uint32_t)p[i] << 8 | p[i + 1];
	return n % 2 ? s + ((uint32_t)p[n - 1] << 8) : s;
}

static uint16_t fold(uint32_t s)
{
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return (uint16_t)~s;
}

/* Of a transport packet, with the pseudo header unless it is ICMP of IPv4. */
static uint16_t transport_sum(const struct flow *f, const uint8_t *p, size_t n)
{
	uint8_t wire[16];
	uint32_t s = 0;

	if (f->proto != PROTO_ICMP) {
		s = sum(s, wire, addr_to_wire(f->src, wire));
		s = sum(s, wire, addr_to_wire(f->dst, wire));
		s += f->proto + (uint32_t)n;
	}
	return fold(sum(s, p, n));
}

/* ---- transport ---- */

static size_t put_tail(uint8_t *p, uint32_t number)
{
	put32(p, MAGIC);
	put32(p + 4, number);
	return TAIL;
}

static size_t tcp(const struct flow *f, uint32_t number, uint8_t *p)
{
	put16(p, f->sport);
	put16(p + 2, f->dport);
	put32(p + 4, 1);
	p[12] = 5 << 4;
	p[13] = SYN;
	put16(p + 14, 1000);
	return 20 + put_tail(p + 20, number);
}

static size_t udp(const struct flow *f, uint32_t number, uint8_t *p)
{
	put16(p, f->sport);
	put16(p + 2, f->dport);
	put16(p + 4, 8 + TAIL);
	return 8 + put_tail(p + 8, number);
}

/* An INIT chunk (RFC 9260, 3.3.2); the tail is a parameter in it. */
static size_t sctp(const struct flow *f, uint32_t number, uint8_t *p)
{
	put16(p, f->sport);
	put16(p + 2, f->dport);
	p[12] = 1;
	put16(p + 14, 20 + TAIL);
	put32(p + 16, 1);    /* initiate tag */
	put32(p + 20, 1000); /* window */
	put16(p + 24, 1);    /* streams out */
	put16(p + 26, 1);    /* streams in */
	put32(p + 28, 1);    /* sequence number */
	return 32 + put_tail(p + 32, number);
}

static size_t icmp(const struct flow *f, uint32_t number, const struct frame *about, uint8_t *p)
{
	size_t quoted = about ? about->n - FRAME_LINK : 40;

	p[0] = (uint8_t)(f->dport >> 8);
	p[1] = (uint8_t)f->dport;
	put16(p + 4, f->sport); /* identifier */
	if (about)
		put32(p + 4, 0); /* unused in errors */
	if (about)
		memcpy(p + 8, about->byte + FRAME_LINK, quoted);
	return 8 + quoted + put_tail(p + 8 + quoted, number);
}

static size_t transport(const struct flow *f, uint32_t number, const struct frame *about,
			uint8_t *p)
{
	size_t n, checksum;

	switch (f->proto) {
	case PROTO_TCP:
		n = tcp(f, number, p);
		checksum = 16;
		break;
	case PROTO_UDP:
		n = udp(f, number, p);
		checksum = 6;
		break;
	case PROTO_SCTP:
		return sctp(f, number, p); /* its CRC is not looked at by a router */
	case PROTO_ICMP:
	case PROTO_ICMPV6:
		n = icmp(f, number, about, p);
		checksum = 2;
		break;
	default:
		return 16 + put_tail(p + 16, number);
	}
	put16(p + checksum, transport_sum(f, p, n));
	return n;
}

/* ---- network ---- */

static void v4_header(const struct flow *f, enum frame_part part, uint32_t number, uint8_t *p,
		      size_t payload)
{
	p[0] = 4 << 4 | V4_HEADER / 4;
	put16(p + 2, (unsigned)(V4_HEADER + payload));
	put16(p + 4, number & 0xffff);
	if (part == FRAME_FIRST)
		put16(p + 6, 1 << 13);
	if (part == FRAME_LATER)
		put16(p + 6, 100);
	p[8] = HOP_LIMIT;
	p[9] = f->proto;
	(void)addr_to_wire(f->src, p + 12);
	(void)addr_to_wire(f->dst, p + 16);
	put16(p + 10, fold(sum(0, p, V4_HEADER)));
}

static void v6_header(const struct flow *f, uint8_t next, uint8_t *p, size_t payload)
{
	p[0] = 6 << 4;
	put16(p + 4, (unsigned)payload);
	p[6] = next;
	p[7] = HOP_LIMIT;
	(void)addr_to_wire(f->src, p + 8);
	(void)addr_to_wire(f->dst, p + 24);
}

struct frame frame_of(const struct flow *f, enum frame_part part, uint32_t number,
		      const struct frame *about)
{
	bool v6 = f->dst.family == FAMILY_V6, fragment = part != FRAME_WHOLE;
	struct frame out = { .n = 0 };
	uint8_t *p = out.byte + FRAME_LINK;
	size_t header = v6 ? V6_HEADER + (fragment ? FRAGMENT_HEADER : 0) : V4_HEADER;
	size_t payload;

	payload = transport(f, number, about, p + header);
	/* All but the last fragment end at a multiple of 8: no transport here breaks that rule. */
	if (v6 && fragment) {
		uint8_t *frag = p + V6_HEADER;

		frag[0] = f->proto;
		put16(frag + 2, part == FRAME_FIRST ? 1 : 100 << 3);
		put32(frag + 4, number);
	}
	if (v6)
		v6_header(f, fragment ? NEXT_FRAGMENT : f->proto, p, header - V6_HEADER + payload);
	else
		v4_header(f, part, number, p, payload);
	put16(out.byte + 12, v6 ? 0x86dd : 0x0800);
	out.n = FRAME_LINK + header + payload;
	return out;
}

void frame_address(struct frame *f, const uint8_t dst[static 6], const uint8_t src[static 6])
{
	memcpy(f->byte, dst, 6);
	memcpy(f->byte + 6, src, 6);
}

bool frame_number(const uint8_t *packet, size_t n, uint32_t *ret)
{
	if (n < V4_HEADER + TAIL || get32(packet + n - TAIL) != MAGIC)
		return false;
	*ret = get32(packet + n - 4);
	return true;
}

bool frame_same(const struct frame *f, const uint8_t *packet, size_t n)
{
	const uint8_t *sent = f->byte + FRAME_LINK;
	size_t from = sent[0] >> 4 == 6 ? 8 : 12; /* behind hop limit, or TTL and checksum */

	return n == f->n - FRAME_LINK && n > from && packet[0] >> 4 == sent[0] >> 4 &&
	       memcmp(packet + from, sent + from, n - from) == 0;
}
