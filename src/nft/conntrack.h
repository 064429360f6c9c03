/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel's conversations (connection tracking) over netlink: listing and forgetting them.
 *
 * libnetfilter_conntrack is GPL; what is needed here are one question and one order.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/str.h"
#include "net/addr.h"

/*
 * A conversation as the forward hook sees its packets: from where it was begun, and to where it
 * really goes, behind the gateway's own translations.
 */
struct conversation {
	uint8_t proto;
	struct addr src, dst;
	uint16_t sport; /* 0 where the protocol has none */
	uint16_t dport; /* ICMP: type * 256 + code, as in flow/flow.h */
	/* What the kernel calls it, to forget it: attributes as they came. */
	struct str tuple, zone, id;
};

struct conntrack;

/* -EPROTONOSUPPORT and others of socket(2). */
EG_CHECK int conntrack_open(struct conntrack **ret);
void conntrack_close(struct conntrack *c);
void conntrack_closep(struct conntrack **c);

/*
 * All conversations, in memory of `a`. Conversations come and go meanwhile: one may be missing or
 * be seen twice. Those of families other than IPv4 and IPv6 are passed over.
 */
EG_CHECK int conntrack_list(struct conntrack *c, struct arena *a, struct conversation **ret,
			    size_t *ret_n);

/* That there is none (any more) is no error. */
EG_CHECK int conntrack_forget(struct conntrack *c, const struct conversation *v);

/* Reads one message's attributes. False: not of IPv4 or IPv6, or not complete. */
bool conversation_read(uint8_t family, const void *attrs, size_t size, struct conversation *ret);
