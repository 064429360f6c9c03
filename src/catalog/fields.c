/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/fields.h"

#include <errno.h>
#include <string.h>

#include "base/closest.h"
#include "base/err.h"
#include "base/show.h"

void *field_at(const struct field *f, void *record)
{
	return (char *)record + f->at;
}

int field_refuse(struct fields *in, const struct yaml *n, int code, const char *why,
		 const char *expected)
{
	if (n->kind == YAML_SCALAR)
		diag_error(in->diag, n->at, "'%s' %s", show(n->text).text, why);
	else
		diag_error(in->diag, n->at, "%s", why);
	diag_hint(in->diag, "expected %s", expected);
	return code;
}

int field_scalar(struct fields *in, const struct field *f, const struct yaml *n,
		 const char *expected, struct str *ret)
{
	if (n->kind == YAML_SCALAR && n->text.n) {
		*ret = n->text;
		return 0;
	}
	diag_error(in->diag, n->at, "'%s' is %s", f->name, yaml_kind_name(n));
	diag_hint(in->diag, "expected %s", expected);
	return E_SYNTAX;
}

/* Pseudo fields read the mapping or its key, never a value of it. */
static bool is_pseudo(const struct field *f)
{
	return f->name[0] == '.';
}

static const struct field *field_find(const struct record *record, struct str key)
{
	for (const struct field *f = record->fields; f->name; f++) {
		if (!is_pseudo(f) && str_is(key, f->name))
			return f;
	}
	return NULL;
}

static void list_known(const struct record *record, struct buf *out)
{
	for (const struct field *f = record->fields; f->name; f++) {
		if (is_pseudo(f))
			continue;
		if (out->n)
			buf_adds(out, ", ");
		buf_adds(out, f->name);
	}
}

static int unknown_key(struct fields *in, const struct record *record, const struct yaml *key)
{
	EG_AUTO(buf_release) struct buf known = BUF_INIT;
	const char *near = NULL;
	unsigned least = CLOSEST_WORD_MAX;

	for (const struct field *f = record->fields; f->name; f++) {
		unsigned distance = closest_distance(key->text, str_of(f->name));

		if (is_pseudo(f) || distance >= least || !closest_near(key->text, str_of(f->name)))
			continue;
		least = distance;
		near = f->name;
	}
	diag_error(in->diag, key->at, "%s has no key '%s'", record->what, show(key->text).text);
	list_known(record, &known);
	if (near)
		diag_hint(in->diag, "did you mean '%s'?", near);
	else
		diag_hint(in->diag, "known here: %.*s", STR_FMT(buf_str(&known)));
	return E_UNKNOWN;
}

/* -ENOMEM ends a reading; any other error is remembered, and the reading goes on. */
static int keep_first(int r, int r_now)
{
	return r_now == -ENOMEM || r == 0 ? r_now : r;
}

static bool is_required(const struct fields *in, const struct field *f)
{
	return f->flags & FIELD_REQUIRED || (f->flags & FIELD_WHOLE && !in->partial);
}

/*
 * The loop over a mapping. Keys in file order, so that messages come in file order; what is
 * missing is told last, at the place of the mapping.
 */
static int read_mapping(struct fields *in, const struct yaml *n, const struct record *record,
			void *to)
{
	int r = 0;

	for (const struct yaml *v = n->first; v && r != -ENOMEM; v = v->next) {
		const struct field *f = field_find(record, v->key->text);

		r = keep_first(r, f ? f->read(in, f, v, to) : unknown_key(in, record, v->key));
	}
	for (const struct field *f = record->fields; f->name && r != -ENOMEM; f++) {
		if (strcmp(f->name, ".self") == 0) {
			r = keep_first(r, f->read(in, f, n, to));
		} else if (strcmp(f->name, ".key") == 0) {
			r = keep_first(r, n->key ? f->read(in, f, n->key, to) : 0);
		} else if (is_required(in, f) && !yaml_get(n, f->name)) {
			diag_error(in->diag, n->key ? n->key->at : n->at, "%s lacks the key '%s'",
				   record->what, f->name);
			r = keep_first(r, E_SYNTAX);
		}
	}
	return r;
}

static int read_record(struct fields *in, const struct yaml *n, const struct record *record,
		       void *to)
{
	EG_AUTO(buf_release) struct buf known = BUF_INIT;

	memset(to, 0, record->size);
	if (n->kind == YAML_MAPPING)
		return read_mapping(in, n, record, to);
	diag_error(in->diag, n->at, "%s is %s", record->what, yaml_kind_name(n));
	list_known(record, &known);
	diag_hint(in->diag, "expected a mapping with keys among: %.*s", STR_FMT(buf_str(&known)));
	return E_SYNTAX;
}

