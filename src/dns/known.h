/* SPDX-License-Identifier: Apache-2.0 */
/* Names that lead around the gateway's resolver: known.def has them, and where they come from. */
#pragma once

#include <stddef.h>

#include "net/name.h"

enum known_kind { KNOWN_NOT, KNOWN_SIGNAL, KNOWN_RELAY, KNOWN_RESOLVER };

/* Of the name, or of what it is under. */
enum known_kind known_kind(const struct name *n);

/* The i-th of them, in the order of their names; NULL: there are no more. */
const char *known_name(size_t i);
