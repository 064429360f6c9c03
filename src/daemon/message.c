/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/message.h"

#include <string.h>

#include "base/err.h"
#include "dns/out.h"
#include "net/cursor.h"

enum { ERROR_MAX = 4095 }; /* of -errno and E_* alike */

/* ---- fields ---- */

static void put_u64(struct out *o, uint64_t v)
{
	out_u32(o, (uint32_t)(v >> 32));
	out_u32(o, (uint32_t)v);
}

static uint64_t get_u64(struct cursor *c)
{
	uint64_t high = cursor_u32(c);

	return high << 32 | cursor_u32(c);
}

static void put_addr(struct out *o, struct addr a)
{
	out_u8(o, (uint8_t)a.family);
	put_u64(o, (uint64_t)(a.value >> 64));
	put_u64(o, (uint64_t)a.value);
}

static struct addr get_addr(struct cursor *c)
{
	struct addr a = { .family = cursor_u8(c) == FAMILY_V4 ? FAMILY_V4 : FAMILY_V6 };

	a.value = (u128)get_u64(c) << 64;
	a.value |= get_u64(c);
	if (c->r == 0 && (c->data[c->at - 17] != a.family || a.value > family_max(a.family)))
		c->r = E_SYNTAX;
	return a;
}

static void put_name(struct out *o, const struct name *name)
{
	size_t n = strlen(name->text);

	out_u8(o, (uint8_t)n);
	out_bytes(o, name->text, n);
}

/* Only what name_parse() makes of itself: other text would be another name later. */
static struct name get_name(struct cursor *c)
{
	struct str text = cursor_take(c, cursor_u8(c));
	struct name name = { 0 };

	if (c->r == 0 && (name_parse(text, &name) < 0 || !str_is(text, name.text)))
		c->r = E_SYNTAX;
	return name;
}

/* A count, and what it counts must be in the message. */
static size_t get_count(struct cursor *c, size_t most)
{
	size_t n = cursor_u16(c);

	if (c->r == 0 && n > most)
		c->r = E_LIMIT;
	return c->r < 0 ? 0 : n;
}

/* ---- messages ---- */

static void put_bool(struct out *o, bool v)
{
	out_u8(o, v);
}

static bool get_bool(struct cursor *c)
{
	uint8_t v = cursor_u8(c);

	if (c->r == 0 && v > 1)
		c->r = E_SYNTAX;
	return v;
}

static void put_upstream(struct out *o, const struct nameserver *u)
{
	put_addr(o, u->peer.addr);
	out_u16(o, u->peer.port);
	put_bool(o, u->tls);
	if (u->tls)
		put_name(o, &u->name);
}

static void get_upstream(struct cursor *c, struct nameserver *u)
{
	u->peer.addr = get_addr(c);
	u->peer.port = cursor_u16(c);
	u->tls = get_bool(c);
	u->name = u->tls ? get_name(c) : (struct name){ 0 };
}

static void put_resolver(struct out *o, const struct message *m)
{
	const struct dns_settings *s = &m->resolver;

	out_u16(o, (uint16_t)s->upstreams);
	for (size_t i = 0; i < s->upstreams; i++)
		put_upstream(o, &s->upstream[i]);
	out_u8(o, (uint8_t)s->refuse);
	out_u16(o, (uint16_t)s->sinkholes);
	for (size_t i = 0; i < s->sinkholes; i++)
		put_addr(o, s->sinkhole[i]);
	put_bool(o, s->services);
	out_u32(o, s->ttl_max);
	out_u32(o, s->negative_max);
	out_u32(o, s->ttl_floor);
	out_u32(o, s->grace);
	put_u64(o, s->addresses);
	out_u32(o, s->try_ms);
	out_u32(o, s->learn_ms);
	out_u32(o, s->idle_ms);
	put_u64(o, s->cache_entries);
}

static void get_resolver(struct cursor *c, struct message *m)
{
	struct dns_settings *s = &m->resolver;
	uint8_t refuse;

	s->tls = NULL; /* made on the other side */
	s->upstreams = get_count(c, FORWARDER_UPSTREAMS_MAX);
	for (size_t i = 0; i < s->upstreams; i++)
		get_upstream(c, &s->upstream[i]);
	refuse = cursor_u8(c);
	if (c->r == 0 && refuse > DNS_SINKHOLE)
		c->r = E_SYNTAX;
	s->refuse = (enum dns_refusal)refuse;
	s->sinkholes = get_count(c, ARRAY_LEN(s->sinkhole));
	for (size_t i = 0; i < s->sinkholes; i++)
		s->sinkhole[i] = get_addr(c);
	s->services = get_bool(c);
	s->ttl_max = cursor_u32(c);
	s->negative_max = cursor_u32(c);
	s->ttl_floor = cursor_u32(c);
	s->grace = cursor_u32(c);
	s->addresses = get_u64(c);
	s->try_ms = cursor_u32(c);
	s->learn_ms = cursor_u32(c);
	s->idle_ms = cursor_u32(c);
	s->cache_entries = get_u64(c);
}

