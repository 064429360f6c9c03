/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Limits: the platform's (iptables_limits.def, each with its source) as IPTABLES_<NAME>_MAX, and
 * our own for texts of strangers.
 */
#pragma once

enum {
#define LIMIT(name, number, what, source) IPTABLES_##name##_MAX = (number),
#include "dialect/iptables_limits.def"
#undef LIMIT
};

enum {
	IPTABLES_TOKENS_MAX = 1024,		/* words of one line */
	IPTABLES_RULES_MAX = 4 * 1000 * 1000,	/* all files together */
	IPTABLES_MOVES_MAX = 100 * 1000 * 1000, /* places that rules make for inserted ones */
	IPTABLES_CHAINS_MAX = 200 * 1000,
	IPTABLES_SETS_MAX = 65534, /* IPSET_INVALID_ID is 65535 */
	IPTABLES_ENTRIES_MAX =
		4 * 1000 * 1000,	/* of all sets together, ranges counted as written */
	IPTABLES_DEPTH_MAX = 256,	/* chains in one another; iptables-nft takes 16 */
	IPTABLES_MASK_SPANS_MAX = 4096, /* prefixes that a mask with holes stands for */
	IPTABLES_LINES_MAX = 4096	/* lines that one rule is written as */
};
