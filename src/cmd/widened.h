/* SPDX-License-Identifier: Apache-2.0 */
/* egret build --widen: which rules were made wider, and what comes in. */
#pragma once

#include "base/attr.h"
#include "cmd/env.h"
#include "verify/widen.h"

/* A warning for each, with how it is wider and how many flows that lets in, or would; then all that
 * comes in, as boxes. */
EG_CHECK int widened_tell(struct env *env, const struct widening *w, struct arena *a);
