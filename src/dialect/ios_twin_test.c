/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reader beside its slow twin: random lists over a world small enough to try every packet. The
 * twin goes through the entries as a router does, one packet at a time, on the numbers that the
 * text was made from; it shares no code with the reader. Wildcards have holes, numbers are out of
 * order, later fragments and answers are among the packets.
 *
 * Usage: test-dialect-ios_twin [LISTS [SEED]]
 */
#include "support/test.h"

#include "base/rand.h"
#include "dialect/dialect.h"

enum { LISTS = 150, ENTRIES = 8, SEED = 20261126, ADDRESSES = 16, PORTS = 6, FIRST_PORT = 440 };

static unsigned long lists = LISTS;
static unsigned long seed = SEED;

enum op { OP_NONE, OP_EQ, OP_NEQ, OP_LT, OP_GT, OP_RANGE };

struct port_test {
	enum op op;
	unsigned a, b;
};

struct entry {
	bool permit, established, fragments, any_src, any_dst;
	unsigned seq, line, proto; /* 0: ip */
	unsigned src, src_wild, dst, dst_wild;
	struct port_test sport, dport;
};

struct packet {
	unsigned src, dst, proto, sport, dport;
	bool later, answer;
};

struct world {
	struct entry entry[ENTRIES];
	size_t n;
	struct buf text;
};

/* ---- making ---- */

static struct port_test random_port(struct rand *rng)
{
	unsigned a = (unsigned)rand_below(rng, PORTS), b = (unsigned)rand_below(rng, PORTS);
	enum op op = rand_below(rng, 2) ? (enum op)rand_below(rng, 6) : OP_NONE;

	return (struct port_test){ op, FIRST_PORT + (a < b ? a : b), FIRST_PORT + (a < b ? b : a) };
}

static struct entry random_entry(struct rand *rng)
{
	static const unsigned protos[] = { 0, 6, 6, 6, 17, 17, 47 };
	struct entry e = { .permit = rand_below(rng, 2),
			   .any_src = rand_below(rng, 2),
			   .any_dst = !rand_below(rng, 4),
			   .proto = protos[rand_below(rng, 7)],
			   .src = (unsigned)rand_below(rng, ADDRESSES),
			   .src_wild = (unsigned)rand_below(rng, ADDRESSES),
			   .dst = (unsigned)rand_below(rng, ADDRESSES),
			   .dst_wild = (unsigned)rand_below(rng, ADDRESSES) };

	if (e.proto == 6 || e.proto == 17) {
		e.sport = random_port(rng);
		e.dport = random_port(rng);
	}
	e.established = e.proto == 6 && !rand_below(rng, 4);
	e.fragments = !e.established && !e.sport.op && !e.dport.op && !rand_below(rng, 4);
	return e;
}

static void print_ports(struct port_test p, struct buf *out)
{
	static const char *const word[] = { "", "eq", "neq", "lt", "gt", "range" };

	if (p.op == OP_RANGE)
		buf_printf(out, " range %u %u", p.a, p.b);
	else if (p.op)
		buf_printf(out, " %s %u", word[p.op], p.a);
}

/* The four bits are spread over two bytes, so that wildcards have holes in the middle. */
static unsigned spread(unsigned bits)
{
	return (bits & 3) | (bits & 12) << 6;
}

static void print_end(bool any, unsigned base, unsigned wild, struct buf *out)
{
	unsigned b = spread(base), w = spread(wild);

	if (any)
		buf_adds(out, " any");
	else
		buf_printf(out, " 10.0.%u.%u 0.0.%u.%u", b >> 8, b & 255, w >> 8, w & 255);
}

static void print_entry(const struct entry *e, struct buf *out)
{
	static const char *const names[] = { [0] = "ip", [6] = "tcp", [17] = "udp", [47] = "gre" };

	buf_printf(out, " %u %s %s", e->seq, e->permit ? "permit" : "deny", names[e->proto]);
	print_end(e->any_src, e->src, e->src_wild, out);
	print_ports(e->sport, out);
	print_end(e->any_dst, e->dst, e->dst_wild, out);
	print_ports(e->dport, out);
	buf_printf(out, "%s%s\n", e->established ? " established" : "",
		   e->fragments ? " fragments" : "");
}

static void make(struct rand *rng, struct world *w)
{
	*w = (struct world){ .n = 1 + rand_below(rng, ENTRIES) };
	buf_adds(&w->text, "ip access-list extended TWIN\n");
	for (size_t i = 0; i < w->n; i++) {
		bool taken = true;

		w->entry[i] = random_entry(rng);
		while (taken) {
			taken = false;
			w->entry[i].seq = 1 + (unsigned)rand_below(rng, 100);
			for (size_t k = 0; k < i; k++)
				taken = taken || w->entry[k].seq == w->entry[i].seq;
		}
		w->entry[i].line = (unsigned)i + 2;
		print_entry(&w->entry[i], &w->text);
	}
	assert_int_equal(w->text.r, 0);
}

