/* SPDX-License-Identifier: Apache-2.0 */
/* One rule in the making, and the options that are understood: each adds to the rule. */
#pragma once

#include "dialect/iptables_parsing.h"

enum { MODULES_MAX = 32, CONDS_MAX = 64 };

/* Who owns options that nobody here knows. */
enum owner { OWNER_NONE, OWNER_MATCH, OWNER_TARGET };

struct rule_parse {
	struct parsing *p;
	struct ipt_rule *rule;
	struct ipt_cond cond[CONDS_MAX];
	size_t conds;
	struct str module[MODULES_MAX];
	size_t modules;
	int proto;   /* of -p, not negated; -1: none */
	size_t at;   /* the option in hand */
	size_t from; /* where its text begins: at a "!" before it */
	bool not ;
	enum owner owner;
	size_t target_at, target_end; /* the words of the target; 0: none */
	bool go;
};

struct ipt_option {
	const char *name,
		*module; /* module NULL: of every rule; "ports": of protocols with ports */
	unsigned args;
	/* The option stands at k->at, its first value is `value`. */
	int (*take)(struct rule_parse *k, struct str value);
};

/* The option of that name, if a module that has it is loaded; else NULL. */
const struct ipt_option *ipt_option_find(const struct rule_parse *k, struct str name);

EG_CHECK int ipt_add_cond(struct rule_parse *k, struct ipt_cond c);

/* The text of the option in hand with `args` words behind it. */
struct str ipt_option_text(const struct rule_parse *k, size_t args);