static void put_learn(struct out *o, const struct message *m)
{
	const struct message_learn *l = &m->learn;

	put_u64(o, l->ticket);
	put_addr(o, l->client);
	put_name(o, &l->name);
	out_u16(o, (uint16_t)l->n);
	for (size_t i = 0; i < l->n; i++) {
		put_addr(o, l->address[i].addr);
		out_u32(o, l->address[i].seconds);
	}
}

static void get_learn(struct cursor *c, struct message *m)
{
	struct message_learn *l = &m->learn;

	l->ticket = get_u64(c);
	l->client = get_addr(c);
	l->name = get_name(c);
	l->n = get_count(c, ANSWER_ADDRESSES_MAX);
	for (size_t i = 0; i < l->n; i++) {
		l->address[i].addr = get_addr(c);
		l->address[i].seconds = cursor_u32(c);
		if (c->r == 0 && !l->address[i].seconds)
			c->r = E_SYNTAX; /* an element without an end */
	}
}

static void put_forget(struct out *o, const struct message *m)
{
	put_name(o, &m->forget.name);
	out_u16(o, (uint16_t)m->forget.n);
	for (size_t i = 0; i < m->forget.n; i++)
		put_addr(o, m->forget.address[i]);
}

static void get_forget(struct cursor *c, struct message *m)
{
	m->forget.name = get_name(c);
	m->forget.n = get_count(c, ANSWER_ADDRESSES_MAX);
	for (size_t i = 0; i < m->forget.n; i++)
		m->forget.address[i] = get_addr(c);
}

static void put_learned(struct out *o, const struct message *m)
{
	out_u16(o, (uint16_t)m->learned.n);
	for (size_t i = 0; i < m->learned.n; i++) {
		put_u64(o, m->learned.one[i].ticket);
		out_u16(o, (uint16_t)-m->learned.one[i].r);
	}
}

static void get_learned(struct cursor *c, struct message *m)
{
	m->learned.n = get_count(c, MESSAGE_LEARNED_MAX);
	for (size_t i = 0; i < m->learned.n; i++) {
		m->learned.one[i].ticket = get_u64(c);
		m->learned.one[i].r = -(int)cursor_u16(c);
		if (c->r == 0 && m->learned.one[i].r < -ERROR_MAX)
			c->r = E_SYNTAX;
	}
}

enum { COUNTERS = sizeof(struct dns_counters) / sizeof(uint64_t) };

static void put_counters(struct out *o, const struct message *m)
{
	uint64_t count[COUNTERS];

	memcpy(count, &m->counters, sizeof(count));
	for (size_t i = 0; i < COUNTERS; i++)
		put_u64(o, count[i]);
}

static void get_counters(struct cursor *c, struct message *m)
{
	uint64_t count[COUNTERS];

	for (size_t i = 0; i < COUNTERS; i++)
		count[i] = get_u64(c);
	memcpy(&m->counters, count, sizeof(count));
}

/* Those that are not here have no fields. */
static const struct {
	void (*put)(struct out *o, const struct message *m);
	void (*get)(struct cursor *c, struct message *m);
} codecs[MESSAGE_TYPES] = {
	[MESSAGE_RESOLVER] = { put_resolver, get_resolver },
	[MESSAGE_LEARNED] = { put_learned, get_learned },
	[MESSAGE_LEARN] = { put_learn, get_learn },
	[MESSAGE_FORGET] = { put_forget, get_forget },
	[MESSAGE_COUNTERS] = { put_counters, get_counters },
};

size_t message_write(const struct message *m, uint8_t out[static MESSAGE_MAX])
{
	struct out o = { .data = out, .size = MESSAGE_MAX };

	out_u8(&o, (uint8_t)m->type);
	if (codecs[m->type].put)
		codecs[m->type].put(&o, m);
	return o.n;
}

int message_read(const uint8_t *data, size_t n, struct message *ret)
{
	struct cursor c = cursor_over(data, n);
	uint8_t type = cursor_u8(&c);

	if (c.r == 0 && (!type || type >= MESSAGE_TYPES))
		c.r = E_SYNTAX;
	if (c.r < 0)
		return c.r;
	ret->type = (enum message_type)type;
	if (codecs[type].get)
		codecs[type].get(&c, ret);
	if (c.r == 0 && cursor_left(&c))
		c.r = E_SYNTAX;
	return c.r;
}
