/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The network of the lab, built by the keeper.
 *
 * Gateway and node i talk over link-local addresses of their own: 169.254.i.1 and 169.254.i.2,
 * fe80::1 and fe80::2. Everything else is routed, so a node can have millions of addresses without
 * one of them being configured: a route of type local ("AnyIP") says they are all here.
 *
 * The outside has *every* address, by the same means. Its local table would then answer for the
 * inside, too, so that table comes second, behind one with the ways back to the inside.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fd.h"
#include "lab/lab.h"
#include "lab/labstate.h"
#include "lab/rtnl.h"

enum { TABLE_INSIDE = 100, PRIORITY_INSIDE = 10, PRIORITY_LOCAL = 20 };

static int write_file(const char *path, const char *text)
{
	EG_AUTO(fd_closep) int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	return write(fd, text, strlen(text)) < 0 ? -errno : 0;
}

struct setting {
	const char *path, *value;
	bool must;
};

/* Before any interface exists, so that each is born with the defaults. */
static const struct setting node_settings[] = {
	{ "/proc/sys/net/ipv6/conf/all/disable_ipv6", "0", true },
	{ "/proc/sys/net/ipv6/conf/default/disable_ipv6", "0", true },
	{ "/proc/sys/net/ipv6/conf/default/addr_gen_mode", "1", false }, /* none by itself */
	{ "/proc/sys/net/ipv6/conf/default/accept_ra", "0", false },
	{ "/proc/sys/net/ipv6/conf/default/accept_dad", "0", false },
	{ "/proc/sys/net/ipv4/conf/all/rp_filter", "0", true },
	{ "/proc/sys/net/ipv4/conf/default/rp_filter", "0", true },
	{ "/proc/sys/net/ipv4/ip_nonlocal_bind", "1", true },
	{ "/proc/sys/net/ipv6/ip_nonlocal_bind", "1", true },
	{ "/proc/sys/net/ipv4/ip_unprivileged_port_start", "0", false },
	{ "/proc/sys/net/ipv4/icmp_ratelimit", "0", false },
	{ "/proc/sys/net/ipv6/icmp/ratelimit", "0", false },
	{ "/proc/sys/net/ipv4/neigh/default/gc_thresh3", "4096", false },
};

static const struct setting gateway_settings[] = {
	{ "/proc/sys/net/ipv4/ip_forward", "1", true },
	{ "/proc/sys/net/ipv6/conf/all/forwarding", "1", true },
	{ "/proc/sys/net/ipv4/conf/all/send_redirects", "0", false },
	{ "/proc/sys/net/ipv4/conf/default/send_redirects", "0", false },
};

static int apply_settings(const struct setting *s, size_t n, struct built *b)
{
	for (size_t i = 0; i < n; i++) {
		int r = write_file(s[i].path, s[i].value);

		if (r < 0 && s[i].must) {
			b->step = s[i].path;
			return r;
		}
	}
	return 0;
}

/* Enters a fresh network namespace and gives a descriptor of it. */
static int fresh_network(struct built *b, int *ret)
{
	EG_AUTO(rtnl_close) struct rtnl n = RTNL_INIT;
	int r;

	b->step = "making a network namespace";
	if (unshare(CLONE_NEWNET) < 0)
		return -errno;
	*ret = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (*ret < 0)
		return -errno;
	r = apply_settings(node_settings, ARRAY_LEN(node_settings), b);
	if (r < 0)
		return r;
	b->step = "bringing up loopback";
	r = rtnl_open(&n);
	return r < 0 ? r : rtnl_up(&n, if_nametoindex("lo"));
}

static int enter(int ns)
{
	return setns(ns, CLONE_NEWNET) < 0 ? -errno : 0;
}

/* 169.254.i.host or fe80::host */
static struct addr transit(enum family family, size_t i, unsigned host)
{
	if (family == FAMILY_V4)
		return (struct addr){ family, (u128)0xa9fe0000U | (u128)i << 8 | host };
	return (struct addr){ family, (u128)0xfe80 << 112 | host };
}

struct addr lab_gateway_address(size_t node)
{
	return transit(FAMILY_V4, node, 1);
}

static const enum family families[] = { FAMILY_V4, FAMILY_V6 };

static const struct prefix everything[] = {
	{ .family = FAMILY_V4 },
	{ .family = FAMILY_V6 },
};

static int transit_addresses(struct rtnl *n, unsigned index, size_t i, unsigned host)
{
	int r = 0;

	for (size_t f = 0; r == 0 && f < ARRAY_LEN(families); f++)
		r = rtnl_address(n, index, transit(families[f], i, host),
				 families[f] == FAMILY_V4 ? 24 : 64);
	return r == 0 ? rtnl_up(n, index) : r;
}

struct router {
	struct rtnl *n;
	struct rtnl_route route;
	struct addr via[2], from[2]; /* by family: v4, v6 */
};

static int add_route(void *data, struct prefix p)
{
	struct router *to = data;

	to->route.to = p;
	to->route.via = to->via[p.family == FAMILY_V6];
	to->route.from = to->from[p.family == FAMILY_V6];
	return rtnl_route(to->n, &to->route);
}

static int route_set(struct router *to, const struct prefixlist *set)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < set->n; i++)
		r = range_prefixes(set->range[i], add_route, to);
	return r;
}

