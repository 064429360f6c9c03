/* SPDX-License-Identifier: Apache-2.0 */
/* Which row of the base is which row of the page: sets `mate` on both sides. */
#pragma once

#include "base/attr.h"
#include "import/mergeside.h"

/* E_CONFLICT: two base rows claim one place and nothing tells them apart. */
EG_CHECK int match_rows(struct merging *m);
