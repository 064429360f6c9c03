/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/squid_read.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/show.h"
#include "dialect/squid_walk.h"
#include "net/proto.h"

enum { ASSUMPTIONS_MAX = 8, ENDS = 2 /* rules that nobody wrote */ };

struct going {
	struct squid_world w;
	struct squid_config *config;
	struct flow_mgr *m;
	struct diag *d;
	struct reading *out;
	const char *file;
	struct doubts doubts;
	flow_ref tcp, drop, accept;
	size_t apart; /* lines by themselves are asked for */
};

/* ---- rules for people ---- */

static int tell(struct going *g, struct config_rule *rule, struct place at, const char *text)
{
	const char *file = at.file ? arena_strdup(g->out->arena, at.file) : g->file;

	if (!text || !file)
		return -ENOMEM;
	*rule = (struct config_rule){ .at = { .file = file, .line = at.line },
				      .text = text,
				      .where = "http_access" };
	return 0;
}

/* The lines, then what happens to those that none decides, then what a proxy does not pass. */
static int tell_rules(struct going *g)
{
	const struct squid_rule *rule = g->config->list[SQUID_ACCESS].rule;
	size_t n = rule ? g->config->list[SQUID_ACCESS].n : 0;
	const struct squid_rule *last = n ? &rule[n - 1] : NULL;
	struct reading *out = g->out;
	const char *end = !last		? "(no http_access: everything is denied)"
			  : last->allow ? "(at the end) deny, the opposite of the last line"
					: "(at the end) allow, the opposite of the last line";
	int r = 0;

	out->rule = arena_array(out->arena, n + ENDS, sizeof(*out->rule));
	if (!out->rule)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < n; i++)
		r = tell(g, &out->rule[i], rule[i].at, arena_str(out->arena, rule[i].text));
	if (r == 0)
		r = tell(g, &out->rule[n], last ? last->at : NOWHERE, end);
	if (r == 0)
		r = tell(g, &out->rule[n + 1], NOWHERE, "(not TCP: a proxy does not pass it)");
	out->rules = n + ENDS;
	return r;
}

/* ---- the lists ---- */

static int read_access(struct going *g)
{
	const struct squid_list *list = &g->config->list[SQUID_ACCESS];
	flow_ref other, decide = FLOW_NONE;
	struct squid_task task = { .list = list,
				   .empty = VERDICT_DROP,
				   .scope = g->tcp,
				   .first = 1,
				   .doubts = &g->doubts };
	struct squid_outcome o = { { 0 }, FLOW_NONE };
	int r = g->apart ? reading_apart(g->out, 0, &task.apart) : 0;

	if (task.apart)
		task.aparts = g->apart < list->n ? g->apart : list->n;
	if (r == 0)
		r = squid_walk(&g->w, &task, &o);
	if (r == 0)
		r = flow_not(g->m, g->tcp, &other);
	if (r == 0)
		r = flow_override(g->m, o.may[VERDICT_DROP], other, &g->drop);
	if (r == 0)
		r = flow_restrict(g->m, FLOW_LEAF(list->n + ENDS), other, &decide);
	if (r == 0)
		r = flow_override(g->m, o.decide, decide, &g->out->deciding);
	g->accept = o.may[VERDICT_ACCEPT];
	return r;
}

/* What another list may deny is uncertain: squid asks it at another time, of some requests. */
static int read_other(struct going *g, const struct squid_list *list)
{
	struct doubts inner = { 0 };
	const struct squid_task task = { .list = list,
					 .empty = VERDICT_ACCEPT,
					 .scope = g->accept,
					 .first = 1,
					 .doubts = &inner };
	struct squid_outcome o = { { 0 }, FLOW_NONE };
	int r = squid_walk(&g->w, &task, &o);

	doubts_release(&inner);
	for (size_t i = 0; r == 0 && i < list->n; i++) {
		const struct squid_rule *rule = &list->rule[i];

		if (!rule->allow || i + 1 == list->n)
			r = doubts_add(&g->doubts, g->m, rule->text, rule->at, o.may[VERDICT_DROP]);
	}
	return r < 0 ? r : flow_override(g->m, g->drop, o.may[VERDICT_DROP], &g->drop);
}

