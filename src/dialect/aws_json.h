/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A text of JSON documents, one behind the other, as jansson's trees, with the line of every value.
 *
 * jansson keeps no places. But it keeps the members of objects in the order of the text, so the
 * values of a text, counted as they begin, are those of its tree, counted from the top: the lines
 * are found beside the parse and looked up by the address of the value. true, false and null are
 * one value each, and have no line.
 */
#pragma once

#include <jansson.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/diag.h"
#include "base/str.h"

struct aws_spot {
	const json_t *value;
	unsigned line;
};

struct aws_document {
	const char *file;
	json_t *root;	       /* an object */
	struct aws_spot *spot; /* by address */
	size_t spots, cap;
};

/* A text and how far it was read. */
struct aws_text {
	const char *file;
	struct str rest;
	unsigned line;
	size_t values; /* of all documents so far */
};

#define AWS_TEXT(name, text) ((struct aws_text){ .file = (name), .rest = (text), .line = 1 })

/*
 * The next document; 0: there is none, 1: there is one, to be released. E_SYNTAX: no JSON, or no
 * object; E_LIMIT: too large or too deep. The diag tells.
 */
EG_CHECK int aws_text_next(struct aws_text *t, struct diag *d, struct aws_document *ret);
void aws_document_release(struct aws_document *doc);

/* Where a value is; the line is 0 when it has none. */
struct place aws_document_place(const struct aws_document *doc, const json_t *value);

/* The first key of the first object, at its top, that is among `keys`, or NULL. */
const char *aws_text_key(struct str text, const char *const *keys, size_t n);
