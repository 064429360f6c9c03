/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A published list file, read strictly and exactly as vendors publish it: one prefix or address a
 * line; LF or CRLF; with or without a final newline; upper or lower case IPv6; blank lines and
 * `#` comments. Anything else is an error that names the line: two entries run together
 * ("170.114.46.0/243.7.35.0/25"), host bits, the wrong family. Never a guess.
 */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "base/str.h"
#include "catalog/catalog.h"

/*
 * Reads `text` into ret->line, ret->lines and ret->set; `family` 0 takes both. `file` names the
 * text in messages. E_SYNTAX with every bad line told; an empty list is E_SYNTAX too.
 */
EG_CHECK int list_read(struct str text, const char *file, unsigned family, struct arena *a,
		       struct diag *d, struct list *ret);
