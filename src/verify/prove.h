/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does a configuration let exactly the policy through?
 *
 * Compared are first packets (state new, no later fragment): what belongs to an accepted
 * conversation is the enforcer's business. With R what the policy asks for on addresses and N what
 * it asks for by name:
 *
 *   missing          R \ may(accept)              certainly blocked, though required
 *   perhaps missing  (R & may) \ must             an unknown construct decides
 *   excess           must(accept) \ (R | N)       certainly let through, though not required
 *   perhaps excess   (may \ must) \ (R | N)
 *
 * Of a list at one interface (reading->one_place) the interfaces of R and N are not compared, of
 * lists that see where packets come in alone (any_exit) those where they leave are not. A filter
 * that does not remember conversations must let their answers through as well, where they come:
 *
 *   answers missing  the answers to R \ may(accept) there, and perhaps missing as above
 *
 * A packet filter does not see names: rows of N are answered NOT_HERE for it, never met. What does
 * (reading->names) is compared on R | N.
 *
 * Neighbor discovery (RFC 4861: ICMPv6 133 to 137) belongs to a link, and no router passes it on:
 * lists that permit it, as those of IOS do by themselves, let nothing out. It is no excess; stopped
 * in front of them, the link would end. It is `link`.
 *
 * A gateway opens addresses that its resolver has given for the names in N. What such addresses
 * let through is no excess as far as some rule of N asks for it, whatever the name: sources,
 * protocol and port. It is `learned`; where egretd put an address that no name led to, only egretd
 * could tell.
 */
#pragma once

#include <stddef.h>

#include "base/attr.h"
#include "dialect/reading.h"
#include "policy/policy.h"

enum answer {
	ANSWER_MET,
	ANSWER_MISSING, /* some flow of it is certainly blocked */
	ANSWER_UNKNOWN, /* none is certainly blocked, some may be */
	ANSWER_NOT_HERE /* nothing to compare: names, or no rule at all (see the outcome's fate) */
};

const char *answer_name(enum answer a); /* "met", "missing", "unknown", "not here" */

/* One requirement's part of the proof; `gap` is what is missing or uncertain of it. */
struct proof_item {
	const struct outcome *outcome;
	enum answer answer;
	flow_ref gap;
	bool by_name; /* what it asks for by name is let through once an address has been learned */
};

/* Sets live in the manager and are not rooted: use them before the next flow_collect(). */
struct proof {
	flow_ref missing, perhaps_missing, excess, perhaps_excess, learned, link;
	flow_ref answers_missing, answers_perhaps_missing; /* of a stateless filter */
	struct proof_item *item; /* one per outcome of the plan, in its order; in the arena */
	size_t items;
	enum answer answer; /* of the whole: MISSING also when there is excess */
};

/* `a` holds the items. Errors as in flow/flowset.h. */
EG_CHECK int prove(const struct plan *plan, const struct reading *config, struct arena *a,
		   struct proof *ret);

/* The flows a configuration and a policy are compared on: state new, no later fragment. */
EG_CHECK int prove_scope(struct flow_mgr *m, struct arena *a, flow_ref *ret);

/* What some rule on names asks for, whatever the name: sources, protocol and port. */
EG_CHECK int prove_any_name(const struct plan *plan, struct flow_mgr *m, flow_ref scope,
			    flow_ref *ret);

/* What passes once a resolver has told of every name: what must, and what could be learned. */
EG_CHECK int prove_could_pass(const struct reading *config, flow_ref *ret);

/* Neighbor discovery. */
EG_CHECK int prove_link(struct flow_mgr *m, struct arena *a, flow_ref *ret);

/* The flows of `set` whatever interfaces they pass that the configuration does not tell. */
EG_CHECK int prove_place(const struct reading *config, flow_ref *set);

/*
 * What the plan accepts inside the scope: what a rule on addresses asks for, and what only rules on
 * names do.
 */
EG_CHECK int prove_required(const struct plan *plan, struct flow_mgr *m, flow_ref scope,
			    flow_ref *ret_addresses, flow_ref *ret_names);
