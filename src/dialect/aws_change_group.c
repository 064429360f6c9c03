/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A change of security groups. Whatever some rule lets through, passes: what is missing is added to
 * a group that has it for just these members; a rule that lets too much through is taken away, and
 * what may stay of it is added anew. A group does not see who of its members sends.
 */
#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "dialect/aws_about.h"
#include "dialect/aws_changing.h"
#include "dialect/aws_limits.h"
#include "dialect/aws_spot.h"
#include "dialect/say.h"
#include "dialect/spans.h"

static const char some_members[] =
	"a security group does not see who of its members sends: say with --at 'members PREFIX...' "
	"who has it";
static const char needs_names[] = "a security group does not see names";
static const char opens_more[] =
	"a security group sees no names, and the firewall lets others pass";
static const char no_room[] =
	"its security groups have no room: 60 rules of each family; egret build --to aws makes as "
	"many groups as it takes";
static const char no_id[] = "the id of a security group or prefix list cannot be typed";
static const char many_pieces[] = "what may stay of a rule is more than 64 pieces";

/* A rule more. */
struct line {
	size_t spot;
	struct aws_said said;
	struct prefix far;
	const char *about;
};

struct grouping {
	struct aws_changing *g;
	struct aws_spot *spot;
	size_t spots;
	struct line *line;
	size_t lines, cap;
	flow_ref *unwanted; /* by rule of the change */
	flow_ref all_unwanted;
};

static const struct aws_permissions *rules_of(const struct grouping *k, const struct aws_spot *spot)
{
	return &spot->group->way[k->g->path.way];
}

/* ---- rules more ---- */

static bool is_there(const struct grouping *k, const struct line *line)
{
	const struct aws_permissions *rules = rules_of(k, &k->spot[line->spot]);

	for (size_t i = 0; i < rules->n; i++) {
		const struct aws_permission *one = &rules->one[i];

		if (one->far.kind == AWS_FAR_PREFIX && !one->service.unknown &&
		    aws_said_equal(&one->service.said, &line->said) &&
		    prefix_cmp(one->far.prefix, line->far) == 0)
			return true;
	}
	for (size_t i = 0; i < k->lines; i++)
		if (k->line[i].spot == line->spot &&
		    aws_said_equal(&k->line[i].said, &line->said) &&
		    prefix_cmp(k->line[i].far, line->far) == 0)
			return true;
	return false;
}

/* Into a group with the same members as `like`, where there is room; AWS refuses a rule twice. */
static int add_line(struct grouping *k, size_t like, struct line line, const char **ret_why)
{
	bool v6 = line.far.family == FAMILY_V6, typed = false;
	int r;

	for (size_t i = like; i < k->spots; i++) {
		struct aws_spot *spot = &k->spot[i];

		if (spot->like != like || !aws_can_be_typed(spot->group->id))
			continue;
		typed = true;
		line.spot = i;
		if (is_there(k, &line))
			return 0;
		if (spot->used[v6] >= AWS_GROUP_RULES_MAX)
			continue;
		r = mem_grow(&k->line, &k->cap, k->lines + 1, sizeof(line));
		if (r == 0)
			k->line[k->lines++] = line;
		spot->used[v6] += r == 0;
		return r;
	}
	*ret_why = typed ? no_room : no_id;
	return 0;
}

/* Takes back the lines from `first` on. */
static void drop_lines(struct grouping *k, size_t first)
{
	while (k->lines > first) {
		const struct line *line = &k->line[--k->lines];

		k->spot[line->spot].used[line->far.family == FAMILY_V6]--;
	}
}

static int add_match(struct grouping *k, size_t like, const struct flow_match *match,
		     const char *about, const char **ret_why)
{
	struct aws_choice choice[2];
	int r = aws_choose_far(match, k->g->path.way, k->g->arena, choice, ret_why);

	for (size_t v6 = 0; v6 < 2; v6++)
		for (size_t i = 0; i < choice[v6].prefixes; i++)
			for (size_t s = 0; r == 0 && !*ret_why && s < choice[v6].said_n; s++) {
				const struct line line = { .said = choice[v6].said[s],
							   .far = choice[v6].prefix[i],
							   .about = about };

				r = add_line(k, like, line, ret_why);
			}
	return r;
}

/* What of a set is not let through anyway, as few products of it. */
static int add_set(struct grouping *k, size_t like, flow_ref set, const char *about,
		   const char **ret_why)
{
	struct flow_mgr *m = k->g->m;
	struct flow_boxes boxes = { 0 };
	int r = flow_boxes(m, set, AWS_PIECES_MAX, k->g->arena, &boxes);

	if (r == 0 && !boxes.all)
		*ret_why = many_pieces;
	for (size_t i = 0; r == 0 && !*ret_why && i < boxes.n; i++) {
		flow_ref more = FLOW_NONE;

		r = flow_of_match(m, &boxes.box[i].match, 1, &more);
		if (r == 0)
			r = flow_minus(m, more, k->spot[like].lets, &more);
		if (r == 0 && !flow_empty(more))
			r = add_match(k, like, &boxes.box[i].match, about, ret_why);
	}
	return r < 0 || *ret_why ? r
				 : flow_override(m, set, k->spot[like].lets, &k->spot[like].lets);
}

