/* SPDX-License-Identifier: Apache-2.0 */
/* What egretd says of itself: to the egret program ("status"), and to Prometheus. */
#pragma once

#include "base/attr.h"
#include "base/buf.h"
#include "daemon/drift.h"
#include "daemon/metrics.h"
#include "daemon/resolver.h"
#include "daemon/ruling.h"

struct report {
	const struct ruling *ruling;
	const struct resolver *resolver;
	const struct drift_watch *drift;
	const struct metrics *metrics;
	unsigned long long loaded; /* times */
};

/* "KEY VALUE" lines. */
EG_CHECK int report_status(const struct report *r, struct buf *out);

/* The counters of the requirements are read from the kernel: some hundred take a millisecond. */
EG_CHECK int report_metrics(const struct report *r, struct buf *out);
