/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which rules a stateful packet filter can say, whatever its language. What it cannot say is lost
 * as a whole, with the reason; nothing is widened. When a drop or reject is lost, the accept rules
 * behind it that meet it are lost too: writing them would let out what the lost rule stops.
 */
#pragma once

#include "dialect/dialect.h"

/* What one language asks of rules. */
struct saying {
	struct flow_mgr *m;
	/* Why the rule cannot be said, or NULL through `ret`. */
	int (*why_not)(void *data, const struct rule *rule, const char **ret);
	void *data;
};

/* why[i]: why rule i is lost, or NULL. */
EG_CHECK int say_reasons(const struct saying *s, const struct rulelist *rules, const char **why);

/* What no packet filter with conntrack can say: the reason, or NULL. */
EG_CHECK int say_packet(const struct rule *rule, const struct flow_mgr *m, struct arena *a,
			const char **ret);

EG_CHECK int say_lose(struct losses *lost, const struct rule *rule, const char *why,
		      struct arena *a);

/*
 * The same for all rules, into why[] as say_reasons() has it. E_INEXACT with the story in `d`: the
 * rest is accepted, and a drop or reject that is lost would be let through.
 */
EG_CHECK int say_lose_all(const struct saying *s, const struct rulelist *rules, const char *dialect,
			  const char **why, struct arena *a, struct diag *d, struct losses *lost);

/* "Not in it, and so refused", as comments: each line begins with `comment`. None when nothing is
 * lost from number `first` on. */
EG_CHECK int say_losses(const struct losses *lost, size_t first, const char *comment,
			struct buf *out);

/* The rule's origin as a line of its own: `head`, then at most `most` printable characters, for a
 * device that takes ? for a question. Nothing when it has no origin. */
EG_CHECK int say_remark(const struct rule *rule, const char *head, size_t most, struct buf *out);

/* Adds all that a drop or reject could stop in the eyes of a filter without names. */
EG_CHECK int say_stop(struct flow_mgr *m, const struct flow_match *match, flow_ref *stopped);
/* Does the match hold for some of these? */
EG_CHECK int say_meets(struct flow_mgr *m, const struct flow_match *match, flow_ref stopped,
		       bool *ret);

/* Can the match hold for a flow of this family? */
bool say_holds_family(const struct flow_match *match, enum family family);

/*
 * Interface zones as names: the list itself, or what is left of all zones when most are in it.
 * `ret_not` says which. -ENOENT: neither is a list of named interfaces.
 */
struct zone_names {
	const char **name;
	size_t n;
	bool not ;
};
EG_CHECK int say_zone_names(struct flow_spans zones, const struct flow_mgr *m, struct arena *a,
			    struct zone_names *ret);
