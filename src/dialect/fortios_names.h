/* SPDX-License-Identifier: Apache-2.0 */
/* Services as the factory defines them; those of which it is certain. */
#pragma once

#include <stdint.h>

#include "base/attr.h"
#include "base/str.h"

/* lo..hi: ports, or ICMP type * 256 + code; hi 0: any. */
struct fos_factory {
	const char *name;
	uint8_t proto; /* 0: any */
	uint16_t lo, hi;
};

/* The i-th line of a service, or NULL behind the last one. */
const struct fos_factory *fos_factory_find(struct str name, size_t i);
