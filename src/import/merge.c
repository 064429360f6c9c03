/* SPDX-License-Identifier: Apache-2.0 */
#include "import/merge.h"

#include <errno.h>
#include <stdlib.h>

#include "base/err.h"
#include "catalog/fields.h"
#include "import/mergefacts.h"
#include "import/mergelists.h"
#include "import/mergematch.h"
#include "import/mergerow.h"

const char *merge_kind_name(enum merge_kind k)
{
	static const char *const name[] = {
		[MERGE_SAME] = "same", [MERGE_MOVED] = "moved", [MERGE_CHANGED] = "changed",
		[MERGE_NEW] = "new",   [MERGE_GONE] = "gone",	[MERGE_KEPT] = "kept",
	};

	return name[k];
}

/* A row of the result, and what decides where it stands: service, then base row, then page. */
struct placed {
	struct requirement_text text;
	size_t service; /* those of the base, then those of the draft that are new */
	size_t anchor;	/* index of a base row; NO_MATE: after all of them */
	int beside;	/* -1 before the anchor, 0 it is the anchor, 1 behind it */
	size_t index;	/* on the page */
};

struct assembly {
	struct merging m;
	struct merge_lists lists;
	struct placed *placed;
	size_t n;
	size_t *service; /* of each draft service: the one of the result */
	size_t services;
	struct strmap ids;
	struct merge out;
};

/* ---- which base rows are of this page ---- */

/* Rows of another input ("OTHER.html table 1 row 1") and places in words are not. */
static bool is_of_page(const struct merging *m, const struct side_row *base)
{
	bool tables = m->page.tables || !m->page.rows;

	if (!base->text->page)
		return true;
	if (!base->table.n || !tables)
		return false;
	for (size_t i = 0; i < m->page.rows; i++) {
		if (m->page.row[i].table.n && str_eq(m->page.row[i].before, base->before))
			return true;
	}
	return base->before.n == 0;
}

/* ---- ids ---- */

static int id_conflict(struct merging *m, const struct requirement_text *t)
{
	diag_error(m->diag, t->self ? t->self->key->at : NOWHERE,
		   "two requirements are called '%s'", t->id);
	diag_hint(m->diag, "ids are unique in a catalog");
	return E_CONFLICT;
}

static int take_base_ids(struct assembly *a)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < a->m.base.rows; i++) {
		const struct requirement_text *t = a->m.base.row[i].text;

		r = strmap_add(&a->ids, str_of(t->id), i);
		if (r == -EEXIST)
			r = id_conflict(&a->m, t);
	}
	return r;
}

/* The draft's id, or the first of id-2, id-3, ... that is free. */
static int new_id(struct assembly *a, const char *id, const char **ret)
{
	const char *text = id;

	for (unsigned k = 2;; k++) {
		int r = text ? strmap_add(&a->ids, str_of(text), 0) : -ENOMEM;

		if (r == 0)
			*ret = text;
		if (r != -EEXIST)
			return r;
		text = arena_printf(a->m.draft->arena, "%.*s-%u", FIELD_ID_MAX - 6, id, k);
	}
}

/* ---- where new rows go ---- */

static bool are_neighbours(const struct side_row *a, const struct side_row *b)
{
	return a->table.n || b->table.n ? str_eq(a->table, b->table) : a->service == b->service;
}

/* Beside the nearest row of the same table that the base has, else into the draft's service. */
static void place_new(const struct assembly *a, size_t page, struct placed *p)
{
	const struct side *s = &a->m.page;
	size_t near = NO_MATE;

	p->service = a->service[s->row[page].service];
	p->anchor = NO_MATE;
	p->index = page;
	for (size_t i = 0; i < s->rows && (near == NO_MATE || i < page); i++) {
		if (s->row[i].mate != NO_MATE && are_neighbours(&s->row[i], &s->row[page]))
			near = i;
	}
	if (near == NO_MATE)
		return;
	p->anchor = s->row[near].mate;
	p->beside = near < page ? 1 : -1;
	p->service = a->m.base.row[p->anchor].service;
}

static int by_place(const void *x, const void *y)
{
	const struct placed *a = x, *b = y;

	if (a->service != b->service)
		return a->service < b->service ? -1 : 1;
	if (a->anchor != b->anchor)
		return a->anchor < b->anchor ? -1 : 1;
	if (a->beside != b->beside)
		return a->beside < b->beside ? -1 : 1;
	return (a->index > b->index) - (a->index < b->index);
}

