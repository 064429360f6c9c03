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

/* What the command found, over all feeds. */
struct tally {
	size_t feeds, staged, accepted;
	size_t wrong; /* not to be known, or not believed */
};

static bool is_chosen(const struct feed *f, const char *text)
{
	struct str name = str_of(f->name), vendor = str_cut(&name, '/');

	return strcmp(f->name, text) == 0 || str_is(vendor, text);
}

/* Each operand must mean a feed: a slip must not look like "no change". */
static int need_feeds(struct env *env, const struct feeds *feeds, int argc, char **argv)
{
	if (feeds->n == 0) {
		diag_error(env->diag, (struct place){ .file = env->catalogs_path },
			   "no list of these catalogs is a feed");
		diag_hint(env->diag, "a list with 'url' and 'feed' is one: man egret.catalog");
		return E_UNKNOWN;
	}
	for (int i = 0; i < argc; i++) {
		bool found = false;

		for (size_t k = 0; k < feeds->n; k++)
			found |= is_chosen(&feeds->feed[k], argv[i]);
		if (found)
			continue;
		diag_error(env->diag, NOWHERE, "no feed or vendor with feeds is called %s",
			   argv[i]);
		diag_hint(env->diag,
			  "names are VENDOR/LIST or VENDOR/FORMAT, as egret sync prints");
		return E_UNKNOWN;
	}
	return 0;
}

static bool is_wanted(const struct feed *f, int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		if (is_chosen(f, argv[i]))
			return true;
	}
	return argc == 0;
}

static bool is_wrong(const struct synced *s)
{
	return s->asked == ASKED_FAILED || s->asked == ASKED_LATER ||
	       s->standing == STANDING_QUARANTINED || s->standing == STANDING_MALFORMED;
}

/* ---- one feed ---- */

static int show(struct env *env, struct synced *s, bool accepted, json_t *all)
{
	EG_AUTO(buf_release) struct buf out = BUF_INIT;
	int r;

	if (all)
		return synced_json(env, s, accepted, all);
	r = synced_print(env, s, accepted, &out);
	if (r == 0)
		(void)fwrite(out.data, 1, out.n, env->out); /* the driver checks the stream */
	return r;
}

static int look(struct env *env, const struct sync *sync, const struct feed *f, struct tally *t,
		json_t *all)
{
	struct synced s = SYNCED_INIT;
	bool accepted = false;
	int r;

	if (sync->ask)
		env_progress(env, "asking %s", f->url);
	r = sync_feed(sync, f, env->diag, &s);
	env_progress_end(env);
	if (r == 0 && s.has_staged)
		r = update_flows(&s.update, f, env->m);
	if (r == 0 && arg_accept && s.has_staged) {
		r = sync_accept(&s, env->diag);
		accepted = r == 0;
	}
	if (r == 0 && arg_accept && !accepted)
		diag_clear(env->diag); /* what is not staged was told when the server was asked */
	else if (r == 0)
		r = show(env, &s, accepted, all);
	if (r == 0) {
		t->feeds++;
		t->staged += s.has_staged && !accepted;
		t->accepted += accepted;
		t->wrong += is_wrong(&s) && !arg_accept;
	}
	synced_release(&s);
	return r;
}

/* What fails for one feed must not keep the others from being looked at. */
static int look_on(struct env *env, const struct sync *sync, const struct feed *f, struct tally *t,
		   json_t *all)
{
	int r = look(env, sync, f, t, all);

	flow_collect(env->m);
	if (r == -ENOMEM)
		return r;
	if (r < 0) {
		if (diag_errors(env->diag) == 0)
			diag_error(env->diag, NOWHERE, "%s: %s", f->name, err_text(r));
		t->wrong++;
	}
	(void)fflush(env->out); /* the driver checks the stream */
	env_tell(env);		/* beside what it is about */
	return 0;
}

/* The vendors' other feeds must see the catalog as it is after a list was taken over. */
static int load_again(struct env *env, struct arena *a, struct feeds *feeds)
{
	catalogs_release(&env->catalogs);
	arena_reset(a);
	if (env_need_catalogs(env) < 0)
		return E_CONFLICT; /* told */
	return feeds_find(&env->catalogs, a, env->diag, feeds);
}

static int look_all(struct env *env, const struct sync *sync, struct arena *a, struct feeds *feeds,
		    const struct operands *ops, struct tally *t, json_t *all)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < feeds->n; i++) {
		size_t accepted = t->accepted;

		if (!is_wanted(&feeds->feed[i], ops->n, (char **)ops->v))
			continue;
		r = look_on(env, sync, &feeds->feed[i], t, all);
		if (r == 0 && t->accepted > accepted)
			r = load_again(env, a, feeds);
	}
	return r;
}

static int finish(struct env *env, const struct tally *t)
{
	if (!env->json && t->staged)
		(void)fprintf(env->out, "%zu of %zu staged; to take over: egret sync --accept\n",
			      t->staged, t->feeds); /* the driver checks the stream */
	if (!env->json && arg_accept && !t->accepted && !t->wrong)
		(void)fputs("nothing is staged\n", env->out); /* as above */
	if (t->wrong)
		return env_could_not_tell(env);
	return t->staged > 0 && !arg_override;
}

/* ---- an override ---- */

static int override(struct env *env, const struct sync *sync, const struct feeds *feeds)
{
	const struct feed *f = feeds_named(feeds, str_of(arg_override));
	struct synced s = SYNCED_INIT;
	int r;

	if (!f) {
		diag_error(env->diag, NOWHERE, "no feed is called %s", arg_override);
		diag_hint(env->diag,
			  "names are VENDOR/LIST or VENDOR/FORMAT, as egret sync prints");
		return E_UNKNOWN;
	}
	r = sync_feed(sync, f, env->diag, &s);
	diag_clear(env->diag); /* why it is in quarantine was told when it came there */
	if (r == 0)
		r = sync_override(sync, &s, arg_by ? arg_by : "", arg_reason ? arg_reason : "",
				  env->diag);
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

static int run(struct env *env, struct feedstore *store, struct operands *ops, json_t *all)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	struct sync sync = { .store = store, .now = time(NULL) };
	struct feeds feeds = { 0 };
	struct tally tally = { 0 };
	int r = a ? feeds_find(&env->catalogs, a, env->diag, &feeds) : -ENOMEM;

	if (r == 0)
		r = need_feeds(env, &feeds, ops->n, ops->v);
	if (r == 0 && arg_override) {
		r = override(env, &sync, &feeds);
		*ops = (struct operands){ .v = { (char *)arg_override }, .n = 1 };
	} else {
		sync.ask = !arg_accept;
		sync.force = ops->n > 0;
	}
	if (r == 0)
		r = look_all(env, &sync, a, &feeds, ops, &tally, all);
	if (r == 0 && all)
		r = env_json(env, json_incref(all));
	return r < 0 ? r : finish(env, &tally);
}

static int sync_run(struct env *env, int argc, char **argv)
{
	EG_AUTO(json_freep) json_t *all = env->json ? json_array() : NULL;
	struct feedstore store = FEEDSTORE_INIT;
	struct operands ops = { .n = argc };
	int r = env->json && !all ? -ENOMEM : check_arguments(env, argc);

	memcpy(ops.v, argv, (size_t)argc * sizeof(*argv)); /* at most OPERANDS_MAX */
	if (r == 0)
		r = feedstore_open(arg_state, env->diag, &store);
	if (r == 0)
		r = env_need_catalogs(env); /* locked: nobody else takes lists over meanwhile */
	if (r == 0)
		r = run(env, &store, &ops, all);
	feedstore_close(&store);
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