/* ---- the twin ---- */

static bool port_holds(struct port_test p, unsigned port)
{
	switch (p.op) {
	case OP_EQ:
		return port == p.a;
	case OP_NEQ:
		return port != p.a;
	case OP_LT:
		return port < p.a;
	case OP_GT:
		return port > p.a;
	case OP_RANGE:
		return p.a <= port && port <= p.b;
	default:
		return true;
	}
}

static bool entry_holds(const struct entry *e, const struct packet *p)
{
	bool inside = e->sport.op || e->dport.op || e->established;

	if (e->proto && e->proto != p->proto)
		return false;
	if (!e->any_src && ((e->src ^ p->src) & ~e->src_wild))
		return false;
	if (!e->any_dst && ((e->dst ^ p->dst) & ~e->dst_wild))
		return false;
	if (e->fragments)
		return p->later;
	if (p->later && inside)
		return e->permit;
	return p->later || (port_holds(e->sport, p->sport) && port_holds(e->dport, p->dport) &&
			    (!e->established || p->answer));
}

/* The entry with the lowest number that holds, or NULL: the deny at the end. */
static const struct entry *decides(const struct world *w, const struct packet *p)
{
	const struct entry *first = NULL;

	for (size_t i = 0; i < w->n; i++)
		if (entry_holds(&w->entry[i], p) && (!first || w->entry[i].seq < first->seq))
			first = &w->entry[i];
	return first;
}

/* ---- both ---- */

static void compare(const struct world *w, const struct reading *r, const struct packet *p)
{
	const struct entry *want = decides(w, p);
	const struct config_rule *got;
	struct flow f = { .proto = (uint8_t)p->proto,
			  .fragment = p->later,
			  .state = p->answer ? STATE_ESTABLISHED : STATE_NEW,
			  .sport = (uint16_t)p->sport,
			  .dport = (uint16_t)p->dport,
			  .src = { FAMILY_V4, 0x0a000000 + spread(p->src) },
			  .dst = { FAMILY_V4, 0x0a000000 + spread(p->dst) } };
	bool may = flow_leaf_at(r->m, r->may[VERDICT_ACCEPT], &f);
	bool sure = flow_leaf_at(r->m, r->must_accept, &f);

	got = reading_decides(r, &f);
	if (may != (want && want->permit) || sure != may ||
	    (want ? !got || got->at.line != want->line : got && got->at.line != 1)) {
		struct buf flow = BUF_INIT;

		flow_print(&f, &flow);
		fail_msg("seed %lu: %s%s: may %d must %d, line %u, but the twin says %d at %u\n%s",
			 seed, flow.data, p->later ? " (later fragment)" : "", may, sure,
			 got ? got->at.line : 0, want && want->permit, want ? want->line : 0,
			 w->text.data);
	}
}

static void compare_all(const struct world *w, const struct reading *r)
{
	static const unsigned protos[] = { 6, 17, 47 };
	const size_t bits = 4 * ADDRESSES * ADDRESSES;

	for (size_t i = 0; i < ARRAY_LEN(protos) * bits * PORTS * PORTS; i++) {
		size_t at = i / bits;
		struct packet p = { .later = i & 1,
				    .answer = i >> 1 & 1,
				    .src = (unsigned)(i / 4 % ADDRESSES),
				    .dst = (unsigned)(i / 4 / ADDRESSES % ADDRESSES),
				    .sport = FIRST_PORT + (unsigned)(at % PORTS),
				    .dport = FIRST_PORT + (unsigned)(at / PORTS % PORTS),
				    .proto = protos[at / PORTS / PORTS] };

		/* established is asked of TCP alone; of others every packet is alike */
		if (p.answer && p.proto != 6)
			continue;
		compare(w, r, &p);
	}
}

static void the_reader_agrees_with_a_slow_router(void **state)
{
	struct rand rng = { seed };

	(void)state;
	print_message("# %lu lists, seed %lu\n", lists, seed);
	for (unsigned long i = 0; i < lists; i++) {
		struct flow_mgr *m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
		struct diag *d = diag_new();
		struct reading *r = NULL;
		struct world w;

		make(&rng, &w);
		assert_true(m && d);
		assert_int_equal(dialect_ios.read(buf_str(&w.text), "twin", NULL, m, d, &r), 0);
		compare_all(&w, r);
		reading_free(r);
		diag_free(d);
		flow_mgr_free(m);
		buf_release(&w.text);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_reader_agrees_with_a_slow_router),
	};

	if (argc > 1)
		lists = strtoul(argv[1], NULL, 10);
	if (argc > 2)
		seed = strtoul(argv[2], NULL, 10);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
