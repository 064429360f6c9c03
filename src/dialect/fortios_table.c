/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/fortios_table.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/show.h"

enum { MESSAGE_MAX = 256 };

int fos_refuse(const struct fos_editing *e, int code, const char *hint, const char *fmt, ...)
{
	char text[MESSAGE_MAX];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap); /* a long one is cut */
	va_end(ap);
	diag_error(e->d, e->at, "%s", text);
	if (hint)
		diag_hint(e->d, "%s", hint);
	return code;
}

/* Work that grows with what is there already has a budget. */
static int spend(const struct fos_editing *e, size_t steps)
{
	e->config->moves += steps;
	if (e->config->moves <= FOS_MOVES_MAX)
		return 0;
	return fos_refuse(e, E_LIMIT, "give the configuration as the device shows it",
			  "too many entries are moved, deleted or edited again");
}

static int keep(const struct fos_editing *e, size_t words)
{
	e->config->values += words;
	return e->config->values <= FOS_VALUES_MAX
		       ? 0
		       : fos_refuse(e, E_LIMIT, NULL, "more than %d words of fields",
				    FOS_VALUES_MAX);
}

/* ---- entries ---- */

struct fos_entry *fos_entry_find(const struct fos_table *t, struct str name)
{
	size_t i;

	if (strmap_get(&t->by_name, name, &i) < 0 || t->entry[i].gone)
		return NULL;
	return &t->entry[i];
}

static int find(const struct fos_editing *e, const struct fos_table *t, struct str name,
		struct fos_entry **ret)
{
	*ret = fos_entry_find(t, name);
	return *ret ? 0
		    : fos_refuse(e, E_UNKNOWN, NULL, "there is no entry %s here", show(name).text);
}

/* Copies the fields, so that the original stays as it is. */
static int copy(const struct fos_editing *e, const struct fos_entry *from, struct fos_entry *ret)
{
	struct fos_entry to = *from;
	int r = keep(e, from->n);

	if (r < 0)
		return r;
	to.field =
		from->n ? arena_copy(e->config->arena, from->field, from->n * sizeof(*from->field))
			: NULL;
	if (from->n && !to.field)
		return -ENOMEM;
	to.cap = to.n;
	*ret = to;
	return 0;
}

/* One more than the highest number that names an entry. */
static int next_number(const struct fos_editing *e, const struct fos_table *t, struct str *ret)
{
	uint64_t highest = 0, number;
	char *name;
	int r = spend(e, t->n);

	if (r < 0)
		return r;
	for (size_t i = 0; i < t->n; i++)
		if (!t->entry[i].gone && str_u64(t->entry[i].name, UINT32_MAX, &number) == 0 &&
		    number > highest)
			highest = number;
	name = arena_printf(e->config->arena, "%llu", (unsigned long long)highest + 1);
	*ret = str_of(name);
	return name ? 0 : -ENOMEM;
}

int fos_table_edit(const struct fos_editing *e, const struct fos_table *t, struct str name,
		   struct fos_entry *ret)
{
	const struct fos_entry *old = fos_entry_find(t, name);
	int r = 0;

	if (old && !str_eq(old->name, name))
		return fos_refuse(e, E_UNSUPPORTED, "give the configuration as the device shows it",
				  "%s was renamed and is used again", show(name).text);
	if (old)
		return copy(e, old, ret);
	if (str_is(name, "0"))
		r = next_number(e, t, &name);
	if (r == 0)
		*ret = (struct fos_entry){ .name = name, .at = e->at };
	return r;
}

/* Takes its place out of the order, if it has one. */
static int forget_place(const struct fos_editing *e, struct fos_table *t, size_t entry)
{
	size_t n = 0;
	int r = spend(e, t->ordered);

	if (r < 0)
		return r;
	for (size_t i = 0; i < t->ordered; i++)
		if (t->order[i] != entry)
			t->order[n++] = t->order[i];
	t->ordered = n;
	return 0;
}

