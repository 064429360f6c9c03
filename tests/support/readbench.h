/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A text read by a dialect, what it says of a flow, of what is not modelled, and of mistakes.
 * Include "support/test.h" first.
 */
#pragma once

#include "dialect/dialect.h"

enum said { NO, YES, PERHAPS };

struct readbench {
	struct flow_mgr *m;
	struct diag *d;
	struct reading *r; /* NULL: it was refused */
};

static inline void readbench_begin(struct readbench *b)
{
	b->m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
	b->d = diag_new();
	b->r = NULL;
	assert_true(b->m && b->d);
}

static inline int readbench_with(struct readbench *b, const struct dialect *dialect,
				 struct str text, const struct assume *assume)
{
	readbench_begin(b);
	return dialect->read(text, "test", assume, b->m, b->d, &b->r);
}

/* Files that make one device. */
static inline int readbench_files(struct readbench *b, const struct dialect *dialect,
				  const struct config_file *file, size_t n, const char *at)
{
	const struct assume assume = { .hook = at };

	readbench_begin(b);
	return dialect->read_files(file, n, &assume, b->m, b->d, &b->r);
}

static inline int readbench_at(struct readbench *b, const struct dialect *dialect, struct str text,
			       const char *at)
{
	return readbench_with(b, dialect, text, &(struct assume){ .hook = at });
}

/* Fails with what was said. */
static inline void readbench_tell(const struct readbench *b, const char *text)
{
	struct buf messages = BUF_INIT;

	diag_format(b->d, &messages);
	fail_msg("%s\n%s", text, messages.data ? messages.data : "");
}

static inline void readbench_must(struct readbench *b, const struct dialect *dialect,
				  const char *text, const char *at)
{
	if (readbench_at(b, dialect, str_of(text), at) < 0)
		readbench_tell(b, text);
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

/* ---- one of a table ---- */

/* The flow fares so; `line` 0: whichever line decides it. Its interfaces are known before the text
 * is read, as egret why has them. */
static inline void readbench_flow_fares(const struct dialect *dialect, const char *text,
					const char *at, const char *flow, enum said said,
					unsigned line)
{
	const struct assume assume = { .hook = at };
	const struct config_rule *rule;
	struct readbench b;
	struct flow f;

	readbench_begin(&b);
	f = readbench_flow(&b, flow);
	if (dialect->read(str_of(text), "test", &assume, b.m, b.d, &b.r) < 0)
		readbench_tell(&b, text);
	rule = reading_decides(b.r, &f);
	if (readbench_says(&b, &f) != said || (line && (!rule || rule->at.line != line)))
		fail_msg("%s\nat %s: %s: %d, line %u", text, at ? at : "-", flow,
			 (int)readbench_says(&b, &f), rule ? rule->at.line : 0);
	readbench_end(&b);
}

/* What is not modelled has this name and line. */
static inline void readbench_names_unknown(const struct dialect *dialect, const char *text,
					   const char *what, unsigned line)
{
	bool found = false;
	struct readbench b;

	readbench_must(&b, dialect, text, NULL);
	for (size_t i = 0; i < b.r->unknowns; i++)
		found = found || (strcmp(b.r->unknown[i].what, what) == 0 &&
				  b.r->unknown[i].at.line == line);
	if (!found)
		fail_msg("%s: %s at %u is not named, but %s at %u", text, what, line,
			 b.r->unknowns ? b.r->unknown[0].what : "nothing",
			 b.r->unknowns ? b.r->unknown[0].at.line : 0);
	readbench_end(&b);
}

/* Its first error holds this message, and has this line. */
static inline void readbench_refuses(const struct dialect *dialect, const char *text,
				     const char *at, const char *message, unsigned line)
{
	const struct diag_message *m = NULL;
	struct readbench b;

	if (readbench_at(&b, dialect, str_of(text), at) >= 0)
		fail_msg("%s: read", text);
	for (size_t i = 0; !m && i < diag_count(b.d); i++)
		if (diag_get(b.d, i)->level == DIAG_ERROR)
			m = diag_get(b.d, i);
	if (!m || !strstr(m->text, message) || m->at.line != line)
		fail_msg("%s: %u: %s", text, m ? m->at.line : 0, m ? m->text : "nothing said");
	readbench_end(&b);
}
