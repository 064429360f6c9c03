/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks a resolver for names n0.zoom.us, n1.zoom.us, ... and tells how fast the answers came.
 *
 *	dnsload ADDRESS[:PORT] FIRST NAMES WINDOW SECONDS
 *
 * WINDOW questions are under way at the same time. SECONDS 0: each name once. Otherwise the names
 * over and over for that long. What is not answered in PATIENCE_MS is lost. It sends and receives
 * many datagrams with one call, so that it is faster than what it measures.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/str.h"
#include "dns/message.h"
#include "dns/out.h"
#include "net/peer.h"

enum {
	WINDOW_MAX = 1024,
	BATCH = 64,
	PATIENCE_MS = 2000,
	SAMPLES_MAX = 1 << 22,
	NS_PER_S = 1000000000
};

/* A question under way; its id is its place. */
struct asked {
	uint64_t at; /* 0: none */
};

static struct {
	int fd;
	uint64_t first, names, next, sent, end; /* end: when no more is asked; 0: after all names */
	unsigned window, under_way;
	struct asked asked[WINDOW_MAX];
	uint64_t answers, bad, lost;
	uint32_t *sample; /* nanoseconds, of each answer as long as there is room */
	size_t samples;
} l;

static bool has_more(uint64_t now)
{
	return l.end ? now < l.end : l.sent < l.names;
}

/* The next question into `to`; returns its length. */
static size_t write_next(unsigned id, uint8_t *to, size_t size)
{
	struct out o = { .data = to, .size = size };
	struct dns_question q = { .type = TYPE_A, .class = CLASS_IN };
	const uint64_t number = l.first + l.next;
	struct name name;

	(void)snprintf(name.text, sizeof(name.text), "n%llu.zoom.us", (unsigned long long)number);
	if (++l.next == l.names)
		l.next = 0;
	if (dns_name_of(&name, &q.name) < 0)
		abort();
	out_question(&o, (uint16_t)id, &q, false);
	return o.n;
}

/* Asks as many as may be under way. */
static void ask(uint64_t now)
{
	static uint8_t packet[BATCH][512];
	struct iovec piece[BATCH];
	struct mmsghdr message[BATCH] = { 0 };
	unsigned n = 0;

	for (unsigned i = 0; i < l.window && n < BATCH && has_more(now); i++) {
		if (l.asked[i].at)
			continue;
		piece[n] = (struct iovec){ packet[n], write_next(i, packet[n], sizeof(packet[n])) };
		message[n].msg_hdr = (struct msghdr){ .msg_iov = &piece[n], .msg_iovlen = 1 };
		l.asked[i].at = now;
		l.sent++;
		l.under_way++;
		n++;
	}
	for (unsigned done = 0; done < n;) {
		int r = sendmmsg(l.fd, message + done, n - done, 0);

		if (r <= 0)
			return; /* they will be lost */
		done += (unsigned)r;
	}
}

static void take(const uint8_t *packet, size_t n, uint64_t now)
{
	unsigned id = n >= DNS_HEADER ? packet[0] << 8U | packet[1] : WINDOW_MAX;

	if (id >= l.window || !l.asked[id].at)
		return;
	if (l.samples < SAMPLES_MAX)
		l.sample[l.samples++] = (uint32_t)(now - l.asked[id].at);
	l.asked[id].at = 0;
	l.under_way--;
	if (packet[3] & DNS_RCODE || !packet[7])
		l.bad++;
	else
		l.answers++;
}

static void receive(void)
{
	static uint8_t packet[BATCH][1500];
	struct iovec piece[BATCH];
	struct mmsghdr message[BATCH] = { 0 };
	uint64_t now;
	int n;

	for (unsigned i = 0; i < BATCH; i++) {
		piece[i] = (struct iovec){ packet[i], sizeof(packet[i]) };
		message[i].msg_hdr = (struct msghdr){ .msg_iov = &piece[i], .msg_iovlen = 1 };
	}
	n = recvmmsg(l.fd, message, BATCH, MSG_DONTWAIT, NULL);
	now = clock_ns();
	for (int i = 0; i < n; i++)
		take(packet[i], message[i].msg_len, now);
}

static void give_up_old(uint64_t now)
{
	for (unsigned i = 0; i < l.window; i++) {
		if (!l.asked[i].at || now - l.asked[i].at < PATIENCE_MS * 1000000ULL)
			continue;
		l.asked[i].at = 0;
		l.under_way--;
		l.lost++;
	}
}

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static double percentile(unsigned p)
{
	const size_t at = l.samples ? (l.samples - 1) * p / 100 : 0;

	return l.sample[at] / 1000.0;
}

static void run(void)
{
	uint64_t start = clock_ns(), now = start, looked = start;

	while (has_more(now) || l.under_way) {
		struct pollfd p = { .fd = l.fd, .events = POLLIN };

		ask(now);
		if (poll(&p, 1, 100) > 0)
			receive();
		now = clock_ns();
		if (now - looked > NS_PER_S / 10) {
			give_up_old(now);
			looked = now;
		}
	}
	qsort(l.sample, l.samples, sizeof(*l.sample), by_value);
	printf("rate=%.0f answers=%llu bad=%llu lost=%llu p50=%.1f p99=%.1f\n",
	       (double)l.answers * NS_PER_S / (double)(now - start), (unsigned long long)l.answers,
	       (unsigned long long)l.bad, (unsigned long long)l.lost, percentile(50),
	       percentile(99));
}

static uint64_t number(const char *text, uint64_t most)
{
	uint64_t n;

	if (str_u64(str_of(text), most, &n) < 0) {
		(void)fprintf(stderr, "dnsload: %s is no number up to %llu\n", text,
			      (unsigned long long)most);
		exit(2);
	}
	return n;
}

int main(int argc, char **argv)
{
	union peer_wire wire;
	struct peer to;

	if (argc != 6 || peer_parse(str_of(argv[1]), 53, &to) < 0) {
		(void)fputs("usage: dnsload ADDRESS[:PORT] FIRST NAMES WINDOW SECONDS\n", stderr);
		return 2;
	}
	l.first = number(argv[2], UINT32_MAX);
	l.names = number(argv[3], UINT32_MAX);
	l.window = (unsigned)number(argv[4], WINDOW_MAX);
	l.end = number(argv[5], 3600) * NS_PER_S;
	l.end += l.end ? clock_ns() : 0;
	l.sample = mem_zero(SAMPLES_MAX, sizeof(*l.sample));

	socklen_t length = peer_to_wire(&to, &wire);

	l.fd = socket(wire.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (!l.sample || !l.names || !l.window || l.fd < 0 ||
	    connect(l.fd, &wire.any, length) < 0) {
		perror("dnsload");
		return 3;
	}
	run();
	return l.answers ? 0 : 1;
}
