/* SPDX-License-Identifier: Apache-2.0 */
/* egret sync: what the vendors publish now, guarded, as a flow diff, staged and taken over. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "cmd/command.h"
#include "cmd/options.h"
#include "cmd/print.h"
#include "cmd/synced.h"

static bool arg_accept;
static const char *arg_override, *arg_by, *arg_reason, *arg_state;

/* One run of the command, and what it found over all feeds. */
struct work {
	struct env *env;
	struct sync sync;
	struct arena *arena; /* of the feeds */
	struct feeds feeds;
	json_t *all; /* --json: an object a feed; else NULL */
	size_t looked, staged, accepted;
	size_t wrong; /* not to be known, or not believed */
	size_t rows;  /* of publications: only egret import can take them over */
};

static bool is_chosen(const struct feed *f, const char *text)
{
	struct str name = str_of(f->name), vendor = str_cut(&name, '/');

	return strcmp(f->name, text) == 0 || str_is(vendor, text);
}

/* Each operand must mean a feed: a slip must not look like "no change". */
static int need_feeds(const struct work *w, const struct operands *ops)
{
	const struct feeds *feeds = &w->feeds;
	struct env *env = w->env;

	if (feeds->n == 0) {
		diag_error(env->diag, (struct place){ .file = env->catalogs_path },
			   "no list of these catalogs is a feed");
		diag_hint(env->diag, "a list with 'url' and 'feed' is one: man egret.catalog");
		return E_UNKNOWN;
	}
	for (int i = 0; i < ops->n; i++) {
		bool found = false;

		for (size_t k = 0; k < feeds->n; k++)
			found |= is_chosen(&feeds->feed[k], ops->v[i]);
		if (found)
			continue;
		diag_error(env->diag, NOWHERE, "no feed or vendor with feeds is called %s",
			   ops->v[i]);
		diag_hint(env->diag,
			  "names are VENDOR/LIST or VENDOR/FORMAT, as egret sync prints");
		return E_UNKNOWN;
	}
	return 0;
}

static bool is_wanted(const struct feed *f, const struct operands *ops)
{
	for (int i = 0; i < ops->n; i++) {
		if (is_chosen(f, ops->v[i]))
			return true;
	}
	return ops->n == 0;
}

static bool is_wrong(const struct synced *s)
{
	return s->asked == ASKED_FAILED || s->asked == ASKED_LATER ||
	       s->standing == STANDING_QUARANTINED || s->standing == STANDING_MALFORMED;
}

/* ---- one feed ---- */

static int show(struct work *w, const struct synced *s, bool accepted)
{
	EG_AUTO(buf_release) struct buf out = BUF_INIT;
	int r;

	if (w->all)
		return synced_json(w->env, s, accepted, w->all);
	r = synced_print(w->env, s, accepted, &out);
	if (r == 0)
		(void)fwrite(out.data, 1, out.n, w->env->out); /* the driver checks the stream */
	return r;
}

static void count(struct work *w, const struct synced *s, bool accepted)
{
	w->looked++;
	w->staged += s->has_staged && !accepted;
	w->accepted += accepted;
	w->rows += s->rows;
	w->wrong += is_wrong(s) && !arg_accept;
}

static int look(struct work *w, const struct feed *f)
{
	struct synced s = SYNCED_INIT;
	struct diag *d = w->env->diag;
	bool accepted = false;
	int r;

	if (w->sync.ask)
		env_progress(w->env, "asking %s", f->url);
	r = sync_feed(&w->sync, f, d, &s);
	env_progress_end(w->env);
	if (r == 0 && s.has_staged)
		r = update_flows(&s.update, f, w->env->m);
	if (r == 0 && arg_accept && s.has_staged) {
		r = sync_accept(&s, d);
		accepted = r == 0;
	}
	if (r == 0 && arg_accept && !accepted)
		diag_clear(d); /* what is not staged was told when the server was asked */
	else if (r == 0)
		r = show(w, &s, accepted);
	if (r == 0)
		count(w, &s, accepted);
	synced_release(&s);
	return r;
}

/* What fails for one feed must not keep the others from being looked at. */
static int look_on(struct work *w, const struct feed *f)
{
	struct env *env = w->env;
	int r = look(w, f);

	flow_collect(env->m);
	if (r == -ENOMEM)
		return r;
	if (r < 0) {
		if (diag_errors(env->diag) == 0)
			diag_error(env->diag, NOWHERE, "%s: %s", f->name, err_text(r));
		w->wrong++;
	}
	(void)fflush(env->out); /* the driver checks the stream */
	env_tell(env);		/* beside what it is about */
	return 0;
}

/* The vendors' other feeds must see the catalog as it is after a list was taken over. */
static int load_again(struct work *w)
{
	catalogs_release(&w->env->catalogs);
	arena_reset(w->arena);
	if (env_need_catalogs(w->env) < 0)
		return E_CONFLICT; /* told */
	return feeds_find(&w->env->catalogs, w->arena, w->env->diag, &w->feeds);
}

