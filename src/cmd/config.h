/* SPDX-License-Identifier: Apache-2.0 */
/* A firewall configuration named on the command line: read, dialect found, told when it cannot be.
 */
#pragma once

#include "base/attr.h"
#include "cmd/env.h"
#include "dialect/dialect.h"

/*
 * Reads the configuration in `path`: a file, "-" for standard input, or a folder whose files make
 * one device. `from` names the dialect, NULL: found from the content. `at` is the place to look
 * from (assume.hook), NULL: the usual one.
 */
EG_CHECK int config_read(struct env *env, const char *path, const char *from, const char *at,
			 struct reading **ret);

/* A dialect by name, or E_UNKNOWN with the known ones told. `can` is what it must be able to do. */
EG_CHECK int config_dialect(struct env *env, const char *name, unsigned can,
			    const struct dialect **ret);
