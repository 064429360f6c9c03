/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/respondudp.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "probe/greeting.h"
#include "probe/quicwire.h"
#include "probe/sockaddr.h"
#include "probe/stunwire.h"

enum { DATAGRAM_MAX = 2048, CONTROL_MAX = 128, LATE_MAX = 4096 };

struct respond_late {
	struct respond_late *next;
	uint64_t due_ns;
	int fd;
	size_t n, to_n, control_n;
	union sockaddr_any to;
	/* Aligned for the control message headers in it. */
	_Alignas(struct cmsghdr) char control[CONTROL_MAX];
	char data[GREETING_MAX];
};

void respond_later(struct respond_shared *s, int fd, const struct respond_message *m, unsigned ms)
{
	struct respond_late *late;

	if (m->n > GREETING_MAX || m->control_n > CONTROL_MAX || m->to_n > sizeof(late->to))
		return;
	late = mem_zero(1, sizeof(*late));
	if (!late)
		return;
	late->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	late->due_ns = clock_ns() + (uint64_t)ms * 1000000U;
	late->n = m->n;
	late->to_n = m->to_n;
	late->control_n = m->control_n;
	memcpy(late->data, m->data, m->n);
	if (m->to_n)
		memcpy(&late->to, m->to, m->to_n);
	if (m->control_n)
		memcpy(late->control, m->control, m->control_n);
	late->next = s->late;
	s->late = late;
}

static void send_late(struct respond_late *late)
{
	struct iovec iov = { late->data, late->n };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (late->to_n) {
		m.msg_name = &late->to;
		m.msg_namelen = (socklen_t)late->to_n;
		m.msg_control = late->control;
		m.msg_controllen = late->control_n;
	}
	(void)sendmsg(late->fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT); /* lost: the probe will tell */
	(void)close(late->fd);
	mem_free(late);
}

int respond_late(struct respond_shared *s)
{
	uint64_t now = clock_ns(), next = UINT64_MAX;
	struct respond_late **at = &s->late;

	while (*at) {
		struct respond_late *late = *at;

		if (late->due_ns <= now) {
			*at = late->next;
			send_late(late);
			continue;
		}
		next = late->due_ns < next ? late->due_ns : next;
		at = &late->next;
	}
	return next == UINT64_MAX ? -1 : (int)((next - now) / 1000000U) + 1;
}

/* What to say to `n` bytes at `data`, into `out`; the default is the same bytes. */
static size_t answer_to(const char *data, size_t n, struct probe_end from,
			char out[static DATAGRAM_MAX])
{
	static const uint32_t versions[] = { 1, 0x6b3343cf }; /* RFC 9000, RFC 9369 */
	uint8_t id[STUN_ID];
	struct quic_ids ids;

	if (stun_read_request(data, n, id) == 0)
		return stun_write_answer(id, from, (uint8_t *)out);
	if (quic_read_initial(data, n, &ids) == 0)
		return quic_write_negotiation(&ids, versions, ARRAY_LEN(versions), (uint8_t *)out);
	memcpy(out, data, n);
	return n;
}

/*
 * IP_PKTINFO of a received packet names our address as ipi_addr; for sending it is wanted as
 * ipi_spec_dst (ip(7)). With AnyIP the two differ. The interface is left to routing.
 */
static void turn_around(struct msghdr *m)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
			struct in_pktinfo info;

			memcpy(&info, CMSG_DATA(c), sizeof(info));
			info.ipi_spec_dst = info.ipi_addr;
			info.ipi_ifindex = 0;
			memcpy(CMSG_DATA(c), &info, sizeof(info));
		} else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
			struct in6_pktinfo info;

			memcpy(&info, CMSG_DATA(c), sizeof(info));
			info.ipi6_ifindex = 0;
			memcpy(CMSG_DATA(c), &info, sizeof(info));
		}
	}
}

void respond_datagram(struct respond_shared *s, struct respond_handle *h, uint32_t events)
{
	_Alignas(struct cmsghdr) char control[CONTROL_MAX];
	char data[DATAGRAM_MAX], out[DATAGRAM_MAX];
	union sockaddr_any from;
	struct iovec iov = { data, sizeof(data) };
	struct msghdr m = { .msg_name = &from,
			    .msg_namelen = sizeof(from),
			    .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = control,
			    .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(h->fd, &m, 0);
	unsigned pause;

	(void)events;
	if (n < 0)
		return;
	turn_around(&m);
	iov = (struct iovec){ out, answer_to(data, (size_t)n, sockaddr_end(&from), out) };
	(void)sendmsg(h->fd, &m, MSG_NOSIGNAL); /* lost: the probe will tell */
	if (greeting_read((struct str){ data, (size_t)n }, &pause) == 0 && pause)
		respond_later(s, h->fd,
			      &(struct respond_message){ data, &from, control, (size_t)n,
							 m.msg_namelen, m.msg_controllen },
			      pause);
}
