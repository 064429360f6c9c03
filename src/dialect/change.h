/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A change of somebody's configuration: rules that come before all of its own, written as commands
 * in its language, as an operator loads them on top of what the device has. Reading the files and
 * the commands behind them gives the device as it is after the change.
 */
#pragma once

#include "base/attr.h"
#include "dialect/dialect.h"

struct change {
	const struct config_file *source; /* the configuration */
	size_t files;
	const struct assume *assume;	/* where its rules are looked at */
	const struct rulelist *rules;	/* first match; none says what becomes of the rest */
	const struct rulelist *answers; /* the same where answers come; empty: nothing to say */
};

/*
 * Writes the commands. Rules that cannot be said or put in front go to `lost`. E_UNSUPPORTED, told:
 * the dialect has no changes, or not of such a configuration.
 */
EG_CHECK int change_write(const struct dialect *dialect, const struct change *c, struct flow_mgr *m,
			  struct arena *a, struct diag *d, struct buf *out, struct losses *lost);

/* Reads the device as it is after the change. */
EG_CHECK int change_read(const struct dialect *dialect, const struct change *c, struct str commands,
			 struct flow_mgr *m, struct diag *d, struct reading **ret);
