/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a generation was made of, as files of its folder: the policy and the catalogs of the vendors
 * that it speaks of. A folder is filled under a temporary name, written through to the disk, and
 * renamed.
 */
#pragma once

#include <stdint.h>

#include "base/attr.h"
#include "base/diag.h"
#include "base/str.h"
#include "control/store.h"
#include "policy/policy.h"

enum {
	SNAPSHOT_SHA256_MAX = 65,      /* 64 digits and the NUL */
	SNAPSHOT_FILES_MAX = 10000,    /* of one generation */
	SNAPSHOT_BYTES_MAX = 512 << 20 /* all of them together */
};

#define SNAPSHOT_POLICY "egret.yaml"
#define SNAPSHOT_CATALOGS "catalogs"
#define SNAPSHOT_LOADED "loaded.nft"
#define SNAPSHOT_BEFORE "before.nft"

/*
 * Copies the file of the policy and the folders of its vendors in `catalogs`. The SHA-256 is over
 * names and content of all these files.
 */
EG_CHECK int snapshot_make(const struct store *s, int64_t number, const struct policy *p,
			   const char *catalogs, struct diag *d,
			   char sha256[static SNAPSHOT_SHA256_MAX]);

/* The same from another generation, whose files must still have the SHA-256 that it had.
 * E_CONFLICT. */
EG_CHECK int snapshot_again(const struct store *s, int64_t number, const struct generation *from,
			    struct diag *d);

/* Writes a file of a generation's folder, whole or not at all. */
EG_CHECK int snapshot_write(const struct store *s, int64_t number, const char *name,
			    struct str text, struct diag *d);
EG_CHECK int snapshot_read(const struct store *s, int64_t number, const char *name, struct buf *out,
			   struct diag *d);

struct site;

/* The policy and the catalogs of a generation, read and compiled. Errors of site_load(). */
EG_CHECK int snapshot_site(const struct store *s, int64_t number, struct diag *d,
			   struct site **ret);

/* Removes what a snapshot_make() that was killed has left. */
void snapshot_sweep(const struct store *s, int64_t number);
