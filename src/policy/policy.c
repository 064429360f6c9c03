/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/policy.h"

void policy_release(struct policy *p)
{
	for (size_t i = 0; i < p->zones; i++)
		prefixlist_release(&p->zone[i].set);
	for (size_t i = 0; i < p->endpoints; i++)
		prefixlist_release(&p->endpoint[i].set);
	arena_free(p->arena);
	*p = POLICY_INIT;
}

const char *fate_name(enum fate f)
{
	static const char *const name[] = {
		[FATE_RULES] = "rules",		  [FATE_NAMES] = "names",
		[FATE_INCOMPLETE] = "incomplete", [FATE_EXCEPTED] = "excepted",
		[FATE_NO_ZONE] = "no zone",
	};

	return name[f];
}
