/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reader against the kernel: random rulesets are loaded by the nft program into a network
 * namespace of our own, random packets go through its forward path, and what comes out must agree
 * with what the reading of the same text says: nothing may come out that it says cannot, and all
 * must come out that it says must.
 *
 * Loading a ruleset is mostly waiting for the kernel, so the work is shared out to a few processes,
 * each with namespaces, packets and a seed of its own (seed, seed + 1, ...).
 *
 * Usage: test-dialect-kernel [RULESETS [SEED]]
 */
#include "support/test.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "dialect/nftables.h"
#include "net/proto.h"
#include "support/netns.h"
#include "support/router.h"
#include "support/rulesets.h"

enum {
	RULESETS = 2000,
	PACKETS = 200,
	SEED = 20261122,
	POOL = 4000,	  /* distinct packets */
	ESTABLISHED = 60, /* of them, those of conversations that have begun */
	FRAGMENTED = 4,	  /* the last part of so many does without conntrack, and meets fragments */
	TRIES = 1000,
	WORKERS = 4,
	BURST = 50, /* packets on their way at once */
	AGAIN = 5,  /* a lost packet is sent so often before it counts as stopped */
	SKIP = 77
};

struct packet {
	struct flow flow;
	enum router_port port; /* where it comes in */
	struct frame frame;
};

struct bench {
	struct router router;
	struct rand rng;
	struct flow_mgr *m;
	struct diag *d;
	struct packet *pool; /* [0, whole): for all rulesets; the rest are fragments */
	size_t n, whole;
	uint16_t zone[PORTS];
	bool *out; /* by packet: it came out */
	unsigned long rulesets, refused, packets, agreed, unknown;
};

static unsigned long wanted_rulesets = RULESETS;
static unsigned long seed = SEED;

static uint64_t pick(struct bench *b, uint64_t n)
{
	return rand_below(&b->rng, n);
}

/* ---- packets ---- */

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

static void random_transport(struct bench *b, struct flow *f)
{
	static const uint16_t ports[] = { 22, 53, 80, 443, 1000, 1500, 2000, 8801, 8810, 50000, 7 };
	static const uint8_t protos[] = { PROTO_TCP,  PROTO_TCP, PROTO_TCP,    PROTO_UDP,
					  PROTO_UDP,  PROTO_UDP, PROTO_SCTP,   PROTO_ICMP,
					  PROTO_ICMP, PROTO_GRE, PROTO_ICMPV6, 99 };
	static const uint8_t types4[] = { 8, 8, 0, 3, 13, 5 };
	static const uint8_t types6[] = { 128, 128, 129, 1, 135, 3 };
	bool v6 = f->dst.family == FAMILY_V6;

	f->proto = protos[pick(b, ARRAY_LEN(protos))];
	if (f->proto == PROTO_ICMP || f->proto == PROTO_ICMPV6) {
		unsigned type = v6 ? types6[pick(b, 6)] : types4[pick(b, 6)];

		f->proto = v6 ? PROTO_ICMPV6 : PROTO_ICMP;
		f->dport = (uint16_t)(type << 8 | (pick(b, 2) ? 0 : pick(b, 4)));
		f->state = icmp_state(f->proto, type);
	} else if (proto_has_ports(f->proto)) {
		f->sport = ports[pick(b, ARRAY_LEN(ports))];
		f->dport = ports[pick(b, ARRAY_LEN(ports))];
	}
}

static struct packet random_packet(struct bench *b, enum frame_part part, uint32_t number)
{
	enum router_port in = (enum router_port)pick(b, 2), out = WAN0 + (unsigned)pick(b, 2);
	struct packet p = { .port = in };
	bool v6 = pick(b, 2);

	p.flow.src = address(v6, in, 1 + (unsigned)pick(b, 6));
	p.flow.dst = address(v6, out, 1 + (unsigned)pick(b, 6));
	p.flow.iif = b->zone[in];
	p.flow.oif = b->zone[out];
	random_transport(b, &p.flow);
	p.frame = frame_of(&p.flow, part, number, NULL);
	if (part == FRAME_LATER) {
		p.flow.fragment = true;
		p.flow.sport = p.flow.dport = 0;
	}
	return p;
}

/* The other direction of a conversation's packet. */
static struct packet reply_to(const struct packet *p, uint32_t number, const struct bench *b)
{
	struct packet back = *p;

