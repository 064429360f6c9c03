/* SPDX-License-Identifier: Apache-2.0 */
/* A rule as set lines, one field a line. */
#pragma once

#include "dialect/panos_choice.h"

struct panos_lines {
	struct panos_written *objects; /* and the scope of all */
	const struct flow_mgr *m;
	const char *base;   /* "rulebase", "pre-rulebase" */
	const char *prefix; /* of the rules' names */
};

/* `ret_name`: the rule's name, in the arena of the objects. */
EG_CHECK int panos_write_rule(const struct panos_lines *l, const struct rule *rule, size_t number,
			      struct buf *out, const char **ret_name);
void panos_write_action(enum verdict v, const char *line, struct buf *out);

/* Text of strangers in one line, without what ends a quote; at most so many bytes. */
void panos_add_plain(struct str text, size_t most, struct buf *out);
