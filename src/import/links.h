/* SPDX-License-Identifier: Apache-2.0 */
/* Links of a page that lead to published lists. */
#pragma once

#include <stdbool.h>

#include "base/str.h"

/* Does the address end in the name of a list file (.txt, .json, .csv)? *ret is that name. */
bool link_is_list(struct str href, struct str *ret);

/* The family that the file's name says (enum family_bit), or 0: "ZoomMeetings-IPv6.txt". */
unsigned link_family(struct str file);

/* Is `word` one of the words of the text of a link? */
bool link_has_word(struct str text, struct str word);
