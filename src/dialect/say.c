/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/say.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/spans.h"
#include "net/proto.h"

enum { ZONE_NAMES_MAX = 1024 };

bool say_holds_family(const struct flow_match *match, enum family family)
{
	enum flow_dim dst = family == FAMILY_V4 ? FLOW_DST4 : FLOW_DST6;
	enum flow_dim src = family == FAMILY_V4 ? FLOW_SRC4 : FLOW_SRC6;

	return spans_have(match->dim[FLOW_FAMILY], family == FAMILY_V6) &&
	       !spans_empty(match->dim[dst]) && !spans_empty(match->dim[src]);
}

/* The names of all zones in a short list. -ENOENT: one has no name, or they are too many. */
static int list_names(struct flow_spans zones, const struct flow_mgr *m, struct arena *a,
		      struct zone_names *ret)
{
	u128 n = 0;

	for (size_t i = 0; i < zones.n; i++)
		n += zones.span[i].hi - zones.span[i].lo + 1;
	if (!zones.span || n == 0 || n > ZONE_NAMES_MAX)
		return -ENOENT;
	ret->n = 0;
	ret->name = arena_array(a, (size_t)n, sizeof(*ret->name));
	if (!ret->name)
		return -ENOMEM;
	for (size_t i = 0; i < zones.n; i++) {
		for (u128 z = zones.span[i].lo; z <= zones.span[i].hi; z++) {
			ret->name[ret->n] = flow_zone_name(m, (uint16_t)z);
			if (!ret->name[ret->n++])
				return -ENOENT;
		}
	}
	return 0;
}

int say_zone_names(struct flow_spans zones, const struct flow_mgr *m, struct arena *a,
		   struct zone_names *ret)
{
	struct flow_spans others;
	int r = list_names(zones, m, a, ret);

	ret->not = false;
	if (r != -ENOENT)
		return r;
	r = spans_not(zones, ZONE_MAX, a, &others);
	if (r < 0)
		return r;
	ret->not = true;
	return list_names(others, m, a, ret);
}

/* Does every protocol that the match takes have what its port dimensions speak of? */
static bool ports_fit(const struct flow_match *match)
{
	if (!match->dim[FLOW_DPORT].span && !match->dim[FLOW_SPORT].span)
		return true;
	for (unsigned proto = 0; proto <= UINT8_MAX; proto++) {
		bool icmp = proto == PROTO_ICMP && !say_holds_family(match, FAMILY_V6);
		bool icmpv6 = proto == PROTO_ICMPV6 && !say_holds_family(match, FAMILY_V4);

		if (!spans_have(match->dim[FLOW_PROTO], proto) || proto_has_ports((uint8_t)proto))
			continue;
		if (match->dim[FLOW_SPORT].span || (!icmp && !icmpv6))
			return false;
	}
	return true;
}

int say_packet(const struct rule *rule, const struct flow_mgr *m, struct arena *a, const char **ret)
{
	static const enum flow_dim side[] = { FLOW_IIF, FLOW_OIF };
	const struct flow_match *match = &rule->match;
	struct zone_names names;

	*ret = NULL;
	if (!spans_have(match->dim[FLOW_STATE], STATE_NEW))
		*ret = "only first packets (state new) are left to rules";
	else if (!spans_have(match->dim[FLOW_FRAG], 0))
		*ret = "later fragments are put together before a rule sees them";
	else if (!ports_fit(match))
		*ret = "ports or ICMP types of a protocol that does not have them";
	for (size_t i = 0; !*ret && i < ARRAY_LEN(side); i++) {
		int r = match->dim[side[i]].span ? say_zone_names(match->dim[side[i]], m, a, &names)
						 : 0;

		if (r == -ENOENT)
			*ret = "an interface without a name";
		else if (r < 0)
			return r;
	}
	return 0;
}

int say_lose(struct losses *lost, const struct rule *rule, const char *why, struct arena *a)
{
	if (lost->n == lost->cap) {
		size_t cap = lost->cap ? lost->cap * 2 : 16;
		struct loss *loss = arena_array(a, cap, sizeof(*loss));

		if (!loss)
			return -ENOMEM;
		if (lost->n)
			memcpy(loss, lost->loss, lost->n * sizeof(*loss));
		lost->loss = loss;
		lost->cap = cap;
	}
	lost->loss[lost->n++] = (struct loss){ rule, why };
	return 0;
}

