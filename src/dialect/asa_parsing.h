/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the parser share. `config` of the words is the struct asa_config. */
#pragma once

#include "dialect/asa_model.h"
#include "dialect/cisco_value.h"

/* ---- asa_list.c ---- */

/* Behind "access-list". Objects and groups of the whole text must be known. */
EG_CHECK int asa_list_line(struct cisco_words *p, bool no);

/* ---- asa_entry.c ---- */

/* "permit ..." or "deny ...", from the next word on. */
EG_CHECK int asa_parse_entry(struct cisco_words *p, struct asa_entry *ret);

/* ---- asa_value.c ---- */

/* "host A", "A MASK", "P/LEN". */
EG_CHECK int asa_parse_addresses(struct cisco_words *p, struct asa_set *ret);
/* "A B": a range of one family. */
EG_CHECK int asa_parse_range(struct cisco_words *p, struct asa_set *ret);
/* A protocol's name or number; "ip": any. `ret_unsure`: it is not certain what it means. */
EG_CHECK int asa_parse_protocol(struct cisco_words *p, struct flow_spans *ret, bool *ret_unsure);
/* What stands behind a protocol in an object: "source OP P destination OP P", or ICMP's type. */
EG_CHECK int asa_parse_service(struct cisco_words *p, struct asa_service *ret, bool *ret_unsure);
/* ICMP's type and code, if `proto` is such a protocol. */
EG_CHECK int asa_parse_icmp(struct cisco_words *p, struct flow_spans proto, struct flow_spans *ret);
bool asa_is_icmp(struct flow_spans proto);

/* ---- asa_object.c ---- */

/* Behind "object": `ret_open`, lines of object `ret` may follow. */
EG_CHECK int asa_open_object(struct cisco_words *p, bool *ret_open, size_t *ret);
EG_CHECK int asa_object_line(struct cisco_words *p, size_t object);
/* Behind "object-group". */
EG_CHECK int asa_open_group(struct cisco_words *p, size_t *ret);
EG_CHECK int asa_member_line(struct cisco_words *p, size_t group);
/* Of a line that is not indented: can it only be one of an object or group? */
bool asa_begins_member(const struct cisco_words *p);

/* ---- asa_interface.c ---- */

EG_CHECK int asa_open_interface(struct cisco_words *p, size_t *ret);
EG_CHECK int asa_interface_line(struct cisco_words *p, size_t at);
bool asa_begins_interface_command(const struct cisco_words *p);
/* Behind "access-group". */
EG_CHECK int asa_bind_line(struct cisco_words *p, bool no);
/* Interfaces that are named only where lists are bound. */
EG_CHECK int asa_add_bound_interfaces(struct asa_config *c);

/* ---- asa_command.c ---- */

/* A line of the whole device that no other part reads. `ret_watch`: lines of it may matter too. */
EG_CHECK int asa_command_line(struct cisco_words *p, bool no, bool *ret_watch);
/* A line of a policy map. */
EG_CHECK int asa_policy_line(struct cisco_words *p);
/* Of a line that is not indented: can it only be one of a policy map? */
bool asa_begins_policy_line(const struct cisco_words *p);
/* Notes a command that is not modelled, of the whole device. */
EG_CHECK int asa_note_command(struct cisco_words *p, bool changes);
/* Behind "nat". */
EG_CHECK int asa_nat_line(struct cisco_words *p);
