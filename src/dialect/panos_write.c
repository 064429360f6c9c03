/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/panos_write.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/panos_choice.h"
#include "dialect/panos_limits.h"
#include "dialect/say.h"

#define RULES "set rulebase security rules "

struct writing {
	const struct rulelist *rules;
	struct flow_mgr *m;
	struct arena *arena; /* of the caller */
	const char **why;    /* by rule */
	struct panos_written objects;
	struct buf body;
};

/* ---- what can be said ---- */

static int why_not(void *data, const struct rule *rule, const char **ret)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	const struct writing *w = data;

	return a ? panos_why_not(rule, w->m, a, ret) : -ENOMEM;
}

static int find_lost(struct writing *w, struct diag *d, struct losses *lost)
{
	const struct saying saying = { w->m, why_not, w };

	w->why = arena_array(w->arena, w->rules->n, sizeof(*w->why));
	return w->why ? say_lose_all(&saying, w->rules, "panos", w->why, w->arena, d, lost)
		      : -ENOMEM;
}

/* ---- rules ---- */

/* Text of strangers in one line, without what ends a quote. */
static void add_plain(struct str text, size_t most, struct buf *out)
{
	for (size_t i = 0; i < text.n && i < most; i++) {
		unsigned char c = (unsigned char)text.p[i];

		buf_addc(out, c < ' ' || c > '~' || c == '"' || c == '?' ? '_' : (char)c);
	}
}

static int write_description(const struct rule *rule, const char *line, struct buf *out)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;

	if (!rule->origin.vendor && !rule->origin.requirement)
		return 0;
	origin_print(&rule->origin, &text);
	buf_printf(out, "%s description \"", line);
	add_plain(buf_str(&text), PANOS_DESCRIPTION_MAX, out);
	buf_adds(out, "\"\n");
	return text.r;
}

static void write_action(enum verdict v, const char *line, struct buf *out)
{
	static const char *const action[] = {
		[VERDICT_DROP] = "drop", [VERDICT_ACCEPT] = "allow", [VERDICT_REJECT] = "reset-both"
	};

	buf_printf(out, "%s action %s\n", line, action[v]);
	if (v == VERDICT_REJECT)
		buf_printf(out, "%s icmp-unreachable yes\n", line);
}

/* A rule's name has a digest of what it says: lines of two versions never make one rule. */
static int write_rule(struct writing *w, const struct rule *rule, size_t number)
{
	EG_AUTO(buf_release) struct buf said = BUF_INIT;
	const char *line;
	int r = panos_say_rule(&w->objects, rule, w->m, "", &said);

	if (r < 0)
		return r;
	write_action(rule->verdict, "", &said);
	line = said.r < 0 ? NULL
			  : arena_printf(w->arena, RULES "egret-%04zu-%08llx", number,
					 (unsigned long long)hash_bytes(said.data, said.n, 0) &
						 0xffffffff);
	if (!line)
		return -ENOMEM;
	r = panos_say_rule(&w->objects, rule, w->m, line, &w->body);
	write_action(rule->verdict, line, &w->body);
	return r < 0 ? r : write_description(rule, line, &w->body);
}

static int write_rules(struct writing *w)
{
	static const char line[] = RULES "egret-rest";
	int r = 0;

	for (size_t i = 0; r == 0 && i < w->rules->n; i++)
		if (!w->why[i] && panos_says_something(&w->rules->rule[i].match))
			r = write_rule(w, &w->rules->rule[i], i + 1);
	buf_printf(&w->body,
		   "%s from any\n%s to any\n%s source any\n%s destination any\n"
		   "%s application any\n%s service any\n",
		   line, line, line, line, line, line);
	write_action(w->rules->otherwise, line, &w->body);
	buf_printf(&w->body, "%s description \"no rule speaks of it\"\n", line);
	return r < 0 ? r : w->body.r;
}

/* ---- the text ---- */

static int write_losses(const struct losses *lost, size_t first, struct buf *out)
{
	EG_AUTO(buf_release) struct buf last = BUF_INIT;

	if (lost->n > first)
		buf_adds(out, "# Not in it, and so refused:\n");
	for (size_t i = first; i < lost->n; i++) {
		EG_AUTO(buf_release) struct buf text = BUF_INIT;

		origin_print(&lost->loss[i].rule->origin, &text);
		buf_printf(&text, ": %s", lost->loss[i].why);
		/* Zones share a row: it is told once. */
		if (!str_eq(buf_str(&text), buf_str(&last))) {
			buf_adds(out, "#   ");
			add_plain(buf_str(&text), SIZE_MAX, out);
			buf_addc(out, '\n');
		}
		buf_clear(&last);
		buf_addstr(&last, buf_str(&text));
		if (text.r < 0 || last.r < 0)
			return -ENOMEM;
	}
	return 0;
}

static const char heading[] = "# Security rules of PAN-OS, written by egret: to be typed or pasted "
			      "after `configure`, and\n"
			      "# taken over by `commit`. Zones have the names that the policy "
			      "gives interfaces. New rules are\n"
			      "# put behind those that are there: remove older rules of egret "
			      "first. The last rule decides\n"
			      "# what no other speaks of, between zones and inside each: what the "
			      "firewall itself needs there\n"
			      "# must stand before it. Lines like these are for people; the device "
			      "answers that it does not\n"
			      "# know them.\n";

int panos_write(const struct rulelist *rules, struct flow_mgr *m, struct arena *a, struct diag *d,
		struct buf *out, struct losses *lost)
{
	struct writing w = { .rules = rules, .m = m, .arena = a, .objects = PANOS_WRITTEN_INIT(a) };
	size_t first = lost->n;
	int r = find_lost(&w, d, lost);

	if (r == 0)
		r = write_rules(&w);
	if (r == 0) {
		buf_adds(out, heading);
		r = write_losses(lost, first, out);
	}
	if (r == 0) {
		buf_addstr(out, buf_str(&w.objects.text));
		buf_addstr(out, buf_str(&w.body));
		r = out->r;
	}
	panos_written_release(&w.objects);
	buf_release(&w.body);
	return r;
}
