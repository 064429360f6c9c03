/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/env.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/err.h"
#include "control/paths.h"

static int terminal_width(int fd)
{
	struct winsize size;

	if (!isatty(fd))
		return 0;
	return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
}

int env_init(struct env *env)
{
	const char *no_color = getenv("NO_COLOR");

	*env = (struct env){ .out = stdout, .err = stderr };
	env->width = terminal_width(STDOUT_FILENO);
	env->color = env->width && !(no_color && no_color[0]);
	env->live = isatty(STDERR_FILENO) == 1;
	env->diag = diag_new();
	env->m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
	return env->diag && env->m ? 0 : -ENOMEM;
}

void env_release(struct env *env)
{
	plan_release(&env->plan);
	policy_release(&env->policy);
	catalogs_release(&env->catalogs);
	flow_mgr_free(env->m);
	diag_free(env->diag);
}

int env_need_catalogs(struct env *env)
{
	static char found[PATH_TEXT_MAX];

	if (!env->catalogs_path) {
		int r = path_catalogs(found, env->diag);

		if (r < 0)
			return r;
		env->catalogs_path = found;
	}
	return catalogs_load(env->catalogs_path, env->diag, &env->catalogs);
}

int env_need_policy(struct env *env)
{
	int r = env_need_catalogs(env);

	if (r == 0 && !env->policy_path)
		r = path_policy(&env->policy_path, env->diag);
	if (r == 0)
		r = policy_load(env->policy_path, &env->catalogs, env->diag, &env->policy);
	if (r == 0)
		r = policy_compile(&env->policy, env->m, env->diag, &env->plan);
	return r;
}

void env_tell(struct env *env)
{
	struct buf text = BUF_INIT;

	env_progress_end(env);
	diag_format(env->diag, &text);
	if (text.n)
		(void)fwrite(text.data, 1, text.n, env->err); /* nowhere else to complain */
	buf_release(&text);
	diag_clear(env->diag);
}

int env_json(struct env *env, json_t *value)
{
	int r;

	if (!value)
		return -ENOMEM;
	r = json_dumpf(value, env->out, JSON_INDENT(2)) < 0 ? -EIO : 0;
	json_decref(value);
	return r == 0 && fputc('\n', env->out) == EOF ? -EIO : r;
}

int env_could_not_tell(struct env *env)
{
	env->told_unknown = true;
	return E_INEXACT;
}

void env_progress(struct env *env, const char *fmt, ...)
{
	va_list args;

	if (!env->live)
		return;
	va_start(args, fmt);
	(void)fputs("\r\033[K", env->err); /* progress is a courtesy; its loss is no error */
	(void)vfprintf(env->err, fmt, args);
	(void)fflush(env->err);
	va_end(args);
}

void env_progress_end(struct env *env)
{
	if (env->live)
		(void)fputs("\r\033[K", env->err); /* as above */
}
