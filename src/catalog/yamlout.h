/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A YAML text as it is written: mappings in blocks, short lists in brackets, long texts folded.
 *
 * The other way of yaml.h, and only what that reads. Events go to libyaml's emitter, which decides
 * on quotes; what cannot stand in a line as it is (line separators, byte order marks) becomes an
 * escape. The first error stays in `r` and ends the writing.
 *
 *	struct yaml_out o;
 *
 *	yaml_out_begin(&o, &text);
 *	yaml_out_open(&o, YAML_MAPPING);
 *	yaml_out_scalar(&o, STR("title"));
 *	yaml_out_scalar(&o, STR("Acme"));
 *	yaml_out_close(&o);
 *	r = yaml_out_end(&o);
 */
#pragma once

#include <stddef.h>
#include <yaml.h>

#include "base/attr.h"
#include "base/buf.h"
#include "catalog/yaml.h"

enum { YAML_OUT_WIDTH = 100 }; /* columns; a long word may go beyond */

struct yaml_out {
	struct buf *out;
	yaml_emitter_t emitter;
	enum yaml_kind level[YAML_DEPTH_MAX]; /* what is open */
	size_t depth;
	size_t column; /* after the newest key and its colon, 0 where a key comes next */
	int r;
};

/* Appends to `out`, which may hold comment lines already. */
void yaml_out_begin(struct yaml_out *o, struct buf *out);
int yaml_out_end(struct yaml_out *o); /* 0, -ENOMEM, E_LIMIT: too large to be read again */

/* YAML_MAPPING: then keys and values in turn; YAML_SEQUENCE: then scalars. */
void yaml_out_open(struct yaml_out *o, enum yaml_kind kind);
void yaml_out_close(struct yaml_out *o);

/* UTF-8 of one line without control characters, as field_text() gives it. */
void yaml_out_scalar(struct yaml_out *o, struct str text);

/* "# " before each line; whatever would end a comment early becomes a blank. */
void yaml_out_remark(const char *text, struct buf *out);