static int add_place(struct fos_table *t, size_t entry)
{
	int r = mem_grow(&t->order, &t->order_cap, t->ordered + 1, sizeof(*t->order));

	if (r == 0)
		t->order[t->ordered++] = entry;
	return r;
}

static int add(const struct fos_editing *e, struct fos_table *t, const struct fos_entry *entry)
{
	struct fos_config *c = e->config;
	int r;

	if (c->entries == FOS_ENTRIES_MAX)
		return fos_refuse(e, E_LIMIT, NULL, "more than %d entries", FOS_ENTRIES_MAX);
	r = mem_grow(&t->entry, &t->cap, t->n + 1, sizeof(*t->entry));
	if (r == 0)
		r = strmap_add(&t->by_name, entry->name, t->n);
	if (r < 0)
		return r;
	t->entry[t->n++] = *entry;
	c->entries++;
	return add_place(t, t->n - 1);
}

int fos_table_put(const struct fos_editing *e, struct fos_table *t, const struct fos_entry *entry)
{
	size_t i;

	if (strmap_get(&t->by_name, entry->name, &i) < 0)
		return add(e, t, entry);
	if (!t->entry[i].gone) {
		t->entry[i] = *entry;
		return 0;
	}
	t->entry[i] = *entry; /* deleted, and now there again: at the end */
	return add_place(t, i);
}

static int delete_entry(const struct fos_editing *e, struct fos_table *t, struct fos_entry *entry)
{
	entry->gone = true;
	return forget_place(e, t, (size_t)(entry - t->entry));
}

int fos_table_delete(const struct fos_editing *e, struct fos_table *t, struct str name)
{
	struct fos_entry *entry;
	int r = find(e, t, name, &entry);

	return r < 0 ? r : delete_entry(e, t, entry);
}

int fos_table_purge(const struct fos_editing *e, struct fos_table *t)
{
	for (size_t i = 0; i < t->n; i++)
		t->entry[i].gone = true;
	t->ordered = 0;
	return spend(e, t->n);
}

static int insert_place(struct fos_table *t, size_t entry, bool after, size_t other)
{
	size_t at = 0;
	int r = add_place(t, entry);

	while (r == 0 && t->order[at] != other)
		at++;
	at += after;
	if (r == 0) {
		memmove(&t->order[at + 1], &t->order[at],
			(t->ordered - 1 - at) * sizeof(*t->order));
		t->order[at] = entry;
	}
	return r;
}

int fos_table_move(const struct fos_editing *e, struct fos_table *t, struct str name, bool after,
		   struct str other)
{
	struct fos_entry *entry, *beside = NULL;
	int r = find(e, t, name, &entry);

	if (r == 0)
		r = find(e, t, other, &beside);
	if (r < 0 || entry == beside)
		return r;
	r = forget_place(e, t, (size_t)(entry - t->entry));
	return r < 0 ? r
		     : insert_place(t, (size_t)(entry - t->entry), after,
				    (size_t)(beside - t->entry));
}

/* Where a clone goes in the order no document says: at the end, as a new entry does. */
int fos_table_clone(const struct fos_editing *e, struct fos_table *t, struct str from,
		    struct str to)
{
	struct fos_entry *entry, twin;
	int r = find(e, t, from, &entry);

	if (r == 0 && fos_entry_find(t, to))
		r = fos_refuse(e, E_CONFLICT, NULL, "%s is there already", show(to).text);
	if (r == 0)
		r = copy(e, entry, &twin);
	if (r < 0)
		return r;
	twin.name = to;
	twin.at = e->at;
	return fos_table_put(e, t, &twin);
}

/* References follow: the old name goes on leading to the entry. */
int fos_table_rename(const struct fos_editing *e, struct fos_table *t, struct str from,
		     struct str to)
{
	struct fos_entry *entry;
	size_t i;
	int r = find(e, t, from, &entry);

