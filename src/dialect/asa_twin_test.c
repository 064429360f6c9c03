/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reader beside its slow twin: random lists over a world small enough to try every packet. The
 * twin goes through the lists as a device does, one packet at a time, on the numbers that the text
 * was made from; it shares no code with the reader. Entries are put at lines, switched off, and
 * written with groups; the list of the interface comes before the global one, and a list may stop
 * what leaves. Entries with a time range hold or do not: the twin tries every way, and what is
 * certain passes in all of them, what is possible in some, and nothing else.
 *
 * Usage: test-dialect-asa_twin [ROUNDS [SEED]]
 */
#include "support/test.h"

#include "base/rand.h"
#include "dialect/dialect.h"

enum {
	ROUNDS = 300,
	SEED = 20261126,
	ENTRIES = 7,
	ADDRESSES = 8,
	PORTS = 4,
	FIRST_PORT = 440,
	UNKNOWN_MAX = 6
};

static unsigned long rounds = ROUNDS;
static unsigned long seed = SEED;

enum list { LIST_IN, LIST_GLOBAL, LIST_OUT, LISTS };

struct end {
	bool any;
	unsigned base, mask; /* of the three bits */
};

struct entry {
	bool permit, inactive;
	int unknown;	 /* number of its time range; -1: none */
	unsigned proto;	 /* 0: ip */
	unsigned lo, hi; /* destination ports; hi 0: any */
	bool group;	 /* ports by a group */
	struct end src, dst;
	unsigned line;
};

struct world {
	struct entry entry[LISTS][ENTRIES];
	size_t n[LISTS];
	bool bound[LISTS], same_levels;
	unsigned unknowns, line;
	struct buf text;
};

struct packet {
	unsigned src, dst, proto, port;
};

/* ---- making ---- */

static struct end random_end(struct rand *rng)
{
	unsigned mask = (unsigned)rand_below(rng, ADDRESSES);

	return (struct end){ !rand_below(rng, 3), (unsigned)rand_below(rng, ADDRESSES) & mask,
			     mask };
}

static struct entry random_entry(struct rand *rng, struct world *w)
{
	static const unsigned protos[] = { 0, 6, 6, 17, 47 };
	struct entry e = { .permit = rand_below(rng, 2),
			   .inactive = !rand_below(rng, 8),
			   .unknown = -1,
			   .proto = protos[rand_below(rng, ARRAY_LEN(protos))],
			   .src = random_end(rng),
			   .dst = random_end(rng) };

	if ((e.proto == 6 || e.proto == 17) && rand_below(rng, 2)) {
		e.lo = FIRST_PORT + (unsigned)rand_below(rng, PORTS);
		e.hi = e.lo + (unsigned)rand_below(rng, 2);
		e.group = rand_below(rng, 2);
	}
	if (!e.inactive && w->unknowns < UNKNOWN_MAX && !rand_below(rng, 4))
		e.unknown = (int)w->unknowns++;
	return e;
}

/* Masks have holes: the bits are spread. */
static unsigned spread(unsigned bits)
{
	return (bits & 1) | (bits & 2) << 2 | (bits & 4) << 3;
}

static void print_end(const struct end *e, struct buf *out)
{
	if (e->any)
		buf_adds(out, " any");
	else
		buf_printf(out, " 10.0.0.%u 255.255.255.%u", spread(e->base),
			   0xd6 | spread(e->mask));
}

static void print_entry(const struct entry *e, const char *list, size_t at, struct buf *out)
{
	static const char *const names[] = { [0] = "ip", [6] = "tcp", [17] = "udp", [47] = "gre" };

	buf_printf(out, "access-list %s line %zu extended %s %s", list, at + 1,
		   e->permit ? "permit" : "deny", names[e->proto]);
	print_end(&e->src, out);
	print_end(&e->dst, out);
	if (e->hi && e->group)
		buf_printf(out, " object-group P%u-%u", e->lo, e->hi);
	else if (e->hi)
		buf_printf(out, " range %u %u", e->lo, e->hi);
	if (e->unknown >= 0)
		buf_printf(out, " time-range T%d", e->unknown);
	/* A device holds an entry once: this makes each another one. */
	buf_printf(out, " log interval %u%s\n", e->line, e->inactive ? " inactive" : "");
}

static void make_list(struct rand *rng, struct world *w, enum list which)
{
	static const char *const names[] = { "IN", "GLOBAL", "OUT" };
	size_t n = 1 + rand_below(rng, ENTRIES);

	w->n[which] = 0;
	for (size_t i = 0; i < n; i++) {
		struct entry e = random_entry(rng, w);
		size_t at = rand_below(rng, w->n[which] + 1);

		e.line = ++w->line;
		memmove(&w->entry[which][at + 1], &w->entry[which][at],
			(w->n[which] - at) * sizeof(e));
		w->entry[which][at] = e;
		w->n[which]++;
		print_entry(&e, names[which], at, &w->text);
	}
}

static void make(struct rand *rng, struct world *w)
{
	static const char *const bind[] = { "access-group IN in interface inside\n",
					    "access-group GLOBAL global\n",
					    "access-group OUT out interface outside\n" };

	*w = (struct world){ .same_levels = !rand_below(rng, 8) };
	buf_printf(&w->text,
		   "interface G0\n nameif inside\n security-level 50\n"
		   "interface G1\n nameif outside\n security-level %u\n",
		   w->same_levels ? 50U : 0U);
	for (unsigned lo = FIRST_PORT; lo < FIRST_PORT + PORTS; lo++)
		for (unsigned hi = lo; hi <= lo + 1; hi++)
			buf_printf(
				&w->text,
				"object-group service P%u-%u tcp-udp\n port-object range %u %u\n",
				lo, hi, lo, hi);
	w->line = 6 + 4 * PORTS;
	for (enum list i = LIST_IN; i < LISTS; i++) {
		w->bound[i] = rand_below(rng, 3);
		if (w->bound[i])
			make_list(rng, w, i);
	}
	for (enum list i = LIST_IN; i < LISTS; i++)
		if (w->bound[i])
			buf_adds(&w->text, bind[i]);
	assert_int_equal(w->text.r, 0);
}

