/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include <time.h>

uint64_t clock_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t); /* cannot fail for this clock on Linux */
	return (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
}
