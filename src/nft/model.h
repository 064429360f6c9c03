/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A nf_tables ruleset as a tree: what text, JSON and netlink are three encodings of.
 *
 * A script (`add`, `delete`, `flush`, `insert`) has been carried out: the model is the state that
 * it leaves behind, on an empty kernel. Everything that was said is kept: what has no structure
 * here is an NFT_S_UNKNOWN statement, an NFT_S_UNKNOWN_MATCH, or an opaque text, with its place,
 * so that a reader can widen its answer instead of being wrong.
 *
 * Memory: everything lives in the arena of the ruleset and ends with it; strings are
 * NUL-terminated. Arrays are in the order in which they take effect (rules) or were said (the
 * rest).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "base/str.h"
#include "nft/expr.h"
#include "nft/type.h"

/* Limits on what comes from outside; more is E_LIMIT. */
enum {
	NFT_TABLES_MAX = 1024,
	NFT_CHAINS_MAX = 32768,		 /* chains, sets or objects of a table, each */
	NFT_RULES_MAX = 256 * 1024,	 /* a ruleset */
	NFT_ELEMS_MAX = 4 * 1000 * 1000, /* a ruleset */
	NFT_CONCAT_MAX = 16,		 /* parts of a key */
	NFT_DEPTH_MAX = 64,		 /* nesting of expressions, blocks and includes */
	NFT_NAME_MAX = 255		 /* bytes of a name, as the kernel has it */
};

/* The values are the kernel's NFPROTO_*. */
enum nft_family {
	NFT_INET = 1,
	NFT_IP = 2,
	NFT_ARP = 3,
	NFT_NETDEV = 5,
	NFT_BRIDGE = 7,
	NFT_IP6 = 10
};

/* ---- statements ---- */

enum nft_op {
	NFT_EQ, /* equal, or in the set/range/prefix */
	NFT_NE,
	NFT_LT,
	NFT_GT,
	NFT_LE,
	NFT_GE,
	NFT_ANY_BIT, /* (left & right) != 0: a bit set without operator, JSON "in" */
	NFT_NO_BIT   /* (left & right) == 0: `tcp flags ! syn` */
};

enum nft_stmt_kind {
	/* May end the rule for this packet: */
	NFT_S_MATCH,	     /* match */
	NFT_S_LIMIT,	     /* limit */
	NFT_S_QUOTA,	     /* text; object.name when named */
	NFT_S_CT_COUNT,	     /* text: `ct count over 10` */
	NFT_S_UNKNOWN_MATCH, /* text: some condition */
	/* Decides: */
	NFT_S_VERDICT, /* verdict */
	NFT_S_VMAP,    /* vmap; without the key this rule ends and the next one is tried */
	NFT_S_REJECT,  /* reject */
	NFT_S_QUEUE,   /* queue */
	/* Never decides about the packet: */
	NFT_S_COUNTER, /* counter, inline */
	NFT_S_OBJECT,  /* object: counter name X, quota name X, ct timeout set X, ... */
	NFT_S_LOG,     /* log */
	NFT_S_SET,     /* update: add/update/delete @set { ... }; a full set ends the rule */
	NFT_S_MANGLE,  /* mangle: meta/ct/payload set */
	NFT_S_NOTRACK,
	NFT_S_NAT,    /* nat */
	NFT_S_OTHER,  /* text; other_name: tproxy, dup, fwd, flow, synproxy, ... */
	NFT_S_UNKNOWN /* text: may do anything */
};

enum nft_reject_type {
	NFT_REJECT_DEFAULT, /* as written without `with`: icmpx port-unreachable or its family's */
	NFT_REJECT_ICMP,
	NFT_REJECT_ICMPV6,
	NFT_REJECT_ICMPX,
	NFT_REJECT_TCP_RESET /* only TCP: as text it implies `meta l4proto tcp` */
};

enum nft_nat_kind { NFT_SNAT, NFT_DNAT, NFT_MASQUERADE, NFT_REDIRECT };

enum nft_object_kind {
	NFT_O_COUNTER,
	NFT_O_QUOTA,
	NFT_O_LIMIT,
	NFT_O_CT_HELPER,
	NFT_O_CT_TIMEOUT,
	NFT_O_CT_EXPECTATION,
	NFT_O_SYNPROXY,
	NFT_O_SECMARK,
	NFT_O_KINDS
};

/* "counter", "ct timeout": the words in text; in JSON they have a blank too. */
const char *nft_object_word(enum nft_object_kind kind);

enum nft_set_op { NFT_SET_ADD, NFT_SET_UPDATE, NFT_SET_DELETE };

struct nft_counter {
	uint64_t packets, bytes;
};

