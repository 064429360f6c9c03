/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "typeof ip daddr . tcp dport": the note of a set that keeps the expressions its key was said
 * with.
 *
 * In the set's user data, as nft writes it: (kind of expression, what it needs), and for a
 * concatenation a list of those. The numbers of headers and fields are nft's (proto.h); fields
 * count in the order of nft/field.h. An expression without such a note is left out, and the set
 * shows its plain types then.
 */
#pragma once

#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"
#include "nft/model.h"
#include "nft/userdata.h"

/* Adds the note `type` for `n` parts when each has an expression that can be noted. */
void typeof_write(struct userdata *u, unsigned type, const struct nft_keypart *part, size_t n);

/* Fills the expressions of `n` parts from a note, all or none; out of memory counts as none. */
void typeof_read(struct arena *a, struct str note, struct nft_keypart *part, size_t n);
