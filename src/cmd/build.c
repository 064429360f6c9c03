/* SPDX-License-Identifier: Apache-2.0 */
/* egret build: writes the policy for a firewall, reads it back, and says what could not be said. */
#include <errno.h>

#include "base/err.h"
#include "cmd/command.h"
#include "cmd/config.h"
#include "cmd/deliver.h"
#include "cmd/leftout.h"
#include "cmd/print.h"
#include "cmd/translate.h"
#include "cmd/widened.h"
#include "verify/account.h"

static const char *arg_to;
static const char *arg_from;
static struct view arg_view;
static const char *arg_output;
static bool arg_accept_loss;
static const char *arg_widen;

/*
 * The text must mean the policy, less what is told: the dialect's own reader and the proof say so,
 * or nothing leaves.
 */
static int prove_text(struct env *env, const struct dialect *d, struct buf *text,
		      const struct told *told, struct arena *a, struct proof *ret)
{
	static const struct assume assume = { .hook = "forward", .names = true };
	EG_AUTO(reading_freep) struct reading *config = NULL;
	struct proof p;
	int r = d->read(buf_str(text), "(written)", &assume, env->m, env->diag, &config);

	if (r == 0)
		r = prove(&env->plan, config, a, &p);
	if (r == 0)
		r = account_settle(config, told, a, &p);
	if (r == 0 && !account_is_right(&p)) {
		EG_AUTO(buf_release) struct buf gap = BUF_INIT;

		r = print_set(env, a, "missing", p.missing, &gap);
		if (r == 0)
			r = print_set(env, a, "excess", p.excess, &gap);
		if (r == 0)
			r = print_set(env, a, "perhaps missing", p.perhaps_missing, &gap);
		if (r == 0)
			r = print_set(env, a, "perhaps excess", p.perhaps_excess, &gap);
		if (r == 0)
			r = print_set(env, a, "answers missing", p.answers_missing, &gap);
		diag_error(env->diag, NOWHERE, "the text does not read back as the policy\n%s",
			   gap.n ? gap.data : "");
		diag_hint(env->diag, "this is a mistake in egret: nothing was written");
		r = r < 0 ? r : E_INEXACT;
	}
	if (r == 0)
		*ret = p;
	return r;
}

static bool has_names(const struct rulelist *rules, const struct outcome *o)
{
	for (size_t i = o->first_rule; i < o->first_rule + o->rules; i++)
		if (rules->rule[i].match.name)
			return true;
	return false;
}

/* What is written by name must let an address through once it has been learned. */
static int prove_names(struct env *env, const struct proof *p, const struct rulelist *rules,
		       const struct left_out *item, size_t n, size_t *ret)
{
	size_t names = 0, next = 0;

	for (size_t i = 0; i < p->items; i++) {
		const struct outcome *o = p->item[i].outcome;

		if (next < n && item[next].outcome == o) {
			next++;
			continue;
		}
		if (!has_names(rules, o) || p->item[i].answer == ANSWER_MET)
			continue; /* the device resolves them itself */
		names++;
		if (p->item[i].by_name)
			continue;
		diag_error(env->diag, NOWHERE,
			   "the text has no place for learned addresses of %s/%s",
			   o->requirement->service->catalog->vendor, o->requirement->id);
		diag_hint(env->diag, "this is a mistake in egret: nothing was written");
		return E_INEXACT;
	}
	*ret = names;
	return 0;
}

static void tell_end(struct env *env, size_t names, size_t left_out)
{
	if (names)
		diag_note(env->diag, NOWHERE,
			  "%zu requirements are by name: refused until egretd, the gateway's "
			  "resolver, has learned an address",
			  names);
	if (left_out)
		diag_note(env->diag, NOWHERE, "%zu requirements are left out%s%s", left_out,
			  arg_widen ? "" : ", nothing is widened",
			  arg_accept_loss ? ""
					  : " (exit 1; --accept-loss says that this is meant)");
}

