/* SPDX-License-Identifier: Apache-2.0 */
/* How `egret sync` shows one feed. `accepted`: its staged lists were taken over just now. */
#pragma once

#include <jansson.h>

#include "base/attr.h"
#include "cmd/env.h"
#include "control/sync.h"

EG_CHECK int synced_print(struct env *env, const struct synced *s, bool accepted, struct buf *out);

/* Adds an object to the array `all`, with the messages that the diag has. */
EG_CHECK int synced_json(struct env *env, const struct synced *s, bool accepted, json_t *all);
