/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/origin.h"

void origin_print(const struct origin *o, struct buf *out)
{
	const char *const part[] = { o->vendor, o->service, o->requirement };
	const char *between = "";

	for (size_t i = 0; i < ARRAY_LEN(part); i++) {
		if (!part[i])
			continue;
		buf_adds(out, between);
		buf_adds(out, part[i]);
		between = "/";
	}
}

static const struct origin_line *longest(const struct origin_list *l, struct addr a,
					 const struct origin_line *best)
{
	for (size_t i = 0; i < l->lines; i++)
		if (prefix_has(l->line[i].prefix, a) &&
		    (!best || l->line[i].prefix.len > best->prefix.len))
			best = &l->line[i];
	return best;
}

const struct origin_line *origin_find(const struct origin *o, struct addr a,
				      const struct origin_list **ret_list)
{
	const struct origin_line *best = NULL;

	for (size_t i = 0; i < o->lists; i++) {
		const struct origin_line *line = longest(&o->list[i], a, best);

		if (line != best && ret_list)
			*ret_list = &o->list[i];
		best = line;
	}
	return best;
}
