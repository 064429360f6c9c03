/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration's rules, for people: entries of lists, and what nobody wrote. */
#pragma once

#include "dialect/asa_walk.h"
#include "dialect/reading.h"

struct asa_rules {
	const struct asa_config *config;
	struct arena *arena; /* of the reading */
	const char *file;    /* in it */
	struct config_rule *rule;
	size_t n, cap;
	uint32_t *first; /* by list: the leaf of its first entry; 0: not told yet */
};

EG_CHECK int asa_rules_init(struct asa_rules *t, const struct asa_config *c, struct reading *out);
void asa_rules_release(struct asa_rules *t);

/* One rule; `text` in the arena or constant. Its leaf through `ret`. */
EG_CHECK int asa_rules_add(struct asa_rules *t, unsigned line, const char *text, const char *where,
			   uint32_t *ret);

/* The entries of a list that decide something, told once. */
EG_CHECK int asa_rules_list(struct asa_rules *t, const struct asa_list *list,
			    struct asa_walked *ret);

/* Hands them over to the reading. */
EG_CHECK int asa_rules_tell(const struct asa_rules *t, struct reading *out);
