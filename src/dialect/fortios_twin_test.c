/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reader beside its slow twin: random configurations over a world small enough to try every
 * packet. The twin goes through the policies as a device does, one packet at a time, on the sets
 * that the text was made from; it shares no code with the reader. What the reader does not know
 * (geography, profiles, schedules, proxy services) has a random truth: the reader must leave room
 * for it, and where there is none of it, be exact and name the policy.
 *
 * Usage: test-dialect-fortios_twin [LISTS [SEED]]
 */
#include "support/test.h"

#include "base/rand.h"
#include "dialect/dialect.h"

enum {
	LISTS = 200,
	SEED = 20261126,
	ADDRESSES = 16,
	PORTS = 4,
	FIRST_PORT = 440,
	PROTOS = 3,
	OBJECTS = 8, /* the last ones are groups of others */
	PLAIN = 5,
	SERVICES = 6,
	PLAIN_SERVICES = 4,
	POLICIES = 7,
	INTERFACES = 3,
	LISTED = 3
};

static unsigned long lists = LISTS;
static unsigned long seed = SEED;

struct object {
	unsigned truth; /* a bit for each address */
	bool unknown;
};

struct service {
	bool truth[PROTOS][PORTS][PORTS]; /* by destination port, source port */
	bool unknown;
};

struct policy {
	unsigned line;
	bool off, accepts, holds, passes; /* `holds`: of its schedule; `passes`: its profile */
	bool not_src, not_dst, not_service;
	unsigned in, out;  /* a bit for each interface */
	unsigned src, dst; /* a bit for each address */
	struct service service;
};

struct packet {
	unsigned src, dst, proto, dport, sport, in, out;
};

struct world {
	struct object object[OBJECTS];
	struct service service[SERVICES];
	struct policy policy[POLICIES];
	size_t order[POLICIES], n;
	bool unknown;
	struct buf text;
	unsigned line;
	struct rand *rng;
};

static const unsigned protos[PROTOS] = { 6, 17, 47 };
static const char *const interfaces[INTERFACES] = { "lan", "dmz", "wan" };

static bool one_in(struct world *w, unsigned n)
{
	return rand_below(w->rng, n) == 0;
}

static unsigned below(struct world *w, unsigned n)
{
	return (unsigned)rand_below(w->rng, n);
}

EG_PRINTF(2, 3) static void say(struct world *w, const char *fmt, ...)
{
	char line[256];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	buf_printf(&w->text, "%s\n", line);
	w->line++;
}

/* ---- objects ---- */

static void make_plain(struct world *w, struct object *o, size_t i)
{
	unsigned a = below(w, ADDRESSES), b = below(w, ADDRESSES), bits;

	say(w, "edit o%zu", i);
	switch (below(w, 4)) {
	case 0: /* a subnet, with host bits set */
		bits = below(w, 4);
		say(w, "set subnet 10.0.0.%u 255.255.255.%u", a, 256 - (1u << bits));
		for (unsigned x = 0; x < ADDRESSES; x++)
			o->truth |= (unsigned)(x >> bits == a >> bits) << x;
		break;
	case 1:
		say(w, "set type iprange");
		say(w, "set start-ip 10.0.0.%u", a < b ? a : b);
		say(w, "set end-ip 10.0.0.%u", a < b ? b : a);
		for (unsigned x = 0; x < ADDRESSES; x++)
			o->truth |= (unsigned)((a < b ? a : b) <= x && x <= (a < b ? b : a)) << x;
		break;
	case 2: /* a mask with holes */
		say(w, "set type wildcard");
		say(w, "set wildcard 10.0.0.%u 255.255.255.%u", a, 240 | b);
		for (unsigned x = 0; x < ADDRESSES; x++)
			o->truth |= (unsigned)(((x ^ a) & b) == 0) << x;
		break;
	default:
		o->unknown = one_in(w, 2);
		if (o->unknown) {
			say(w, "set type geography");
			say(w, "set country FR");
			o->truth = below(w, 1u << ADDRESSES);
		} else {
			o->truth = (1u << ADDRESSES) - 1;
		}
	}
	say(w, "next");
}

