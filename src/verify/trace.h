/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules of a configuration that a flow meets: those that may match it, in their order, up to
 * the one that certainly does.
 */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "dialect/reading.h"

enum { TRACE_MAX = 32 };

struct trace_step {
	const struct config_rule *rule;
	bool certain; /* it matches; else whether it does depends on what is not modelled */
};

struct trace {
	struct trace_step step[TRACE_MAX];
	size_t n;
	bool all; /* false: there were more */
};

/*
 * `config` was read with assume.apart. Of rules of several lists each list ends with its own
 * certain match: a packet may have to pass all of them. Without reading->apart it is empty.
 */
void trace_flow(const struct reading *config, const struct flow *f, struct trace *ret);
