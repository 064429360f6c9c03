/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the surest to the least sure. A row that is taken is not asked again.
 *
 *   1. tables that are row by row the same, at their place: what did not move anchors the rest;
 *   2. tables that are row by row the same elsewhere, if there is only one such pair: a table that
 *      was put in before others moves them all, and one row alone may look like many;
 *   3. rows at the same place with the same id and no fact that differs: where a publication has
 *      several rows at one place, it gives them ids that stay;
 *   4. rows at the same place with the same facts;
 *   5. rows with the same facts elsewhere, if there is only one such pair;
 *   6. rows at the same place in the same direction whose facts differ.
 */
#include "import/mergematch.h"

#include <errno.h>
#include <limits.h>

#include "base/err.h"
#include "import/mergefacts.h"

static void mate(struct merging *m, size_t base, size_t page)
{
	m->base.row[base].mate = page;
	m->page.row[page].mate = base;
}

static bool same_facts(const struct merging *m, size_t base, size_t page)
{
	return !(facts_differ(m, &m->base.row[base], &m->page.row[page]) & FACTS_MATCHED);
}

static bool same_place(const struct side_row *a, const struct side_row *b)
{
	return a->text->page && strcmp(a->text->page, b->text->page) == 0;
}

/* ---- lists that contradict a move ---- */

static bool has_file(const struct side *s, const struct requirement_text *t, const char *file)
{
	for (size_t i = 0; i < t->lists; i++) {
		const struct list_text *l = side_list(s, t->list[i].id);

		if (l && strcmp(l->file, file) == 0)
			return true;
	}
	return false;
}

/* Reviewed lists go with a row to another place, unless the page names other lists there. */
static bool lists_agree(const struct merging *m, size_t base, size_t page)
{
	const struct requirement_text *b = m->base.row[base].text, *p = m->page.row[page].text;
	bool agree = !b->lists || !p->lists;

	for (size_t i = 0; !agree && i < b->lists; i++) {
		const struct list_text *l = side_list(&m->base, b->list[i].id);

		agree = !l || list_is_printed(l) || has_file(&m->page, p, l->file);
	}
	return agree;
}

static bool moves(const struct merging *m, size_t base, size_t page)
{
	const struct side_row *b = &m->base.row[base], *p = &m->page.row[page];

	return facts_told(b) && !facts_lost(b, p) && same_facts(m, base, page) &&
	       lists_agree(m, base, page);
}

/* ---- one candidate on each side ---- */

typedef bool fits(const struct merging *m, size_t base, size_t page);
typedef void found(struct merging *m, size_t base, size_t page);

/* Calls `take` for the pairs in which each is the only one that fits the other. */
static int each_only_pair(struct merging *m, size_t bases, size_t pages, fits *fit, found *take)
{
	struct arena *a = m->draft->arena;
	size_t *of_base = arena_array(a, bases, sizeof(*of_base));
	size_t *of_page = arena_array(a, pages, sizeof(*of_page));
	size_t *last = arena_array(a, bases, sizeof(*last));

	if (!of_base || !of_page || !last)
		return -ENOMEM;
	for (size_t i = 0; i < bases; i++) {
		for (size_t k = 0; k < pages; k++) {
			if (!fit(m, i, k))
				continue;
			of_base[i]++;
			of_page[k]++;
			last[i] = k;
		}
	}
	for (size_t i = 0; i < bases; i++) {
		if (of_base[i] == 1 && of_page[last[i]] == 1)
			take(m, i, last[i]);
	}
	return 0;
}

/* ---- tables ---- */

static size_t row_in(const struct side *s, size_t table, size_t i)
{
	return s->order[s->table[table].first + i];
}

static bool is_free(const struct side *s, size_t table)
{
	for (size_t i = 0; i < s->table[table].n; i++) {
		if (s->row[row_in(s, table, i)].mate != NO_MATE)
			return false;
	}
	return true;
}

static bool same_tables(const struct merging *m, size_t base, size_t page, fits *fit)
{
	size_t n = m->base.table[base].n;

	if (n != m->page.table[page].n || !is_free(&m->base, base) || !is_free(&m->page, page))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!fit(m, row_in(&m->base, base, i), row_in(&m->page, page, i)))
			return false;
	}
	return true;
}

static bool table_stayed(const struct merging *m, size_t base, size_t page)
{
	const struct side_row *b = &m->base.row[row_in(&m->base, base, 0)];
	const struct side_row *p = &m->page.row[row_in(&m->page, page, 0)];

	return str_eq(b->table, p->table) && same_tables(m, base, page, same_facts);
}

static bool table_moved(const struct merging *m, size_t base, size_t page)
{
	return same_tables(m, base, page, moves);
}

