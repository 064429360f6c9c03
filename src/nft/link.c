/* SPDX-License-Identifier: Apache-2.0 */
#include "nft/link.h"

#include "nft/kernel.h"
#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/alloc.h"
#include "base/err.h"
#include "nft/attrs.h"
#include "nft/refusal.h"

enum {
	RECEIVE_ROOM = 64 * 1024,	 /* one datagram: the kernel's dumps stop at 32 KiB */
	RECEIVE_QUEUE = 4 * 1024 * 1024, /* room for thousands of error acknowledgements */
	SEND_OVERHEAD = 32,		 /* netlink_sendmsg() keeps this much of the buffer */
	SEND_SLACK = 4096		 /* begin and end message, and some */
};

struct nft_link {
	struct mnl_socket *nl;
	int fd;
	uint32_t seq; /* of the last message sent */
	size_t room;  /* what one sendmsg may carry now */
	_Alignas(struct nlmsghdr) char answer[RECEIVE_ROOM];
};

struct batch_frame { /* the begin and end message of a transaction */
	struct nlmsghdr nl;
	struct nfgenmsg nf;
};

struct batch_begin { /* a begin message that holds for one generation of the rules */
	struct batch_frame frame;
	struct nlattr attr;
	uint32_t generation;
};

static size_t send_room(int fd)
{
	int size = 0;
	socklen_t n = sizeof(size);

	if (getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, &n) < 0 || size < SEND_OVERHEAD)
		return 0;
	return (size_t)size - SEND_OVERHEAD;
}

/* Asks for a send buffer of `need` bytes, by right and else as far as we may; keeps what it got. */
static void grow_send_room(struct nft_link *l, size_t need)
{
	/* The kernel doubles what we ask for, and caps the request at INT_MAX / 2. */
	int half = need >= INT32_MAX ? INT32_MAX / 2 : (int)((need + SEND_SLACK) / 2 + 1);

	if (setsockopt(l->fd, SOL_SOCKET, SO_SNDBUFFORCE, &half, sizeof(half)) < 0)
		(void)setsockopt(l->fd, SOL_SOCKET, SO_SNDBUF, &half, sizeof(half));
	l->room = send_room(l->fd);
}

