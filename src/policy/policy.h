/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A site policy: which of the vendors' services this site uses, and from where.
 *
 * egret.yaml (man egret.yaml.5) names zones (the site's own addresses and the gateway's interfaces
 * behind which they live), allowed services with source zones, published inbound endpoints, what an
 * apex means, and the default. policy_compile() turns it and the catalogs into the rule list with
 * origins, and tells for every selected requirement what became of it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "catalog/catalog.h"
#include "net/prefixlist.h"
#include "rule/rule.h"

enum { POLICY_ZONES_MAX = 64, POLICY_ALLOWS_MAX = 1024, POLICY_ENDPOINTS_MAX = 1024 };

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
	const struct requirement **requirement; /* which rows may reach it */
	size_t requirements;
	unsigned line;
};

/* `allow:` entry: a service, less the requirements or tags that are switched off. */
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
	const char *path, *title;
	struct zone *zone;
	size_t zones;
	const struct zone *outside; /* the zone that is the internet side, or NULL */
	struct allow *allow;
	size_t allows;
	struct endpoint *endpoint;
	size_t endpoints;
	bool apex;		/* "*.x" also stands for x; default false, recorded (S14) */
	enum verdict otherwise; /* drop or reject; never accept */
	const struct catalogs *catalogs; /* borrowed; must outlive the policy */
};

#define POLICY_INIT ((struct policy){ 0 })

/* Reads a policy. Errors as in catalog_load(). */
EG_CHECK int policy_load(const char *path, const struct catalogs *c, struct diag *d,
			 struct policy *ret);
void policy_release(struct policy *p);

/* What became of a selected requirement. */
enum fate {
	FATE_RULES,	 /* rules on addresses: any packet filter can enforce them */
	FATE_NAMES,	 /* rules on names: refused until a resolver has learned the addresses */
	FATE_INCOMPLETE, /* a list or an endpoint is missing: no rule */
	FATE_EXCEPTED,	 /* switched off by the policy */
	FATE_NO_ZONE	 /* no selected zone holds a role that the row speaks of */
};

struct outcome {
	const struct requirement *requirement;
	const struct allow *allow;
	enum fate fate;
	const char *why;	  /* FATE_INCOMPLETE and later: what is missing; else NULL */
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
 * them. `m` gives zone ids. The plan borrows from policy and catalogs.
 */
EG_CHECK int policy_compile(const struct policy *p, struct flow_mgr *m, struct diag *d,
			    struct plan *ret);
void plan_release(struct plan *p);

/*
 * Lint into `d`, as warnings and notes: incomplete requirement used; self-test host not covered
 * (S14); bypass list narrower than the allow list (S41); a not proxyable service on a proxy-only
 * site (S38); a rule subsumed by others (S29); zones that overlap; source cell cut (S07);
 * unverified rows in use; a wide port range without a list (S22).
 */
EG_CHECK int policy_lint(const struct policy *p, const struct plan *plan, struct flow_mgr *m,
			 struct diag *d);
