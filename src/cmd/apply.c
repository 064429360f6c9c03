/* SPDX-License-Identifier: Apache-2.0 */
/* egret apply: the policy becomes what the kernel does, until nobody confirms it. */
#include <errno.h>

#include "base/err.h"
#include "cmd/command.h"
#include "cmd/duration.h"
#include "cmd/generations.h"
#include "cmd/who.h"

enum { TIMER_DEFAULT = 10 * 60 };

static const char *arg_timer, *arg_note;
static bool arg_keep, arg_report;

static int read_timer(struct env *env, int64_t *ret)
{
	*ret = TIMER_DEFAULT;
	return arg_timer ? generations_timer(env, "timer", arg_timer, ret) : 0;
}

static int lint(struct env *env)
{
	return policy_lint(&env->policy, &env->plan, env->m, env->diag);
}

static int apply(struct env *env, struct change *c, struct change_ask *ask)
{
	EG_AUTO(buf_release) struct buf who = BUF_INIT;
	struct change_report report;
	int r;

	who_print(&who);
	r = who.r < 0 ? who.r : generations_open(env, true, c);
	if (r < 0)
		return r;
	env_tell(env); /* what was put right comes before what is done now */
	ask->who = who.data;
	ask->note = arg_note ? arg_note : "";
	r = change_apply(c, ask, &report);
	return r < 0 ? r : generations_report(env, &report);
}

static int apply_run(struct env *env, int argc, char **argv)
{
	struct change_ask ask = { .policy = &env->policy,
				  .catalogs = env->catalogs_path,
				  .report_only = arg_report };
	struct change c = CHANGE_INIT;
	int r = read_timer(env, &ask.seconds);

	(void)argc;
	(void)argv;
	if (r == 0)
		r = lint(env);
	c.keep_established = arg_keep;
	if (r == 0)
		r = apply(env, &c, &ask);
	change_close(&c);
	return r;
}

const struct command command_apply = {
	.name = "apply",
	.args = "[--timer TIME] [--note TEXT] [--keep-established] [--report-only] [--state DIR]",
	.help = "load the policy into the kernel, until it is confirmed or its time ends",
	.options =
		(const struct cmd_option[]){
			{ "timer", 0, OPTION_TEXT, "TIME", &arg_timer,
			  "go back when nobody confirms for so long: 30s, 10m (default), 2h" },
			{ "note", 0, OPTION_TEXT, "TEXT", &arg_note, "why, for the history" },
			{ "keep-established", 0, OPTION_FLAG, NULL, &arg_keep,
			  "leave conversations that the new rules would not let begin" },
			{ "report-only", 0, OPTION_FLAG, NULL, &arg_report,
			  "change no packet: count and log what would be dropped" },
			GENERATIONS_STATE_OPTION,
			{ 0 } },
	.needs = NEEDS_POLICY,
	.run = apply_run,
};
