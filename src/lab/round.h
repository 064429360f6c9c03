/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A round: all trials of a show at the same time, and what became of each.
 *
 * On a busy machine a packet can get lost, and a responder may get no time for seconds. So a trial
 * that must be answered and met silence is tried again, from another source port, as long as that
 * helps. A refusal that comes back stands. A trial that must not pass has one try: a packet of it
 * on the far side is one too many, and more silence would prove no more.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/hash.h"
#include "lab/lab.h"
#include "lab/trial.h"
#include "lab/witness.h"

enum round_kind {
	ROUND_OPEN,   /* through the open gateway: everything must be answered */
	ROUND_POLICY, /* under the policy: what passes must be answered */
	ROUND_NAMES   /* names only, after the resolver was asked for them: must be answered */
};

/* What became of a trial. */
struct round_end {
	struct probe_result result; /* of its last try */
	unsigned tries;
	bool arrived; /* in some try a packet of it was seen on the far side */
};

struct round {
	struct lab *lab;
	const struct trials *trials;
	enum round_kind kind;
	const struct lab_progress *progress;
	struct witness witness[TOPOLOGY_NODES_MAX]; /* of each node */
	size_t witnesses;
	struct round_end *end; /* by trial */
	size_t answered_again; /* trials of all rounds that were answered, but not at once */
	/* What packets of this round mean: keys of five-tuples, and their trials. */
	struct round_key *key;
	size_t keys;
	struct strmap by_key;
	/* One try: who[0..whos) are its trials; job[] and found[] are in that order. */
	size_t *who, whos;
	struct lab_job *job;
	struct probe_result *found;
	unsigned port; /* the next one for a trial that is tried again, in any round */
};

#define ROUND_INIT ((struct round){ 0 })

/* Opens the witnesses. Lab and trials are borrowed. round_release() is due even after an error. */
EG_CHECK int round_init(struct round *round, struct lab *lab, const struct trials *trials);
void round_release(struct round *round);

/* Fills round->end. `progress` tells how many trials have their finding. E_LIMIT: witness_read()'s.
 */
EG_CHECK int round_play(struct round *round, enum round_kind kind,
			const struct lab_progress *progress);

/* Must the trial be answered in this kind of round? */
bool round_due(const struct trial *t, enum round_kind kind);

/* The flow of trial `index` in such a round: the same but for its own port. */
struct flow round_flow(const struct trial *t, size_t index, enum round_kind kind);
