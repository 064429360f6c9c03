/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/mend.h"

#include <errno.h>
#include <string.h>

#include "base/err.h"
#include "dialect/say.h"

static const char spared[] =
	"a rule in front would stop what the resolver opens for names: take the "
	"rule away that lets it through";

void mend_release(struct mend *m)
{
	reading_free(m->after);
	fix_release(&m->fix);
	buf_release(&m->text);
}

/* The device with the change is looked at from the same place. */
static struct assume view_of(const struct mend_subject *s)
{
	struct assume assume = s->assume ? *s->assume : (struct assume){ 0 };

	if (s->config->place)
		assume.hook = s->config->place;
	return assume;
}

static int try_kind(const struct mend_subject *s, enum fix_kind kind, struct arena *a,
		    struct diag *d, struct mend *ret)
{
	struct flow_mgr *m = s->config->m;
	const struct assume assume = view_of(s);
	const struct change c = { .source = s->source,
				  .files = s->files,
				  .assume = &assume,
				  .rules = &ret->fix.rules,
				  .answers = &ret->fix.answers };
	struct fix_done done;
	int r;

	*ret = (struct mend){ .kind = kind, .text = BUF_INIT };
	fix_init(&ret->fix, a);
	r = fix_make(s->plan, s->config, s->proof, kind, &ret->fix);
	if (r == 0)
		r = change_write(s->dialect, &c, m, a, d, &ret->text, &ret->lost);
	for (size_t i = 0; r == 0 && i < ret->fix.spared.n; i++)
		r = say_lose(&ret->lost, &ret->fix.spared.rule[i], spared, a);
	if (r == 0)
		r = change_read(s->dialect, &c, buf_str(&ret->text), m, d, &ret->after);
	if (r < 0)
		return r;
	done = (struct fix_done){ s->proof, s->config, ret->after, &ret->lost,
				  s->dialect->can & DIALECT_STATES };
	return fix_verify(s->plan, &done, a, &ret->check);
}

/* It does nothing else, and no hole was left. */
static bool does(const struct mend *m)
{
	if (!fix_is_clean(&m->check))
		return false;
	for (size_t i = 0; i < m->lost.n; i++)
		if (m->lost.loss[i].rule->verdict != VERDICT_ACCEPT)
			return false;
	return true;
}

/*
 * A drop of all else would stop what a resolver opens, now and later; and at the hooks of the
 * device's own packets, who manages it.
 */
static bool may_be_wide(const struct mend_subject *s)
{
	const char *hook = s->assume ? s->assume->hook : NULL;

	if (hook && (strcmp(hook, "input") == 0 || strcmp(hook, "output") == 0))
		return false;
	return !flow_empty(s->proof->excess) && flow_empty(s->config->learned) &&
	       flow_empty(s->config->learnable);
}

static int choose(const struct mend_subject *s, struct arena *a, struct diag *first_d,
		  struct diag *second_d, struct mend *ret, const struct diag **ret_d)
{
	struct mend first, second;
	int r = try_kind(s, FIX_NARROW, a, first_d, &first), second_r;

	*ret_d = first_d;
	*ret = first;
	if ((r == 0 && does(&first)) || (r < 0 && r != E_LIMIT) || !may_be_wide(s))
		return r;
	second_r = try_kind(s, FIX_WIDE, a, second_d, &second);
	if (second_r < 0 || !does(&second)) {
		mend_release(&second);
		return second_r == -ENOMEM ? second_r : r;
	}
	mend_release(&first);
	*ret_d = second_d;
	*ret = second;
	return 0;
}

int mend_find(const struct mend_subject *s, struct arena *a, struct diag *d, struct mend *ret)
{
	EG_AUTO(diag_freep) struct diag *first = diag_new();
	EG_AUTO(diag_freep) struct diag *second = diag_new();
	const struct diag *chosen = NULL;
	struct mend m = { .text = BUF_INIT };
	int r = first && second ? choose(s, a, first, second, &m, &chosen) : -ENOMEM;

	if (chosen)
		diag_add_all(d, chosen);
	if (r == 0)
		*ret = m;
	else
		mend_release(&m);
	return r;
}
