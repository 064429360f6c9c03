/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probes: one question to one far end, asked with real packets, and what came of it.
 *
 * A probe is one file and one line in probes.def. It never blocks and owns no descriptor, deadline
 * or limit: the engine (engine.h) opens the socket when the probe asks for it, waits, calls
 * ready(), and closes. A probe's start() and ready() return
 *   0    still waiting for run->events, or for run->again_ms to pass
 *   1    the finding stands in run->result
 *   <0   a local error: the engine makes FINDING_NOT_TRIED of it
 * What comes from the far end is never an error of ours; it is a finding.
 */
#pragma once

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/str.h"
#include "net/addr.h"

enum { PROBE_DETAIL_MAX = 160, PROBE_TIMEOUT_MS = 3000 };

enum finding {
	FINDING_NOT_TRIED, /* a local error: no route, no such source address, out of sockets */
	FINDING_ANSWERED,  /* the far end answered, as the protocol wants it */
	FINDING_REFUSED,   /* RST or an ICMP error came back; see refusal */
	FINDING_NO_ANSWER, /* nothing (more) came back in time */
	FINDING_BROKEN	   /* something came back that the protocol does not allow */
};

enum refusal { REFUSAL_NONE, REFUSAL_RESET, REFUSAL_ICMP };

struct probe_end {
	struct addr addr; /* family 0: any address */
	uint16_t port;	  /* 0: any port */
};

struct probe;

/* What to try. Text is borrowed. */
struct probe_job {
	const struct probe *probe;
	struct probe_end to, from;
	const char *name;    /* the server's name for SNI and Host, or NULL */
	unsigned timeout_ms; /* for the whole probe, pause not counted; 0: PROBE_TIMEOUT_MS */
	/*
	 * tcp and udp, against a far end that knows the word (the lab's responders): after the
	 * first answer stay silent this long, and want one more answer that the far end starts.
	 */
	unsigned pause_ms;
};

struct probe_result {
	enum finding finding;
	enum refusal refusal;
	uint8_t icmp_type, icmp_code; /* REFUSAL_ICMP, of the family of the target */
	struct addr by;		      /* REFUSAL_ICMP: who sent it; family 0 when unknown */
	bool connected;		      /* the TCP handshake was completed */
	int error;		      /* FINDING_NOT_TRIED: what our side said, -errno */
	uint64_t duration_ns;	      /* from the first system call to the finding */
	struct probe_end local, remote;
	char detail[PROBE_DETAIL_MAX]; /* for people: "HTTP 200", "STUN: seen as 192.0.2.1:4711" */
};

/* A probe at work. The engine makes it; the probe uses the part above the line. */
struct probe_run {
	const struct probe_job *job;
	struct probe_result *result;
	void *state;	   /* probe->state_size bytes, zeroed */
	int fd;		   /* from probe_open(); the engine closes it */
	short events;	   /* POLLIN and POLLOUT: what to wait for */
	unsigned again_ms; /* > 0: call ready(run, 0) once after this long (to send again) */
	/* ---- the engine's own ---- */
	uint64_t started_ns, deadline_ns, again_ns;
};

enum probe_needs { PROBE_NEEDS_PORT = 1 << 0, PROBE_TAKES_NAME = 1 << 1 };

struct probe {
	const char *name, *help;
	unsigned needs; /* enum probe_needs */
	uint8_t proto;	/* PROTO_TCP or PROTO_UDP */
	size_t state_size;
	int (*start)(struct probe_run *run);
	int (*ready)(struct probe_run *run, short events);
	void (*stop)(struct probe_run *run); /* once after each start; may be NULL */
};

#define PROBE(id) extern const struct probe probe_##id;
#include "probe/probes.def"
#undef PROBE

const struct probe *probe_find(struct str name); /* or NULL */
const struct probe *probe_at(size_t i);		 /* i-th, or NULL past the end */

const char *finding_name(enum finding f); /* "answered", "refused", ... */

/* "answered in 1.2 ms: HTTP 200", "refused by 10.0.0.1: ICMP type 3 code 13", "no answer". */
void probe_result_print(const struct probe_result *r, struct buf *out);

/* ---- for probes ---- */

/*
 * Opens run->fd: a non-blocking socket of the probe's protocol, bound to job->from where that says
 * something, and connected (TCP: connecting) to job->to. Errors are local ones, -errno.
 */
EG_CHECK int probe_open(struct probe_run *run);

/*
 * TCP: is the connection there? 0 not yet, 1 yes or a finding was set (see ret_up), <0 local. Once
 * it is, `note` is the detail that stands when nothing more comes.
 */
EG_CHECK int probe_connected(struct probe_run *run, short events, const char *note, bool *ret_up);

/*
 * Sends or receives on run->fd. > 0: bytes; 0: end of stream; -EAGAIN: wait. Any other failure of
 * the flow has become a finding: -ECANCELED, and the probe returns 1.
 */
EG_CHECK int probe_send(struct probe_run *run, const void *data, size_t n);
EG_CHECK int probe_receive(struct probe_run *run, void *data, size_t room);

/*
 * What most probes do, with the result that start() and ready() give. TCP: sends what is left of
 * the text, counting in *sent, and then waits for input. UDP: sends the datagram and asks for
 * another ready() after `again_ms` (0: never).
 */
EG_CHECK int probe_say(struct probe_run *run, struct str text, size_t *sent);
EG_CHECK int probe_ask(struct probe_run *run, struct str datagram, unsigned again_ms);

/*
 * What to make of `n` bytes that could not be read as a `what` ("STUN answer"), for `error`.
 * E_CONFLICT: it answers somebody else's question, so it may be stale or forged, and ours can still
 * come. Anything else is FINDING_BROKEN.
 */
int probe_misread(struct probe_run *run, const char *what, int n, int error);

/* Makes a finding of a socket error on a flow that was under way; always returns 1. */
int probe_failed(struct probe_run *run, int error);

/* Sets the finding and its detail; always returns 1. */
EG_PRINTF(3, 4) int probe_done(struct probe_run *run, enum finding f, const char *fmt, ...);

/* Sets the detail that stands when the deadline comes first. */
EG_PRINTF(2, 3) void probe_note(struct probe_run *run, const char *fmt, ...);

/* Unpredictable bytes for transaction and connection ids. */
void probe_random(void *data, size_t n);