	if (r == 0 && strmap_get(&t->by_name, to, &i) == 0)
		r = fos_refuse(e, E_CONFLICT, NULL, "%s is or was there already", show(to).text);
	if (r == 0)
		r = strmap_add(&t->by_name, to, (size_t)(entry - t->entry));
	if (r == 0)
		entry->name = to;
	return r;
}

/* ---- fields ---- */

const struct fos_field *fos_field_find(const struct fos_entry *e, const char *key)
{
	for (size_t i = 0; i < e->n; i++)
		if (str_is(e->field[i].key, key))
			return &e->field[i];
	return NULL;
}

struct str fos_field_word(const struct fos_entry *e, const char *key)
{
	const struct fos_field *f = fos_field_find(e, key);

	return f && f->n ? f->value[0] : STR("");
}

bool fos_field_is(const struct fos_entry *e, const char *key, const char *word)
{
	const struct fos_field *f = fos_field_find(e, key);

	return f && f->n == 1 && str_is(f->value[0], word);
}

bool fos_field_off(const struct fos_field *f)
{
	static const char *const off[] = { "", "disable", "0", "0x00" };

	for (size_t i = 0; f->n == 1 && i < ARRAY_LEN(off); i++)
		if (str_is(f->value[0], off[i]))
			return true;
	return f->n == 0;
}

static struct fos_field *own_field(struct fos_entry *entry, struct str key)
{
	for (size_t i = 0; i < entry->n; i++)
		if (str_eq(entry->field[i].key, key))
			return &entry->field[i];
	return NULL;
}

static int new_field(const struct fos_editing *e, struct fos_entry *entry, struct str key,
		     struct fos_field **ret)
{
	if (entry->n == FOS_FIELDS_MAX)
		return fos_refuse(e, E_LIMIT, NULL, "more than %d fields of one entry",
				  FOS_FIELDS_MAX);
	if (entry->n == entry->cap) {
		size_t cap = entry->cap ? entry->cap * 2 : 8;
		struct fos_field *more = arena_array(e->config->arena, cap, sizeof(*more));

		if (!more)
			return -ENOMEM;
		if (entry->n)
			memcpy(more, entry->field, entry->n * sizeof(*more));
		entry->field = more;
		entry->cap = cap;
	}
	*ret = &entry->field[entry->n++];
	**ret = (struct fos_field){ .key = key };
	return 0;
}

static bool among(struct str s, const struct str *word, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(s, word[i]))
			return true;
	return false;
}

/* The words that the field has after the change. */
static int change_words(const struct fos_editing *e, struct fos_field *f, enum fos_change change,
			const struct str *word, size_t n)
{
	size_t old = change == FOS_APPEND || change == FOS_UNSELECT ? f->n : 0, count = 0;
	int r = keep(e, old + n);
	struct str *value;

	if (r == 0 && change == FOS_UNSELECT)
		r = spend(e, old * n);
	if (r < 0)
		return r;
	value = arena_array(e->config->arena, old + n, sizeof(*value));
	if (!value)
		return -ENOMEM;
	for (size_t i = 0; i < old; i++)
		if (change != FOS_UNSELECT || !among(f->value[i], word, n))
			value[count++] = f->value[i];
	for (size_t i = 0; change != FOS_UNSELECT && i < n; i++)
		value[count++] = word[i];
	f->value = value;
	f->n = count;
	f->at = e->at;
	return 0;
}

int fos_entry_change(const struct fos_editing *e, struct fos_entry *entry, enum fos_change change,
		     struct str key, const struct str *word, size_t n)
{
	struct fos_field *f = own_field(entry, key);
	int r = 0;

	if (change == FOS_UNSET) {
		if (f)
			*f = entry->field[--entry->n];
		return 0;
	}
	if (!f)
		r = new_field(e, entry, key, &f);
	return r < 0 ? r : change_words(e, f, change, word, n);
}
