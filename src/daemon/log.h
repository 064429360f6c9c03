/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What egretd says to those who run it: on standard error, for people or as one JSON object a line.
 *
 * {"time":"2026-11-26T10:00:00.123Z","level":"note","role":"dns","message":"...","hint":"..."};
 * "file", "line" and "column" where a message has a place.
 */
#pragma once

#include <stdbool.h>

#include "base/diag.h"

struct log {
	const char *role; /* who speaks; NULL: the parent */
	bool json;
};

/* For a process that will not open files any more: what the libraries would open later. */
void log_prepare(void);

/* Prints what `d` holds, and empties it. */
void log_tell(const struct log *l, struct diag *d);
