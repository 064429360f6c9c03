/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/probe.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "net/proto.h"
#include "probe/sockaddr.h"

#define PROBE(id) &probe_##id,
static const struct probe *const probes[] = {
#include "probe/probes.def"
	NULL
};
#undef PROBE

const struct probe *probe_find(struct str name)
{
	for (size_t i = 0; probes[i]; i++)
		if (str_is(name, probes[i]->name))
			return probes[i];
	return NULL;
}

const struct probe *probe_at(size_t i)
{
	return i < ARRAY_LEN(probes) ? probes[i] : NULL;
}

const char *finding_name(enum finding f)
{
	static const char *const name[] = {
		[FINDING_NOT_TRIED] = "could not try", [FINDING_ANSWERED] = "answered",
		[FINDING_REFUSED] = "refused",	       [FINDING_NO_ANSWER] = "no answer",
		[FINDING_BROKEN] = "broken",
	};

	return (size_t)f < ARRAY_LEN(name) ? name[f] : "?";
}

void probe_result_print(const struct probe_result *r, struct buf *out)
{
	buf_adds(out, finding_name(r->finding));
	if (r->finding == FINDING_REFUSED && r->refusal == REFUSAL_RESET)
		buf_adds(out, ": TCP reset");
	if (r->finding == FINDING_REFUSED && r->refusal == REFUSAL_ICMP) {
		if (r->by.family) {
			buf_adds(out, " by ");
			addr_print(r->by, out);
		}
		buf_printf(out, ": ICMP type %u code %u", r->icmp_type, r->icmp_code);
	}
	if (r->finding == FINDING_NOT_TRIED)
		buf_printf(out, ": %s", err_text(r->error));
	if (r->finding == FINDING_ANSWERED)
		buf_printf(out, " in %.1f ms", (double)r->duration_ns / 1e6);
	if (r->detail[0])
		buf_printf(out, ": %s", r->detail);
}

/*
 * ICMP errors are wanted with their type and sender (ip(7), IP_RECVERR). A given source port is
 * shared on purpose: the lab calls from ports on which its responders listen.
 */
static int set_options(int fd, const struct probe_job *job)
{
	int one = 1;
	bool v6 = job->to.addr.family == FAMILY_V6;

	if (setsockopt(fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_RECVERR : IP_RECVERR, &one,
		       sizeof(one)) < 0)
		return -errno;
	if (!job->from.port)
		return 0;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one)) < 0)
		return -errno;
	return 0;
}

static int bind_source(int fd, const struct probe_job *job)
{
	struct probe_end from = job->from;
	union sockaddr_any sa;
	socklen_t n;

	if (!from.addr.family && !from.port)
		return 0;
	if (!from.addr.family)
		from.addr.family = job->to.addr.family; /* value 0: the wildcard */
	n = sockaddr_of(from, &sa);
	return bind(fd, &sa.any, n) < 0 ? -errno : 0;
}

static void note_local(struct probe_run *run)
{
	union sockaddr_any sa = { 0 };
	socklen_t n = sizeof(sa);

	if (getsockname(run->fd, &sa.any, &n) == 0)
		run->result->local = sockaddr_end(&sa);
}

