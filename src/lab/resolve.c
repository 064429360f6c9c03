/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/resolve.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/fd.h"
#include "dns/message.h"
#include "probe/sockaddr.h"

enum { ASK_TIMEOUT_MS = 1500, ASK_TRIES = 4, DNS_PORT = 53 };

/* One question and what became of it. */
struct question {
	struct addr from;
	const char *name;
	uint16_t type;
	bool stream; /* over TCP */
	enum resolved end;
};

/* All questions that start at one node; runs inside it. */
struct asking {
	struct addr server;
	struct question *q;
	size_t n;
};

static int open_socket(const struct asking *a, const struct question *q)
{
	EG_AUTO(fd_closep)
	int fd = socket(AF_INET, (q->stream ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0);
	union sockaddr_any from, to;
	socklen_t from_n = sockaddr_of((struct probe_end){ .addr = q->from }, &from);
	socklen_t to_n = sockaddr_of((struct probe_end){ a->server, DNS_PORT }, &to);

	if (fd < 0 || bind(fd, &from.any, from_n) < 0 || connect(fd, &to.any, to_n) < 0)
		return -errno;
	return fd_take(&fd);
}

static void put16(uint8_t *to, unsigned v)
{
	to[0] = (uint8_t)(v >> 8);
	to[1] = (uint8_t)v;
}

/* RFC 1035 section 4.1: a header that wants recursion, and one question. */
static int write_question(const struct question *q, uint16_t id,
			  uint8_t packet[static DNS_HEADER + DNS_QUESTION_MAX], size_t *ret_n)
{
	struct dns_name wire;
	struct name name;
	int r = name_parse(str_of(q->name), &name);

	if (r == 0)
		r = dns_name_of(&name, &wire);
	if (r < 0)
		return r;
	memset(packet, 0, DNS_HEADER);
	put16(packet, id);
	put16(packet + 2, DNS_RD);
	put16(packet + 4, 1);
	memcpy(packet + DNS_HEADER, wire.wire, wire.n);
	put16(packet + DNS_HEADER + wire.n, q->type);
	put16(packet + DNS_HEADER + wire.n + 2, CLASS_IN);
	*ret_n = (size_t)DNS_HEADER + wire.n + 4;
	return 0;
}

static enum resolved read_answer(const uint8_t *packet, size_t n, uint16_t id)
{
	struct cursor c = cursor_over(packet, n);
	struct dns_header h;

	dns_header_read(&c, &h);
	if (c.r < 0 || h.id != id || !(h.flags & DNS_QR))
		return RESOLVED_SILENT;
	if ((h.flags & DNS_RCODE) == RCODE_REFUSED)
		return RESOLVED_REFUSED;
	return (h.flags & DNS_RCODE) == RCODE_NOERROR && h.count[1] ? RESOLVED_ANSWERED
								    : RESOLVED_SILENT;
}

/* Over TCP its length stands before a message (RFC 1035 section 4.2.2). */
enum { LENGTH = 2 };

static enum resolved ask_once(int fd, const struct question *q, uint16_t id)
{
	uint8_t room[LENGTH + DNS_MESSAGE_MAX];
	size_t before = q->stream ? LENGTH : 0;
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	ssize_t got;
	size_t n;

	if (write_question(q, id, room + LENGTH, &n) < 0)
		return RESOLVED_SILENT;
	put16(room, (unsigned)n);
	if (send(fd, room + LENGTH - before, before + n, MSG_NOSIGNAL) != (ssize_t)(before + n) ||
	    poll(&ready, 1, ASK_TIMEOUT_MS) != 1)
		return RESOLVED_SILENT;
	got = recv(fd, room, sizeof(room), 0); /* a refusal is short: one segment */
	if (got < (ssize_t)before)
		return RESOLVED_SILENT;
	return read_answer(room + before, (size_t)got - before, id);
}

static enum resolved ask(const struct asking *a, const struct question *q, size_t index)
{
	EG_AUTO(fd_closep) int fd = open_socket(a, q);
	enum resolved end = RESOLVED_SILENT;

	for (unsigned k = 0; fd >= 0 && end == RESOLVED_SILENT && k < ASK_TRIES; k++)
		end = ask_once(fd, q, (uint16_t)(index * ASK_TRIES + k));
	return end;
}

/* Runs inside the node: how each question ended goes back as bytes. */
static int ask_all(void *data, struct diag *d, struct buf *out)
{
	const struct asking *a = data;

	(void)d;
	for (size_t i = 0; i < a->n; i++)
		buf_addc(out, (char)ask(a, &a->q[i], i));
	return out->r;
}

static int ask_from(struct lab *lab, size_t node, struct question *q, size_t n, struct diag *d)
{
	EG_AUTO(buf_release) struct buf out = BUF_INIT;
	struct asking a = { .server = lab_gateway_address(node), .q = q, .n = n };
	int r = n ? lab_call(lab, (int)node, ask_all, &a, d, &out) : 0;

	if (r == 0 && out.n != n)
		r = -EPROTO;
	for (size_t i = 0; r == 0 && i < n; i++)
		q[i].end = (enum resolved)out.data[i];
	return r;
}

int resolve_name(struct lab *lab, size_t node, struct addr from, const char *name, bool stream,
		 struct diag *d, enum resolved *ret)
{
	struct question q = { .from = from, .name = name, .type = TYPE_A, .stream = stream };
	int r = ask_from(lab, node, &q, 1, d);

	if (r == 0)
		*ret = q.end;
	return r;
}

/* ---- the names of trials ---- */

/* Where a client of the trial's zone asks from: its own address, or the zone's IPv4 one. */
static bool asks_from(const struct policy *policy, const struct trial *t, struct addr *ret)
{
	if (t->flow.src.family == FAMILY_V4) {
		*ret = t->flow.src;
		return true;
	}
	for (size_t i = 0; i < policy->zones; i++) {
		if (prefixlist_has(&policy->zone[i].set, t->flow.src) &&
		    topology_address(&policy->zone[i].set, FAMILY_V4, ret))
			return true;
	}
	return false;
}

static int resolve_node(struct lab *lab, size_t node, const struct policy *policy,
			const struct trials *trials, struct diag *d, enum resolved *ret)
{
	EG_AUTO(mem_freep) struct question *q = mem_zero(trials->n, sizeof(*q));
	EG_AUTO(mem_freep) size_t *who = mem_zero(trials->n, sizeof(*who));
	size_t n = 0;
	int r;

	if (!q || !who)
		return -ENOMEM;
	for (size_t i = 0; i < trials->n; i++) {
		const struct trial *t = &trials->trial[i];

		if (!t->name || t->from != node || !asks_from(policy, t, &q[n].from))
			continue;
		q[n].name = t->name;
		q[n].type = t->flow.dst.family == FAMILY_V4 ? TYPE_A : TYPE_AAAA;
		who[n++] = i;
	}
	r = ask_from(lab, node, q, n, d);
	for (size_t k = 0; r == 0 && k < n; k++)
		ret[who[k]] = q[k].end;
	return r;
}

int resolve_trials(struct lab *lab, const struct policy *policy, const struct trials *trials,
		   struct diag *d, enum resolved *ret)
{
	int r = 0;

	for (size_t i = 0; i < trials->n; i++)
		ret[i] = RESOLVED_NOT_ASKED;
	for (size_t node = 0; r == 0 && node < lab_topology(lab)->nodes; node++) {
		if (node != lab_topology(lab)->outside)
			r = resolve_node(lab, node, policy, trials, d, ret);
	}
	return r;
}
