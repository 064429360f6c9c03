/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Limits: the platform's (panos_limits.def, each with its source) as PANOS_<NAME>_MAX, and our own
 * for texts of strangers and for what one rule may become.
 */
#pragma once

enum {
#define LIMIT(name, number, what, source) PANOS_##name##_MAX = (number),
#include "dialect/panos_limits.def"
#undef LIMIT
};

enum {
	PANOS_NODES_MAX = 2 * 1000 * 1000, /* of the configuration's tree, as far as it is kept */
	PANOS_WORD_MAX = 1024,		   /* bytes of a name or a value of a list */
	PANOS_XML_DEPTH_MAX = 64,	   /* elements in one another */
	PANOS_XML_TEXT_MAX = 1024 * 1024,  /* bytes of one element's text */
	PANOS_RULES_MAX = 200 * 1000,	   /* security rules on a packet's way */
	PANOS_SCOPES_MAX = 16,		   /* device groups in one another, and what is around */
	PANOS_DEPTH_MAX = 32,		   /* groups in one another */
	PANOS_MASK_SPANS_MAX = 4096,	   /* ranges that a wildcard mask stands for */
	PANOS_SPANS_MAX = 4 * 1000 * 1000, /* ranges of all objects and lists together */
	PANOS_NAMES_MAX = 200 * 1000,	   /* names of fqdn objects, likewise */
	PANOS_PRODUCTS_MAX = 1000 * 1000,  /* products that all rules stand for together */
	PANOS_BLAMES_MAX = 4096		   /* constructs told one by one */
};
