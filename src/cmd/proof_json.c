/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "cmd/print.h"
#include "cmd/proof.h"

/* Numbers as text: they may be larger than JSON's. */
static int gap_json(const struct proof_report *p, size_t i, json_t *item)
{
	const struct gap *g = &p->gap[i];
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	EG_AUTO(json_freep) json_t *lines = json_array();
	int r = lines ? 0 : -ENOMEM;

	if (p->proof.item[i].answer != ANSWER_MISSING && p->proof.item[i].answer != ANSWER_UNKNOWN)
		return 0;
	gap_print(g, &text);
	for (size_t k = 0; r == 0 && k < g->rules; k++)
		r = json_push(lines, json_integer(p->config->rule[g->rule[k]].at.line));
	if (r == 0)
		r = json_put(item, "part", json_text(buf_str(&text).p));
	return r < 0 ? r : json_put(item, "lines", EG_TAKE(lines));
}

static int items_json(const struct proof_report *report, json_t *object)
{
	const struct proof *p = &report->proof;
	EG_AUTO(json_freep) json_t *list = json_array();
	int r = list ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < p->items; i++) {
		const struct outcome *o = p->item[i].outcome;

		json_t *item =
			json_pack("{s:s, s:s, s:s, s:b, s:s?}", "vendor",
				  o->requirement->service->catalog->vendor, "requirement",
				  o->requirement->id, "answer", answer_name(p->item[i].answer),
				  "by name", (int)p->item[i].by_name, "why", o->why);

		r = item ? gap_json(report, i, item) : -ENOMEM;
		if (r == 0)
			r = json_push(list, item);
		else
			json_decref(item);
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

static int dead_json(const struct proof_report *p, json_t *object)
{
	EG_AUTO(json_freep) json_t *list = json_array();
	int r = list ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < p->dead.n; i++) {
		const struct dead_rule *d = &p->dead.dead[i];
		json_t *by = json_array();

		r = by ? 0 : -ENOMEM;
		for (size_t k = 0; r == 0 && k < d->n; k++)
			r = json_push(by, json_integer(p->config->rule[d->by[k]].at.line));
		if (r == 0)
			r = json_push(list, json_pack("{s:i, s:s, s:o}", "line",
						      (int)p->config->rule[d->rule].at.line, "text",
						      p->config->rule[d->rule].text, "hidden by",
						      json_incref(by)));
		json_decref(by);
	}
	return r < 0 ? r : json_put(object, "dead", EG_TAKE(list));
}

int proof_json(struct env *env, const struct proof_report *report)
{
	const struct proof *p = &report->proof;
	const struct reading *config = report->config;
	struct arena *a = report->arena;
	EG_AUTO(json_freep) json_t *object = json_object();
	int r = json_put(object, "answer",
			 json_text(p->answer == ANSWER_MET	 ? "yes"
				   : p->answer == ANSWER_MISSING ? "no"
								 : "unknown"));

	if (r == 0)
		r = items_json(report, object);
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
		r = set_json(env, a, "neighbor discovery", p->link, config, object);
	if (r == 0)
		r = json_put(object, "learned addresses",
			     json_integer((json_int_t)config->learned_addresses));
	if (r == 0)
		r = unknowns_json(config, object);
	if (r == 0)
		r = dead_json(report, object);
	return r < 0 ? r : env_json(env, EG_TAKE(object));
}
