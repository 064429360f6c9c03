/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/rtnl.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/fib_rules.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>

enum { MESSAGE_MAX = 4096 }; /* far above any request made here */

int rtnl_open(struct rtnl *ret)
{
	struct mnl_socket *s = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);

	if (!s)
		return -errno;
	if (mnl_socket_bind(s, 0, MNL_SOCKET_AUTOPID) < 0) {
		int r = -errno;

		(void)mnl_socket_close(s); /* nothing was sent */
		return r;
	}
	*ret = (struct rtnl){ .socket = s };
	return 0;
}

void rtnl_close(struct rtnl *n)
{
	if (n->socket)
		(void)mnl_socket_close(n->socket); /* every request was acknowledged */
	n->socket = NULL;
}

static int talk(struct rtnl *n, struct nlmsghdr *h)
{
	char answer[MESSAGE_MAX];
	ssize_t got;

	h->nlmsg_seq = ++n->seq;
	h->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
	if (mnl_socket_sendto(n->socket, h, h->nlmsg_len) < 0)
		return -errno;
	got = mnl_socket_recvfrom(n->socket, answer, sizeof(answer));
	if (got < 0)
		return -errno;
	/* Returns -1 with errno for an error message, 0 (MNL_CB_STOP) for an acknowledgement. */
	return mnl_cb_run(answer, (size_t)got, h->nlmsg_seq, mnl_socket_get_portid(n->socket), NULL,
			  NULL) < 0
		       ? -errno
		       : 0;
}

static struct nlmsghdr *begin(char *room, unsigned type, unsigned flags)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(room);

	h->nlmsg_type = (uint16_t)type;
	h->nlmsg_flags = (uint16_t)flags;
	return h;
}

static void put_addr(struct nlmsghdr *h, unsigned type, struct addr a)
{
	uint8_t wire[16];
	unsigned n = addr_to_wire(a, wire);

	mnl_attr_put(h, (uint16_t)type, n, wire);
}

static unsigned char af_of(enum family family)
{
	return family == FAMILY_V4 ? AF_INET : AF_INET6;
}

int rtnl_veth(struct rtnl *n, const char *name, const char *peer, int peer_ns)
{
	char room[MESSAGE_MAX];
	struct nlmsghdr *h = begin(room, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
	struct nlattr *info, *data, *other;

	mnl_nlmsg_put_extra_header(h, sizeof(struct ifinfomsg));
	mnl_attr_put_strz(h, IFLA_IFNAME, name);
	info = mnl_attr_nest_start(h, IFLA_LINKINFO);
	mnl_attr_put_strz(h, IFLA_INFO_KIND, "veth");
	data = mnl_attr_nest_start(h, IFLA_INFO_DATA);
	other = mnl_attr_nest_start(h, VETH_INFO_PEER);
	mnl_nlmsg_put_extra_header(h, sizeof(struct ifinfomsg));
	mnl_attr_put_strz(h, IFLA_IFNAME, peer);
	mnl_attr_put_u32(h, IFLA_NET_NS_FD, (uint32_t)peer_ns);
	mnl_attr_nest_end(h, other);
	mnl_attr_nest_end(h, data);
	mnl_attr_nest_end(h, info);
	return talk(n, h);
}

int rtnl_up(struct rtnl *n, unsigned index)
{
	char room[MESSAGE_MAX];
	struct nlmsghdr *h = begin(room, RTM_NEWLINK, 0);
	struct ifinfomsg *link = mnl_nlmsg_put_extra_header(h, sizeof(*link));

	link->ifi_index = (int)index;
	link->ifi_flags = link->ifi_change = IFF_UP;
	return talk(n, h);
}

int rtnl_address(struct rtnl *n, unsigned index, struct addr a, unsigned prefix_len)
{
	char room[MESSAGE_MAX];
	struct nlmsghdr *h = begin(room, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE);
	struct ifaddrmsg *m = mnl_nlmsg_put_extra_header(h, sizeof(*m));

	m->ifa_family = af_of(a.family);
	m->ifa_prefixlen = (uint8_t)prefix_len;
	m->ifa_index = index;
	put_addr(h, IFA_LOCAL, a);
	put_addr(h, IFA_ADDRESS, a);
	if (a.family == FAMILY_V6)
		mnl_attr_put_u32(h, IFA_FLAGS, IFA_F_NODAD);
	return talk(n, h);
}

int rtnl_route(struct rtnl *n, const struct rtnl_route *route)
{
	char room[MESSAGE_MAX];
	struct nlmsghdr *h = begin(room, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE);
	struct rtmsg *m = mnl_nlmsg_put_extra_header(h, sizeof(*m));
	bool direct = !route->via.family;

	m->rtm_family = af_of(route->to.family);
	m->rtm_dst_len = route->to.len;
	m->rtm_protocol = RTPROT_STATIC;
	m->rtm_type = route->local ? RTN_LOCAL : RTN_UNICAST;
	m->rtm_scope = route->local ? RT_SCOPE_HOST : direct ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
	if (route->to.len)
		put_addr(h, RTA_DST,
			 (struct addr){ .family = route->to.family, .value = route->to.value });
	if (!direct)
		put_addr(h, RTA_GATEWAY, route->via);
	if (route->from.family)
		put_addr(h, RTA_PREFSRC, route->from);
	mnl_attr_put_u32(h, RTA_TABLE, route->table);
	mnl_attr_put_u32(h, RTA_OIF, route->index);
	return talk(n, h);
}

static struct nlmsghdr *rule(char *room, unsigned type, enum family family)
{
	struct nlmsghdr *h = begin(room, type, type == RTM_NEWRULE ? NLM_F_CREATE : 0);
	struct fib_rule_hdr *m = mnl_nlmsg_put_extra_header(h, sizeof(*m));

	m->family = af_of(family);
	m->action = FR_ACT_TO_TBL;
	return h;
}

int rtnl_rule(struct rtnl *n, enum family family, uint32_t priority, uint32_t table)
{
	char room[MESSAGE_MAX];
	struct nlmsghdr *h = rule(room, RTM_NEWRULE, family);

	mnl_attr_put_u32(h, FRA_PRIORITY, priority);
	mnl_attr_put_u32(h, FRA_TABLE, table);
	return talk(n, h);
}

int rtnl_rule_drop_first(struct rtnl *n, enum family family)
{
	char room[MESSAGE_MAX];
	struct nlmsghdr *h = rule(room, RTM_DELRULE, family);

	mnl_attr_put_u32(h, FRA_PRIORITY, 0);
	mnl_attr_put_u32(h, FRA_TABLE, RT_TABLE_LOCAL);
	return talk(n, h);
}
