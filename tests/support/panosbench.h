/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of the PAN-OS reader share. After "support/test.h". */
#pragma once

#include "dialect/dialect.h"

enum said { NO, YES, PERHAPS };

struct bench {
	struct flow_mgr *m;
	struct diag *d;
	struct reading *r;
};

static inline int read_as(struct bench *b, struct str text, const struct assume *assume)
{
	b->m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
	b->d = diag_new();
	b->r = NULL;
	assert_true(b->m && b->d);
	return dialect_panos.read(text, "test.set", assume, b->m, b->d, &b->r);
}

static inline int read_at(struct bench *b, struct str text, const char *at)
{
	return read_as(b, text, &(struct assume){ .hook = at });
}

static inline void end(struct bench *b)
{
	reading_free(b->r);
	diag_free(b->d);
	flow_mgr_free(b->m);
}

static inline uint16_t zone_of(void *data, struct str name)
{
	uint16_t id = 0;

	return flow_zone(data, name, &id) < 0 ? 0 : id;
}

static inline struct flow flow_of(struct bench *b, const char *text)
{
	struct flow f;

	if (flow_parse(str_of(text), zone_of, b->m, b->d, &f) < 0)
		fail_msg("%s", text);
	return f;
}

static inline enum said answer(const struct reading *r, const struct flow *f)
{
	if (flow_leaf_at(r->m, r->must_accept, f))
		return YES;
	return flow_leaf_at(r->m, r->may[VERDICT_ACCEPT], f) ? PERHAPS : NO;
}

static inline void told(const struct bench *b, const char *text)
{
	struct buf messages = BUF_INIT;

	diag_format(b->d, &messages);
	fail_msg("%s\n%s", text, messages.data ? messages.data : "");
}

/* A rule in one line, as people type it; all that it leaves out is any. */
#define R(name) "set rulebase security rules " name " "
#define ANY "from any to any source any destination any application any service any "
#define ZONES "from any to any "
#define REST "application any service any "
