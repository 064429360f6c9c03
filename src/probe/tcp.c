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

static int say(struct probe_run *run, struct tcp_state *s)
{
	int n = probe_send(run, s->line + s->sent, s->n - s->sent);

	if (n < 0)
		return n == -EAGAIN ? 0 : 1;
	s->sent += (size_t)n;
	if (s->sent == s->n)
		run->events = POLLIN;
	return 0;
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
	bool up = false, was_up = run->result->connected;
	int r = probe_connected(run, events, &up);

	if (r <= 0 || !up)
		return r;
	if (!was_up)
		probe_note(run, "connected, but no byte came back");
	return s->sent < s->n ? say(run, s) : listen_to(run, s);
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
