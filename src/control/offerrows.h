/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A publication says more than addresses: names, ports, which lists belong to what. `egret sync`
 * takes over addresses only, so it must tell when the rest is not what the catalog has.
 */
#pragma once

#include <stddef.h>

#include "base/attr.h"
#include "control/offer.h"

/*
 * Compares the rows of a publication that was read with those of the feed's catalog, as egret
 * import --merge does. *ret: how many are new, changed or gone; a warning in `d` names them. 0 for
 * a list file. Errors of reading the catalog, told; -ENOMEM.
 */
EG_CHECK int offer_rows(const struct feed *f, struct offer *o, const char *path, struct diag *d,
			size_t *ret);
