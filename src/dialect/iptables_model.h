/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What iptables-save, ip6tables-save and ipset save tell of one device, as parsed: tables of chains
 * of rules, each rule a list of conditions and a target; and sets of entries.
 *
 * Conditions keep what they ask, not what flows that means: that depends on the hook from which
 * their chain is reached (iptables_match.h). Texts are borrowed from the files read.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "base/hash.h"
#include "dialect/dialect.h"
#include "dialect/iptables_limits.h"
#include "flow/flow.h"
#include "flow/match.h"
#include "rule/rule.h"

enum ipt_table_kind { IPT_RAW, IPT_MANGLE, IPT_NAT, IPT_FILTER, IPT_SECURITY, IPT_TABLES };

enum ipt_cond_kind {
	COND_SPANS,	  /* a value of one dimension; negation is worked in */
	COND_INTERFACE,	  /* -i, -o */
	COND_STATE,	  /* a connection state */
	COND_EITHER_PORT, /* multiport --ports */
	COND_TCP_FLAGS,
	COND_FRAGMENT,
	COND_SET,
	COND_UNKNOWN /* not modelled */
};

enum { IPT_DIRECTIONS_MAX = 6 }; /* IPSET_DIM_MAX */

struct ipt_cond {
	enum ipt_cond_kind kind;
	bool not ;
	bool transport;	   /* looks into the transport header: not of later fragments */
	enum flow_dim dim; /* SPANS, INTERFACE */
	struct flow_spans spans;
	unsigned mask, want; /* TCP_FLAGS; STATE: bits 1 << enum flow_state, and want: others */
	struct str name;     /* of an interface or set */
	bool src[IPT_DIRECTIONS_MAX]; /* SET: direction of each dimension */
	size_t directions;
	struct str text; /* as written, for messages */
};

enum ipt_target {
	IPT_CONTINUE, /* none, or one that only marks, counts or logs */
	IPT_ACCEPT,
	IPT_DROP,
	IPT_REJECT,
	IPT_RETURN,
	IPT_JUMP,
	IPT_GOTO,
	IPT_TRANSLATE, /* accepts, with other addresses */
	IPT_UNTRACK,   /* goes on, but without conntrack */
	IPT_QUEUE,     /* a program decides */
	IPT_ANYTHING   /* not modelled: may decide in any way or go on */
};

struct ipt_rule {
	const struct ipt_cond *cond;
	size_t conds;
	enum ipt_target target;
	struct str chain; /* JUMP, GOTO */
	struct str target_text;
	struct str text; /* the line */
	const char *comment;
	unsigned line;
};

struct ipt_chain {
	struct str name;
	unsigned line;
	bool builtin;
	enum verdict policy; /* of a builtin chain */
	struct ipt_rule *rule;
	size_t rules, cap;
};

struct ipt_table {
	enum ipt_table_kind kind;
	enum family family;
	const char *file; /* in the arena */
	bool sets_state;  /* it has -j CT or NOTRACK: rules behind one see its work at once */
	struct ipt_chain *chain;
	size_t chains, cap;
	struct strmap by_name;
};

/* An entry as spans of what it is compared with, part by part. */
struct ipt_part {
	struct flow_spans spans; /* addresses; ports or ICMP types */
	unsigned len;		 /* prefix length of a network: longer ones are looked at first */
	unsigned proto;		 /* of a port */
	struct str name;	 /* of an interface, or of a set in a list */
	bool wildcard;		 /* the interface's name is a beginning of names */
};

enum { IPT_PARTS_MAX = 3 };

struct ipt_entry {
	struct ipt_part part[IPT_PARTS_MAX];
	bool nomatch, maybe; /* maybe: it times out */
};

enum ipt_part_kind { PART_IP, PART_NET, PART_PORT, PART_INTERFACE, PART_SET, PART_OTHER };

struct ipt_set {
	struct str name, type;
	const char *file;
	unsigned line;
	enum family family;
	enum ipt_part_kind part[IPT_PARTS_MAX];
	size_t parts;
	bool bitmap;
	unsigned netmask; /* 0: none */
	bool timeout;	  /* entries time out unless they say otherwise */
	struct ipt_entry *entry;
	size_t entries, cap;
};

struct ipt_config {
	struct arena *arena;
	struct ipt_table *table[2][IPT_TABLES]; /* IPv4, IPv6 */
	struct ipt_set *set;
	size_t sets, set_cap;
	struct strmap set_by_name;
	struct strmap filled;		      /* names of sets that rules add to or take from */
	size_t rules, chains, entries, moves; /* of all */
	bool guessed;			      /* nothing told which family some table is of */
	bool tracking[2];		      /* by family: something makes conntrack work */
};

struct ipt_config *ipt_config_new(void); /* NULL: out of memory */
void ipt_config_free(struct ipt_config *c);
void ipt_config_freep(struct ipt_config **c);

const char *ipt_table_name(enum ipt_table_kind kind);

/* Reads all files of a device. Texts stay borrowed. E_SYNTAX, E_LIMIT, E_CONFLICT, -ENOMEM. */
EG_CHECK int ipt_parse(const struct config_file *source, size_t n, struct diag *d,
		       struct ipt_config **ret);

/* Is the line of `ipset save`: "create ..." or "add ..."? */
bool ipt_is_set_line(struct str line);
