/* SPDX-License-Identifier: Apache-2.0 */
/* The SHA-256 of what came from elsewhere, in hexadecimal: which version of a page or list it is.
 */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/str.h"

/* Into `a`. -ENOMEM. */
EG_CHECK int digest_sha256(struct str bytes, struct arena *a, const char **ret);
