/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses and ports as PAN-OS writes them. E_SYNTAX for anything else; -ENOMEM. */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/str.h"
#include "flow/match.h"

/* "A", "A/LEN" (host bits do not count) or "A-B"; by family, IPv4 and IPv6. */
EG_CHECK int panos_address(struct str text, struct arena *a, struct flow_spans ret[static 2]);
/* "A/WILDCARD" of IPv4. `ret_vague`: so many ranges that `ret` holds them and more. */
EG_CHECK int panos_wildcard(struct str text, struct arena *a, struct flow_spans ret[static 2],
			    bool *ret_vague);
/* "80,443,1000-2000" */
EG_CHECK int panos_ports(struct str text, struct arena *a, struct flow_spans *ret);
