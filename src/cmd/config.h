/* SPDX-License-Identifier: Apache-2.0 */
/* A firewall configuration named on the command line: read, dialect found, told when it cannot be.
 */
#pragma once

#include "base/attr.h"
#include "cmd/env.h"
#include "cmd/view.h"
#include "dialect/dialect.h"

/*
 * Reads the configuration in the files in `path` (configfiles.h). `from` names the dialect, NULL:
 * found from the content.
 */
EG_CHECK int config_read(struct env *env, char *const *path, size_t n, const char *from,
			 const struct view *view, struct reading **ret);

/* A dialect by name, or E_UNKNOWN with the known ones told. `can` is what it must be able to do. */
EG_CHECK int config_dialect(struct env *env, const char *name, unsigned can,
			    const struct dialect **ret);
