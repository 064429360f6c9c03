/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/widened.h"

#include "cmd/print.h"

static void print_item(const struct widening *w, const struct widened *item, struct buf *out)
{
	const struct rule *rule = &w->rules.rule[item->rule];
	const char *between = "";

	origin_print(&rule->origin, out);
	if (rule->zone)
		buf_printf(out, " (%s)", rule->zone);
	buf_adds(out, ": ");
	for (unsigned step = 0; step < WIDEN_STEPS; step++) {
		if (!(item->steps & 1U << step))
			continue;
		buf_printf(out, "%s%s", between, widen_step_name((enum widen_step)step));
		between = ", ";
	}
}

int widened_tell(struct env *env, const struct widening *w, struct arena *a)
{
	EG_AUTO(buf_release) struct buf all = BUF_INIT;
	int r = 0;

	for (size_t i = 0; i < w->n; i++) {
		const struct widened *item = &w->item[i];
		EG_AUTO(buf_release) struct buf text = BUF_INIT;

		print_item(w, item, &text);
		buf_adds(&text, ": ");
		print_count(str_of(item->flows), &text);
		if (item->beyond)
			diag_warning(env->diag, NOWHERE,
				     "not widened, beyond --widen: %s flows more",
				     buf_str(&text).p);
		else
			diag_warning(env->diag, NOWHERE, "wider: %s flows more", buf_str(&text).p);
	}
	r = print_set(env, a, "let through besides, all together", w->extra, &all);
	if (r == 0 && all.n)
		diag_warning(env->diag, NOWHERE, "%.*s", (int)all.n - 1, all.data);
	return r;
}
