/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forwarding through a Linux gateway: without rules, with prefixes in an nf_tables set as egret
 * loads them, and with the same prefixes as a chain of iptables rules.
 *
 *     client 10.99.1.2 -- 10.99.1.1 gateway 10.99.2.1 -- 10.99.2.2 server
 *
 * Three network namespaces and two veth pairs of the benchmark's own; nothing leaves them. Each
 * variant lets established connections pass first and then looks for the server's prefix, which
 * comes last. Rounds go in turn over all variants. The rates are of the whole machine: client,
 * server and gateway share its processors, so a rate says what the rules add, not what a gateway
 * can do.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/fd.h"
#include "nft/apply.h"
#include "nft/text.h"
#include "peer.h"
#include "support/netns.h"

enum {
	ROUNDS = 10,
	RUN_MS = 250,	    /* each timed run */
	PORT_ANSWER = 8001, /* accepts, sends one byte, closes */
	PORT_SINK = 8002,   /* reads what comes */
	BULK_PIECE = 128 * 1024
};

static const char server_address[] = "10.99.2.2";

static int run(const char *const argv[])
{
	EG_AUTO(buf_release) struct buf out = BUF_INIT;
	int r = netns_run(argv, STR(""), &out);

	if (r)
		(void)fprintf(stderr, "%s %s: %.*s\n", argv[0], argv[1], STR_FMT(buf_str(&out)));
	return r > 0 ? -ECHILD : r;
}

/* "ip ARGS", words parted by blanks. */
static int ip(const char *args)
{
	char text[256], *rest = text;
	const char *argv[24] = { "ip" };

	(void)snprintf(text, sizeof(text), "%s", args);
	for (size_t n = 1; n + 1 < ARRAY_LEN(argv); n++) {
		argv[n] = strsep(&rest, " ");
		if (!argv[n])
			break;
	}
	return run(argv);
}

/* ---- the server's side ---- */

static int listener(uint16_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };
	int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)); /* a convenience */
	if (fd < 0 || bind(fd, (void *)&a, sizeof(a)) < 0 || listen(fd, 512) < 0)
		return -errno;
	return fd;
}

static void answer_forever(int fd)
{
	for (;;) {
		int c = accept4(fd, NULL, NULL, SOCK_CLOEXEC);

		if (c < 0)
			continue;
		(void)send(c, "x", 1, MSG_NOSIGNAL); /* a client that went away is counted there */
		(void)close(c);
	}
}

static void sink_forever(int fd)
{
	static char piece[BULK_PIECE];

	for (;;) {
		int c = accept4(fd, NULL, NULL, SOCK_CLOEXEC);

		while (c >= 0 && recv(c, piece, sizeof(piece), 0) > 0)
			;
		if (c >= 0)
			(void)close(c);
	}
}

/* ---- the client's side ---- */

static int dial(uint16_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct linger reset = { .l_onoff = 1 }; /* no TIME_WAIT: ports would run out */
	struct timeval patience = { .tv_sec = 2 };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)inet_pton(AF_INET, server_address, &a.sin_addr); /* a constant */
	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (fd >= 0 && connect(fd, (void *)&a, sizeof(a)) == 0)
		return fd;
	if (fd >= 0)
		(void)close(fd);
	return -1;
}

static double connections_per_second(void)
{
	uint64_t start = clock_ns(), end = start + RUN_MS * 1000000ULL, now;
	unsigned done = 0;

	while ((now = clock_ns()) < end) {
		char c;
		int fd = dial(PORT_ANSWER);

		if (fd < 0)
			return 0;
		done += recv(fd, &c, 1, 0) == 1;
		(void)close(fd);
	}
	return done / ((double)(now - start) / 1e9);
}

static double bulk_gbit_per_second(void)
{
	static char piece[BULK_PIECE];
	EG_AUTO(fd_closep) int fd = dial(PORT_SINK);
	uint64_t start = clock_ns(), end = start + RUN_MS * 1000000ULL, now, bytes = 0;

	while (fd >= 0 && (now = clock_ns()) < end) {
		ssize_t n = send(fd, piece, sizeof(piece), MSG_NOSIGNAL);

		if (n <= 0)
			return 0;
		bytes += (uint64_t)n;
	}
	return fd < 0 ? 0 : (double)bytes * 8 / 1e9 / ((double)(now - start) / 1e9);
}

/* ---- the three namespaces ---- */

/* A child in a namespace of its own, spoken to over a socket. */
struct side {
	pid_t pid;
	int fd;
};

static void client_loop(int fd)
{
	char what;

	while (read(fd, &what, 1) == 1) {
		double rate = what == 'c' ? connections_per_second() : bulk_gbit_per_second();

		if (write(fd, &rate, sizeof(rate)) != sizeof(rate))
			return;
	}
}

