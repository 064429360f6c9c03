/* SPDX-License-Identifier: Apache-2.0 */
/*
 * File formats as tables: which keys a mapping may have, what each wants, where it goes.
 *
 *	struct zone_text {
 *		const char *name;
 *		unsigned line;
 *		struct prefix *prefix;
 *		size_t prefixes;
 *		bool proxy_only;
 *	};
 *	static const struct field zone_fields[] = {
 *		{ .name = ".key", .read = field_id, .at = offsetof(struct zone_text, name) },
 *		{ .name = ".self", .read = field_line, .at = offsetof(struct zone_text, line) },
 *		{ .name = "prefixes", .read = field_list, .flags = FIELD_REQUIRED,
 *		  .at = offsetof(struct zone_text, prefix),
 *		  .count = offsetof(struct zone_text, prefixes),
 *		  .each = field_prefix, .size = sizeof(struct prefix), .max = 4096 },
 *		{ .name = "proxy-only", .read = field_bool,
 *		  .at = offsetof(struct zone_text, proxy_only) },
 *		{ 0 }
 *	};
 *	static const struct record zone_record = {
 *		.what = "a zone", .fields = zone_fields, .size = sizeof(struct zone_text),
 *	};
 *
 * The loop that walks a mapping is written once, in fields.c. It refuses unknown keys (with the
 * nearest known one), missing required keys and wrong values, each at its line and column, and it
 * goes on after an error so that one run tells all of them. `.key` is what names the record in
 * field_map(), `.self` the mapping itself. A new type of value is one function of type field_read.
 *
 * Everything that is read lives in the arena. Numbers below are limits, not sizes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "base/str.h"
#include "catalog/yaml.h"

enum {
	FIELD_TEXT_MAX = 2000, /* bytes of a text */
	FIELD_ID_MAX = 63,
	FIELD_LIST_MAX = 4096 /* elements where a table sets no `max` */
};

enum field_flags {
	FIELD_REQUIRED = 1 << 0,
	FIELD_WHOLE = 1 << 1 /* required, but not in a partial text (fields_read_partial) */
};

struct field;

/* One reading: where values go, and where messages go. */
struct fields {
	struct arena *arena;
	struct diag *diag;
	bool partial; /* FIELD_WHOLE keys may be absent */
};

/*
 * Reads `n` into the record at f->at. 0, -ENOMEM, or another negative code after a message. May
 * leave its place in the record half filled when it fails.
 */
typedef int field_read(struct fields *in, const struct field *f, const struct yaml *n,
		       void *record);

/* A word of a closed set and what it stands for. The list ends with { 0 }. */
struct field_word {
	const char *word;
	unsigned value;
};

struct field {
	const char *name; /* the key; ".key", ".self": see above */
	field_read *read;
	unsigned flags;
	size_t at;			/* offsetof the value in the record */
	size_t count;			/* field_list, _map, _records: offsetof their size_t */
	field_read *each;		/* field_list: reads one element, with at = 0 */
	size_t size;			/* field_list: sizeof an element */
	size_t max;			/* elements, bytes of a text, or the highest number */
	const struct field_word *words; /* field_word, field_words */
	const struct record *record;	/* field_record, _map, _records */
};

/* The shape of one mapping. */
struct record {
	const char *what; /* "a zone", for messages */
	const struct field *fields;
	size_t size; /* sizeof the C struct; zeroed before its fields are read */
};

/*
 * Reads mapping `n` into the struct at `ret`, which is touched only on success. The code of the
 * first error: E_SYNTAX, E_UNKNOWN (a key or word that nobody defines), E_CONFLICT, E_LIMIT,
 * E_REFUSED, -ENOMEM.
 */
EG_CHECK int fields_read(const struct yaml *n, const struct record *record, struct arena *a,
			 struct diag *d, void *ret);

/* The same for a text that says only a part, as one laid over another does. */
EG_CHECK int fields_read_partial(const struct yaml *n, const struct record *record, struct arena *a,
				 struct diag *d, void *ret);

/* What a field writes (C type). */
field_read field_text;	  /* const char *: one paragraph without control characters */
field_read field_id;	  /* const char *: a-z, 0-9, "-", first a letter or digit */
field_read field_date;	  /* const char *: "2026-10-01" */
field_read field_bool;	  /* bool: true or false */
field_read field_number;  /* unsigned: 0 to f->max (none: UINT_MAX) */
field_read field_word;	  /* an enum or unsigned: one of f->words */
field_read field_words;	  /* unsigned: one or several of f->words, or-ed */
field_read field_ref;	  /* struct field_ref: "meetings" or "zoom/meetings", looked up later */
field_read field_node;	  /* const struct yaml *: unread */
field_read field_line;	  /* unsigned: the line of the value */
field_read field_list;	  /* T * and size_t: a list of f->each; a single value is a list of one */
field_read field_record;  /* T: a nested mapping, in place */
field_read field_map;	  /* T * and size_t: mappings by name, in file order */
field_read field_records; /* T * and size_t: a list of mappings */

/* The same for values of net/ (netfields.c). */
field_read field_ports;	  /* struct ports */
field_read field_proto;	  /* uint8_t */
field_read field_prefix;  /* struct prefix; an address alone is its host prefix */
field_read field_pattern; /* struct pattern; "*" and public suffixes are refused */
field_read field_host;	  /* const char *: a domain name, as A-labels */

/* A name and where it stands, for something that is defined elsewhere. */
struct field_ref {
	const char *id;
	struct place at;
};

/* For new types: the scalar's text, or a message that says what was expected and an error. */
EG_CHECK int field_scalar(struct fields *in, const struct field *f, const struct yaml *n,
			  const char *expected, struct str *ret);
/* A message at `n` about its value; returns `code`. */
int field_refuse(struct fields *in, const struct yaml *n, int code, const char *why,
		 const char *expected);
/* Is this a day as field_date takes it? */
bool field_is_date(struct str s);
/* Where the value of `f` goes. */
void *field_at(const struct field *f, void *record);
