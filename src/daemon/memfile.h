/* SPDX-License-Identifier: Apache-2.0 */
/* Text that goes from the parent to a role: a file in memory that nobody can change any more. */
#pragma once

#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/str.h"

/* `name` is for people who look into /proc. -errno. */
EG_CHECK int memfile(const char *name, const struct buf *text, int *ret);

/* What is in a file that came with a message. -EBADF: it came without; E_LIMIT: nothing, or more.
 */
EG_CHECK int memfile_map(int fd, size_t most, struct str *ret);
void memfile_unmap(struct str text);
