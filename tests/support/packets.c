/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "support/packets.h"

#include <unistd.h>

#include "base/alloc.h"
#include "net/proto.h"

enum {
	BURST = 50, /* packets on their way at once */
	AGAIN = 5,  /* a lost packet is sent so often before it counts as stopped */
	TRIES = 1000
};

static uint64_t pick(struct packets *s, uint64_t n)
{
	return rand_below(s->rng, n);
}

static struct addr address(bool v6, enum router_port side, unsigned host)
{
	static const uint32_t net4[PORTS] = { 0x0a000000, 0x0a010000, 0xc6120000, 0xc6130000 };

	if (!v6)
		return (struct addr){ FAMILY_V4, net4[side] + host };
	return (struct addr){ FAMILY_V6, (u128)0x20010db8 << 96 | (u128)(0xa + side) << 80 | host };
}

/* Which state conntrack gives a first packet of ICMP. */
static enum flow_state icmp_state(uint8_t proto, unsigned type)
{
	if (proto == PROTO_ICMP)
		return type == 8 || type == 13 ? STATE_NEW : STATE_INVALID;
	if (type >= 130 && type <= 137)
		return STATE_UNTRACKED;
	return type == 128 ? STATE_NEW : STATE_INVALID;
}

static void random_transport(struct packets *s, struct flow *f)
{
	static const uint16_t ports[] = { 22, 53, 80, 443, 1000, 1500, 2000, 8801, 8810, 50000, 7 };
	static const uint8_t protos[] = { PROTO_TCP,  PROTO_TCP, PROTO_TCP,    PROTO_UDP,
					  PROTO_UDP,  PROTO_UDP, PROTO_SCTP,   PROTO_ICMP,
					  PROTO_ICMP, PROTO_GRE, PROTO_ICMPV6, 99 };
	static const uint8_t types4[] = { 8, 8, 0, 3, 13, 5 };
	static const uint8_t types6[] = { 128, 128, 129, 1, 135, 3 };
	bool v6 = f->dst.family == FAMILY_V6;

	f->proto = protos[pick(s, ARRAY_LEN(protos))];
	if (f->proto == PROTO_ICMP || f->proto == PROTO_ICMPV6) {
		unsigned type = v6 ? types6[pick(s, 6)] : types4[pick(s, 6)];

		f->proto = v6 ? PROTO_ICMPV6 : PROTO_ICMP;
		f->dport = (uint16_t)(type << 8 | (pick(s, 2) ? 0 : pick(s, 4)));
		f->state = icmp_state(f->proto, type);
	} else if (proto_has_ports(f->proto)) {
		f->sport = ports[pick(s, ARRAY_LEN(ports))];
		f->dport = ports[pick(s, ARRAY_LEN(ports))];
	}
}

static struct packet random_packet(struct packets *s, enum frame_part part, uint32_t number)
{
	enum router_port in = (enum router_port)pick(s, 2), out = WAN0 + (unsigned)pick(s, 2);
	struct packet p = { .port = in };
	bool v6 = pick(s, 2);

	p.flow.src = address(v6, in, 1 + (unsigned)pick(s, 6));
	p.flow.dst = address(v6, out, 1 + (unsigned)pick(s, 6));
	p.flow.iif = s->zone[in];
	p.flow.oif = s->zone[out];
	random_transport(s, &p.flow);
	p.frame = frame_of(&p.flow, part, number, NULL);
	if (part == FRAME_LATER) {
		p.flow.fragment = true;
		p.flow.sport = p.flow.dport = 0;
	}
	return p;
}

/* The other direction of a conversation's packet. */
static struct packet reply_to(const struct packet *p, uint32_t number, const struct packets *s)
{
	struct packet back = *p;

	back.flow.src = p->flow.dst;
	back.flow.dst = p->flow.src;
	back.flow.sport = p->flow.dport;
	back.flow.dport = p->flow.sport;
	back.flow.iif = p->flow.oif;
	back.flow.oif = p->flow.iif;
	back.port = p->flow.oif == s->zone[WAN0] ? WAN0 : WAN1;
	back.frame = frame_of(&back.flow, FRAME_WHOLE, number, NULL);
	return back;
}

