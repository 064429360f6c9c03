/* SPDX-License-Identifier: Apache-2.0 */
/* egret prove: does this configuration let exactly the policy through? */
#include <errno.h>

#include "cmd/command.h"
#include "cmd/config.h"
#include "cmd/configfiles.h"
#include "cmd/fix.h"
#include "cmd/print.h"
#include "cmd/table.h"
#include "verify/prove.h"

static const char *arg_from;
static struct view arg_view;
static const char *arg_fix;

static enum tone tone_of(enum answer a)
{
	static const enum tone tone[] = { TONE_GOOD, TONE_BAD, TONE_WAIT, TONE_DIM };

	return tone[a];
}

static const char *why_not_here(const struct proof_item *item)
{
	const struct outcome *o = item->outcome;

	if (o->fate == FATE_NAMES)
		return item->by_name
			       ? "by name: each address passes once the resolver has learned it"
			       : "by name: a packet filter cannot see it";
	return o->why ? o->why : "";
}

static int item_row(struct env *env, const struct proof_item *item, struct table *t)
{
	const struct requirement *q = item->outcome->requirement;
	EG_AUTO(buf_release) struct buf id = BUF_INIT;
	EG_AUTO(buf_release) struct buf detail = BUF_INIT;
	struct flow witness;
	int r = 0;

	buf_printf(&id, "%s/%s", q->service->catalog->vendor, q->id);
	if (item->answer == ANSWER_NOT_HERE) {
		buf_adds(&detail, why_not_here(item));
	} else if (item->answer != ANSWER_MET) {
		r = flow_witness(env->m, item->gap, &witness);
		if (r == 0)
			flow_show(env->m, &witness, &detail);
	}
	if (r == 0)
		r = id.r < 0 ? id.r : detail.r;
	return r < 0 ? r
		     : table_row(t, tone_of(item->answer),
				 (const char *const[]){ id.data, answer_name(item->answer),
							buf_str(&detail).p });
}

static int print_unknowns(const struct reading *config, struct buf *out)
{
	for (size_t i = 0; i < config->unknowns; i++) {
		const struct unknown *u = &config->unknown[i];

		buf_printf(out, "%snot modelled: %s at %s:%u\n", i ? "" : "\n", u->what,
			   u->at.file ? u->at.file : "-", u->at.line);
	}
	for (size_t i = 0; i < config->assumptions; i++)
		buf_printf(out, "%sassumed: %s\n", i || config->unknowns ? "" : "\n",
			   config->assumption[i]);
	return out->r;
}

static const char *conclusion(enum answer a)
{
	static const char *const text[] = {
		[ANSWER_MET] = "yes: it lets exactly the policy through",
		[ANSWER_MISSING] = "no: it does not let exactly the policy through",
		[ANSWER_UNKNOWN] = "could not tell: it depends on constructs that are not modelled",
	};

	return text[a];
}

static int print_proof(struct env *env, struct arena *a, const struct reading *config,
		       const struct proof *p)
{
	EG_AUTO(buf_release) struct buf out = BUF_INIT;
	EG_AUTO(table_freep) struct table *t = table_new(3);
	int r = t ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < p->items; i++)
		if (p->item[i].outcome->fate != FATE_EXCEPTED)
			r = item_row(env, &p->item[i], t);
	if (r < 0)
		return r;
	table_print(t, env->width, env->color, &out);
	buf_addc(&out, '\n');
	r = print_decided(env, a, "missing (required, blocked)", p->missing, config, &out);
	if (r == 0)
		r = print_decided(env, a, "excess (let through, not required)", p->excess, config,
				  &out);
	if (r == 0)
		r = print_decided(env, a, "perhaps missing", p->perhaps_missing, config, &out);
	if (r == 0)
		r = print_decided(env, a, "perhaps excess", p->perhaps_excess, config, &out);
	if (r == 0)
		r = print_set(env, a, "answers missing (what comes back is blocked)",
			      p->answers_missing, &out);
	if (r == 0)
		r = print_set(env, a, "answers perhaps missing", p->answers_perhaps_missing, &out);
	if (config->learned_addresses)
		buf_printf(&out, "learned addresses: %zu\n", config->learned_addresses);
	if (r == 0)
		r = print_unknowns(config, &out);
	buf_printf(&out, "%s\n", conclusion(p->answer));
	if (r == 0)
		r = out.r;
	if (r == 0)
		(void)fwrite(out.data, 1, out.n, env->out); /* the driver checks the stream */
	return r;
}