static int look_all(struct work *w, const struct operands *ops)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < w->feeds.n; i++) {
		size_t accepted = w->accepted;

		if (!is_wanted(&w->feeds.feed[i], ops))
			continue;
		r = look_on(w, &w->feeds.feed[i]);
		if (r == 0 && w->accepted > accepted)
			r = load_again(w);
	}
	return r;
}

static int finish(const struct work *w)
{
	struct env *env = w->env;

	if (!w->all && w->staged) /* the driver checks the stream, here and below */
		(void)fprintf(env->out, "%zu of %zu staged; to take over: egret sync --accept\n",
			      w->staged, w->looked);
	if (!w->all && arg_accept && !w->accepted && !w->wrong)
		(void)fputs("nothing is staged\n", env->out);
	if (w->wrong)
		return env_could_not_tell(env);
	return (w->staged > 0 && !arg_override) || (w->rows > 0 && w->sync.ask);
}

/* ---- an override ---- */

static int override(struct work *w)
{
	const struct feed *f = feeds_named(&w->feeds, str_of(arg_override));
	struct diag *d = w->env->diag;
	struct synced s = SYNCED_INIT;
	int r;

	if (!f) {
		diag_error(d, NOWHERE, "no feed is called %s", arg_override);
		diag_hint(d, "names are VENDOR/LIST or VENDOR/FORMAT, as egret sync prints");
		return E_UNKNOWN;
	}
	r = sync_feed(&w->sync, f, d, &s);
	if (r < 0)
		return r;
	diag_clear(d); /* why it is in quarantine was told when it came there */
	r = sync_override(&w->sync, &s, arg_by ? arg_by : "", arg_reason ? arg_reason : "", d);
	synced_release(&s);
	return r;
}

/* ---- the command ---- */

static int check_arguments(struct env *env, int argc)
{
	if (arg_accept && arg_override) {
		diag_error(env->diag, NOWHERE, "--accept and --override do not go together");
		diag_hint(env->diag, "override, look at what is staged then, and accept it");
		return E_CONFLICT;
	}
	if (!arg_override && (arg_by || arg_reason)) {
		diag_error(env->diag, NOWHERE, "--by and --reason belong to --override");
		return E_CONFLICT;
	}
	if (arg_override && argc) {
		diag_error(env->diag, NOWHERE, "--override names its feed itself");
		return E_CONFLICT;
	}
	return 0;
}

static int run(struct work *w, struct operands *ops)
{
	int r = w->arena ? feeds_find(&w->env->catalogs, w->arena, w->env->diag, &w->feeds)
			 : -ENOMEM;

	if (r == 0)
		r = need_feeds(w, ops);
	if (r == 0 && arg_override) {
		r = override(w);
		*ops = (struct operands){ .v = { (char *)arg_override }, .n = 1 };
	} else {
		w->sync.ask = !arg_accept;
		w->sync.force = ops->n > 0;
	}
	if (r == 0)
		r = look_all(w, ops);
	if (r == 0 && w->all)
		r = env_json(w->env, json_incref(w->all));
	return r < 0 ? r : finish(w);
}

static int sync_run(struct env *env, int argc, char **argv)
{
	struct feedstore store = FEEDSTORE_INIT;
	struct work w = { .env = env, .sync = { .store = &store, .now = time(NULL) } };
	struct operands ops = { .n = argc };
	int r = check_arguments(env, argc);

	memcpy(ops.v, argv, (size_t)argc * sizeof(*argv)); /* at most OPERANDS_MAX */
	w.arena = arena_new();
	w.all = env->json ? json_array() : NULL;
	if (r == 0 && env->json && !w.all)
		r = -ENOMEM;
	if (r == 0)
		r = feedstore_open(arg_state, env->diag, &store);
	if (r == 0)
		r = env_need_catalogs(env); /* locked: nobody else takes lists over meanwhile */
	if (r == 0)
		r = run(&w, &ops);
	feedstore_close(&store);
	json_decref(w.all);
	arena_free(w.arena);
	return r;
}

static const struct cmd_option options[] = {
	{ "accept", 0, OPTION_FLAG, NULL, &arg_accept,
	  "take staged lists over, without asking servers" },
	{ "override", 0, OPTION_TEXT, "FEED", &arg_override, "let through what the guards refuse" },
	{ "by", 0, OPTION_TEXT, "NAME", &arg_by, "who overrides" },
	{ "reason", 0, OPTION_TEXT, "TEXT", &arg_reason, "and why" },
	{ "state", 0, OPTION_TEXT, "DIR", &arg_state,
	  "what is remembered (EGRET_STATE, /var/lib/egret)" },
	{ 0 },
};

const struct command command_sync = {
	.name = "sync",
	.args = "[--accept] [--override FEED --by NAME --reason TEXT] [--state DIR] [FEED ...]",
	.help = "fetch the vendors' lists, guard them, stage and take over what changes",
	.options = options,
	.takes_catalogs = true,
	.args_max = OPERANDS_MAX,
	.run = sync_run,
};
