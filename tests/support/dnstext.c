/* SPDX-License-Identifier: Apache-2.0 */
#include "support/dnstext.h"

#include <stdio.h>
#include <stdlib.h>

#include "dns/out.h"
#include "net/addr.h"

static const struct {
	const char *word;
	uint16_t type;
} types[] = {
	{ "A", TYPE_A },	 { "NS", 2 },
	{ "CNAME", TYPE_CNAME }, { "SOA", TYPE_SOA },
	{ "PTR", 12 },		 { "MX", TYPE_MX },
	{ "TXT", TYPE_TXT },	 { "AAAA", TYPE_AAAA },
	{ "SRV", TYPE_SRV },	 { "OPT", TYPE_OPT },
	{ "NAPTR", TYPE_NAPTR }, { "SVCB", TYPE_SVCB },
	{ "HTTPS", TYPE_HTTPS }, { "AXFR", 252 },
	{ "ANY", 255 },
};

static const struct {
	const char *word;
	uint16_t flags;
} codes[] = {
	{ "NOERROR", 0 },    { "FORMERR", 1 }, { "SERVFAIL", 2 },
	{ "NXDOMAIN", 3 },   { "NOTIMP", 4 },  { "REFUSED", 5 },
	{ "QUERY", DNS_RD }, { "TC", DNS_TC }, { "AA", 0x0400 },
};

_Noreturn static void refuse(const char *what, struct str text)
{
	(void)fprintf(stderr, "dnstext: %s: %.*s\n", what, STR_FMT(text));
	abort();
}

uint16_t dnstext_type(struct str word)
{
	uint64_t number;

	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		if (str_is(word, types[i].word))
			return types[i].type;
	}
	if (!str_starts(word, "TYPE") ||
	    str_u64((struct str){ word.p + 4, word.n - 4 }, UINT16_MAX, &number) < 0)
		refuse("no type", word);
	return (uint16_t)number;
}

static uint32_t number_of(struct str *rest)
{
	struct str word = str_cut(rest, ' ');
	uint64_t number;

	if (str_u64(word, UINT32_MAX, &number) < 0)
		refuse("no number", word);
	return (uint32_t)number;
}

static struct dns_name name_of(struct str text)
{
	struct dns_name name = { .n = 0 };

	if (str_is(text, "."))
		text.p = NULL;
	while (text.p) {
		struct str label = str_cut(&text, '.');

		name.wire[name.n++] = (uint8_t)label.n;
		memcpy(name.wire + name.n, label.p, label.n);
		name.n = (uint8_t)(name.n + label.n);
	}
	name.wire[name.n++] = 0;
	return name;
}

struct dns_question dnstext_question(const char *name, uint16_t type)
{
	return (struct dns_question){ .name = name_of(str_of(name)),
				      .type = type,
				      .class = CLASS_IN };
}

static void put_name(struct out *o, struct str text)
{
	struct dns_name name = name_of(text);

	out_bytes(o, name.wire, name.n);
}

/* "PRIORITY TARGET KEY=HEX KEY=HEX". */
static void put_service(struct out *o, struct str data)
{
	out_u16(o, (uint16_t)number_of(&data));
	put_name(o, str_cut(&data, ' '));
	while (data.p) {
		struct str value = str_cut(&data, ' ');
		uint64_t key;

		if (str_u64(str_cut(&value, '='), UINT16_MAX, &key) < 0 || value.n % 2)
			refuse("no KEY=HEX", value);
		out_u16(o, (uint16_t)key);
		out_u16(o, (uint16_t)(value.n / 2));
		for (size_t i = 0; i + 1 < value.n; i += 2)
			out_u8(o,
			       (uint8_t)(ascii_hex(value.p[i]) << 4 | ascii_hex(value.p[i + 1])));
	}
}

