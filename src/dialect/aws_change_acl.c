/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A change of a network ACL: entries in front of all others, in both ways. It sees the far end
 * alone, and of answers not the port that they come from.
 */
#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "dialect/aws_changing.h"
#include "dialect/aws_limits.h"
#include "dialect/aws_permission.h"
#include "dialect/say.h"
#include "dialect/spans.h"
#include "net/proto.h"

enum { DEFAULT_NUMBER = 32767, FIRST_NUMBER = 100, USUAL_ENTRIES = 20 };

static const char some_senders[] =
	"a network ACL does not see who of its subnet sends: say with --at 'members PREFIX...' "
	"who is there";
static const char needs_names[] = "a network ACL does not see names";
static const char opens_more[] =
	"a network ACL sees neither names nor who sends, and what is behind it lets others pass";
static const char no_room[] = "the network ACL has no room: 40 entries of each family and way";
static const char no_numbers[] = "the network ACL has no free numbers in front of its entries";
static const char not_modelled[] =
	"the network ACL has an entry that is not modelled where entries let too much through";
static const char no_id[] = "the id of the network ACL cannot be typed";

struct line {
	bool allow;
	struct aws_said said;
	struct prefix far;
};

/* One way through the ACL. */
struct lane {
	struct aws_changing *g;
	enum aws_way way;
	struct bounds passes;
	flow_ref who; /* packets of the path's members */
	unsigned used[2];
	unsigned before; /* the number that all new ones come before */
	struct line *line;
	size_t lines, cap;
};

/* ---- what it lets through ---- */

static int set_of_entry(const struct lane *l, const struct aws_entry *e, flow_ref *ret)
{
	const struct aws_members anybody = { .said = false };
	struct flow_match match = aws_permission_match(&e->service, &anybody, l->way);
	int r = aws_match_far(&match, e->prefix, l->way, l->g->arena);

	return r < 0 ? r : flow_of_match(l->g->m, &match, 1, ret);
}

static int begin(struct lane *l)
{
	const struct aws_acl *acl = l->g->path.acl;
	size_t n = acl->n[l->way];
	const struct flow_match members = aws_members_match(&l->g->path.members, l->way);
	struct aws_outcome o;
	int r = aws_stage_acl(&l->g->going, l->way, &o);

	if (r == 0)
		r = flow_of_match(l->g->m, &members, 1, &l->who);
	for (size_t i = 0; i < n; i++)
		l->used[acl->entry[l->way][i].prefix.family == FAMILY_V6]++;
	l->before = n && acl->entry[l->way][0].number < DEFAULT_NUMBER
			    ? acl->entry[l->way][0].number
			    : FIRST_NUMBER + 2 * AWS_ACL_ENTRIES_MAX;
	return r < 0 ? r : aws_first_bounds(l->g, &o, &l->passes);
}

/* ---- entries more ---- */

static int add_line(struct lane *l, struct line line, const char **ret_why)
{
	bool v6 = line.far.family == FAMILY_V6;
	int r;

	if (l->used[v6] >= AWS_ACL_ENTRIES_MAX)
		*ret_why = no_room;
	else if (l->lines + 1 >= l->before)
		*ret_why = no_numbers;
	if (*ret_why)
		return 0;
	r = mem_grow(&l->line, &l->cap, l->lines + 1, sizeof(line));
	if (r == 0)
		l->line[l->lines++] = line;
	l->used[v6] += r == 0;
	return r;
}

static void drop_lines(struct lane *l, size_t first)
{
	while (l->lines > first)
		l->used[l->line[--l->lines].far.family == FAMILY_V6]--;
}

/* All of a match, or nothing. */
static int allow_match(struct lane *l, const struct flow_match *match, const char **ret_why)
{
	struct aws_choice choice[2];
	size_t first = l->lines;
	int r = aws_choose_far(match, l->way, l->g->arena, choice, ret_why);

	for (size_t v6 = 0; v6 < 2; v6++)
		for (size_t i = 0; i < choice[v6].prefixes; i++)
			for (size_t s = 0; r == 0 && !*ret_why && s < choice[v6].said_n; s++) {
				const struct line line = { true, choice[v6].said[s],
							   choice[v6].prefix[i] };

				r = add_line(l, line, ret_why);
			}
	if (*ret_why)
		drop_lines(l, first);
	return r;
}

/* ---- what is missing ---- */

/*
 * What a rule of the change speaks of, as far as the ACL sees it. Groups see to it that nobody else
 * passes; without them, the path's members do.
 */
static int look(struct lane *l, size_t i, flow_ref *ret, const char **ret_why)
{
	const struct aws_path *path = &l->g->path;
	bool whole = true, nameless = true;
	flow_ref set = l->g->own[i];
	int r = 0;

	if (path->policy) /* the firewall sees the names */
		r = flow_forget(l->g->m, set, FLOW_NAME, &set);
	if (r == 0)
		r = aws_is_nameless(l->g, set, &nameless);
	if (r == 0)
		r = aws_forget_near(l->g, set, path->groups ? FLOW_ALL : l->who, ret, &whole);
	if (!nameless)
		*ret_why = needs_names;
	else if (!whole && !path->groups)
		*ret_why = some_senders;
	return r;
}