/* ---- the twin ---- */

static bool end_holds(const struct end *e, unsigned address)
{
	return e->any || (address & e->mask) == e->base;
}

static bool entry_holds(const struct entry *e, const struct packet *p, unsigned times)
{
	if (e->inactive || (e->unknown >= 0 && !(times >> e->unknown & 1)))
		return false;
	return (!e->proto || e->proto == p->proto) && end_holds(&e->src, p->src) &&
	       end_holds(&e->dst, p->dst) && (!e->hi || (e->lo <= p->port && p->port <= e->hi));
}

static const struct entry *first_of(const struct world *w, enum list which, const struct packet *p,
				    unsigned times)
{
	for (size_t i = 0; i < w->n[which]; i++)
		if (entry_holds(&w->entry[which][i], p, times))
			return &w->entry[which][i];
	return NULL;
}

/* From inside to outside, when the time ranges are so. */
static bool passes(const struct world *w, const struct packet *p, unsigned times)
{
	const struct entry *e = NULL;
	bool in;

	if (w->same_levels)
		return false;
	if (w->bound[LIST_IN])
		e = first_of(w, LIST_IN, p, times);
	if (!e && w->bound[LIST_GLOBAL])
		e = first_of(w, LIST_GLOBAL, p, times);
	in = e ? e->permit : !w->bound[LIST_IN] && !w->bound[LIST_GLOBAL];
	if (!in || !w->bound[LIST_OUT])
		return in;
	e = first_of(w, LIST_OUT, p, times);
	return e && e->permit;
}

/* ---- both ---- */

static void compare(const struct world *w, const struct reading *r, const struct packet *p)
{
	struct flow f = { .proto = (uint8_t)p->proto,
			  .sport = 1000,
			  .dport = (uint16_t)p->port,
			  .src = { FAMILY_V4, 0x0a000000 + spread(p->src) },
			  .dst = { FAMILY_V4, 0x0a000000 + spread(p->dst) } };
	bool may = flow_leaf_at(r->m, r->may[VERDICT_ACCEPT], &f);
	bool must = flow_leaf_at(r->m, r->must_accept, &f);
	bool some = false, all = true;

	for (unsigned times = 0; times < 1U << w->unknowns; times++) {
		bool pass = passes(w, p, times);

		some = some || pass;
		all = all && pass;
	}
	if (may != some || must != all) {
		struct buf flow = BUF_INIT;

		flow_print(&f, &flow);
		fail_msg("seed %lu: %s: may %d must %d, but the twin says %d %d\n%s", seed,
			 flow.data, may, must, some, all, w->text.data);
	}
}

/* Who decides, where nothing is unknown. */
static void compare_rule(const struct world *w, const struct reading *r, const struct packet *p)
{
	struct flow f = { .proto = (uint8_t)p->proto,
			  .sport = 1000,
			  .dport = (uint16_t)p->port,
			  .src = { FAMILY_V4, 0x0a000000 + spread(p->src) },
			  .dst = { FAMILY_V4, 0x0a000000 + spread(p->dst) } };
	const struct config_rule *got = reading_decides(r, &f);
	const struct entry *want = first_of(w, LIST_IN, p, 0);

	if (w->unknowns || w->same_levels || !w->bound[LIST_IN] || w->bound[LIST_OUT] || !want)
		return;
	if (!got || got->at.line != want->line)
		fail_msg("seed %lu: line %u, but the twin says %u\n%s", seed,
			 got ? got->at.line : 0, want->line, w->text.data);
}

static void compare_all(const struct world *w, const struct reading *r)
{
	static const unsigned protos[] = { 6, 17, 47 };

	const size_t pairs = (size_t)ADDRESSES * ADDRESSES;

	for (size_t i = 0; i < ARRAY_LEN(protos) * PORTS * pairs; i++) {
		size_t at = i / pairs;
		struct packet p = { .src = (unsigned)(i % ADDRESSES),
				    .dst = (unsigned)(i / ADDRESSES % ADDRESSES),
				    .port = FIRST_PORT + (unsigned)(at % PORTS),
				    .proto = protos[at / PORTS] };

		compare(w, r, &p);
		compare_rule(w, r, &p);
	}
}

static void the_reader_agrees_with_a_slow_device(void **state)
{
	const struct assume assume = { .hook = "inside to outside" };
	struct rand rng = { seed };

	(void)state;
	print_message("# %lu rounds, seed %lu\n", rounds, seed);
	for (unsigned long i = 0; i < rounds; i++) {
		struct flow_mgr *m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
		struct diag *d = diag_new();
		struct reading *r = NULL;
		struct world w;

		make(&rng, &w);
		assert_true(m && d);
		if (dialect_asa.read(buf_str(&w.text), "twin", &assume, m, d, &r) < 0)
			fail_msg("not read:\n%s", w.text.data);
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
		cmocka_unit_test(the_reader_agrees_with_a_slow_device),
	};

	if (argc > 1)
		rounds = strtoul(argv[1], NULL, 10);
	if (argc > 2)
		seed = strtoul(argv[2], NULL, 10);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
