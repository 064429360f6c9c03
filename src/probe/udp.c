/* SPDX-License-Identifier: Apache-2.0 */
/* A datagram and any reply. */
#include <errno.h>

#include "net/proto.h"
#include "probe/greeting.h"
#include "probe/probe.h"

enum { AGAIN_MS = 1000 };

struct udp_state {
	char line[GREETING_MAX];
	size_t n;
	unsigned answers;
};

static int ask(struct probe_run *run)
{
	struct udp_state *s = run->state;

	/* Silence is what a pause is about. */
	return probe_ask(run, (struct str){ s->line, s->n }, run->job->pause_ms ? 0 : AGAIN_MS);
}

static int udp_start(struct probe_run *run)
{
	struct udp_state *s = run->state;
	uint64_t token;
	int r = probe_open(run);

	if (r < 0)
		return r;
	probe_random(&token, sizeof(token));
	s->n = greeting_write(token, run->job->pause_ms, s->line);
	return ask(run);
}

static int udp_ready(struct probe_run *run, short events)
{
	struct udp_state *s = run->state;
	char data[2048];
	bool echo;
	int n;

	if (!events)
		return s->answers ? 0 : ask(run);
	n = probe_receive(run, data, sizeof(data));
	if (n < 0)
		return n == -EAGAIN ? 0 : 1;
	echo = (size_t)n == s->n && memcmp(data, s->line, s->n) == 0;
	if (++s->answers == 1 && run->job->pause_ms) {
		probe_note(run, "answered at first, then not after the pause");
		return 0;
	}
	return probe_done(run, FINDING_ANSWERED, echo ? "UDP echo" : "UDP: %d bytes", n);
}

const struct probe probe_udp = {
	.name = "udp",
	.help = "send a datagram and wait for any reply",
	.needs = PROBE_NEEDS_PORT,
	.proto = PROTO_UDP,
	.state_size = sizeof(struct udp_state),
	.start = udp_start,
	.ready = udp_ready,
};
