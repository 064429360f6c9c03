/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of policy_lint(): each check looks at one kind of mistake and adds its messages. 0 or a
 * negative code, whatever it found.
 */
#pragma once

#include "base/attr.h"
#include "catalog/fields.h"
#include "policy/policy.h"

struct lint {
	const struct policy *policy;
	const struct plan *plan;
	struct flow_mgr *m;
	struct diag *d;
};

typedef int lint_check(const struct lint *l);

lint_check lint_rows;	   /* incomplete, unverified, cut, one family, wide, no zone, no roles */
lint_check lint_proxy;	   /* what does not fit through a proxy (S38) */
lint_check lint_selftest;  /* the host users are told to try (S14) */
lint_check lint_bypass;	   /* names allowed but not exempt from inspection (S41) */
lint_check lint_zones;	   /* zones that hold everything, overlap, or name no interface */
lint_check lint_vendors;   /* zones that overlap a vendor's published addresses */
lint_check lint_endpoints; /* endpoints outside all zones, or for services nobody allows */
lint_check lint_subsumed;  /* rules that others allow anyway (S29) */

struct place lint_at(const struct lint *l, unsigned line);

/* "zoom/meetings/meetings-media". */
struct row_path {
	char text[3 * (FIELD_ID_MAX + 1)];
};
struct row_path lint_row_path(const struct requirement *q);