	back.flow.src = p->flow.dst;
	back.flow.dst = p->flow.src;
	back.flow.sport = p->flow.dport;
	back.flow.dport = p->flow.sport;
	back.flow.iif = p->flow.oif;
	back.flow.oif = p->flow.iif;
	back.port = p->flow.oif == b->zone[WAN0] ? WAN0 : WAN1;
	back.frame = frame_of(&back.flow, FRAME_WHOLE, number, NULL);
	return back;
}

/* A router beyond says that the first packet cannot be delivered. */
static struct packet error_about(const struct packet *p, uint32_t number, const struct bench *b)
{
	bool v6 = p->flow.dst.family == FAMILY_V6;
	struct packet e = reply_to(p, number, b);

	e.flow.state = STATE_RELATED;
	e.flow.proto = v6 ? PROTO_ICMPV6 : PROTO_ICMP;
	e.flow.dport = v6 ? 1 << 8 : 3 << 8 | 1;
	e.flow.sport = 0;
	e.frame = frame_of(&e.flow, FRAME_WHOLE, number, &p->frame);
	return e;
}

/* Begun conversations: UDP from ports that nothing else uses, its reply, and an error about it. */
static void make_established(struct bench *b)
{
	while (b->n + 3 <= (size_t)3 * ESTABLISHED) {
		struct packet p = random_packet(b, FRAME_WHOLE, 0);
		uint32_t number = (uint32_t)b->n;

		if (p.flow.proto != PROTO_UDP)
			continue;
		p.flow.sport = (uint16_t)(30000 + number);
		p.flow.state = STATE_ESTABLISHED;
		p.frame = frame_of(&p.flow, FRAME_WHOLE, number, NULL);
		b->pool[b->n++] = p;
		b->pool[b->n++] = reply_to(&p, number + 1, b);
		b->pool[b->n++] = error_about(&p, number + 2, b);
	}
}

static void make_pool(struct bench *b)
{
	b->pool = mem_zero(POOL, sizeof(*b->pool));
	b->out = mem_zero(POOL, sizeof(*b->out));
	assert_non_null(b->pool);
	assert_non_null(b->out);
	make_established(b);
	b->whole = POOL * 3 / 4;
	for (; b->n < b->whole; b->n++)
		b->pool[b->n] = random_packet(b, FRAME_WHOLE, (uint32_t)b->n);
	for (; b->n < POOL; b->n++)
		b->pool[b->n] =
			random_packet(b, pick(b, 3) ? FRAME_LATER : FRAME_FIRST, (uint32_t)b->n);
}

/* ---- the kernel ---- */

/* Keeps conntrack at work whatever the ruleset asks. */
static const char tracking[] = "table inet keep {\n\tchain k {\n\t\ttype filter hook input "
			       "priority 0\n\t\tct state new accept\n\t}\n}\n";

static int load(const char *text, bool track)
{
	static const char *const argv[] = { "nft", "-f", "-", NULL };
	struct buf all = BUF_INIT, said = BUF_INIT;
	int r;

	buf_adds(&all, "flush ruleset\n");
	buf_adds(&all, track ? tracking : "");
	buf_adds(&all, text);
	assert_int_equal(all.r, 0);
	r = netns_run(argv, buf_str(&all), &said);
	assert_true(r >= 0);
	buf_release(&all);
	buf_release(&said);
	return r;
}

static void came_out(void *data, enum router_port port, const uint8_t *packet, size_t n)
{
	struct bench *b = data;
	uint32_t number;

	(void)port;
	if (frame_number(packet, n, &number) && number < b->n &&
	    frame_same(&b->pool[number].frame, packet, n))
		b->out[number] = true;
}

static void send_packets(struct bench *b, const size_t *number, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct packet *p = &b->pool[number[i]];

		b->out[number[i]] = false;
		assert_int_equal(router_send(&b->router, p->port, &p->frame), 0);
		if (i % BURST == BURST - 1)
			assert_int_equal(router_drain(&b->router, came_out, b), 0);
	}
	assert_int_equal(router_drain(&b->router, came_out, b), 0);
}

