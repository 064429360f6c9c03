/* SPDX-License-Identifier: Apache-2.0 */
/* What `egret prove` says: the proof, with what stops each requirement, and the rules that are
 * dead. */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "cmd/env.h"
#include "verify/dead.h"
#include "verify/gap.h"
#include "verify/prove.h"

/* Dead rules that are shown, and rules without a flow among which they are looked for. */
enum { PROOF_DEAD_MAX = 12, PROOF_IDLE_MAX = PROOF_DEAD_MAX + 4 };

struct proof_report {
	struct arena *arena; /* borrowed */
	const struct reading *config;
	struct proof proof;
	struct gap *gap; /* by item; of those that are missing or unknown */
	struct dead_rules dead;
};

EG_CHECK int proof_print(struct env *env, const struct proof_report *p);
EG_CHECK int proof_json(struct env *env, const struct proof_report *p);
