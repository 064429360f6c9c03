/* SPDX-License-Identifier: Apache-2.0 */
/* A text read by a dialect, and what it says of a flow. Include "support/test.h" first. */
#pragma once

#include "dialect/dialect.h"

enum said { NO, YES, PERHAPS };

struct readbench {
	struct flow_mgr *m;
	struct diag *d;
	struct reading *r; /* NULL: it was refused */
};

static inline int readbench_with(struct readbench *b, const struct dialect *dialect,
				 struct str text, const struct assume *assume)
{
	b->m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
	b->d = diag_new();
	b->r = NULL;
	assert_true(b->m && b->d);
	return dialect->read(text, "test", assume, b->m, b->d, &b->r);
}

static inline int readbench_at(struct readbench *b, const struct dialect *dialect, struct str text,
			       const char *at)
{
	return readbench_with(b, dialect, text, &(struct assume){ .hook = at });
}

static inline void readbench_must(struct readbench *b, const struct dialect *dialect,
				  const char *text, const char *at)
{
	struct buf messages = BUF_INIT;

	if (readbench_at(b, dialect, str_of(text), at) == 0)
		return;
	diag_format(b->d, &messages);
	fail_msg("%s\n%s", text, messages.data);
}

static inline void readbench_end(struct readbench *b)
{
	reading_free(b->r);
	diag_free(b->d);
	flow_mgr_free(b->m);
}

static inline uint16_t readbench_zone(void *data, struct str name)
{
	uint16_t id = 0;

	return flow_zone(data, name, &id) < 0 ? 0 : id;
}

static inline struct flow readbench_flow(struct readbench *b, const char *text)
{
	struct flow f;

	if (flow_parse(str_of(text), readbench_zone, b->m, b->d, &f) < 0)
		fail_msg("%s", text);
	return f;
}

/* Is the flow let through? */
static inline enum said readbench_says(const struct readbench *b, const struct flow *f)
{
	if (flow_leaf_at(b->m, b->r->must_accept, f))
		return YES;
	return flow_leaf_at(b->m, b->r->may[VERDICT_ACCEPT], f) ? PERHAPS : NO;
}