/* As few products of a set, or nothing. */
static int allow_set(struct lane *l, flow_ref set, const char **ret_why)
{
	struct flow_boxes boxes = { 0 };
	size_t first = l->lines;
	int r = flow_boxes(l->g->m, set, AWS_ACL_ENTRIES_MAX, l->g->arena, &boxes);

	if (r == 0 && !boxes.all)
		*ret_why = no_room;
	for (size_t i = 0; r == 0 && !*ret_why && i < boxes.n; i++)
		r = allow_match(l, &boxes.box[i].match, ret_why);
	if (*ret_why)
		drop_lines(l, first);
	return r;
}

static int add_missing(struct lane *l, size_t i, const char **ret_why)
{
	flow_ref set = FLOW_NONE, more = FLOW_NONE;
	bool opens = false;
	int r = look(l, i, &set, ret_why);

	if (r == 0)
		r = aws_opens_more(l->g, AWS_ACL, i, set, l->passes.lo, &opens);
	if (opens && !*ret_why)
		*ret_why = opens_more;
	if (r == 0)
		r = flow_minus(l->g->m, set, l->passes.lo, &more);
	return r < 0 || *ret_why || flow_empty(more) ? r : allow_set(l, set, ret_why);
}

/* ---- what is too much ---- */

static int find_unwanted(struct lane *l, flow_ref *ret)
{
	const struct rulelist *rules = l->g->change->rules;
	int r = 0;

	*ret = FLOW_NONE;
	for (size_t i = 0; r == 0 && i < rules->n; i++) {
		flow_ref one = FLOW_NONE;

		if (rules->rule[i].verdict == VERDICT_ACCEPT)
			continue;
		r = look(l, i, &one, &l->g->why[i]);
		if (r == 0 && !l->g->why[i])
			r = flow_override(l->g->m, one, *ret, ret);
	}
	return r;
}

/* Denies all that entries let through which let some of it through. `ret`: what that is. */
static int deny_entries(struct lane *l, flow_ref unwanted, flow_ref *ret, const char **ret_why)
{
	const struct aws_acl *acl = l->g->path.acl;
	int r = 0;

	*ret = FLOW_NONE;
	for (size_t i = 0; r == 0 && !*ret_why && i < acl->n[l->way]; i++) {
		const struct aws_entry *e = &acl->entry[l->way][i];
		const struct line line = { false, e->service.said, e->prefix };
		flow_ref set = FLOW_NONE, both = FLOW_NONE;

		if (!e->allow || e->service.unknown)
			continue;
		r = set_of_entry(l, e, &set);
		if (r == 0)
			r = flow_restrict(l->g->m, set, unwanted, &both);
		if (r == 0)
			r = flow_restrict(l->g->m, both, l->passes.lo, &both);
		if (r < 0 || flow_empty(both))
			continue;
		r = flow_override(l->g->m, set, *ret, ret);
		if (r == 0)
			r = add_line(l, line, ret_why);
	}
	return r;
}

/* What may stay of them comes before: allows it. */
static int allow_rest(struct lane *l, flow_ref denied, flow_ref unwanted, const char **ret_why)
{
	struct flow_mgr *m = l->g->m;
	flow_ref vague = FLOW_NONE, stays = FLOW_NONE;
	int r = flow_minus(m, l->passes.hi, l->passes.lo, &vague);

	if (r == 0)
		r = flow_restrict(m, vague, denied, &vague);
	if (r == 0 && !flow_empty(vague))
		*ret_why = not_modelled;
	if (r == 0)
		r = flow_restrict(m, l->passes.lo, denied, &stays);
	if (r == 0)
		r = flow_minus(m, stays, unwanted, &stays);
	return r < 0 || *ret_why ? r : allow_set(l, stays, ret_why);
}

/* The entries that deny come behind those that allow. */
static void turn_lines(struct lane *l, size_t first, size_t middle)
{
	struct line *line = l->line;

	/* three times backwards: the two parts change their places */
	const size_t part[][2] = { { first, middle }, { middle, l->lines }, { first, l->lines } };

	for (size_t k = 0; k < ARRAY_LEN(part); k++)
		for (size_t a = part[k][0], b = part[k][1]; a + 1 < b; a++) {
			struct line kept = line[a];

			line[a] = line[--b];
			line[b] = kept;
		}
}

