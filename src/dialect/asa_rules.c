/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/asa_rules.h"

#include <errno.h>

#include "base/alloc.h"

int asa_rules_init(struct asa_rules *t, const struct asa_config *c, struct reading *out)
{
	*t = (struct asa_rules){ .config = c, .arena = out->arena };
	t->file = arena_strdup(out->arena, c->file);
	t->first = mem_zero(c->lists, sizeof(*t->first));
	return t->file && t->first ? 0 : -ENOMEM;
}

void asa_rules_release(struct asa_rules *t)
{
	mem_free(t->rule);
	mem_free(t->first);
}

int asa_rules_add(struct asa_rules *t, unsigned line, const char *text, const char *where,
		  uint32_t *ret)
{
	int r = text && where ? mem_grow(&t->rule, &t->cap, t->n + 1, sizeof(*t->rule)) : -ENOMEM;

	if (r < 0)
		return r;
	t->rule[t->n++] = (struct config_rule){ .at = { .file = t->file, .line = line },
						.text = text,
						.where = where };
	*ret = (uint32_t)t->n;
	return 0;
}

/* The text behind "remark". */
static const char *remark_of(struct asa_rules *t, const struct asa_entry *e)
{
	struct str word = STR("remark"), text = e->body;

	return arena_str(t->arena, str_trim((struct str){ text.p + word.n, text.n - word.n }));
}

int asa_rules_list(struct asa_rules *t, const struct asa_list *list, struct asa_walked *ret)
{
	size_t at = (size_t)(list - t->config->list);
	const char *where = arena_printf(t->arena, "access-list %.*s", STR_FMT(list->name));
	const char *comment = NULL;
	uint32_t leaf = 0;
	int r = 0;

	*ret = (struct asa_walked){ list, t->first[at] };
	if (t->first[at])
		return 0;
	ret->first = t->first[at] = (uint32_t)t->n + 1;
	for (size_t i = 0; r == 0 && i < list->n; i++) {
		const struct asa_entry *e = &list->entry[i];

		if (e->remark) {
			comment = remark_of(t, e);
			r = comment ? 0 : -ENOMEM;
		}
		if (!asa_decides(e))
			continue;
		r = asa_rules_add(t, e->line, arena_str(t->arena, e->text), where, &leaf);
		if (r == 0)
			t->rule[t->n - 1].comment = comment;
		comment = NULL;
	}
	return r;
}

int asa_rules_tell(const struct asa_rules *t, struct reading *out)
{
	if (!t->n)
		return 0;
	out->rule = arena_copy(out->arena, t->rule, t->n * sizeof(*t->rule));
	out->rules = out->rule ? t->n : 0;
	return out->rule ? 0 : -ENOMEM;
}
