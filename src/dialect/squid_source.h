/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lines of a device's files in the order squid sees them: continued lines joined, comments and
 * what an `if` leaves out dropped, included files put in their place.
 *
 * Squid names files by their path on the device; here they are found by the last part of it. Two
 * paths that would be the same file here are refused.
 */
#pragma once

#include "base/arena.h"
#include "base/diag.h"
#include "dialect/dialect.h"
#include "dialect/squid_limits.h"

struct squid_line {
	struct place at; /* of its first line; the file's name is the caller's */
	struct str text; /* trimmed */
};

struct squid_source {
	const struct config_file *file;
	size_t n;
	struct arena *arena;
	struct diag *d;
	struct str *path; /* by file: what it is called on the device; empty: nobody asked for it */
	size_t depth;
	/* Called for each line; a negative result ends it all. */
	int (*line)(void *data, const struct squid_line *line);
	/* Called for an include of which nothing was given. */
	int (*missing)(void *data, const struct squid_line *line);
	void *data;
};

/* All lines, from the main file on. Warns of files that nothing asks for. */
EG_CHECK int squid_source_run(struct squid_source *s);

/* The file that is called so on the device. -ENOENT: it was not given. */
EG_CHECK int squid_source_find(struct squid_source *s, struct str path, struct place at,
			       const struct config_file **ret);
