/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/answer.h"

#include <string.h>

#include "base/err.h"
#include "dns/guard.h"
#include "dns/out.h"
#include "dns/svcb.h"

enum { POINTER = 0xc000 };

/* ---- reading ---- */

struct reading {
	const struct dns_question *q;
	const struct answer_rules *rules;
	struct cursor all; /* over the message */
	size_t first;	   /* where its answer section begins */
	struct dns_header header;
	struct dns_name current; /* the name at the end of the chain so far */
	uint16_t current_at;	 /* where it stands in the message that we write */
	bool forgotten;		 /* the chain is not in the answer */
	struct out body;
	struct answer *a;
};

static uint16_t body_start(const struct dns_question *q)
{
	return (uint16_t)(DNS_HEADER + q->name.n + 4);
}

/* A record of ours up to its data: its owner is the current name. */
static void begin_record(struct reading *t, const struct dns_record *record, uint32_t ttl)
{
	struct answer *a = t->a;

	out_u16(&t->body, POINTER | t->current_at);
	out_u16(&t->body, record->type);
	out_u16(&t->body, record->class);
	a->stamp[a->stamps++] = (uint16_t)t->body.n;
	out_u32(&t->body, ttl);
	if (ttl < a->ttl)
		a->ttl = ttl;
}

static int keep(struct reading *t, const struct dns_record *record, uint32_t ttl)
{
	begin_record(t, record, ttl);
	return out_rdata(&t->body, &t->all, record);
}

/* Is this the CNAME of the current name? Then it is kept, and the current name is its target. */
static int follow(struct reading *t, const struct dns_record *record)
{
	struct cursor c = t->all;
	uint32_t ttl = record->ttl > t->rules->ttl_max ? t->rules->ttl_max : record->ttl;
	struct dns_name target;
	uint16_t target_at;
	int r;

	c.at = record->at;
	dns_name_read(&c, &target);
	if (c.r < 0)
		return E_SYNTAX;
	r = keep(t, record, ttl);
	if (r < 0)
		return r;
	target_at = (uint16_t)(body_start(t->q) + t->body.n - target.n);
	t->a->answers++;
	t->current = target;
	t->current_at = target_at;
	return 0;
}

/* 1: the chain goes on, 0: it ends here. */
static int next_cname(struct reading *t)
{
	struct cursor c = t->all;

	c.at = t->first;
	for (unsigned i = 0; i < t->header.count[1]; i++) {
		struct dns_record record;

		dns_record_read(&c, &record);
		if (c.r < 0)
			return E_SYNTAX;
		if (record.type == TYPE_CNAME && record.class == CLASS_IN &&
		    dns_name_equal(&record.owner, &t->current)) {
			int r = follow(t, &record);

			return r < 0 ? r : 1;
		}
	}
	return 0;
}

static int follow_chain(struct reading *t)
{
	int r = 1;

	if (t->q->type == TYPE_CNAME)
		return 0;
	for (unsigned i = 0; r == 1 && i <= ANSWER_CHAIN_MAX; i++)
		r = i == ANSWER_CHAIN_MAX ? E_LIMIT : next_cname(t);
	return r;
}

/* An address that may go out to the client, and into the kernel before that. */
static int keep_address(struct reading *t, const struct dns_record *record, uint32_t ttl)
{
	enum family family = record->type == TYPE_A ? FAMILY_V4 : FAMILY_V6;
	struct answer *a = t->a;
	struct addr addr;
	int r;

	if (record->n != family_bits(family) / 8)
		return E_SYNTAX;
	addr = addr_from_wire(family, t->all.data + record->at);
	if (!guard_is_public(addr) ||
	    (t->rules->inside && t->rules->inside(t->rules->data, addr))) {
		a->guarded++;
		return 0;
	}
	if (a->addresses == ANSWER_ADDRESSES_MAX)
		return 0;
	r = keep(t, record, ttl);
	if (r < 0)
		return r;
	a->address[a->addresses++] = (struct answer_address){ addr, ttl };
	a->answers++;
	return 0;
}

