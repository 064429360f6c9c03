/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses, ports and ICMP messages, as all of Cisco's languages write them. */
#pragma once

#include "dialect/cisco_words.h"
#include "flow/match.h"

enum {
	CISCO_MASK_SPANS_MAX = 64 * 1024, /* ranges that a mask with holes stands for */
	CISCO_SPANS_MAX = 2 * 1000 * 1000 /* the same, of all masks together */
};

/* An address of this family; 0: of any. */
EG_CHECK int cisco_take_address(struct cisco_words *p, unsigned family, struct addr *ret);
/* "P/LEN"; host bits do not count. */
EG_CHECK int cisco_take_prefix(struct cisco_words *p, enum family family, struct flow_spans *ret);
/* "A B": from A to B. */
EG_CHECK int cisco_take_range(struct cisco_words *p, enum family family, struct flow_spans *ret);
/* "A" */
EG_CHECK int cisco_take_host(struct cisco_words *p, enum family family, struct flow_spans *ret);

/*
 * All IPv4 addresses that equal `base` where `wild` has no bit. `ret_vague`: they are too many
 * ranges, and `ret` holds them and more.
 */
EG_CHECK int cisco_wild_spans(struct cisco_words *p, uint32_t base, uint32_t wild,
			      struct flow_spans *ret, bool *ret_vague);

/* "eq ...", "neq ...", "lt", "gt", "range", or nothing: any. */
EG_CHECK int cisco_parse_ports(struct cisco_words *p, struct flow_spans proto,
			       struct flow_spans *ret);
/* Does the next word begin such a thing? */
bool cisco_begins_ports(const struct cisco_words *p);
/* A type and perhaps a code, or a message's name, or nothing: any. `ret_unsure`: the name of a
 * message whose codes are not certain. */
EG_CHECK int cisco_parse_icmp(struct cisco_words *p, enum family family, struct flow_spans *ret,
			      bool *ret_unsure);
/* tcp and udp */
EG_CHECK int cisco_tcp_udp(struct arena *a, struct flow_spans *ret);
