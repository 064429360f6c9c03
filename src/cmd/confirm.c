/* SPDX-License-Identifier: Apache-2.0 */
/* egret confirm: what was applied is good and stays. */
#include <errno.h>

#include "cmd/command.h"
#include "cmd/generations.h"

static const char *arg_extend;

static int say(struct env *env, const struct generation *g)
{
	EG_AUTO(buf_release) struct buf out = BUF_INIT;

	if (env->json)
		return env_json(env, generations_json(g));
	generations_say(env, g, &out);
	return generations_print(env, &out);
}

static int nothing(struct env *env)
{
	diag_error(env->diag, NOWHERE, "nothing is pending");
	diag_hint(env->diag, "egret history says what became of the last one");
	return 1;
}

static int confirm(struct env *env, struct change *c)
{
	struct generation g;
	int64_t seconds = 0;
	int r = arg_extend ? generations_timer(env, "extend", arg_extend, &seconds) : 0;

	if (r == 0)
		r = generations_open(env, false, c);
	if (r < 0)
		return r;
	r = arg_extend ? change_extend(c, seconds, &g) : change_confirm(c, &g);
	if (r == -ENOENT)
		return nothing(env);
	return r < 0 ? r : say(env, &g);
}

static int confirm_run(struct env *env, int argc, char **argv)
{
	struct change c = CHANGE_INIT;
	int r = confirm(env, &c);

	(void)argc;
	(void)argv;
	change_close(&c);
	return r;
}

const struct command command_confirm = {
	.name = "confirm",
	.args = "[--extend TIME] [--state DIR]",
	.help = "keep what was applied, or give it more time",
	.options =
		(const struct cmd_option[]){ { "extend", 0, OPTION_TEXT, "TIME", &arg_extend,
					       "do not confirm yet: go back in so long from now" },
					     GENERATIONS_STATE_OPTION,
					     { 0 } },
	.run = confirm_run,
};