/* What a client may have of a record that could lead elsewhere, if anything. */
static int keep_service(struct reading *t, const struct dns_record *record, uint32_t ttl)
{
	struct answer *a = t->a;
	const size_t start = t->body.n;
	int r;

	begin_record(t, record, ttl < a->ttl ? ttl : a->ttl); /* the chain may end sooner */
	r = svcb_strip(&t->all, record, &t->current, &t->q->name, &t->body);
	if (r > 0) {
		a->answers++;
		return 0;
	}
	t->body.n = start;
	a->stamps--;
	a->stripped++;
	return r;
}

static int keep_one(struct reading *t, const struct dns_record *record)
{
	uint32_t ttl = record->ttl > t->rules->ttl_max ? t->rules->ttl_max : record->ttl;
	int r;

	switch (record->type) {
	case TYPE_A:
	case TYPE_AAAA:
		return keep_address(t, record, ttl);
	case TYPE_HTTPS:
	case TYPE_SVCB:
		return keep_service(t, record, ttl);
	default:
		r = keep(t, record, ttl);
		t->a->answers++;
		return r;
	}
}

static int keep_asked(struct reading *t)
{
	struct cursor c = t->all;
	int r = 0;

	c.at = t->first;
	for (unsigned i = 0; r == 0 && i < t->header.count[1]; i++) {
		struct dns_record record;

		dns_record_read(&c, &record);
		if (c.r < 0)
			return E_SYNTAX;
		if (record.type == t->q->type && record.class == CLASS_IN &&
		    dns_name_equal(&record.owner, &t->current))
			r = keep_one(t, &record);
	}
	return r;
}

/*
 * Answers about services have no chain: what they say is said of the name asked for, as its
 * addresses are. A client that took the chain's end for the server's name would ask for that.
 */
static void forget_chain(struct reading *t)
{
	t->forgotten = t->a->answers > 0;
	t->a->answers = t->a->stamps = 0;
	t->body.n = 0;
	t->current_at = DNS_HEADER;
}

static bool is_service(uint16_t type)
{
	return type == TYPE_HTTPS || type == TYPE_SVCB;
}

/* The SOA of a negative answer: without one the answer is good for once. RFC 2308, section 5. */
static int keep_soa(struct reading *t)
{
	struct cursor c = t->all;
	uint32_t found = 0;

	c.at = t->first;
	for (unsigned i = 0; i < t->header.count[1] + t->header.count[2]; i++) {
		struct dns_record record;
		struct cursor end = t->all;
		uint32_t ttl;

		dns_record_read(&c, &record);
		if (c.r < 0)
			return E_SYNTAX;
		if (i < t->header.count[1] || record.type != TYPE_SOA || record.class != CLASS_IN ||
		    record.n < 22 || !dns_name_under(&t->current, &record.owner))
			continue;
		end.at = record.at + record.n - 4;
		ttl = cursor_u32(&end);
		ttl = record.ttl < ttl ? record.ttl : ttl;
		ttl = ttl > t->rules->negative_max ? t->rules->negative_max : ttl;
		found = ttl;
		if (t->forgotten) { /* it is about a name that the client does not see */
			t->a->ttl = ttl < t->a->ttl ? ttl : t->a->ttl;
			break;
		}
		t->current_at = (uint16_t)(t->current_at + t->current.n - record.owner.n);
		t->a->authorities = 1;

		int r = keep(t, &record, ttl);

		if (r < 0)
			return r;
		break;
	}
	if (!found)
		t->a->ttl = 0;
	return 0;
}

static int read_sections(struct reading *t)
{
	struct answer *a = t->a;
	int r = follow_chain(t);
	uint16_t chain;

	if (is_service(t->q->type))
		forget_chain(t);
	chain = a->answers;
	if (r == 0)
		r = keep_asked(t);
	if (r == 0 && a->answers == chain && a->guarded) {
		uint16_t guarded = a->guarded;

		*a = answer_plain(RCODE_REFUSED, WHY_BLOCKED);
		a->guarded = guarded;
		return 0;
	}
	if (r == 0 && a->answers == chain && a->stripped)
		a->ttl = a->ttl > t->rules->negative_max ? t->rules->negative_max : a->ttl;
	else if (r == 0 && a->answers == chain)
		r = keep_soa(t);
	else if (r == 0 && a->rcode != RCODE_NOERROR)
		r = E_SYNTAX; /* a name that does not exist has no records */
	a->body_n = (uint16_t)t->body.n;
	return r;
}

