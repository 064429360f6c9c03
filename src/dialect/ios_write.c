/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/ios_write.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/ios_choice.h"
#include "dialect/ios_limits.h"
#include "dialect/outside.h"
#include "dialect/say.h"
#include "rule/answer.h"

static const enum family families[2] = { FAMILY_V4, FAMILY_V6 };

enum way { WAY_OUT, WAY_BACK, WAYS };

struct writing {
	const struct rulelist *rules;
	struct flow_mgr *m;
	struct arena *arena; /* of the caller */
	const char **why;    /* by rule */
	struct outside outside;
	struct ios_groups groups;
	struct buf body[2][WAYS]; /* by family */
	const char *name[2][WAYS];
};

/* ---- what can be said ---- */

static int why_not(void *data, const struct rule *rule, const char **ret)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	EG_AUTO(buf_release) struct buf none = BUF_INIT;
	const struct writing *w = data;
	int r = a ? say_packet(rule, w->m, a, ret) : -ENOMEM;

	if (r == 0 && !*ret && (rule->match.name || rule->match.excepts))
		*ret = "an access list cannot see names";
	if (r == 0 && !*ret)
		r = outside_why(&w->outside, rule, w->m, a, ret);
	for (size_t i = 0; r == 0 && !*ret && i < ARRAY_LEN(families); i++)
		if (say_holds_family(&rule->match, families[i]))
			r = ios_entries(rule, families[i], NULL, &none, ret);
	return r;
}

/* What is not written is refused; where the rest is accepted, a lost drop would be let through. */
static int find_lost(struct writing *w, struct diag *d, struct losses *lost)
{
	const struct saying saying = { w->m, why_not, w };
	int r = outside_find(w->rules, w->m, w->arena, &w->outside);

	w->why = arena_array(w->arena, w->rules->n, sizeof(*w->why));
	if (r == 0)
		r = w->why ? say_lose_all(&saying, w->rules, "ios", w->why, w->arena, d, lost)
			   : -ENOMEM;
	return r;
}

/* ---- entries ---- */

static bool is_whole(const struct rule *rule)
{
	return !rule->match.dim[FLOW_PROTO].span && !rule->match.dim[FLOW_DPORT].span &&
	       !rule->match.dim[FLOW_SPORT].span;
}

/* A rule of any protocol, mirrored: TCP must not begin from outside. */
static int write_whole_answers(struct writing *w, const struct rule *answer, enum family family,
			       struct buf *out)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	struct rule tcp = *answer, any = *answer, no;
	const char *why = NULL;
	int r = a ? match_one(&tcp.match, FLOW_PROTO, 6, 6, a) : -ENOMEM;

	any.match.dim[FLOW_PROTO] = (struct flow_spans){ 0 };
	no = tcp;
	no.verdict = VERDICT_DROP;
	no.match.dim[FLOW_STATE] = (struct flow_spans){ 0 };
	if (r == 0 && answer->verdict == VERDICT_ACCEPT) {
		r = ios_entries(&tcp, family, &w->groups, out, &why);
		if (r == 0)
			r = ios_entries(&no, family, &w->groups, out, &why);
	}
	return r < 0 ? r : ios_entries(&any, family, &w->groups, out, &why);
}

static int write_answers(struct writing *w, const struct rule *rule, enum family family,
			 struct buf *out)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	struct rulelist answers;
	const char *why = NULL;
	int r = a ? 0 : -ENOMEM;

	rulelist_init(&answers, a);
	if (r == 0)
		r = rule_answers(rule, &answers);
	if (r == 0 && answers.n && is_whole(rule)) /* the last speaks of most protocols */
		r = write_whole_answers(w, &answers.rule[answers.n - 1], family, out);
	for (size_t i = 0; r == 0 && !is_whole(rule) && i < answers.n; i++)
		if (say_holds_family(&answers.rule[i].match, family))
			r = ios_entries(&answers.rule[i], family, &w->groups, out, &why);
	rulelist_release(&answers);
	return r < 0 || !why ? r : E_INEXACT;
}

static int write_rule(struct writing *w, const struct rule *rule, size_t v6)
{
	struct buf *body = w->body[v6];
	const char *why = NULL;
	int r = 0;

	for (size_t i = 0; r == 0 && i < WAYS; i++)
		r = say_remark(rule, " remark ", IOS_REMARK_MAX, &body[i]);
	if (r == 0)
		r = ios_entries(rule, families[v6], &w->groups, &body[WAY_OUT], &why);
	return r < 0 ? r : write_answers(w, rule, families[v6], &body[WAY_BACK]);
}