/* Adds all that a lost drop or reject could stop in the eyes of a filter without names. */
int say_stop(struct flow_mgr *m, const struct flow_match *match, flow_ref *stopped)
{
	struct flow_match wide = *match;
	flow_ref set;
	int r;

	wide.name = NULL;
	wide.names = 0;
	wide.except = NULL;
	wide.excepts = 0;
	r = flow_of_match(m, &wide, 1, &set);
	return r < 0 ? r : flow_override(m, *stopped, set, stopped);
}

int say_meets(struct flow_mgr *m, const struct flow_match *match, flow_ref stopped, bool *ret)
{
	flow_ref set;
	int r = 0;

	*ret = false;
	if (flow_empty(stopped))
		return 0;
	r = flow_of_match(m, match, 1, &set);
	if (r == 0)
		r = flow_restrict(m, set, stopped, &set);
	if (r == 0)
		*ret = !flow_empty(set);
	return r;
}

/* Why rule i is lost, or NULL; `stopped` is what the lost drops before it would have stopped. */
static int why_lost(const struct saying *s, const struct rule *rule, flow_ref *stopped,
		    const char **ret)
{
	bool behind = false;
	int r = s->why_not(s->data, rule, ret);

	if (r == 0 && !*ret && rule->verdict == VERDICT_ACCEPT)
		r = say_meets(s->m, &rule->match, *stopped, &behind);
	if (behind)
		*ret = "a drop before it could not be written";
	if (r == 0 && *ret && rule->verdict != VERDICT_ACCEPT)
		r = say_stop(s->m, &rule->match, stopped);
	return r;
}

int say_reasons(const struct saying *s, const struct rulelist *rules, const char **why)
{
	flow_ref stopped = FLOW_NONE;
	int r = 0;

	for (size_t i = 0; r == 0 && i < rules->n; i++)
		r = why_lost(s, &rules->rule[i], &stopped, &why[i]);
	return r;
}

int say_lose_all(const struct saying *s, const struct rulelist *rules, const char *dialect,
		 const char **why, struct arena *a, struct diag *d, struct losses *lost)
{
	int r = say_reasons(s, rules, why);

	for (size_t i = 0; r == 0 && i < rules->n; i++) {
		const struct rule *rule = &rules->rule[i];

		if (!why[i])
			continue;
		r = say_lose(lost, rule, why[i], a);
		if (r == 0 && rule->verdict != VERDICT_ACCEPT &&
		    rules->otherwise == VERDICT_ACCEPT) {
			diag_error(d, NOWHERE,
				   "a rule that stops flows cannot be written for %s: %s", dialect,
				   why[i]);
			diag_hint(d,
				  "what no rule speaks of is accepted, so it would be let through");
			r = E_INEXACT;
		}
	}
	return r;
}

int say_losses(const struct losses *lost, size_t first, const char *comment, struct buf *out)
{
	EG_AUTO(buf_release) struct buf line = BUF_INIT;
	EG_AUTO(buf_release) struct buf last = BUF_INIT;

	if (lost->n > first)
		buf_printf(out, "%sNot in it, and so refused:\n", comment);
	for (size_t i = first; i < lost->n; i++) {
		buf_clear(&line);
		origin_print(&lost->loss[i].rule->origin, &line);
		buf_printf(&line, ": %s", lost->loss[i].why);
		for (size_t k = 0; k < line.n; k++)
			if ((unsigned char)line.data[k] < ' ')
				line.data[k] = ' ';
		/* Zones share a row: it is told once. */
		if (!str_eq(buf_str(&line), buf_str(&last)))
			buf_printf(out, "%s  %.*s\n", comment, STR_FMT(buf_str(&line)));
		buf_clear(&last);
		buf_addstr(&last, buf_str(&line));
		if (line.r < 0 || last.r < 0)
			return -ENOMEM;
	}
	return 0;
}

int say_remark(const struct rule *rule, const char *head, size_t most, struct buf *out)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	size_t n;

	if (!rule->origin.vendor && !rule->origin.requirement)
		return 0;
	origin_print(&rule->origin, &text);
	n = text.n < most ? text.n : most;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)text.data[i] < ' ' || (unsigned char)text.data[i] > '~' ||
		    text.data[i] == '?')
			text.data[i] = '_';
	if (n)
		buf_printf(out, "%s%.*s\n", head, (int)n, text.data);
	return text.r;
}
