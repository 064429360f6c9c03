/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Foreign text, made safe and short for a message.
 *
 * What strangers wrote goes to terminals and logs: control characters, broken UTF-8 and whole
 * megabyte lines must not. Bytes outside printable ASCII become '\xNN', unless they are valid
 * UTF-8 of a printable kind; what does not fit is cut and ends in "...".
 */
#pragma once

#include "base/str.h"

enum { SHOWN_MAX = 96 };

struct shown {
	char text[SHOWN_MAX]; /* NUL-terminated */
};

/* Use it in place: diag_error(d, at, "%s is no port", show(s).text). */
struct shown show(struct str s);
