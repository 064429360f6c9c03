/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/translate.h"

#include <errno.h>

#include "base/err.h"
#include "cmd/config.h"
#include "cmd/configfiles.h"
#include "cmd/deliver.h"
#include "cmd/print.h"
#include "verify/translate.h"

enum { TOLD_MAX = 20 }; /* lines of one kind that are told one by one */

struct translating {
	struct env *env;
	struct arena *arena;
	const struct dialect *from, *to;
	struct reading *config, *written;
	struct rulelist rules;
	struct losses lost;
	struct buf text;
};

static int read_config(struct translating *t, const struct translate_order *order)
{
	EG_AUTO(config_files_release) struct config_files files = CONFIG_FILES_INIT;
	char *path[] = { (char *)order->from };
	int r = config_files_read(t->env, path, 1, &files);

	if (r == 0)
		r = config_files_dialect(t->env, &files, NULL, &t->from);
	return r < 0 ? r : config_files_reading(t->env, &files, t->from, &order->view, &t->config);
}

/* What was written must be the configuration's, less what is told to be lost. */
static int check(struct translating *t)
{
	EG_AUTO(buf_release) struct buf gap = BUF_INIT;
	static const struct assume assume = { .hook = "forward", .names = true };
	struct translation found;
	struct env *env = t->env;
	int r = t->to->read(buf_str(&t->text), "(written)", &assume, env->m, env->diag,
			    &t->written);

	if (r == 0)
		r = translate_check(t->config, t->written, &t->rules, &t->lost, t->arena, &found);
	if (r < 0 || (flow_empty(found.missing) && flow_empty(found.widened)))
		return r;
	r = print_set(env, t->arena, "missing", found.missing, &gap);
	if (r == 0)
		r = print_set(env, t->arena, "excess", found.widened, &gap);
	diag_error(env->diag, NOWHERE, "the text does not read back as the configuration\n%s",
		   gap.n ? gap.data : "");
	diag_hint(env->diag, "this is a mistake in egret: nothing was written");
	return r < 0 ? r : E_INEXACT;
}

static void tell_more(struct env *env, size_t n, const char *what)
{
	if (n > TOLD_MAX)
		diag_warning(env->diag, NOWHERE, "left out: %zu more %s", n - TOLD_MAX, what);
}

/* What the target cannot say, and what was not certain in the source. */
static void tell_left_out(struct translating *t)
{
	struct diag *d = t->env->diag;

	for (size_t i = 0; i < t->lost.n && i < TOLD_MAX; i++) {
		const struct origin *o = &t->lost.loss[i].rule->origin;

		diag_warning(d, NOWHERE, "left out: %s:%s: %s\n    %s", o->service, o->requirement,
			     o->title ? o->title : "what no rule speaks of", t->lost.loss[i].why);
	}
	tell_more(t->env, t->lost.n, "rules");
	for (size_t i = 0; i < t->config->unknowns && i < TOLD_MAX; i++) {
		const struct unknown *u = &t->config->unknown[i];

		diag_warning(d, u->at, "left out: what depends on %s, which is not modelled",
			     u->what);
	}
	tell_more(t->env, t->config->unknowns, "constructs that are not modelled");
	for (size_t i = 0; i < t->config->assumptions; i++)
		diag_note(d, NOWHERE, "assumed: %s", t->config->assumption[i]);
}

static int run(struct translating *t, const struct translate_order *order)
{
	size_t left_out;
	int r = config_dialect(t->env, order->to, DIALECT_WRITE, &t->to);

	if (r == 0)
		r = read_config(t, order);
	if (r == 0)
		env_progress(t->env, "stating %zu rules", t->config->rules);
	if (r == 0)
		r = translate_rules(t->config, t->from->name, &t->rules);
	if (r == 0)
		r = t->to->write(&t->rules, t->env->m, t->arena, t->env->diag, &t->text, &t->lost);
	if (r == 0)
		r = t->text.r;
	if (r == 0)
		r = check(t);
	env_progress_end(t->env);
	if (r < 0)
		return r;
	tell_left_out(t);
	left_out = t->lost.n + t->config->unknowns;
	r = deliver(t->env, order->output, t->to, &t->text, 0);
	if (left_out)
		diag_note(t->env->diag, NOWHERE, "nothing is widened%s",
			  order->accept_loss ? ""
					     : " (exit 1; --accept-loss says that this is meant)");
	return r < 0 ? r : left_out > 0 && !order->accept_loss;
}

int translate(struct env *env, const struct translate_order *order)
{
	struct translating t = { .env = env, .arena = arena_new(), .text = BUF_INIT };
	int r;

	if (!t.arena)
		return -ENOMEM;
	rulelist_init(&t.rules, t.arena);
	r = run(&t, order);
	reading_free(t.written);
	reading_free(t.config);
	rulelist_release(&t.rules);
	buf_release(&t.text);
	arena_free(t.arena);
	return r;
}
