/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/conntrack.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <limits.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>

#include "net/proto.h"

enum { DUMP_ROOM = 32768 }; /* what libmnl advises for dumps */

/* The attributes of one entry that count here. */
struct entry {
	uint8_t proto;
	uint32_t status, timeout;
};

static int on_proto(const struct nlattr *a, void *data)
{
	if (mnl_attr_get_type(a) == CTA_PROTO_NUM && mnl_attr_get_payload_len(a) >= 1)
		*(uint8_t *)data = mnl_attr_get_u8(a);
	return MNL_CB_OK;
}

static int on_tuple(const struct nlattr *a, void *data)
{
	return mnl_attr_get_type(a) == CTA_TUPLE_PROTO ? mnl_attr_parse_nested(a, on_proto, data)
						       : MNL_CB_OK;
}

static int on_attribute(const struct nlattr *a, void *data)
{
	struct entry *e = data;
	bool number = mnl_attr_get_payload_len(a) >= sizeof(uint32_t);

	switch (mnl_attr_get_type(a)) {
	case CTA_TUPLE_ORIG:
		return mnl_attr_parse_nested(a, on_tuple, &e->proto);
	case CTA_STATUS:
		e->status = number ? ntohl(mnl_attr_get_u32(a)) : 0;
		break;
	case CTA_TIMEOUT:
		e->timeout = number ? ntohl(mnl_attr_get_u32(a)) : 0;
		break;
	default:
		break;
	}
	return MNL_CB_OK;
}

static int on_entry(const struct nlmsghdr *h, void *data)
{
	unsigned *least = data;
	struct entry e = { 0 };

	(void)mnl_attr_parse(h, sizeof(struct nfgenmsg), on_attribute, &e); /* never an error */
	if (e.proto == PROTO_UDP && e.status & IPS_SEEN_REPLY && e.timeout < *least)
		*least = e.timeout;
	return MNL_CB_OK;
}

static int dump(struct mnl_socket *s, unsigned *least)
{
	char room[DUMP_ROOM];
	struct nlmsghdr *h = mnl_nlmsg_put_header(room);
	int r;

	h->nlmsg_type = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET;
	h->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	mnl_nlmsg_put_extra_header(h, sizeof(struct nfgenmsg)); /* zeros: both families */
	if (mnl_socket_sendto(s, h, h->nlmsg_len) < 0)
		return -errno;
	do {
		ssize_t n = mnl_socket_recvfrom(s, room, sizeof(room));

		if (n < 0)
			return -errno;
		r = mnl_cb_run(room, (size_t)n, 0, 0, on_entry, least);
	} while (r > 0);
	return r < 0 ? -errno : 0;
}

/* In the gateway. A kernel without ctnetlink gives no number rather than an error. */
static int look(void *data, struct diag *d, struct buf *out)
{
	struct mnl_socket *s = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
	unsigned least = UINT_MAX;

	(void)data;
	(void)d;
	if (!s)
		return -errno;
	if (mnl_socket_bind(s, 0, MNL_SOCKET_AUTOPID) < 0 || dump(s, &least) < 0 ||
	    least == UINT_MAX)
		least = 0;
	buf_add(out, &least, sizeof(least));
	(void)mnl_socket_close(s); /* only read from */
	return 0;
}

int conntrack_udp_timeout(struct lab *lab, unsigned *ret)
{
	EG_AUTO(buf_release) struct buf out = BUF_INIT;
	EG_AUTO(diag_freep) struct diag *d = diag_new();
	int r = d ? lab_gateway_run(lab, look, NULL, d, &out) : -ENOMEM;

	if (r == 0 && out.n == sizeof(*ret))
		memcpy(ret, out.data, sizeof(*ret));
	return r;
}