/* Some of the first `n` objects: their names, and what they are together. */
static unsigned list_objects(struct world *w, const char *key, size_t n, bool *unknown)
{
	struct buf names = BUF_INIT;
	unsigned all = 0;

	for (unsigned i = 0, count = 1 + below(w, LISTED); i < count; i++) {
		unsigned one = below(w, (unsigned)n);

		buf_printf(&names, " o%u", one);
		all |= w->object[one].truth;
		*unknown = *unknown || w->object[one].unknown;
	}
	say(w, "set %s%s", key, buf_str(&names).p);
	buf_release(&names);
	return all;
}

static void make_objects(struct world *w)
{
	say(w, "config firewall address");
	for (size_t i = 0; i < PLAIN; i++)
		make_plain(w, &w->object[i], i);
	say(w, "end");
	say(w, "config firewall addrgrp");
	for (size_t i = PLAIN; i < OBJECTS; i++) {
		struct object *o = &w->object[i];

		say(w, "edit o%zu", i);
		o->truth = list_objects(w, "member", i, &o->unknown);
		if (one_in(w, 2)) {
			say(w, "set exclude enable");
			o->truth &= ~list_objects(w, "exclude-member", i, &o->unknown);
		}
		say(w, "next");
	}
	say(w, "end");
}

/* ---- services ---- */

static void make_ports(struct world *w, struct service *s)
{
	unsigned proto = below(w, 2), lo = below(w, PORTS), hi = lo + below(w, PORTS - lo);
	bool from = one_in(w, 3);
	unsigned sport = from ? below(w, PORTS) : 0;

	if (from)
		say(w, "set %s-portrange %u-%u:%u", proto ? "udp" : "tcp", FIRST_PORT + lo,
		    FIRST_PORT + hi, FIRST_PORT + sport);
	else
		say(w, "set %s-portrange %u-%u", proto ? "udp" : "tcp", FIRST_PORT + lo,
		    FIRST_PORT + hi);
	for (unsigned d = lo; d <= hi; d++)
		for (unsigned p = 0; p < PORTS; p++)
			s->truth[proto][d][p] = !from || p == sport;
}

static void fill(struct service *s, unsigned proto)
{
	for (unsigned d = 0; d < PORTS; d++)
		for (unsigned p = 0; p < PORTS; p++)
			s->truth[proto][d][p] = true;
}

static void make_service(struct world *w, struct service *s, size_t i)
{
	say(w, "edit s%zu", i);
	switch (below(w, 5)) {
	case 0:
		say(w, "set protocol IP");
		for (unsigned p = 0; p < PROTOS; p++)
			fill(s, p);
		break;
	case 1:
		say(w, "set protocol IP");
		say(w, "set protocol-number 47");
		fill(s, 2);
		break;
	case 2:
		s->unknown = one_in(w, 2);
		if (s->unknown) {
			say(w, "set protocol HTTP");
			for (unsigned p = 0; p < PROTOS; p++)
				if (one_in(w, 2))
					fill(s, p);
			break;
		}
		/* fallthrough */
	default:
		make_ports(w, s);
	}
	say(w, "next");
}

static void list_services(struct world *w, const char *key, size_t n, struct service *ret)
{
	struct buf names = BUF_INIT;

	for (unsigned i = 0, count = 1 + below(w, 2); i < count; i++) {
		unsigned one = below(w, (unsigned)n);
		const bool *from = &w->service[one].truth[0][0][0];
		bool *to = &ret->truth[0][0][0];

		buf_printf(&names, " s%u", one);
		for (size_t k = 0; k < (size_t)PROTOS * PORTS * PORTS; k++)
			to[k] = to[k] || from[k];
		ret->unknown = ret->unknown || w->service[one].unknown;
	}
	say(w, "set %s%s", key, buf_str(&names).p);
	buf_release(&names);
}

static void make_services(struct world *w)
{
	say(w, "config firewall service custom");
	for (size_t i = 0; i < PLAIN_SERVICES; i++)
		make_service(w, &w->service[i], i);
	say(w, "end");
	say(w, "config firewall service group");
	for (size_t i = PLAIN_SERVICES; i < SERVICES; i++) {
		say(w, "edit s%zu", i);
		list_services(w, "member", i, &w->service[i]);
		say(w, "next");
	}
	say(w, "end");
}

