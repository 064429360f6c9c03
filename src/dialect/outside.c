/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/outside.h"

#include <errno.h>
#include <string.h>

#include "dialect/say.h"

int outside_find(const struct rulelist *rules, const struct flow_mgr *m, struct arena *a,
		 struct outside *ret)
{
	struct outside o = { .interface = "" };
	struct zone_names names;

	for (size_t i = 0; i < rules->n; i++) {
		const struct rule *rule = &rules->rule[i];
		int r;

		if (rule->verdict != VERDICT_ACCEPT)
			continue;
		o.inside = o.inside || rule->match.dim[FLOW_IIF].span;
		if (*o.interface || !rule->match.dim[FLOW_OIF].span)
			continue;
		r = say_zone_names(rule->match.dim[FLOW_OIF], m, a, &names);
		if (r < 0 && r != -ENOENT)
			return r;
		if (r == 0 && !names.not &&names.n == 1)
			o.interface = names.name[0];
	}
	*ret = o;
	return 0;
}

int outside_why(const struct outside *o, const struct rule *rule, const struct flow_mgr *m,
		struct arena *a, const char **ret)
{
	static const enum flow_dim side[] = { FLOW_IIF, FLOW_OIF };
	struct zone_names names;

	for (size_t i = 0; i < ARRAY_LEN(side); i++) {
		int r;

		if (!rule->match.dim[side[i]].span)
			continue;
		r = say_zone_names(rule->match.dim[side[i]], m, a, &names);
		if (r < 0)
			return r;
		if (rule->verdict != VERDICT_ACCEPT)
			*ret = "a rule that stops packets of some interfaces alone";
		else if (names.not )
			*ret = "all interfaces but some";
		else if (side[i] == FLOW_OIF &&
			 (names.n != 1 || strcmp(names.name[0], o->interface) != 0))
			*ret = "packets that leave by another interface than the others do";
	}
	return 0;
}
