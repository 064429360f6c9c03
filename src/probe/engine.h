/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The probe engine: runs many probes at once in one thread, with poll(2).
 *
 * It owns descriptors, deadlines and the limit on how many are open at a time. A probe that cannot
 * even begin gets FINDING_NOT_TRIED and does not disturb the others.
 */
#pragma once

#include <stddef.h>

#include "base/attr.h"
#include "probe/probe.h"

enum { PROBE_MOST_DEFAULT = 256 };

struct probe_limits {
	unsigned most; /* probes under way at once; 0: PROBE_MOST_DEFAULT */
	void (*done)(void *data, size_t index); /* after each finding, or NULL */
	void *data;
};

/*
 * Runs job[0..n) and fills ret[0..n), in the same order. `limits` may be NULL. -ENOMEM or the
 * error of poll(2); findings are not errors.
 */
EG_CHECK int probe_all(const struct probe_job *job, size_t n, const struct probe_limits *limits,
		       struct probe_result *ret);
