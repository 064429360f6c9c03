/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The show: a policy, enforced in the lab, proved with packets.
 *
 *   build      the lab, its responders, and a witness (a packet socket) on every node
 *   open       all trials through the open gateway: every single one must be answered, so that a
 *	       later silence is the policy's doing and not a dead responder's
 *   load       the caller loads the policy at the gateway, and proves what the kernel then holds
 *   enforce    all trials again: what must pass is answered; what must not has neither an answer
 *	       nor one packet seen by the witness on the far side
 *   resolve    the caller starts the gateway's resolver; clients ask it for the names of trials and
 *	       begin the instant they have the answer: now each must pass. A name that no rule has
 *	       is refused. Without a resolver this step is left out, and rules on names wait
 *
 * What a busy machine loses is tried again, where that cannot hide a fault: see round.h.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/diag.h"
#include "flow/flowset.h"
#include "lab/lab.h"
#include "lab/round.h"
#include "lab/trial.h"
#include "policy/policy.h"
#include "probe/probe.h"

enum show_step { SHOW_BUILD, SHOW_OPEN, SHOW_LOAD, SHOW_ENFORCE, SHOW_RESOLVE, SHOW_DONE };

struct show_hooks {
	/*
	 * Loads the policy, with lab_gateway_run(), and proves it. Negative ends the show; the
	 * story belongs into `d`.
	 */
	int (*load)(void *data, struct lab *lab, struct diag *d);
	/*
	 * Starts the resolver at the gateway (lab_gateway_address(), asking AUTHORITY_V4). NULL or
	 * -ENOENT: there is none, and rules on names wait.
	 */
	int (*resolver)(void *data, struct lab *lab, struct diag *d);
	/* Progress, or NULL: `done` of `of` (0: unknown) in this step. */
	void (*progress)(void *data, enum show_step step, size_t done, size_t of);
	void *data;
};

enum shown {
	SHOWN_YES,	   /* everything tried was as it must be */
	SHOWN_WAITS,	   /* rules on names only: refused, as it must be without a resolver */
	SHOWN_NOTHING,	   /* no rules, so nothing to try: see the outcome's fate and why */
	SHOWN_UNREACHABLE, /* has rules, but no flow could be made for them: not shown */
	SHOWN_FAILED	   /* something was not as it must be: see the failures */
};

/* One outcome of the plan, by its index. Counts are of the round with the policy. */
struct show_outcome {
	enum shown shown;
	size_t passed, must_pass;    /* allowed flows with their replies */
	size_t refused, must_refuse; /* neighbours; never arrived on the far side */
	size_t passed4, passed6;     /* of `passed`, by family */
	size_t kind[TRIAL_KINDS];    /* how many trials of each kind */
};

/* A trial that did not go as it must. */
struct show_failure {
	const struct trial *trial;
	enum show_step step; /* SHOW_OPEN, SHOW_ENFORCE or SHOW_RESOLVE */
	struct round_end end;
	const char *what; /* "was not answered", "went through", ... */
};

struct show {
	struct trials trials;
	struct topology topology;
	struct show_outcome *outcome; /* plan->outcomes of them */
	size_t outcomes;
	struct show_failure *failure;
	size_t failures, failure_cap;
	size_t answered_open;  /* trials answered through the open gateway: all, or it failed */
	size_t answered_again; /* in either round, but not at the first try: a busy machine */
	size_t passed, must_pass, refused, must_refuse;
	unsigned
		udp_timeout_s; /* shortest life the kernel gives an answered UDP flow; 0: unknown */
	bool resolver;	       /* the gateway's resolver ran */
	size_t asked;	       /* names that it answered, counted once a trial */
	bool foreign_refused;  /* one that no rule has, it refused, over UDP and TCP */
	bool foreign_kept;     /* and nothing about it reached the internet */
	uint64_t left;	       /* packets about the others that did */
	uint64_t step_ns[SHOW_DONE]; /* how long each step took */
};

enum { SHOW_UDP_TIMEOUT_MIN_S = 60 /* media may pause so long (S16) */ };

#define SHOW_INIT ((struct show){ 0 })

/*
 * Runs it all. 0 also when failures were found: look at show_good(). E_UNSUPPORTED: no lab here;
 * the error of `load`; E_LIMIT and others of trials_make(). The result borrows from plan and
 * policy.
 */
EG_CHECK int show_run(const struct policy *policy, const struct plan *plan, struct flow_mgr *m,
		      const struct show_hooks *hooks, struct diag *d, struct show *ret);
void show_release(struct show *s);

/*
 * Everything that is claimed was shown: no failure, nothing unreachable, and UDP conversations that
 * outlive a pause of a minute.
 */
bool show_good(const struct show *s);

const char *show_step_name(enum show_step s); /* "building the lab", ... */

/* "udp 10.1.0.1 -> 1.2.3.4:53 (wrong port, from staff): went through: answered in 1 ms: UDP echo"
 */
void show_failure_print(const struct show_failure *f, struct buf *out);
