/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reader beside its slow twin: random rules over a world small enough to try every packet. The
 * twin goes through the rules as a firewall does, one packet at a time, on the numbers that the
 * text was made from; it shares no code with the reader. Each unknown is decided one way or the
 * other, by chance: what the twin does must lie between what the reader is sure of and what it
 * thinks possible; without unknowns it is the same.
 *
 * Usage: test-dialect-panos_twin [LISTS [SEED]]
 */
#include "support/test.h"

#include "base/rand.h"
#include "support/panosbench.h"
#include "support/readbench.h"

enum {
	LISTS = 300,
	RULES = 6,
	SEED = 20261126,
	ADDRESSES = 8,
	PORTS = 4,
	FIRST_PORT = 440,
	ZONE_COUNT = 3
};

static unsigned long lists = LISTS;
static unsigned long seed = SEED;

enum type { UNIVERSAL, INTRAZONE, INTERZONE };

struct entry {
	enum type type;
	bool allow, disabled, negate_source, negate_destination;
	unsigned from, to;	      /* sets of zones; 0: any */
	unsigned source, destination; /* sets of addresses; 0: any */
	unsigned proto, ports;	      /* 0: any service; ports: a set */
	bool application, holds;      /* asks for an application; and whether a packet has it */
	bool region, in_region;	      /* its destinations hold a region too; it is everywhere */
	unsigned line;
};

struct world {
	struct entry entry[RULES];
	size_t n;
	bool intrazone_denied, interzone_allowed, exact;
	struct buf text;
};

struct packet {
	unsigned in, out, src, dst, proto, port;
};

static const char *const zone_name[ZONE_COUNT] = { "a", "b", "c" };

/* ---- making ---- */

static struct entry random_rule(struct rand *rng, bool exact)
{
	struct entry r = { .type = rand_below(rng, 3) ? UNIVERSAL : (enum type)rand_below(rng, 3),
			   .allow = rand_below(rng, 2),
			   .disabled = !rand_below(rng, 8),
			   .from = (unsigned)rand_below(rng, 1 << ZONE_COUNT),
			   .to = (unsigned)rand_below(rng, 1 << ZONE_COUNT) };

	if (rand_below(rng, 3))
		r.source = (unsigned)rand_below(rng, 1 << ADDRESSES);
	if (rand_below(rng, 3))
		r.destination = (unsigned)rand_below(rng, 1 << ADDRESSES);
	r.negate_source = r.source && !rand_below(rng, 4);
	r.negate_destination = r.destination && !rand_below(rng, 4);
	if (rand_below(rng, 2)) {
		r.proto = rand_below(rng, 2) ? 6 : 17;
		r.ports = 1 + (unsigned)rand_below(rng, (1 << PORTS) - 1);
	}
	if (!exact && !rand_below(rng, 3)) {
		r.application = true;
		r.holds = rand_below(rng, 2);
	}
	if (!exact && r.destination && !rand_below(rng, 3)) {
		r.region = true;
		r.in_region = rand_below(rng, 2);
	}
	return r;
}

static void print_list(const char *field, unsigned set, unsigned n,
		       void (*item)(unsigned i, struct buf *out), const char *besides,
		       struct buf *out)
{
	buf_printf(out, " %s", field);
	if (!set && !*besides) {
		buf_adds(out, " any");
		return;
	}
	buf_adds(out, " [");
	for (unsigned i = 0; i < n; i++)
		if (set >> i & 1)
			item(i, out);
	buf_printf(out, "%s ]", besides);
}

static void print_zone(unsigned i, struct buf *out)
{
	buf_printf(out, " %s", zone_name[i]);
}

static void print_address(unsigned i, struct buf *out)
{
	buf_printf(out, i % 2 ? " 10.0.0.%u" : " A%u", i);
}

static void print_rule(struct world *w, struct entry *r, size_t i)
{
	static const char *const type[] = { "universal", "intrazone", "interzone" };
	struct buf *out = &w->text;
	unsigned line = 1;

	for (size_t k = 0; k < out->n; k++)
		line += out->data[k] == '\n';
	if (r->proto) {
		buf_printf(out, "set service S%zu protocol %s port ", i,
			   r->proto == 6 ? "tcp" : "udp");
		for (unsigned k = 0, n = 0; k < PORTS; k++)
			if (r->ports >> k & 1)
				buf_printf(out, n++ ? ",%u" : "%u", FIRST_PORT + k);
		buf_adds(out, "\n");
		line++;
	}
	r->line = line;
	buf_printf(out, "set rulebase security rules r%zu rule-type %s", i, type[r->type]);
	print_list("from", r->from, ZONE_COUNT, print_zone, "", out);
	print_list("to", r->to, ZONE_COUNT, print_zone, "", out);
	print_list("source", r->source, ADDRESSES, print_address, "", out);
	print_list("destination", r->destination, ADDRESSES, print_address, r->region ? " US" : "",
		   out);
	buf_printf(out, " negate-source %s negate-destination %s disabled %s application %s",
		   r->negate_source ? "yes" : "no", r->negate_destination ? "yes" : "no",
		   r->disabled ? "yes" : "no", r->application ? "ssl" : "any");
	if (r->proto)
		buf_printf(out, " service S%zu", i);
	else
		buf_adds(out, " service any");
	buf_printf(out, " action %s\n", r->allow ? "allow" : "drop");
}

