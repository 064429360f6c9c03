/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the parser share: where it is, and how it refuses. */
#pragma once

#include "dialect/iptables_model.h"
#include "dialect/iptables_words.h"

struct parsing {
	struct ipt_config *config;
	struct arena *arena; /* of the config */
	struct diag *d;
	const char *file; /* in the arena */
	unsigned line;
	struct ipt_table *table; /* between *TABLE and COMMIT; else NULL */
	enum family said;	 /* by a heading of this file; 0: nothing said it */
	struct words words;
};

/* Tells that this line is wrong, and how; returns `code`. `hint` may be NULL. */
EG_PRINTF(4, 5)
int ipt_refuse(struct parsing *p, int code, const char *hint, const char *fmt, ...);

/* iptables_rule.c: the words of "-A CHAIN ..." from `from` on. */
EG_CHECK int ipt_parse_rule(struct parsing *p, size_t from, struct ipt_rule *ret);

/* iptables_target.c: -j NAME (or -g NAME when `jump` is false) with its words; NAME may be a chain.
 */
EG_CHECK int ipt_parse_target(struct parsing *p, bool go, size_t from, size_t to,
			      struct ipt_rule *rule);

/* iptables_ipset.c: "create ..." and "add ...". */
EG_CHECK int ipt_parse_set_line(struct parsing *p);

/* Rules fill the set: what is in it when a packet comes is not in the text. */
EG_CHECK int ipt_mark_filled(struct ipt_config *c, struct str name);
