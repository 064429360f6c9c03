/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Limits: squid's (squid_limits.def, each with its source) as SQUID_<NAME>_MAX, and our own for
 * texts of strangers and for what one rule may become.
 */
#pragma once

enum {
#define LIMIT(name, number, what, source) SQUID_##name##_MAX = (number),
#include "dialect/squid_limits.def"
#undef LIMIT
};

enum {
	SQUID_ACLS_MAX = 100 * 1000,
	SQUID_VALUES_MAX = 500 * 1000,	/* of all ACLs together */
	SQUID_NAMES_MAX = 200 * 1000,	/* of them names: as many can be told */
	SQUID_RULES_MAX = 100 * 1000,	/* lines of all access lists together */
	SQUID_TERMS_MAX = 1000 * 1000,	/* ACLs that those lines name */
	SQUID_DEPTH_MAX = 64,		/* ACLs in one another */
	SQUID_IFS_MAX = 64,		/* if in one another */
	SQUID_NOTICES_MAX = 4096,	/* statements told one by one */
	SQUID_DOUBTS_MAX = 32,		/* of one ACL, told one by one */
	SQUID_BLAMING_MAX = 100 * 1000, /* doubts of all lines, told one by one */
	SQUID_WRITTEN_MAX = 100		/* characters of the values in one written line, about */
};
