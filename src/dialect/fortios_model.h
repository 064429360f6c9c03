/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A FortiOS configuration as its sections have it: tables of entries, entries of fields, each field
 * with the words that were set. What they mean is for others (fortios_address.h and so on): so
 * `append`, `move`, `clone`, `rename` and `delete` are the same for all of them.
 *
 * An entry stays at its index; `order` has the indices in the table's order. Texts are borrowed
 * from the file or live in the arena.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "base/hash.h"
#include "base/str.h"
#include "dialect/dialect.h"
#include "dialect/fortios_limits.h"
#include "dialect/fortios_sections.h"

struct fos_field {
	struct str key;
	struct place at;
	const struct str *value;
	size_t n;
};

struct fos_entry {
	struct str name;
	struct place at;
	struct fos_field *field;
	size_t n, cap;
	bool gone;
	/* what it stands for, once somebody asked */
	enum { FOS_NEW, FOS_BUSY, FOS_DONE } state;
	const void *meaning;
};

struct fos_table {
	struct place at; /* the first time that its section is in the text */
	bool said;
	struct fos_entry *entry;
	size_t n, cap;
	struct strmap by_name;
	size_t *order;
	size_t ordered, order_cap;
};

/* A section that egret does not know, with something in it. */
struct fos_stranger {
	struct str path;
	struct place at;
};

struct fos_vdom {
	struct str name;
	struct fos_table table[FOS_SECTIONS];
	struct fos_stranger *stranger;
	size_t strangers, cap;
};

/* vdom[0] is what stands outside virtual domains: all of it, on a device that has none. */
struct fos_config {
	struct arena *arena;
	const char *file; /* the first one; in the arena */
	struct fos_vdom **vdom;
	size_t vdoms, cap;
	size_t entries, values, moves, spans, products;
};

void fos_config_free(struct fos_config *c);
void fos_config_freep(struct fos_config **c);

/* E_SYNTAX, E_LIMIT, E_CONFLICT, E_UNSUPPORTED, -ENOMEM. The texts stay borrowed. */
EG_CHECK int fos_parse(const struct config_file *source, size_t n, struct diag *d,
		       struct fos_config **ret);

/* NULL: there is none. */
struct fos_entry *fos_entry_find(const struct fos_table *t, struct str name);
const struct fos_field *fos_field_find(const struct fos_entry *e, const char *key);
/* The first word of the field; empty: it is not there or has none. */
struct str fos_field_word(const struct fos_entry *e, const char *key);
/* Is the field set to this one word? */
bool fos_field_is(const struct fos_entry *e, const char *key, const char *word);
/* No words, "", disable, 0: what a field is set to that does nothing. */
bool fos_field_off(const struct fos_field *f);