/* ---- rows ---- */

static struct merge_row *report(struct assembly *a, enum merge_kind kind, const char *id)
{
	struct merge_row *row = &a->out.row[a->out.rows++];

	*row = (struct merge_row){ .kind = kind, .id = id };
	a->out.by[kind]++;
	return row;
}

static int add_pair(struct assembly *a, size_t page)
{
	const struct side_row *p = &a->m.page.row[page], *b = &a->m.base.row[p->mate];
	struct placed *placed = &a->placed[a->n++];
	const struct merge_change *change = NULL;
	size_t changes = 0;
	unsigned bits = facts_differ(&a->m, b, p);
	bool stays = !b->text->page || strcmp(b->text->page, p->text->page) == 0;
	struct merge_row *row;
	int r = bits ? facts_tell(&a->m, b, p, bits, &change, &changes) : 0;

	*placed = (struct placed){ .service = b->service, .anchor = p->mate, .index = page };
	if (r == 0)
		r = merge_pair(&a->m, b, p, change, changes, &placed->text);
	if (r == 0 && pair_takes_draft_lists(&a->m, b, p))
		r = lists_refer(&a->m, &a->lists, &placed->text);
	row = report(a, bits ? MERGE_CHANGED : stays ? MERGE_SAME : MERGE_MOVED, b->text->id);
	row->draft_id = p->text->id;
	row->from = b->text->page;
	row->to = p->text->page;
	row->change = change;
	row->changes = changes;
	return r;
}

static int add_new(struct assembly *a, size_t page)
{
	const struct side_row *p = &a->m.page.row[page];
	struct placed *placed = &a->placed[a->n++];
	struct merge_row *row;
	int r = merge_new(&a->m, p, &placed->text);

	if (r == 0)
		r = lists_refer(&a->m, &a->lists, &placed->text);
	if (r == 0)
		r = new_id(a, p->text->id, &placed->text.id);
	if (r < 0)
		return r;
	place_new(a, page, placed);
	row = report(a, MERGE_NEW, placed->text.id);
	row->draft_id = p->text->id;
	row->to = p->text->page;
	return 0;
}

static void add_rest(struct assembly *a, size_t base)
{
	const struct side_row *b = &a->m.base.row[base];
	bool gone = is_of_page(&a->m, b);
	struct merge_row *row = report(a, gone ? MERGE_GONE : MERGE_KEPT, b->text->id);

	row->from = b->text->page;
	row->to = gone ? NULL : b->text->page;
	if (!gone)
		a->placed[a->n++] =
			(struct placed){ .text = *b->text, .service = b->service, .anchor = base };
}

static int add_rows(struct assembly *a)
{
	struct side *base = &a->m.base, *page = &a->m.page;
	int r = 0;

	a->placed = arena_array(a->m.draft->arena, base->rows + page->rows, sizeof(*a->placed));
	a->out.row = arena_array(a->m.draft->arena, base->rows + page->rows, sizeof(*a->out.row));
	if (!a->placed || !a->out.row)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < page->rows; i++)
		r = page->row[i].mate == NO_MATE ? add_new(a, i) : add_pair(a, i);
	for (size_t i = 0; r == 0 && i < base->rows; i++) {
		if (base->row[i].mate == NO_MATE)
			add_rest(a, i);
	}
	qsort(a->placed, a->n, sizeof(*a->placed), by_place);
	return r;
}

/* ---- services ---- */

/* Draft services with an id of the base are the same; the others come behind. */
static int number_services(struct assembly *a)
{
	const struct draft *d = a->m.draft;

	a->services = a->m.text->services;
	a->service = arena_array(d->arena, d->services, sizeof(*a->service));
	if (!a->service)
		return -ENOMEM;
	for (size_t i = 0; i < d->services; i++) {
		size_t k = 0;

		while (k < a->m.text->services &&
		       strcmp(a->m.text->service[k].id, d->service[i].id) != 0)
			k++;
		a->service[i] = k < a->m.text->services ? k : a->services++;
	}
	return 0;
}