static void make(struct rand *rng, struct world *w, bool exact)
{
	*w = (struct world){ .n = 1 + rand_below(rng, RULES),
			     .intrazone_denied = rand_below(rng, 2),
			     .interzone_allowed = !rand_below(rng, 3),
			     .exact = exact };
	for (unsigned i = 0; i < ADDRESSES; i += 2)
		buf_printf(&w->text, "set address A%u ip-netmask 10.0.0.%u\n", i, i);
	for (unsigned i = 0; i < ZONE_COUNT; i++)
		buf_printf(&w->text, "set zone %s network layer3 ethernet1/%u\n", zone_name[i], i);
	for (size_t i = 0; i < w->n; i++) {
		w->entry[i] = random_rule(rng, exact);
		print_rule(w, &w->entry[i], i);
	}
	if (w->intrazone_denied)
		buf_adds(&w->text, "set rulebase default-security-rules rules intrazone-default "
				   "action deny\n");
	if (w->interzone_allowed)
		buf_adds(&w->text, "set rulebase default-security-rules rules interzone-default "
				   "action allow\n");
	assert_int_equal(w->text.r, 0);
}

/* ---- the twin ---- */

static bool in_set(unsigned set, unsigned i)
{
	return !set || (set >> i & 1);
}

static bool rule_holds(const struct entry *r, const struct packet *p)
{
	bool src = in_set(r->source, p->src) != r->negate_source;
	bool dst = (in_set(r->destination, p->dst) || (r->region && r->in_region)) !=
		   r->negate_destination;

	if (r->disabled || !in_set(r->from, p->in) ||
	    (r->type != INTRAZONE && !in_set(r->to, p->out)))
		return false;
	if ((r->type == INTRAZONE && p->in != p->out) || (r->type == INTERZONE && p->in == p->out))
		return false;
	if (r->proto && (r->proto != p->proto || !(r->ports >> (p->port - FIRST_PORT) & 1)))
		return false;
	return src && dst && (!r->application || r->holds);
}

static bool passes(const struct world *w, const struct packet *p, unsigned *ret_line)
{
	*ret_line = 0;
	for (size_t i = 0; i < w->n; i++)
		if (rule_holds(&w->entry[i], p)) {
			*ret_line = w->entry[i].line;
			return w->entry[i].allow;
		}
	return p->in == p->out ? !w->intrazone_denied : w->interzone_allowed;
}

/* ---- both ---- */

static void compare(const struct world *w, const struct readbench *b,
		    const uint16_t zone[ZONE_COUNT], const struct packet *p)
{
	unsigned line;
	bool want = passes(w, p, &line);
	struct flow f = { .proto = (uint8_t)p->proto,
			  .iif = zone[p->in],
			  .oif = zone[p->out],
			  .dport = (uint16_t)p->port,
			  .src = { FAMILY_V4, 0x0a000000 + p->src },
			  .dst = { FAMILY_V4, 0x0a000000 + p->dst } };
	enum said said = readbench_says(b, &f);
	const struct config_rule *got = reading_decides(b->r, &f);
	bool right = said == PERHAPS ? !w->exact : (said == YES) == want;

	if (w->exact && line && (!got || got->at.line != line))
		right = false;
	if (!right) {
		struct buf flow = BUF_INIT;

		flow_show(b->m, &f, &flow);
		fail_msg("seed %lu: %s: %d at %u, but the twin says %d at %u\n%s", seed, flow.data,
			 (int)said, got ? got->at.line : 0, want, line, w->text.data);
	}
}

static void compare_all(const struct world *w, struct readbench *b)
{
	static const unsigned protos[] = { 6, 17, 47 };
	const size_t ends = (size_t)ADDRESSES * ADDRESSES, zones = (size_t)ZONE_COUNT * ZONE_COUNT;
	uint16_t zone[ZONE_COUNT];

	for (unsigned i = 0; i < ZONE_COUNT; i++)
		zone[i] = readbench_zone(b->m, str_of(zone_name[i]));
	for (size_t i = 0; i < ends * zones * PORTS * ARRAY_LEN(protos); i++) {
		size_t rest = i / ends;
		struct packet p = { .src = (unsigned)(i % ADDRESSES),
				    .dst = (unsigned)(i / ADDRESSES % ADDRESSES),
				    .in = (unsigned)(rest % ZONE_COUNT),
				    .out = (unsigned)(rest / ZONE_COUNT % ZONE_COUNT),
				    .port = FIRST_PORT + (unsigned)(rest / zones % PORTS),
				    .proto = protos[rest / zones / PORTS] };

		compare(w, b, zone, &p);
	}
}

static void run(bool exact)
{
	struct rand rng = { seed };

	print_message("# %lu lists, seed %lu\n", lists, seed);
	for (unsigned long i = 0; i < lists; i++) {
		struct readbench b;
		struct world w;

		make(&rng, &w, exact);
		if (readbench_at(&b, &dialect_panos, buf_str(&w.text), NULL) < 0)
			readbench_tell(&b, w.text.data);
		compare_all(&w, &b);
		readbench_end(&b);
		buf_release(&w.text);
	}
}

static void the_reader_agrees_with_a_slow_firewall(void **state)
{
	(void)state;
	run(true);
}

static void what_is_unknown_lies_in_between(void **state)
{
	(void)state;
	run(false);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_reader_agrees_with_a_slow_firewall),
		cmocka_unit_test(what_is_unknown_lies_in_between),
	};

	if (argc > 1)
		lists = strtoul(argv[1], NULL, 10);
	if (argc > 2)
		seed = strtoul(argv[2], NULL, 10);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