static void set_options(struct nft_link *l)
{
	int on = 1, queue = RECEIVE_QUEUE;

	/* All three make answers better; none is needed for correct ones. */
	(void)setsockopt(l->fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	(void)setsockopt(l->fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	if (setsockopt(l->fd, SOL_SOCKET, SO_RCVBUFFORCE, &queue, sizeof(queue)) < 0)
		(void)setsockopt(l->fd, SOL_SOCKET, SO_RCVBUF, &queue, sizeof(queue));
}

int nft_link_open(struct nft_link **ret, struct diag *d)
{
	struct nft_link *l = mem_zero(1, sizeof(*l));
	int r = 0;

	if (!l)
		return -ENOMEM;
	l->nl = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
	if (!l->nl || mnl_socket_bind(l->nl, 0, MNL_SOCKET_AUTOPID) < 0)
		r = -errno;
	if (r < 0) {
		diag_error(d, NOWHERE, "cannot talk to the kernel's nf_tables: %s", err_text(r));
		nft_link_close(l);
		return r;
	}
	l->fd = mnl_socket_get_fd(l->nl);
	set_options(l);
	l->room = send_room(l->fd);
	*ret = l;
	return 0;
}

void nft_link_close(struct nft_link *l)
{
	if (!l)
		return;
	if (l->nl)
		(void)mnl_socket_close(l->nl); /* nothing to lose: the kernel answered long ago */
	mem_free(l);
}

void nft_link_closep(struct nft_link **l)
{
	nft_link_close(*l);
}

size_t nft_link_limit(struct nft_link *l)
{
	grow_send_room(l, INT32_MAX);
	return l->room > SEND_SLACK ? l->room - SEND_SLACK : 0;
}

static int make_room(struct nft_link *l, size_t size, struct diag *d)
{
	if (size > l->room)
		grow_send_room(l, size);
	if (size <= l->room)
		return 0;
	diag_error(d, NOWHERE,
		   "the ruleset needs a transaction of %zu KiB, this socket may send %zu KiB",
		   size / 1024, l->room / 1024);
	diag_hint(d,
		  "as root outside of any user namespace there is no such limit; else raise "
		  "net.core.wmem_max to %zu or use fewer prefixes",
		  size / 2 + SEND_SLACK);
	return E_LIMIT;
}

/* One datagram from the kernel into l->answer. 0: nothing is waiting (only with MSG_DONTWAIT). */
static ssize_t receive(struct nft_link *l, int flags)
{
	struct sockaddr_nl from = { 0 };
	struct iovec iov = { l->answer, sizeof(l->answer) };
	struct msghdr m = {
		.msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &iov, .msg_iovlen = 1
	};
	ssize_t n;

	do {
		n = recvmsg(l->fd, &m, flags);
	} while ((n < 0 && errno == EINTR) || (n >= 0 && from.nl_pid != 0));
	if (n < 0)
		return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -errno;
	return m.msg_flags & MSG_TRUNC ? -EMSGSIZE : n;
}

/* Answers to something that was given up earlier must not be taken for ours. */
static void drop_stale(struct nft_link *l)
{
	while (receive(l, MSG_DONTWAIT) > 0)
		;
}

static int send_all(struct nft_link *l, struct iovec *iov, size_t n)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct msghdr m = {
		.msg_name = &kernel, .msg_namelen = sizeof(kernel), .msg_iov = iov, .msg_iovlen = n
	};
	ssize_t sent;

	do {
		sent = sendmsg(l->fd, &m, 0);
	} while (sent < 0 && errno == EINTR);
	return sent < 0 ? -errno : 0;
}

static struct batch_frame frame(unsigned type, uint32_t seq)
{
	return (struct batch_frame){
		.nl = { .nlmsg_len = sizeof(struct batch_frame),
			.nlmsg_type = (uint16_t)type,
			.nlmsg_flags = NLM_F_REQUEST,
			.nlmsg_seq = seq },
		.nf = { .version = NFNETLINK_V0, .res_id = htons(NFNL_SUBSYS_NFTABLES) },
	};
}

static struct nlmsghdr *message_at(struct batch *b, size_t i)
{
	return (void *)(b->out.data + b->part[i].at);
}

/* Numbers the messages so that an error finds its way back; the last one asks for an answer. */
static void number_messages(struct batch *b, uint32_t first)
{
	for (size_t i = 0; i < b->n; i++)
		message_at(b, i)->nlmsg_seq = first + (uint32_t)i;
	message_at(b, b->n - 1)->nlmsg_flags |= NLM_F_ACK;
}

/* All acknowledgements of the transaction. */
static int collect(struct nft_link *l, struct refusals *all)
{
	ssize_t n;

	while ((n = receive(l, MSG_DONTWAIT)) > 0)
		refusals_read(all, l->answer, (size_t)n);
	if (n == -ENOBUFS) { /* more errors than the queue holds; what came before is told */
		drop_stale(l);
		n = all->r ? 0 : n;
	}
	if (n == 0 && !all->r && !all->answered)
		n = -EPROTO;
	if (n < 0 && all->diag)
		diag_error(all->diag, NOWHERE, "no answer from the kernel's nf_tables: %s",
			   err_text((int)n));
	if (all->diag)
		refusals_end(all);
	return all->r ? all->r : (int)n;
}

/* generation 0: whatever it is. */
static int transact(struct nft_link *l, struct batch *b, uint32_t generation, enum nft_commit mode,
		    struct refusals *all)
{
	struct batch_begin begin = { .attr = { sizeof(begin.attr) + sizeof(begin.generation),
					       NFNL_BATCH_GENID },
				     .generation = htonl(generation) };
	struct batch_frame end;
	struct iovec iov[3];
	int r;

	drop_stale(l);
	all->batch = b;
	all->begin = ++l->seq;
	begin.frame = frame(NFNL_MSG_BATCH_BEGIN, all->begin);
	if (generation)
		begin.frame.nl.nlmsg_len = sizeof(begin);
	number_messages(b, l->seq + 1);
	l->seq += (uint32_t)b->n;
	end = frame(NFNL_MSG_BATCH_END, ++l->seq);
	iov[0] = (struct iovec){ &begin, begin.frame.nl.nlmsg_len };
	iov[1] = (struct iovec){ b->out.data, b->out.n };
	iov[2] = (struct iovec){ &end, sizeof(end) };
	r = send_all(l, iov, mode == NFT_CHECK ? 2 : 3);
	if (r < 0 && all->diag)
		diag_error(all->diag, NOWHERE, "cannot send to the kernel's nf_tables: %s",
			   err_text(r));
	return r < 0 ? r : collect(l, all);
}

int nft_link_commit_at(struct nft_link *l, struct batch *b, uint32_t generation,
		       enum nft_commit mode, struct diag *d)
{
	struct refusals all = { .diag = d };
	int r;

	batch_end(b);
	if (b->out.r < 0 || !b->n)
		return b->out.r;
	r = make_room(l, b->out.n + 2 * sizeof(struct batch_begin), d);
	return r < 0 ? r : transact(l, b, generation, mode, &all);
}

int nft_link_commit(struct nft_link *l, struct batch *b, enum nft_commit mode, struct diag *d)
{
	return nft_link_commit_at(l, b, 0, mode, d);
}

int nft_link_try(struct nft_link *l, struct batch *b, int *error)
{
	struct refusals all = { .error = error };

	batch_end(b);
	if (b->out.r < 0 || !b->n)
		return b->out.r;
	memset(error, 0, b->n * sizeof(*error));
	if (b->out.n + 2 * sizeof(struct batch_begin) > l->room)
		grow_send_room(l, b->out.n + 2 * sizeof(struct batch_begin));
	return transact(l, b, 0, NFT_COMMIT, &all);
}

/* State of one question while its answers come in. */
struct question {
	nft_answer_fn each;
	void *data;
	uint32_t seq;
	int r;
	bool done, torn; /* torn: the rules changed meanwhile */
};

static void hear_end(struct question *q, const struct nlmsghdr *h)
{
	int error = 0;

	q->done = true;
	if (h->nlmsg_len >= sizeof(*h) + sizeof(error))
		memcpy(&error, mnl_nlmsg_get_payload(h), sizeof(error));
	if (error && !q->r)
		q->r = error < 0 ? error : -EPROTO;
}

static void hear(struct question *q, const struct nlmsghdr *h)
{
	const struct nfgenmsg *nf = mnl_nlmsg_get_payload(h);
	struct nft_answer a = { .type = h->nlmsg_type & 0xff };

	if (h->nlmsg_seq != q->seq)
		return;
	if (h->nlmsg_type == NLMSG_DONE || h->nlmsg_type == NLMSG_ERROR) {
		q->torn = q->torn || h->nlmsg_flags & NLM_F_DUMP_INTR;
		hear_end(q, h);
		return;
	}
	q->torn = q->torn || h->nlmsg_flags & NLM_F_DUMP_INTR;
	if (q->r || h->nlmsg_type >> 8 != NFNL_SUBSYS_NFTABLES ||
	    h->nlmsg_len < sizeof(*h) + sizeof(*nf))
		return;
	a.family = nf->nfgen_family;
	a.attrs = mnl_nlmsg_get_payload_offset(h, sizeof(*nf));
	a.size = h->nlmsg_len - sizeof(*h) - MNL_ALIGN(sizeof(*nf));
	q->r = q->each(q->data, &a);
	q->r = q->r > 0 ? 0 : q->r;
}

int nft_link_ask(struct nft_link *l, struct batch *b, nft_answer_fn each, void *data)
{
	struct question q = { .each = each, .data = data, .seq = ++l->seq };
	struct iovec iov;
	int r;

	batch_end(b);
	if (b->out.r < 0)
		return b->out.r;
	drop_stale(l);
	message_at(b, 0)->nlmsg_seq = q.seq;
	message_at(b, 0)->nlmsg_flags |= NLM_F_ACK;
	iov = (struct iovec){ b->out.data, b->out.n };
	r = send_all(l, &iov, 1);
	while (r >= 0 && !q.done) {
		ssize_t n = receive(l, 0);
		struct str rest = { l->answer, n > 0 ? (size_t)n : 0 };
		const struct nlmsghdr *h;

		if (n < 0)
			return (int)n;
		while (attrs_next_message(&rest, &h))
			hear(&q, h);
	}
	if (r < 0 || q.r)
		return r < 0 ? r : q.r;
	return q.torn ? -EINTR : 0;
}

static int take_generation(void *data, const struct nft_answer *a)
{
	struct str gen[NFTA_GEN_MAX + 1];

	attrs_read(a->attrs, a->size, gen, ARRAY_LEN(gen));
	return attrs_u32(gen[NFTA_GEN_ID], data) ? 0 : -EPROTO;
}

int nft_link_generation(struct nft_link *l, uint32_t *ret)
{
	EG_AUTO(batch_release) struct batch b = BATCH_INIT;
	uint32_t id = 0;
	int r;

	batch_message(&b, NFT_MSG_GETGEN, 0, (struct batch_part){ .kind = "generation" });
	r = nft_link_ask(l, &b, take_generation, &id);
	if (r == 0)
		*ret = id;
	return r;
}

/* Interface requests work on any socket and look into that socket's namespace. */
int nft_link_ifindex(const struct nft_link *l, const char *name, uint32_t *ret)
{
	struct ifreq q = { 0 };

	if (strlen(name) >= sizeof(q.ifr_name))
		return E_UNKNOWN;
	memcpy(q.ifr_name, name, strlen(name));
	if (ioctl(l->fd, SIOCGIFINDEX, &q) < 0)
		return errno == ENODEV ? E_UNKNOWN : -errno;
	*ret = (uint32_t)q.ifr_ifindex;
	return 0;
}

int nft_link_ifname(const struct nft_link *l, uint32_t index, char name[static 16])
{
	struct ifreq q = { .ifr_ifindex = (int)index };

	if (ioctl(l->fd, SIOCGIFNAME, &q) < 0)
		return errno == ENODEV ? E_UNKNOWN : -errno;
	memcpy(name, q.ifr_name, sizeof(q.ifr_name));
	return 0;
}