/* A router beyond says that the first packet cannot be delivered. */
static struct packet error_about(const struct packet *p, uint32_t number, const struct packets *s)
{
	bool v6 = p->flow.dst.family == FAMILY_V6;
	struct packet e = reply_to(p, number, s);

	e.flow.state = STATE_RELATED;
	e.flow.proto = v6 ? PROTO_ICMPV6 : PROTO_ICMP;
	e.flow.dport = v6 ? 1 << 8 : 3 << 8 | 1;
	e.flow.sport = 0;
	e.frame = frame_of(&e.flow, FRAME_WHOLE, number, &p->frame);
	return e;
}

/* Begun conversations: UDP from ports that nothing else uses, its reply, and an error about it. */
static void make_established(struct packets *s)
{
	while (s->n + 3 <= (size_t)3 * PACKETS_ESTABLISHED) {
		struct packet p = random_packet(s, FRAME_WHOLE, 0);
		uint32_t number = (uint32_t)s->n;

		if (p.flow.proto != PROTO_UDP)
			continue;
		p.flow.sport = (uint16_t)(30000 + number);
		p.flow.state = STATE_ESTABLISHED;
		p.frame = frame_of(&p.flow, FRAME_WHOLE, number, NULL);
		s->pool[s->n++] = p;
		s->pool[s->n++] = reply_to(&p, number + 1, s);
		s->pool[s->n++] = error_about(&p, number + 2, s);
	}
}

static void make_pool(struct packets *s)
{
	s->pool = mem_zero(PACKETS_POOL, sizeof(*s->pool));
	s->out = mem_zero(PACKETS_POOL, sizeof(*s->out));
	assert_non_null(s->pool);
	assert_non_null(s->out);
	make_established(s);
	s->whole = PACKETS_POOL * 3 / 4;
	for (; s->n < s->whole; s->n++)
		s->pool[s->n] = random_packet(s, FRAME_WHOLE, (uint32_t)s->n);
	for (; s->n < PACKETS_POOL; s->n++)
		s->pool[s->n] =
			random_packet(s, pick(s, 3) ? FRAME_LATER : FRAME_FIRST, (uint32_t)s->n);
}

static void came_out(void *data, enum router_port port, const uint8_t *packet, size_t n)
{
	struct packets *s = data;
	uint32_t number;

	(void)port;
	if (frame_number(packet, n, &number) && number < s->n &&
	    frame_same(&s->pool[number].frame, packet, n))
		s->out[number] = true;
}

void packets_send(struct packets *s, const size_t *number, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct packet *p = &s->pool[number[i]];

		s->out[number[i]] = false;
		assert_int_equal(router_send(&s->router, p->port, &p->frame), 0);
		if (i % BURST == BURST - 1)
			assert_int_equal(router_drain(&s->router, came_out, s), 0);
	}
	assert_int_equal(router_drain(&s->router, came_out, s), 0);
}

/* A busy machine drops packets too: only one that never comes was stopped. */
bool packets_comes_out(struct packets *s, size_t number)
{
	for (unsigned i = 0; i < AGAIN && !s->out[number]; i++)
		packets_send(s, &number, 1);
	return s->out[number];
}

void packets_begin(struct packets *s)
{
	for (size_t number = 0; number < s->whole; number++) {
		/* A conversation begins with its first packet, then comes its reply. */
		packets_send(s, &number, 1);
		assert_true(packets_comes_out(s, number));
	}
}

/* The kernel lets go of conntrack in the background, so a later fragment is tried again. */
void packets_await_fragments(struct packets *s)
{
	size_t number = s->whole;

	while (!s->pool[number].flow.fragment)
		number++;
	for (unsigned i = 0; i < TRIES; i++) {
		packets_send(s, &number, 1);
		if (s->out[number])
			return;
		(void)usleep(5000);
	}
	fail_msg("fragments are put together without conntrack");
}

void packets_open(struct packets *s, struct rand *rng, struct flow_mgr *m, unsigned number)
{
	*s = (struct packets){ .rng = rng };
	assert_int_equal(router_open(&s->router, number), 0);
	for (size_t i = 0; i < PORTS; i++)
		assert_int_equal(flow_zone(m, str_of(router_port_name[i]), &s->zone[i]), 0);
	make_pool(s);
}

void packets_close(struct packets *s)
{
	router_close(&s->router);
	mem_free(s->pool);
	mem_free(s->out);
}