/* The listeners exist before the other side is told that we are ready. */
static void server_loop(int fd)
{
	int answers = listener(PORT_ANSWER), sink = listener(PORT_SINK);

	if (answers < 0 || sink < 0 || write(fd, "r", 1) != 1)
		return;
	if (fork() == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* else it would outlive its parent */
		answer_forever(answers);
	}
	sink_forever(sink);
}

static void child(int fd, const char *interface, const char *address, const char *gateway,
		  bool client)
{
	char text[128], go;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (unshare(CLONE_NEWNET) < 0 || write(fd, "u", 1) != 1 || read(fd, &go, 1) != 1)
		_exit(1);
	(void)snprintf(text, sizeof(text), "address add %s/24 dev %s", address, interface);
	if (ip("link set lo up") < 0 || ip(text) < 0)
		_exit(1);
	(void)snprintf(text, sizeof(text), "link set %s up", interface);
	if (ip(text) < 0)
		_exit(1);
	(void)snprintf(text, sizeof(text), "route add default via %s", gateway);
	if (ip(text) < 0)
		_exit(1);
	if (!client)
		server_loop(fd);
	else if (write(fd, "r", 1) == 1)
		client_loop(fd);
	_exit(0);
}

static int begin_side(struct side *s, const char *interface, const char *address,
		      const char *gateway, bool client)
{
	int pair[2];
	char c;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	s->pid = fork();
	if (s->pid < 0)
		return -errno;
	if (s->pid == 0)
		child(pair[1], interface, address, gateway, client);
	(void)close(pair[1]);
	s->fd = pair[0];
	return read(s->fd, &c, 1) == 1 ? 0 : -ECHILD; /* it is in its namespace */
}

static int connect_side(const struct side *s, const char *ours, const char *theirs,
			const char *address)
{
	char text[128], c;
	int r;

	(void)snprintf(text, sizeof(text), "link add %s type veth peer name %s netns %d", ours,
		       theirs, (int)s->pid);
	r = ip(text);
	(void)snprintf(text, sizeof(text), "address add %s/24 dev %s", address, ours);
	r = r < 0 ? r : ip(text);
	(void)snprintf(text, sizeof(text), "link set %s up", ours);
	r = r < 0 ? r : ip(text);
	if (r < 0)
		return r;
	return write(s->fd, "g", 1) == 1 && read(s->fd, &c, 1) == 1 ? 0 : -ECHILD;
}

static void end_side(struct side *s)
{
	if (s->pid <= 0)
		return;
	(void)kill(s->pid, SIGKILL); /* our own child */
	(void)close(s->fd);
}

static int forward_on(void)
{
	FILE *f = fopen("/proc/sys/net/ipv4/ip_forward", "we");
	bool ok = f && fputs("1", f) >= 0;

	if (f)
		ok = fclose(f) == 0 && ok;
	return ok ? 0 : -EACCES;
}

/* ---- the rules ---- */

struct variant {
	const char *name;
	size_t prefixes;
	bool iptables;
	double connections, bulk; /* the best so far */
};

/* The i-th of n prefixes; the last one is the server's. */
static void print_prefix(struct buf *b, size_t i, size_t n)
{
	unsigned a = 0x0b000000 + (unsigned)i * 256;

	if (i + 1 == n)
		buf_adds(b, "10.99.2.0/24");
	else
		buf_printf(b, "%u.%u.%u.0/24", a >> 24, a >> 16 & 255, a >> 8 & 255);
}

static int load_set(const struct variant *v, struct diag *d)
{
	EG_AUTO(nft_link_closep) struct nft_link *l = NULL;
	EG_AUTO(nft_ruleset_freep) struct nft_ruleset *rs = NULL;
	EG_AUTO(buf_release) struct buf b = BUF_INIT;
	int r;

	buf_adds(&b,
		 "table inet egret {\n\tset p { type ipv4_addr; flags interval; elements = {\n");
	for (size_t i = 0; i < v->prefixes; i++) {
		print_prefix(&b, i, v->prefixes);
		buf_adds(&b, ",\n");
	}
	buf_adds(&b,
		 "} }\n\tchain forward { type filter hook forward priority 0; policy drop;\n"
		 "\t\tct state vmap { established : accept, related : accept, invalid : drop }\n"
		 "\t\tip daddr @p counter accept\n\t}\n}\n");
	r = b.r < 0 ? b.r : nft_text_read(buf_str(&b), "policy", NULL, d, &rs);
	r = r < 0 ? r : nft_link_open(&l, d);
	return r < 0 ? r : nft_replace_table(l, rs->table[0], NFT_COMMIT, d);
}