struct nft_limit {
	uint64_t rate, burst; /* burst 0: not said */
	bool over, bytes, burst_bytes;
	uint32_t per;			    /* seconds: 1, 60, 3600, 86400, 604800 */
	const char *rate_unit, *burst_unit; /* "bytes", "kbytes", "mbytes" or NULL: packets */
};

struct nft_stmt {
	enum nft_stmt_kind kind;
	struct place at;
	const char *text; /* as written, blanks made single; NULL only from binary input */
	union {
		struct {
			struct nft_expr *left, *right;
			enum nft_op op;
		} match;
		struct nft_limit limit;
		struct nft_verdict verdict;
		struct {
			struct nft_expr *key, *map; /* map: NFT_E_SET or NFT_E_SETREF */
		} vmap;
		struct {
			enum nft_reject_type type;
			uint8_t code; /* ICMP code, or the kernel's NFT_REJECT_ICMPX_* */
		} reject;
		struct {
			uint16_t from, to; /* queue numbers, both included */
			bool bypass, fanout;
			struct nft_expr *to_expr; /* `queue to EXPR`; else NULL */
		} queue;
		struct nft_counter counter;
		struct {
			enum nft_object_kind kind;
			struct nft_expr *name; /* NFT_E_OBJECT, or NFT_E_MAP */
		} object;
		struct {
			const char *prefix; /* or NULL */
			const char *level;  /* "warn", or NULL */
			const char *flags;  /* "all", "tcp sequence,options ip options", or NULL */
			int32_t group;	    /* -1: not said */
			uint32_t snaplen, threshold; /* 0: not said */
		} log;
		struct {
			enum nft_set_op op;
			const char *set;
			struct nft_expr *key, *data; /* data: maps; else NULL */
			uint64_t timeout_ms;	     /* 0: not said */
			struct nft_stmt **stmt;	     /* per element: counter, limit, ... */
			size_t stmts;
		} update;
		struct {
			struct nft_expr *target, *value;
		} mangle;
		struct {
			enum nft_nat_kind kind;
			uint8_t nfproto; /* 2 or 10 where said (`dnat ip to`); else 0 */
			bool prefix;	 /* `dnat ip prefix to` */
			struct nft_expr *addr, *port; /* or NULL */
			const char *flags;	      /* "random,persistent" or NULL */
		} nat;
		struct {
			const char *name; /* its first word */
		} other;
	};
};

/* ---- what a table holds ---- */

struct nft_rule {
	uint64_t handle;     /* 0: none known */
	const char *comment; /* or NULL */
	struct place at;
	const char *text; /* as written, or NULL from binary input */
	/*
	 * All statements as written, when one of them is unknown; else NULL. Where such a statement
	 * ends and what it means depends on words that nobody here knows, so its rule is printed
	 * in no other words.
	 */
	const char *verbatim;
	/* While a script is read: all statements, when the type of a set decides on a constant. */
	const char *unsettled;
	struct nft_stmt **stmt;
	size_t stmts, cap;
};

struct nft_chain {
	const char *name;
	struct place at;
	uint64_t handle;
	const char *comment;
	bool base;		 /* has a hook; the next five lines are only for such */
	const char *type, *hook; /* "filter" "nat" "route"; "input" ... */
	int32_t priority;
	bool policy_drop; /* the policy is accept unless this */
	bool policy_said;
	const char **device; /* netdev and ingress/egress */
	size_t devices;
	const char *flags; /* "offload" or NULL */
	struct nft_rule **rule;
	size_t rules, cap;
};

enum {
	NFT_SET_CONSTANT = 1 << 0,
	NFT_SET_INTERVAL = 1 << 1,
	NFT_SET_TIMEOUT = 1 << 2,
	NFT_SET_DYNAMIC = 1 << 3
};

/* One part of a key or of map data. */
struct nft_keypart {
	enum nft_type type;
	uint16_t bits;		      /* 0: unknown (a typeof that is not modelled) */
	struct nft_expr *typeof_expr; /* as said by typeof, or NULL */
};

struct nft_elem_more {
	uint64_t timeout_ms, expires_ms; /* 0: not said */
	bool has_counter;
	struct nft_counter counter;
	const char *other; /* further statements of the element, as written, or NULL */
};

struct nft_elem {
	struct nft_expr *key; /* value, prefix, range, concat of them, or NFT_E_ANY */
	struct nft_expr
		*data;	     /* maps: value, prefix, range, concat, verdict or object; else NULL */
	const char *comment; /* or NULL */
	struct nft_elem_more *more; /* what few elements have, or NULL */
};

