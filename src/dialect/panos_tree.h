/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A PAN-OS configuration as a tree: the same one from `set` lines and from XML. What a node may
 * hold is said by its kind (panos_schema.c): parts that no kind knows are kept as strange, so that
 * whoever looks at the node around them can say that it does not know all of it.
 *
 * A map's entries and a list's values are found by name through one table of the whole tree.
 * Everything is in the tree's arena; texts are borrowed from the file or in the arena.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "base/hash.h"
#include "base/str.h"

enum panos_shape {
	PANOS_RECORD, /* fields with fixed names */
	PANOS_MAP,    /* entries with names of their own */
	PANOS_LIST,   /* values, each once */
	PANOS_TEXT,   /* one value */
	PANOS_SKIP    /* there, and nobody looks inside */
};

/* What becomes of a part of a record that its kind does not know. */
enum panos_strange { PANOS_KEEP, PANOS_IGNORE };

struct panos_kind {
	enum panos_shape shape;
	const struct panos_field *field; /* of a record; ends with a field of no name */
	const struct panos_kind *entry;	 /* of a map */
	const char *only;		 /* of a map that has one entry, whatever its name */
	enum panos_strange strange;	 /* of a record */
};

struct panos_field {
	const char *name;
	const struct panos_kind *kind;
	bool choice; /* it takes the place of the record's other choices */
};

struct panos_node {
	struct str name; /* of a field or entry; a value of a list */
	struct str text; /* value of PANOS_TEXT; how a strange part was written */
	const struct panos_kind *kind;
	const char *file; /* in the arena */
	unsigned line;
	uint32_t id;
	size_t slot; /* in the table; of entries and values */
	bool strange, choice;
	struct panos_node *up, *first, *last, *next, *prev;
	void *meaning; /* what an object stands for, once somebody asked (panos_object.h) */
};

struct panos_tree {
	struct arena *arena; /* borrowed */
	struct strmap by_name;
	struct panos_node **slot; /* by_name's values; NULL: gone */
	size_t slots, cap, nodes;
	struct panos_node *root;
};

/* -ENOMEM. `root` becomes a record of this kind. */
EG_CHECK int panos_tree_init(struct panos_tree *t, const struct panos_kind *root, struct arena *a);
void panos_tree_release(struct panos_tree *t);

/* The field of a record's kind, or NULL. */
const struct panos_field *panos_field(const struct panos_kind *kind, struct str name);

/* The child of this name, or NULL; `of` may be NULL. */
struct panos_node *panos_child(const struct panos_tree *t, const struct panos_node *of,
			       struct str name);
/* The value of a record's text field; empty: none. `of` may be NULL. */
struct str panos_text(const struct panos_tree *t, const struct panos_node *of, const char *field);
/* Does the list in this field hold the value? */
bool panos_lists(const struct panos_tree *t, const struct panos_node *of, const char *field,
		 const char *value);

/* Is there a part of it that its kind does not know? `of` may be NULL. */
bool panos_has_strange(const struct panos_node *of);

/*
 * Finds or makes: a record's field, a map's entry, a list's value. E_LIMIT: too many nodes;
 * E_SYNTAX: a name longer than any; -ENOMEM. `name` must live as long as the tree.
 */
EG_CHECK int panos_put_field(struct panos_tree *t, struct panos_node *of,
			     const struct panos_field *field, struct place at,
			     struct panos_node **ret);
EG_CHECK int panos_put_entry(struct panos_tree *t, struct panos_node *of, struct str name,
			     struct place at, struct panos_node **ret);
EG_CHECK int panos_put_strange(struct panos_tree *t, struct panos_node *of, struct str text,
			       struct place at);

void panos_remove(struct panos_tree *t, struct panos_node *node);
/* E_CONFLICT: the name is taken; E_SYNTAX as above. */
EG_CHECK int panos_rename(struct panos_tree *t, struct panos_node *node, struct str name);
/* Puts the entry behind `after`; NULL: before all others. */
void panos_move(struct panos_node *node, struct panos_node *after);