int answer_read(const struct dns_question *q, const struct answer_rules *rules,
		const uint8_t *packet, size_t n, struct answer_room *ret)
{
	struct reading t = { .q = q, .rules = rules, .all = cursor_over(packet, n) };
	struct cursor c = t.all;
	struct dns_question echoed;
	uint16_t rcode;

	dns_header_read(&c, &t.header);
	dns_question_read(&c, &echoed);
	rcode = t.header.flags & DNS_RCODE;
	if (c.r < 0 || t.header.count[0] != 1)
		return E_SYNTAX;
	if (t.header.flags & DNS_TC)
		return E_TRUNCATED;
	if (rcode != RCODE_NOERROR && rcode != RCODE_NXDOMAIN)
		return E_REFUSED;
	if (t.header.count[1] > ANSWER_RECORDS_MAX || t.header.count[2] > ANSWER_RECORDS_MAX)
		return E_LIMIT;
	ret->answer = answer_plain(rcode, WHY_NONE);
	ret->answer.ttl = rules->ttl_max;
	ret->answer.address = ret->address;
	ret->answer.stamp = ret->stamp;
	ret->answer.body = ret->body;
	t.a = &ret->answer;
	t.first = c.at;
	t.current = q->name;
	t.current_at = DNS_HEADER;
	t.body = (struct out){ .data = ret->body, .size = sizeof(ret->body) };
	return read_sections(&t);
}

bool answer_is_for(const struct dns_question *q, uint16_t id, const uint8_t *packet, size_t n)
{
	struct cursor c = cursor_over(packet, n);
	struct dns_header h;
	struct dns_question echoed;

	dns_header_read(&c, &h);
	dns_question_read(&c, &echoed);
	return c.r == 0 && h.id == id && h.flags & DNS_QR && !(h.flags & DNS_OPCODE) &&
	       h.count[0] == 1 && dns_question_equal(&echoed, q);
}

/* ---- writing ---- */

struct answer answer_plain(enum dns_rcode rcode, enum answer_why why)
{
	return (struct answer){ .rcode = (uint8_t)rcode, .why = (int8_t)why };
}

static void write_header(struct out *o, const struct answer *a, const struct dns_query *q, bool cut)
{
	uint16_t flags = DNS_QR | DNS_RA | (q->flags & (DNS_OPCODE | DNS_RD | DNS_CD)) |
			 (a->rcode & DNS_RCODE) | (cut ? DNS_TC : 0);

	out_u16(o, q->id);
	out_u16(o, flags);
	out_u16(o, q->raw_n ? 1 : 0);
	out_u16(o, cut ? 0 : a->answers);
	out_u16(o, cut ? 0 : a->authorities);
	out_u16(o, q->edns ? 1 : 0);
	out_bytes(o, q->raw, q->raw_n);
}

static void write_options(struct out *o, const struct answer *a)
{
	out_u8(o, 0);
	out_u16(o, TYPE_OPT);
	out_u16(o, DNS_UDP_SIZE);
	out_u32(o, (uint32_t)(a->rcode >> 4) << 24);
	if (a->why == WHY_NONE) {
		out_u16(o, 0);
		return;
	}
	out_u16(o, 6);
	out_u16(o, 15); /* extended DNS error */
	out_u16(o, 2);
	out_u16(o, (uint16_t)a->why);
}

static void set_ttl(uint8_t *at, uint32_t age)
{
	uint32_t ttl = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];

	ttl = ttl > age ? ttl - age : 0;
	at[0] = (uint8_t)(ttl >> 24);
	at[1] = (uint8_t)(ttl >> 16);
	at[2] = (uint8_t)(ttl >> 8);
	at[3] = (uint8_t)ttl;
}

size_t answer_write(const struct answer *a, const struct dns_query *q, uint32_t age, size_t limit,
		    uint8_t *out)
{
	const size_t options = !q->edns ? 0 : a->why == WHY_NONE ? 11 : 17;
	bool cut = DNS_HEADER + q->raw_n + a->body_n + options > limit;
	struct out o = { .data = out, .size = ANSWER_SIZE_MAX };
	size_t body;

	write_header(&o, a, q, cut);
	body = o.n;
	if (!cut) {
		out_bytes(&o, a->body, a->body_n);
		for (unsigned i = 0; i < a->stamps; i++)
			set_ttl(o.data + body + a->stamp[i], age);
	}
	if (q->edns)
		write_options(&o, a);
	return o.n;
}
