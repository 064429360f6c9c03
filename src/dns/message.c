/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/message.h"

#include <string.h>

#include "base/err.h"

enum { LABEL_MAX = 63, POINTER = 0xc0 };

/* ---- names ---- */

static void refuse(struct cursor *c)
{
	if (c->r == 0)
		c->r = E_SYNTAX;
}

/* One label from `c` onto the name. */
static void take_label(struct cursor *c, uint8_t length, struct dns_name *n)
{
	struct str label = cursor_take(c, length);

	if (length > LABEL_MAX || n->n + 1U + length >= DNS_NAME_MAX)
		refuse(c);
	if (c->r < 0)
		return;
	n->wire[n->n++] = length;
	for (size_t i = 0; i < label.n; i++)
		n->wire[n->n++] = (uint8_t)ascii_lower(label.p[i]);
}

void dns_name_read(struct cursor *c, struct dns_name *ret)
{
	struct cursor at = *c; /* goes where pointers lead; `c` stays behind the first of them */
	size_t lowest = c->at;
	bool jumped = false;

	ret->n = 0;
	for (;;) {
		uint8_t length = cursor_u8(&at);

		if ((length & POINTER) == POINTER) {
			size_t target = (length & ~POINTER) << 8 | cursor_u8(&at);

			if (!jumped)
				c->at = at.at;
			jumped = true;
			if (target >= lowest || target < DNS_HEADER)
				refuse(&at);
			at.at = at.r < 0 ? at.at : target;
			lowest = target;
		} else if (length) {
			take_label(&at, length, ret);
		}
		if (at.r < 0 || !length)
			break;
	}
	if (!jumped)
		c->at = at.at;
	c->r = at.r;
	ret->wire[at.r < 0 ? 0 : ret->n] = 0;
	ret->n = at.r < 0 ? 1 : (uint8_t)(ret->n + 1);
}

bool dns_name_equal(const struct dns_name *a, const struct dns_name *b)
{
	return a->n == b->n && memcmp(a->wire, b->wire, a->n) == 0;
}

bool dns_name_under(const struct dns_name *n, const struct dns_name *apex)
{
	size_t at = 0;

	while (n->n - at > apex->n)
		at += 1U + n->wire[at];
	return n->n - at == apex->n && memcmp(n->wire + at, apex->wire, apex->n) == 0;
}

static bool is_name_byte(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

int dns_name_text(const struct dns_name *n, struct name *ret)
{
	char text[DNS_NAME_MAX];
	struct name name;
	size_t length = 0;

	for (size_t at = 0; n->wire[at]; at += 1U + n->wire[at]) {
		for (size_t i = 1; i <= n->wire[at]; i++) {
			/* A dot or a UTF-8 letter would be another name after name_parse(). */
			if (!is_name_byte(n->wire[at + i]))
				return E_SYNTAX;
			text[length++] = (char)n->wire[at + i];
		}
		text[length++] = '.';
	}
	if (!length)
		return E_SYNTAX;
	text[--length] = '\0';

	int r = name_parse((struct str){ text, length }, &name);

	if (r < 0 || strcmp(name.text, text) != 0)
		return E_SYNTAX;
	*ret = name;
	return 0;
}

int dns_name_of(const struct name *n, struct dns_name *ret)
{
	struct str rest = str_of(n->text);
	struct dns_name name = { .n = 0 };

	while (rest.p) {
		struct str label = str_cut(&rest, '.');

		if (label.n == 0 || label.n > LABEL_MAX || name.n + 1U + label.n >= DNS_NAME_MAX)
			return E_SYNTAX;
		name.wire[name.n++] = (uint8_t)label.n;
		memcpy(name.wire + name.n, label.p, label.n);
		name.n = (uint8_t)(name.n + label.n);
	}
	name.wire[name.n++] = 0;
	*ret = name;
	return 0;
}

/* ---- parts of a message ---- */

void dns_header_read(struct cursor *c, struct dns_header *ret)
{
	ret->id = cursor_u16(c);
	ret->flags = cursor_u16(c);
	for (size_t i = 0; i < ARRAY_LEN(ret->count); i++)
		ret->count[i] = cursor_u16(c);
}

void dns_question_read(struct cursor *c, struct dns_question *ret)
{
	dns_name_read(c, &ret->name);
	ret->type = cursor_u16(c);
	ret->class = cursor_u16(c);
}

bool dns_question_equal(const struct dns_question *a, const struct dns_question *b)
{
	return a->type == b->type && a->class == b->class && dns_name_equal(&a->name, &b->name);
}

void dns_record_read(struct cursor *c, struct dns_record *ret)
{
	dns_name_read(c, &ret->owner);
	ret->type = cursor_u16(c);
	ret->class = cursor_u16(c);
	ret->ttl = cursor_u32(c);
	if (ret->ttl > INT32_MAX) /* RFC 2181, section 8 */
		ret->ttl = 0;
	ret->n = cursor_u16(c);
	ret->at = c->at;
	cursor_skip(c, ret->n);
}

/* ---- a query ---- */

static uint16_t answer_size(uint16_t asked)
{
	if (asked < DNS_UDP_PLAIN)
		return DNS_UDP_PLAIN;
	return asked > DNS_UDP_SIZE ? DNS_UDP_SIZE : asked;
}

/* What may stand behind the question: OPT once; signatures (TSIG, SIG(0)) are not ours to check. */
static int read_options(struct cursor *c, unsigned records, struct dns_query *q)
{
	uint8_t version = 0;

	for (unsigned i = 0; i < records; i++) {
		struct dns_record record;

		dns_record_read(c, &record);
		if (c->r < 0)
			return RCODE_FORMERR;
		if (record.type != TYPE_OPT)
			continue;
		if (q->edns || record.owner.n != 1)
			return RCODE_FORMERR;
		q->edns = true;
		q->size = answer_size(record.class);
		version = c->data[record.at - 5]; /* of the TTL's four bytes, the second */
	}
	return version ? RCODE_BADVERS : RCODE_NOERROR;
}

int dns_query_read(const uint8_t *packet, size_t n, struct dns_query *ret)
{
	struct cursor c = cursor_over(packet, n);
	struct dns_header h;
	int r;

	ret->raw_n = 0;
	ret->edns = false;
	ret->size = DNS_UDP_PLAIN;
	dns_header_read(&c, &h);
	if (c.r < 0 || h.flags & DNS_QR)
		return E_TRUNCATED;
	ret->id = h.id;
	ret->flags = h.flags;
	if (h.flags & DNS_OPCODE)
		return RCODE_NOTIMP;
	if (h.count[0] != 1 || h.count[1] || h.count[2] || h.count[3] > DNS_OPTIONS_MAX)
		return RCODE_FORMERR;
	dns_question_read(&c, &ret->question);
	if (c.r < 0)
		return RCODE_FORMERR;
	ret->raw_n = (uint16_t)(c.at - DNS_HEADER);
	memcpy(ret->raw, packet + DNS_HEADER, ret->raw_n);
	r = read_options(&c, h.count[3], ret);
	return r == RCODE_NOERROR && cursor_left(&c) ? RCODE_FORMERR : r;
}
