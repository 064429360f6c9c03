/* SPDX-License-Identifier: Apache-2.0 */
#include "nft/own.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "base/alloc.h"
#include "nft/attrs.h"

enum { ROOM = 32768 }; /* what libmnl advises for dumps */

struct gathering {
	struct prefixlist *list;
	int r;
};

static bool is_own(unsigned type)
{
	return type == RTN_LOCAL || type == RTN_BROADCAST || type == RTN_ANYCAST ||
	       type == RTN_MULTICAST;
}

static int on_route(const struct nlmsghdr *h, void *data)
{
	struct gathering *g = data;
	const struct rtmsg *m = mnl_nlmsg_get_payload(h);
	struct str a[RTA_DST + 1];
	enum family family;

	if (h->nlmsg_len < NLMSG_HDRLEN + sizeof(*m) || !is_own(m->rtm_type) ||
	    (m->rtm_family != AF_INET && m->rtm_family != AF_INET6))
		return MNL_CB_OK;
	family = m->rtm_family == AF_INET ? FAMILY_V4 : FAMILY_V6;
	attrs_read(mnl_nlmsg_get_payload_offset(h, sizeof(*m)),
		   h->nlmsg_len - NLMSG_HDRLEN - sizeof(*m), a, ARRAY_LEN(a));
	if (a[RTA_DST].n != family_bits(family) / 8 || m->rtm_dst_len > family_bits(family))
		return MNL_CB_OK;
	g->r = prefixlist_add(g->list,
			      prefix_masked(addr_from_wire(family, (const uint8_t *)a[RTA_DST].p),
					    m->rtm_dst_len));
	return g->r < 0 ? MNL_CB_STOP : MNL_CB_OK;
}

static int dump(struct mnl_socket *s, struct gathering *g)
{
	EG_AUTO(mem_freep) char *room = mem_alloc(ROOM);
	struct nlmsghdr *h;
	int r;

	if (!room)
		return -ENOMEM;
	h = mnl_nlmsg_put_header(room);
	h->nlmsg_type = RTM_GETROUTE;
	h->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	(void)mnl_nlmsg_put_extra_header(h, sizeof(struct rtmsg)); /* zeros: both families */
	if (mnl_socket_sendto(s, h, h->nlmsg_len) < 0)
		return -errno;
	do {
		ssize_t n = mnl_socket_recvfrom(s, room, ROOM);

		if (n < 0)
			return -errno;
		r = mnl_cb_run(room, (size_t)n, 0, 0, on_route, g);
	} while (r > 0);
	return r < 0 ? -errno : g->r;
}

/* IPv4 multicast has no routes of its own. */
static int add_multicast(struct prefixlist *list)
{
	static const struct prefix v4 = { FAMILY_V4, 4, 0xe0000000U };
	static const struct prefix v6 = { FAMILY_V6, 8, (u128)0xff << 120 };
	int r = prefixlist_add(list, v4);

	return r < 0 ? r : prefixlist_add(list, v6);
}

int own_addresses(struct prefixlist *ret)
{
	struct prefixlist list = PREFIXLIST_INIT;
	struct gathering g = { .list = &list };
	struct mnl_socket *s = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	int r = s ? add_multicast(&list) : -errno;

	if (r == 0 && mnl_socket_bind(s, 0, MNL_SOCKET_AUTOPID) < 0)
		r = -errno;
	if (r == 0)
		r = dump(s, &g);
	if (s)
		(void)mnl_socket_close(s); /* only read from */
	if (r < 0) {
		prefixlist_release(&list);
		return r;
	}
	prefixlist_seal(&list);
	*ret = list;
	return 0;
}
