/* SPDX-License-Identifier: Apache-2.0 */
/* STUN Binding request and response over UDP (RFC 8489 section 6.2.1). */
#include <errno.h>

#include "net/proto.h"
#include "probe/probe.h"
#include "probe/sockaddr.h"
#include "probe/stunwire.h"

enum { FIRST_AGAIN_MS = 500 /* RFC 8489 6.2.1: the initial RTO; doubled each time */ };

struct stun_state {
	uint8_t id[STUN_ID];
	unsigned again_ms;
};

static int ask(struct probe_run *run)
{
	struct stun_state *s = run->state;
	uint8_t request[STUN_REQUEST_SIZE];
	unsigned again_ms = s->again_ms;

	stun_write_request(s->id, request);
	s->again_ms *= 2;
	return probe_ask(run, (struct str){ (char *)request, sizeof(request) }, again_ms);
}

static int stun_start(struct probe_run *run)
{
	struct stun_state *s = run->state;
	int r = probe_open(run);

	if (r < 0)
		return r;
	probe_random(s->id, sizeof(s->id));
	s->again_ms = FIRST_AGAIN_MS;
	return ask(run);
}

static int judge(struct probe_run *run, const struct stun_answer *a)
{
	const struct probe_end *local = &run->result->local;
	char seen[PROBE_END_TEXT_MAX];
	bool same;

	if (a->error)
		return probe_done(run, FINDING_ANSWERED, "STUN error %u", a->code);
	probe_end_format(a->seen, seen);
	same = addr_cmp(a->seen.addr, local->addr) == 0 && a->seen.port == local->port;
	return probe_done(run, FINDING_ANSWERED, "STUN: seen as %s%s", seen,
			  same ? "" : ", translated on the way");
}

static int stun_ready(struct probe_run *run, short events)
{
	struct stun_state *s = run->state;
	struct stun_answer answer;
	uint8_t data[2048];
	int n, r;

	if (!events)
		return ask(run);
	n = probe_receive(run, data, sizeof(data));
	if (n < 0)
		return n == -EAGAIN ? 0 : 1;
	r = stun_read_answer(data, (size_t)n, s->id, &answer);
	return r == 0 ? judge(run, &answer) : probe_misread(run, "STUN answer", n, r);
}

const struct probe probe_stun = {
	.name = "stun",
	.help = "ask a STUN server for the address it sees",
	.needs = PROBE_NEEDS_PORT,
	.proto = PROTO_UDP,
	.state_size = sizeof(struct stun_state),
	.start = stun_start,
	.ready = stun_ready,
};
