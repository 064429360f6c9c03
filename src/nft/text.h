/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reader of nft scripts: what people write for `nft -f`, and what `nft list ruleset` prints.
 *
 * The script is carried out on an empty kernel: blocks of one table merge, `insert` goes in front,
 * `delete` and `flush` take away, variables and includes are expanded. The grammar is that of nft
 * 1.0.6 (nft(8)), newer words that are known included. A statement that begins with a word that is
 * not known becomes NFT_S_UNKNOWN up to the end of its rule, with a warning; everything else that
 * cannot be read is an error with its place, and reading goes on behind it to tell of more.
 *
 * What is printed (nft/print.h) reads as the same ruleset. Three rules keep it so: a statement
 * means what its own line says, whatever follows or stands where; an operator takes only what nft
 * lets it take, since the printer writes nothing else; and a rule with an unknown statement keeps
 * its words.
 */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/str.h"
#include "nft/model.h"

enum {
	NFT_TEXT_MAX = 64 * 1024 * 1024, /* bytes of all files together */
	NFT_TEXT_FILES_MAX = 4096,	 /* included files */
	NFT_TEXT_ERRORS_MAX = 20	 /* then reading stops */
};

/* How `include` finds files. Both return 0 or a negative code; they need not tell the diag. */
struct nft_includes {
	/* The files that `pattern` (may have * ? []) means when `from` names it, in order. */
	int (*list)(void *data, const char *pattern, const char *from, struct arena *a,
		    const char *const **ret_path, size_t *ret_n);
	int (*read)(void *data, const char *path, struct buf *out, struct diag *d);
	void *data;
};

/* Reads real files, relative names beside the including file or in /etc, as nft does. */
extern const struct nft_includes nft_includes_files;

/*
 * Reads a script; `file` names it in messages and must outlive the ruleset, like nothing else:
 * the text is copied where needed. `includes` NULL refuses `include`. E_SYNTAX and others: the
 * diag tells; E_LIMIT: too large or too deep.
 */
EG_CHECK int nft_text_read(struct str text, const char *file, const struct nft_includes *includes,
			   struct diag *d, struct nft_ruleset **ret);

/* How much `text` looks like an nft script, 0..100. */
int nft_text_detect(struct str text);
