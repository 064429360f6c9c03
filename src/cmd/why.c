/* SPDX-License-Identifier: Apache-2.0 */
/* egret why: which rule decides this flow, and where that rule comes from. */
#include <errno.h>

#include "cmd/command.h"
#include "cmd/config.h"
#include "cmd/print.h"
#include "verify/trace.h"
#include "verify/why.h"

static const char *arg_in;
static struct view arg_view;

enum { TRACE_RULES_MAX = 20000 }; /* rules looked at one by one: a second at worst */

/* ---- the flow ---- */

/* `in staff` or `in lan`: a policy zone stands for its interface. */
static uint16_t zone_id(void *data, struct str name)
{
	struct env *env = data;
	uint16_t id = 0;

	for (size_t i = 0; i < env->policy.zones; i++) {
		const struct zone *z = &env->policy.zone[i];

		if (z->interface && str_is(name, z->name))
			name = str_of(z->interface);
	}
	return flow_zone(env->m, name, &id) == 0 ? id : 0;
}

/* The interface behind which the policy says that this address lives. */
static const char *interface_of(const struct policy *p, struct addr a)
{
	for (size_t i = 0; i < p->zones; i++)
		if (p->zone[i].interface && prefixlist_has(&p->zone[i].set, a))
			return p->zone[i].interface;
	return p->outside ? p->outside->interface : NULL;
}

/* Interfaces that were not said are those where the policy's zones put the two addresses. */
static int place_flow(struct env *env, struct flow *f, struct buf *assumed)
{
	const struct {
		struct addr addr;
		uint16_t *id;
		const char *word;
	} end[] = { { f->src, &f->iif, "in" }, { f->dst, &f->oif, "out" } };

	for (size_t i = 0; i < ARRAY_LEN(end); i++) {
		const char *interface = interface_of(&env->policy, end[i].addr);
		int r;

		if (*end[i].id || !interface)
			continue;
		r = flow_zone(env->m, str_of(interface), end[i].id);
		if (r < 0)
			return r;
		buf_printf(assumed, "%s%s %s", assumed->n ? ", " : "", end[i].word, interface);
	}
	return assumed->r;
}

/* ---- the firewall's side ---- */

/* The rule of --in CONFIG, or of what `egret build` writes, that decides the flow. */
static int firewall_rule(struct env *env, const struct flow *f, struct reading **config,
			 const struct config_rule **ret)
{
	static const struct assume assume = { .hook = "forward" };
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	const struct dialect *d = NULL;
	struct losses lost = { 0 };
	int r = a ? 0 : -ENOMEM;

	if (r == 0 && arg_in) {
		arg_view.apart = TRACE_RULES_MAX;
		r = config_read(env, (char *[]){ (char *)arg_in }, 1, NULL, &arg_view, config);
	} else if (r == 0) {
		r = config_dialect(env, "nftables", DIALECT_READ | DIALECT_WRITE, &d);
		if (r == 0)
			r = d->write(&env->plan.rules, env->m, a, env->diag, &text, &lost);
		if (r == 0)
			r = d->read(buf_str(&text), "egret build", &assume, env->m, env->diag,
				    config);
	}
	if (r == 0)
		*ret = reading_decides(*config, f);
	return r;
}

/* ---- telling ---- */

static void print_origin(const struct why *w, struct buf *out)
{
	const struct origin *o = &w->rule->origin;

	buf_printf(out, "  service      %s/%s\n", o->vendor, o->service);
	buf_printf(out, "  requirement  %s: %s (%s)\n", o->requirement, o->title, o->status);
	buf_printf(out, "  page         %s\n", o->page);
	if (w->line) {
		buf_printf(out, "  list         %s%s%s line %u: ", w->list->name,
			   w->list->version ? " of " : "", w->list->version ? w->list->version : "",
			   w->line->line);
		prefix_print(w->line->prefix, out);
		buf_addc(out, '\n');
	}
	if (w->rule->zone)
		buf_printf(out, "  zone         %s\n", w->rule->zone);
}

static void print_refusal(const struct env *env, const struct why *w, const struct flow *f,
			  struct buf *out)
{
	buf_printf(out, "%s: no rule allows it", verdict_name(env->plan.rules.otherwise));
	if (w->nearest) {
		const struct origin *o = &w->nearest->origin;

		buf_printf(out, "; nearest: %s/%s/%s\n  but not with ", o->vendor, o->service,
			   o->requirement);
		why_print_misses(w, f, env->m, out);
		buf_adds(out, "\n  it allows    ");
		print_match(env, &w->nearest->match, out);
	}
	buf_addc(out, '\n');
}

/* Rules that the flow meets before the one that decides: they may match, nobody knows. */
static void print_trace(const struct trace *t, struct buf *out)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct config_rule *rule = t->step[i].rule;

		if (t->step[i].certain)
			continue;
		buf_printf(out, "  may match    %s%s%s\n", rule->where ? rule->where : "",
			   rule->where ? ": " : "", rule->text);
		if (rule->at.file && rule->at.line)
			buf_printf(out, "               %s:%u, by what is not modelled\n",
				   rule->at.file, rule->at.line);
	}
}

static void print_config_rule(const struct config_rule *rule, struct buf *out)
{
	if (!rule) {
		buf_adds(out, "  firewall     no rule of it decides; the chain's policy does\n");
		return;
	}
	buf_printf(out, "  firewall     %s%s%s\n", rule->where ? rule->where : "",
		   rule->where ? ": " : "", rule->text);
	if (rule->at.file && rule->at.line)
		buf_printf(out, "               %s:%u\n", rule->at.file, rule->at.line);
}

