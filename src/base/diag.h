/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages for people: collected on the way down, printed once by the top floor.
 *
 * A library never prints. It returns a code and puts the story into the `struct diag` that its
 * caller passed: where (file, line, column), what is wrong, what was expected, what to do (hint).
 * A diag accepts messages until it holds DIAG_MAX, then only counts; a message that cannot be
 * stored for want of memory is counted too. So adding never fails and needs no check.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"

enum { DIAG_MAX = 200 };

enum diag_level { DIAG_ERROR, DIAG_WARNING, DIAG_NOTE };

/* A place in a text. `file` is borrowed while adding; line and column count from 1, 0 = unknown. */
struct place {
	const char *file;
	unsigned line, column;
};

#define NOWHERE ((struct place){ 0 })

struct diag_message {
	enum diag_level level;
	struct place at; /* file is owned by the diag, or NULL */
	const char *text;
	const char *hint; /* what to do, or NULL */
};

struct diag;

struct diag *diag_new(void); /* NULL: out of memory */
void diag_free(struct diag *d);
void diag_freep(struct diag **d);
void diag_clear(struct diag *d);

EG_PRINTF(3, 4) void diag_error(struct diag *d, struct place at, const char *fmt, ...);
EG_PRINTF(3, 4) void diag_warning(struct diag *d, struct place at, const char *fmt, ...);
EG_PRINTF(3, 4) void diag_note(struct diag *d, struct place at, const char *fmt, ...);

/* All messages of another one, behind those that are there. */
void diag_add_all(struct diag *d, const struct diag *from);

/* Gives the newest message its hint: "expected ...", "write ... instead". */
EG_PRINTF(2, 3) void diag_hint(struct diag *d, const char *fmt, ...);

size_t diag_count(const struct diag *d); /* stored messages */
size_t diag_errors(const struct diag *d);
size_t diag_warnings(const struct diag *d);
size_t diag_lost(const struct diag *d); /* counted but not stored */
const struct diag_message *diag_get(const struct diag *d, size_t i);

/*
 * "FILE:LINE:COL: error: TEXT\n    HINT\n" for each message, in the order they came; without a file
 * "line LINE, column COL: ".
 */
void diag_format(const struct diag *d, struct buf *out);
