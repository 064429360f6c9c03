/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Limits: the platform's (asa_limits.def, each with its source) as ASA_<NAME>_MAX, and our own for
 * texts of strangers and for what one rule may become.
 */
#pragma once

enum {
#define LIMIT(name, number, what, source) ASA_##name##_MAX = (number),
#include "dialect/asa_limits.def"
#undef LIMIT
};

enum {
	ASA_ENTRIES_MAX = 500 * 1000, /* of all lists together, with remarks */
	ASA_LISTS_MAX = 100 * 1000,   /* lists, objects and groups, each */
	ASA_INTERFACES_MAX = 4096,
	ASA_BINDINGS_MAX = 2 * ASA_INTERFACES_MAX,
	ASA_COMMANDS_MAX = 10 * 1000,	    /* that are not modelled, and NAT lines, each */
	ASA_MEMBERS_MAX = 1000 * 1000,	    /* of all object groups together */
	ASA_DEPTH_MAX = 32,		    /* object groups in one another */
	ASA_SPANS_MAX = 2 * 1000 * 1000,    /* ranges and services that all groups stand for */
	ASA_ALTERNATIVES_MAX = 1000 * 1000, /* products that all entries stand for together */
	ASA_WORK_MAX = 50 * 1000 * 1000,    /* ranges of all those products */
	ASA_MOVES_MAX = 100 * 1000 * 1000,  /* places that entries make for earlier ones */
	ASA_GROUP_MAX = 500 * 1000	    /* members of a group that is written */
};
