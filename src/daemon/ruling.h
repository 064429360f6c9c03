/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The version of the policy that rules: what was read and compiled, and what the resolver makes of
 * it. The kernel's tables, the policy's own and the one that leads clients to the resolver, are put
 * there and are one thing with it.
 */
#pragma once

#include "base/attr.h"
#include "base/diag.h"
#include "control/site.h"
#include "daemon/gateway.h"
#include "daemon/learn.h"
#include "net/peer.h"

struct ruling {
	struct site *site;
	struct gateway *gateway;
};

#define RULING_INIT ((struct ruling){ 0 })

void ruling_release(struct ruling *r);

/* Reads and compiles; the kernel is not touched. Empty paths are looked for (control/paths.h). */
EG_CHECK int ruling_read(struct ruling *r, const char *catalogs, const char *policy,
			 struct diag *d);

/*
 * Puts the tables into the kernel. What the maps hold already is renewed later, not new. `listen`:
 * where our resolver is asked. E_INEXACT: the new table is there, and not the policy.
 */
EG_CHECK int ruling_load(const struct ruling *r, struct kernel_learner *kernel,
			 const struct peer *listen, size_t listens, struct diag *d);
