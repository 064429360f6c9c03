/* SPDX-License-Identifier: Apache-2.0 */
/* egret boot: closed, and then what was confirmed last. For the service that starts first. */
#include <errno.h>

#include "cmd/command.h"
#include "cmd/generations.h"
#include "control/boot.h"
#include "control/paths.h"

static int boot_run(struct env *env, int argc, char **argv)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	EG_AUTO(buf_release) struct buf out = BUF_INIT;
	struct generation g;
	int r = a ? boot(generations_folder(), path_run(), a, env->diag, &g) : -ENOMEM;

	(void)argc;
	(void)argv;
	if (r < 0)
		return r;
	if (env->json)
		return env_json(env, generations_json(&g));
	generations_say(env, &g, &out);
	return generations_print(env, &out);
}

const struct command command_boot = {
	.name = "boot",
	.args = "[--state DIR]",
	.help = "forward nothing, then load what was confirmed last",
	.options = (const struct cmd_option[]){ GENERATIONS_STATE_OPTION, { 0 } },
	.run = boot_run,
};