/* A busy machine drops packets too: only one that never comes was stopped. */
static bool comes_out(struct bench *b, size_t number)
{
	for (unsigned i = 0; i < AGAIN && !b->out[number]; i++)
		send_packets(b, &number, 1);
	return b->out[number];
}

/* Begins the conversations, and shows that every packet comes through an empty ruleset. */
static void warm_up(struct bench *b)
{
	size_t number;

	assert_int_equal(load("", true), 0);
	for (number = 0; number < b->whole; number++) {
		/* A conversation begins with its first packet, then comes its reply. */
		send_packets(b, &number, 1);
		assert_true(comes_out(b, number));
	}
}

/*
 * Without conntrack: fragments pass alone. The kernel lets go of it in the background, so a later
 * fragment is tried until it comes out.
 */
static void stop_tracking(struct bench *b)
{
	size_t number = b->whole;

	while (!b->pool[number].flow.fragment)
		number++;
	assert_int_equal(load("", false), 0);
	for (unsigned i = 0; i < TRIES; i++) {
		send_packets(b, &number, 1);
		if (b->out[number])
			return;
		(void)usleep(5000);
	}
	fail_msg("fragments are put together without conntrack");
}

/* ---- the comparison ---- */

static void tell(const struct bench *b, const char *text, const struct packet *p, const char *what)
{
	struct buf line = BUF_INIT;

	(void)b;
	flow_print(&p->flow, &line);
	/* Not through cmocka, which cuts long messages. */
	(void)fprintf(stderr, "seed %lu, ruleset %lu: the kernel %s %s\n%s\n", seed, b->rulesets,
		      what, line.data ? line.data : "", text);
	buf_release(&line);
}

static void compare(struct bench *b, const struct reading *r, const char *text, size_t number)
{
	const struct packet *p = &b->pool[number];
	bool may = flow_leaf_at(b->m, r->may[VERDICT_ACCEPT], &p->flow);
	bool must = flow_leaf_at(b->m, r->must_accept, &p->flow);
	bool out = must ? comes_out(b, number) : b->out[number];

	assert_true(may || !must);
	b->packets++;
	if (may != must) {
		b->unknown++;
		return;
	}
	b->agreed += out == may;
	if (out != may) {
		tell(b, text, p, out ? "forwards what cannot pass:" : "stops what must pass:");
		fail();
	}
}

static void read_text(struct bench *b, const struct buf *text, struct reading **ret)
{
	struct buf messages = BUF_INIT;
	int r;

	diag_clear(b->d);
	r = dialect_nftables.read(buf_str(text), "random", NULL, b->m, b->d, ret);
	if (r < 0) {
		diag_format(b->d, &messages);
		print_error(
			"seed %lu, ruleset %lu: the reader refuses what nft takes (%d)\n%s\n%s\n",
			seed, b->rulesets, r, messages.data ? messages.data : "", text->data);
		buf_release(&messages);
	}
	assert_int_equal(r, 0);
}

static void one_ruleset(struct bench *b)
{
	bool fragments = b->rulesets >= wanted_rulesets - wanted_rulesets / FRAGMENTED;
	struct ruleset_wish wish = { .conntrack = !fragments, .unknown = true };
	struct buf text = BUF_INIT;
	size_t number[PACKETS];
	struct reading *r = NULL;

	ruleset_random(&b->rng, wish, &text);
	assert_int_equal(text.r, 0);
	if (load(text.data, !fragments) != 0) {
		b->refused++; /* nft does not take every combination */
		buf_release(&text);
		return;
	}
	for (size_t i = 0; i < PACKETS; i++) {
		size_t from = fragments ? ESTABLISHED * 3 : 0, to = fragments ? b->n : b->whole;

		number[i] = from + pick(b, to - from);
	}
	send_packets(b, number, PACKETS);
	read_text(b, &text, &r);
	for (size_t i = 0; i < PACKETS; i++)
		compare(b, r, text.data, number[i]);
	reading_free(r);
	flow_collect(b->m);
	buf_release(&text);
	b->rulesets++;
}

/* What a worker tells the others' parent, on a line of its own. */
static const char totals_line[] = "totals %lu %lu %lu %lu %lu\n";