static int change_unwanted(struct lane *l)
{
	const struct rulelist *rules = l->g->change->rules;
	size_t first = l->lines, middle;
	flow_ref unwanted = FLOW_NONE, denied = FLOW_NONE;
	const char *why = NULL;
	int r = find_unwanted(l, &unwanted);

	if (r == 0)
		r = deny_entries(l, unwanted, &denied, &why);
	middle = l->lines;
	if (r == 0 && !why)
		r = allow_rest(l, denied, unwanted, &why);
	if (r < 0 || !why) {
		turn_lines(l, first, middle);
		return r;
	}
	drop_lines(l, first);
	for (size_t i = 0; i < rules->n; i++)
		if (rules->rule[i].verdict != VERDICT_ACCEPT && !l->g->why[i])
			l->g->why[i] = why;
	return 0;
}

static int change_forth(struct lane *l)
{
	const struct rulelist *rules = l->g->change->rules;
	int r = begin(l);

	for (size_t i = 0; r == 0 && i < rules->n; i++)
		if (rules->rule[i].verdict == VERDICT_ACCEPT && !l->g->why[i])
			r = add_missing(l, i, &l->g->why[i]);
	return r < 0 || l->g->stops != AWS_ACL ? r : change_unwanted(l);
}

static int change_back(struct lane *l)
{
	const struct rulelist *answers = l->g->change->answers;
	bool any = false;
	int r = answers->n ? begin(l) : 0;

	for (size_t i = 0; r == 0 && i < answers->n; i++) {
		struct flow_match match = aws_first_packets(&answers->rule[i].match);
		flow_ref set = FLOW_NONE;

		r = flow_of_match(l->g->m, &match, 1, &set);
		if (r == 0)
			r = flow_minus(l->g->m, set, l->passes.lo, &set);
		match.dim[FLOW_SPORT] = SPANS_ANY;
		if (r == 0 && !flow_empty(set) && !l->g->why_answer[i])
			r = allow_match(l, &match, &l->g->why_answer[i]);
		any = any || l->lines;
	}
	if (r == 0 && any) {
		diag_note(l->g->d, l->g->path.acl->at,
			  "a network ACL does not see which port answers come from");
		diag_hint(l->g->d, "its new entries let these ends reach the clients' ports from "
				   "any of theirs");
	}
	return r;
}

/* ---- the commands ---- */

static void print_service(const struct aws_said *said, struct buf *out)
{
	uint8_t proto = 0;
	bool named = proto_parse(str_of(said->proto), &proto) == 0;

	if (!named) {
		buf_printf(out, "\"Protocol\": \"%s\", ", said->proto);
		return;
	}
	buf_printf(out, "\"Protocol\": \"%u\", ", proto);
	if (proto == PROTO_TCP || proto == PROTO_UDP)
		buf_printf(out, "\"PortRange\": {\"From\": %d, \"To\": %d}, ", said->from,
			   said->to);
	else if (proto == PROTO_ICMP || proto == PROTO_ICMPV6)
		buf_printf(out, "\"IcmpTypeCode\": {\"Type\": %d, \"Code\": %d}, ", said->from,
			   said->to);
}

static void print_lane(const struct lane *l, struct buf *out)
{
	size_t last = FIRST_NUMBER + l->lines;
	size_t number = (l->before < last ? l->before : last) - l->lines;
	char text[PREFIX_TEXT_MAX];

	for (size_t i = 0; i < l->lines; i++) {
		const struct line *line = &l->line[i];

		buf_printf(out,
			   "aws ec2 create-network-acl-entry --cli-input-json '{\"NetworkAclId\": "
			   "\"%s\", \"Egress\": %s, \"RuleNumber\": %zu, \"RuleAction\": \"%s\", ",
			   l->g->path.acl->id, l->way == AWS_OUT ? "true" : "false", number + i,
			   line->allow ? "allow" : "deny");
		print_service(&line->said, out);
		prefix_format(line->far, text);
		buf_printf(out, "\"%s\": \"%s\"}'\n",
			   line->far.family == FAMILY_V6 ? "Ipv6CidrBlock" : "CidrBlock", text);
	}
}

static void tell_usual(const struct lane *l)
{
	if (l->lines && (l->used[0] > USUAL_ENTRIES || l->used[1] > USUAL_ENTRIES)) {
		diag_note(l->g->d, l->g->path.acl->at, "more than %d entries of a family",
			  USUAL_ENTRIES);
		diag_hint(l->g->d, "AWS allows no more unless it is asked to raise the quota");
	}
}

int aws_change_acl(struct aws_changing *g)
{
	struct lane forth = { .g = g, .way = g->path.way };
	struct lane back = { .g = g, .way = g->path.way == AWS_OUT ? AWS_IN : AWS_OUT };
	int r = change_forth(&forth);

	if (r == 0)
		r = change_back(&back);
	if (r == 0 && !aws_can_be_typed(g->path.acl->id) && (forth.lines || back.lines)) {
		diag_error(g->d, g->path.acl->at, "%s", no_id);
		r = E_UNSUPPORTED;
	}
	if (r == 0) {
		print_lane(&back, &g->add);
		print_lane(&forth, &g->add);
		tell_usual(&forth);
		tell_usual(&back);
	}
	mem_free(forth.line);
	mem_free(back.line);
	return r;
}
