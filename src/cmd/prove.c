/* SPDX-License-Identifier: Apache-2.0 */
/* egret prove: does this configuration let exactly the policy through? */
#include <errno.h>

#include "cmd/command.h"
#include "cmd/config.h"
#include "cmd/configfiles.h"
#include "cmd/fix.h"
#include "cmd/proof.h"

static const char *arg_from;
static struct view arg_view;
static const char *arg_fix;

enum { MANY_RULES = 10000 }; /* of which people want to see that something goes on */

static int find_gaps(struct env *env, struct proof_report *p)
{
	int r = 0;

	p->gap = arena_array(p->arena, p->proof.items, sizeof(*p->gap));
	if (!p->gap)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < p->proof.items; i++) {
		const struct proof_item *item = &p->proof.item[i];

		if (item->answer == ANSWER_MISSING || item->answer == ANSWER_UNKNOWN)
			r = gap_of(&env->plan, item->outcome, p->config, item->gap, p->arena,
				   &p->gap[i]);
	}
	return r;
}

/* The rules up to the last one of those that decide no flow and are looked at; 0: all decide. */
static int count_idle(const struct proof_report *p, size_t *ret, bool *ret_all)
{
	const struct reading *c = p->config;
	bool *seen = arena_array(p->arena, c->rules + 1, sizeof(*seen));
	int r = seen ? flow_leaves(c->m, c->deciding, seen, c->rules + 1) : -ENOMEM;
	size_t idle = 0;

	*ret = 0;
	*ret_all = true;
	for (size_t i = 1; r == 0 && i <= c->rules; i++) {
		if (seen[i])
			continue;
		*ret_all = idle < PROOF_IDLE_MAX;
		if (idle++ < PROOF_IDLE_MAX)
			*ret = i;
	}
	return r;
}

/* Reads the configuration once more, rules by themselves. What was told of it is not told again. */
static int find_dead(struct env *env, const struct config_files *files, const struct dialect *d,
		     struct reading **apart, struct proof_report *p)
{
	EG_AUTO(diag_freep) struct diag *quiet = diag_new();
	struct assume assume;
	bool all;
	size_t idle;
	int r = quiet ? count_idle(p, &idle, &all) : -ENOMEM;

	if (r < 0 || !idle)
		return r;
	r = view_assume(env, &arg_view, &assume);
	if (r < 0)
		return r;
	assume.apart = idle;
	r = config_files_assuming(env, files, d, &assume, quiet, apart);
	if (r == 0)
		r = dead_rules(*apart, PROOF_DEAD_MAX, p->arena, &p->dead);
	p->dead.all = p->dead.all && all;
	return r;
}

static int prove_run(struct env *env, int argc, char **argv)
{
	EG_AUTO(config_files_release) struct config_files files = CONFIG_FILES_INIT;
	EG_AUTO(reading_freep) struct reading *config = NULL, *apart = NULL;
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	const struct dialect *d = NULL;
	struct proof_report p = { .arena = a };
	int r = a ? config_files_read(env, argv, (size_t)argc, &files) : -ENOMEM;

	if (r == 0)
		r = config_files_dialect(env, &files, arg_from, &d);
	if (r == 0)
		r = config_files_reading(env, &files, d, &arg_view, &config);
	p.config = config;
	if (r == 0 && config->rules >= MANY_RULES)
		env_progress(env, "proving %zu rules", config->rules);
	if (r == 0)
		r = prove(&env->plan, config, a, &p.proof);
	if (r == 0)
		r = find_gaps(env, &p);
	if (r == 0)
		r = find_dead(env, &files, d, &apart, &p);
	env_progress_end(env);
	if (r == 0)
		r = env->json ? proof_json(env, &p) : proof_print(env, &p);
	if (r == 0 && arg_fix)
		r = fix(env,
			&(struct fix_order){ arg_fix, &files, d, &arg_view, config, &p.proof });
	if (r < 0)
		return r;
	if (p.proof.answer == ANSWER_UNKNOWN)
		return env_could_not_tell(env);
	return p.proof.answer == ANSWER_MISSING;
}

const struct command command_prove = {
	.name = "prove",
	.args = "[--from DIALECT] [--at PLACE] [--assume WHAT] [--fix FILE] CONFIG...",
	.help = "does this firewall configuration let exactly the policy through?",
	.options =
		(const struct cmd_option[]){
			{ "from", 0, OPTION_TEXT, "DIALECT", &arg_from,
			  "the configuration's language (default: found from its content)" },
			VIEW_OPTIONS(arg_view),
			{ "fix", 0, OPTION_TEXT, "FILE", &arg_fix,
			  "write the change that mends it there; - is standard output" },
			{ 0 } },
	.needs = NEEDS_POLICY,
	.args_min = 1,
	.args_max = CONFIG_FILES_MAX,
	.run = prove_run,
};
