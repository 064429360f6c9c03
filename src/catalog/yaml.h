/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A YAML text as a tree in which every node knows its line and column.
 *
 * The strict part of YAML that configuration needs: one document of mappings, sequences and
 * scalars. Refused, each with a message at its place: anchors and aliases (so no cycles and no
 * "billion laughs"), tags, several documents, keys that are not scalars, a key twice in one
 * mapping, lines that start with '%' (directives), nesting or sizes above the limits below, text
 * that is not UTF-8. Scalars stay text: `no` is the two letters, and only the field that wants a
 * truth value reads it as one.
 *
 * Shape and meaning are checked by catalog/fields.h. Both serve catalogs and site policies.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "base/str.h"

enum {
	YAML_BYTES_MAX = 4 * 1024 * 1024, /* of one document */
	YAML_NODES_MAX = 200000,
	YAML_DEPTH_MAX = 16
};

enum yaml_kind { YAML_SCALAR, YAML_SEQUENCE, YAML_MAPPING };

struct yaml {
	enum yaml_kind kind;
	bool quoted;		  /* a scalar in quotes or a block: never empty by omission */
	struct place at;	  /* where it starts */
	struct str text;	  /* scalar: its content, also NUL-terminated */
	const struct yaml *first; /* mapping, sequence: its children, in file order */
	const struct yaml *next;  /* the next sibling */
	const struct yaml *key;	  /* in a mapping: the scalar that names this value */
	size_t n;		  /* children */
};

/*
 * Parses `text`. Nodes and a copy of `file` live in `a`. On failure the diag has the place and the
 * reason. E_SYNTAX, E_CONFLICT (a key twice), E_LIMIT, -ENOMEM. An empty text is E_SYNTAX.
 */
EG_CHECK int yaml_parse(struct str text, const char *file, struct arena *a, struct diag *d,
			const struct yaml **ret);

/* Reads the file at `path` with YAML_BYTES_MAX and parses it. Also -errno. */
EG_CHECK int yaml_load(const char *path, struct arena *a, struct diag *d, const struct yaml **ret);

/* The value of `key` in a mapping, or NULL. */
const struct yaml *yaml_get(const struct yaml *mapping, const char *key);

/* "a mapping", "a list", "the text `x`", "empty": for messages. */
const char *yaml_kind_name(const struct yaml *n);
