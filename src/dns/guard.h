/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addresses that no public name may have: the answer to a public name that says "192.168.1.1" aims
 * a browser, and a hole in the firewall, at the inside (DNS rebinding).
 *
 * Not global by the IANA special-purpose registries: this host, private, shared (CGNAT), loopback,
 * link-local, multicast, reserved and broadcast; of IPv6 also unique-local, and the forms that
 * carry an IPv4 address within (mapped, compatible, NAT64, 6to4) when that one is none either.
 * Mapped and compatible ones never are: no one writes them into a zone in good faith.
 */
#pragma once

#include <stdbool.h>

#include "net/addr.h"

bool guard_is_public(struct addr a);
