/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Running code with its first, second, third ... allocation failing, until none fails.
 *
 * The sanitizers watch what each failure leaves behind. Include "support/test.h" first.
 */
#pragma once

#include <errno.h>

#include "base/alloc.h"

enum { OOM_MOST = 20000 /* allocations of one sample; more means it never ends */ };

/*
 * `sample` builds something, checks it, lets it go and returns 0, or returns -ENOMEM having let go
 * of what it had. Returns how many failures it survived. A sample that goes on without what it
 * could not get (a diag counts a message that it cannot keep) may return 0 for a failed round too.
 */
static inline unsigned assert_survives_oom(int (*sample)(void *data), void *data)
{
	for (unsigned n = 0; n < OOM_MOST; n++) {
		bool failed;
		int r;

		mem_fail_after((long)n);
		r = sample(data);
		failed = !mem_fail_pending();
		mem_fail_after(-1);
		if (!failed) {
			assert_int_equal(r, 0);
			return n;
		}
		if (r != 0 && r != -ENOMEM)
			fail_msg("allocation %u fails: %d instead of -ENOMEM", n, r);
	}
	fail_msg("more than %d allocations", OOM_MOST);
	return 0;
}
