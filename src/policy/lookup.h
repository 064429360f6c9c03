/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From what people write to what it names: services and rows of catalogs. A name that nothing
 * defines is E_UNKNOWN, told at its place with the nearest known one.
 */
#pragma once

#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "catalog/catalog.h"
#include "catalog/fields.h"

struct lookup {
	const struct catalogs *catalogs;
	struct diag *diag;
	struct arena *arena;
};

/* "VENDOR/SERVICE". */
EG_CHECK int lookup_service(const struct lookup *l, struct field_ref ref,
			    const struct service **ret);

/*
 * The inbound rows that "VENDOR/SERVICE" (all of them), "VENDOR/ROW" or "VENDOR/SERVICE/ROW" names,
 * appended to row[*n]; there is room for all rows of a vendor. A row that is not inbound, or a
 * service without one, is E_CONFLICT.
 */
EG_CHECK int lookup_inbound(const struct lookup *l, struct field_ref ref,
			    const struct requirement **row, size_t *n);

/* Tells at `at` that no `what` is called `typed`; the hint has the nearest known or the known. */
int lookup_unknown(const struct lookup *l, struct field_ref ref, const char *what,
		   const char *const *known, size_t n);
