/* SPDX-License-Identifier: Apache-2.0 */
/* A TCP handshake, a line of text, and any byte back: data flows both ways. */
#include <errno.h>

#include "net/proto.h"
#include "probe/greeting.h"
#include "probe/probe.h"

struct tcp_state {
	char line[GREETING_MAX];
	size_t n, sent;
	unsigned answers;
};

static int tcp_start(struct probe_run *run)
{
	struct tcp_state *s = run->state;
	uint64_t token;
	int r = probe_open(run);

	probe_random(&token, sizeof(token));
	s->n = greeting_write(token, run->job->pause_ms, s->line);
	return r;
}

static int listen_to(struct probe_run *run, struct tcp_state *s)
{
	char data[512];
	int n = probe_receive(run, data, sizeof(data));

	if (n < 0)
		return n == -EAGAIN ? 0 : 1;
	if (n == 0 && s->answers)
		return probe_done(run, FINDING_NO_ANSWER, "closed during the pause");
	if (n == 0)
		return probe_done(run, FINDING_ANSWERED, "TCP: accepted, closed without a byte");
	if (++s->answers == 1 && run->job->pause_ms) {
		probe_note(run, "answered at first, then not after the pause");
		return 0;
	}
	return probe_done(run, FINDING_ANSWERED, "TCP: %d bytes back", n);
}

static int tcp_ready(struct probe_run *run, short events)
{
	struct tcp_state *s = run->state;
	bool up = false;
	int r = probe_connected(run, events, "connected, but no byte came back", &up);

	if (r <= 0 || !up)
		return r;
	return s->sent < s->n ? probe_say(run, (struct str){ s->line, s->n }, &s->sent)
			      : listen_to(run, s);
}

const struct probe probe_tcp = {
	.name = "tcp",
	.help = "complete a TCP handshake and exchange bytes",
	.needs = PROBE_NEEDS_PORT,
	.proto = PROTO_TCP,
	.state_size = sizeof(struct tcp_state),
	.start = tcp_start,
	.ready = tcp_ready,
};
