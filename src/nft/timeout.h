/* SPDX-License-Identifier: Apache-2.0 */
/* The states of a tracked connection that have a timeout, by protocol (nfnetlink_cttimeout.h). */
#pragma once

#include <stdint.h>

#include "base/str.h"

/* The attribute of a state: 1.. ; 0: the protocol has no such state. */
unsigned timeout_state(uint8_t l4proto, struct str name);

/* Its name, or NULL. */
const char *timeout_name(uint8_t l4proto, unsigned state);
