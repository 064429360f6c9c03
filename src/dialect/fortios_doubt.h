/* SPDX-License-Identifier: Apache-2.0 */
/* Why something is not known: a construct that is not modelled, and where it stands. */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "dialect/fortios_limits.h"

struct fos_doubt {
	const char *what; /* in the arena of the configuration */
	struct place at;
};

/* The first FOS_DOUBTS_MAX of them. */
struct fos_doubts {
	struct fos_doubt *doubt;
	size_t n;
};

/* Says why; `what` is copied with the name behind it ("fqdn object" "zoom"). */
EG_CHECK int fos_doubt(struct fos_doubts *d, struct arena *a, const char *what, struct str name,
		       struct place at);
EG_CHECK int fos_doubts_add(struct fos_doubts *d, struct arena *a, const struct fos_doubts *from);
