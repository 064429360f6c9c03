/* SPDX-License-Identifier: Apache-2.0 */
/* Ends of policies (fortios_address.h) as they are put together from others. */
#pragma once

#include "dialect/fortios_address.h"
#include "dialect/spans.h"

struct fos_ends {
	struct fos_config *config;
	struct spanlist lo, hi;
	bool any_lo, any_hi, named;
	bool split; /* `hi` is not what `lo` is */
	struct pattern *sure, *maybe;
	size_t sures, sure_cap, maybes, maybe_cap;
	struct fos_doubts doubts;
};

/* Release it whether that worked or not. */
void fos_ends_init(struct fos_ends *e, struct fos_config *c);
void fos_ends_release(struct fos_ends *e);
/* E_LIMIT, without a message: objects stand for too many ranges. */
EG_CHECK int fos_ends_add(struct fos_ends *e, const struct fos_end *end);
/* Their union. */
EG_CHECK int fos_ends_seal(struct fos_ends *e, struct fos_end *ret);
/* a without b */
EG_CHECK int fos_end_minus(struct fos_end *a, const struct fos_end *b, enum family family,
			   struct arena *arena);
