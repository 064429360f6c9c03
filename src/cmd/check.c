/* SPDX-License-Identifier: Apache-2.0 */
/* egret check: lint of the policy and the catalogs it uses. */
#include <errno.h>

#include "cmd/command.h"
#include "cmd/print.h"

static int message_json(const struct diag_message *m, json_t *list)
{
	static const char *const level[] = { "error", "warning", "note" };

	return json_push(list,
			 json_pack("{s:s, s:s?, s:i, s:i, s:s, s:s?}", "level", level[m->level],
				   "file", m->at.file, "line", (int)m->at.line, "column",
				   (int)m->at.column, "text", m->text, "hint", m->hint));
}

static int report_json(struct env *env)
{
	EG_AUTO(json_freep) json_t *list = json_array();
	int r = list ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < diag_count(env->diag); i++)
		r = message_json(diag_get(env->diag, i), list);
	diag_clear(env->diag);
	return r < 0 ? r : env_json(env, EG_TAKE(list));
}

static int report_text(struct env *env, size_t warnings)
{
	EG_AUTO(buf_release) struct buf out = BUF_INIT;
	size_t notes = diag_count(env->diag) - warnings;

	diag_format(env->diag, &out);
	diag_clear(env->diag);
	buf_printf(&out, "%s: %zu rules, %zu warning%s, %zu note%s\n", env->policy_path,
		   env->plan.rules.n, warnings, warnings == 1 ? "" : "s", notes,
		   notes == 1 ? "" : "s");
	if (out.r < 0)
		return out.r;
	(void)fwrite(out.data, 1, out.n, env->out); /* the driver checks the stream */
	return 0;
}

static int check_run(struct env *env, int argc, char **argv)
{
	int r = policy_lint(&env->policy, &env->plan, env->m, env->diag);
	size_t warnings = diag_warnings(env->diag);

	(void)argc;
	(void)argv;
	if (r < 0)
		return r;
	r = env->json ? report_json(env) : report_text(env, warnings);
	return r < 0 ? r : warnings > 0;
}

const struct command command_check = {
	.name = "check",
	.args = "",
	.help = "look for mistakes in the policy and the catalogs it uses",
	.needs = NEEDS_POLICY,
	.run = check_run,
};
