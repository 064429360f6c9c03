/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/families.h"

unsigned families_if(bool v4, bool v6)
{
	return (v4 ? FAMILIES_V4 : 0U) | (v6 ? FAMILIES_V6 : 0U);
}

unsigned families_of(const struct prefixlist *l)
{
	return families_if(l->n4 > 0, l->n > l->n4);
}

const char *families_name(unsigned families)
{
	static const char *const name[] = { "none", "IPv4", "IPv6", "IPv4 and IPv6" };

	return name[families & FAMILIES_BOTH];
}

struct prefixlist families_view(const struct prefixlist *l, unsigned families)
{
	size_t from = families & FAMILIES_V4 ? 0 : l->n4;
	size_t to = families & FAMILIES_V6 ? l->n : l->n4;

	if (from >= to)
		return PREFIXLIST_INIT;
	return (struct prefixlist){
		.range = l->range + from,
		.n = to - from,
		.n4 = families & FAMILIES_V4 ? l->n4 : 0,
	};
}
