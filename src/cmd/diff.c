/* SPDX-License-Identifier: Apache-2.0 */
/* egret diff: which flows does B let through that A does not, and the other way round. */
#include <errno.h>

#include "cmd/command.h"
#include "cmd/generations.h"
#include "cmd/print.h"
#include "cmd/side.h"

static struct view arg_view;

static int print_text(struct env *env, const struct side side[static 2], const struct flow_diff *d)
{
	EG_AUTO(buf_release) struct buf out = BUF_INIT;
	int r;

	buf_printf(&out, "A: %s (%s)\nB: %s (%s)\n", side[0].path, side[0].kind, side[1].path,
		   side[1].kind);
	r = print_set(env, side[0].arena, "+ only in B", d->added, &out);
	if (r == 0)
		r = print_set(env, side[0].arena, "- only in A", d->removed, &out);
	if (r == 0)
		r = print_set(env, side[0].arena, "? not modelled, may differ", d->unsure, &out);
	if (flow_empty(d->added) && flow_empty(d->removed) && flow_empty(d->unsure))
		buf_adds(&out, "no difference: the same flows\n");
	if (r == 0)
		r = out.r;
	if (r == 0)
		(void)fwrite(out.data, 1, out.n, env->out); /* the driver checks the stream */
	return r;
}

static int print_json(struct env *env, const struct side side[static 2], const struct flow_diff *d)
{
	EG_AUTO(json_freep)
	json_t *o = json_pack("{s:s, s:s}", "a", side[0].path, "b", side[1].path);
	const struct {
		const char *key;
		flow_ref set;
	} part[] = { { "added", d->added }, { "removed", d->removed }, { "unsure", d->unsure } };
	int r = o ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(part); i++) {
		json_t *value = NULL;

		r = print_set_json(env, side[0].arena, part[i].set, &value);
		if (r == 0)
			r = json_put(o, part[i].key, value);
	}
	return r < 0 ? r : env_json(env, EG_TAKE(o));
}

static int diff_run(struct env *env, int argc, char **argv)
{
	struct side side[2] = { SIDE_INIT, SIDE_INIT };
	struct flow_diff d = { FLOW_NONE, FLOW_NONE, FLOW_NONE };
	int r = 0;

	for (int i = 0; r == 0 && i < argc; i++)
		r = side_load(env, argv[i], &arg_view, &side[i]);
	/* What a list at one interface does not tell of interfaces, of a policy is not seen. */
	for (int i = 0; r == 0 && i < argc; i++)
		if (side[1 - i].config && !side[i].config)
			r = side_forget_interfaces(side[1 - i].config, &side[i]);
	if (r == 0)
		r = flow_diff(env->m, side[0].bounds, side[1].bounds, &d);
	if (r == 0)
		r = env->json ? print_json(env, side, &d) : print_text(env, side, &d);
	side_release(&side[0]);
	side_release(&side[1]);
	if (r < 0)
		return r;
	if (!flow_empty(d.added) || !flow_empty(d.removed))
		return 1;
	return flow_empty(d.unsure) ? 0 : env_could_not_tell(env);
}

const struct command command_diff = {
	.name = "diff",
	.args = "[--at PLACE] [--assume WHAT] [--state DIR] A B",
	.help = "flow diff of two policies, catalogs, lists or configurations",
	.options = (const struct cmd_option[]){ VIEW_OPTIONS(arg_view),
						GENERATIONS_STATE_OPTION,
						{ 0 } },
	.takes_catalogs = true,
	.args_min = 2,
	.args_max = 2,
	.run = diff_run,
};
