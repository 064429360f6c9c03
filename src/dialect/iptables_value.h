/* SPDX-License-Identifier: Apache-2.0 */
/* Values as iptables and ipset spell them: addresses with masks, ports, ICMP types. */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/str.h"
#include "dialect/spans.h"
#include "net/addr.h"

/*
 * "10.0.0.0/8", "10.0.0.0/255.0.255.0", "10.0.0.1": what the mask leaves open, host bits ignored.
 * E_SYNTAX; E_UNKNOWN: a host's name; E_CONFLICT: of the other family; E_LIMIT: a mask with too
 * many holes.
 */
EG_CHECK int ipt_address(struct str text, enum family family, struct arena *a,
			 struct spanlist *into);

/* "10.0.0.1-10.0.0.9" or one address. Errors as above. */
EG_CHECK int ipt_range(struct str text, enum family family, u128 *ret_lo, u128 *ret_hi);

/* "80", "1000:2000", ":1024", "https"; `sep` is ':' or, for ipset, '-'. E_SYNTAX. */
EG_CHECK int ipt_port(struct str text, char sep, unsigned *ret_lo, unsigned *ret_hi);

/* "8", "3/4", "echo-request", "any" as spans of type * 256 + code. E_SYNTAX; -ENOMEM. */
EG_CHECK int ipt_icmp(struct str text, enum family family, struct spanlist *into);

EG_CHECK int ipt_protocol(struct str text, unsigned *ret); /* 0 is any. E_UNKNOWN */