static int route_everything(struct router *to)
{
	int r = add_route(to, everything[0]);

	return r == 0 ? add_route(to, everything[1]) : r;
}

static struct router router_via(struct rtnl *n, unsigned index, size_t i, unsigned host)
{
	return (struct router){
		.n = n,
		.route = { .index = index, .table = RT_TABLE_MAIN },
		.via = { transit(FAMILY_V4, i, host), transit(FAMILY_V6, i, host) },
	};
}

/* The gateway's end of link i: address, and the way to what lives there. */
static int gateway_link(const struct topology *t, size_t i, struct built *b)
{
	EG_AUTO(rtnl_close) struct rtnl n = RTNL_INIT;
	const struct topology_node *node = &t->node[i];
	struct router to;
	unsigned index;
	int r = enter(b->gateway);

	b->step = "making a veth pair";
	if (r == 0)
		r = rtnl_open(&n);
	if (r == 0)
		r = rtnl_veth(&n, node->interface, NODE_INTERFACE, b->net[i]);
	if (r < 0)
		return r;
	index = if_nametoindex(node->interface);
	b->step = "giving the gateway its addresses";
	r = transit_addresses(&n, index, i, 1);
	if (r < 0)
		return r;
	b->step = "giving the gateway its routes";
	to = router_via(&n, index, i, 2);
	return i == t->outside ? route_everything(&to) : route_set(&to, &node->set);
}

/*
 * One address of each family is configured, too, and preferred: programs that do not choose their
 * source would take the link's, which nobody else can answer.
 */
static int own_addresses(const struct prefixlist *set, struct router *to)
{
	int r = 0;

	for (size_t f = 0; r == 0 && f < ARRAY_LEN(families); f++) {
		struct addr *own = &to->from[f];

		if (topology_address(set, families[f], own))
			r = rtnl_address(to->n, to->route.index, *own,
					 families[f] == FAMILY_V4 ? 32 : 128);
	}
	return r;
}

static int inside_node(const struct topology *t, size_t i, struct rtnl *n)
{
	struct router here = { .n = n, .route = { .local = true, .table = RT_TABLE_LOCAL } };
	struct router away = router_via(n, if_nametoindex(NODE_INTERFACE), i, 1);
	int r;

	here.route.index = if_nametoindex("lo");
	r = route_set(&here, &t->node[i].set);
	if (r == 0)
		r = own_addresses(&t->node[i].set, &away);
	return r == 0 ? route_everything(&away) : r;
}

/* The links' own addresses must stay reachable where everything is local. */
static int keep_link(struct rtnl *n, size_t i)
{
	struct rtnl_route route = { .index = if_nametoindex(NODE_INTERFACE),
				    .table = TABLE_INSIDE };
	int r = 0;

	for (size_t f = 0; r == 0 && f < ARRAY_LEN(families); f++) {
		route.to = prefix_masked(transit(families[f], i, 1),
					 families[f] == FAMILY_V4 ? 32 : 128);
		r = rtnl_route(n, &route);
	}
	return r;
}

static int outside_rules(struct rtnl *n)
{
	int r = 0;

	for (size_t f = 0; r == 0 && f < ARRAY_LEN(families); f++) {
		r = rtnl_rule(n, families[f], PRIORITY_INSIDE, TABLE_INSIDE);
		if (r == 0)
			r = rtnl_rule(n, families[f], PRIORITY_LOCAL, RT_TABLE_LOCAL);
		if (r == 0)
			r = rtnl_rule_drop_first(n, families[f]);
	}
	return r;
}

static int outside_node(const struct topology *t, size_t i, struct rtnl *n)
{
	struct router here = { .n = n, .route = { .local = true, .table = RT_TABLE_LOCAL } };
	struct router back = router_via(n, if_nametoindex(NODE_INTERFACE), i, 1);
	int r = keep_link(n, i);

	back.route.table = TABLE_INSIDE;
	here.route.index = if_nametoindex("lo");
	for (size_t k = 0; r == 0 && k < t->nodes; k++)
		if (k != t->outside)
			r = route_set(&back, &t->node[k].set);
	if (r == 0)
		r = route_everything(&here);
	return r == 0 ? outside_rules(n) : r;
}

static int node_end(const struct topology *t, size_t i, struct built *b)
{
	EG_AUTO(rtnl_close) struct rtnl n = RTNL_INIT;
	int r = enter(b->net[i]);

	b->step = "setting up a node";
	if (r == 0)
		r = rtnl_open(&n);
	if (r == 0)
		r = transit_addresses(&n, if_nametoindex(NODE_INTERFACE), i, 2);
	if (r < 0)
		return r;
	return i == t->outside ? outside_node(t, i, &n) : inside_node(t, i, &n);
}

int build_network(const struct topology *t, struct built *b)
{
	int r = fresh_network(b, &b->gateway);

	if (r == 0)
		r = apply_settings(gateway_settings, ARRAY_LEN(gateway_settings), b);
	for (size_t i = 0; r == 0 && i < t->nodes; i++)
		r = fresh_network(b, &b->net[i]);
	for (size_t i = 0; r == 0 && i < t->nodes; i++)
		r = gateway_link(t, i, b);
	for (size_t i = 0; r == 0 && i < t->nodes; i++)
		r = node_end(t, i, b);
	return r;
}