int probe_open(struct probe_run *run)
{
	const struct probe_job *job = run->job;
	bool tcp = job->probe->proto == PROTO_TCP;
	union sockaddr_any sa;
	socklen_t n = sockaddr_of(job->to, &sa);
	int r;

	run->fd = socket(sa.any.sa_family,
			 (tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (run->fd < 0)
		return -errno;
	r = set_options(run->fd, job);
	if (r == 0)
		r = bind_source(run->fd, job);
	if (r < 0)
		return r;
	r = connect(run->fd, &sa.any, n) < 0 ? -errno : 0;
	note_local(run);
	run->events = tcp ? POLLOUT : POLLIN;
	return r == -EINPROGRESS ? 0 : r;
}

/* The ICMP error that waits on the socket, if there is one. */
static bool take_icmp(struct probe_run *run)
{
	char control[512], data[64];
	struct iovec iov = { data, sizeof(data) };
	struct msghdr m = { .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = control,
			    .msg_controllen = sizeof(control) };
	struct probe_result *res = run->result;

	if (recvmsg(run->fd, &m, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
		return false;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
		struct sock_extended_err e;
		union sockaddr_any by = { 0 };
		size_t left;

		if (!(c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR) &&
		    !(c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_RECVERR))
			continue;
		if (c->cmsg_len < CMSG_LEN(sizeof(e)))
			continue;
		memcpy(&e, CMSG_DATA(c), sizeof(e));
		if (e.ee_origin != SO_EE_ORIGIN_ICMP && e.ee_origin != SO_EE_ORIGIN_ICMP6)
			continue;
		left = c->cmsg_len - CMSG_LEN(sizeof(e));
		memcpy(&by, CMSG_DATA(c) + sizeof(e), left < sizeof(by) ? left : sizeof(by));
		res->icmp_type = e.ee_type;
		res->icmp_code = e.ee_code;
		res->by = sockaddr_end(&by).addr;
		return true;
	}
	return false;
}

/* From our own stack it means that no neighbour answers: nothing has left this machine. */
static bool host_unreachable(const struct probe_result *res)
{
	if (res->remote.addr.family == FAMILY_V4)
		return res->icmp_type == 3 && res->icmp_code == 1; /* RFC 792 */
	return res->icmp_type == 1 && res->icmp_code == 3;	   /* RFC 4443 */
}

int probe_failed(struct probe_run *run, int error)
{
	struct probe_result *res = run->result;

	if (take_icmp(run)) {
		if (host_unreachable(res) && addr_cmp(res->by, res->local.addr) == 0) {
			res->error = -EHOSTUNREACH;
			return probe_done(run, FINDING_NOT_TRIED, "the next hop does not answer");
		}
		res->refusal = REFUSAL_ICMP;
		return probe_done(run, FINDING_REFUSED, "%s", err_text(error));
	}
	switch (-error) {
	case ECONNREFUSED:
	case ECONNRESET:
	case EPIPE:
		res->refusal = REFUSAL_RESET;
		return probe_done(run, FINDING_REFUSED, "%s",
				  res->connected ? "after the handshake" : "");
	case ETIMEDOUT:
		return probe_done(run, FINDING_NO_ANSWER, "%s", "");
	default:
		res->error = error;
		return probe_done(run, FINDING_NOT_TRIED, "%s", "");
	}
}

int probe_connected(struct probe_run *run, short events, const char *note, bool *ret_up)
{
	int error = 0;
	socklen_t n = sizeof(error);

	*ret_up = run->result->connected;
	if (*ret_up)
		return 1;
	if (!(events & (POLLOUT | POLLERR | POLLHUP)))
		return 0;
	if (getsockopt(run->fd, SOL_SOCKET, SO_ERROR, &error, &n) < 0)
		return -errno;
	if (error)
		return probe_failed(run, -error);
	if (!(events & POLLOUT))
		return 0;
	run->result->connected = true;
	note_local(run);
	probe_note(run, "%s", note);
	*ret_up = true;
	return 1;
}

static int flow_error(struct probe_run *run)
{
	int error = -errno;

	if (error == -EAGAIN || error == -EINTR)
		return -EAGAIN;
	(void)probe_failed(run, error);
	return -ECANCELED;
}

int probe_send(struct probe_run *run, const void *data, size_t n)
{
	ssize_t sent = send(run->fd, data, n, MSG_NOSIGNAL);

	return sent < 0 ? flow_error(run) : (int)sent;
}

int probe_receive(struct probe_run *run, void *data, size_t room)
{
	ssize_t got = recv(run->fd, data, room, 0);

	return got < 0 ? flow_error(run) : (int)got;
}

int probe_say(struct probe_run *run, struct str text, size_t *sent)
{
	int n = probe_send(run, text.p + *sent, text.n - *sent);

	if (n < 0)
		return n == -EAGAIN ? 0 : 1;
	*sent += (size_t)n;
	if (*sent == text.n)
		run->events = POLLIN;
	return 0;
}

int probe_ask(struct probe_run *run, struct str datagram, unsigned again_ms)
{
	int n = probe_send(run, datagram.p, datagram.n);

	if (n < 0 && n != -EAGAIN)
		return 1;
	run->again_ms = again_ms;
	return 0;
}

int probe_misread(struct probe_run *run, const char *what, int n, int error)
{
	if (error == E_CONFLICT) {
		probe_note(run, "a %s to somebody else's question", what);
		return 0;
	}
	return probe_done(run, FINDING_BROKEN, "%d bytes that are no %s: %s", n, what,
			  err_text(error));
}

int probe_done(struct probe_run *run, enum finding f, const char *fmt, ...)
{
	va_list args;

	run->result->finding = f;
	va_start(args, fmt);
	(void)vsnprintf(run->result->detail, PROBE_DETAIL_MAX, fmt, args);
	va_end(args);
	return 1;
}

void probe_note(struct probe_run *run, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(run->result->detail, PROBE_DETAIL_MAX, fmt, args);
	va_end(args);
}

void probe_random(void *data, size_t n)
{
	uint8_t *at = data;

	while (n) {
		ssize_t got = getrandom(at, n, 0);

		if (got > 0) {
			at += got;
			n -= (size_t)got;
		}
	}
}
