/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/write.h"

#include <assert.h>
#include <string.h>

#include "base/err.h"
#include "catalog/yamlout.h"
#include "net/proto.h"

/*
 * What is to know about a type of value beside how it is read. `at` is the value itself, except for
 * types with a count (`many`), which want the record.
 */
struct type {
	field_read *read;
	bool (*given)(const void *at);
	void (*write)(const struct field *f, const void *at, struct yaml_out *o);
	bool (*same)(const void *a, const void *b);
};

static const struct type *type_of(field_read *read);
static void write_record(const struct record *record, const void *from, struct yaml_out *o);
static bool same_record(const struct record *record, const void *a, const void *b);

static void write_word(const char *word, struct yaml_out *o)
{
	yaml_out_scalar(o, str_of(word));
}

static void write_printed(const struct buf *text, struct yaml_out *o)
{
	if (text->r < 0 && o->r == 0)
		o->r = text->r;
	yaml_out_scalar(o, buf_str(text));
}

/* ---- texts, ids, dates ---- */

static const char *text_at(const void *at)
{
	const char *text;

	memcpy(&text, at, sizeof(text));
	return text;
}

static bool text_given(const void *at)
{
	return text_at(at);
}

static void text_write(const struct field *f, const void *at, struct yaml_out *o)
{
	(void)f;
	write_word(text_at(at), o);
}

static bool text_same(const void *a, const void *b)
{
	const char *x = text_at(a), *y = text_at(b);

	return x && y ? strcmp(x, y) == 0 : x == y;
}

static void ref_write(const struct field *f, const void *at, struct yaml_out *o)
{
	(void)f;
	write_word(((const struct field_ref *)at)->id, o);
}

static bool ref_same(const void *a, const void *b)
{
	return strcmp(((const struct field_ref *)a)->id, ((const struct field_ref *)b)->id) == 0;
}

/* ---- words and truth ---- */

static unsigned word_at(const void *at)
{
	unsigned value;

	memcpy(&value, at, sizeof(value));
	return value;
}

static bool word_given(const void *at)
{
	return word_at(at) != 0;
}

static bool word_same(const void *a, const void *b)
{
	return word_at(a) == word_at(b);
}

static void word_write(const struct field *f, const void *at, struct yaml_out *o)
{
	const struct field_word *w = f->words;

	while (w->word && w->value != word_at(at))
		w++;
	assert(w->word);
	write_word(w->word, o);
}

static void words_write(const struct field *f, const void *at, struct yaml_out *o)
{
	unsigned all = word_at(at);
	bool several = (all & (all - 1)) != 0;

	if (several)
		yaml_out_open(o, YAML_SEQUENCE);
	for (const struct field_word *w = f->words; w->word; w++) {
		if (all & w->value)
			write_word(w->word, o);
	}
	if (several)
		yaml_out_close(o);
}

static void number_write(const struct field *f, const void *at, struct yaml_out *o)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;

	(void)f;
	buf_printf(&text, "%u", word_at(at));
	write_printed(&text, o);
}

static bool bool_given(const void *at)
{
	return *(const bool *)at;
}

static void bool_write(const struct field *f, const void *at, struct yaml_out *o)
{
	(void)f;
	(void)at;
	write_word("true", o);
}

static bool bool_same(const void *a, const void *b)
{
	return *(const bool *)a == *(const bool *)b;
}

/* ---- values of net/ ---- */

static bool proto_given(const void *at)
{
	return *(const uint8_t *)at != 0;
}

static void proto_write(const struct field *f, const void *at, struct yaml_out *o)
{
	uint8_t proto = *(const uint8_t *)at;
	EG_AUTO(buf_release) struct buf number = BUF_INIT;

	(void)f;
	if (proto_name(proto)) {
		write_word(proto_name(proto), o);
		return;
	}
	buf_printf(&number, "%u", proto);
	write_printed(&number, o);
}

static bool proto_same(const void *a, const void *b)
{
	return *(const uint8_t *)a == *(const uint8_t *)b;
}

static bool ports_given(const void *at)
{
	return ((const struct ports *)at)->n > 0;
}

static void ports_write(const struct field *f, const void *at, struct yaml_out *o)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;

	(void)f;
	ports_print(at, &text);
	write_printed(&text, o);
}

static bool ports_same(const void *a, const void *b)
{
	return ports_equal(a, b);
}

static void pattern_write(const struct field *f, const void *at, struct yaml_out *o)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;

	(void)f;
	pattern_print(at, &text);
	write_printed(&text, o);
}

static bool pattern_same(const void *a, const void *b)
{
	const struct pattern *x = a, *y = b;

	return x->kind == y->kind && strcmp(x->name.text, y->name.text) == 0;
}

/* ---- several ---- */

