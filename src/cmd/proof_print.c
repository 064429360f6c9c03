/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "base/show.h"
#include "cmd/print.h"
#include "cmd/proof.h"
#include "cmd/table.h"

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

/* "3 of 44,001 ports by line 212 (and 2 more): " */
static void print_gap(const struct proof_report *p, const struct gap *g, struct buf *out)
{
	size_t before = out->n;

	gap_print(g, out);
	if (g->rules) {
		const struct config_rule *rule = &p->config->rule[g->rule[0]];

		buf_adds(out, out->n > before ? " by " : "by ");
		if (rule->at.line)
			buf_printf(out, "line %u", rule->at.line);
		else
			buf_adds(out, rule->text);
		if (g->rules > 1)
			buf_printf(out, " (+%zu more)", g->rules - 1);
	}
	if (out->n > before)
		buf_adds(out, ": ");
}

static int item_row(struct env *env, const struct proof_report *p, size_t i, struct table *t)
{
	const struct proof_item *item = &p->proof.item[i];
	const struct requirement *q = item->outcome->requirement;
	EG_AUTO(buf_release) struct buf id = BUF_INIT;
	EG_AUTO(buf_release) struct buf detail = BUF_INIT;
	struct flow witness;
	int r = 0;

	buf_printf(&id, "%s/%s", q->service->catalog->vendor, q->id);
	if (item->answer == ANSWER_NOT_HERE) {
		buf_adds(&detail, why_not_here(item));
	} else if (item->answer != ANSWER_MET) {
		print_gap(p, &p->gap[i], &detail);
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

static int print_unknowns(const struct reading *config, const struct proof *p, struct buf *out)
{
	for (size_t i = 0; i < config->unknowns; i++) {
		const struct unknown *u = &config->unknown[i];

		buf_printf(out, "%snot modelled: %s at %s:%u\n", i ? "" : "\n", u->what,
			   u->at.file ? u->at.file : "-", u->at.line);
	}
	for (size_t i = 0; i < config->assumptions; i++)
		buf_printf(out, "%sassumed: %s\n", i || config->unknowns ? "" : "\n",
			   config->assumption[i]);
	if (!flow_empty(p->link))
		buf_adds(out,
			 "assumed: neighbor discovery (ICMPv6 133 to 137) stays on its link: that "
			 "it passes is not compared\n");
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

/* A device may have several files. */
static void print_hider(const struct config_rule *dead, const struct config_rule *by,
			const char *between, struct buf *out)
{
	bool same = dead->at.file && by->at.file && strcmp(dead->at.file, by->at.file) == 0;

	buf_printf(out, "%s ", between);
	if (!same && by->at.file)
		buf_printf(out, "%s:", by->at.file);
	buf_printf(out, "%u", by->at.line);
}

static void print_dead(const struct proof_report *p, struct buf *out)
{
	const struct config_rule *rule = p->config->rule;

	for (size_t i = 0; i < p->dead.n; i++) {
		const struct dead_rule *d = &p->dead.dead[i];

		if (!i)
			buf_adds(out, "lines that decide nothing\n");
		buf_printf(out, "    %s:%u: %s\n        hidden by line%s",
			   rule[d->rule].at.file ? rule[d->rule].at.file : "-",
			   rule[d->rule].at.line, show(str_of(rule[d->rule].text)).text,
			   d->n > 1 ? "s" : "");
		for (size_t k = 0; k < d->n; k++)
			print_hider(&rule[d->rule], &rule[d->by[k]], k ? "," : "", out);
		buf_addc(out, '\n');
	}
	if (p->dead.n && !p->dead.all)
		buf_adds(out, "    ... and perhaps more\n");
}

int proof_print(struct env *env, const struct proof_report *report)
{
	const struct proof *p = &report->proof;
	const struct reading *config = report->config;
	struct arena *a = report->arena;
	EG_AUTO(buf_release) struct buf out = BUF_INIT;
	EG_AUTO(table_freep) struct table *t = table_new(3);
	int r = t ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < p->items; i++)
		if (p->item[i].outcome->fate != FATE_EXCEPTED)
			r = item_row(env, report, i, t);
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
	print_dead(report, &out);
	if (config->learned_addresses)
		buf_printf(&out, "learned addresses: %zu\n", config->learned_addresses);
	if (r == 0)
		r = print_unknowns(config, p, &out);
	buf_printf(&out, "%s\n", conclusion(p->answer));
	if (r == 0)
		r = out.r;
	if (r == 0)
		(void)fwrite(out.data, 1, out.n, env->out); /* the driver checks the stream */
	return r;
}
