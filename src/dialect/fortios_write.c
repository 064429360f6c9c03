/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shape of the text (docs/guide/fortios.md shows a sample):
 *
 *   firewall address, address6, addrgrp, addrgrp6, service custom   what policies refer to
 *   firewall policy   one a rule, in their order, numbered from FIRST_POLICY on; what no rule
 *                     speaks of is denied by the device itself, or gets a policy at the end
 */
#include "dialect/fortios_write.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/fortios_emit.h"
#include "dialect/say.h"

enum { FIRST_POLICY = 1000001 };

struct writing {
	const struct rulelist *rules;
	struct flow_mgr *m;
	struct arena *arena; /* of the caller */
	const char **why;    /* by rule */
	struct fos_emit emit;
};

/* ---- what can be said ---- */

static int why_not(void *data, const struct rule *rule, const char **ret)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	const struct writing *w = data;
	struct fos_objects none = FOS_OBJECTS_INIT(a);
	struct fos_choice choice;
	int r = a ? say_packet(rule, w->m, a, ret) : -ENOMEM;

	if (r == 0 && !*ret)
		r = fos_choose(rule, w->m, &none, &choice, ret);
	fos_objects_release(&none);
	return r;
}

/* What is not written is refused; where the rest is accepted, a lost drop would be let through. */
static int find_lost(struct writing *w, struct diag *d, struct losses *lost)
{
	const struct saying saying = { w->m, why_not, w };

	w->why = arena_array(w->arena, w->rules->n, sizeof(*w->why));
	return w->why ? say_lose_all(&saying, w->rules, "fortios", w->why, w->arena, d, lost)
		      : -ENOMEM;
}

static int write_rule(struct writing *w, const struct rule *rule, size_t number)
{
	struct fos_choice choice;
	const char *why;
	int r = fos_choose(rule, w->m, &w->emit.objects, &choice, &why);

	if (r == 0 && why)
		r = E_INEXACT;
	if (r == 0)
		r = fos_emit_policy(&w->emit, rule, &choice, FIRST_POLICY - 1 + number, number);
	return r < 0 ? r : 0;
}

static int write_rules(struct writing *w)
{
	const struct rule rest = { .verdict = w->rules->otherwise,
				   .origin = { .requirement = "no rule speaks of it" } };
	int r = 0;

	for (size_t i = 0; r == 0 && i < w->rules->n; i++)
		if (!w->why[i])
			r = write_rule(w, &w->rules->rule[i], i + 1);
	if (r == 0 && rest.verdict != VERDICT_DROP)
		r = write_rule(w, &rest, w->rules->n + 1);
	return r;
}

/* ---- the text ---- */

static const char heading[] =
	"# Policies of FortiOS, written by egret. The device denies what no policy speaks of.\n"
	"# Objects say in their names what they are, or have a digest of it: a new text brings\n"
	"# new ones. Policies are numbered from 1000001 on and come behind those that the device\n"
	"# has; delete those of an older text before, and set nat where your site needs it.\n";

int fos_write(const struct rulelist *rules, struct flow_mgr *m, struct arena *a, struct diag *d,
	      struct buf *out, struct losses *lost)
{
	struct writing w = { .rules = rules, .m = m, .arena = a, .emit = FOS_EMIT_INIT(a) };
	size_t first = lost->n;
	int r = find_lost(&w, d, lost);

	if (r == 0)
		r = write_rules(&w);
	if (r == 0) {
		buf_adds(out, heading);
		r = say_losses(lost, first, "# ", out);
	}
	if (r == 0) {
		fos_emit_sections(&w.emit, out);
		r = out->r;
	}
	fos_emit_release(&w.emit);
	return r;
}
