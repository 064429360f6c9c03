/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any texts, as the files of a device (a byte 1 ends a file): the reading is sound in itself. What
 * must pass may pass, every flow may end somehow, what is certain is certain because no other end
 * is possible; and reading again gives the same. What is written of what is certain reads back, and
 * lets nothing else through.
 */
#include <assert.h>
#include <stdint.h>

#include "base/err.h"
#include "dialect/dialect.h"

enum { NODES = 200 * 1000, FILES = 3, END_OF_FILE = 1, BOXES = 4 };

static void check(const struct reading *r)
{
	flow_ref beyond, ends = r->may[VERDICT_ACCEPT];

	if (flow_minus(r->m, r->must_accept, r->may[VERDICT_ACCEPT], &beyond) == 0)
		assert(flow_empty(beyond));
	if (flow_restrict(r->m, r->must_accept, r->may[VERDICT_DROP], &beyond) == 0)
		assert(flow_empty(beyond));
	if (flow_override(r->m, ends, r->may[VERDICT_DROP], &ends) == 0)
		assert(ends == FLOW_ALL);
	assert(r->must_accept == r->may[VERDICT_ACCEPT] || r->unknowns > 0);
}

/* Some of what must pass, as rules. */
static int make_rules(const struct reading *r, struct rulelist *l)
{
	struct flow_boxes boxes = { 0 };
	int r2 = flow_boxes(r->m, r->must_accept, BOXES, l->arena, &boxes);

	for (size_t i = 0; r2 == 0 && i < boxes.n; i++) {
		const struct rule rule = { .verdict = VERDICT_ACCEPT, .match = boxes.box[i].match };

		r2 = rulelist_add(l, &rule);
	}
	return r2;
}

static void write_and_read(const struct reading *r, struct arena *a, struct diag *d)
{
	struct reading *written = NULL;
	struct buf text = BUF_INIT;
	struct losses lost = { 0 };
	struct rulelist rules;
	flow_ref beyond;

	rulelist_init(&rules, a);
	if (make_rules(r, &rules) == 0 &&
	    dialect_squid.write(&rules, r->m, a, d, &text, &lost) == 0) {
		int r2 = dialect_squid.read(buf_str(&text), "written", NULL, r->m, d, &written);

		assert(r2 == 0 || r2 == E_BUDGET);
		if (r2 == 0)
			assert(written->must_accept == written->may[VERDICT_ACCEPT]);
		if (r2 == 0 && flow_minus(r->m, written->must_accept, r->must_accept, &beyond) == 0)
			assert(flow_empty(beyond));
	}
	reading_free(written);
	rulelist_release(&rules);
	buf_release(&text);
}

static size_t cut_files(struct str text, struct config_file file[static FILES])
{
	static const char *const name[FILES] = { "squid.conf", "a.conf", "names" };
	size_t n = 0;

	while (text.p && n < FILES) {
		file[n].file = name[n];
		file[n++].text = str_cut(&text, END_OF_FILE);
	}
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config_file file[FILES];
	struct str text = { (const char *)data, size };
	size_t n = size ? cut_files(text, file) : 0;
	struct flow_mgr *m = flow_mgr_new(NODES);
	struct diag *d = diag_new();
	struct arena *a = arena_new();
	struct reading *first = NULL, *again = NULL;

	(void)dialect_detect(text);
	if (n && m && d && a && dialect_squid.read_files(file, n, NULL, m, d, &first) == 0) {
		check(first);
		if (dialect_squid.read_files(file, n, NULL, m, d, &again) == 0)
			assert(first->must_accept == again->must_accept &&
			       first->may[VERDICT_ACCEPT] == again->may[VERDICT_ACCEPT]);
		write_and_read(first, a, d);
	}
	reading_free(first);
	reading_free(again);
	arena_free(a);
	diag_free(d);
	flow_mgr_free(m);
	return 0;
}
