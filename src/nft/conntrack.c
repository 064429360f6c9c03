/* SPDX-License-Identifier: Apache-2.0 */
#include "nft/conntrack.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "net/proto.h"
#include "nft/attrs.h"

enum {
	DUMP_ROOM = 32768, /* what libmnl advises for dumps */
	ORDER_ROOM = 1024  /* a tuple has some 100 bytes */
};

struct conntrack {
	struct mnl_socket *socket;
	uint32_t serial;
};

int conntrack_open(struct conntrack **ret)
{
	EG_AUTO(conntrack_closep) struct conntrack *c = mem_zero(1, sizeof(*c));

	if (!c)
		return -ENOMEM;
	c->socket = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
	if (!c->socket || mnl_socket_bind(c->socket, 0, MNL_SOCKET_AUTOPID) < 0)
		return -errno;
	*ret = EG_TAKE(c);
	return 0;
}

void conntrack_close(struct conntrack *c)
{
	if (c && c->socket)
		(void)mnl_socket_close(c->socket); /* nothing is left in it */
	mem_free(c);
}

void conntrack_closep(struct conntrack **c)
{
	conntrack_close(*c);
	*c = NULL;
}

/* ---- reading ---- */

/* One direction of a conversation. */
struct direction {
	struct addr src, dst;
	uint8_t proto;
	uint16_t sport, dport;
	bool has_icmp;
	uint8_t type, code;
};

static bool read_addr(struct str value, struct addr *ret)
{
	if (value.n != 4 && value.n != 16)
		return false;
	*ret = addr_from_wire(value.n == 4 ? FAMILY_V4 : FAMILY_V6, (const uint8_t *)value.p);
	return true;
}

static uint8_t byte_of(struct str value)
{
	return value.n == 1 ? (uint8_t)value.p[0] : 0;
}

static uint16_t port_of(struct str value)
{
	return value.n == 2 ? (uint16_t)((uint8_t)value.p[0] << 8 | (uint8_t)value.p[1]) : 0;
}

static bool read_direction(struct str tuple, uint8_t family, struct direction *ret)
{
	struct str t[CTA_TUPLE_MAX + 1], ip[CTA_IP_MAX + 1], p[CTA_PROTO_MAX + 1];
	bool v4 = family == AF_INET;

	attrs_read(tuple.p, tuple.n, t, ARRAY_LEN(t));
	attrs_read(t[CTA_TUPLE_IP].p, t[CTA_TUPLE_IP].n, ip, ARRAY_LEN(ip));
	attrs_read(t[CTA_TUPLE_PROTO].p, t[CTA_TUPLE_PROTO].n, p, ARRAY_LEN(p));
	if (!read_addr(ip[v4 ? CTA_IP_V4_SRC : CTA_IP_V6_SRC], &ret->src) ||
	    !read_addr(ip[v4 ? CTA_IP_V4_DST : CTA_IP_V6_DST], &ret->dst) ||
	    ret->src.family != ret->dst.family || ret->src.family != (v4 ? FAMILY_V4 : FAMILY_V6) ||
	    p[CTA_PROTO_NUM].n != 1)
		return false;
	ret->proto = byte_of(p[CTA_PROTO_NUM]);
	ret->sport = port_of(p[CTA_PROTO_SRC_PORT]);
	ret->dport = port_of(p[CTA_PROTO_DST_PORT]);
	ret->has_icmp = ret->proto == (v4 ? PROTO_ICMP : PROTO_ICMPV6);
	ret->type = byte_of(p[v4 ? CTA_PROTO_ICMP_TYPE : CTA_PROTO_ICMPV6_TYPE]);
	ret->code = byte_of(p[v4 ? CTA_PROTO_ICMP_CODE : CTA_PROTO_ICMPV6_CODE]);
	return true;
}

bool conversation_read(uint8_t family, const void *attrs, size_t size, struct conversation *ret)
{
	struct str a[CTA_ID + 1 > CTA_ZONE + 1 ? CTA_ID + 1 : CTA_ZONE + 1];
	struct direction there, back;

	if (family != AF_INET && family != AF_INET6)
		return false;
	attrs_read(attrs, size, a, ARRAY_LEN(a));
	if (!read_direction(a[CTA_TUPLE_ORIG], family, &there) ||
	    !read_direction(a[CTA_TUPLE_REPLY], family, &back))
		return false;
	*ret = (struct conversation){ .proto = there.proto,
				      .src = there.src,
				      .dst = back.src,
				      .sport = there.sport,
				      .dport = back.sport,
				      .tuple = a[CTA_TUPLE_ORIG],
				      .zone = a[CTA_ZONE],
				      .id = a[CTA_ID] };
	if (there.has_icmp) {
		ret->sport = 0;
		ret->dport = (uint16_t)(there.type << 8 | there.code);
	}
	return true;
}

