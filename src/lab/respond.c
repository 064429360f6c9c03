/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/respond.h"

#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/err.h"
#include "lab/cert.h"
#include "lab/respondtcp.h"
#include "lab/respondudp.h"
#include "net/proto.h"

enum { EVENTS = 64, BACKLOG = 1024 };

void respond_want(struct respond_ports *p, unsigned proto, uint16_t port)
{
	unsigned char *bits = proto == PROTO_TCP ? p->tcp : p->udp;

	bits[port >> 3] |= (unsigned char)(1U << (port & 7));
}

static bool wanted(const unsigned char *bits, unsigned port)
{
	return bits[port >> 3] >> (port & 7) & 1;
}

static int set_flag(int fd, int level, int option)
{
	int one = 1;

	return setsockopt(fd, level, option, &one, sizeof(one)) < 0 ? -errno : 0;
}

/* SO_REUSEPORT: the lab's own probes may call from a port that answers, too. */
static int set_up(int fd, int family, bool tcp)
{
	int r = set_flag(fd, SOL_SOCKET, SO_REUSEADDR);

	if (r == 0)
		r = set_flag(fd, SOL_SOCKET, SO_REUSEPORT);
	if (r == 0 && family == AF_INET6)
		r = set_flag(fd, IPPROTO_IPV6, IPV6_V6ONLY);
	if (r < 0 || tcp)
		return r;
	return family == AF_INET ? set_flag(fd, IPPROTO_IP, IP_PKTINFO)
				 : set_flag(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO);
}

static int open_port(int family, bool tcp, unsigned port, int *ret)
{
	int fd = socket(family, (tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	const struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	const struct sockaddr_in6 v6 = { .sin6_family = AF_INET6,
					 .sin6_port = htons((uint16_t)port) };
	const void *at = family == AF_INET ? (const void *)&v4 : (const void *)&v6;
	int r;

	if (fd < 0)
		return -errno;
	r = set_up(fd, family, tcp);
	if (r == 0 && bind(fd, at, family == AF_INET ? sizeof(v4) : sizeof(v6)) < 0)
		r = -errno;
	if (r == 0 && tcp && listen(fd, BACKLOG) < 0)
		r = -errno;
	if (r < 0)
		(void)close(fd); /* nothing was sent */
	else
		*ret = fd;
	return r;
}

struct responder {
	const struct respond_ports *ports;
	struct respond_handle *handle; /* the listening sockets */
	size_t handles;
	struct respond_shared shared;
};

static int listen_on(struct responder *s, int family, bool tcp, unsigned port)
{
	struct respond_handle *h = &s->handle[s->handles];
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = h };
	int r;

	if (s->handles == RESPOND_PORTS_MAX)
		return E_LIMIT;
	*h = (struct respond_handle){ .fd = -1, .ready = tcp ? respond_accept : respond_datagram };
	r = open_port(family, tcp, port, &h->fd);
	if (r < 0)
		return r;
	s->handles++;
	return epoll_ctl(s->shared.epoll, EPOLL_CTL_ADD, h->fd, &e) < 0 ? -errno : 0;
}

static int listen_port(struct responder *s, unsigned port)
{
	static const int families[] = { AF_INET, AF_INET6 };
	int r = 0;

	for (size_t f = 0; f < ARRAY_LEN(families); f++) {
		if (r == 0 && wanted(s->ports->tcp, port))
			r = listen_on(s, families[f], true, port);
		if (r == 0 && wanted(s->ports->udp, port))
			r = listen_on(s, families[f], false, port);
	}
	return r;
}

static void raise_file_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit); /* socket() tells when it is not enough */
}

static int responder_setup(void *data)
{
	struct responder *s = data;
	int r;

	(void)signal(SIGPIPE, SIG_IGN); /* OpenSSL writes without MSG_NOSIGNAL */
	raise_file_limit();
	s->handle = mem_zero(RESPOND_PORTS_MAX, sizeof(*s->handle));
	s->shared.epoll = epoll_create1(EPOLL_CLOEXEC);
	if (!s->handle || s->shared.epoll < 0)
		return s->handle ? -errno : -ENOMEM;
	r = cert_server(&s->shared.tls);
	for (unsigned port = 1; r == 0 && port <= UINT16_MAX; port++)
		r = listen_port(s, port);
	return r;
}

static void responder_loop(void *data)
{
	struct responder *s = data;
	struct epoll_event event[EVENTS];

	for (;;) {
		int n = epoll_wait(s->shared.epoll, event, EVENTS, respond_late(&s->shared));

		if (n < 0 && errno != EINTR)
			return;
		for (int i = 0; i < n; i++) {
			struct respond_handle *h = event[i].data.ptr;

			h->ready(&s->shared, h, event[i].events);
		}
	}
}

int respond_start(struct lab *lab, size_t node, const struct respond_ports *ports)
{
	struct responder s = { .ports = ports, .shared = { .epoll = -1 } };
	const struct lab_service service = { responder_setup, responder_loop, &s };

	return lab_spawn(lab, node, &service);
}
