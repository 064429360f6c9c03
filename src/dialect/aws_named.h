/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules on names, as a firewall behind the security groups says them.
 *
 * Groups see no names: those of who may ask let TCP to these ports out, and the firewall stops what
 * has none of the names and is not let through by address either. A domain list sees names of TCP,
 * and neither ports nor who asks. Where all rules have the same ports, and all zones may ask for
 * the same names, it says them; else rules of Suricata do, which see all of that.
 */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "rule/rule.h"

/* Why a firewall cannot say this rule on names; NULL: it can. */
const char *aws_named_why(const struct rule *rule);
/* Is there a protocol that a rule of a firewall has no word for? */
bool aws_named_strange(const struct flow_match *match);

struct aws_named {
	struct arena *arena;
	const struct rule **rule;
	size_t n, cap;
	struct buf lines; /* as rules of Suricata, for a text of JSON */
	size_t sids;
};

#define AWS_NAMED(a) ((struct aws_named){ .arena = (a) })

void aws_named_release(struct aws_named *k);

/* `ret_why`: the reason when there is no room for it, else NULL. */
EG_CHECK int aws_named_add(struct aws_named *k, const struct rule *rule, const char **ret_why);

/* The rules by address that the firewall must let through too. */
struct aws_passed {
	const struct flow_match *match; /* of first packets; borrowed for good */
	const struct aws_passed *next;
};

/* Resources, each with a comma before it. */
EG_CHECK int aws_named_print(const struct aws_named *k, const struct aws_passed *passed,
			     struct buf *out);

/* ---- aws_named_rule.c ---- */

/* The match as rules of Suricata, for each of the names. `verb`: "pass" or "drop". */
EG_CHECK int aws_print_suricata(const struct rule *rule, const char *verb, struct arena *a,
				struct buf *out, size_t *sids);
/* The same whatever the names. */
EG_CHECK int aws_print_packets(const struct flow_match *match, const char *verb, struct arena *a,
			       struct buf *out, size_t *sids);
bool aws_names_apex(const struct flow_match *match, const struct pattern *under);
