/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A site policy: which of the vendors' services this site uses, and from where.
 *
 * egret.yaml (man egret.yaml.5) names zones (the site's own addresses and the gateway's interfaces
 * behind which they live), allowed services with source zones, published inbound endpoints, what an
 * apex means, the default, and how the gateway's resolver works. policy_compile() turns it and the
 * catalogs into the rule list with origins, and tells for every selected requirement what became of
 * it.
 *
 * Nothing is widened on the way: what a row lacks (a list, a role, an endpoint, a family) leaves
 * it without that rule, and its outcome says so.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "base/str.h"
#include "catalog/catalog.h"
#include "flow/flowset.h"
#include "net/prefixlist.h"
#include "policy/resolver.h"
#include "rule/rule.h"

enum {
	POLICY_ZONES_MAX = 64,
	POLICY_ALLOWS_MAX = 1024, /* services allowed, counted one by one */
	POLICY_ENDPOINTS_MAX = 1024,
	POLICY_PREFIXES_MAX = 4096, /* of one zone or endpoint */
	POLICY_EXCEPTS_MAX = 256,   /* of one `allow:` entry */
	POLICY_INTERFACE_MAX = 15,  /* bytes of a name: IFNAMSIZ less its NUL */
	PLAN_RULES_MAX = 100000
};

struct zone {
	const char *name;
	struct prefixlist set; /* both families */
	const char *interface; /* the gateway's interface, or NULL: by address alone */
	unsigned roles;	       /* enum role bits found in this zone; 0: all */
	bool proxy_only;       /* its hosts reach the outside only through the proxy */
	unsigned line;
};

/* An endpoint of ours that a vendor's back end calls (inbound requirements). */
struct endpoint {
	const char *name;
	struct prefixlist set;
	const struct zone *zone;		/* the one that holds all its addresses, or NULL */
	const struct requirement **requirement; /* which rows may reach it */
	size_t requirements;
	unsigned line;
};

/* One service of an `allow:` entry, less the requirements or tags that are switched off. */
struct allow {
	const struct service *service;
	const struct zone **zone;
	size_t zones;
	const char *const *except; /* requirement ids or tags */
	size_t excepts;
	unsigned line;
};

struct policy {
	struct arena *arena;
	const char *path, *title; /* title may be NULL */
	struct zone *zone;	  /* ours, in file order */
	size_t zones;
	const struct zone *outside; /* the internet side, not among `zone`; NULL: not named */
	struct allow *allow;
	size_t allows;
	struct endpoint *endpoint;
	size_t endpoints;
	bool apex;			 /* "*.x" also stands for x; default false (S14) */
	enum verdict otherwise;		 /* drop or reject; never accept */
	struct resolver_policy resolver; /* with its defaults where nothing is said */
	const struct catalogs *catalogs; /* borrowed; must outlive the policy */
};

#define POLICY_INIT ((struct policy){ 0 })

/*
 * Reads a policy. On failure the diag has every error found with file, line, column and hint, and
 * *ret is untouched. E_SYNTAX, E_UNKNOWN, E_CONFLICT, E_LIMIT, E_REFUSED, -errno.
 */
EG_CHECK int policy_load(const char *path, const struct catalogs *c, struct diag *d,
			 struct policy *ret);
/* The same from memory; `path` names the text in messages. */
EG_CHECK int policy_parse(struct str text, const char *path, const struct catalogs *c,
			  struct diag *d, struct policy *ret);
void policy_release(struct policy *p);

/* What became of a selected requirement. */
enum fate {
	FATE_RULES,	 /* rules on addresses: any packet filter can enforce them */
	FATE_NAMES,	 /* rules on names: refused until a resolver has learned the addresses */
	FATE_INCOMPLETE, /* a list or an endpoint is missing: no rule */
	FATE_EXCEPTED,	 /* switched off by the policy */
	FATE_NO_ZONE	 /* no selected zone holds a role or a family that the row speaks of */
};

const char *fate_name(enum fate f); /* "rules", "names", "incomplete", "excepted", "no zone" */

struct outcome {
	const struct requirement *requirement;
	const struct allow *allow;
	enum fate fate;
	/*
	 * FATE_INCOMPLETE and later: what is missing. Else NULL, or what the rules leave out,
	 * because a list or the zones lack it: "IPv4 only: no IPv6 list".
	 */
	const char *why;
	size_t first_rule, rules; /* its rules in the rule list */
};

struct plan {
	struct arena *arena;
	struct rulelist rules; /* accept rules, by requirement; otherwise = the policy's */
	struct outcome *outcome;
	size_t outcomes; /* every requirement of every selected service, in page order */
};

#define PLAN_INIT ((struct plan){ 0 })

/*
 * Compiles. The rules match state new, proto, ports, source prefixes of the zone, destination
 * prefixes or names (with the apex when the policy says so), and the interfaces when the zones have
 * them: FLOW_IIF and FLOW_OIF are flow_zone() ids of interface names in `m`. Inbound rows run from
 * the vendor's prefixes and the outside interface to each published endpoint. The plan borrows from
 * policy and catalogs. E_LIMIT: more than PLAN_RULES_MAX rules.
 */
EG_CHECK int policy_compile(const struct policy *p, struct flow_mgr *m, struct diag *d,
			    struct plan *ret);
void plan_release(struct plan *p);

/*
 * Lint into `d`, as warnings and notes: incomplete requirement used; self-test host not covered
 * (S14); bypass list narrower than the allow list (S41); a not proxyable service on a proxy-only
 * site (S38); a rule subsumed by others (S29); zones that overlap each other or a vendor; source
 * cell cut (S07); rows that do not say who starts; unverified rows in use; a wide port range
 * without a list (S22); endpoints that nothing reaches; rows that end up with one family. Each
 * names the policy's line. Returns 0 whatever it found; -ENOMEM; and when the rules are too complex
 * to compare, a note says so.
 */
EG_CHECK int policy_lint(const struct policy *p, const struct plan *plan, struct flow_mgr *m,
			 struct diag *d);
