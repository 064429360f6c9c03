/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/aws_write.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/aws_about.h"
#include "dialect/aws_choice.h"
#include "dialect/aws_named.h"
#include "dialect/aws_series.h"
#include "dialect/outside.h"
#include "dialect/say.h"

struct writing {
	const struct rulelist *rules;
	struct flow_mgr *m;
	struct arena *arena; /* of the caller */
	struct losses *lost;
	const char **why; /* by rule */
	struct outside outside;
	flow_ref stopped; /* by the rules so far */
	struct aws_made made;
	const struct rule **wait; /* rules on names */
	size_t waiting;
	struct aws_named named;
	const struct aws_passed *passed; /* what is written by address */
	bool strange;	     /* some of it in protocols that a firewall has no word for */
	struct buf firewall; /* resources */
};

/* ---- what can be said ---- */

/* Groups do not see interfaces; what leaves by another one than the rest is not for them. */
static int why_not(void *data, const struct rule *rule, const char **ret)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	const struct writing *w = data;
	int r = a ? say_packet(rule, w->m, a, ret) : -ENOMEM;

	if (r == 0 && !*ret && (rule->match.name || rule->match.excepts))
		*ret = aws_named_why(rule);
	return r < 0 || *ret ? r : outside_why(&w->outside, rule, w->m, a, ret);
}

/* ---- what drops before it leave of a rule ---- */

/* The rule itself where no drop meets it, else as few products of what is left. */
static int cut(struct writing *w, const struct flow_match *match, struct flow_boxes *ret,
	       const char **ret_why)
{
	flow_ref set = FLOW_NONE, met = FLOW_NONE, left = FLOW_NONE;
	int r = flow_of_match(w->m, match, 1, &set);

	if (r == 0)
		r = flow_restrict(w->m, set, w->stopped, &met);
	if (r < 0)
		return r;
	if (flow_empty(met)) {
		struct flow_box *box = arena_alloc(w->arena, sizeof(*box));

		if (!box)
			return -ENOMEM;
		box->match = *match;
		*ret = (struct flow_boxes){ box, flow_empty(set) ? 0 : 1, true };
		return 0;
	}
	r = flow_minus(w->m, set, w->stopped, &left);
	if (r == 0)
		r = flow_boxes(w->m, left, AWS_PIECES_MAX, w->arena, ret);
	if (r == 0 && !ret->all)
		*ret_why = "rules before it that stop flows cut it into more than 64 pieces";
	return r;
}

/* ---- rules ---- */

static int use_of(struct writing *w, const struct rule *rule, struct aws_use *ret)
{
	ret->about = aws_about(rule, w->arena);
	ret->zone = rule->zone ? aws_plain_text(w->arena, str_of(rule->zone)) : NULL;
	return ret->about && (ret->zone || !rule->zone) ? 0 : -ENOMEM;
}

/* What the firewall must let through too, if there is one at last. */
static int pass(struct writing *w, const struct flow_boxes *boxes)
{
	for (size_t i = 0; i < boxes->n; i++) {
		struct aws_passed *one = arena_alloc(w->arena, sizeof(*one));

		if (!one)
			return -ENOMEM;
		*one = (struct aws_passed){ &boxes->box[i].match, w->passed };
		w->passed = one;
		w->strange = w->strange || aws_named_strange(one->match);
	}
	return 0;
}

/* All of its pieces, or none. */
static int add_pieces(struct writing *w, const struct rule *rule, const struct flow_boxes *boxes,
		      const char **ret_why)
{
	struct aws_use use = { .named = false };
	int r = use_of(w, rule, &use);

	for (size_t round = 0; round < 2; round++)
		for (size_t i = 0; r == 0 && !*ret_why && i < boxes->n; i++)
			r = aws_made_add(&w->made, &boxes->box[i].match, &use, round == 1, ret_why);
	return r < 0 || *ret_why ? r : pass(w, boxes);
}

static int lose(struct writing *w, const struct rule *rule, const char *why)
{
	return say_lose(w->lost, rule, why, w->arena);
}

