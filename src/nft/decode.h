/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel's dump of a table as a model.
 *
 * The answers of a dump go through decode_answer() in any number and order that makes sense to the
 * kernel: the table, chains, objects, sets, their elements, rules. Rules are translated the way
 * `nft list` does it: what was loaded into a register becomes the left side of what is then done
 * with the register; tests that a later field implies (`meta l4proto tcp` before `tcp dport`) are
 * dropped, as the field carries them. Whatever has no structure in the model becomes an unknown
 * statement, and nothing is skipped. The bytes may be anything: a malformed answer is E_SYNTAX.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/diag.h"
#include "nft/link.h"
#include "nft/model.h"

struct decoder;

/* A decoder of one table into `rs`. `names` gives interface names and may be NULL. NULL: no memory.
 */
struct decoder *decoder_new(struct nft_ruleset *rs, enum nft_family family, const char *table,
			    struct nft_link *names);
void decoder_free(struct decoder *dc);
void decoder_freep(struct decoder **dc);

/* Takes in one answer; those about other tables are passed over. E_SYNTAX, E_LIMIT, -ENOMEM. */
EG_CHECK int decode_answer(struct decoder *dc, const struct nft_answer *a);

/* Takes in netlink messages as they lie in a buffer, one behind the other; others are passed over.
 */
EG_CHECK int decode_messages(struct decoder *dc, const void *data, size_t size);

/* The i-th set of the table by the kernel's name (anonymous ones included), NULL past the end. */
const char *decoder_set_name(const struct decoder *dc, size_t i);

/* All elements have come: makes ranges of borders and puts elements in order. */
EG_CHECK int decode_elements_end(struct decoder *dc);

/* The table that was read, or NULL when there was none of that name. */
struct nft_table *decoder_table(const struct decoder *dc);
