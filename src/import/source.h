/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One input of an import: a file read, decoded, its format found, and put into a draft.
 *
 * What a file is, is found from its content; `format` and `encoding` say it where that fails. The
 * draft's vendor, title, page and date are the caller's; what is not set, the first source sets
 * where it knows better (a publication its address, a saved page where it was saved from).
 */
#pragma once

#include "base/attr.h"
#include "base/diag.h"
#include "import/account.h"
#include "import/decode.h"
#include "import/format.h"
#include "import/rows.h"

struct source {
	const char *path;
	const struct format *format;
	const char *encoding;
	enum decoded_how how;
	const char *sha256;	 /* of the file's bytes, in hexadecimal */
	const struct page *page; /* of a page format, else NULL */
	struct account account;	 /* of its rows and texts */
};

struct source_input {
	const char *path;
	const char *format, *encoding; /* names, or NULL: find out */
	const char *before;	       /* see struct rows_input */
	const struct dictionary *words;
	const struct list_finder *lists;
};

/*
 * E_UNKNOWN: no format fits; E_SYNTAX, E_LIMIT, -errno as told. *ret lives in the draft's arena.
 */
EG_CHECK int source_read(const struct source_input *in, struct draft *draft, struct diag *d,
			 struct source *ret);
