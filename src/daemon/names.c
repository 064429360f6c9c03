/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

void names_release(struct names *s)
{
	strmap_release(&s->first);
	mem_free(s->entry);
	*s = NAMES_INIT;
}

int names_add(struct names *s, const struct pattern *p, size_t id)
{
	int r = mem_grow(&s->entry, &s->cap, s->n + 1, sizeof(*s->entry));

	if (r == 0)
		s->entry[s->n++] = (struct names_entry){ p, id };
	return r;
}

static int by_name(const void *a, const void *b)
{
	const struct names_entry *x = a, *y = b;
	int order = strcmp(x->pattern->name.text, y->pattern->name.text);

	if (order)
		return order;
	return x->id < y->id ? -1 : x->id > y->id;
}

int names_seal(struct names *s)
{
	int r = 0;

	if (s->n)
		qsort(s->entry, s->n, sizeof(*s->entry), by_name);
	for (size_t i = 0; r == 0 && i < s->n; i++) {
		const char *name = s->entry[i].pattern->name.text;

		if (i == 0 || strcmp(name, s->entry[i - 1].pattern->name.text) != 0)
			r = strmap_add(&s->first, str_of(name), i);
	}
	return r;
}

static int each_at(const struct names *s, struct str key, const struct name *name, names_fn each,
		   void *data)
{
	size_t i;
	int r = 0;

	if (strmap_get(&s->first, key, &i) < 0)
		return 0;
	for (; r == 0 && i < s->n && str_is(key, s->entry[i].pattern->name.text); i++) {
		if (pattern_matches(s->entry[i].pattern, name))
			r = each(data, s->entry[i].id);
	}
	return r;
}

int names_each(const struct names *s, const struct name *name, names_fn each, void *data)
{
	struct str rest = str_of(name->text);
	int r = 0;

	while (r == 0 && rest.p) {
		r = each_at(s, rest, name, each, data);
		(void)str_cut(&rest, '.'); /* one label less */
	}
	return r ? r : each_at(s, STR(""), name, each, data); /* "*" */
}