/* Errors about what was sent, and what IPv6 neighbours say to each other. */
static void write_errors(size_t v6, struct buf *out)
{
	static const char *const message[2][6] = {
		{ "unreachable", "time-exceeded", "parameter-problem" },
		{ "unreachable", "packet-too-big", "time-exceeded", "parameter-problem", "nd-na",
		  "nd-ns" },
	};

	buf_adds(out, " remark errors about what was sent\n");
	for (size_t i = 0; i < ARRAY_LEN(message[v6]) && message[v6][i]; i++)
		buf_printf(out, " permit icmp any any %s\n", message[v6][i]);
}

static int write_family(struct writing *w, size_t v6)
{
	const char *verb = w->rules->otherwise == VERDICT_ACCEPT ? "permit" : "deny";
	struct buf *body = w->body[v6];
	int r = 0;

	for (size_t i = 0; r == 0 && i < w->rules->n; i++)
		if (!w->why[i] && say_holds_family(&w->rules->rule[i].match, families[v6]))
			r = write_rule(w, &w->rules->rule[i], v6);
	write_errors(v6, &body[WAY_BACK]);
	for (size_t i = 0; r == 0 && i < WAYS; i++) {
		buf_adds(&body[i], " remark no rule speaks of it\n");
		buf_printf(&body[i], " %s %s any any\n", verb, v6 ? "ipv6" : "ip");
		if (body[i].r < 0)
			return body[i].r;
		w->name[v6][i] = arena_printf(
			w->arena, "EGRET-%s%s-%08llx", i == WAY_OUT ? "OUT" : "BACK", v6 ? "6" : "",
			(unsigned long long)hash_bytes(body[i].data, body[i].n, 0) & 0xffffffff);
		if (!w->name[v6][i])
			return -ENOMEM;
	}
	return r;
}

/* ---- the text ---- */

static const char heading[] = "! Access lists of Cisco IOS, written by egret, for the interface "
			      "that leads outside: what\n"
			      "! may leave by it, and what may come back. An access list does not "
			      "remember conversations:\n"
			      "! of TCP only answers come back, of other protocols whatever comes "
			      "from the far end's ports.\n"
			      "! Names end in a digest of what is in them: new lists stand beside "
			      "the old ones until the\n"
			      "! interface takes them, and no packet meets half a list. Routing "
			      "protocols and tunnels of\n"
			      "! the router itself that cross this interface are not in it.\n";

static void write_lists(const struct writing *w, struct buf *out)
{
	static const char *const direction[] = { "out", "in" };

	buf_addstr(out, buf_str(&w->groups.text));
	for (size_t v6 = 0; v6 < 2; v6++)
		for (size_t i = 0; i < WAYS; i++) {
			buf_printf(out, "!\n%s %s\n",
				   v6 ? "ipv6 access-list" : "ip access-list extended",
				   w->name[v6][i]);
			buf_addstr(out, buf_str(&w->body[v6][i]));
		}
	buf_printf(out, "!\ninterface %s\n",
		   *w->outside.interface ? w->outside.interface : "outside");
	for (size_t v6 = 0; v6 < 2; v6++)
		for (size_t i = 0; i < WAYS; i++)
			buf_printf(out, " %s %s %s\n",
				   v6 ? "ipv6 traffic-filter" : "ip access-group", w->name[v6][i],
				   direction[i]);
}

static void tell_interfaces(const struct writing *w, struct diag *d)
{
	if (!*w->outside.interface) {
		diag_note(d, NOWHERE, "the policy names no outside interface");
		diag_hint(d, "'interface outside' stands for it in the text: write its name there");
	}
	if (w->outside.inside)
		diag_note(d, NOWHERE,
			  "an access list at the outside interface does not see by which interface "
			  "packets came: their sources alone tell zones apart");
}

int ios_write(const struct rulelist *rules, struct flow_mgr *m, struct arena *a, struct diag *d,
	      struct buf *out, struct losses *lost)
{
	struct writing w = { .rules = rules, .m = m, .arena = a, .groups = IOS_GROUPS_INIT(a) };
	size_t first = lost->n;
	int r = find_lost(&w, d, lost);

	for (size_t v6 = 0; r == 0 && v6 < 2; v6++)
		r = write_family(&w, v6);
	if (r == 0) {
		buf_adds(out, heading);
		r = say_losses(lost, first, "! ", out);
	}
	if (r == 0) {
		write_lists(&w, out);
		tell_interfaces(&w, d);
		r = out->r;
	}
	ios_groups_release(&w.groups);
	for (size_t i = 0; i < 2 * WAYS; i++)
		buf_release(&w.body[i / WAYS][i % WAYS]);
	return r;
}
