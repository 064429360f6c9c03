/* SPDX-License-Identifier: Apache-2.0 */
/* QUIC: does a server speak it there? Version negotiation, without a connection (quicwire.h). */
#include <errno.h>

#include "net/proto.h"
#include "probe/probe.h"
#include "probe/quicwire.h"

enum { AGAIN_MS = 1000 /* RFC 9002 6.2.2: about the first probe timeout */ };

struct quic_state {
	struct quic_ids ids;
	uint32_t version;
};

static int ask(struct probe_run *run)
{
	struct quic_state *s = run->state;
	uint8_t packet[QUIC_INITIAL_SIZE];

	quic_write_initial(&s->ids, s->version, packet);
	return probe_ask(run, (struct str){ (char *)packet, sizeof(packet) }, AGAIN_MS);
}

static int quic_start(struct probe_run *run)
{
	struct quic_state *s = run->state;
	uint32_t random;
	int r = probe_open(run);

	if (r < 0)
		return r;
	probe_random(&random, sizeof(random));
	s->version = quic_reserved_version(random);
	s->ids.destinations = s->ids.sources = QUIC_ID;
	probe_random(s->ids.destination, QUIC_ID);
	probe_random(s->ids.source, QUIC_ID);
	return ask(run);
}

static int judge(struct probe_run *run, const struct quic_versions *v)
{
	char list[96] = "";
	size_t at = 0;

	for (unsigned i = 0; i < v->n && at < sizeof(list) - 12; i++) {
		uint32_t x = v->version[i];

		if ((x & 0x0f0f0f0f) == 0x0a0a0a0a)
			continue; /* reserved, sent to keep us honest */
		at += (size_t)snprintf(list + at, sizeof(list) - at, x < 256 ? "%s%u" : "%s0x%x",
				       at ? ", " : "", x);
	}
	return probe_done(run, FINDING_ANSWERED, "QUIC versions %s", at ? list : "none we know");
}

static int quic_ready(struct probe_run *run, short events)
{
	struct quic_state *s = run->state;
	struct quic_versions versions;
	uint8_t data[2048];
	int n, r;

	if (!events)
		return ask(run);
	n = probe_receive(run, data, sizeof(data));
	if (n < 0)
		return n == -EAGAIN ? 0 : 1;
	r = quic_read_negotiation(data, (size_t)n, &s->ids, &versions);
	return r == 0 ? judge(run, &versions) : probe_misread(run, "QUIC answer", n, r);
}

const struct probe probe_quic = {
	.name = "quic",
	.help = "make a QUIC server list its versions",
	.needs = PROBE_NEEDS_PORT,
	.proto = PROTO_UDP,
	.state_size = sizeof(struct quic_state),
	.start = quic_start,
	.ready = quic_ready,
};
