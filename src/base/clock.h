/* SPDX-License-Identifier: Apache-2.0 */
/* Time that only goes forward, for deadlines and durations. */
#pragma once

#include <stdint.h>

uint64_t clock_ns(void); /* CLOCK_MONOTONIC, nanoseconds */
