/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the parser share. */
#pragma once

#include "dialect/cisco_value.h"
#include "dialect/ios_model.h"

/* ios_entry.c: "permit ..." or "deny ..." of a list, from the next word on. */
EG_CHECK int ios_parse_entry(struct cisco_words *p, const struct ios_list *list,
			     struct ios_entry *ret);

/* ios_value.c */

/* "any", "host A", "A WILDCARD", "P/LEN" or "object-group NAME". */
EG_CHECK int ios_parse_end(struct cisco_words *p, enum family family, struct ios_end *ret);
/* "A WILDCARD" of a standard list: the wildcard may be missing. */
EG_CHECK int ios_parse_source(struct cisco_words *p, struct ios_end *ret);
/* "A MASK", "A/LEN", "host A", "range A B", "any" of a network group. */
EG_CHECK int ios_parse_network(struct cisco_words *p, enum family family, struct flow_spans *ret);
/* A protocol's name or number; "ip" and "ipv6": any. */
EG_CHECK int ios_parse_protocol(struct cisco_words *p, enum family family, struct flow_spans *ret);
EG_CHECK int ios_parse_seq(struct cisco_words *p, struct str word, unsigned *ret);

/* ios_object.c */

/* "network NAME" or "service NAME" behind "object-group". `ret_open`: lines of it may follow. */
EG_CHECK int ios_open_group(struct cisco_words *p, bool no, bool *ret_open, size_t *ret);
EG_CHECK int ios_member_line(struct cisco_words *p, size_t group);
/* Of a line that is not indented: can it only be a member? */
bool ios_begins_member(const struct cisco_words *p);

/* ios_interface.c */

/* The name behind "interface". */
EG_CHECK int ios_open_interface(struct cisco_words *p, size_t *ret);
EG_CHECK int ios_interface_line(struct cisco_words *p, size_t at);
/* Of a line that is not indented: does it apply a list? */
bool ios_begins_interface_command(const struct cisco_words *p);