/* The draft's service of the first row from the page among `n`, or NULL. */
static const struct draft_service *drafted(const struct assembly *a, const struct placed *row,
					   size_t n)
{
	const struct side *base = &a->m.base;

	for (size_t i = 0; i < n; i++) {
		size_t page = row[i].index;

		if (row[i].anchor != NO_MATE && row[i].beside == 0)
			page = base->row[row[i].anchor].mate;
		if (page != NO_MATE)
			return &a->m.draft->service[a->m.page.row[page].service];
	}
	return NULL;
}

static int add_service(struct assembly *a, const struct placed *row, size_t n)
{
	struct service_text *s = &a->out.text.service[a->out.text.services++];
	const struct draft_service *d = drafted(a, row, n);

	if (row->service < a->m.text->services)
		*s = a->m.text->service[row->service];
	else
		*s = (struct service_text){ .id = d->id };
	if (!s->title)
		s->title = d ? d->title : s->id;
	if (!s->bypasses && d) {
		s->bypass = d->bypass;
		s->bypasses = d->bypasses;
	}
	s->requirement = arena_array(a->m.draft->arena, n, sizeof(*s->requirement));
	if (!s->requirement)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		s->requirement[i] = row[i].text;
	s->requirements = n;
	return 0;
}

static int check_limits(struct assembly *a)
{
	bool rows = a->n > CATALOG_REQUIREMENTS_MAX;

	if (!rows && a->out.text.services <= CATALOG_SERVICES_MAX)
		return 0;
	diag_error(a->m.diag, NOWHERE, "page and catalog together have %zu %s",
		   rows ? a->n : a->out.text.services, rows ? "requirements" : "services");
	diag_hint(a->m.diag, "the limit is %d",
		  rows ? CATALOG_REQUIREMENTS_MAX : CATALOG_SERVICES_MAX);
	return E_LIMIT;
}

/* Services without rows are left out. */
static int add_services(struct assembly *a)
{
	struct catalog_text *text = &a->out.text;
	size_t first = 0;
	int r = 0;

	text->service = arena_array(a->m.draft->arena, a->services, sizeof(*text->service));
	if (!text->service)
		return -ENOMEM;
	for (size_t i = 1; r == 0 && i <= a->n; i++) {
		if (i < a->n && a->placed[i].service == a->placed[first].service)
			continue;
		r = add_service(a, &a->placed[first], i - first);
		first = i;
	}
	return r < 0 ? r : check_limits(a);
}

/* ---- the whole ---- */

static const char *first_of(const char *a, const char *b)
{
	return a ? a : b;
}

/* A page that is read again to the byte keeps the day on which it was read first. */
static void add_head(struct assembly *a, bool same_page)
{
	const struct catalog_text *base = a->m.text;
	const struct draft *d = a->m.draft;
	struct catalog_text *text = &a->out.text;
	bool base_date = a->m.partial || same_page;

	text->vendor = first_of(base->vendor, d->vendor);
	text->title = first_of(base->title, d->title);
	text->page = first_of(base->page, d->page);
	text->page_date = base_date ? first_of(base->page_date, d->page_date)
				    : first_of(d->page_date, base->page_date);
	text->page_sha256 = first_of(d->sha256, base->page_sha256);
	text->unverified = base->unverified;
}

static int assemble(struct assembly *a)
{
	const char *sha = a->m.text->page_sha256;
	bool same_page = sha && a->m.draft->sha256 && strcmp(sha, a->m.draft->sha256) == 0;
	int r = sides_open(&a->m);

	if (r == 0)
		r = take_base_ids(a);
	if (r == 0)
		r = match_rows(&a->m);
	if (r == 0)
		r = lists_open(&a->m, &a->lists);
	if (r == 0)
		r = number_services(a);
	if (r == 0)
		r = add_rows(a);
	if (r == 0)
		r = add_services(a);
	if (r < 0)
		return r;
	add_head(a, same_page);
	return lists_close(&a->m, &a->lists, same_page, &a->out.text);
}

int merge_draft(struct draft *draft, const struct catalog_text *base, enum text_part part,
		struct diag *d, struct merge *ret)
{
	struct assembly a = {
		.m = { .draft = draft, .text = base, .partial = part == TEXT_PARTIAL, .diag = d },
	};
	int r = assemble(&a);

	strmap_release(&a.ids);
	strmap_release(&a.m.names);
	if (r == 0)
		*ret = a.out;
	return r;
}
