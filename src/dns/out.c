/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/out.h"

#include <string.h>

#include "base/err.h"

void out_bytes(struct out *o, const void *data, size_t n)
{
	if (o->full || n > o->size - o->n) {
		o->full = true;
		return;
	}
	if (n)
		memcpy(o->data + o->n, data, n);
	o->n += n;
}

void out_u8(struct out *o, uint8_t v)
{
	out_bytes(o, &v, 1);
}

void out_u16(struct out *o, uint16_t v)
{
	const uint8_t wire[] = { (uint8_t)(v >> 8), (uint8_t)v };

	out_bytes(o, wire, sizeof(wire));
}

void out_u32(struct out *o, uint32_t v)
{
	out_u16(o, (uint16_t)(v >> 16));
	out_u16(o, (uint16_t)v);
}

/* How the data of a type is made: fixed bytes and strings, then names, then fixed bytes. */
static const struct layout {
	uint16_t type;
	uint8_t fixed, strings, names, tail;
	bool texts; /* all of it is strings, at least one */
} layouts[] = {
	{ .type = TYPE_A, .fixed = 4 },
	{ .type = TYPE_AAAA, .fixed = 16 },
	{ .type = TYPE_CNAME, .names = 1 },
	{ .type = TYPE_MX, .fixed = 2, .names = 1 },
	{ .type = TYPE_SRV, .fixed = 6, .names = 1 },
	{ .type = TYPE_NAPTR, .fixed = 4, .strings = 3, .names = 1 },
	{ .type = TYPE_SOA, .names = 2, .tail = 20 },
	{ .type = TYPE_TXT, .texts = true },
};

static const struct layout *layout_of(uint16_t type)
{
	for (size_t i = 0; i < ARRAY_LEN(layouts); i++) {
		if (layouts[i].type == type)
			return &layouts[i];
	}
	return NULL;
}

static void copy(struct out *o, struct cursor *c, size_t n)
{
	struct str bytes = cursor_take(c, n);

	out_bytes(o, bytes.p, bytes.n);
}

static void copy_string(struct out *o, struct cursor *c)
{
	uint8_t n = cursor_u8(c);

	out_u8(o, n);
	copy(o, c, n);
}

int out_rdata(struct out *o, const struct cursor *message, const struct dns_record *record)
{
	const struct layout *layout = layout_of(record->type);
	struct cursor c = cursor_over(message->data, record->at + record->n);
	uint16_t length;
	size_t start;

	c.at = record->at;
	out_u16(o, 0); /* the length, when it is known */
	start = o->n;
	if (!layout) {
		copy(o, &c, record->n);
	} else if (layout->texts) {
		do
			copy_string(o, &c);
		while (c.r == 0 && cursor_left(&c));
	} else {
		copy(o, &c, layout->fixed);
		for (unsigned i = 0; i < layout->strings; i++)
			copy_string(o, &c);
		for (unsigned i = 0; i < layout->names; i++) {
			struct dns_name name;

			dns_name_read(&c, &name);
			out_bytes(o, name.wire, name.n);
		}
		copy(o, &c, layout->tail);
	}
	if (c.r < 0 || cursor_left(&c))
		return E_SYNTAX;
	if (o->full)
		return E_LIMIT;
	length = (uint16_t)(o->n - start);
	o->data[start - 2] = (uint8_t)(length >> 8);
	o->data[start - 1] = (uint8_t)length;
	return 0;
}

static void pad(struct out *o, size_t n)
{
	for (; n; n--)
		out_u8(o, 0);
}

void out_question(struct out *o, uint16_t id, const struct dns_question *q, bool padded)
{
	const uint16_t header[] = { id, DNS_RD, 1, 0, 0, 1 };
	size_t start = o->n;
	size_t padding;

	for (size_t i = 0; i < ARRAY_LEN(header); i++)
		out_u16(o, header[i]);
	out_bytes(o, q->name.wire, q->name.n);
	out_u16(o, q->type);
	out_u16(o, q->class);
	out_u8(o, 0); /* OPT: the root, */
	out_u16(o, TYPE_OPT);
	out_u16(o, DNS_UDP_SIZE);
	out_u32(o, 0); /* version 0, no flags */
	if (!padded) {
		out_u16(o, 0);
		return;
	}
	padding = OUT_PADDING - 1 - (o->n - start + 2 + 4 - 1) % OUT_PADDING;
	out_u16(o, (uint16_t)(4 + padding));
	out_u16(o, OPTION_PADDING);
	out_u16(o, (uint16_t)padding);
	pad(o, padding);
}
