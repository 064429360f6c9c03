/* SPDX-License-Identifier: Apache-2.0 */
/* A site for tests: a policy with its plan, and what they stand on. */
#pragma once

#include "flow/flowset.h"
#include "policy/policy.h"

struct site {
	struct diag *d;
	struct flow_mgr *m;
	struct catalogs catalogs;
	struct policy policy;
	struct plan plan;
};

/* Fails the test, with what was told, when something cannot be read. Warnings stay in s->d. */
void site_open(struct site *s, const char *catalogs, const char *policy);
void site_close(struct site *s);

/* ---- for groups of tests that only need catalogs ---- */

extern struct catalogs site_catalogs;

int site_made_up(void **state); /* loads the made-up vendors of tests/data/policy */
int site_shipped(void **state); /* or those that egret ships */
int site_drop(void **state);
