/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A rule as lines: each field is a list of choices, pieces of text of which a line has one, and the
 * rule is the lines for all combinations. What one piece cannot hold (15 ports, 65536 elements) is
 * split into several; nothing is widened.
 */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/hash.h"
#include "flow/flowset.h"
#include "rule/rule.h"

enum choice_field {
	CHOICE_SRC,
	CHOICE_DST,
	CHOICE_IN,
	CHOICE_OUT,
	CHOICE_PROTO, /* with ports and ICMP types */
	CHOICE_FIELDS
};

struct choices {
	const char **text; /* "-s 10.0.0.0/8"; "": any */
	size_t n, cap;
};

struct rule_choices {
	struct choices field[CHOICE_FIELDS];
	/* Interfaces that leave the rule before anything else is asked: "-i lan". */
	struct choices leave;
};

/* The sets of a text. A set's name has a digest of what is in it: equal sets are one. */
struct set_texts {
	struct arena *arena;
	struct strmap by_name;
	const char **text; /* create and add lines */
	size_t n, cap;
	const struct config_file
		*beside; /* files whose sets have other contents under their names */
	size_t files;
};

#define SET_TEXTS_INIT(a) ((struct set_texts){ .arena = (a), .by_name = STRMAP_INIT })

void set_texts_release(struct set_texts *s);

/*
 * The choices of a rule for one family, in memory of `a`. `sets` NULL: only to see whether it can
 * be said. `ret_why` is a reason when it cannot be said, else NULL.
 */
EG_CHECK int rule_choices(const struct rule *rule, enum family family, const struct flow_mgr *m,
			  struct set_texts *sets, struct arena *a, struct rule_choices *ret,
			  const char **ret_why);

/* How many lines that is. */
size_t rule_choices_lines(const struct rule_choices *c);
