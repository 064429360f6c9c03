/* SPDX-License-Identifier: Apache-2.0 */
/* egret guard: hold the promise of a pending generation. apply starts one; people need not. */
#include <errno.h>
#include <signal.h>

#include "base/err.h"
#include "base/show.h"
#include "cmd/command.h"
#include "cmd/generations.h"
#include "control/guard.h"
#include "control/paths.h"

static void tell(void *data)
{
	env_tell(data);
}

static int guard_run(struct env *env, int argc, char **argv)
{
	uint64_t number;
	int r = str_u64(str_of(argv[0]), INT64_MAX, &number);

	(void)argc;
	if (r < 0) {
		diag_error(env->diag, NOWHERE, "%s is no number of a generation",
			   show(str_of(argv[0])).text);
		return r;
	}
	(void)signal(SIGHUP, SIG_IGN); /* a login that ends is no reason to go */
	r = guard_hold(generations_folder(), (int64_t)number, path_run(), env->diag, tell, env);
	if (r == -EEXIST) {
		diag_error(env->diag, NOWHERE, "generation %s has a guardian", argv[0]);
		return 1;
	}
	return r;
}

const struct command command_guard = {
	.name = "guard",
	.args = "N [--state DIR]",
	.help = "hold the promise of pending generation N (apply starts one)",
	.options = (const struct cmd_option[]){ GENERATIONS_STATE_OPTION, { 0 } },
	.args_min = 1,
	.args_max = 1,
	.run = guard_run,
};
