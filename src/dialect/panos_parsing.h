/* SPDX-License-Identifier: Apache-2.0 */
/* What the two readers of a text share: where its parts go, and how it is refused. */
#pragma once

#include "dialect/dialect.h"
#include "dialect/panos_tree.h"

struct panos_parsing {
	struct panos_tree *tree;
	struct diag *d;
	const char *file; /* in the tree's arena */
	unsigned line;
};

/* Tells that this line is wrong; returns `code`. `hint` may be NULL. */
EG_PRINTF(4, 5)
int panos_refuse(const struct panos_parsing *p, int code, const char *hint, const char *fmt, ...);

/* As the tree's, with the story in `d` when it says no. */
EG_CHECK int panos_enter_field(struct panos_parsing *p, struct panos_node *of,
			       const struct panos_field *field, struct panos_node **ret);
EG_CHECK int panos_enter_entry(struct panos_parsing *p, struct panos_node *of, struct str name,
			       struct panos_node **ret);
EG_CHECK int panos_enter_strange(struct panos_parsing *p, struct panos_node *of, struct str text);

/* panos_set.c: `set` lines, one after the other. */
EG_CHECK int panos_parse_set(struct panos_parsing *p, struct str text);
/* panos_xml.c: <config>, or the answer of the API with one in it. */
EG_CHECK int panos_parse_xml(struct panos_parsing *p, struct str text);

/* Is it XML? */
bool panos_is_xml(struct str text);

/* The files of one device, each in its form, into one tree. */
EG_CHECK int panos_parse_files(struct panos_tree *t, const struct config_file *source, size_t n,
			       struct diag *d);
