/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Limits: AWS's quotas (aws_limits.def, each with its source) as AWS_<NAME>_MAX, and our own for
 * texts of strangers and for what one rule may become.
 */
#pragma once

enum {
#define LIMIT(name, number, what, source) AWS_##name##_MAX = (number),
#include "dialect/aws_limits.def"
#undef LIMIT
};

enum {
	AWS_BYTES_MAX = 64 * 1024 * 1024, /* of all files together */
	AWS_DEPTH_MAX = 32,		  /* lists and objects in each other */
	AWS_VALUES_MAX = 1000 * 1000, /* of all files together; a tree of them has 300 MB at most */
	AWS_RULES_MAX = 500 * 1000,   /* that are walked, entries of prefix lists one by one */
	AWS_PRODUCTS_MAX = 200 * 1000, /* combinations that one rule of a firewall stands for */
	AWS_CHANGES_MAX = 4096,	       /* rules in commands that change what is described */
	AWS_PIECES_MAX = 64,	       /* that drops may leave of one rule that is written */
	AWS_LINES_MAX = 4096	       /* entries that one rule is written as */
};
