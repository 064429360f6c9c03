/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A new copy of a list, as it is noted in catalog.yaml or an overlay: its day and where it is from.
 *
 * Only the lines of these keys change: what people wrote around them, comments and order included,
 * stays byte for byte. What comes out is read again and must be the same but for the keys.
 */
#pragma once

#include "base/attr.h"
#include "base/buf.h"
#include "base/diag.h"
#include "catalog/schema.h"

struct takeover {
	const char *id;	    /* of the list */
	const char *date;   /* "2026-10-01" */
	const char *source; /* one line */
};

/*
 * Appends `text` to `out` with `date` and `source` of the list set, and `missing` gone. `path` and
 * `part` say what the text is. -ENOENT without a message: it has no such list. E_UNSUPPORTED: the
 * list is not written as a block, a key a line. Errors of reading otherwise.
 */
EG_CHECK int takeover_write(struct str text, const char *path, enum text_part part,
			    const struct takeover *t, struct diag *d, struct buf *out);
