/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/options.h"

#include <string.h>

#include "base/err.h"

enum { COMMON_MAX = 5 };

/* The common options that this command takes, ended by a row without a name. */
static void common_rows(const struct command *c, struct env *env,
			struct cmd_option row[static COMMON_MAX])
{
	size_t n = 0;

	if (c->needs & NEEDS_POLICY)
		row[n++] = (struct cmd_option){ "policy",
						0,
						OPTION_TEXT,
						"FILE",
						env ? &env->policy_path : NULL,
						"the site policy (default: egret.yaml here, then "
						"/etc/egret/egret.yaml)" };
	if (c->takes_catalogs || c->needs)
		row[n++] = (struct cmd_option){ "catalogs",
						0,
						OPTION_TEXT,
						"DIR",
						env ? &env->catalogs_path : NULL,
						"the vendors' catalogs" };
	row[n++] = (struct cmd_option){ "json",	     0, OPTION_FLAG, NULL, env ? &env->json : NULL,
					"print JSON" };
	row[n] = (struct cmd_option){ 0 };
}

static const struct cmd_option *find(const struct cmd_option *row, struct str name, char letter)
{
	for (; row && row->name; row++)
		if (letter ? row->letter == letter : str_is(name, row->name))
			return row;
	return NULL;
}

/* The value of a text option: after '=' or the next argument. */
static const char *value_of(const struct cmd_option *row, char **argv, int argc, int *i,
			    struct env *env)
{
	char *equals = argv[*i][1] == '-' ? strchr(argv[*i], '=') : NULL;

	if (equals)
		return equals + 1;
	if (*i + 1 < argc)
		return argv[++*i];
	diag_error(env->diag, NOWHERE, "--%s wants a value: --%s %s", row->name, row->name,
		   row->arg);
	return NULL;
}

static int take_option(const struct command *c, struct env *env, int argc, char **argv, int *i)
{
	struct cmd_option common[COMMON_MAX];
	const char *text = argv[*i];
	bool is_long = text[1] == '-';
	struct str name = str_of(is_long ? text + 2 : text + 1);
	const struct cmd_option *row;
	const char *value;

	name.n = is_long ? str_find(name, '=') : name.n;
	common_rows(c, env, common);
	row = is_long || name.n != 1 ? NULL : find(c->options, name, text[1]);
	if (is_long)
		row = find(c->options, name, 0);
	if (!row && is_long)
		row = find(common, name, 0);
	if (!row) {
		diag_error(env->diag, NOWHERE, "unknown option %s", text);
		diag_hint(env->diag, "see: egret %s -h", c->name);
		return E_SYNTAX;
	}
	if (row->kind == OPTION_FLAG) {
		if (is_long && name.p[name.n] == '=') {
			diag_error(env->diag, NOWHERE, "--%s takes no value", row->name);
			return E_SYNTAX;
		}
		*(bool *)row->target = true;
		return 0;
	}
	value = value_of(row, argv, argc, i, env);
	if (!value)
		return E_SYNTAX;
	*(const char **)row->target = value;
	return 0;
}

static bool is_help(const char *text)
{
	return strcmp(text, "-h") == 0 || strcmp(text, "--help") == 0;
}

static int check_operands(const struct command *c, struct env *env, const struct operands *ops)
{
	if (ops->n >= c->args_min && ops->n <= c->args_max)
		return 0;
	if (ops->n > c->args_max)
		diag_error(env->diag, NOWHERE, "one argument too many: %s", ops->v[c->args_max]);
	else
		diag_error(env->diag, NOWHERE, "an argument is missing");
	diag_hint(env->diag, "expected: egret %s %s", c->name, c->args);
	return E_SYNTAX;
}

int options_parse(const struct command *c, struct env *env, int argc, char **argv,
		  struct operands *ret)
{
	struct operands ops = { 0 };
	bool only_operands = false;

	for (int i = 0; i < argc; i++) {
		int r = 0;

		if (!only_operands && strcmp(argv[i], "--") == 0) {
			only_operands = true;
		} else if (!only_operands && is_help(argv[i])) {
			ops.help = true;
		} else if (!only_operands && argv[i][0] == '-' && argv[i][1]) {
			r = take_option(c, env, argc, argv, &i);
		} else if (ops.n < OPERANDS_MAX) {
			ops.v[ops.n++] = argv[i];
		} else {
			diag_error(env->diag, NOWHERE, "more than %d arguments", OPERANDS_MAX);
			r = E_SYNTAX;
		}
		if (r < 0)
			return r;
	}
	if (!ops.help && check_operands(c, env, &ops) < 0)
		return E_SYNTAX;
	*ret = ops;
	return 0;
}

void options_synopsis(const struct command *c, struct buf *out)
{
	struct cmd_option common[COMMON_MAX];

	common_rows(c, NULL, common);
	buf_printf(out, "egret %s%s%s", c->name, c->args[0] ? " " : "", c->args);
	for (const struct cmd_option *row = common; row->name; row++)
		buf_printf(out, row->arg ? " [--%s %s]" : " [--%s]", row->name, row->arg);
}

static void help_rows(const struct cmd_option *row, struct buf *out)
{
	for (; row && row->name; row++) {
		size_t start = out->n;

		buf_adds(out, "  ");
		if (row->letter)
			buf_printf(out, "-%c, ", row->letter);
		buf_printf(out, "--%s%s%s", row->name, row->arg ? " " : "",
			   row->arg ? row->arg : "");
		if (out->n - start < 24)
			buf_pad(out, ' ', 24 - (out->n - start));
		buf_printf(out, " %s\n", row->help);
	}
}

void options_help(const struct command *c, struct buf *out)
{
	struct cmd_option common[COMMON_MAX];

	common_rows(c, NULL, common);
	buf_adds(out, "usage: ");
	options_synopsis(c, out);
	buf_printf(out, "\n%s\n\n", c->help);
	help_rows(c->options, out);
	help_rows(common, out);
	buf_printf(out, "\nThe whole story: man egret-%s\n", c->name);
}