/* A set, or a map when data says so. */
struct nft_set {
	const char *name; /* NULL: anonymous */
	struct place at;
	uint64_t handle;
	const char *comment;
	struct nft_keypart key[NFT_CONCAT_MAX];
	size_t keys; /* 0: anonymous, the type follows from what is looked up */
	bool map;
	struct nft_keypart data[NFT_CONCAT_MAX]; /* type NFT_T_VERDICT for verdict maps */
	size_t datas;
	bool data_interval;
	int object; /* enum nft_object_kind when data are objects; else -1 */
	unsigned flags;
	bool auto_merge;
	uint32_t size;		    /* 0: not said */
	uint64_t timeout_ms, gc_ms; /* 0: not said */
	const char *policy;	    /* "memory", "performance" or NULL */
	struct nft_stmt **stmt;	    /* per element: counter, ... */
	size_t stmts;
	struct nft_elem *elem;
	size_t elems, cap;
};

struct nft_timeout_policy {
	const char *state; /* "unreplied", "replied", "established", ... */
	uint32_t seconds;
};

struct nft_object {
	enum nft_object_kind kind;
	const char *name;
	struct place at;
	uint64_t handle;
	const char *comment;
	struct nft_counter counter; /* NFT_O_COUNTER */
	struct {
		uint8_t l4proto;
		uint8_t l3proto; /* 2 or 10; 0: the table's */
		struct nft_timeout_policy *policy;
		size_t policies;
	} timeout;	  /* NFT_O_CT_TIMEOUT */
	const char *text; /* other kinds: the body between { and }, as written */
};

struct nft_flowtable {
	const char *name;
	struct place at;
	uint64_t handle;
	const char *text; /* the body between { and } */
};

struct nft_table {
	enum nft_family family;
	const char *name;
	struct place at;
	uint64_t handle;
	const char *comment;
	bool dormant; /* its chains are not attached */
	struct nft_chain **chain;
	size_t chains, chain_cap;
	struct nft_set **set;
	size_t sets, set_cap;
	struct nft_object **object;
	size_t objects, object_cap;
	struct nft_flowtable **flowtable;
	size_t flowtables, flowtable_cap;
};

struct nft_ruleset {
	struct arena *arena; /* owned */
	struct nft_table **table;
	size_t tables, cap;
	size_t rules, elems; /* of all tables, against the limits */
	bool flushes; /* the script began with (or had) `flush ruleset`: nothing else remains */
};

struct nft_ruleset *nft_ruleset_new(void); /* NULL: out of memory */
void nft_ruleset_free(struct nft_ruleset *rs);
void nft_ruleset_freep(struct nft_ruleset **rs);

/* ---- finding: NULL when there is none ---- */

struct nft_table *nft_table_find(const struct nft_ruleset *rs, enum nft_family family,
				 struct str name);
struct nft_chain *nft_chain_find(const struct nft_table *t, struct str name);
struct nft_set *nft_set_find(const struct nft_table *t, struct str name);
struct nft_object *nft_object_find(const struct nft_table *t, enum nft_object_kind kind,
				   struct str name);

/* ---- building: the name is copied; NULL: out of memory or a limit ---- */

struct nft_table *nft_table_add(struct nft_ruleset *rs, enum nft_family family, struct str name);
struct nft_chain *nft_chain_add(struct nft_ruleset *rs, struct nft_table *t, struct str name);
struct nft_set *nft_set_new(struct nft_ruleset *rs); /* anonymous, in no table */
struct nft_set *nft_set_add(struct nft_ruleset *rs, struct nft_table *t, struct str name);
struct nft_elem *nft_elem_add(struct nft_ruleset *rs, struct nft_set *s);
struct nft_object *nft_object_add(struct nft_ruleset *rs, struct nft_table *t,
				  enum nft_object_kind kind, struct str name);
struct nft_flowtable *nft_flowtable_add(struct nft_ruleset *rs, struct nft_table *t,
					struct str name);

/* Appends an empty rule, or puts it before rule[at]. */
struct nft_rule *nft_rule_add(struct nft_ruleset *rs, struct nft_chain *c);
struct nft_rule *nft_rule_insert(struct nft_ruleset *rs, struct nft_chain *c, size_t at);
void nft_rule_delete(struct nft_ruleset *rs, struct nft_chain *c, size_t at);

/* An empty statement: in no rule yet, or appended to one. */
struct nft_stmt *nft_stmt_new(struct nft_ruleset *rs, enum nft_stmt_kind kind);
EG_CHECK int nft_stmt_append(struct nft_ruleset *rs, struct nft_rule *r, struct nft_stmt *s);
struct nft_stmt *nft_stmt_add(struct nft_ruleset *rs, struct nft_rule *r, enum nft_stmt_kind kind);

const char *nft_family_name(enum nft_family family);
