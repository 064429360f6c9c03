/* SPDX-License-Identifier: Apache-2.0 */
/* egret history: what was applied here, by whom, and what became of it. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "cmd/command.h"
#include "cmd/generations.h"
#include "cmd/print.h"
#include "cmd/table.h"

enum { NUMBER_MAX = 24, SUM_SHOWN = 12 };

static enum tone tone_of(const struct generation *g, bool current)
{
	if (g->state == GENERATION_PENDING)
		return TONE_WAIT;
	if (current)
		return TONE_GOOD;
	return g->state == GENERATION_FAILED ? TONE_BAD : TONE_DIM;
}

static int add_row(struct table *t, const struct generation *g, bool current)
{
	char number[NUMBER_MAX], time[GENERATIONS_TIME_MAX], sum[SUM_SHOWN + 1];
	EG_AUTO(buf_release) struct buf note = BUF_INIT;

	(void)snprintf(number, sizeof(number), "%" PRId64 "%s", g->number, current ? " *" : "");
	(void)snprintf(sum, sizeof(sum), "%s", g->sha256); /* the beginning of it */
	generations_time(g->time, time);
	if (g->same_as)
		buf_printf(&note, "again generation %" PRId64, g->same_as);
	if (g->report_only)
		buf_printf(&note, "%sreport only", note.n ? "; " : "");
	if (g->why[0])
		buf_printf(&note, "%s%s", note.n ? "; " : "", g->why);
	if (g->note[0])
		buf_printf(&note, "%s%s", note.n ? "; " : "", g->note);
	return note.r < 0
		       ? note.r
		       : table_row(t, tone_of(g, current),
				   (const char *const[]){ number, generation_state_name(g->state),
							  time, g->who, sum, buf_str(&note).p });
}

static int print_text(struct env *env, const struct generation *g, size_t n, int64_t current)
{
	EG_AUTO(buf_release) struct buf out = BUF_INIT;
	EG_AUTO(table_freep) struct table *t = table_new(6);
	static const char *const head[] = { "N", "STATE", "TIME", "WHO", "SHA-256", "NOTE" };
	int r = t ? table_row(t, TONE_HEAD, head) : -ENOMEM;

	for (size_t i = 0; r == 0 && i < n; i++)
		r = add_row(t, &g[i], g[i].number == current);
	if (r < 0)
		return r;
	table_print(t, env->width, env->color, &out);
	return generations_print(env, &out);
}

static int print_json(struct env *env, const struct generation *g, size_t n, int64_t current)
{
	EG_AUTO(json_freep) json_t *list = json_array();
	int r = list ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < n; i++) {
		json_t *o = generations_json(&g[i]);

		r = o ? json_put(o, "current", json_boolean(g[i].number == current)) : -ENOMEM;
		if (r == 0)
			r = json_push(list, o);
	}
	return r < 0 ? r : env_json(env, EG_TAKE(list));
}

static int history_run(struct env *env, int argc, char **argv)
{
	EG_AUTO(store_closep) struct store *s = NULL;
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	struct generation *all = NULL, current = { 0 };
	size_t n = 0;
	int r = a ? store_open(generations_folder(), false, env->diag, &s) : -ENOMEM;

	(void)argc;
	(void)argv;
	if (r == 0)
		r = store_list(s, a, env->diag, &all, &n);
	if (r == 0)
		r = store_wanted(s, a, env->diag, &current);
	if (r < 0 && r != -ENOENT)
		return r;
	if (!s)
		return r;
	return env->json ? print_json(env, all, n, current.number)
			 : print_text(env, all, n, current.number);
}

const struct command command_history = {
	.name = "history",
	.args = "[--state DIR]",
	.help = "what was applied here, by whom, and what became of it",
	.options = (const struct cmd_option[]){ GENERATIONS_STATE_OPTION, { 0 } },
	.run = history_run,
};
