/* SPDX-License-Identifier: Apache-2.0 */
/* The system calls that a role has left: the list is the documentation. */
#pragma once

#include "base/attr.h"

/*
 * From now on every other system call ends the process. `allow` has SANDBOX_* bits
 * (daemon/sandbox.h). -errno.
 *
 * Programs under AddressSanitizer or LeakSanitizer are not restricted: those make calls of their
 * own.
 */
EG_CHECK int syscalls_restrict(unsigned allow);
