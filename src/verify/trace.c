/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/trace.h"

#include <string.h>

static bool same_list(const struct config_rule *a, const struct config_rule *b)
{
	return a->where == b->where || (a->where && b->where && strcmp(a->where, b->where) == 0);
}

void trace_flow(const struct reading *config, const struct flow *f, struct trace *ret)
{
	const struct config_rule *ended = NULL; /* whose list has its certain match */

	*ret = (struct trace){ .all = true };
	for (size_t i = 0; config->apart && i < config->rules; i++) {
		const struct config_rule *rule = &config->rule[i];
		bool certain;

		if ((ended && same_list(ended, rule)) ||
		    !flow_leaf_at(config->m, config->apart[i].hi, f))
			continue;
		if (ret->n == TRACE_MAX) {
			ret->all = false;
			return;
		}
		certain = flow_leaf_at(config->m, config->apart[i].lo, f);
		ret->step[ret->n++] = (struct trace_step){ rule, certain };
		if (certain)
			ended = rule;
	}
}
