/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a configuration of a Cisco ASA tells about access rules, as parsed: objects and groups of
 * them, lists of entries in their order, interfaces, where lists are bound, and commands that may
 * stop or change packets besides.
 *
 * One list holds entries of both families (releases from 9.0). Objects are looked up when an entry
 * is read as flows (asa_group.h). Texts are borrowed from the file.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "base/hash.h"
#include "base/str.h"
#include "dialect/asa_limits.h"
#include "flow/match.h"
#include "net/addr.h"

/* A name that the device resolves itself. */
struct asa_fqdn {
	struct str object; /* that holds it */
	struct pattern pattern;
	unsigned family; /* 4 or 6; 0: both */
};

/* Addresses of both families, and names. */
struct asa_set {
	struct flow_spans v4, v6; /* NULL: any; spans_none(): none of this family */
	const struct asa_fqdn *name;
	size_t names;
	struct str unknown; /* something in it that is not modelled; empty: nothing */
};

/* Protocol and what stands in its header. */
struct asa_service {
	struct flow_spans proto, sport, dport; /* dport: ICMP type * 256 + code too */
};

/* What a value names instead of saying it. */
enum asa_named { ASA_ITSELF, ASA_OBJECT, ASA_GROUP, ASA_INTERFACE };

/* One end of an entry. */
struct asa_end {
	enum asa_named named;
	struct str name;
	struct asa_set set; /* of ASA_ITSELF */
};

struct asa_entry {
	unsigned line;
	struct str text; /* the line */
	struct str body; /* from "extended" or "remark" on */
	bool remark, permit, inactive;
	enum asa_named named; /* ASA_OBJECT, ASA_GROUP: in place of the protocol */
	struct str service_name;
	struct asa_service service;
	struct asa_end src, dst;
	struct str sports, dports; /* object groups in place of ports or ICMP types */
	struct str unknown;	   /* the first part that is not modelled; empty: none */
};

/* Not a remark, and not switched off. */
static inline bool asa_decides(const struct asa_entry *e)
{
	return !e->remark && !e->inactive;
}

/* Empty: it has remarks alone. Other: ethertype, webtype or standard, whose entries are not read.
 */
enum asa_list_kind { ASA_LIST_EMPTY, ASA_LIST_EXTENDED, ASA_LIST_OTHER };

struct asa_list {
	struct str name;
	unsigned line;
	enum asa_list_kind kind;
	struct asa_entry *entry;
	size_t n, cap;
};

struct asa_object {
	struct str name;
	unsigned line;
	bool network, filled;
	struct asa_set set;
	struct asa_service service;
};

enum asa_kind { ASA_NETWORK, ASA_SERVICE, ASA_PORTS, ASA_PROTOCOL, ASA_ICMP, ASA_OTHER };

struct asa_member {
	unsigned line;
	enum asa_named named; /* ASA_OBJECT, ASA_GROUP */
	struct str name;
	struct asa_set set;	    /* of a network group */
	struct asa_service service; /* of others: what they speak of */
	bool unknown;
};

struct asa_group {
	struct str name;
	enum asa_kind kind;
	unsigned line;
	struct flow_spans proto; /* of ASA_PORTS */
	struct asa_member *member;
	size_t n, cap;
	/* what it stands for, once somebody asked (asa_group.h) */
	enum { ASA_GROUP_NEW, ASA_GROUP_BUSY, ASA_GROUP_DONE } state;
	struct str unknown; /* something in it that is not modelled; empty: nothing */
	struct asa_set set;
	struct asa_service *service;
	size_t services;
	struct flow_spans ports; /* of ASA_PORTS and ASA_ICMP */
};

/* A command that may stop or change packets and is not modelled. */
struct asa_command {
	struct str text;
	unsigned line;
	bool changes; /* not only stops: packets may pass that the lists would stop */
};

enum { ASA_LEVEL_UNKNOWN = -1 };

struct asa_interface {
	struct str hardware, name; /* name: nameif; empty: packets do not pass it */
	unsigned line;
	int level;		  /* security level */
	bool defined, management; /* defined: not only named where a list is bound */
	bool fixed4, any4, any6;  /* its own IPv4 address is `address`; some; has IPv6 ones */
	u128 address;
	bool bridge, bridged; /* it is a bridge group; it is a member of one */
	struct asa_command *command;
	size_t commands, cap;
};

enum asa_direction { ASA_IN, ASA_OUT, ASA_GLOBAL };

struct asa_binding {
	struct str list, interface;
	enum asa_direction direction;
	unsigned line;
	bool overridden; /* per-user-override: lists of users may come first */
};

/* Twice NAT that gives packets another destination. */
struct asa_nat {
	unsigned line;
	struct str text, mapped, real;
	bool all; /* what it is about is not modelled: any packet */
};

struct asa_config {
	struct arena *arena;
	const char *file;	     /* in the arena */
	unsigned major, minor;	     /* of the release; 0: not told */
	bool same_inter, same_intra; /* same-security-traffic permit */
	bool inspects_icmp, serves;  /* a policy map does; policy maps are applied */
	bool checks_sources;	     /* against routes */
	bool tunnels, tunnels_filtered, named_addresses;
	struct asa_list *list;
	size_t lists, list_cap;
	struct asa_object *object;
	size_t objects, object_cap;
	struct asa_group *group;
	size_t groups, group_cap;
	struct asa_interface *interface;
	size_t interfaces, interface_cap;
	struct asa_binding *binding;
	size_t bindings, binding_cap;
	struct asa_command *command;
	size_t commands, command_cap;
	struct asa_nat *nat;
	size_t nats, nat_cap;
	struct addr *address; /* that "name" lines give names to */
	size_t addresses, address_cap;
	struct strmap list_by_name, network_by_name, service_by_name, group_by_name,
		address_by_name;
	size_t entries, members, spans, moves; /* of all */
};

void asa_config_free(struct asa_config *c);
void asa_config_freep(struct asa_config **c);

/* E_SYNTAX, E_LIMIT, E_CONFLICT, E_UNSUPPORTED, -ENOMEM. The text stays borrowed. */
EG_CHECK int asa_parse(struct str text, const char *file, struct diag *d, struct asa_config **ret);

/* NULL: there is none. */
struct asa_list *asa_list_find(const struct asa_config *c, struct str name);
struct asa_object *asa_object_find(const struct asa_config *c, struct str name, bool network);
struct asa_group *asa_group_find(const struct asa_config *c, struct str name);
/* By the name of nameif. */
struct asa_interface *asa_interface_find(const struct asa_config *c, struct str name);
