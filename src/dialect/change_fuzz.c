/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any configuration of any dialect, and a change of it: what was written reads back, on top of the
 * configuration. Nothing was opened but what the change accepts, nothing closed but what it drops.
 */
#include <assert.h>
#include <errno.h>
#include <stdint.h>

#include "base/err.h"
#include "dialect/change.h"
#include "net/proto.h"

enum { NODES = 200 * 1000 };

static const struct assume assume = { .hook = "forward", .names = true };

/* udp to 192.0.2.0/24:8801 is accepted, tcp to port 25 is dropped. */
static int make_rules(struct rulelist *l)
{
	struct rule yes = { .verdict = VERDICT_ACCEPT }, no = { .verdict = VERDICT_DROP };
	struct arena *a = l->arena;
	int r = match_one(&yes.match, FLOW_FAMILY, 0, 0, a);

	if (r == 0)
		r = match_one(&yes.match, FLOW_PROTO, PROTO_UDP, PROTO_UDP, a);
	if (r == 0)
		r = match_one(&yes.match, FLOW_DST4, 0xc0000200, 0xc00002ff, a);
	if (r == 0)
		r = match_one(&yes.match, FLOW_DPORT, 8801, 8801, a);
	if (r == 0)
		r = match_one(&no.match, FLOW_PROTO, PROTO_TCP, PROTO_TCP, a);
	if (r == 0)
		r = match_one(&no.match, FLOW_DPORT, 25, 25, a);
	for (size_t i = 0; r == 0 && i < 2; i++)
		r = match_one(i ? &no.match : &yes.match, FLOW_STATE, STATE_NEW, STATE_NEW, a);
	if (r == 0)
		r = rulelist_add(l, &no);
	return r < 0 ? r : rulelist_add(l, &yes);
}

/* First packets that are no later fragments. */
static int first_packets(struct flow_mgr *m, struct arena *a, flow_ref *ret)
{
	struct flow_match match = FLOW_MATCH_ANY;
	int r = match_one(&match, FLOW_STATE, STATE_NEW, STATE_NEW, a);

	if (r == 0)
		r = match_one(&match, FLOW_FRAG, 0, 0, a);
	return r < 0 ? r : flow_of_match(m, &match, 1, ret);
}

/* What is in one and not in the other, and that the rule speaks of, is all that changed. */
static void check_part(flow_ref more, flow_ref less, const struct rule *rule, flow_ref scope,
		       struct flow_mgr *m)
{
	flow_ref diff = FLOW_NONE, one = FLOW_NONE;
	int r = flow_restrict(m, more, scope, &diff);

	if (r == 0)
		r = flow_minus(m, diff, less, &diff);
	if (r == 0)
		r = flow_of_match(m, &rule->match, 1, &one);
	if (r == 0)
		r = flow_minus(m, diff, one, &diff);
	assert(r < 0 || flow_empty(diff));
}

static void check(const struct dialect *dialect, const struct change *c,
		  const struct reading *before, struct arena *a)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	EG_AUTO(reading_freep) struct reading *after = NULL;
	EG_AUTO(diag_freep) struct diag *d = diag_new();
	struct losses lost = { 0 };
	flow_ref scope = FLOW_NONE;
	int r = d ? change_write(dialect, c, before->m, a, d, &text, &lost) : -1;

	if (r < 0)
		return;
	r = change_read(dialect, c, buf_str(&text), before->m, d, &after);
	/* Memory, nodes and what a language takes at most may be at their end; nothing else. */
	assert(r == 0 || r == -ENOMEM || r == E_BUDGET || r == E_LIMIT);
	if (r < 0 || first_packets(before->m, a, &scope) < 0)
		return;
	check_part(after->may[VERDICT_ACCEPT], before->may[VERDICT_ACCEPT], &c->rules->rule[1],
		   scope, before->m);
	check_part(before->must_accept, after->must_accept, &c->rules->rule[0], scope, before->m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config_file file = { "fuzz", { (const char *)data, size } };
	const struct dialect *dialect = dialect_detect(file.text);
	struct flow_mgr *m = flow_mgr_new(NODES);
	struct arena *a = arena_new();
	struct diag *d = diag_new();
	struct reading *before = NULL;
	struct rulelist rules, answers;

	if (m && a && d && dialect && dialect->change) {
		const struct change c = { &file, 1, &assume, &rules, &answers };

		rulelist_init(&rules, a);
		rulelist_init(&answers, a);
		if (make_rules(&rules) == 0 &&
		    dialect->read(file.text, file.file, &assume, m, d, &before) == 0)
			check(dialect, &c, before, a);
		reading_free(before);
		rulelist_release(&rules);
		rulelist_release(&answers);
	}
	diag_free(d);
	arena_free(a);
	flow_mgr_free(m);
	return 0;
}
