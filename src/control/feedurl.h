/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The address that is really asked. Some services want to be told who asks, as a random number that
 * stays (Microsoft 365: `clientrequestid`): `{uuid}` in a list's url stands for this
 * installation's, which is made once and kept in STATE/feeds/uuid.
 */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "control/feedstore.h"

/* In `a`; `url` itself where it names no number. E_SYNTAX: the kept one is none; -errno; told. */
EG_CHECK int feed_url(const struct feedstore *s, const char *url, struct arena *a, struct diag *d,
		      const char **ret);
