/* SPDX-License-Identifier: Apache-2.0 */
/* The addresses that this host answers to itself, which is what it does not forward. */
#pragma once

#include "base/attr.h"
#include "net/prefixlist.h"

/*
 * All destinations that the kernel's routing keeps for the host: its own addresses, broadcasts,
 * anycast and multicast, of both families. *ret is sealed, and must own nothing before.
 */
EG_CHECK int own_addresses(struct prefixlist *ret);
