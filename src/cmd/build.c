/* SPDX-License-Identifier: Apache-2.0 */
/* egret build: writes the policy for a firewall, reads it back, and says what could not be said. */
#include <errno.h>

#include "base/err.h"
#include "base/file.h"
#include "cmd/command.h"
#include "cmd/config.h"
#include "cmd/print.h"
#include "verify/prove.h"

static const char *arg_to;
static const char *arg_output;
static bool arg_accept_loss;

/* The text must mean the policy: the dialect's own reader and the proof say so, or nothing leaves.
 */
static int prove_text(struct env *env, const struct dialect *d, struct buf *text, struct arena *a)
{
	static const struct assume assume = { .hook = "forward" };
	EG_AUTO(reading_freep) struct reading *config = NULL;
	struct proof p;
	int r = d->read(buf_str(text), "(written)", &assume, env->m, env->diag, &config);

	if (r == 0)
		r = prove(&env->plan, config, a, &p);
	if (r == 0 && p.answer != ANSWER_MET) {
		EG_AUTO(buf_release) struct buf gap = BUF_INIT;

		r = print_set(env, a, "missing", p.missing, &gap);
		if (r == 0)
			r = print_set(env, a, "excess", p.excess, &gap);
		diag_error(env->diag, NOWHERE, "the text does not read back as the policy\n%s",
			   gap.n ? gap.data : "");
		diag_hint(env->diag, "this is a mistake in egret: nothing was written");
		r = r < 0 ? r : E_INEXACT;
	}
	return r;
}

/* One line for each requirement that the target cannot say; returns how many. */
static size_t tell_losses(struct env *env, const struct losses *lost)
{
	const char *last = NULL;
	size_t n = 0;

	for (size_t i = 0; i < lost->n; i++) {
		const struct origin *o = &lost->loss[i].rule->origin;

		if (last && strcmp(last, o->requirement) == 0)
			continue; /* the same row for another zone */
		last = o->requirement;
		n++;
		diag_warning(env->diag, NOWHERE, "left out: %s/%s: %s", o->vendor, o->requirement,
			     lost->loss[i].why);
	}
	return n;
}

static size_t tell_incomplete(struct env *env)
{
	size_t n = 0;

	for (size_t i = 0; i < env->plan.outcomes; i++) {
		const struct outcome *o = &env->plan.outcome[i];

		if (o->fate != FATE_INCOMPLETE)
			continue;
		n++;
		diag_warning(env->diag, NOWHERE, "left out: %s/%s: %s",
			     o->requirement->service->catalog->vendor, o->requirement->id,
			     o->why ? o->why : "incomplete");
	}
	return n;
}

static int deliver(struct env *env, const struct buf *text)
{
	EG_AUTO(replace_abort) struct replace f = { 0 };
	int r;

	if (!arg_output) {
		(void)fwrite(text->data, 1, text->n, env->out); /* the driver checks the stream */
		return 0;
	}
	r = replace_begin(&f, arg_output);
	if (r == 0 && fwrite(text->data, 1, text->n, f.out) != text->n)
		r = -EIO;
	if (r == 0)
		r = replace_commit(&f);
	if (r < 0)
		diag_error(env->diag, (struct place){ .file = arg_output }, "cannot write: %s",
			   err_text(r));
	return r;
}

static int deliver_json(struct env *env, const struct dialect *d, const struct buf *text)
{
	EG_AUTO(json_freep) json_t *lost = json_array();
	int r = lost ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < diag_count(env->diag); i++)
		r = json_push(lost, json_text(diag_get(env->diag, i)->text));
	if (r < 0)
		return r;
	return env_json(env, json_pack("{s:s, s:s, s:o}", "dialect", d->name, "text", text->data,
				       "left out", EG_TAKE(lost)));
}

static int build_run(struct env *env, int argc, char **argv)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	struct losses lost = { 0 };
	const struct dialect *d = NULL;
	size_t left_out;
	int r = a ? config_dialect(env, arg_to ? arg_to : "nftables", DIALECT_WRITE, &d) : -ENOMEM;

	(void)argc;
	(void)argv;
	if (r == 0)
		r = d->write(&env->plan.rules, env->m, a, env->diag, &text, &lost);
	if (r == 0)
		r = text.r;
	if (r == 0)
		r = prove_text(env, d, &text, a);
	if (r < 0)
		return r;
	left_out = tell_losses(env, &lost) + tell_incomplete(env);
	r = env->json ? deliver_json(env, d, &text) : deliver(env, &text);
	if (left_out)
		diag_note(env->diag, NOWHERE, "%zu requirements are left out, nothing is widened%s",
			  left_out,
			  arg_accept_loss ? ""
					  : " (exit 1; --accept-loss says that this is meant)");
	return r < 0 ? r : left_out > 0 && !arg_accept_loss;
}

const struct command command_build = {
	.name = "build",
	.args = "--to DIALECT [--output FILE] [--accept-loss]",
	.help = "write the policy for a firewall, proven by reading it back",
	.options =
		(const struct cmd_option[]){
			{ "to", 0, OPTION_TEXT, "DIALECT", &arg_to, "the firewall's language" },
			{ "output", 'o', OPTION_TEXT, "FILE", &arg_output,
			  "replace FILE whole, or leave it as it was" },
			{ "accept-loss", 0, OPTION_FLAG, NULL, &arg_accept_loss,
			  "exit 0 also when requirements are left out" },
			{ 0 } },
	.needs = NEEDS_POLICY,
	.run = build_run,
};