struct listing {
	struct arena *arena;
	struct conversation *v;
	size_t n, cap;
	int r;
};

static bool keep(struct arena *a, struct str *s)
{
	if (s->p)
		s->p = arena_copy(a, s->p, s->n);
	return s->p || !s->n;
}

static int on_entry(const struct nlmsghdr *h, void *data)
{
	struct listing *l = data;
	const struct nfgenmsg *g = mnl_nlmsg_get_payload(h);
	struct conversation v;

	if (h->nlmsg_len < NLMSG_HDRLEN + sizeof(*g) ||
	    !conversation_read(g->nfgen_family, mnl_nlmsg_get_payload_offset(h, sizeof(*g)),
			       h->nlmsg_len - NLMSG_HDRLEN - sizeof(*g), &v))
		return MNL_CB_OK;
	l->r = mem_grow(&l->v, &l->cap, l->n + 1, sizeof(*l->v));
	if (l->r == 0 &&
	    (!keep(l->arena, &v.tuple) || !keep(l->arena, &v.zone) || !keep(l->arena, &v.id)))
		l->r = -ENOMEM;
	if (l->r < 0)
		return MNL_CB_STOP;
	l->v[l->n++] = v;
	return MNL_CB_OK;
}

static struct nlmsghdr *message(struct conntrack *c, char *room, uint16_t type, uint16_t flags,
				uint8_t family)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(room);
	struct nfgenmsg *g;

	h->nlmsg_type = (uint16_t)(NFNL_SUBSYS_CTNETLINK << 8 | type);
	h->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
	h->nlmsg_seq = ++c->serial;
	g = mnl_nlmsg_put_extra_header(h, sizeof(*g)); /* zeroed */
	g->nfgen_family = family;
	return h;
}

/* Sends and hands every answer to `each`, which may be NULL. */
static int ask(struct conntrack *c, const struct nlmsghdr *h, mnl_cb_t each, void *data)
{
	EG_AUTO(mem_freep) char *room = mem_alloc(DUMP_ROOM);
	int r;

	if (!room)
		return -ENOMEM;
	if (mnl_socket_sendto(c->socket, h, h->nlmsg_len) < 0)
		return -errno;
	do {
		ssize_t n = mnl_socket_recvfrom(c->socket, room, DUMP_ROOM);

		if (n < 0)
			return -errno;
		r = mnl_cb_run(room, (size_t)n, c->serial, 0, each, data);
	} while (r > 0);
	return r < 0 ? -errno : 0;
}

int conntrack_list(struct conntrack *c, struct arena *a, struct conversation **ret, size_t *ret_n)
{
	struct listing l = { .arena = a };
	char room[ORDER_ROOM];
	int r = ask(c, message(c, room, IPCTNL_MSG_CT_GET, NLM_F_DUMP, AF_UNSPEC), on_entry, &l);
	struct conversation *all;

	r = r < 0 ? r : l.r;
	all = r == 0 ? arena_array(a, l.n + 1, sizeof(*all)) : NULL;
	if (r == 0 && !all)
		r = -ENOMEM;
	if (r == 0) {
		if (l.n)
			memcpy(all, l.v, l.n * sizeof(*all));
		*ret = all;
		*ret_n = l.n;
	}
	mem_free(l.v);
	return r;
}

int conntrack_forget(struct conntrack *c, const struct conversation *v)
{
	char room[ORDER_ROOM];
	struct nlmsghdr *h = message(c, room, IPCTNL_MSG_CT_DELETE, NLM_F_ACK,
				     v->src.family == FAMILY_V4 ? AF_INET : AF_INET6);
	int r;

	if (v->tuple.n + v->zone.n + v->id.n > ORDER_ROOM / 2)
		return -EMSGSIZE;
	mnl_attr_put(h, CTA_TUPLE_ORIG | NLA_F_NESTED, v->tuple.n, v->tuple.p);
	if (v->zone.p)
		mnl_attr_put(h, CTA_ZONE, v->zone.n, v->zone.p);
	if (v->id.p)
		mnl_attr_put(h, CTA_ID, v->id.n, v->id.p);
	r = ask(c, h, NULL, NULL);
	return r == -ENOENT ? 0 : r;
}
