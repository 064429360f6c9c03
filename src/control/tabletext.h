/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Table inet egret of the kernel as text, and back: the form in which a generation remembers what
 * the kernel held.
 *
 * The text is canonical (nft/print.h) and stateless: no counts, no handles, no learned addresses.
 * So the same rules are the same bytes, however they came into the kernel, and a table that was
 * loaded from its text reads back as that text. No table at all is the empty text.
 */
#pragma once

#include "base/attr.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/str.h"
#include "nft/apply.h"
#include "nft/model.h"

/* Appends the text of a model that has only our table. Forgets its learned addresses. */
void tabletext_of(struct nft_ruleset *rs, struct buf *out);

/* Appends what the kernel holds. */
EG_CHECK int tabletext_read(struct nft_link *l, struct diag *d, struct buf *out);

/*
 * Loads a text in place of what the kernel holds, in one transaction; `keep` says which learned
 * addresses go over (nft/apply.h; NULL: none). The empty text removes the table.
 */
EG_CHECK int tabletext_load(struct nft_link *l, struct str text, const struct nft_keep *keep,
			    enum nft_commit mode, struct diag *d, size_t *ret_kept);
