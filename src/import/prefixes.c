/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses that an input prints, as list files of a draft: one a family, a line a prefix. */
#include <errno.h>

#include "import/draft.h"

void draft_prefixes_release(struct draft_prefixes *p)
{
	buf_release(&p->v4);
	buf_release(&p->v6);
	*p = DRAFT_PREFIXES_INIT;
}

int draft_prefixes_add(struct draft_prefixes *p, struct str text, const char *remark)
{
	struct prefix prefix;
	struct buf *lines;
	int r = prefix_parse(text, &prefix);

	if (r < 0)
		return r;
	lines = prefix.family == FAMILY_V4 ? &p->v4 : &p->v6;
	prefix_print(prefix, lines);
	if (remark)
		buf_printf(lines, "  # %s", remark);
	buf_addc(lines, '\n');
	if (prefix.family == FAMILY_V4)
		p->n4++;
	else
		p->n6++;
	return lines->r;
}

static int add_family(struct draft *d, const struct buf *lines, bool v6,
		      const struct draft_list *like, const char *stem, struct field_ref *ret)
{
	struct draft_list list = *like;

	list.text.id = arena_printf(d->arena, "%s-%s", stem, v6 ? "v6" : "v4");
	list.text.file = arena_printf(d->arena, "%s%s.txt", stem, v6 ? "-IPv6" : "");
	list.text.family = v6 ? FAMILY_BIT_V6 : FAMILY_BIT_V4;
	list.content.n = lines->n;
	list.content.p = arena_str(d->arena, buf_str(lines));
	if (!list.text.id || !list.text.file || !list.content.p)
		return -ENOMEM;
	return draft_add_list(d, &list, &ret->id);
}

int draft_add_prefixes(struct draft *d, const struct draft_prefixes *p, const char *stem,
		       const char *date, const char *source, struct field_ref **ret, size_t *ret_n)
{
	struct draft_list like = { .text = { .date = date, .source = source } };
	struct field_ref *ref = arena_array(d->arena, 2, sizeof(*ref));
	size_t n = 0;
	int r = ref ? 0 : -ENOMEM;

	if (r == 0 && p->n4)
		r = add_family(d, &p->v4, false, &like, stem, &ref[n++]);
	if (r == 0 && p->n6)
		r = add_family(d, &p->v6, true, &like, stem, &ref[n++]);
	if (r < 0)
		return r;
	*ret = ref;
	*ret_n = n;
	return 0;
}