static void put_data(struct out *o, uint16_t type, struct str data)
{
	struct addr addr;
	uint8_t wire[16];

	switch (type) {
	case TYPE_A:
	case TYPE_AAAA:
		if (addr_parse(data, &addr) < 0)
			refuse("no address", data);
		out_bytes(o, wire, addr_to_wire(addr, wire));
		break;
	case TYPE_MX:
		out_u16(o, (uint16_t)number_of(&data));
		put_name(o, data);
		break;
	case TYPE_SRV:
		for (int i = 0; i < 3; i++)
			out_u16(o, (uint16_t)number_of(&data));
		put_name(o, data);
		break;
	case TYPE_TXT:
		out_u8(o, (uint8_t)data.n);
		out_bytes(o, data.p, data.n);
		break;
	case TYPE_SOA:
		out_u16(o, 0); /* two roots */
		for (int i = 0; i < 4; i++)
			out_u32(o, 1);
		out_u32(o, number_of(&data));
		break;
	case TYPE_HTTPS:
	case TYPE_SVCB:
		put_service(o, data);
		break;
	default:
		put_name(o, data);
	}
}

/* "OWNER TTL TYPE DATA" or "OPT SIZE". */
static void put_record(struct out *o, struct str text)
{
	struct str owner = str_cut(&text, ' ');
	uint32_t ttl = number_of(&text);
	size_t start;
	uint16_t type;

	if (str_is(owner, "OPT")) {
		out_u8(o, 0);
		out_u16(o, TYPE_OPT);
		out_u16(o, (uint16_t)ttl);
		out_u32(o, 0);
		out_u16(o, 0);
		return;
	}
	type = dnstext_type(str_cut(&text, ' '));
	put_name(o, owner);
	out_u16(o, type);
	out_u16(o, CLASS_IN);
	out_u32(o, ttl);
	out_u16(o, 0);
	start = o->n;
	put_data(o, type, text);
	o->data[start - 2] = (uint8_t)((o->n - start) >> 8);
	o->data[start - 1] = (uint8_t)(o->n - start);
}

static uint16_t flags_of(struct str text)
{
	uint16_t flags = DNS_QR | DNS_RA | DNS_RD;

	while (text.p) {
		struct str word = str_cut(&text, ' ');
		size_t i = 0;

		while (i < ARRAY_LEN(codes) && !str_is(word, codes[i].word))
			i++;
		if (i == ARRAY_LEN(codes))
			refuse("no code", word);
		flags = i == 6 ? DNS_RD : flags | codes[i].flags;
	}
	return flags;
}

size_t dnstext_make(const char *text, uint16_t id, uint8_t out[static DNSTEXT_MAX])
{
	struct out o = { .data = out, .size = DNSTEXT_MAX };
	struct str rest = str_of(text);
	struct str question;
	uint16_t count[3] = { 0 };

	out_u16(&o, id);
	out_u16(&o, flags_of(str_trim(str_cut(&rest, ';'))));
	out_u16(&o, 1);
	for (int i = 0; i < 3; i++)
		out_u16(&o, 0);
	struct str sections = rest;

	for (size_t i = 0; i < 3 && sections.p; i++) {
		struct str section = str_cut(&sections, '|');

		if (i == 0) {
			question = str_trim(str_cut(&section, ';'));
			put_name(&o, str_cut(&question, ' '));
			out_u16(&o, dnstext_type(question));
			out_u16(&o, CLASS_IN);
		}
		while (section.p) {
			struct str record = str_trim(str_cut(&section, ';'));

			if (record.n) {
				put_record(&o, record);
				count[i]++;
			}
		}
	}
	for (int i = 0; i < 3; i++) {
		out[6 + 2 * i] = (uint8_t)(count[i] >> 8);
		out[7 + 2 * i] = (uint8_t)count[i];
	}
	if (o.full)
		refuse("too long", str_of(text));
	return o.n;
}

/* ---- and back ---- */

