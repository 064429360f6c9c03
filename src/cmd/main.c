/* SPDX-License-Identifier: Apache-2.0 */
/* The `egret` program: finds the command, makes ready what it needs, runs it, answers in exit
 * codes. */
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "cmd/command.h"
#include "cmd/env.h"
#include "cmd/options.h"

enum { EXIT_YES = 0, EXIT_NO = 1, EXIT_USAGE = 2, EXIT_FAILED = 3 };

#define COMMAND(id) &command_##id,
static const struct command *const commands[] = {
#include "cmd/commands.def"
};
#undef COMMAND

static const struct command *find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

static void print(FILE *to, struct buf *text)
{
	if (text->n)
		(void)fwrite(text->data, 1, text->n,
			     to); /* the stream's error is looked at in finish() */
	buf_release(text);
}

static void usage(FILE *to)
{
	struct buf text = BUF_INIT;

	buf_adds(&text, "usage: egret COMMAND [ARGUMENTS]\n\n"
			"Tight egress policies from vendors' firewall requirements.\n\n");
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		buf_printf(&text, "  %-9s %s\n", commands[i]->name, commands[i]->help);
	buf_adds(&text, "\n  help [COMMAND], -h    this text, or a command's options\n"
			"  --version             the version\n\n"
			"Exit: 0 yes, 1 no, 2 usage, 3 could not tell or failed.\n");
	print(to, &text);
}

/* Everything was written, or the exit status says that it was not. */
static int finish(struct env *env, int status)
{
	env_tell(env);
	if (fflush(env->out) == EOF || ferror(env->out)) {
		(void)fprintf(env->err, "error: standard output: %s\n", err_text(-5));
		return EXIT_FAILED;
	}
	return status;
}

static int make_ready(const struct command *c, struct env *env)
{
	if (c->instead && *c->instead)
		return 0;
	if (c->needs & NEEDS_POLICY)
		return env_need_policy(env);
	return c->needs & NEEDS_CATALOGS ? env_need_catalogs(env) : 0;
}

static int run(const struct command *c, struct env *env, int argc, char **argv)
{
	struct operands ops;
	int r = options_parse(c, env, argc, argv, &ops);

	if (r < 0)
		return EXIT_USAGE;
	if (ops.help) {
		struct buf text = BUF_INIT;

		options_help(c, &text);
		print(env->out, &text);
		return EXIT_YES;
	}
	r = make_ready(c, env);
	if (r == 0)
		r = c->run(env, ops.n, ops.v);
	if (r < 0 && diag_errors(env->diag) == 0 && !env->told_unknown)
		diag_error(env->diag, NOWHERE, "%s: %s", c->name, err_text(r));
	return r == 0 ? EXIT_YES : r > 0 ? EXIT_NO : EXIT_FAILED;
}

static int run_named(struct env *env, int argc, char **argv)
{
	bool help = strcmp(argv[1], "help") == 0;
	const struct command *c = find(help && argc > 2 ? argv[2] : argv[1]);
	static char *const ask[] = { "-h" };

	if (c)
		return help ? run(c, env, 1, (char **)ask) : run(c, env, argc - 2, argv + 2);
	if (help || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0) {
		usage(env->out);
		return EXIT_YES;
	}
	if (strcmp(argv[1], "--version") == 0) {
		(void)fprintf(env->out, "egret %s\n", EGRET_VERSION); /* checked in finish() */
		return EXIT_YES;
	}
	diag_error(env->diag, NOWHERE, "unknown command %s", argv[1]);
	diag_hint(env->diag, "see: egret help");
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	struct env env;
	int status;

	(void)setlocale(LC_CTYPE, ""); /* only for the width of what people see */
	if (argc < 2) {
		usage(stderr);
		return EXIT_USAGE;
	}
	if (env_init(&env) < 0) {
		(void)fputs("error: out of memory\n", stderr);
		return EXIT_FAILED;
	}
	env.program = argv[0];
	status = finish(&env, run_named(&env, argc, argv));
	env_release(&env);
	return status;
}
