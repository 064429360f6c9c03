/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is kept of the header of an HTTP answer: its validators, which go back to the server with
 * the next question and into a file, and its media type.
 *
 * A value that is not exactly of the form that RFC 9110 gives it is as if it were not there: the
 * list is then fetched whole again, which is never wrong. So nothing that comes from a server can
 * end a line of ours.
 */
#pragma once

#include <stdbool.h>

#include "base/attr.h"
#include "base/str.h"

enum { HEAD_ETAG_MAX = 256, HEAD_DATE_MAX = 29, HEAD_TYPE_MAX = 64 };

struct head {
	char etag[HEAD_ETAG_MAX + 1];	  /* with its quotes: "\"abc\"", "W/\"abc\""; or empty */
	char modified[HEAD_DATE_MAX + 1]; /* "Wed, 21 Oct 2026 07:28:00 GMT", or empty */
	char type[HEAD_TYPE_MAX + 1];	  /* "text/plain", small letters, no parameters; or empty */
};

/* One line, with or without its line end. A status line starts a new answer and forgets all. */
void head_line(struct head *h, struct str line);

bool head_is_etag(struct str s);
bool head_is_date(struct str s);
