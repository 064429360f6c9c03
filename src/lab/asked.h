/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much DNS reaches the internet of a lab: a counter at its end, so that "the name did not leave
 * the gateway" is something that was seen.
 */
#pragma once

#include <stdint.h>

#include "base/attr.h"
#include "base/diag.h"
#include "lab/lab.h"

/* Puts the counter there. */
EG_CHECK int asked_watch(struct lab *lab, struct diag *d);

/* Packets to port 53 since then, over UDP and TCP, in both families. */
EG_CHECK int asked_count(struct lab *lab, struct diag *d, uint64_t *ret);
