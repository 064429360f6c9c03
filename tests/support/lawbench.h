/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bench on which a dialect is tried with random rules: what is written reads back as the same
 * flows; and where a rule cannot be said, what was written and what is lost together are all that
 * the rules ask for. Failures name the seed and the list.
 */
#pragma once

#include "base/rand.h"
#include "dialect/dialect.h"

struct lawbench {
	struct flow_mgr *m;
	struct arena *a;
	struct diag *d;
	struct rulelist rules;
	struct losses lost;
	struct reading *reading;
	unsigned long list;
};

/* The dialect, and what about it differs from others. */
struct lawbench_subject {
	const struct dialect *dialect;
	const struct assume *assume; /* NULL: the usual */
	/* Later fragments are not compared: a stateless filter lets them through by addresses. */
	bool whole;
	/* Interfaces are not compared: the reading is of one place. */
	bool one_place;
	/* Makes random rules such that the dialect can say them. NULL: it can say all. */
	void (*fit)(struct rulelist *rules, struct rand *rng, struct flow_mgr *m);
	/* Makes some rules such that it cannot: about a third, one way or another. */
	void (*spoil)(struct rulelist *rules, struct rand *rng, struct flow_mgr *m);
	/* What else must be true of a list that was read back; may be NULL. */
	void (*also)(const struct lawbench *b);
};

struct lawbench_run {
	unsigned long lists, seed;
};
#define LAWBENCH_RUN ((struct lawbench_run){ .lists = 1000, .seed = 20261126 })

/* [LISTS [SEED]] of the command line. */
void lawbench_arguments(int argc, char **argv, struct lawbench_run *run);

/* For `fit`: lists that look at one place can say rules without interfaces. */
void lawbench_no_interfaces(struct rulelist *rules, struct rand *rng, struct flow_mgr *m);

/* One list, for a test of its own. */
void lawbench_begin(struct lawbench *b, const struct lawbench_subject *s, struct rand *rng);
void lawbench_write_and_read(struct lawbench *b, const struct lawbench_subject *s);
void lawbench_end(struct lawbench *b);

/* The tests: each fails by cmocka's means. */
void lawbench_reads_back(const struct lawbench_subject *s, const struct lawbench_run *run);
void lawbench_accounts(const struct lawbench_subject *s, const struct lawbench_run *run);
/* Where the rest is accepted, a drop that cannot be said (of a name) is no loss but a hole:
 * refused, with one error. For dialects that cannot say names. */
void lawbench_refuses_a_hole(const struct lawbench_subject *s, const struct lawbench_run *run);
