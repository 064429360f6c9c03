/* SPDX-License-Identifier: Apache-2.0 */
/* Random numbers that nobody outside can guess, drawn from the kernel many at a time. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct random {
	uint16_t number[128];
	size_t left; /* not used yet; 0 at birth */
};

/* A negative errno when the kernel gives none: then nothing may be asked. */
EG_CHECK int random_u16(struct random *r, uint16_t *ret);
EG_CHECK int random_u64(struct random *r, uint64_t *ret);