/* ---- what is too much ---- */

/* What a rule of the change stops, if groups can: not some of who has a group, not by name. */
static int find_unwanted(struct grouping *k, size_t i, flow_ref *ret)
{
	flow_ref set = k->g->own[i], far = FLOW_NONE;
	bool whole = true, nameless = true;
	int r = aws_is_nameless(k->g, set, &nameless);

	if (!nameless)
		k->g->why[i] = needs_names;
	for (size_t s = 0; r == 0 && s < k->spots; s++) {
		r = aws_forget_near(k->g, set, k->spot[s].who, &far, &whole);
		if (!whole)
			k->g->why[i] = some_members;
	}
	*ret = k->g->why[i] ? FLOW_NONE : set;
	return r;
}

static int find_all_unwanted(struct grouping *k)
{
	const struct rulelist *rules = k->g->change->rules;
	int r = 0;

	k->unwanted = arena_array(k->g->arena, rules->n, sizeof(*k->unwanted));
	if (!k->unwanted)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < rules->n; i++) {
		k->unwanted[i] = FLOW_NONE;
		if (rules->rule[i].verdict != VERDICT_ACCEPT)
			r = find_unwanted(k, i, &k->unwanted[i]);
		if (r == 0)
			r = flow_override(k->g->m, k->unwanted[i], k->all_unwanted,
					  &k->all_unwanted);
	}
	return r;
}

/* The rules of the change that this one of a group stands against cannot be had. */
static int blame(struct grouping *k, flow_ref set, const char *why)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < k->g->change->rules->n; i++) {
		flow_ref both = FLOW_NONE;

		r = flow_restrict(k->g->m, k->unwanted[i], set, &both);
		if (r == 0 && !flow_empty(both))
			k->g->why[i] = why;
	}
	return r;
}

/* The rules that stay are known before any other is cut. */
static int take_rules(struct grouping *k, struct aws_spot *spot)
{
	const struct aws_permissions *rules = rules_of(k, spot);
	flow_ref *lets = &k->spot[spot->like].lets;
	int r = 0;

	for (size_t i = 0; r == 0 && i < rules->n; i++) {
		flow_ref set = FLOW_NONE, both = FLOW_NONE;

		r = aws_spot_lets(k->g, spot, &rules->one[i], &set);
		if (r == 0)
			r = flow_restrict(k->g->m, set, k->all_unwanted, &both);
		spot->taken[i] = r == 0 && !flow_empty(both);
		if (r == 0 && !spot->taken[i])
			r = flow_override(k->g->m, set, *lets, lets);
	}
	return r;
}

/* Adds what may stay of a rule that is taken away; if that cannot be said, the rule stays. */
static int cut_rule(struct grouping *k, struct aws_spot *spot, size_t i)
{
	const struct aws_permission *rule = &rules_of(k, spot)->one[i];
	bool named = rule->far.kind == AWS_FAR_LIST;
	size_t first = k->lines;
	const char *why = named && !aws_can_be_typed(rule->far.name) ? no_id : NULL;
	const char *about = arena_printf(k->g->arena, "what may stay of %s", rule->service.text);
	flow_ref set = FLOW_NONE, stays = FLOW_NONE;
	int r = aws_spot_lets(k->g, spot, rule, &set);

	about = about ? aws_plain_text(k->g->arena, str_of(about)) : NULL;
	if (!about)
		return -ENOMEM;
	if (!aws_can_be_typed(spot->group->id))
		why = no_id;
	if (r == 0)
		r = flow_minus(k->g->m, set, k->all_unwanted, &stays);
	if (r == 0 && !why)
		r = add_set(k, spot->like, stays, about, &why);
	if (r < 0 || !why)
		return r;
	drop_lines(k, first);
	spot->taken[i] = false;
	return blame(k, set, why);
}

static int change_unwanted(struct grouping *k)
{
	int r = k->g->stops == AWS_GROUPS ? find_all_unwanted(k) : 0;

	for (size_t i = 0; r == 0 && i < k->spots; i++)
		r = take_rules(k, &k->spot[i]);
	for (size_t i = 0; r == 0 && i < k->spots; i++)
		for (size_t n = 0; r == 0 && n < rules_of(k, &k->spot[i])->n; n++)
			if (k->spot[i].taken[n])
				r = cut_rule(k, &k->spot[i], n);
	return r;
}

/* ---- what is missing ---- */

/* A rule of the change that accepts. */
struct missing {
	size_t i;
	flow_ref wanted, left; /* left: what no group was found for */
	const char *about, *why;
};

