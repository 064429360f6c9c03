/* SPDX-License-Identifier: Apache-2.0 */
/* Lint of names: the self-test host, and the list of names to exempt from inspection. */
#include "base/buf.h"
#include "net/proto.h"
#include "policy/lint.h"

enum { NAMES_SHOWN = 6, HTTPS = 443 };

/* Entries for one service in different zones say the same about its names: the first tells. */
static bool is_first(const struct lint *l, size_t allow)
{
	for (size_t i = 0; i < allow; i++) {
		if (l->policy->allow[i].service == l->policy->allow[allow].service)
			return false;
	}
	return true;
}

/* ---- the self-test host ---- */

static bool names_host(const struct flow_match *m, const struct name *host)
{
	for (size_t n = 0; n < m->names; n++) {
		if (pattern_matches(&m->name[n], host))
			return true;
	}
	return false;
}

/* What the plan lets a browser open: https to a name. */
static bool opens(const struct plan *plan, const struct name *host)
{
	for (size_t i = 0; i < plan->outcomes; i++) {
		const struct outcome *o = &plan->outcome[i];
		const struct requirement *q = o->requirement;

		if (q->proto != PROTO_TCP || !ports_has(&q->ports, HTTPS))
			continue;
		for (size_t k = o->first_rule; k < o->first_rule + o->rules; k++) {
			if (names_host(&plan->rules.rule[k].match, host))
				return true;
		}
	}
	return false;
}

/* Whether some rule has "*.host", so that an included apex would help. */
static bool has_under(const struct plan *plan, const struct name *host)
{
	for (size_t i = 0; i < plan->rules.n; i++) {
		const struct flow_match *m = &plan->rules.rule[i].match;

		for (size_t n = 0; n < m->names; n++) {
			if (m->name[n].kind == PATTERN_UNDER &&
			    str_is(str_of(m->name[n].name.text), host->text))
				return true;
		}
	}
	return false;
}

int lint_selftest(const struct lint *l)
{
	for (size_t i = 0; i < l->policy->allows; i++) {
		const struct allow *a = &l->policy->allow[i];
		const struct service *s = a->service;
		struct name host;

		if (!s->selftest || !is_first(l, i) || name_parse(str_of(s->selftest), &host) < 0 ||
		    opens(l->plan, &host))
			continue;
		diag_warning(l->d, lint_at(l, a->line),
			     "users of %s/%s are told to try https://%s, which no rule allows",
			     s->catalog->vendor, s->id, host.text);
		if (has_under(l->plan, &host))
			diag_hint(l->d, "*.%s does not mean %s itself: write `apex: included`",
				  host.text, host.text);
	}
	return 0;
}

/* ---- the bypass list ---- */

static bool is_exempt(const struct service *s, const struct pattern *p)
{
	for (size_t i = 0; i < s->bypasses; i++) {
		if (pattern_covers(&s->bypass[i], p))
			return true;
	}
	return false;
}

/* Patterns seen, each once: how many, and the text of the first NAMES_SHOWN. */
struct seen {
	const struct pattern *shown[NAMES_SHOWN];
	size_t n;
	struct buf text;
};

static void see(struct seen *s, const struct pattern *p)
{
	for (size_t i = 0; i < s->n && i < NAMES_SHOWN; i++) {
		if (pattern_covers(s->shown[i], p) && pattern_covers(p, s->shown[i]))
			return;
	}
	if (s->n < NAMES_SHOWN) {
		s->shown[s->n] = p;
		if (s->n)
			buf_adds(&s->text, ", ");
		pattern_print(p, &s->text);
	}
	s->n++;
}

/*
 * Collects the allowed names of one entry that its service's bypass list leaves out. Rows that the
 * page does not show are no part of what its bypass list can be compared with.
 */
static void see_inspected(const struct lint *l, const struct outcome *first, struct seen *s)
{
	const struct service *service = first->allow->service;

	for (size_t i = 0; i < service->requirements; i++) {
		if (!first[i].rules || first[i].requirement->status != STATUS_VERIFIED)
			continue;

		const struct flow_match *m = &l->plan->rules.rule[first[i].first_rule].match;

		for (size_t n = 0; n < m->names; n++) {
			if (!is_exempt(service, &m->name[n]))
				see(s, &m->name[n]);
		}
	}
}

int lint_bypass(const struct lint *l)
{
	const struct outcome *first = l->plan->outcome;

	for (size_t i = 0; i < l->policy->allows; i++) {
		const struct allow *a = &l->policy->allow[i];
		const struct service *s = a->service;
		struct seen seen = { 0 };

		if (s->bypasses && is_first(l, i))
			see_inspected(l, first, &seen);
		first += s->requirements;

		int r = seen.text.r;

		if (seen.n && r == 0) {
			diag_note(l->d, lint_at(l, a->line),
				  "%s/%s: allowed, but not in the vendor's list of names to exempt "
				  "from proxy and inspection: %.*s%s",
				  s->catalog->vendor, s->id, STR_FMT(buf_str(&seen.text)),
				  seen.n > NAMES_SHOWN ? ", ..." : "");
			diag_hint(l->d, "exempt them too where your proxy inspects");
		}
		buf_release(&seen.text);
		if (r < 0)
			return r;
	}
	return 0;
}
