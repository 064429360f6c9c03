/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text, as a configuration: the reading is sound in itself, and the same when read again. What
 * must pass may pass, every flow may end somehow, what is certain is certain because no other end
 * is possible. And its lines as interfaces, names and origins of rules: what is written of those is
 * a configuration without unknowns.
 */
#include <assert.h>
#include <stdint.h>

#include "base/err.h"
#include "dialect/dialect.h"

enum { NODES = 200 * 1000, RULES = 8 };

static void check(const struct reading *r)
{
	flow_ref beyond, ends = r->may[VERDICT_ACCEPT];

	if (flow_minus(r->m, r->must_accept, r->may[VERDICT_ACCEPT], &beyond) == 0)
		assert(flow_empty(beyond));
	if (flow_restrict(r->m, r->must_accept, r->may[VERDICT_DROP], &beyond) == 0)
		assert(flow_empty(beyond));
	if (flow_override(r->m, ends, r->may[VERDICT_DROP], &ends) == 0)
		assert(ends == FLOW_ALL);
	for (size_t i = 0; i < r->unknowns; i++)
		assert(r->unknown[i].what && !flow_empty(r->unknown[i].set));
}

/* Reads it twice into one manager: equal sets are the same set there. */
static void read_twice(struct str text, bool names, struct flow_mgr *m, struct diag *d)
{
	const struct assume assume = { .hook = "forward", .names = names };
	struct reading *first = NULL, *again = NULL;
	int r = dialect_asa.read(text, "fuzz", &assume, m, d, &first);

	if (r == 0)
		check(first);
	else
		assert(diag_errors(d) > 0);
	if (r == 0 && dialect_asa.read(text, "fuzz", &assume, m, d, &again) == 0) {
		assert(first->must_accept == again->must_accept);
		for (size_t i = 0; i <= VERDICT_ACCEPT; i++)
			assert(first->may[i] == again->may[i]);
		assert(first->deciding == again->deciding && first->rules == again->rules);
	}
	reading_free(first);
	reading_free(again);
}

/* A rule about the words of a line: its interface, a name, where it comes from. */
static int add_rule(struct str line, struct flow_mgr *m, struct rulelist *rules)
{
	struct str interface = str_cut(&line, ' '), word = str_cut(&line, ' ');
	struct pattern *name = arena_alloc(rules->arena, sizeof(*name));
	struct rule rule = { .verdict = word.n % 3 ? VERDICT_ACCEPT : VERDICT_DROP,
			     .origin = { .vendor = arena_str(rules->arena, line) } };
	uint16_t zone = 0;
	int r = name && rule.origin.vendor ? flow_zone(m, interface, &zone) : -1;

	if (r == 0 && interface.n)
		r = match_one(&rule.match, FLOW_IIF, zone, line.n % 2 ? ZONE_MAX : zone,
			      rules->arena);
	if (r == 0 && pattern_parse(word, true, name) == 0) {
		rule.match.name = name;
		rule.match.names = 1;
	}
	if (r == 0)
		r = match_one(&rule.match, FLOW_PROTO, 6, 6 + line.n % 12, rules->arena);
	return r < 0 ? r : rulelist_add(rules, &rule);
}

static void write_words(struct str text, struct flow_mgr *m, struct diag *d)
{
	const struct assume assume = { .hook = "forward", .names = true };
	struct reading *reading = NULL;
	struct arena *a = arena_new();
	struct buf out = BUF_INIT;
	struct losses lost = { 0 };
	struct rulelist rules;
	int r = a ? 0 : -1;

	rulelist_init(&rules, a);
	for (size_t i = 0; r == 0 && text.p && i < RULES; i++)
		r = add_rule(str_cut(&text, '\n'), m, &rules);
	if (r == 0 && dialect_asa.write(&rules, m, a, d, &out, &lost) == 0) {
		r = dialect_asa.read(buf_str(&out), "written", &assume, m, d, &reading);
		assert(r == 0 || r == E_BUDGET);
		assert(r < 0 ||
		       (reading->unknowns == 0 && dialect_detect(buf_str(&out)) == &dialect_asa));
	}
	reading_free(reading);
	rulelist_release(&rules);
	buf_release(&out);
	arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct flow_mgr *m = flow_mgr_new(NODES);
	struct diag *d = diag_new();

	(void)dialect_detect(text);
	if (m && d)
		read_twice(text, size % 2, m, d);
	if (m && d)
		write_words(text, m, d);
	diag_free(d);
	flow_mgr_free(m);
	return 0;
}
