/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A command of the `egret` program: one file, one line in commands.def.
 *
 * The table says what must be ready; the driver (main.c) makes it ready, runs the command, prints
 * the diag, checks that standard output was really written, and turns the result into the exit
 * status: 0 yes, 1 no, 2 usage, 3 could not tell or failed. The -h text, `egret help` and the test
 * of the manual pages read the same table.
 */
#pragma once

#include <stdbool.h>

#include "base/attr.h"
#include "cmd/env.h"

enum needs {
	NEEDS_CATALOGS = 1 << 0,
	NEEDS_POLICY = 1 << 1 /* policy and its plan; catalogs too */
};

enum option_kind { OPTION_FLAG, OPTION_TEXT };

/* `target` is a bool * (flag) or const char ** (text) in the command's own file. */
struct cmd_option {
	const char *name; /* "to" for --to; NULL ends a list */
	char letter;	  /* 'o' for -o, or 0 */
	enum option_kind kind;
	const char *arg; /* what a text option takes, for -h: "DIALECT" */
	void *target;
	const char *help;
};

struct command {
	const char *name;
	const char *args; /* the synopsis after the name, without the common options */
	const char *help; /* one line */
	const struct cmd_option *options;
	unsigned needs;		/* enum needs */
	const char **instead;	/* the text option with which nothing is needed; NULL: none */
	bool takes_catalogs;	/* --catalogs, without loading them first */
	int args_min, args_max; /* operands */
	int (*run)(struct env *env, int argc, char **argv); /* 0 yes, 1 no, negative: failed */
};

#define COMMAND(id) extern const struct command command_##id;
#include "cmd/commands.def"
#undef COMMAND
