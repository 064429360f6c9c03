/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/generations.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/show.h"
#include "cmd/duration.h"
#include "cmd/print.h"
#include "control/paths.h"

const char *generations_state;

const char *generations_folder(void)
{
	return generations_state ? generations_state : path_state();
}

int generations_open(struct env *env, bool make, struct change *c)
{
	c->run = path_run();
	c->d = env->diag;
	return change_open(c, generations_folder(), make);
}

int generations_timer(struct env *env, const char *option, const char *text, int64_t *ret)
{
	int r = duration_parse(str_of(text), ret);

	if (r < 0) {
		diag_error(env->diag, NOWHERE, "--%s %s is no length of time", option,
			   show(str_of(text)).text);
		diag_hint(env->diag, "expected 30s, 10m or 2h; from a second to a week");
	}
	return r;
}

void generations_time(int64_t when, char text[static GENERATIONS_TIME_MAX])
{
	time_t t = when;
	struct tm tm;

	text[0] = '\0';
	if (localtime_r(&t, &tm))
		(void)strftime(text, GENERATIONS_TIME_MAX, "%Y-%m-%d %H:%M:%S", &tm);
}

void generations_say(struct env *env, const struct generation *g, struct buf *out)
{
	char until[GENERATIONS_TIME_MAX], left[DURATION_TEXT_MAX];

	buf_printf(out, "generation %lld is %s%s", (long long)g->number,
		   generation_state_name(g->state), g->report_only ? ", report only" : "");
	if (g->same_as)
		buf_printf(out, "; it is generation %lld again", (long long)g->same_as);
	if (g->why[0])
		buf_printf(out, ": %s", g->why);
	buf_addc(out, '\n');
	if (g->state != GENERATION_PENDING)
		return;
	generations_time(g->ends.wall, until);
	duration_print(deadline_left_ms(&g->ends) / 1000, left);
	buf_printf(out, "what was there before comes back at %s, in %s, unless: %s confirm%s%s\n",
		   until + strlen("2026-11-26 "), left, env->program,
		   generations_state ? " --state " : "",
		   generations_state ? generations_state : "");
}

void generations_say_change(const struct change_report *report, struct buf *out)
{
	buf_printf(out, "%zu learned address%s kept, %zu of %zu conversations cut%s\n",
		   report->kept, report->kept == 1 ? "" : "es", report->cut, report->seen,
		   report->by_daemon ? "; loaded by egretd" : "");
}

json_t *generations_json(const struct generation *g)
{
	bool pending = g->state == GENERATION_PENDING;
	json_t *o = json_pack("{s:I, s:s, s:I, s:s, s:s, s:s, s:s, s:I, s:I, s:b}", "number",
			      (json_int_t)g->number, "state", generation_state_name(g->state),
			      "time", (json_int_t)g->time, "who", g->who, "note", g->note, "sha256",
			      g->sha256, "why", g->why, "base", (json_int_t)g->base, "same as",
			      (json_int_t)g->same_as, "report only", (int)g->report_only);

	if (o && pending &&
	    (json_put(o, "ends", json_integer((json_int_t)g->ends.wall)) < 0 ||
	     json_put(o, "seconds left", json_integer((json_int_t)deadline_left(&g->ends))) < 0))
		json_freep(&o);
	return o;
}

int generations_print(struct env *env, const struct buf *text)
{
	if (text->r < 0)
		return text->r;
	if (text->n)
		(void)fwrite(text->data, 1, text->n, env->out); /* the driver checks the stream */
	return 0;
}

static int report_json(struct env *env, const struct change_report *report)
{
	EG_AUTO(json_freep) json_t *o = generations_json(&report->g);
	const struct {
		const char *key;
		size_t n;
	} number[] = { { "rules", report->rules },
		       { "rules on names", report->named },
		       { "rules that nftables cannot say", report->lost },
		       { "learned addresses kept", report->kept },
		       { "conversations", report->seen },
		       { "conversations cut", report->cut } };
	int r = o ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(number); i++)
		r = json_put(o, number[i].key, json_integer((json_int_t)number[i].n));
	if (r == 0)
		r = json_put(o, "by egretd", json_boolean(report->by_daemon));
	return r < 0 ? r : env_json(env, EG_TAKE(o));
}

int generations_report(struct env *env, const struct change_report *report)
{
	EG_AUTO(buf_release) struct buf out = BUF_INIT;

	if (env->json)
		return report_json(env, report);
	generations_say(env, &report->g, &out);
	if (report->rules)
		buf_printf(&out, "%zu rules, %zu of them on names, %zu that nftables cannot say\n",
			   report->rules, report->named, report->lost);
	generations_say_change(report, &out);
	return generations_print(env, &out);
}
