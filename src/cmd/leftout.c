/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/leftout.h"

#include <errno.h>
#include <string.h>

size_t left_out_find(const struct plan *plan, const struct rulelist *rules,
		     const struct losses *lost, struct left_out *item)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->outcomes; i++) {
		const struct outcome *o = &plan->outcome[i];
		const char *why = o->fate == FATE_INCOMPLETE ? o->why : NULL;

		for (size_t k = 0; !why && k < lost->n; k++) {
			const struct rule *rule = lost->loss[k].rule;
			size_t at = (size_t)(rule - rules->rule);

			if (at >= o->first_rule && at < o->first_rule + o->rules)
				why = lost->loss[k].why;
		}
		if (why)
			item[n++] = (struct left_out){ o, why };
	}
	return n;
}

int left_out_tell(struct env *env, struct left_out *item, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		EG_AUTO(buf_release) struct buf names = BUF_INIT;
		const char *why = item[i].why;

		for (size_t k = i; why && k < n; k++) {
			const struct requirement *q = item[k].outcome->requirement;

			if (!item[k].why || strcmp(item[k].why, why) != 0)
				continue;
			buf_printf(&names, "%s%s/%s/%s", names.n ? ", " : "",
				   q->service->catalog->vendor, q->service->id, q->id);
			item[k].why = NULL; /* told */
		}
		if (names.r < 0)
			return names.r;
		if (why)
			diag_warning(env->diag, NOWHERE, "left out: %s\n    %s", names.data, why);
	}
	return 0;
}
