/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "base/show.h"
#include "cmd/imported.h"
#include "cmd/table.h"
#include "net/proto.h"

enum { TOLD_PROBLEMS = 60, TOLD_NAMES = 6 };

static void print_flows(const struct requirement_text *t, struct buf *out)
{
	const char *name = proto_name(t->proto);

	if (!t->proto)
		buf_adds(out, "-");
	else if (name)
		buf_printf(out, "%s ", name);
	else
		buf_printf(out, "proto %u ", t->proto);
	ports_print(&t->ports, out);
}

static void print_far_end(const struct requirement_text *t, struct buf *out)
{
	size_t shown = t->names < TOLD_NAMES ? t->names : TOLD_NAMES;

	for (size_t i = 0; i < shown; i++) {
		buf_adds(out, out->n ? " " : "");
		pattern_print(&t->name[i], out);
	}
	if (shown < t->names)
		buf_printf(out, " (+%zu more)", t->names - shown);
	for (size_t i = 0; i < t->lists; i++)
		buf_printf(out, "%slist %s", out->n ? " " : "", t->list[i].id);
	if (t->endpoint)
		buf_printf(out, "%sto: %s", out->n ? " " : "", t->endpoint);
}

static const struct draft_row *row_of(const struct draft *d, const char *id)
{
	for (size_t i = 0; i < d->rows; i++) {
		if (strcmp(d->row[i].text.id, id) == 0)
			return &d->row[i];
	}
	return NULL;
}

static bool is_missing(const struct draft *d, const char *id, unsigned *family)
{
	for (size_t i = 0; i < d->lists; i++) {
		if (strcmp(d->list[i].text.id, id) != 0)
			continue;
		*family = d->list[i].text.family;
		return d->list[i].text.missing;
	}
	return false; /* a list of the base, which its catalog answers for */
}

/* The families of the row's lists that are not all held; the row needs one that is. */
static bool waits_for_lists(const struct draft *d, const struct requirement_text *q)
{
	unsigned spoken = 0, missing = 0, family = 0;

	for (size_t i = 0; i < q->lists; i++) {
		bool gone = is_missing(d, q->list[i].id, &family);

		spoken |= family;
		missing |= gone ? family : 0;
	}
	return q->lists && spoken == missing;
}

static int requirement(const struct draft *d, struct table *t, const struct requirement_text *q,
		       const char *place)
{
	bool waits = waits_for_lists(d, q);
	EG_AUTO(buf_release) struct buf flows = BUF_INIT;
	EG_AUTO(buf_release) struct buf roles = BUF_INIT;
	EG_AUTO(buf_release) struct buf far = BUF_INIT;
	const char *status = q->incomplete || waits ? "incomplete"
			     : q->unverified	    ? "unverified"
						    : "verified";
	int r;

	print_flows(q, &flows);
	roles_print(q->roles, &roles);
	if (q->roles_cut)
		buf_adds(&roles, " ...");
	print_far_end(q, &far);
	if (flows.r < 0 || roles.r < 0 || far.r < 0)
		return -ENOMEM;
	r = table_row(
		t,
		q->incomplete	? TONE_BAD
		: q->unverified ? TONE_WAIT
				: TONE_GOOD,
		(const char *const[]){ place, status, flows.data, roles.data, buf_str(&far).p });
	if (r == 0 && q->incomplete)
		r = table_note(t, q->incomplete);
	if (r == 0 && waits)
		r = table_note(t, "its lists are not here: see --lists");
	if (r == 0 && q->unverified)
		r = table_note(t, q->unverified);
	return r;
}

static int other_row(struct table *t, const struct row_account *row)
{
	char place[64];
	EG_AUTO(buf_release) struct buf why = BUF_INIT;

	(void)snprintf(place, sizeof(place), "line %u", row->at.line); /* a number fits */
	if (row->of)
		buf_printf(&why, "the same as %s", row->of);
	else if (row->why)
		buf_adds(&why, row->why);
	return why.r < 0 ? why.r
			 : table_row(t, row->fate == ROW_PROBLEM ? TONE_BAD : TONE_DIM,
				     (const char *const[]){ row->position ? row->position : place,
							    row_fate_name(row->fate), NULL, NULL,
							    buf_str(&why).p });
}

/* A table that is part of another one, or its layout, has nothing to show of its own. */
static bool is_silent(const struct table_account *a)
{
	return !a->number && a->rows && a->row[0].fate == ROW_HEADING;
}