static int items_json(const struct proof *p, json_t *object)
{
	EG_AUTO(json_freep) json_t *list = json_array();
	int r = list ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < p->items; i++) {
		const struct outcome *o = p->item[i].outcome;

		r = json_push(list, json_pack("{s:s, s:s, s:s, s:b, s:s?}", "vendor",
					      o->requirement->service->catalog->vendor,
					      "requirement", o->requirement->id, "answer",
					      answer_name(p->item[i].answer), "by name",
					      (int)p->item[i].by_name, "why", o->why));
	}
	return r < 0 ? r : json_put(object, "requirements", EG_TAKE(list));
}

static int set_json(struct env *env, struct arena *a, const char *key, flow_ref set,
		    const struct reading *config, json_t *object)
{
	json_t *value = NULL;
	int r = print_decided_json(env, a, set, config, &value);

	return r < 0 ? r : json_put(object, key, value);
}

static int unknowns_json(const struct reading *config, json_t *object)
{
	EG_AUTO(json_freep) json_t *list = json_array();
	int r = list ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < config->unknowns; i++)
		r = json_push(list, json_pack("{s:s, s:i}", "what", config->unknown[i].what, "line",
					      (int)config->unknown[i].at.line));
	return r < 0 ? r : json_put(object, "not modelled", EG_TAKE(list));
}

static int print_json(struct env *env, struct arena *a, const struct reading *config,
		      const struct proof *p)
{
	EG_AUTO(json_freep) json_t *object = json_object();
	int r = json_put(object, "answer",
			 json_text(p->answer == ANSWER_MET	 ? "yes"
				   : p->answer == ANSWER_MISSING ? "no"
								 : "unknown"));

	if (r == 0)
		r = items_json(p, object);
	if (r == 0)
		r = set_json(env, a, "missing", p->missing, config, object);
	if (r == 0)
		r = set_json(env, a, "excess", p->excess, config, object);
	if (r == 0)
		r = set_json(env, a, "perhaps missing", p->perhaps_missing, config, object);
	if (r == 0)
		r = set_json(env, a, "perhaps excess", p->perhaps_excess, config, object);
	if (r == 0)
		r = set_json(env, a, "answers missing", p->answers_missing, NULL, object);
	if (r == 0)
		r = set_json(env, a, "answers perhaps missing", p->answers_perhaps_missing, NULL,
			     object);
	if (r == 0)
		r = set_json(env, a, "learned", p->learned, config, object);
	if (r == 0)
		r = json_put(object, "learned addresses",
			     json_integer((json_int_t)config->learned_addresses));
	if (r == 0)
		r = unknowns_json(config, object);
	return r < 0 ? r : env_json(env, EG_TAKE(object));
}

static int prove_run(struct env *env, int argc, char **argv)
{
	EG_AUTO(config_files_release) struct config_files files = CONFIG_FILES_INIT;
	EG_AUTO(reading_freep) struct reading *config = NULL;
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	const struct dialect *d = NULL;
	struct proof p = { 0 };
	int r = a ? config_files_read(env, argv, (size_t)argc, &files) : -ENOMEM;

	if (r == 0)
		r = config_files_dialect(env, &files, arg_from, &d);
	if (r == 0)
		r = config_files_reading(env, &files, d, &arg_view, &config);
	if (r == 0)
		r = prove(&env->plan, config, a, &p);
	if (r == 0)
		r = env->json ? print_json(env, a, config, &p) : print_proof(env, a, config, &p);
	if (r == 0 && arg_fix)
		r = fix(env, &(struct fix_order){ arg_fix, &files, d, &arg_view, config, &p });
	if (r < 0)
		return r;
	if (p.answer == ANSWER_UNKNOWN)
		return env_could_not_tell(env);
	return p.answer == ANSWER_MISSING;
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