static void work(void **state)
{
	struct bench b = { .rng = { seed }, .m = flow_mgr_new(FLOW_BUDGET_DEFAULT) };

	(void)state;
	b.d = diag_new();
	assert_non_null(b.m);
	assert_non_null(b.d);
	assert_int_equal(router_open(&b.router, (unsigned)seed), 0);
	for (size_t i = 0; i < PORTS; i++)
		assert_int_equal(flow_zone(b.m, str_of(router_port_name[i]), &b.zone[i]), 0);
	make_pool(&b);
	warm_up(&b);
	while (b.rulesets < wanted_rulesets - wanted_rulesets / FRAGMENTED)
		one_ruleset(&b);
	stop_tracking(&b);
	while (b.rulesets < wanted_rulesets)
		one_ruleset(&b);
	(void)printf(totals_line, b.rulesets, b.refused, b.packets, b.agreed, b.unknown);
	router_close(&b.router);
	mem_free(b.pool);
	mem_free(b.out);
	diag_free(b.d);
	flow_mgr_free(b.m);
}

static int worker_main(char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(work) };

	wanted_rulesets = strtoul(argv[2], NULL, 10);
	seed = strtoul(argv[3], NULL, 10);
	/* An ordinary user's PATH may lack nft and ip. */
	(void)setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
	return netns_enter() ? cmocka_run_group_tests(tests, NULL, NULL) : SKIP;
}

/* ---- all workers ---- */

struct worker {
	pid_t pid;
	FILE *out;
};

static void start(struct worker *w, unsigned long number)
{
	char count[24], own_seed[24];
	int fd[2];

	(void)snprintf(count, sizeof(count), "%lu",
		       wanted_rulesets / WORKERS + (number < wanted_rulesets % WORKERS));
	(void)snprintf(own_seed, sizeof(own_seed), "%lu", seed + number);
	assert_int_equal(pipe(fd), 0);
	w->pid = fork();
	assert_true(w->pid >= 0);
	if (w->pid == 0) {
		(void)dup2(fd[1], STDOUT_FILENO);
		(void)close(fd[0]);
		(void)execl("/proc/self/exe", "test-dialect-kernel", "worker", count, own_seed,
			    (char *)NULL);
		_exit(127);
	}
	(void)close(fd[1]);
	w->out = fdopen(fd[0], "r");
	assert_non_null(w->out);
}

/* Its exit status; its totals are added to those of `b`. */
static int collect(struct worker *w, struct bench *b)
{
	char line[512];
	int status;

	while (fgets(line, sizeof(line), w->out)) {
		unsigned long n[5];

		if (sscanf(line, totals_line, &n[0], &n[1], &n[2], &n[3], &n[4]) != 5)
			continue;
		b->rulesets += n[0];
		b->refused += n[1];
		b->packets += n[2];
		b->agreed += n[3];
		b->unknown += n[4];
	}
	(void)fclose(w->out);
	assert_int_equal(waitpid(w->pid, &status, 0), w->pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static void reader_and_kernel_agree(void **state)
{
	struct worker worker[WORKERS];
	struct bench b = { .n = 0 };
	int bad = 0, skipped = 0;

	(void)state;
	for (unsigned long i = 0; i < WORKERS; i++)
		start(&worker[i], i);
	for (size_t i = 0; i < WORKERS; i++) {
		int status = collect(&worker[i], &b);

		skipped += status == SKIP;
		bad += status != 0 && status != SKIP;
	}
	if (skipped == WORKERS) {
		print_message("# no user and network namespaces here\n");
		skip();
	}
	print_message(
		"# seeds %lu..%lu: %lu rulesets x %d packets (nft refused %lu more rulesets)\n",
		seed, seed + WORKERS - 1, b.rulesets, PACKETS, b.refused);
	print_message("# %lu packets: %lu agree, %lu unknown, %lu disagree\n", b.packets, b.agreed,
		      b.unknown, b.packets - b.agreed - b.unknown);
	assert_int_equal(bad, 0);
	assert_int_equal(b.rulesets, wanted_rulesets);
	assert_int_equal(b.agreed + b.unknown, b.packets);
	assert_true(b.unknown * 10 < b.packets);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reader_and_kernel_agree),
	};

	if (argc == 4 && strcmp(argv[1], "worker") == 0)
		return worker_main(argv);
	if (argc > 1)
		wanted_rulesets = strtoul(argv[1], NULL, 10);
	if (argc > 2)
		seed = strtoul(argv[2], NULL, 10);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
