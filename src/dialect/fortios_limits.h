/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Limits: the platform's (fortios_limits.def, each with its source) as FOS_<NAME>_MAX, and our own
 * for texts of strangers and for what one rule may become.
 */
#pragma once

enum {
#define LIMIT(name, number, what, source) FOS_##name##_MAX = (number),
#include "dialect/fortios_limits.def"
#undef LIMIT
};

enum {
	FOS_WORDS_MAX = 64 * 1024,	   /* of one statement */
	FOS_NESTING_MAX = 32,		   /* config in config */
	FOS_ENTRIES_MAX = 1000 * 1000,	   /* of all tables that are looked at */
	FOS_FIELDS_MAX = 256,		   /* of one entry */
	FOS_VALUES_MAX = 8 * 1000 * 1000,  /* words kept of all fields, copies included */
	FOS_MOVES_MAX = 100 * 1000 * 1000, /* places looked at to move or delete entries */
	FOS_GROUP_DEPTH_MAX = 32,	   /* groups in one another */
	FOS_MASK_SPANS_MAX = 4096,	   /* ranges that a wildcard with holes stands for */
	FOS_SPANS_MAX = 8 * 1000 * 1000,   /* ranges of all objects together */
	FOS_PRODUCTS_MAX = 1000 * 1000,	   /* products that all policies stand for together */
	FOS_DOUBTS_MAX = 16,		   /* doubts told of one object or group */
	FOS_STRANGERS_MAX = 4096,	   /* sections and entries of stoppers told one by one */
	FOS_OBJECTS_MAX = 4096		   /* addresses or services that one rule is written with */
};