static const char *array_at(const struct field *f, const void *record, size_t *ret_n)
{
	const char *array;

	memcpy(&array, (const char *)record + f->at, sizeof(array));
	memcpy(ret_n, (const char *)record + f->count, sizeof(*ret_n));
	return array;
}

static size_t size_of_element(const struct field *f)
{
	return f->record ? f->record->size : f->size;
}

static void list_write(const struct field *f, const void *record, struct yaml_out *o)
{
	size_t n;
	const char *array = array_at(f, record, &n);
	const struct type *each = type_of(f->each);

	if (n > 1)
		yaml_out_open(o, YAML_SEQUENCE);
	for (size_t i = 0; i < n; i++)
		each->write(f, array + i * f->size, o);
	if (n > 1)
		yaml_out_close(o);
}

/* The name of a record in its map: the value of ".key". */
static const char *key_of(const struct record *record, const void *at)
{
	const struct field *f = record->fields;

	while (strcmp(f->name, ".key") != 0)
		f++;
	return text_at((const char *)at + f->at);
}

static void map_write(const struct field *f, const void *record, struct yaml_out *o)
{
	size_t n;
	const char *array = array_at(f, record, &n);

	yaml_out_open(o, YAML_MAPPING);
	for (size_t i = 0; i < n; i++) {
		const char *at = array + i * f->record->size;

		write_word(key_of(f->record, at), o);
		write_record(f->record, at, o);
	}
	yaml_out_close(o);
}

static bool same_elements(const struct field *f, const void *a, const void *b)
{
	return f->record ? same_record(f->record, a, b) : type_of(f->each)->same(a, b);
}

static bool many_same(const struct field *f, const void *a, const void *b)
{
	size_t n, m, size = size_of_element(f);
	const char *x = array_at(f, a, &n), *y = array_at(f, b, &m);
	bool same = n == m;

	for (size_t i = 0; same && i < n; i++)
		same = same_elements(f, x + i * size, y + i * size);
	return same;
}

/* ---- records ---- */

/* Every type that the tables of schema.c use; `same` NULL: a type with a count. */
static const struct type types[] = {
	{ field_text, text_given, text_write, text_same },
	{ field_id, text_given, text_write, text_same },
	{ field_date, text_given, text_write, text_same },
	{ field_host, text_given, text_write, text_same },
	{ field_file, text_given, text_write, text_same },
	{ field_sha256, text_given, text_write, text_same },
	{ field_ref, NULL, ref_write, ref_same },
	{ field_word, word_given, word_write, word_same },
	{ field_words, word_given, words_write, word_same },
	{ field_number, word_given, number_write, word_same },
	{ field_bool, bool_given, bool_write, bool_same },
	{ field_said_proto, proto_given, proto_write, proto_same },
	{ field_ports, ports_given, ports_write, ports_same },
	{ field_pattern, NULL, pattern_write, pattern_same },
	{ field_list, NULL, list_write, NULL },
	{ field_map, NULL, map_write, NULL },
};

static const struct type *type_of(field_read *read)
{
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		if (types[i].read == read)
			return &types[i];
	}
	assert(!"a type that cannot be written"); /* add it above */
	return NULL;
}

static bool is_given(const struct field *f, const struct type *type, const void *record)
{
	size_t n;

	if (type->same)
		return type->given((const char *)record + f->at);
	(void)array_at(f, record, &n);
	return n > 0 || f->flags; /* a required mapping may be empty */
}

static void write_record(const struct record *record, const void *from, struct yaml_out *o)
{
	yaml_out_open(o, YAML_MAPPING);
	for (const struct field *f = record->fields; f->name; f++) {
		const struct type *type = f->name[0] == '.' ? NULL : type_of(f->read);

		if (!type || !is_given(f, type, from))
			continue;
		write_word(f->name, o);
		type->write(f, type->same ? (const char *)from + f->at : from, o);
	}
	yaml_out_close(o);
}

static bool same_record(const struct record *record, const void *a, const void *b)
{
	bool same = true;

	for (const struct field *f = record->fields; same && f->name; f++) {
		const struct type *type;

		if (f->name[0] == '.' && strcmp(f->name, ".key") != 0)
			continue;
		type = type_of(f->read);
		same = type->same ? type->same((const char *)a + f->at, (const char *)b + f->at)
				  : many_same(f, a, b);
	}
	return same;
}

bool catalog_text_same(const struct catalog_text *a, const struct catalog_text *b)
{
	return same_record(&catalog_record, a, b);
}

int catalog_write(const struct catalog_text *text, const char *remark, struct buf *out)
{
	struct yaml_out o;

	if (remark)
		yaml_out_remark(remark, out);
	yaml_out_begin(&o, out);
	write_record(&catalog_record, text, &o);
	return yaml_out_end(&o);
}
