/* SPDX-License-Identifier: Apache-2.0 */
/* Who calls: for the history of what was applied. */
#pragma once

#include "base/attr.h"
#include "base/buf.h"

/* "alice (uid 1000)": whom sudo works for, or the owner of this process. */
void who_print(struct buf *out);
