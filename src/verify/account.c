/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/account.h"

#include <errno.h>

#include "rule/answer.h"

static int take_off(const struct reading *written, flow_ref told, flow_ref *set)
{
	int r = prove_place(written, &told);

	return r < 0 ? r : flow_minus(written->m, *set, told, set);
}

static int settle_answers(const struct reading *written, const struct rule *lost, struct arena *a,
			  struct proof *p)
{
	struct rulelist answers;
	flow_ref one = FLOW_NONE;
	int r;

	rulelist_init(&answers, a);
	r = rule_answers(lost, &answers);
	for (size_t i = 0; r == 0 && i < answers.n; i++) {
		r = flow_of_match(written->m, &answers.rule[i].match, 1, &one);
		if (r == 0)
			r = take_off(written, one, &p->answers_missing);
	}
	rulelist_release(&answers);
	return r;
}

int account_settle(const struct reading *written, const struct told *told, struct arena *a,
		   struct proof *p)
{
	flow_ref one = FLOW_NONE;
	int r = take_off(written, told->extra, &p->excess);

	for (size_t i = 0; r == 0 && i < told->lost->n; i++) {
		const struct rule *rule = told->lost->loss[i].rule;

		r = flow_of_match(written->m, &rule->match, 1, &one);
		if (r == 0)
			r = take_off(written, one, &p->missing);
		if (r == 0 && written->stateless)
			r = settle_answers(written, rule, a, p);
	}
	return r;
}

bool account_is_right(const struct proof *p)
{
	return flow_empty(p->missing) && flow_empty(p->perhaps_missing) && flow_empty(p->excess) &&
	       flow_empty(p->perhaps_excess) && flow_empty(p->answers_missing) &&
	       flow_empty(p->answers_perhaps_missing);
}
