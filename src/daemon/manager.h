/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Speaking with the service manager that started us, if one did: the protocols of sd_notify(3),
 * sd_listen_fds(3) and sd_watchdog_enabled(3).
 *
 * Spoken here and not by libsystemd, which would bring liblzma, libzstd, liblz4 and libgcrypt into
 * a process that holds the firewall.
 */
#pragma once

#include <stdint.h>

#include "base/attr.h"

enum { MANAGER_FD_START = 3 }; /* the first of the sockets that are handed in */

/* "READY=1", "STOPPING=1", ... Nobody may be listening: nothing is returned. */
EG_PRINTF(1, 2) void manager_notify(const char *fmt, ...);

/*
 * How many sockets were handed in, from MANAGER_FD_START on, close-on-exec from now; 0: none were.
 * E_SYNTAX: the environment is wrong. Children do not see them any more.
 */
EG_CHECK int manager_sockets(void);

/* How often "WATCHDOG=1" must be said, in nanoseconds; 0: never. */
uint64_t manager_watchdog(void);
