/* SPDX-License-Identifier: Apache-2.0 */
/* egret build: writes the policy for a firewall, reads it back, and says what could not be said. */
#include <errno.h>

#include "base/err.h"
#include "cmd/command.h"
#include "cmd/config.h"
#include "cmd/deliver.h"
#include "cmd/print.h"
#include "cmd/translate.h"
#include "verify/prove.h"

static const char *arg_to;
static const char *arg_from;
static struct view arg_view;
static const char *arg_output;
static bool arg_accept_loss;

/* A requirement that is not in the text, and why. */
struct left_out {
	const struct outcome *outcome;
	const char *why;
};

/* The text must mean the policy: the dialect's own reader and the proof say so, or nothing leaves.
 */
static int prove_text(struct env *env, const struct dialect *d, struct buf *text, struct arena *a,
		      struct proof *ret)
{
	static const struct assume assume = { .hook = "forward", .names = true };
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
	if (r == 0)
		*ret = p;
	return r;
}

static bool has_names(const struct plan *plan, const struct outcome *o)
{
	for (size_t i = o->first_rule; i < o->first_rule + o->rules; i++)
		if (plan->rules.rule[i].match.name)
			return true;
	return false;
}

/* What is written by name must let an address through once it has been learned. */
static int prove_names(struct env *env, const struct proof *p, const struct left_out *item,
		       size_t n, size_t *ret)
{
	size_t names = 0, next = 0;

	for (size_t i = 0; i < p->items; i++) {
		const struct outcome *o = p->item[i].outcome;

		if (next < n && item[next].outcome == o) {
			next++;
			continue;
		}
		if (!has_names(&env->plan, o))
			continue;
		names++;
		if (p->item[i].by_name || p->item[i].answer == ANSWER_MET)
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

/* What the plan has no rules for, and what the target cannot say; `item` has room for all. */
static size_t find_left_out(const struct plan *plan, const struct losses *lost,
			    struct left_out *item)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->outcomes; i++) {
		const struct outcome *o = &plan->outcome[i];
		const char *why = o->fate == FATE_INCOMPLETE ? o->why : NULL;

		for (size_t k = 0; !why && k < lost->n; k++) {
			const struct rule *rule = lost->loss[k].rule;
			size_t at = (size_t)(rule - plan->rules.rule);

			if (at >= o->first_rule && at < o->first_rule + o->rules)
				why = lost->loss[k].why;
		}
		if (why)
			item[n++] = (struct left_out){ o, why };
	}
	return n;
}

/* One warning for each reason, naming its requirements. */
static int tell_left_out(struct env *env, struct left_out *item, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		EG_AUTO(buf_release) struct buf names = BUF_INIT;
		const char *why = item[i].why;

		for (size_t k = i; why && k < n; k++) {
			const struct requirement *q = item[k].outcome->requirement;

			if (!item[k].why || strcmp(item[k].why, why) != 0)
				continue;
			buf_printf(&names, "%s%s/%s/%s", names.n ? ", " : "",
				   q->service->catalog->vendor, q->service->id, q->id);
			item[k].why = NULL; /* told */
		}
		if (names.r < 0)
			return names.r;
		if (why)
			diag_warning(env->diag, NOWHERE, "left out: %s\n    %s", names.data, why);
	}
	return 0;
}

static int build_policy(struct env *env)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	struct losses lost = { 0 };
	const struct dialect *d = NULL;
	struct left_out *item;
	struct proof p = { 0 };
	size_t left_out, names = 0;
	int r = a ? config_dialect(env, arg_to ? arg_to : "nftables", DIALECT_WRITE, &d) : -ENOMEM;

	if (r == 0)
		r = d->write(&env->plan.rules, env->m, a, env->diag, &text, &lost);
	if (r == 0)
		r = text.r;
	if (r == 0)
		r = prove_text(env, d, &text, a, &p);
	if (r < 0)
		return r;
	item = arena_array(a, env->plan.outcomes, sizeof(*item));
	if (!item)
		return -ENOMEM;
	left_out = find_left_out(&env->plan, &lost, item);
	r = prove_names(env, &p, item, left_out, &names);
	if (r == 0)
		r = tell_left_out(env, item, left_out);
	if (r == 0)
		r = deliver(env, arg_output, d, &text, names);
	if (names)
		diag_note(env->diag, NOWHERE,
			  "%zu requirements are by name: refused until egretd, the gateway's "
			  "resolver, "
			  "has learned an address",
			  names);
	if (left_out)
		diag_note(env->diag, NOWHERE, "%zu requirements are left out, nothing is widened%s",
			  left_out,
			  arg_accept_loss ? ""
					  : " (exit 1; --accept-loss says that this is meant)");
	return r < 0 ? r : left_out > 0 && !arg_accept_loss;
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
		"[--accept-loss]",
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
			{ 0 } },
	.needs = NEEDS_POLICY,
	.instead = &arg_from,
	.run = build_run,
};
