/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a whole file, with a limit, and replacing one whole or not at all. */
#pragma once

#include <stddef.h>
#include <stdio.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/diag.h"

enum { FILE_LIMIT = 64 * 1024 * 1024 }; /* bytes of any configuration, catalog or list we read */

/*
 * Appends the content of the regular file, pipe or ("-") standard input at `path` to `out`.
 * A directory, a missing file or more than `limit` bytes is an error that the diag tells:
 * -errno, -EISDIR, E_LIMIT. A failed read leaves what was read so far in `out`.
 */
EG_CHECK int file_read(const char *path, size_t limit, struct buf *out, struct diag *d);

/*
 * A file that appears under its name only when it is complete. Bytes go to a temporary
 * neighbour; replace_commit() syncs and renames it; replace_abort() removes it and is a no-op
 * after a commit, so it fits EG_AUTO.
 */
struct replace {
	FILE *out;
	char *path, *temporary;
};

EG_CHECK int replace_begin(struct replace *f, const char *path);
EG_CHECK int replace_commit(struct replace *f);
void replace_abort(struct replace *f);

/* All three for a text that is there already. */
EG_CHECK int replace_whole(const char *path, struct str text);