static void mate_tables(struct merging *m, size_t base, size_t page)
{
	for (size_t i = 0; i < m->base.table[base].n; i++)
		mate(m, row_in(&m->base, base, i), row_in(&m->page, page, i));
}

/* ---- rows ---- */

/* Rows whose place is none of a table are not of this page: they never move. */
static bool row_moved(const struct merging *m, size_t base, size_t page)
{
	const struct side_row *b = &m->base.row[base];

	return b->mate == NO_MATE && m->page.row[page].mate == NO_MATE &&
	       (b->table.n || !b->text->page) && moves(m, base, page);
}

static void match_ids(struct merging *m)
{
	for (size_t i = 0; i < m->base.rows; i++) {
		const struct side_row *b = &m->base.row[i];

		for (size_t k = 0; b->mate == NO_MATE && k < m->page.rows; k++) {
			const struct side_row *p = &m->page.row[k];

			if (p->mate == NO_MATE && strcmp(b->text->id, p->text->id) == 0 &&
			    same_place(b, p) && same_facts(m, i, k))
				mate(m, i, k);
		}
	}
}

/* The nearest free row of the page at the same place, within `most`; or NO_MATE. */
static size_t nearest(const struct merging *m, size_t base, unsigned most)
{
	const struct side_row *b = &m->base.row[base];
	size_t best = NO_MATE;

	for (size_t i = 0; i < m->page.rows; i++) {
		const struct side_row *p = &m->page.row[i];
		unsigned distance;

		if (p->mate != NO_MATE || !same_place(b, p) ||
		    facts_differ(m, b, p) & FACT_DIRECTION)
			continue;
		distance = facts_distance(m, b, p);
		if (distance > most || (distance == most && best != NO_MATE))
			continue;
		best = i;
		most = distance;
	}
	return best;
}

static void match_places(struct merging *m, unsigned most)
{
	for (size_t i = 0; i < m->base.rows; i++) {
		size_t page = m->base.row[i].mate == NO_MATE ? nearest(m, i, most) : NO_MATE;

		if (page != NO_MATE)
			mate(m, i, page);
	}
}

/* ---- what is claimed twice ---- */

/* Could both be the same row of the page? Whole catalogs tell names from addresses. */
static bool told_apart(const struct merging *m, const struct side_row *a, const struct side_row *b)
{
	const struct requirement_text *x = a->text, *y = b->text;

	return x->direction != y->direction || (x->proto && y->proto && x->proto != y->proto) ||
	       (x->ports.n && y->ports.n && !ports_equal(&x->ports, &y->ports)) ||
	       (x->roles && y->roles && x->roles != y->roles) ||
	       (x->names && y->names && a->names != b->names) ||
	       ((x->names || y->names) && (x->lists || y->lists)) ||
	       (!m->partial && !x->names != !y->names);
}

static int claim_conflict(const struct merging *m, const struct side_row *a,
			  const struct side_row *b)
{
	struct place at = b->text->self ? b->text->self->key->at : NOWHERE;

	diag_error(m->diag, at, "two rows claim the place '%s': '%s' and '%s'", b->text->page,
		   a->text->id, b->text->id);
	if (a->text->self)
		diag_hint(m->diag,
			  "the other is on line %u; a place is one row's, unless facts tell "
			  "rows of it apart",
			  a->text->self->key->at.line);
	return E_CONFLICT;
}

/* Row `i` of the table against those before it at the same place. */
static int check_claim(const struct merging *m, size_t table, size_t i)
{
	const struct side *s = &m->base;
	const struct side_row *b = &s->row[row_in(s, table, i)];

	for (size_t k = i; k-- > 0;) {
		const struct side_row *a = &s->row[row_in(s, table, k)];

		if (a->number != b->number)
			return 0;
		if (!told_apart(m, a, b))
			return claim_conflict(m, a, b);
	}
	return 0;
}

static int check_claims(const struct merging *m)
{
	int r = 0;

	for (size_t t = 0; t < m->base.tables; t++) {
		for (size_t i = 1; i < m->base.table[t].n; i++) {
			int r_now = check_claim(m, t, i);

			r = r_now < 0 ? r_now : r;
		}
	}
	return r;
}

int match_rows(struct merging *m)
{
	size_t base_tables = m->base.tables, page_tables = m->page.tables;
	int r = check_claims(m);

	if (r == 0)
		r = each_only_pair(m, base_tables, page_tables, table_stayed, mate_tables);
	if (r == 0)
		r = each_only_pair(m, base_tables, page_tables, table_moved, mate_tables);
	if (r < 0)
		return r;
	match_ids(m);
	match_places(m, 0);
	match_places(m, FACTS_APART - 1);
	r = each_only_pair(m, m->base.rows, m->page.rows, row_moved, mate);
	if (r == 0)
		match_places(m, UINT_MAX);
	return r;
}
