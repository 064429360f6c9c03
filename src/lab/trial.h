/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trials: flows that show, together, that a policy is enforced: for every requirement and both
 * families, flows that must pass, and their neighbours that must not.
 *
 * What must happen is never guessed: each flow is looked up in the rule list's own flow set. A
 * candidate neighbour that another rule allows is left out, and the next one is taken. Rules on
 * names count as refused: their addresses pass only when the resolver has learned them.
 *
 * Each trial has one port of its own in each round (the client's, or for an unsolicited packet the
 * port it knocks at), so a packet seen anywhere belongs to exactly one trial of one round.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "flow/flowset.h"
#include "lab/topology.h"
#include "policy/policy.h"
#include "probe/probe.h"

enum trial_kind {
	TRIAL_ALLOWED,	   /* an edge of the requirement: must pass, with its reply */
	TRIAL_LATE,	   /* the same; the far end speaks again after a pause: must pass */
	TRIAL_PORT,	   /* the nearest port that no rule allows */
	TRIAL_ADDRESS,	   /* the address next to a prefix of the list */
	TRIAL_PROTOCOL,	   /* TCP for UDP and the other way round */
	TRIAL_ZONE,	   /* from a zone that the policy does not let use the service */
	TRIAL_ROLE,	   /* from a zone of the right entry without the right role */
	TRIAL_SOURCE,	   /* inbound: from the address next to the vendor's prefix */
	TRIAL_UNSOLICITED, /* the far end begins, from the service's own port */
	TRIAL_NAME,	   /* a name's address: refused until the resolver has learned it */
	TRIAL_KINDS
};

enum {
	TRIALS_MAX = 15000,
	TRIAL_PORT_OPEN = 20000,   /* own port of trial 0 in the round without a policy ... */
	TRIAL_PORT_POLICY = 40000, /* ... and in the round with it */
	TRIAL_PORT_AGAIN = 55000,  /* up to TRIAL_PORT_LAST: for flows that are tried again */
	TRIAL_PORT_LAST = 65535,
	TRIAL_PAUSE_MS = 1000
};

struct trial {
	size_t outcome; /* index in the plan */
	enum trial_kind kind;
	bool pass;	  /* what the rule list says of this flow */
	struct flow flow; /* of the round with the policy */
	size_t from, to;  /* nodes of the topology */
	const struct probe *probe;
	const char *zone; /* where it starts, for people: a zone, an endpoint or "outside" */
	const char *name; /* TRIAL_NAME: the server's name, else NULL */
};

struct trials {
	struct arena *arena;
	struct trial *trial;
	size_t n, cap;
};

#define TRIALS_INIT ((struct trials){ 0 })

/*
 * Makes the trials of a plan, in the order of its outcomes. An outcome without rules gets none.
 * E_LIMIT: more than TRIALS_MAX. E_CONFLICT with a message: a rule whose own flow the rule list
 * refuses. Errors of the flow manager.
 */
EG_CHECK int trials_make(const struct policy *policy, const struct plan *plan,
			 const struct topology *topology, struct flow_mgr *m, struct diag *d,
			 struct trials *ret);
void trials_release(struct trials *t);

const char *trial_kind_name(enum trial_kind k); /* "allowed", "wrong port", "next address", ... */

/* "udp 10.1.0.1 -> 170.114.0.0:8800 (wrong port, from staff)" */
void trial_print(const struct trial *t, struct buf *out);