static int write_accept(struct writing *w, const struct rule *rule)
{
	struct flow_match match = aws_first_packets(&rule->match);
	struct flow_boxes boxes = { 0 };
	const char *why = NULL;
	int r = cut(w, &match, &boxes, &why);

	if (r == 0 && !why)
		r = add_pieces(w, rule, &boxes, &why);
	return r < 0 || !why ? r : lose(w, rule, why);
}

/* A rule on names waits for the others, if nothing before it stops some of it. */
static int keep_named(struct writing *w, const struct rule *rule)
{
	struct flow_match match = aws_first_packets(&rule->match);
	bool stopped = false;
	int r = say_meets(w->m, &match, w->stopped, &stopped);

	if (r == 0 && stopped)
		return lose(w, rule, "a rule before it stops some of it");
	if (r == 0)
		w->wait[w->waiting++] = rule;
	return r;
}

static int write_rules(struct writing *w)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < w->rules->n; i++) {
		const struct rule *rule = &w->rules->rule[i];
		struct flow_match match = aws_first_packets(&rule->match);

		if (w->why[i])
			continue;
		if (rule->verdict != VERDICT_ACCEPT)
			r = say_stop(w->m, &match, &w->stopped);
		else
			r = rule->match.name ? keep_named(w, rule) : write_accept(w, rule);
	}
	if (r == 0 && w->rules->otherwise == VERDICT_ACCEPT) {
		struct rule *rest = arena_alloc(w->arena, sizeof(*rest));

		if (!rest)
			return -ENOMEM;
		rest->verdict = VERDICT_ACCEPT;
		r = write_accept(w, rest);
	}
	return r;
}

/* ---- names ---- */

/* Opens the ports for who may ask for these names: a firewall looks at the names. */
static int write_named(struct writing *w, const struct rule *rule, const char **ret_why)
{
	struct aws_use use = { .named = true };
	struct flow_match match = aws_first_packets(&rule->match);
	int r = use_of(w, rule, &use);

	match.name = NULL;
	match.names = 0;
	for (size_t round = 0; r == 0 && !*ret_why && round < 2; round++)
		r = aws_made_add(&w->made, &match, &use, round == 1, ret_why);
	return r < 0 || *ret_why ? r : aws_named_add(&w->named, rule, ret_why);
}

static int write_names(struct writing *w)
{
	const char *strange = w->strange
				      ? "a firewall that looks at names cannot say all protocols "
					"of the other rules"
				      : NULL;
	int r = 0;

	for (size_t i = 0; r == 0 && i < w->waiting; i++) {
		const char *why = strange;

		if (!why)
			r = write_named(w, w->wait[i], &why);
		if (r == 0 && why)
			r = lose(w, w->wait[i], why);
	}
	return r < 0 || !w->named.n ? r : aws_named_print(&w->named, w->passed, &w->firewall);
}

/* ---- the text ---- */

static int write_losses(const struct losses *lost, size_t first, struct buf *out)
{
	EG_AUTO(buf_release) struct buf line = BUF_INIT;
	EG_AUTO(buf_release) struct buf last = BUF_INIT;
	bool any = false;

	for (size_t i = first; i < lost->n; i++) {
		buf_clear(&line);
		origin_print(&lost->loss[i].rule->origin, &line);
		buf_printf(&line, ": %s", lost->loss[i].why);
		for (size_t k = 0; k < line.n; k++)
			if (!aws_is_plain(line.data[k]))
				line.data[k] = '_';
		/* Zones share a row: it is told once. */
		if (!str_eq(buf_str(&line), buf_str(&last))) {
			buf_printf(out, "%s\n      \"%.*s\"", any ? "," : "",
				   STR_FMT(buf_str(&line)));
			any = true;
		}
		buf_clear(&last);
		buf_addstr(&last, buf_str(&line));
		if (line.r < 0 || last.r < 0)
			return -ENOMEM;
	}
	return 0;
}

