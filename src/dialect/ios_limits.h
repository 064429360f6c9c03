/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Limits: the platform's (ios_limits.def, each with its source) as IOS_<NAME>_MAX, and our own for
 * texts of strangers and for what one rule may become.
 */
#pragma once

enum {
#define LIMIT(name, number, what, source) IOS_##name##_MAX = (number),
#include "dialect/ios_limits.def"
#undef LIMIT
};

enum {
	IOS_ENTRIES_MAX = 500 * 1000, /* of all lists together */
	IOS_LISTS_MAX = 100 * 1000,   /* lists and groups, each */
	IOS_INTERFACES_MAX = 4096,
	IOS_MEMBERS_MAX = 1000 * 1000,	    /* of all object groups together */
	IOS_DEPTH_MAX = 32,		    /* object groups in one another */
	IOS_SPANS_MAX = 2 * 1000 * 1000,    /* ranges and services that all groups stand for */
	IOS_ALTERNATIVES_MAX = 1000 * 1000, /* products that all entries stand for together */
	IOS_MOVES_MAX = 100 * 1000 * 1000,  /* places that entries make for earlier ones */
	IOS_LINES_MAX = 4096,		    /* entries that one rule is written as */
	IOS_PREFIXES_MAX = 1000 * 1000 /* prefixes of one end that is written; a group has them */
};