/* ---- policies ---- */

static unsigned make_side(struct world *w, const char *key)
{
	unsigned a = below(w, INTERFACES), b = below(w, INTERFACES);

	if (one_in(w, 3)) {
		say(w, "set %s any", key);
		return (1u << INTERFACES) - 1;
	}
	say(w, "set %s %s %s", key, interfaces[a], interfaces[b]);
	return 1u << a | 1u << b;
}

static bool make_switch(struct world *w, const char *key)
{
	bool on = one_in(w, 5);

	if (on)
		say(w, "set %s enable", key);
	return on;
}

/* What a reader cannot know; whether it is so, is chosen here. */
static void make_unknown(struct world *w, struct policy *p)
{
	p->holds = p->passes = true;
	if (one_in(w, 6)) {
		say(w, "set schedule night");
		p->holds = one_in(w, 2);
		w->unknown = true;
	} else {
		say(w, "set schedule always");
	}
	if (one_in(w, 6)) {
		say(w, "set ips-sensor default");
		p->passes = one_in(w, 2);
		w->unknown = true;
	}
}

static void make_policy(struct world *w, size_t i)
{
	struct policy *p = &w->policy[i];
	bool unknown = false;

	say(w, "edit %zu", 100 - i);
	p->line = w->line;
	p->off = one_in(w, 8);
	if (p->off)
		say(w, "set status disable");
	p->accepts = one_in(w, 2);
	if (p->accepts)
		say(w, "set action accept");
	p->in = make_side(w, "srcintf");
	p->out = make_side(w, "dstintf");
	p->src = list_objects(w, "srcaddr", OBJECTS, &unknown);
	p->dst = list_objects(w, "dstaddr", OBJECTS, &unknown);
	p->not_src = make_switch(w, "srcaddr-negate");
	p->not_dst = make_switch(w, "dstaddr-negate");
	list_services(w, "service", SERVICES, &p->service);
	p->not_service = make_switch(w, "service-negate");
	make_unknown(w, p);
	w->unknown = w->unknown || unknown || p->service.unknown;
	say(w, "next");
}

/* Some are moved, some deleted; ids tell nothing of the order. */
static void make_edits(struct world *w)
{
	for (unsigned k = below(w, 4); k > 0; k--) {
		size_t a = below(w, (unsigned)w->n), b = below(w, (unsigned)w->n), moved;
		bool after = one_in(w, 2);

		if (a == b)
			continue;
		moved = w->order[a];
		say(w, "move %zu %s %zu", 100 - moved, after ? "after" : "before",
		    100 - w->order[b]);
		memmove(&w->order[a], &w->order[a + 1], (w->n - 1 - a) * sizeof(w->order[0]));
		b = (b > a ? b - 1 : b) + after;
		memmove(&w->order[b + 1], &w->order[b], (w->n - 1 - b) * sizeof(w->order[0]));
		w->order[b] = moved;
	}
	if (w->n > 1 && one_in(w, 3)) {
		say(w, "delete %zu", 100 - w->order[w->n - 1]);
		w->n--;
	}
}

static void make(struct rand *rng, struct world *w)
{
	*w = (struct world){ .n = 1 + rand_below(rng, POLICIES), .rng = rng };
	make_objects(w);
	make_services(w);
	say(w, "config firewall policy");
	for (size_t i = 0; i < w->n; i++) {
		make_policy(w, i);
		w->order[i] = i;
	}
	make_edits(w);
	say(w, "end");
	assert_int_equal(w->text.r, 0);
}

/* ---- the twin ---- */

static bool holds(const struct policy *p, const struct packet *k)
{
	return !p->off && p->holds && p->in >> k->in & 1 && p->out >> k->out & 1 &&
	       (p->src >> k->src & 1) != p->not_src && (p->dst >> k->dst & 1) != p->not_dst &&
	       p->service.truth[k->proto][k->dport][k->sport] != p->not_service;
}

