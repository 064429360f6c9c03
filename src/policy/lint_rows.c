/* SPDX-License-Identifier: Apache-2.0 */
/* Lint of what became of each selected row, and of rows that a proxy cannot carry. */
#include <errno.h>

#include "base/buf.h"
#include "policy/lint.h"

enum {
	PORTS_WIDE = 1000, /* ports in one row that want addresses beside them (S22) */
	ROWS_SHOWN = 4	   /* rows named in one message */
};

static bool has_rules(const struct outcome *o)
{
	return o->fate == FATE_RULES || o->fate == FATE_NAMES;
}

static void tell_incomplete(const struct lint *l, const struct outcome *o)
{
	const struct requirement *q = o->requirement;
	const struct catalog *c = q->service->catalog;

	diag_warning(l->d, lint_at(l, o->allow->line), "%s has no rule: %s", lint_row_path(q).text,
		     o->why);
	if (q->direction == DIRECTION_INBOUND && q->status != STATUS_INCOMPLETE)
		diag_hint(l->d, "publish an endpoint `for: %s/%s`, or write `except: %s`",
			  c->vendor, q->id, q->id);
	else
		diag_hint(l->d,
			  "its flows stay refused until the catalog has it; `except: %s` "
			  "says that you know",
			  q->id);
}

/* Another entry may allow the service from the zones that this one lacks. */
static bool served_elsewhere(const struct lint *l, const struct outcome *o)
{
	const struct service *s = o->allow->service;
	size_t k = (size_t)(o->requirement - s->requirement), first = 0;

	for (size_t i = 0; i < l->policy->allows; i++) {
		const struct allow *a = &l->policy->allow[i];

		if (a->service == s && has_rules(&l->plan->outcome[first + k]))
			return true;
		first += a->service->requirements;
	}
	return false;
}

static int tell_cut(const struct lint *l, const struct outcome *o)
{
	EG_AUTO(buf_release) struct buf roles = BUF_INIT;

	roles_print(o->requirement->roles, &roles);
	if (roles.r < 0)
		return roles.r;
	diag_note(l->d, lint_at(l, o->allow->line),
		  "%s: the page's list of sources is cut; taken as: %.*s",
		  lint_row_path(o->requirement).text, STR_FMT(buf_str(&roles)));
	return 0;
}

static int tell_used(const struct lint *l, const struct outcome *o)
{
	const struct requirement *q = o->requirement;
	struct place at = lint_at(l, o->allow->line);
	unsigned ports = ports_count(&q->ports);

	if (q->status == STATUS_UNVERIFIED) {
		diag_warning(l->d, at, "%s is unverified: %s", lint_row_path(q).text,
			     q->reason ? q->reason : "no reason is recorded");
		diag_hint(l->d, "write `except: %s` unless you need it", q->id);
	}
	if (o->why && ((q->v4 && !q->usable4) || (q->v6 && !q->usable6)))
		diag_note(l->d, at, "%s: %s", lint_row_path(q).text, o->why);
	if (ports >= PORTS_WIDE && o->fate == FATE_NAMES) {
		diag_warning(l->d, at, "%s opens %u ports to names alone", lint_row_path(q).text,
			     ports);
		diag_hint(l->d, "so wide a range wants a published list of addresses");
	}
	return q->roles_cut ? tell_cut(l, o) : 0;
}

int lint_rows(const struct lint *l)
{
	for (size_t i = 0; i < l->plan->outcomes; i++) {
		const struct outcome *o = &l->plan->outcome[i];
		int r = 0;

		if (has_rules(o))
			r = tell_used(l, o);
		else if (o->fate == FATE_INCOMPLETE)
			tell_incomplete(l, o);
		else if (o->fate == FATE_NO_ZONE && !served_elsewhere(l, o))
			diag_note(l->d, lint_at(l, o->allow->line), "%s has no rule: %s",
				  lint_row_path(o->requirement).text, o->why);
		if (r < 0)
			return r;
	}
	return 0;
}

/* ---- proxy ---- */

/* Rows of one entry that one zone needs, and which of them no proxy carries. */
struct carried {
	size_t all, never;
	struct buf names; /* the first ROWS_SHOWN of `never` */
};

static void count_row(const struct outcome *o, const struct zone *z, struct carried *c)
{
	const struct requirement *q = o->requirement;

	if (o->fate == FATE_EXCEPTED || q->direction == DIRECTION_INBOUND ||
	    (z->roles && q->roles && !(z->roles & q->roles)))
		return;
	c->all++;
	if (q->proxyable)
		return;
	if (c->never < ROWS_SHOWN)
		buf_printf(&c->names, "%s%s", c->never ? ", " : "", q->id);
	c->never++;
}

static void tell_carried(const struct lint *l, const struct allow *a, const struct zone *z,
			 const struct carried *c)
{
	const struct service *s = a->service;
	struct place at = lint_at(l, a->line);

	if (!c->never)
		return;
	if (c->never == c->all)
		diag_warning(l->d, at,
			     "%s/%s does not work through a proxy, and zone %s has no "
			     "other way out",
			     s->catalog->vendor, s->id, z->name);
	else
		diag_warning(l->d, at,
			     "%zu of %zu rows of %s/%s do not work through a proxy, "
			     "zone %s's only way out: %.*s%s",
			     c->never, c->all, s->catalog->vendor, s->id, z->name,
			     STR_FMT(buf_str(&c->names)), c->never > ROWS_SHOWN ? ", ..." : "");
	diag_hint(l->d, "give its hosts a direct way: a zone without `proxy-only`");
}

/* `first` is the entry's first outcome. */
static int check_carried(const struct lint *l, const struct allow *a, const struct outcome *first)
{
	for (size_t z = 0; z < a->zones; z++) {
		struct carried c = { 0 };

		if (!a->zone[z]->proxy_only)
			continue;
		for (size_t k = 0; k < a->service->requirements; k++)
			count_row(&first[k], a->zone[z], &c);

		int r = c.names.r;

		if (r == 0)
			tell_carried(l, a, a->zone[z], &c);
		buf_release(&c.names);
		if (r < 0)
			return r;
	}
	return 0;
}

int lint_proxy(const struct lint *l)
{
	const struct outcome *first = l->plan->outcome;
	int r = 0;

	for (size_t i = 0; i < l->policy->allows && r == 0; i++) {
		r = check_carried(l, &l->policy->allow[i], first);
		first += l->policy->allow[i].service->requirements;
	}
	return r;
}