static void show_name(const struct dns_name *n, struct buf *out)
{
	if (n->n == 1)
		buf_addc(out, '.');
	for (size_t at = 0; n->wire[at]; at += 1U + n->wire[at]) {
		if (at)
			buf_addc(out, '.');
		buf_add(out, n->wire + at + 1, n->wire[at]);
	}
}

static void show_type(uint16_t type, struct buf *out)
{
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		if (types[i].type == type) {
			buf_adds(out, types[i].word);
			return;
		}
	}
	buf_printf(out, "TYPE%u", type);
}

static void show_service(struct cursor *c, size_t end, struct buf *out)
{
	struct dns_name target;

	buf_printf(out, "%u ", cursor_u16(c));
	dns_name_read(c, &target);
	show_name(&target, out);
	while (c->r == 0 && c->at < end) {
		buf_printf(out, " %u=", cursor_u16(c));
		for (unsigned n = cursor_u16(c); n; n--)
			buf_printf(out, "%02x", cursor_u8(c));
	}
}

static void show_data(const struct cursor *all, const struct dns_record *record, struct buf *out)
{
	struct cursor c = *all;
	struct dns_name name;

	c.at = record->at;
	buf_addc(out, ' ');
	if (record->type == TYPE_A || record->type == TYPE_AAAA) {
		addr_print(addr_from_wire(record->type == TYPE_A ? FAMILY_V4 : FAMILY_V6,
					  c.data + c.at),
			   out);
		return;
	}
	if (record->type == TYPE_TXT) {
		buf_add(out, c.data + c.at + 1, record->n - 1);
		return;
	}
	if (record->type == TYPE_SOA) {
		c.at = record->at + record->n - 4;
		buf_printf(out, "%u", cursor_u32(&c));
		return;
	}
	if (record->type == TYPE_HTTPS || record->type == TYPE_SVCB) {
		show_service(&c, record->at + record->n, out);
		return;
	}
	for (int i = record->type == TYPE_MX ? 1 : record->type == TYPE_SRV ? 3 : 0; i > 0; i--)
		buf_printf(out, "%u ", cursor_u16(&c));
	dns_name_read(&c, &name);
	show_name(&name, out);
}

static void show_options(const struct cursor *all, const struct dns_record *record, struct buf *out)
{
	struct cursor c = *all;

	buf_printf(out, "OPT %u", record->class);
	if (record->ttl)
		buf_printf(out, " code %u", record->ttl >> 24);
	c.at = record->at + 4;
	if (record->n == 6)
		buf_printf(out, " why %u", cursor_u16(&c));
}

static void show_record(struct cursor *c, struct buf *out)
{
	struct dns_record record;

	dns_record_read(c, &record);
	if (c->r < 0)
		return;
	if (record.type == TYPE_OPT) {
		show_options(c, &record, out);
		return;
	}
	show_name(&record.owner, out);
	buf_printf(out, " %u ", record.ttl);
	show_type(record.type, out);
	show_data(c, &record, out);
}

void dnstext_show(const uint8_t *packet, size_t n, struct buf *out)
{
	struct cursor c = cursor_over(packet, n);
	struct dns_header h;
	struct dns_question q;

	dns_header_read(&c, &h);
	buf_adds(out, h.flags & DNS_QR ? codes[h.flags & DNS_RCODE].word : "QUERY");
	if (h.flags & DNS_TC)
		buf_adds(out, " TC");
	if (h.count[0]) {
		dns_question_read(&c, &q);
		buf_adds(out, "; ");
		show_name(&q.name, out);
		buf_addc(out, ' ');
		show_type(q.type, out);
	}
	for (int s = 1; s < 4; s++) {
		if (s > 1 && h.count[s])
			buf_adds(out, s == 2 || h.count[2] ? " |" : " | |");
		for (unsigned i = 0; i < h.count[s]; i++) {
			buf_adds(out, i || s == 1 ? "; " : " ");
			show_record(&c, out);
		}
	}
	if (c.r < 0 || cursor_left(&c)) {
		buf_clear(out);
		buf_adds(out, "broken");
	}
}
