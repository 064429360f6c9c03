/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line of one command: its options and the common ones, in any order, then operands.
 * `--name VALUE`, `--name=VALUE`, `-n VALUE`; `--` ends options; `-` is an operand.
 */
#pragma once

#include "base/attr.h"
#include "cmd/command.h"
#include "cmd/env.h"

enum { OPERANDS_MAX = 64 };

struct operands {
	char *v[OPERANDS_MAX];
	int n;
	bool help; /* -h or --help was given */
};

/* E_SYNTAX with the story in env->diag. argv starts after the command's name. */
EG_CHECK int options_parse(const struct command *c, struct env *env, int argc, char **argv,
			   struct operands *ret);

/* "egret build --to DIALECT [...] [--policy FILE] ...": what manual pages must say too. */
void options_synopsis(const struct command *c, struct buf *out);
void options_help(const struct command *c, struct buf *out);
