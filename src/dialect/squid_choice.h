/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A rule as lines of http_access, each with the ACLs it names.
 *
 * A line holds where all its ACLs do, so one line says sources, destinations, ports and names.
 * Families of which one is any and the other is not need a line each. "*.x" of egret is without x:
 * ".x" and not "x". What is for port 443 is for CONNECT alone.
 */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/hash.h"
#include "rule/rule.h"

/* The ACLs of a text. Equal ones are one. */
struct squid_acls {
	struct arena *arena;
	const char *prefix; /* of their names */
	struct strmap by_text;
	struct buf text;
};

#define SQUID_ACLS_INIT(a) \
	((struct squid_acls){ .arena = (a), .prefix = "egret", .by_text = STRMAP_INIT })

void squid_acls_release(struct squid_acls *acls);

/*
 * Adds the lines for the TCP part of the rule to `out`. `acls` NULL: only to see whether it can be
 * said. `ret_why`: a reason when it cannot be, else NULL.
 */
EG_CHECK int squid_lines(const struct rule *rule, struct squid_acls *acls, struct buf *out,
			 const char **ret_why);