static int load_chain(const struct variant *v)
{
	static const char *const argv[] = { "iptables-nft-restore", NULL };
	EG_AUTO(buf_release) struct buf b = BUF_INIT, out = BUF_INIT;
	int r;

	buf_adds(&b, "*filter\n:FORWARD DROP [0:0]\n"
		     "-A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT\n"
		     "-A FORWARD -m conntrack --ctstate INVALID -j DROP\n");
	for (size_t i = 0; i < v->prefixes; i++) {
		buf_adds(&b, "-A FORWARD -d ");
		print_prefix(&b, i, v->prefixes);
		buf_adds(&b, " -j ACCEPT\n");
	}
	buf_adds(&b, "COMMIT\n");
	r = b.r < 0 ? b.r : netns_run(argv, buf_str(&b), &out);
	if (r)
		(void)fprintf(stderr, "%.*s", STR_FMT(buf_str(&out)));
	return r > 0 ? -ECHILD : r;
}

static int load_rules(const struct variant *v)
{
	static const char *const flush[] = { "nft", "flush", "ruleset", NULL };
	EG_AUTO(diag_freep) struct diag *d = diag_new();
	EG_AUTO(buf_release) struct buf told = BUF_INIT;
	int r = d ? run(flush) : -ENOMEM;

	if (r < 0 || !v->prefixes)
		return r;
	r = v->iptables ? load_chain(v) : load_set(v, d);
	diag_format(d, &told);
	(void)fprintf(stderr, "%.*s", STR_FMT(buf_str(&told)));
	return r;
}

static double ask_client(const struct side *client, char what)
{
	double rate = 0;

	if (write(client->fd, &what, 1) != 1 ||
	    read(client->fd, &rate, sizeof(rate)) != sizeof(rate))
		return 0;
	return rate;
}

static int measure(const struct side *client, struct variant *v)
{
	double c, b;
	int r = load_rules(v);

	if (r < 0)
		return r;
	c = ask_client(client, 'c');
	b = ask_client(client, 'b');
	v->connections = c > v->connections ? c : v->connections;
	v->bulk = b > v->bulk ? b : v->bulk;
	return c > 0 && b > 0 ? 0 : -ENETUNREACH;
}

static int measure_all(const struct side *client)
{
	struct variant variants[] = {
		{ .name = "no rules" },
		{ .name = "egret, 1,000 prefixes", .prefixes = 1000 },
		{ .name = "egret, 10,000 prefixes", .prefixes = 10000 },
		{ .name = "egret, 100,000 prefixes", .prefixes = 100000 },
		{ .name = "iptables, 1,000 rules", .prefixes = 1000, .iptables = true },
		{ .name = "iptables, 10,000 rules", .prefixes = 10000, .iptables = true },
	};
	bool peer = peer_installed("iptables-nft-restore");
	int r = 0;

	for (unsigned round = 0; r == 0 && round < ROUNDS; round++)
		for (size_t i = 0; r == 0 && i < ARRAY_LEN(variants); i++)
			if (peer || !variants[i].iptables)
				r = measure(client, &variants[i]);
	if (r < 0)
		return r;
	(void)printf("through a gateway of veth pairs, best of %u rounds of %d ms\n", ROUNDS,
		     RUN_MS);
	(void)printf("%-26s %14s %7s %11s %7s\n", "rules", "connections/s", "", "Gbit/s", "");
	for (size_t i = 0; i < ARRAY_LEN(variants); i++) {
		const struct variant *v = &variants[i];

		if (v->connections > 0)
			(void)printf("%-26s %14.0f %6.0f%% %11.1f %6.0f%%\n", v->name,
				     v->connections, 100 * v->connections / variants[0].connections,
				     v->bulk, 100 * v->bulk / variants[0].bulk);
	}
	if (!peer)
		(void)printf("iptables is not installed (apt install iptables)\n");
	return 0;
}

int main(void)
{
	struct side client = { 0 }, server = { 0 };
	int r;

	if (!peer_installed("nft") || !peer_installed("ip")) {
		(void)printf("skipped: nft and ip are needed (apt install nftables iproute2)\n");
		return 0;
	}
	if (!netns_enter())
		return 0;
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1);
	r = begin_side(&client, "c0", "10.99.1.2", "10.99.1.1", true);
	r = r < 0 ? r : begin_side(&server, "s0", server_address, "10.99.2.1", false);
	r = r < 0 ? r : connect_side(&client, "g1", "c0", "10.99.1.1");
	r = r < 0 ? r : connect_side(&server, "g2", "s0", "10.99.2.1");
	r = r < 0 ? r : forward_on();
	r = r < 0 ? r : measure_all(&client);
	end_side(&client);
	end_side(&server);
	while (waitpid(-1, NULL, 0) > 0) /* the server's child too, as its subreaper */
		;
	if (r < 0)
		(void)fprintf(stderr, "forward: %s\n", err_text(r));
	return r < 0;
}
