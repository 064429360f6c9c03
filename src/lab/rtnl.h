/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The few rtnetlink requests (rtnetlink(7)) that make a network out of namespaces. Each works on
 * the network namespace that the calling thread is in when rtnl_open() is called.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "net/addr.h"
#include "net/prefix.h"

struct mnl_socket;

struct rtnl {
	struct mnl_socket *socket;
	uint32_t seq;
};

#define RTNL_INIT ((struct rtnl){ 0 })

EG_CHECK int rtnl_open(struct rtnl *ret);
void rtnl_close(struct rtnl *n); /* fits EG_AUTO */

/* A veth pair: `name` here, `peer` in the namespace of the descriptor `peer_ns`. */
EG_CHECK int rtnl_veth(struct rtnl *n, const char *name, const char *peer, int peer_ns);

EG_CHECK int rtnl_up(struct rtnl *n, unsigned index);

/* Address without duplicate detection: usable at once. */
EG_CHECK int rtnl_address(struct rtnl *n, unsigned index, struct addr a, unsigned prefix_len);

struct rtnl_route {
	struct prefix to;
	struct addr via;  /* family 0: none */
	struct addr from; /* the source to prefer; family 0: the kernel's choice */
	unsigned index;	  /* of the interface out */
	bool local;	  /* every address of `to` is one of this host's ("AnyIP") */
	uint32_t table;	  /* RT_TABLE_* or a number of ours */
};

EG_CHECK int rtnl_route(struct rtnl *n, const struct rtnl_route *route);

/* Routing rules: look into `table` at `priority`; and take the default rule at 0 away. */
EG_CHECK int rtnl_rule(struct rtnl *n, enum family family, uint32_t priority, uint32_t table);
EG_CHECK int rtnl_rule_drop_first(struct rtnl *n, enum family family);