static int read_whole(struct fields *in, const struct yaml *n, const struct record *record,
		      void *ret)
{
	void *to = arena_alloc(in->arena, record->size);
	int r = to ? read_record(in, n, record, to) : -ENOMEM;

	if (r == 0)
		memcpy(ret, to, record->size);
	return r;
}

int fields_read(const struct yaml *n, const struct record *record, struct arena *a, struct diag *d,
		void *ret)
{
	struct fields in = { .arena = a, .diag = d };

	return read_whole(&in, n, record, ret);
}

int fields_read_partial(const struct yaml *n, const struct record *record, struct arena *a,
			struct diag *d, void *ret)
{
	struct fields in = { .arena = a, .diag = d, .partial = true };

	return read_whole(&in, n, record, ret);
}

int field_record(struct fields *in, const struct field *f, const struct yaml *n, void *record)
{
	return read_record(in, n, f->record, field_at(f, record));
}

/* Room for the children of `n`, within the field's limit. */
static int make_room(struct fields *in, const struct field *f, const struct yaml *n, size_t size,
		     char **ret)
{
	size_t max = f->max ? f->max : FIELD_LIST_MAX;

	if (n->n > max) {
		diag_error(in->diag, n->at, "'%s' has %zu entries", f->name, n->n);
		diag_hint(in->diag, "the limit is %zu", max);
		return E_LIMIT;
	}
	*ret = arena_array(in->arena, n->n ? n->n : 1, size);
	return *ret ? 0 : -ENOMEM;
}

static void put_array(const struct field *f, void *record, void *array, size_t n)
{
	memcpy(field_at(f, record), &array, sizeof(array));
	memcpy((char *)record + f->count, &n, sizeof(n));
}

/* field_map and field_records differ in the kind of node and in whether records have keys. */
static int read_many(struct fields *in, const struct field *f, const struct yaml *n, void *record)
{
	size_t size = f->record->size;
	char *array = NULL;
	int r = make_room(in, f, n, size, &array);
	size_t i = 0;

	if (r < 0)
		return r;
	for (const struct yaml *v = n->first; v && r != -ENOMEM; v = v->next)
		r = keep_first(r, read_record(in, v, f->record, array + size * i++));
	put_array(f, record, array, n->n);
	return r;
}

int field_map(struct fields *in, const struct field *f, const struct yaml *n, void *record)
{
	if (n->kind == YAML_MAPPING)
		return read_many(in, f, n, record);
	diag_error(in->diag, n->at, "'%s' is %s", f->name, yaml_kind_name(n));
	diag_hint(in->diag, "expected a mapping: each key names %s", f->record->what);
	return E_SYNTAX;
}

int field_records(struct fields *in, const struct field *f, const struct yaml *n, void *record)
{
	if (n->kind == YAML_SEQUENCE)
		return read_many(in, f, n, record);
	diag_error(in->diag, n->at, "'%s' is %s", f->name, yaml_kind_name(n));
	diag_hint(in->diag, "expected a list: each entry is %s", f->record->what);
	return E_SYNTAX;
}

int field_list(struct fields *in, const struct field *f, const struct yaml *n, void *record)
{
	const struct field each = { .name = f->name, .words = f->words, .record = f->record };
	char *array = NULL;
	size_t i = 0;
	int r;

	if (n->kind == YAML_SCALAR) { /* a list of one, without the brackets */
		array = arena_alloc(in->arena, f->size);
		if (!array)
			return -ENOMEM;
		put_array(f, record, array, 1);
		return f->each(in, &each, n, array);
	}
	if (n->kind == YAML_MAPPING || n->n == 0) {
		diag_error(in->diag, n->at, "'%s' is %s", f->name,
			   n->n ? yaml_kind_name(n) : "an empty list");
		diag_hint(in->diag, "expected one value or a list of them; leave the key out to "
				    "say none");
		return E_SYNTAX;
	}
	r = make_room(in, f, n, f->size, &array);
	if (r < 0)
		return r;
	for (const struct yaml *v = n->first; v && r != -ENOMEM; v = v->next)
		r = keep_first(r, f->each(in, &each, v, array + f->size * i++));
	put_array(f, record, array, n->n);
	return r;
}
