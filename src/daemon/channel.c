/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/channel.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/fd.h"

struct queued {
	struct queued *next;
	size_t n;
	uint8_t data[];
};

union control {
	struct cmsghdr align;
	char room[CMSG_SPACE(sizeof(int))];
};

int channel_pair(int ret[static 2])
{
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ret) < 0
		       ? -errno
		       : 0;
}

static void end(struct channel *c, int r)
{
	channel_close(c);
	c->ended(c->data, r);
}

/* ---- sending ---- */

static int send_now(const struct channel *c, const uint8_t *data, size_t n, int fd)
{
	struct iovec iov = { .iov_base = (void *)(uintptr_t)data, .iov_len = n };
	union control control = { 0 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (fd >= 0) {
		struct cmsghdr *head;

		msg.msg_control = &control;
		msg.msg_controllen = sizeof(control);
		head = CMSG_FIRSTHDR(&msg);
		*head = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(fd)),
					  .cmsg_level = SOL_SOCKET,
					  .cmsg_type = SCM_RIGHTS };
		memcpy(CMSG_DATA(head), &fd, sizeof(fd));
	}
	return sendmsg(c->watch.fd, &msg, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

static int wait_for_room(struct channel *c, bool wait)
{
	return loop_change(c->loop, &c->watch, wait ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

static int queue(struct channel *c, const uint8_t *data, size_t n)
{
	struct queued *q = c->n < CHANNEL_QUEUE_MAX ? mem_alloc(sizeof(*q) + n) : NULL;

	if (!q)
		return E_LIMIT;
	*q = (struct queued){ .n = n };
	memcpy(q->data, data, n);
	*(c->last ? &c->last->next : &c->first) = q;
	c->last = q;
	return c->n++ ? 0 : wait_for_room(c, true);
}

int channel_send(struct channel *c, const struct message *m, int fd)
{
	uint8_t data[MESSAGE_MAX];
	size_t n = message_write(m, data);
	int r;

	if (c->watch.fd < 0)
		return -EPIPE;
	r = c->first ? -EAGAIN : send_now(c, data, n, fd);
	return r == -EAGAIN && fd < 0 ? queue(c, data, n) : r;
}

static void forget_first(struct channel *c)
{
	struct queued *q = c->first;

	c->first = q->next;
	if (!c->first)
		c->last = NULL;
	c->n--;
	mem_free(q);
}

static int flush(struct channel *c)
{
	while (c->first) {
		int r = send_now(c, c->first->data, c->first->n, -1);

		if (r == -EAGAIN)
			return 0;
		if (r < 0)
			return r;
		forget_first(c);
	}
	return wait_for_room(c, false);
}

/* ---- receiving ---- */

static int file_of(struct msghdr *msg)
{
	const struct cmsghdr *head = CMSG_FIRSTHDR(msg);
	int fd = -1;

	if (head && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS)
		memcpy(&fd, CMSG_DATA(head), sizeof(fd));
	return fd;
}

/* 1: one was received; 0: there is none now; negative: the channel is of no more use. */
static int receive(struct channel *c)
{
	EG_AUTO(fd_closep) int fd = -1;
	uint8_t data[MESSAGE_MAX];
	struct iovec iov = { .iov_base = data, .iov_len = sizeof(data) };
	union control control;
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = &control,
			      .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(c->watch.fd, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	int r;

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	fd = file_of(&msg);
	if (n == 0)
		return -EPIPE;
	r = msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC) ? E_SYNTAX
						     : message_read(data, (size_t)n, &c->in);
	if (r < 0)
		return r;
	c->received(c->data, &c->in, &fd);
	return 1;
}

static void ready(void *data, uint32_t events)
{
	struct channel *c = data;
	int r = events & EPOLLOUT ? flush(c) : 0;
	int more = 1;

	for (unsigned i = 0; r == 0 && more && i < CHANNEL_BURST && c->watch.fd >= 0; i++) {
		more = receive(c);
		if (more < 0)
			r = more;
	}
	if (c->rested && c->watch.fd >= 0)
		c->rested(c->data);
	if (r < 0 && c->watch.fd >= 0)
		end(c, r == -EPIPE || r == -ECONNRESET ? 0 : r);
}

/* ---- life ---- */

int channel_open(struct channel *c, struct loop *loop, int fd)
{
	int r;

	c->loop = loop;
	c->watch = (struct loop_watch){ .fd = fd, .ready = ready, .data = c };
	r = loop_add(loop, &c->watch, EPOLLIN);
	if (r < 0)
		fd_closep(&c->watch.fd);
	return r;
}

void channel_close(struct channel *c)
{
	if (c->watch.fd < 0)
		return;
	loop_remove(c->loop, &c->watch);
	fd_closep(&c->watch.fd);
	while (c->first)
		forget_first(c);
}