/* What is written: the policy's rules, or those that were made wider. */
static int choose_rules(struct env *env, const struct dialect *d, struct arena *a,
			struct widening *w, const struct rulelist **ret)
{
	struct widen_budget budget;
	int r;

	*ret = &env->plan.rules;
	w->extra = FLOW_NONE;
	if (!arg_widen)
		return 0;
	r = widen_budget_parse(str_of(arg_widen), &budget);
	if (r < 0) {
		diag_error(env->diag, NOWHERE, "--widen %s is not a number of flows", arg_widen);
		diag_hint(env->diag, "expected a number, as 5000 or 1e15, or any");
		return r;
	}
	r = widen_rules(&env->plan.rules, d, &budget, env->m, a, w);
	*ret = &w->rules;
	return r;
}

static int build_rules(struct env *env, const struct dialect *d, const struct rulelist *rules,
		       const struct widening *w, struct arena *a)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	struct losses lost = { 0 };
	const struct told told = { &lost, w->extra };
	struct left_out *item = arena_array(a, env->plan.outcomes, sizeof(*item));
	struct proof p = { 0 };
	size_t left_out, names = 0;
	int r = item ? d->write(rules, env->m, a, env->diag, &text, &lost) : -ENOMEM;

	if (r == 0)
		r = text.r;
	if (r == 0)
		r = prove_text(env, d, &text, &told, a, &p);
	if (r < 0)
		return r;
	left_out = left_out_find(&env->plan, rules, &lost, item);
	r = prove_names(env, &p, rules, item, left_out, &names);
	if (r == 0)
		r = left_out_tell(env, item, left_out);
	if (r == 0)
		r = widened_tell(env, w, a);
	if (r == 0)
		r = deliver(env, arg_output, d, &text, names);
	tell_end(env, names, left_out);
	return r < 0 ? r : left_out > 0 && !arg_accept_loss;
}

static int build_policy(struct env *env)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	const struct rulelist *rules = NULL;
	const struct dialect *d = NULL;
	struct widening w = { .n = 0 };
	int r = a ? config_dialect(env, arg_to ? arg_to : "nftables", DIALECT_WRITE, &d) : -ENOMEM;

	if (r == 0)
		r = choose_rules(env, d, a, &w, &rules);
	if (r == 0)
		r = build_rules(env, d, rules, &w, a);
	rulelist_release(&w.rules);
	return r;
}

static int build_run(struct env *env, int argc, char **argv)
{
	const struct translate_order order = { .from = arg_from,
					       .to = arg_to ? arg_to : "nftables",
					       .output = arg_output,
					       .accept_loss = arg_accept_loss,
					       .view = arg_view };

	(void)argc;
	(void)argv;
	return arg_from ? translate(env, &order) : build_policy(env);
}

const struct command command_build = {
	.name = "build",
	.args = "--to DIALECT [--from CONFIG] [--at PLACE] [--assume WHAT] [--output FILE] "
		"[--accept-loss] [--widen BUDGET]",
	.help = "write the policy for a firewall, proven by reading it back",
	.options =
		(const struct cmd_option[]){
			{ "to", 0, OPTION_TEXT, "DIALECT", &arg_to, "the firewall's language" },
			{ "from", 0, OPTION_TEXT, "CONFIG", &arg_from,
			  "translate this configuration instead of writing the policy" },
			VIEW_OPTIONS(arg_view),
			{ "output", 'o', OPTION_TEXT, "FILE", &arg_output,
			  "replace FILE whole, or leave it as it was" },
			{ "accept-loss", 0, OPTION_FLAG, NULL, &arg_accept_loss,
			  "exit 0 also when requirements are left out" },
			{ "widen", 0, OPTION_TEXT, "BUDGET", &arg_widen,
			  "say wider what cannot be said: so many flows may come in, or any" },
			{ 0 } },
	.needs = NEEDS_POLICY,
	.instead = &arg_from,
	.run = build_run,
};
