/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The gateway at work, the parent's part: sockets, policy in the kernel, roles, signals.
 *
 * It starts as a whole or not at all: the table in the kernel is replaced when all the rest is
 * ready. A policy that cannot be read or loaded later leaves the old one where it is. When it ends,
 * table and learned addresses stay.
 */
#pragma once

#include "base/attr.h"
#include "base/diag.h"
#include "daemon/settings.h"

/*
 * Returns when it was told to end. `argv`: how to start the program anew (SIGUSR2), with the same
 * sockets.
 */
EG_CHECK int serve(const struct settings *s, char **argv, struct diag *d);
