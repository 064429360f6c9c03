/* SPDX-License-Identifier: Apache-2.0 */
/* What was written for a firewall, handed over once it is proven. */
#pragma once

#include "base/attr.h"
#include "cmd/env.h"
#include "dialect/dialect.h"

/* Prints the text, or replaces the file `output` whole (NULL: none). */
EG_CHECK int deliver_text(struct env *env, const char *output, const struct buf *text);

/*
 * The same; with --json an object that has
 * the messages so far as "left out", and how many requirements are by name.
 */
EG_CHECK int deliver(struct env *env, const char *output, const struct dialect *d,
		     const struct buf *text, size_t names);
