/* SPDX-License-Identifier: Apache-2.0 */
/* The shapes of single words in an nft script: how many characters belong to the one that starts.
 */
#pragma once

#include <stddef.h>

#include "base/str.h"
#include "nft/lex.h"

/*
 * The length of the word that `s` (not empty, not blank, no quote) starts with, and its kind.
 * At least 1. Follows the patterns of nft's own scanner: longest match first.
 */
size_t scan_word(struct str s, enum tok_kind *ret_kind);