static int write_template(const struct writing *w, size_t first, struct buf *out)
{
	int r;

	buf_adds(out, "{\n  \"AWSTemplateFormatVersion\": \"2010-09-09\",\n"
		      "  \"Description\": \"Written by egret: security groups for what may leave. "
		      "Each interface gets all groups of its zone and no other group.\",\n"
		      "  \"Metadata\": {\"egret\": {\"left out, and so refused\": [");
	r = write_losses(w->lost, first, out);
	buf_adds(out, "]}},\n"
		      "  \"Parameters\": {\"Vpc\": {\"Type\": \"AWS::EC2::VPC::Id\", "
		      "\"Description\": \"where the groups are made\"}},\n"
		      "  \"Resources\": {");
	aws_made_print(&w->made, out);
	buf_addstr(out, buf_str(&w->firewall));
	buf_adds(out, "\n  }\n}\n");
	return r < 0 ? r : out->r;
}

/* What CloudFormation would not take, is not written. */
static int check_size(size_t n, struct diag *d)
{
	if (n > AWS_TEMPLATE_MAX) {
		diag_error(d, NOWHERE, "the template would be larger than %d bytes",
			   AWS_TEMPLATE_MAX);
		diag_hint(d, "CloudFormation takes no more: split the policy by zones or services");
		return E_LIMIT;
	}
	if (n > AWS_TEMPLATE_DIRECT_MAX) {
		diag_note(d, NOWHERE, "the template is larger than %d bytes",
			  AWS_TEMPLATE_DIRECT_MAX);
		diag_hint(d, "aws cloudformation deploy needs --s3-bucket for it");
	}
	return 0;
}

static void tell(const struct writing *w, struct diag *d)
{
	enum { USUAL_GROUPS = 5 };
	size_t most = 0;

	for (size_t i = 0; i < w->made.n; i++)
		most = w->made.series[i].rooms > most ? w->made.series[i].rooms : most;
	if (most > USUAL_GROUPS) {
		diag_note(d, NOWHERE, "an interface needs %zu security groups", most);
		diag_hint(d,
			  "AWS allows %d unless it is asked to raise the quota; their rules may "
			  "not be more than %d together",
			  USUAL_GROUPS, AWS_INTERFACE_RULES_MAX);
	}
	if (w->named.n) {
		diag_note(d, NOWHERE,
			  "names are looked at by a firewall: the groups Names... let TCP out to "
			  "anywhere and are for interfaces behind it alone");
		diag_hint(d,
			  "give the policy egret to an AWS Network Firewall, and lead their routes "
			  "through it, before they get these groups");
	}
	if (w->outside.inside)
		diag_note(d, NOWHERE,
			  "a security group does not see interfaces of a gateway: it is for those "
			  "who have the addresses in its tags");
}

int aws_write(const struct rulelist *rules, struct flow_mgr *m, struct arena *a, struct diag *d,
	      struct buf *out, struct losses *lost)
{
	struct writing w = { .rules = rules,
			     .m = m,
			     .arena = a,
			     .lost = lost,
			     .stopped = FLOW_NONE,
			     .made = AWS_MADE(a),
			     .named = AWS_NAMED(a),
			     .firewall = BUF_INIT };
	const struct saying saying = { m, why_not, &w };
	size_t first = lost->n, before = out->n;
	int r = outside_find(w.rules, w.m, w.arena, &w.outside);

	w.why = arena_array(a, rules->n, sizeof(*w.why));
	w.wait = arena_array(a, rules->n, sizeof(const struct rule *));
	if (r == 0)
		r = w.why && w.wait ? say_lose_all(&saying, rules, "aws", w.why, a, d, lost)
				    : -ENOMEM;
	if (r == 0)
		r = write_rules(&w);
	if (r == 0)
		r = write_names(&w);
	if (r == 0 && !w.made.resources)
		r = aws_made_nothing(&w.made);
	if (r == 0)
		r = write_template(&w, first, out);
	if (r == 0)
		r = check_size(out->n - before, d);
	if (r == 0)
		tell(&w, d);
	aws_made_release(&w.made);
	aws_named_release(&w.named);
	buf_release(&w.firewall);
	return r;
}