static int table_rows(const struct imported *i, const struct table_account *a, struct table *t)
{
	EG_AUTO(buf_release) struct buf title = BUF_INIT;
	int r;

	if (is_silent(a))
		return 0;
	if (a->number)
		buf_printf(&title, "table %u, line %u", a->number, a->at.line);
	else
		buf_printf(&title, "a table that was not read, line %u", a->at.line);
	if (a->heading.n)
		buf_printf(&title, "  %s", show(a->heading).text);
	r = title.r < 0 ? title.r : table_group(t, title.data);
	for (size_t k = 0; r == 0 && k < a->rows; k++) {
		const struct row_account *row = &a->row[k];

		if (!row->ids && row->fate != ROW_HEADER && row->fate != ROW_HEADING)
			r = other_row(t, row);
		for (size_t n = 0; r == 0 && n < row->ids; n++)
			r = requirement(&i->draft, t, &row_of(&i->draft, row->id[n])->text,
					row->position);
	}
	return r;
}

/* Rows of publications, which have no tables: by service. */
static int service_rows(const struct imported *i, size_t service, struct table *t)
{
	const struct draft *d = &i->draft;
	bool titled = false;
	int r = 0;

	for (size_t k = 0; r == 0 && k < d->rows; k++) {
		if (d->row[k].service != service)
			continue;
		r = titled ? 0 : table_group(t, d->service[service].title);
		titled = true;
		if (r == 0)
			r = requirement(d, t, &d->row[k].text, d->row[k].text.id);
	}
	return r;
}

static int source_rows(const struct imported *i, const struct source *s, struct table *t)
{
	int r = 0;

	for (size_t k = 0; r == 0 && k < s->account.tables; k++)
		r = table_rows(i, &s->account.table[k], t);
	return r;
}

static void print_problems(const struct draft *d, struct buf *out)
{
	size_t shown = d->problems < TOLD_PROBLEMS ? d->problems : TOLD_PROBLEMS;

	if (!d->problems)
		return;
	buf_printf(out, "\n%zu problem%s\n", d->problems, d->problems == 1 ? "" : "s");
	for (size_t i = 0; i < shown; i++) {
		const struct problem *p = &d->problem[i];

		buf_adds(out, "  ");
		if (p->at.file)
			buf_printf(out, "%s:%u: ", p->at.file, p->at.line);
		buf_printf(out, "%s: %s\n", problem_name(p->kind), p->text);
	}
	if (shown < d->problems)
		buf_printf(out, "  (+%zu more: --json has all)\n", d->problems - shown);
}

static void print_counts(const struct imported *i, struct buf *out)
{
	size_t by[3] = { 0 };

	for (size_t k = 0; k < i->draft.rows; k++) {
		const struct requirement_text *q = &i->draft.row[k].text;

		by[q->incomplete || waits_for_lists(&i->draft, q) ? 2 : q->unverified ? 1 : 0]++;
	}
	buf_printf(out,
		   "\n%zu requirements: %zu verified, %zu unverified, %zu incomplete; %zu lists\n",
		   i->draft.rows, by[0], by[1], by[2], i->draft.lists);
}

static void print_sources(const struct imported *i, struct buf *out)
{
	for (size_t k = 0; k < i->sources; k++) {
		const struct source *s = &i->source[k];

		buf_printf(out, "%s: %s, %s (%s)\n", s->path, s->format->title, s->encoding,
			   decoded_how_text(s->how));
	}
	buf_addc(out, '\n');
}

int imported_print(struct env *env, const struct imported *i, struct buf *out)
{
	EG_AUTO(table_freep) struct table *t = table_new(5);
	bool pages = false;
	int r = !t ? -ENOMEM
		   : table_row(t, TONE_HEAD,
			       (const char *const[]){ "ROW", "STATUS", "FLOWS", "WHO", "FAR END" });

	for (size_t k = 0; r == 0 && k < i->sources; k++) {
		pages |= i->source[k].page != NULL;
		r = source_rows(i, &i->source[k], t);
	}
	for (size_t k = 0; r == 0 && !pages && k < i->draft.services; k++)
		r = service_rows(i, k, t);
	if (r < 0)
		return r;
	print_sources(i, out);
	table_print(t, env->width, env->color, out);
	print_problems(&i->draft, out);
	print_counts(i, out);
	return out->r;
}
