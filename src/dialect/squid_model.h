/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a squid configuration tells about who may ask for what, as parsed: ACLs with their values,
 * and access lists whose lines name ACLs. Lines of one ACL add up, also behind the line that names
 * it; so ACLs are worked out (squid_acl.h) when everything has been parsed.
 *
 * Texts are borrowed from the files, or in the arena where several lines make one.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "base/hash.h"
#include "base/str.h"
#include "dialect/bounds.h"
#include "dialect/dialect.h"
#include "dialect/squid_limits.h"

enum squid_kind {
	SQUID_SRC,
	SQUID_DST,
	SQUID_DOMAIN,
	SQUID_REGEX,
	SQUID_PORT,
	SQUID_METHOD,
	SQUID_PROTO,
	SQUID_ANY_OF,
	SQUID_ALL_OF,
	SQUID_ALWAYS,
	SQUID_OTHER,
	SQUID_ASKS,
	SQUID_MANAGER /* built in: squid's own pages */
};

struct squid_value {
	struct str text;
	struct place at;
	unsigned group; /* which line of its ACL, from 0 */
	bool unread;	/* the name of a file that was not given: some values */
	bool nocase;	/* -i before it */
};

/* A part of an ACL that is not modelled, and the flows that it makes uncertain. */
struct squid_doubt {
	struct place at;
	const char *what;
	flow_ref set;
};

struct squid_acl {
	struct str name;
	const char *type;
	enum squid_kind kind;
	struct place at;     /* its first line */
	unsigned lines;	     /* how many; of them: */
	unsigned no_lookups; /* with -n */
	struct squid_value *value;
	size_t n, cap;
	/* what it stands for, once somebody asked (squid_acl.h) */
	enum { SQUID_ACL_NEW, SQUID_ACL_BUSY, SQUID_ACL_DONE } state;
	struct bounds set;
	bool asks; /* it, or one in it, may end a request with a question for a password */
	struct squid_doubt *doubt;
	size_t doubts, doubt_cap;
};

struct squid_term {
	size_t acl;
	bool not ;
};

/* A line of an access list: it holds where all its terms do. */
struct squid_rule {
	struct place at;
	struct str text;
	bool allow;
	struct squid_term *term;
	size_t n, cap;
};

enum squid_list_id { SQUID_ACCESS, SQUID_ADAPTED, SQUID_REPLY, SQUID_MISS, SQUID_LISTS };

struct squid_list {
	struct squid_rule *rule;
	size_t n, cap;
};

/* A statement that is not modelled and may matter to any request. */
struct squid_notice {
	struct place at;
	struct str text;
};

struct squid_config {
	struct arena *arena;
	struct squid_acl *acl;
	size_t acls, acl_cap;
	struct strmap acl_by_name; /* names in lower case */
	struct squid_list list[SQUID_LISTS];
	struct squid_notice *stops; /* may stop or change a request, or is not known at all */
	size_t stops_n, stops_cap;
	struct squid_notice forwarded; /* who asks may be told by others; text empty: no */
	bool direct_sources;	       /* acl_uses_indirect_client off */
	bool incomplete;	       /* an included file was not given: anything may be in it */
	bool routes, completes;	       /* assumptions to be told */
	size_t values, names, rules, terms; /* of all */
};

void squid_config_free(struct squid_config *c);
void squid_config_freep(struct squid_config **c);

/*
 * Reads the files that make one device; file texts stay borrowed. The main one is squid.conf, or
 * the only one that no other includes. E_SYNTAX, E_LIMIT, E_CONFLICT, E_UNKNOWN, E_UNSUPPORTED,
 * -ENOMEM.
 */
EG_CHECK int squid_parse(const struct config_file *source, size_t n, struct diag *d,
			 struct squid_config **ret);

/* -ENOENT: there is none. The case of letters does not matter. */
EG_CHECK int squid_acl_find(struct squid_config *c, struct str name, size_t *ret);
