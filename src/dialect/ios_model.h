/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a Cisco IOS configuration tells about access lists, as parsed: lists of entries in the order
 * of their sequence numbers, object groups, and interfaces with what is applied to them.
 *
 * Groups are looked up when an entry is read as flows (ios_group.h), not when it is parsed: the
 * text may define them later. Texts are borrowed from the file.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "base/hash.h"
#include "base/str.h"
#include "dialect/ios_limits.h"
#include "flow/match.h"
#include "net/addr.h"

/* One end of an entry. */
struct ios_end {
	struct flow_spans spans; /* of the list's family; NULL: any */
	struct str group;	 /* object group; empty: none */
	bool vague;		 /* a wildcard of too many ranges: `spans` holds them and more */
};

/* Protocol and what stands in its header; of an entry, or a member of a service group. */
struct ios_service {
	struct flow_spans proto, sport, dport; /* dport: ICMP type * 256 + code too */
	bool transport;			       /* asks for something in the transport header */
};

struct ios_entry {
	unsigned seq, line;
	struct str text; /* the line */
	struct str body; /* from "permit" on */
	bool permit;
	struct ios_service service;
	struct str service_group; /* instead of `service`; empty: none */
	struct ios_end src, dst;
	bool fragments, established;
	bool flags;	     /* other TCP flags: of first packets alone we know them */
	bool flags_of_first; /* ... and whether those have them */
	struct str unknown;  /* the first part that is not modelled; empty: none */
};

struct ios_list {
	struct str name;
	enum family family;
	bool standard; /* sources alone */
	bool gone;     /* defined once, and removed */
	unsigned line;
	struct ios_entry *entry;
	size_t n, cap;
};

struct ios_member {
	unsigned line;
	struct str group;	    /* group-object; empty: none */
	struct flow_spans spans;    /* of a network group */
	struct ios_service service; /* of a service group */
	bool unknown;		    /* not modelled */
};

enum ios_group_kind { IOS_NETWORK, IOS_NETWORK6, IOS_SERVICE, IOS_OTHER };

struct ios_group {
	struct str name;
	enum ios_group_kind kind;
	unsigned line;
	struct ios_member *member;
	size_t n, cap;
	/* what it stands for, once somebody asked (ios_group.h) */
	enum { IOS_GROUP_NEW, IOS_GROUP_BUSY, IOS_GROUP_DONE } state;
	bool unknown; /* it holds something that is not modelled */
	struct flow_spans spans;
	struct ios_service *service;
	size_t services;
};

enum ios_direction { IOS_IN, IOS_OUT, IOS_DIRECTIONS };

struct ios_applied {
	struct str list; /* empty: none */
	unsigned line;
};

/* A command of an interface that may stop or change packets and is not modelled. */
struct ios_command {
	struct str text;
	unsigned line;
};

struct ios_interface {
	struct str name;
	unsigned line;
	struct ios_applied applied[2][IOS_DIRECTIONS]; /* IPv4, IPv6 */
	struct ios_command *command;
	size_t commands, cap;
};

struct ios_config {
	struct arena *arena;
	const char *file; /* in the arena */
	struct ios_list *list;
	size_t lists, list_cap;
	struct strmap list_by_name[2]; /* by family */
	struct ios_group *group;
	size_t groups, group_cap;
	struct strmap group_by_name;
	struct ios_interface *interface;
	size_t interfaces, interface_cap;
	size_t entries, members, spans, moves; /* of all */
};

void ios_config_free(struct ios_config *c);
void ios_config_freep(struct ios_config **c);

/* E_SYNTAX, E_LIMIT, E_CONFLICT, E_UNSUPPORTED, -ENOMEM. The text stays borrowed. */
EG_CHECK int ios_parse(struct str text, const char *file, struct diag *d, struct ios_config **ret);

/* NULL: there is none. */
struct ios_list *ios_list_find(const struct ios_config *c, struct str name, enum family family);
struct ios_group *ios_group_find(const struct ios_config *c, struct str name);
