/* SPDX-License-Identifier: Apache-2.0 */
/* Lint of what became of each selected row, and of rows that a proxy cannot carry. */
#include <errno.h>

#include "base/buf.h"
#include "policy/lint.h"

enum {
	PORTS_WIDE = 1000, /* ports in one row that want addresses beside them (S22) */
	ROWS_SHOWN = 8	   /* rows named in one message */
};

static bool has_rules(const struct outcome *o)
{
	return o->fate == FATE_RULES || o->fate == FATE_NAMES;
}

/* ---- rows of one entry with one and the same trouble, told together ---- */

/* The trouble of a row, or NULL. Every kind has its own function. */
typedef const char *trouble_of(const struct outcome *o);

static const char *incomplete(const struct outcome *o)
{
	bool ours = o->requirement->direction == DIRECTION_INBOUND &&
		    o->requirement->status != STATUS_INCOMPLETE;

	return o->fate == FATE_INCOMPLETE && !ours ? o->why : NULL;
}

/* The catalog has the row, but no endpoint of ours fits it. */
static const char *unpublished(const struct outcome *o)
{
	return o->fate == FATE_INCOMPLETE && !incomplete(o) ? o->why : NULL;
}

static const char *unverified(const struct outcome *o)
{
	const struct requirement *q = o->requirement;

	if (!has_rules(o) || q->status != STATUS_UNVERIFIED)
		return NULL;
	return q->reason ? q->reason : "no reason is recorded";
}

struct trouble {
	trouble_of *of;
	const char *one, *many, *hint; /* "PATH one: WHY", "N rows of SERVICE many: WHY" */
};

static const struct trouble troubles[] = {
	{ incomplete, "has no rule", "have no rule",
	  "refused until the catalog has what is missing" },
	{ unpublished, "has no rule", "have no rule", "publish an endpoint for it" },
	{ unverified, "is unverified", "are unverified", "use `except:` unless you need it" },
};

/* The rows of the entry with the trouble of row i, which is the first of them. */
static void tell_rows(const struct lint *l, const struct trouble *t, const struct outcome *first,
		      size_t i, struct buf *rows)
{
	const struct service *s = first->allow->service;
	struct str why = str_of(t->of(&first[i]));
	struct place at = lint_at(l, first->allow->line);
	size_t n = 0;

	for (size_t k = i; k < s->requirements; k++) {
		const char *other = t->of(&first[k]);

		if (!other || !str_is(why, other))
			continue;
		if (n++ < ROWS_SHOWN)
			buf_printf(rows, "%s%s", n > 1 ? ", " : "", first[k].requirement->id);
	}
	if (n == 1)
		diag_warning(l->d, at, "%s %s: %.*s", lint_row_path(first[i].requirement).text,
			     t->one, STR_FMT(why));
	else
		diag_warning(l->d, at, "%zu rows of %s/%s %s: %.*s", n, s->catalog->vendor, s->id,
			     t->many, STR_FMT(why));
	if (n > ROWS_SHOWN)
		buf_printf(rows, " (+%zu more)", n - ROWS_SHOWN);
	if (n == 1)
		diag_hint(l->d, "%s", t->hint);
	else
		diag_hint(l->d, "%.*s: %s", STR_FMT(buf_str(rows)), t->hint);
}

static bool told_before(const struct trouble *t, const struct outcome *first, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		const char *other = t->of(&first[k]);

		if (other && str_is(str_of(other), t->of(&first[i])))
			return true;
	}
	return false;
}

static int tell_troubles(const struct lint *l, const struct outcome *first, size_t i)
{
	for (size_t t = 0; t < ARRAY_LEN(troubles); t++) {
		EG_AUTO(buf_release) struct buf rows = BUF_INIT;

		if (!troubles[t].of(&first[i]) || told_before(&troubles[t], first, i))
			continue;
		tell_rows(l, &troubles[t], first, i, &rows);
		if (rows.r < 0)
			return rows.r;
	}
	return 0;
}

/* ---- single rows ---- */

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

	if (o->why && ((q->v4 && !q->usable4) || (q->v6 && !q->usable6)))
		diag_note(l->d, at, "%s: %s", lint_row_path(q).text, o->why);
	if (ports >= PORTS_WIDE && o->fate == FATE_NAMES) {
		diag_warning(l->d, at, "%s opens %u ports to names alone", lint_row_path(q).text,
			     ports);
		diag_hint(l->d, "so wide a range wants a published list of addresses");
	}
	return q->roles_cut ? tell_cut(l, o) : 0;
}

/* Rows of the entry whose page does not say who starts them, where its zones tell hosts apart. */
static void tell_unsaid(const struct lint *l, const struct allow *a, const struct outcome *first)
{
	const struct service *s = a->service;
	bool told_apart = false;
	size_t n = 0;

	for (size_t z = 0; z < a->zones; z++)
		told_apart |= a->zone[z]->roles != 0;
	for (size_t k = 0; k < s->requirements; k++)
		n += !first[k].requirement->roles && has_rules(&first[k]);
	if (!told_apart || !n)
		return;
	diag_note(l->d, lint_at(l, a->line),
		  "%zu of %zu rows of %s/%s do not say who starts the traffic: every zone of this "
		  "entry may",
		  n, s->requirements, s->catalog->vendor, s->id);
	diag_hint(l->d, "name only the zones that need the service");
}

static int check_row(const struct lint *l, const struct outcome *first, size_t i)
{
	const struct outcome *o = &first[i];
	int r = tell_troubles(l, first, i);

	if (r == 0 && has_rules(o))
		r = tell_used(l, o);
	if (o->fate == FATE_NO_ZONE && !served_elsewhere(l, o))
		diag_note(l->d, lint_at(l, o->allow->line), "%s has no rule: %s",
			  lint_row_path(o->requirement).text, o->why);
	return r;
}

int lint_rows(const struct lint *l)
{
	const struct outcome *first = l->plan->outcome;

	for (size_t i = 0; i < l->policy->allows; i++) {
		size_t n = l->policy->allow[i].service->requirements;

		for (size_t k = 0; k < n; k++) {
			int r = check_row(l, first, k);

			if (r < 0)
				return r;
		}
		tell_unsaid(l, &l->policy->allow[i], first);
		first += n;
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
		diag_warning(
			l->d, at,
			"%zu of %zu rows of %s/%s do not work through a proxy, and zone %s has no "
			"other way out: %.*s%s",
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
