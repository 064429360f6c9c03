/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/panos_write.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/panos_choice.h"
#include "dialect/panos_lines.h"
#include "dialect/say.h"

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

static int write_rules(struct writing *w)
{
	static const char line[] = "set rulebase security rules egret-rest";
	const struct panos_lines lines = { &w->objects, w->m, "rulebase", "egret" };
	const char *name;
	int r = 0;

	for (size_t i = 0; r == 0 && i < w->rules->n; i++)
		if (!w->why[i] && panos_says_something(&w->rules->rule[i].match))
			r = panos_write_rule(&lines, &w->rules->rule[i], i + 1, &w->body, &name);
	buf_printf(&w->body,
		   "%s from any\n%s to any\n%s source any\n%s destination any\n"
		   "%s application any\n%s service any\n",
		   line, line, line, line, line, line);
	panos_write_action(w->rules->otherwise, line, &w->body);
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
			panos_add_plain(buf_str(&text), SIZE_MAX, out);
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
	struct writing w = {
		.rules = rules, .m = m, .arena = a, .objects = PANOS_WRITTEN_INIT(a, "")
	};
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