/* A flow that is allowed by name: has its address been learned, could it be? */
static void print_by_name(const struct env *env, const struct reading *config, const struct flow *f,
			  const struct config_rule *rule, struct buf *out)
{
	if (flow_leaf_at(env->m, config->learned, f))
		print_config_rule(rule, out);
	else if (flow_leaf_at(env->m, config->learnable, f))
		buf_adds(out,
			 "  firewall     by name: passes once the gateway's resolver has learned "
			 "this address\n");
	else
		buf_adds(out, "  firewall     by name: a packet filter cannot see it\n");
}

static int print_text(struct env *env, const struct why *w, const struct flow *f,
		      const struct reading *config, const struct config_rule *rule,
		      const struct trace *trace, const struct buf *assumed)
{
	EG_AUTO(buf_release) struct buf out = BUF_INIT;

	flow_show(env->m, f, &out);
	buf_addc(&out, '\n');
	if (w->rule) {
		buf_printf(&out, "%s\n", verdict_name(w->rule->verdict));
		print_origin(w, &out);
	} else {
		print_refusal(env, w, f, &out);
	}
	print_trace(trace, &out);
	if (w->outcome && w->outcome->fate == FATE_NAMES && !config->names)
		print_by_name(env, config, f, rule, &out);
	else
		print_config_rule(rule, &out);
	if (assumed->n)
		buf_printf(&out, "  assumed      %s (where the policy puts these addresses)\n",
			   assumed->data);
	if (out.r < 0)
		return out.r;
	(void)fwrite(out.data, 1, out.n, env->out); /* the driver checks the stream */
	return 0;
}

static int put_origin(json_t *o, const char *key, const struct rule *rule)
{
	const struct origin *from = &rule->origin;

	return json_put(o, key,
			json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s?}", "vendor", from->vendor,
				  "service", from->service, "requirement", from->requirement,
				  "title", from->title, "page", from->page, "status", from->status,
				  "zone", rule->zone));
}

static int put_line(json_t *o, const struct why *w)
{
	EG_AUTO(buf_release) struct buf prefix = BUF_INIT;

	prefix_print(w->line->prefix, &prefix);
	if (prefix.r < 0)
		return prefix.r;
	return json_put(o, "list",
			json_pack("{s:s, s:s?, s:i, s:s}", "file", w->list->name, "date",
				  w->list->version, "line", (int)w->line->line, "prefix",
				  prefix.data));
}

/* Each rule that the flow meets. */
static int put_trace(json_t *o, const struct trace *t)
{
	EG_AUTO(json_freep) json_t *list = json_array();
	int r = list ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < t->n; i++)
		r = json_push(list, json_pack("{s:s?, s:s, s:i, s:b}", "where",
					      t->step[i].rule->where, "text", t->step[i].rule->text,
					      "line", (int)t->step[i].rule->at.line, "certain",
					      (int)t->step[i].certain));
	return r < 0 ? r : json_put(o, "trace", EG_TAKE(list));
}

static int print_json(struct env *env, const struct why *w, const struct flow *f,
		      const struct config_rule *rule, const struct trace *trace)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	EG_AUTO(json_freep) json_t *o = NULL;
	int r;

	flow_show(env->m, f, &text);
	o = json_pack("{s:s, s:s}", "flow", buf_str(&text).p, "verdict",
		      verdict_name(w->rule ? w->rule->verdict : env->plan.rules.otherwise));
	r = o ? text.r : -ENOMEM;
	if (r == 0 && w->rule)
		r = put_origin(o, "rule", w->rule);
	if (r == 0 && w->line)
		r = put_line(o, w);
	if (r == 0 && w->nearest) {
		buf_clear(&text);
		why_print_misses(w, f, env->m, &text);
		r = put_origin(o, "nearest", w->nearest);
		if (r == 0)
			r = json_put(o, "misses", json_text(text.data));
	}
	if (r == 0 && rule)
		r = json_put(o, "firewall",
			     json_pack("{s:s?, s:s, s:i}", "where", rule->where, "text", rule->text,
				       "line", (int)rule->at.line));
	if (r == 0)
		r = put_trace(o, trace);
	return r < 0 ? r : env_json(env, EG_TAKE(o));
}

static int why_run(struct env *env, int argc, char **argv)
{
	EG_AUTO(reading_freep) struct reading *config = NULL;
	EG_AUTO(buf_release) struct buf assumed = BUF_INIT;
	const struct config_rule *rule = NULL;
	struct trace trace;
	struct flow f;
	struct why w = { 0 };
	int r = flow_parse(str_of(argv[0]), zone_id, env, env->diag, &f);

	(void)argc;
	if (r == 0)
		r = place_flow(env, &f, &assumed);
	if (r == 0)
		r = why_flow(&env->plan, env->m, &f, &w);
	if (r == 0)
		r = firewall_rule(env, &f, &config, &rule);
	if (r == 0)
		trace_flow(config, &f, &trace);
	if (r == 0)
		r = env->json ? print_json(env, &w, &f, rule, &trace)
			      : print_text(env, &w, &f, config, rule, &trace, &assumed);
	if (r < 0)
		return r;
	return (w.rule ? w.rule->verdict : env->plan.rules.otherwise) != VERDICT_ACCEPT;
}

const struct command command_why = {
	.name = "why",
	.args = "[--in CONFIG] [--at PLACE] [--assume WHAT] FLOW",
	.help = "which rule decides this flow, and where it comes from",
	.options = (const struct cmd_option[]){ { "in", 0, OPTION_TEXT, "CONFIG", &arg_in,
						  "name the rule of this configuration (default: "
						  "of what egret build writes)" },
						VIEW_OPTIONS(arg_view),
						{ 0 } },
	.needs = NEEDS_POLICY,
	.args_min = 1,
	.args_max = 1,
	.run = why_run,
};
