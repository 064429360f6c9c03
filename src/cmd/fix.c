/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/fix.h"

#include <errno.h>

#include "base/err.h"
#include "cmd/deliver.h"
#include "cmd/print.h"
#include "verify/mend.h"

struct fixing {
	struct env *env;
	const struct fix_order *order;
	struct arena *arena;
	struct mend mend;
	size_t said; /* rules that are in it */
	bool whole;  /* nothing is wrong with it */
};

/* One message for each reason. */
static void tell_lost(struct fixing *f)
{
	for (size_t i = 0; i < f->mend.lost.n; i++) {
		const struct loss *l = &f->mend.lost.loss[i];
		EG_AUTO(buf_release) struct buf name = BUF_INIT;

		if (i && f->mend.lost.loss[i - 1].why == l->why)
			continue;
		origin_print(&l->rule->origin, &name);
		diag_warning(f->env->diag, NOWHERE, "cannot be mended by a change: %s\n    %s",
			     buf_str(&name).p, l->why);
	}
}

static int refuse(struct fixing *f, const struct fix_check *c)
{
	const struct {
		const char *title;
		flow_ref set;
	} part[] = { { "still missing", c->missing },
		     { "still in excess", c->excess },
		     { "answers still missing", c->answers_missing },
		     { "opened besides", c->opened },
		     { "closed besides", c->closed } };
	EG_AUTO(buf_release) struct buf gap = BUF_INIT;
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(part); i++)
		r = print_set(f->env, f->arena, part[i].title, part[i].set, &gap);
	tell_lost(f);
	diag_error(f->env->diag, NOWHERE, "rules in front of all others do not mend it\n%s",
		   buf_str(&gap).p);
	diag_hint(f->env->diag, "something else stops these flows, or comes first; no change was "
				"written");
	return r < 0 ? r : E_INEXACT;
}

static size_t count_said(const struct rulelist *rules, const struct losses *lost)
{
	size_t n = rules->n;

	for (size_t i = 0; i < rules->n; i++)
		for (size_t k = 0; k < lost->n; k++)
			if (lost->loss[k].rule == &rules->rule[i]) {
				n--;
				break;
			}
	return n;
}

/* The change does what it is for, and what it could not say is told. */
static int conclude(struct fixing *f, const struct fix_check *found)
{
	f->said = count_said(&f->mend.fix.rules, &f->mend.lost) +
		  count_said(&f->mend.fix.answers, &f->mend.lost);
	f->whole = found->whole;
	tell_lost(f);
	if (f->said)
		return 0;
	diag_error(f->env->diag, NOWHERE, "nothing of it can be mended by a change");
	diag_hint(f->env->diag, "no change was written");
	return E_INEXACT;
}

static int make(struct fixing *f)
{
	const struct fix_order *o = f->order;
	struct diag *d = f->env->diag;
	struct assume assume;
	const struct mend_subject subject = { .plan = &f->env->plan,
					      .dialect = o->dialect,
					      .source = o->files->file,
					      .files = o->files->n,
					      .assume = &assume,
					      .config = o->config,
					      .proof = o->proof };
	int r = view_assume(f->env, o->view, &assume);

	if (r == 0)
		r = mend_find(&subject, f->arena, d, &f->mend);
	if (r == E_LIMIT) {
		diag_error(d, NOWHERE, "too much is wrong for a change");
		diag_hint(d, "write it anew: egret build --to %s", o->dialect->name);
	}
	if (r < 0)
		return r;
	return fix_is_clean(&f->mend.check) ? conclude(f, &f->mend.check)
					    : refuse(f, &f->mend.check);
}

static int write_change(struct fixing *f)
{
	const char *output = strcmp(f->order->output, "-") == 0 ? NULL : f->order->output;
	int r = deliver_text(f->env, output, &f->mend.text);

	if (r == 0 && f->mend.kind == FIX_WIDE)
		diag_note(f->env->diag, NOWHERE,
			  "what is too much has no rules of its own: the change lets through all "
			  "that the policy asks for, and stops all else");
	if (r == 0)
		diag_note(f->env->diag, NOWHERE,
			  "a change of %zu rules%s%s: proven to mend %s and nothing else", f->said,
			  output ? " is in " : "", output ? output : "",
			  f->whole ? "this" : "all but that");
	return r;
}

int fix(struct env *env, const struct fix_order *order)
{
	const struct proof *p = order->proof;
	struct fixing f = { .env = env, .order = order, .mend = { .text = BUF_INIT } };
	int r;

	if (flow_empty(p->missing) && flow_empty(p->excess) && flow_empty(p->answers_missing)) {
		diag_note(env->diag, NOWHERE, "nothing is certainly wrong: no change is written");
		return 0;
	}
	f.arena = arena_new();
	if (!f.arena)
		return -ENOMEM;
	r = make(&f);
	if (r == 0)
		r = write_change(&f);
	mend_release(&f.mend);
	arena_free(f.arena);
	return r;
}
