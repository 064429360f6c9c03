/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lab's DNS authority: NSD on the outside node, with a root zone that knows the names given.
 *
 * It listens where a root server does (a.root-servers.net), which any resolver in the lab can be
 * told to ask. Its files are in the lab's private tmpfs.
 */
#pragma once

#include <stddef.h>

#include "base/attr.h"
#include "lab/lab.h"
#include "net/addr.h"

#define AUTHORITY_V4 "198.41.0.4"
#define AUTHORITY_V6 "2001:503:ba3e::2:30"

struct authority_name {
	const char *name; /* without the final dot */
	struct addr addr; /* one family; give a name twice for both */
};

/* -ENOENT: NSD is not installed. It answers soon after, not at once. */
EG_CHECK int authority_start(struct lab *lab, const struct authority_name *name, size_t n);