/* Statements that may stop any request; of what an included file holds, anything may be true. */
static int read_notices(struct going *g)
{
	const struct squid_config *c = g->config;
	int r = 0;

	for (size_t i = 0; r == 0 && i < c->stops_n; i++)
		r = doubts_add(&g->doubts, g->m, c->stops[i].text, c->stops[i].at,
			       c->incomplete ? g->tcp : g->accept);
	if (r == 0 && c->stops_n)
		r = flow_override(g->m, g->drop, g->accept, &g->drop);
	if (r == 0 && c->incomplete) {
		g->accept = g->tcp;
		r = flow_override(g->m, g->drop, g->tcp, &g->drop);
		g->out->deciding = FLOW_NONE;
	}
	return r;
}

/* ---- the reading ---- */

static int tell_assumptions(struct going *g)
{
	struct reading *out = g->out;
	const char **text = arena_array(out->arena, ASSUMPTIONS_MAX, sizeof(*text));
	size_t n = 0;

	if (!text)
		return -ENOMEM;
	text[n] = arena_printf(out->arena,
			       "clients ask the proxy by %s for a name, or for an address that "
			       "then has no name",
			       g->w.method);
	if (!text[n++])
		return -ENOMEM;
	text[n++] = "client and destination are of one family: a proxy could join two";
	if (g->w.resolves)
		text[n++] = "the proxy resolves names as clients do, and all addresses of a name "
			    "are in a list of dst, or none is";
	if (g->w.manager && strcmp(g->w.method, "CONNECT") != 0)
		text[n++] = "nobody asks for squid's own pages (manager)";
	if (g->config->completes)
		text[n++] = "names that clients ask for are whole: squid appends no domain";
	if (g->config->routes)
		text[n++] = "what other proxies do behind this one (cache_peer, never_direct) is "
			    "not looked at";
	out->assumption = text;
	out->assumptions = n;
	return 0;
}

static int find_method(struct going *g, const char *hook)
{
	if (!hook || strcmp(hook, "forward") == 0 || strcmp(hook, "CONNECT") == 0) {
		g->w.method = "CONNECT";
		return 0;
	}
	if (strcmp(hook, "GET") == 0) {
		g->w.method = "GET";
		return 0;
	}
	diag_error(g->d, (struct place){ .file = g->file }, "clients do not ask a proxy by '%s'",
		   show(str_of(hook)).text);
	diag_hint(g->d, "say --at CONNECT or --at GET");
	return E_UNKNOWN;
}

static int tcp_set(struct going *g)
{
	static const struct flow_span tcp = { PROTO_TCP, PROTO_TCP };
	struct flow_match match = FLOW_MATCH_ANY;

	match.dim[FLOW_PROTO] = (struct flow_spans){ &tcp, 1 };
	return flow_of_match(g->m, &match, 1, &g->tcp);
}

static int conclude(struct going *g)
{
	struct reading *out = g->out;

	out->may[VERDICT_ACCEPT] = g->accept;
	out->may[VERDICT_DROP] = g->drop;
	out->one_place = true;
	out->names = true;
	return flow_not(g->m, g->drop, &out->must_accept);
}

static int go(struct going *g, const char *hook)
{
	int r = find_method(g, hook);

	if (r == 0)
		r = tcp_set(g);
	if (r == 0)
		r = squid_world_begin(&g->w);
	if (r == 0)
		r = tell_rules(g);
	if (r == 0)
		r = read_access(g);
	for (size_t i = SQUID_ADAPTED; r == 0 && i < SQUID_LISTS; i++)
		r = read_other(g, &g->config->list[i]);
	if (r == 0)
		r = read_notices(g);
	if (r == 0)
		r = conclude(g);
	if (r == 0)
		r = doubts_tell(&g->doubts, g->file, g->out);
	if (r == 0)
		r = tell_assumptions(g);
	if (r == E_BUDGET) {
		diag_error(g->d, (struct place){ .file = g->file },
			   "the access list is too tangled to be worked out");
		diag_hint(g->d, "the budget of nodes is used up");
	}
	return r;
}

int squid_read(struct squid_config *c, const char *file, const struct assume *assume,
	       struct flow_mgr *m, struct diag *d, struct reading **ret)
{
	EG_AUTO(reading_freep) struct reading *out = reading_new(m);
	struct going g = { .w = { .config = c, .m = m, .d = d, .arena = c->arena },
			   .config = c,
			   .m = m,
			   .d = d,
			   .out = out };
	int r = out ? 0 : -ENOMEM;

	g.apart = assume ? assume->apart : 0;
	if (r == 0)
		g.file = arena_strdup(out->arena, file);
	if (r == 0 && !g.file)
		r = -ENOMEM;
	if (r == 0)
		r = go(&g, assume ? assume->hook : NULL);
	doubts_release(&g.doubts);
	if (r == 0)
		*ret = EG_TAKE(out);
	return r;
}