/* The first policy that holds, or NULL: the deny at the end. */
static const struct policy *decides(const struct world *w, const struct packet *k)
{
	for (size_t i = 0; i < w->n; i++)
		if (holds(&w->policy[w->order[i]], k))
			return &w->policy[w->order[i]];
	return NULL;
}

/* ---- both ---- */

static struct flow flow_of(const struct packet *k, const uint16_t zone[INTERFACES])
{
	return (struct flow){ .proto = (uint8_t)protos[k->proto],
			      .iif = zone[k->in],
			      .oif = zone[k->out],
			      .sport = (uint16_t)(FIRST_PORT + k->sport),
			      .dport = (uint16_t)(FIRST_PORT + k->dport),
			      .src = { FAMILY_V4, 0x0a000000 + k->src },
			      .dst = { FAMILY_V4, 0x0a000000 + k->dst } };
}

static void compare(const struct world *w, const struct reading *r, const struct packet *k,
		    const uint16_t zone[INTERFACES])
{
	const struct policy *want = decides(w, k);
	bool passes = want && want->accepts && want->passes;
	struct flow f = flow_of(k, zone);
	bool may = flow_leaf_at(r->m, r->may[VERDICT_ACCEPT], &f);
	bool sure = flow_leaf_at(r->m, r->must_accept, &f);
	const struct config_rule *got = reading_decides(r, &f);
	bool right = sure <= passes && passes <= may;

	if (!w->unknown)
		right = may == passes && sure == passes &&
			(want ? got && got->at.line == want->line
			      : got && strstr(got->text, "policy 0"));
	if (!right) {
		struct buf flow = BUF_INIT;

		flow_show(r->m, &f, &flow);
		fail_msg("seed %lu: %s: may %d must %d, line %u, but the twin says %d at %u\n%s",
			 seed, flow.data, may, sure, got ? got->at.line : 0, passes,
			 want ? want->line : 0, w->text.data);
	}
}

static void compare_all(const struct world *w, const struct reading *r,
			const uint16_t zone[INTERFACES])
{
	for (unsigned i = 0; i < ADDRESSES * ADDRESSES * PROTOS * PORTS * PORTS; i++) {
		unsigned at = i / (ADDRESSES * ADDRESSES);
		struct packet k = { .src = i % ADDRESSES,
				    .dst = i / ADDRESSES % ADDRESSES,
				    .dport = at % PORTS,
				    .sport = at / PORTS % PORTS,
				    .proto = at / PORTS / PORTS };

		for (unsigned side = 0; side < INTERFACES * INTERFACES; side++) {
			k.in = side % INTERFACES;
			k.out = side / INTERFACES;
			compare(w, r, &k, zone);
		}
	}
}

/* One configuration; was all of it known? */
static bool try_one(struct rand *rng)
{
	struct flow_mgr *m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
	struct diag *d = diag_new();
	uint16_t zone[INTERFACES];
	struct reading *r = NULL;
	struct buf said = BUF_INIT;
	struct world w;

	make(rng, &w);
	assert_true(m && d);
	for (size_t k = 0; k < INTERFACES; k++)
		assert_int_equal(flow_zone(m, str_of(interfaces[k]), &zone[k]), 0);
	if (dialect_fortios.read(buf_str(&w.text), "twin", NULL, m, d, &r) != 0) {
		diag_format(d, &said);
		fail_msg("%s\n%s", said.data, w.text.data);
	}
	compare_all(&w, r, zone);
	reading_free(r);
	diag_free(d);
	flow_mgr_free(m);
	buf_release(&w.text);
	return !w.unknown;
}

static void the_reader_agrees_with_a_slow_device(void **state)
{
	struct rand rng = { seed };
	unsigned exact = 0;

	(void)state;
	print_message("# %lu lists, seed %lu\n", lists, seed);
	for (unsigned long i = 0; i < lists; i++)
		exact += try_one(&rng);
	print_message("# %u of them exact\n", exact);
	assert_true(exact > lists / 20);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_reader_agrees_with_a_slow_device),
	};

	if (argc > 1)
		lists = strtoul(argv[1], NULL, 10);
	if (argc > 2)
		seed = strtoul(argv[2], NULL, 10);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
