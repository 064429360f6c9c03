/* SPDX-License-Identifier: Apache-2.0 */
/* egret rollback: back to what was there before, or to a generation of the history. */
#include <errno.h>

#include "base/err.h"
#include "base/show.h"
#include "cmd/command.h"
#include "cmd/generations.h"
#include "cmd/who.h"

static const char *arg_note;
static bool arg_keep;

static int read_number(struct env *env, const char *text, int64_t *ret)
{
	uint64_t n;
	int r = str_u64(str_of(text), INT64_MAX, &n);

	if (r == 0 && !n)
		r = E_SYNTAX;
	if (r < 0) {
		diag_error(env->diag, NOWHERE, "%s is no number of a generation",
			   show(str_of(text)).text);
		diag_hint(env->diag, "egret history lists them");
		return r;
	}
	*ret = (int64_t)n;
	return 0;
}

static int go_back(struct env *env, struct change *c, const char *which)
{
	EG_AUTO(buf_release) struct buf who = BUF_INIT;
	struct change_report report;
	int64_t number = 0;
	int r = which ? read_number(env, which, &number) : 0;

	if (r == 0)
		r = generations_open(env, false, c);
	if (r < 0)
		return r;
	env_tell(env); /* what was put right comes before what is done now */
	who_print(&who);
	if (who.r < 0)
		return who.r;
	r = change_back(c, arg_note ? arg_note : "by hand", &report);
	if (r == -ENOENT && !number) /* nothing is pending: back from what was confirmed */
		r = change_to(c, 0, who.data, arg_note ? arg_note : "", &report);
	else if ((r == 0 || r == -ENOENT) && number)
		r = change_to(c, number, who.data, arg_note ? arg_note : "", &report);
	return r < 0 ? r : generations_report(env, &report);
}

static int rollback_run(struct env *env, int argc, char **argv)
{
	struct change c = CHANGE_INIT;
	int r;

	c.keep_established = arg_keep;
	r = go_back(env, &c, argc ? argv[0] : NULL);
	change_close(&c);
	return r;
}

const struct command command_rollback = {
	.name = "rollback",
	.args = "[N] [--note TEXT] [--keep-established] [--state DIR]",
	.help = "go back to what was there before, or to generation N",
	.options =
		(const struct cmd_option[]){
			{ "note", 0, OPTION_TEXT, "TEXT", &arg_note, "why, for the history" },
			{ "keep-established", 0, OPTION_FLAG, NULL, &arg_keep,
			  "leave conversations that the rules then would not let begin" },
			GENERATIONS_STATE_OPTION,
			{ 0 } },
	.args_max = 1,
	.run = rollback_run,
};
