/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/fortios_objects.h"

#include <errno.h>
#include <string.h>

#include "dialect/fortios_limits.h"
#include "net/prefixlist.h"

enum { SERVICES = 2 /* of fos_objects.names, behind those of each family */ };

void fos_objects_release(struct fos_objects *o)
{
	for (size_t i = 0; i < ARRAY_LEN(o->names); i++)
		strmap_release(&o->names[i]);
	for (size_t i = 0; i < ARRAY_LEN(o->address); i++) {
		buf_release(&o->address[i]);
		buf_release(&o->group[i]);
	}
	buf_release(&o->service);
}

int fos_texts_add(struct fos_texts *t, const char *text, struct arena *a)
{
	if (!text)
		return -ENOMEM;
	if (t->n == t->cap) {
		size_t cap = t->cap ? t->cap * 2 : 4;
		const char **more = arena_array(a, cap, sizeof(*more));

		if (!more)
			return -ENOMEM;
		if (t->n)
			memcpy(more, t->text, t->n * sizeof(*more));
		t->text = more;
		t->cap = cap;
	}
	t->text[t->n++] = text;
	return 0;
}

void fos_quote(struct str word, struct buf *out)
{
	buf_addc(out, '"');
	for (size_t i = 0; i < word.n; i++) {
		if (word.p[i] == '"' || word.p[i] == '\\')
			buf_addc(out, '\\');
		buf_addc(out, word.p[i]);
	}
	buf_addc(out, '"');
}

/* 1: it is new, and its first line is written; 0: it is there already. */
static int begin_object(struct fos_objects *o, size_t map, const char *name, struct buf *out)
{
	int r = name ? strmap_add(&o->names[map], str_of(name), 1) : -ENOMEM;

	if (r < 0)
		return r == -EEXIST ? 0 : r;
	buf_adds(out, "    edit ");
	fos_quote(str_of(name), out);
	buf_addc(out, '\n');
	return 1;
}

/* ---- addresses ---- */

static void write_prefix(struct prefix p, struct buf *out)
{
	struct addr mask = { FAMILY_V4, family_mask(FAMILY_V4, p.len) };
	char text[ADDR_TEXT_MAX], ones[ADDR_TEXT_MAX];

	addr_format((struct addr){ p.family, p.value }, text);
	addr_format(mask, ones);
	if (p.family == FAMILY_V6)
		buf_printf(out, "        set ip6 %s/%u\n", text, p.len);
	else
		buf_printf(out, "        set subnet %s %s\n", text, ones);
}

int fos_object_range(struct fos_objects *o, enum family family, struct flow_span span,
		     struct fos_texts *ret)
{
	char first[ADDR_TEXT_MAX], last[ADDR_TEXT_MAX], whole[PREFIX_TEXT_MAX];
	struct buf *out = &o->address[family == FAMILY_V6];
	struct prefix p = { 0 };
	bool prefix = range_prefix((struct addr_range){ family, span.lo, span.hi }, &p);
	const char *name;
	int r;

	addr_format((struct addr){ family, span.lo }, first);
	addr_format((struct addr){ family, span.hi }, last);
	if (prefix)
		prefix_format(p, whole);
	name = prefix ? arena_printf(o->arena, "egret-%s", whole)
		      : arena_printf(o->arena, "egret-%s-%s", first, last);
	r = begin_object(o, family == FAMILY_V6, name, out);
	if (r > 0 && prefix)
		write_prefix(p, out);
	else if (r > 0)
		buf_printf(out,
			   "        set type iprange\n        set start-ip %s\n"
			   "        set end-ip %s\n",
			   first, last);
	if (r > 0)
		buf_adds(out, "    next\n");
	return r < 0 ? r : out->r < 0 ? out->r : fos_texts_add(ret, name, o->arena);
}

/* Two objects, and so two kinds of names, for x and what is under x. */
int fos_object_name(struct fos_objects *o, enum family family, const struct pattern *p,
		    struct fos_texts *ret)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	struct buf *out = &o->address[family == FAMILY_V6];
	const char *kind = p->kind == PATTERN_UNDER ? "names-under" : "fqdn", *name;
	int r;

	pattern_print(p, &text);
	if (text.r < 0)
		return text.r;
	name = arena_printf(o->arena, "egret-%s-%s", kind, p->name.text);
	if (name && strlen(name) > FOS_ADDRESS_NAME_MAX)
		name = arena_printf(o->arena, "egret-%s-%016llx", kind,
				    (unsigned long long)hash_bytes(text.data, text.n, 0));
	r = begin_object(o, family == FAMILY_V6, name, out);
	if (r > 0) {
		buf_adds(out, "        set type fqdn\n        set fqdn ");
		fos_quote(buf_str(&text), out);
		buf_adds(out, "\n    next\n");
	}
	return r < 0 ? r : out->r < 0 ? out->r : fos_texts_add(ret, name, o->arena);
}

/* ---- groups ---- */

static int write_group(struct fos_objects *o, enum family family, const struct fos_texts *members,
		       size_t first, size_t n, struct fos_texts *ret)
{
	EG_AUTO(buf_release) struct buf list = BUF_INIT;
	struct buf *out = &o->group[family == FAMILY_V6];
	const char *name;
	int r;

	for (size_t i = first; i < first + n; i++) {
		buf_addc(&list, ' ');
		fos_quote(str_of(members->text[i]), &list);
	}
	if (list.r < 0)
		return list.r;
	name = arena_printf(o->arena, "egret-group-%016llx",
			    (unsigned long long)hash_bytes(list.data, list.n, 0));
	r = begin_object(o, family == FAMILY_V6, name, out);
	if (r > 0)
		buf_printf(out, "        set member%s\n    next\n", list.data);
	return r < 0 ? r : out->r < 0 ? out->r : fos_texts_add(ret, name, o->arena);
}

/* Groups of groups, where one may not have so many members. */
int fos_object_group(struct fos_objects *o, enum family family, struct fos_texts *members)
{
	while (members->n > 1) {
		struct fos_texts groups = { 0 };

		for (size_t i = 0; i < members->n; i += FOS_GROUP_MEMBERS_MAX) {
			size_t left = members->n - i;
			int r = write_group(o, family, members, i,
					    left < FOS_GROUP_MEMBERS_MAX ? left
									 : FOS_GROUP_MEMBERS_MAX,
					    &groups);

			if (r < 0)
				return r;
		}
		*members = groups;
	}
	return 0;
}

/* ---- services ---- */

int fos_object_service(struct fos_objects *o, const char *name, const char *body,
		       struct fos_texts *ret)
{
	struct buf *out = &o->service;
	int r = body ? begin_object(o, SERVICES, name, out) : -ENOMEM;

	if (r > 0)
		buf_printf(out, "%s    next\n", body);
	return r < 0 ? r : out->r < 0 ? out->r : fos_texts_add(ret, name, o->arena);
}
