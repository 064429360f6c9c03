/* SPDX-License-Identifier: Apache-2.0 */
/* What the gateway's connection tracking holds, over ctnetlink. */
#pragma once

#include "base/attr.h"
#include "lab/lab.h"

/*
 * The shortest time, in seconds, that a UDP conversation of the gateway which was answered still
 * has to live; 0: there is none, or this kernel does not tell.
 */
EG_CHECK int conntrack_udp_timeout(struct lab *lab, unsigned *ret);
