/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the parser share: the words of a line, and how it is refused. */
#pragma once

#include "dialect/ios_model.h"

struct ios_parsing {
	struct ios_config *config;
	struct arena *arena; /* of the config */
	struct diag *d;
	unsigned line;
	struct str text; /* the line, trimmed */
	struct str word[IOS_WORDS_MAX];
	size_t n, at; /* words, and the next one to be looked at */
};

/* E_LIMIT: too many words. */
EG_CHECK int ios_cut_words(struct ios_parsing *p);

/* Tells that this line is wrong; returns `code`. `hint` may be NULL. */
EG_PRINTF(4, 5)
int ios_refuse(struct ios_parsing *p, int code, const char *hint, const char *fmt, ...);

/* The next word, empty behind the last one. */
struct str ios_peek(const struct ios_parsing *p);
struct str ios_take(struct ios_parsing *p);
/* Takes the next word if it is this one, whatever the case of its letters. */
bool ios_accept(struct ios_parsing *p, const char *word);
/* Is the word at `at` this one? */
bool ios_begins(const struct ios_parsing *p, size_t at, const char *word);
/* The rest of the line, from the next word on. */
struct str ios_rest(const struct ios_parsing *p);

/* ios_entry.c: "permit ..." or "deny ..." of a list, from the next word on. */
EG_CHECK int ios_parse_entry(struct ios_parsing *p, const struct ios_list *list,
			     struct ios_entry *ret);

/* ios_value.c */

/* "any", "host A", "A WILDCARD", "P/LEN" or "object-group NAME". */
EG_CHECK int ios_parse_end(struct ios_parsing *p, enum family family, struct ios_end *ret);
/* "A WILDCARD" of a standard list: the wildcard may be missing. */
EG_CHECK int ios_parse_source(struct ios_parsing *p, struct ios_end *ret);
/* "A MASK", "A/LEN", "host A", "range A B", "any" of a network group. */
EG_CHECK int ios_parse_network(struct ios_parsing *p, enum family family, struct flow_spans *ret);
/* A protocol's name or number; "ip" and "ipv6": any. */
EG_CHECK int ios_parse_protocol(struct ios_parsing *p, enum family family, struct flow_spans *ret);
/* "eq ...", "neq ...", "lt", "gt", "range", or nothing: any. */
EG_CHECK int ios_parse_ports(struct ios_parsing *p, struct flow_spans proto,
			     struct flow_spans *ret);
/* A type and perhaps a code, or a message's name, or nothing: any. `ret_unsure`: the name of a
 * message whose codes are not certain. */
EG_CHECK int ios_parse_icmp(struct ios_parsing *p, enum family family, struct flow_spans *ret,
			    bool *ret_unsure);
EG_CHECK int ios_parse_seq(struct ios_parsing *p, struct str word, unsigned *ret);

/* ios_object.c */

/* "network NAME" or "service NAME" behind "object-group". `ret_open`: lines of it may follow. */
EG_CHECK int ios_open_group(struct ios_parsing *p, bool no, bool *ret_open, size_t *ret);
EG_CHECK int ios_member_line(struct ios_parsing *p, size_t group);
/* Of a line that is not indented: can it only be a member? */
bool ios_begins_member(const struct ios_parsing *p);

/* ios_interface.c */

/* The name behind "interface". */
EG_CHECK int ios_open_interface(struct ios_parsing *p, size_t *ret);
EG_CHECK int ios_interface_line(struct ios_parsing *p, size_t at);
/* Of a line that is not indented: does it apply a list? */
bool ios_begins_interface_command(const struct ios_parsing *p);
