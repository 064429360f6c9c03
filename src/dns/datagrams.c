/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/datagrams.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/alloc.h"

/* Room for a burst one way; what does not change of it is set once. */
struct burst {
	struct mmsghdr head[DATAGRAMS_BURST];
	struct iovec part[DATAGRAMS_BURST];
	union peer_wire peer[DATAGRAMS_BURST];
};

struct datagrams {
	struct burst in, out;
	bool open; /* answers wait */
	int fd;	   /* all that wait are for one socket */
	unsigned n;
	uint64_t *unsent;
	uint8_t query[DATAGRAMS_BURST][DATAGRAMS_QUERY_MAX];
	uint8_t answer[DATAGRAMS_BURST][DATAGRAMS_ANSWER_MAX];
};

static void prepare(struct burst *b, unsigned i, uint8_t *room, size_t size)
{
	b->part[i] = (struct iovec){ .iov_base = room, .iov_len = size };
	b->head[i].msg_hdr = (struct msghdr){ .msg_name = &b->peer[i],
					      .msg_namelen = sizeof(b->peer[i]),
					      .msg_iov = &b->part[i],
					      .msg_iovlen = 1 };
}

struct datagrams *datagrams_new(uint64_t *unsent)
{
	struct datagrams *d = mem_zero(1, sizeof(*d));

	if (d)
		d->unsent = unsent;
	for (unsigned i = 0; d && i < DATAGRAMS_BURST; i++) {
		prepare(&d->in, i, d->query[i], sizeof(d->query[i]));
		prepare(&d->out, i, d->answer[i], sizeof(d->answer[i]));
	}
	return d;
}

void datagrams_free(struct datagrams *d)
{
	mem_free(d);
}

/* ---- answers ---- */

/* What is refused (its client is unreachable, the queue is full) does not keep back the others. */
static void send_waiting(struct datagrams *d)
{
	unsigned done = 0;

	while (done < d->n) {
		int r = sendmmsg(d->fd, &d->out.head[done], d->n - done,
				 MSG_DONTWAIT | MSG_NOSIGNAL);

		if (r < 0)
			++*d->unsent;
		done += r < 0 ? 1 : (unsigned)r;
	}
	d->n = 0;
}

bool datagrams_send(struct datagrams *d, int fd, const struct peer *to, const uint8_t *packet,
		    size_t n)
{
	union peer_wire *peer;

	if (!d->open || n > DATAGRAMS_ANSWER_MAX) {
		union peer_wire wire;
		socklen_t length = peer_to_wire(to, &wire);

		return sendto(fd, packet, n, MSG_DONTWAIT | MSG_NOSIGNAL, &wire.any, length) ==
		       (ssize_t)n;
	}
	if (d->n == DATAGRAMS_BURST || (d->n && d->fd != fd))
		send_waiting(d);
	d->fd = fd;
	peer = &d->out.peer[d->n];
	d->out.head[d->n].msg_hdr.msg_namelen = peer_to_wire(to, peer);
	d->out.part[d->n].iov_len = n;
	memcpy(d->answer[d->n], packet, n);
	d->n++;
	return true;
}

void datagrams_begin(struct datagrams *d)
{
	d->open = true;
}

void datagrams_flush(struct datagrams *d)
{
	send_waiting(d);
	d->open = false;
}

/* ---- queries ---- */

void datagrams_receive(struct datagrams *d, int fd, datagrams_fn each, void *data)
{
	int n = recvmmsg(fd, d->in.head, DATAGRAMS_BURST, MSG_DONTWAIT, NULL);

	datagrams_begin(d);
	for (int i = 0; i < n; i++) {
		struct peer from;

		/* Port 0 cannot be answered. */
		if (peer_from_wire(&d->in.peer[i], &from) == 0 && from.port)
			each(data, &from, d->query[i], d->in.head[i].msg_len);
		d->in.head[i].msg_hdr.msg_namelen = sizeof(d->in.peer[i]);
	}
	datagrams_flush(d);
}