static int add_for(struct grouping *k, size_t like, struct missing *q)
{
	struct aws_spot *spot = &k->spot[like];
	struct flow_mgr *m = k->g->m;
	flow_ref far = FLOW_NONE, set = FLOW_NONE;
	bool whole = false, more = false;
	int r = aws_forget_near(k->g, q->wanted, spot->who, &far, &whole);

	if (r < 0 || !whole)
		return r;
	r = flow_restrict(m, q->wanted, spot->who, &set);
	if (r == 0)
		r = flow_minus(m, q->left, set, &q->left);
	if (r == 0)
		r = aws_opens_more(k->g, AWS_GROUPS, q->i, set, spot->lets, &more);
	if (more)
		q->why = opens_more;
	return r < 0 || q->why ? r : add_set(k, like, set, q->about, &q->why);
}

/* Each set of members that is in it as a whole, and all of it by them. */
static int add_missing(struct grouping *k, size_t i)
{
	const struct rule *rule = &k->g->change->rules->rule[i];
	struct missing q = { .i = i,
			     .wanted = k->g->own[i],
			     .about = aws_about(rule, k->g->arena) };
	size_t first = k->lines;
	int r = q.about ? 0 : -ENOMEM;

	if (r == 0 && k->g->path.policy) /* the firewall sees the names */
		r = flow_forget(k->g->m, q.wanted, FLOW_NAME, &q.wanted);
	q.left = q.wanted;
	for (size_t s = 0; s < k->spots; s++)
		k->spot[s].before = k->spot[s].lets;
	for (size_t s = 0; r == 0 && !q.why && s < k->spots; s++)
		if (k->spot[s].like == s)
			r = add_for(k, s, &q);
	if (r == 0 && !q.why && !flow_empty(q.left))
		q.why = some_members;
	if (r < 0 || !q.why)
		return r;
	k->g->why[i] = q.why;
	drop_lines(k, first);
	for (size_t s = 0; s < k->spots; s++)
		k->spot[s].lets = k->spot[s].before;
	return 0;
}

/* ---- the commands ---- */

static void print_command(const struct grouping *k, const struct aws_spot *spot, const char *verb,
			  struct str rules, struct buf *out)
{
	if (rules.n)
		buf_printf(out,
			   "aws ec2 %s-security-group-%s --cli-input-json '{\"GroupId\": \"%s\", "
			   "\"IpPermissions\": [%.*s]}'\n",
			   verb, k->g->path.way == AWS_OUT ? "egress" : "ingress", spot->group->id,
			   STR_FMT(rules));
}

static void print_said(const struct aws_said *said, struct buf *out)
{
	buf_printf(out, "%s\n  {\"IpProtocol\": \"%s\", ", out->n ? "," : "", said->proto);
	if (said->ranged)
		buf_printf(out, "\"FromPort\": %d, \"ToPort\": %d, ", said->from, said->to);
}

static void print_prefix(struct prefix far, const char *about, struct buf *out)
{
	bool v6 = far.family == FAMILY_V6;
	char text[PREFIX_TEXT_MAX];

	prefix_format(far, text);
	buf_printf(out, "\"%s\": [{\"%s\": \"%s\"", v6 ? "Ipv6Ranges" : "IpRanges",
		   v6 ? "CidrIpv6" : "CidrIp", text);
	if (*about)
		buf_printf(out, ", \"Description\": \"%s\"", about);
	buf_adds(out, "}]}");
}

static int print_spot(struct grouping *k, size_t i)
{
	const struct aws_spot *spot = &k->spot[i];
	const struct aws_permissions *rules = rules_of(k, spot);
	EG_AUTO(buf_release) struct buf add = BUF_INIT;
	EG_AUTO(buf_release) struct buf take = BUF_INIT;

	for (size_t n = 0; n < k->lines; n++) {
		if (k->line[n].spot != i)
			continue;
		print_said(&k->line[n].said, &add);
		print_prefix(k->line[n].far, k->line[n].about, &add);
	}
	for (size_t n = 0; n < rules->n; n++) {
		const struct aws_permission *rule = &rules->one[n];

		if (!spot->taken[n])
			continue;
		print_said(&rule->service.said, &take);
		if (rule->far.kind == AWS_FAR_LIST)
			buf_printf(&take, "\"PrefixListIds\": [{\"PrefixListId\": \"%s\"}]}",
				   rule->far.name);
		else
			print_prefix(rule->far.prefix, "", &take);
	}
	print_command(k, spot, "authorize", buf_str(&add), &k->g->add);
	print_command(k, spot, "revoke", buf_str(&take), &k->g->take);
	return add.r < 0 ? add.r : take.r;
}

static int change_all(struct grouping *k)
{
	const struct rulelist *rules = k->g->change->rules;
	int r = aws_spots(k->g, &k->spot);

	k->spots = k->g->path.groups;
	if (r == 0)
		r = change_unwanted(k);
	for (size_t i = 0; r == 0 && i < rules->n; i++)
		if (rules->rule[i].verdict == VERDICT_ACCEPT && !k->g->why[i])
			r = add_missing(k, i);
	for (size_t i = 0; r == 0 && i < k->spots; i++)
		r = print_spot(k, i);
	return r;
}

int aws_change_groups(struct aws_changing *g)
{
	struct grouping k = { .g = g, .all_unwanted = FLOW_NONE };
	int r = change_all(&k);

	mem_free(k.line);
	return r;
}
