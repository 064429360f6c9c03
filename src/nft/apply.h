/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole tables between the model and the kernel.
 *
 * A table is replaced in one transaction: the old one of that family and name goes and the new one
 * comes, and no packet sees anything between. If the kernel refuses any part, the old table stays
 * as it was and the diag names what was refused.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/diag.h"
#include "nft/learned.h"
#include "nft/link.h"
#include "nft/model.h"

/*
 * Loads `t` in place of the kernel's table of its family and name, if there is one. NFT_CHECK: the
 * kernel validates all of it and changes nothing.
 * Errors: those of encode_table() and nft_link_commit().
 */
EG_CHECK int nft_replace_table(struct nft_link *l, const struct nft_table *t, enum nft_commit mode,
			       struct diag *d);

/* Which elements of learned maps (nft/learned.h) outlive the table that holds them. */
struct nft_keep {
	const char *const *map; /* maps of the new table that elements may stay in */
	size_t maps;
	bool (*stays)(void *data, const struct learned_element *e);
	void *data;
};

/*
 * The same, and elements of the old table's maps that `keep` names go over in the same transaction
 * with what is left of their timeouts: no packet meets the new table without them. When others add
 * elements all the time, so that no moment's list could be made, what they add last may be lost;
 * it expires or is added again, and is never open longer. `ret_kept`: how many went over.
 */
EG_CHECK int nft_replace_table_keeping(struct nft_link *l, const struct nft_table *t,
				       const struct nft_keep *keep, enum nft_commit mode,
				       struct diag *d, size_t *ret_kept);

/* A table that is not there is no error. */
EG_CHECK int nft_delete_table(struct nft_link *l, enum nft_family family, const char *name,
			      struct diag *d);

/*
 * Reads one table of the kernel into `rs`, consistent: when the ruleset changes meanwhile, reading
 * begins anew, and gives up with -EAGAIN after some tries.
 * -ENOENT: no such table. E_LIMIT: more than the model holds. What has no structure in the model
 * becomes unknown statements.
 * Cost: the kernel's dump of a set with ranges walks from the start for every 32 KiB, so 1M
 * prefixes take a minute of kernel time.
 */
EG_CHECK int nft_read_table(struct nft_link *l, enum nft_family family, const char *name,
			    struct nft_ruleset *rs, struct diag *d);

/*
 * The same without the elements of sets whose elements time out: what a whole table is replaced
 * for. While others add and renew such elements all the time, nft_read_table() would see no moment
 * without a change; here two readings one after the other that say the same are enough.
 */
EG_CHECK int nft_read_rules(struct nft_link *l, enum nft_family family, const char *name,
			    struct nft_ruleset *rs, struct diag *d);

/*
 * With all elements, but perhaps not from one moment: an element that is added or renewed meanwhile
 * may be missing. For whoever asks again where it matters.
 */
EG_CHECK int nft_read_nearly(struct nft_link *l, enum nft_family family, const char *name,
			     struct nft_ruleset *rs, struct diag *d);

/* A counter of a table. */
struct nft_count {
	const char *name;   /* of a named counter; else NULL */
	const char *set;    /* the set of an element with a counter; else NULL */
	const uint8_t *key; /* of that element as the kernel has it: nft/wire.h */
	size_t key_size;
	uint64_t packets, bytes;
};

typedef int (*nft_count_fn)(void *data, const struct nft_count *c);

/*
 * The named counters of a table, in no order; `each` is called with borrowed values and stops the
 * reading with a negative result, which is returned.
 */
EG_CHECK int nft_counters(struct nft_link *l, enum nft_family family, const char *table,
			  nft_count_fn each, void *data);

/* The counters in the elements of one set. */
EG_CHECK int nft_element_counters(struct nft_link *l, enum nft_family family, const char *table,
				  const char *set, nft_count_fn each, void *data);
