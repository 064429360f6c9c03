/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parent's side of the dns role: gives it its sockets and the askers' table, and puts what it
 * learns into the kernel.
 *
 * What the role says about addresses is believed; which names, clients and places that may be for
 * is decided here, by the policy. Requests that come together are one transaction. The sockets stay
 * with the parent, so queries wait in them while a role is started again.
 */
#pragma once

#include "base/attr.h"
#include "base/diag.h"
#include "base/loop.h"
#include "daemon/gateway.h"
#include "daemon/learn.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "daemon/settings.h"
#include "daemon/wants.h"

/* `names` and `trust` are -1 until it is set. */
struct resolver {
	struct dns_settings settings;
	struct learner learner;
	const struct gateway *gateway; /* borrowed: whose names the role has */
	int names;		       /* the askers' table, in memory */
	int trust;		       /* certificates of authorities; -1: not needed */
	int socket[FORWARDER_LISTENERS_MAX];
	size_t sockets;
	struct role_process role;
	struct wants wants;
	struct dns_counters counters; /* the newest ones of this role's life, */
	struct dns_counters before;   /* and those of the lives before it */
	uint64_t answered;	      /* when it last told them: a role that hangs does not */
	struct loop_timer look;
	bool ready;
	void (*failed)(void *data);    /* the role does not start */
	void (*now_ready)(void *data); /* the role serves, for the first time or again */
	void (*over)(void *data);      /* it has ended as it was told to */
	void *data;
};

/*
 * How to resolve: what the command line says, else the policy. Opens the file of whom to believe.
 * E_SYNTAX: there is nobody to ask; -errno; the story is in `d`.
 */
EG_CHECK int resolver_set(struct resolver *o, const struct settings *s,
			  const struct resolver_policy *policy, struct diag *d);

/* It is set; `learner`, the sockets and the functions are there. */
EG_CHECK int resolver_start(struct resolver *o, struct loop *loop, const struct log *log,
			    const struct gateway *g, struct diag *d);

/*
 * From now on that policy's names and settings; other settings take another role. When it fails all
 * is as it was.
 */
EG_CHECK int resolver_turn(struct resolver *o, const struct gateway *g,
			   const struct settings *settings, const struct resolver_policy *policy);

/* What is under way is answered, for a second at most; then `over`. */
void resolver_drain(struct resolver *o);

/* Of all lives. */
struct dns_counters resolver_counters(const struct resolver *o);
void resolver_release(struct resolver *o);
