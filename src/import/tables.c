/* SPDX-License-Identifier: Apache-2.0 */
/* One table of a page: its columns, its rows, and whether an earlier table says the same. */
#include <errno.h>

#include "base/alloc.h"
#include "base/show.h"
#include "import/fold.h"
#include "import/links.h"
#include "import/tablereading.h"

/* ---- the section ---- */

static bool same_list(const struct table_reading *k, struct str file)
{
	for (size_t i = 0; i < k->bounds; i++) {
		if (str_eq(k->bound[i].file, file))
			return true;
	}
	return false;
}

static void add_bound(struct table_reading *k, const struct page_link *link)
{
	struct str file;

	if (!link_is_list(link->href, &file) || k->bounds == FACTS_LISTS_MAX || same_list(k, file))
		return;
	k->bound[k->bounds++] = (struct list_name){ file, link->href, link_family(file) };
}

/* A list without a family in its name, beside one with IPv6 in it, has the other. */
static void name_families(struct table_reading *k)
{
	bool v6 = false;

	for (size_t i = 0; i < k->bounds; i++)
		v6 |= k->bound[i].family == FAMILY_BIT_V6;
	for (size_t i = 0; i < k->bounds; i++) {
		if (!k->bound[i].family && v6)
			k->bound[i].family = FAMILY_BIT_V4;
	}
}

/* Links to lists in the texts between the heading above the table and the next heading. */
static void section_lists(struct table_reading *k, size_t at)
{
	const struct page *p = k->g->in->page;

	if (k->g->heading_block == SIZE_MAX)
		return;
	for (size_t i = k->g->heading_block; i < p->blocks; i++) {
		const struct page_block *b = &p->block[i];

		if (i > at && b->kind == PAGE_HEADING)
			break;
		for (size_t n = 0; b->kind != PAGE_TABLE && n < b->links; n++)
			add_bound(k, &b->link[n]);
	}
	name_families(k);
}

static int name_service(struct table_reading *k, struct str title)
{
	struct draft *d = k->g->draft;

	k->service_title = title.n ? text_line(d, title)
				   : arena_printf(d->arena, "%sTable %u (its heading is not there)",
						  k->g->in->before, k->account.number);
	if (!k->service_title)
		return -ENOMEM;
	return title.n ? draft_slug(d, title, &k->service_id)
		       : draft_slug(d,
				    str_of(arena_printf(d->arena, "table-%u", k->account.number)),
				    &k->service_id);
}

/* ---- cells of a row ---- */

typedef int cell_reader(struct facts *f, const struct page_cell *c);

static int read_column(struct table_reading *k, const struct page_row *row, enum column what,
		       cell_reader *read, struct facts *f)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < row->cells && i < k->columns.n; i++) {
		if (k->columns.column[i].column == what)
			r = read(f, &row->cell[i]);
	}
	return r;
}

static int cell_purpose(struct facts *f, const struct page_cell *c)
{
	return cell_text(f, c, &f->purpose);
}

static int cell_note(struct facts *f, const struct page_cell *c)
{
	return cell_text(f, c, &f->note);
}

static int check_width(struct table_reading *k, const struct page_row *row, struct facts *f)
{
	if (row->cells > k->columns.n)
		return facts_find(f, PROBLEM_AMBIGUOUS, EFFECT_INCOMPLETE, row->at,
				  "the row has %zu cells and the table %zu headings", row->cells,
				  k->columns.n);
	if (row->cut || row->cells < k->columns.n)
		return facts_find(f, PROBLEM_LOST, EFFECT_INCOMPLETE, row->at,
				  "the row is cut: the table has %zu columns", k->columns.n);
	return 0;
}

static int read_cells(struct table_reading *k, const struct page_row *row, struct facts *f)
{
	static const struct {
		enum column column;
		cell_reader *read;
	} readers[] = {
		{ COLUMN_PROTOCOL, cell_protocol },   { COLUMN_PORTS, cell_ports },
		{ COLUMN_SOURCE, cell_source },	      { COLUMN_DESTINATION, cell_destination },
		{ COLUMN_DIRECTION, cell_direction }, { COLUMN_PURPOSE, cell_purpose },
		{ COLUMN_NOTE, cell_note },	      { COLUMN_CERTAINTY, cell_certainty },
	};
	int r = check_width(k, row, f);

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(readers); i++)
		r = read_column(k, row, readers[i].column, readers[i].read, f);
	if (r == 0 && f->inbound && !f->vendor_source)
		r = facts_find(f, PROBLEM_AMBIGUOUS, EFFECT_INCOMPLETE, row->at,
			       "the row is inbound and its source is not the vendor's addresses");
	return r;
}

/* The cells as they are printed: a title where the page has none. */
static int printed(struct table_reading *k, const struct page_row *row, struct str *ret)
{
	static const enum column parts[] = { COLUMN_PROTOCOL, COLUMN_PORTS, COLUMN_SOURCE };
	EG_AUTO(buf_release) struct buf out = BUF_INIT;

	for (size_t p = 0; p < ARRAY_LEN(parts); p++) {
		for (size_t i = 0; i < row->cells && i < k->columns.n; i++) {
			struct str text = str_trim(row->cell[i].text);

			if (k->columns.column[i].column == parts[p] && text.n)
				buf_printf(&out, "%s%.*s", out.n ? " " : "",
					   text.n < 200 ? (int)text.n : 200, text.p);
		}
	}
	ret->p = out.r < 0 ? NULL : arena_str(k->g->draft->arena, buf_str(&out));
	ret->n = out.n;
	return ret->p ? 0 : -ENOMEM;
}

/* The service a row names itself, or the table's. */
static int service_of(struct table_reading *k, const struct page_row *row, size_t *ret)
{
	struct draft *d = k->g->draft;

	for (size_t i = 0; i < row->cells && i < k->columns.n; i++) {
		struct str text = str_trim(row->cell[i].text);
		const char *title, *id;
		int r;

		if (k->columns.column[i].column != COLUMN_SERVICE || !text.n)
			continue;
		title = text_line(d, text);
		r = title ? draft_slug(d, text, &id) : -ENOMEM;
		return r < 0 ? r : draft_add_service(d, id, title, ret);
	}
	return draft_add_service(d, k->service_id, k->service_title, ret);
}

/* ---- rows ---- */

static int remember(struct table_reading *k, const struct facts *f, size_t first, struct place at)
{
	struct page_reading *g = k->g;
	int r = mem_grow(&g->noted, &g->noted_cap, g->noteds + 1, sizeof(*g->noted));

	if (r == 0)
		g->noted[g->noteds++] = (struct noted_row){
			.first = first,
			.n = g->draft->rows - first,
			.table = k->account.number,
			.marks = f->marks,
			.see_note = f->see_note,
			.at = at,
		};
	return r;
}

static int local_row(struct table_reading *k, const struct page_row *row,
		     struct row_account *account)
{
	account->fate = ROW_PROBLEM;
	account->why = "traffic inside the site, which no egress policy sees";
	return draft_problem(k->g->draft, PROBLEM_UNSAID, row->at, NULL, "%s: %s",
			     account->position, account->why);
}

static int make_row(struct table_reading *k, const struct page_row *row, struct facts *f,
		    struct row_account *account)
{
	struct row_place place = {
		.position = account->position, .bound = k->bound, .bounds = k->bounds, .at = row->at
	};
	size_t first = k->g->draft->rows;
	int r = read_cells(k, row, f);

	if (r == 0 && f->local)
		return local_row(k, row, account);
	if (r == 0)
		r = printed(k, row, &place.printed);
	if (r == 0)
		r = service_of(k, row, &place.service);
	k->lost |= f->lost != 0;
	if (r == 0)
		r = row_make(k->g->draft, f, k->g->in->lists, &place, account);
	return r < 0 ? r : remember(k, f, first, row->at);
}

static int data_row(struct table_reading *k, const struct page_row *row,
		    struct row_account *account)
{
	struct facts f = { .arena = k->g->draft->arena, .words = k->g->in->words };
	int r;

	account->fate = ROW_REQUIREMENT;
	account->position = repeated_position(k, ++k->data_rows);
	r = account->position ? make_row(k, row, &f, account) : -ENOMEM;
	facts_release(&f);
	return r;
}

/* A row of one cell over all columns is a heading inside the table. */
static bool is_heading(const struct page_row *row)
{
	if (row->cells < 2 || !row->cell[0].text.n)
		return false;
	for (size_t i = 1; i < row->cells; i++) {
		if (!row->cell[i].copied || !str_eq(row->cell[i].text, row->cell[0].text))
			return false;
	}
	return true;
}

/* Which rows are headers and headings; the rest is data, whose print is collected. */
static int sort_rows(struct table_reading *k, struct buf *print)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < k->t->rows; i++) {
		const struct page_row *row = &k->t->row[i];
		struct row_account *account = &k->account.row[i];
		bool header = i == k->columns.header;

		*account = (struct row_account){ .fate = ROW_REQUIREMENT,
						 .at = row->at,
						 .last_line = row->last_line };
		if (!header)
			r = columns_repeated(&k->columns, row, k->g->draft->arena, &header);
		if (header)
			account->fate = ROW_HEADER;
		else if (i < k->columns.header || is_heading(row))
			account->fate = ROW_HEADING;
		else if (r == 0)
			r = repeated_print(k, row, print);
	}
	return r;
}

static int read_rows(struct table_reading *k)
{
	struct strmap rows = STRMAP_INIT;
	int r = name_service(k, k->heading);

	for (size_t i = 0; r == 0 && i < k->t->rows; i++) {
		struct row_account *account = &k->account.row[i];
		const struct row_account *seen = NULL;

		if (account->fate == ROW_HEADING && i > k->columns.header)
			r = name_service(k, k->t->row[i].cell[0].text);
		if (account->fate != ROW_REQUIREMENT)
			continue;
		r = repeated_row(k, i, &rows, &seen);
		if (r == 0)
			r = seen ? repeated_fold_row(k, account, seen->position)
				 : data_row(k, &k->t->row[i], account);
	}
	strmap_release(&rows);
	return r;
}

static int read_known(struct table_reading *k)
{
	EG_AUTO(buf_release) struct buf print = BUF_INIT;
	const struct read_table *same;
	int r = sort_rows(k, &print);

	if (r < 0)
		return r;
	same = print.n ? repeated_table(k->g, buf_str(&print)) : NULL;
	if (same && !same->lost)
		return repeated_fold_table(k, same);
	if (same)
		r = repeated_tell(k, same);
	if (r == 0)
		r = read_rows(k);
	return r < 0 ? r : repeated_keep(k, buf_str(&print));
}

/* ---- tables that are none of ours, and columns that nobody knows ---- */

static int tell_columns(struct table_reading *k)
{
	bool source = false;
	int r = 0;

	for (size_t i = 0; i < k->columns.n; i++)
		source |= k->columns.column[i].column == COLUMN_SOURCE;
	if (!source)
		r = draft_problem(
			k->g->draft, PROBLEM_LOST, k->t->row[k->columns.header].at, NULL,
			"no column says who starts the traffic: the rows are for whomever "
			"a policy allows them");

	for (size_t i = 0; r == 0 && i < k->columns.n; i++) {
		if (k->columns.column[i].column != COLUMN_NONE)
			continue;
		r = draft_problem(k->g->draft, PROBLEM_UNKNOWN, k->t->row[k->columns.header].at,
				  NULL, "the column '%s' is not known: its cells are not read",
				  show(k->columns.column[i].heading).text);
	}
	return r;
}

/* A table around others: the layout of the page. `at`: its block. */
static bool is_layout(const struct page_reading *g, size_t at)
{
	const struct page *p = g->in->page;
	const struct page_table *t = p->block[at].table;

	for (size_t i = at + 1; i < p->blocks; i++) {
		const struct page_block *b = &p->block[i];
		const struct page_table *around =
			b->kind == PAGE_TABLE ? b->table->inside : b->inside;

		if (!around)
			return false;
		if (b->kind == PAGE_TABLE && around == t)
			return true;
	}
	return false;
}

static struct str first_line(struct str text)
{
	text = str_trim(text);
	return str_cut(&text, '\n');
}

static void read_layout(struct table_reading *k)
{
	for (size_t i = 0; i < k->t->rows; i++)
		k->account.row[i] = (struct row_account){
			.fate = ROW_HEADING,
			.at = k->t->row[i].at,
			.last_line = k->t->row[i].last_line,
			.why = "the layout of the page: it has tables in its cells",
		};
}

static int read_unknown(struct table_reading *k)
{
	static const char why[] = "no row of the table names a column of destinations and one of "
				  "protocols or ports";

	for (size_t i = 0; i < k->t->rows; i++)
		k->account.row[i] = (struct row_account){
			.fate = ROW_PROBLEM,
			.at = k->t->row[i].at,
			.last_line = k->t->row[i].last_line,
			.why = why,
		};
	return draft_problem(
		k->g->draft, PROBLEM_UNKNOWN, k->t->at, NULL, "%s; it begins '%s'", why,
		k->t->rows && k->t->row[0].cells ? show(first_line(k->t->row[0].cell[0].text)).text
						 : "");
}

static int keep_account(struct table_reading *k)
{
	struct account *a = k->g->account;
	int r = mem_grow(&a->table, &k->g->table_cap, a->tables + 1, sizeof(*a->table));

	k->account.column = k->columns.column;
	k->account.columns = k->columns.n;
	if (r == 0)
		a->table[a->tables++] = k->account;
	return r;
}

int reading_table(struct page_reading *g, size_t at)
{
	const struct page_table *t = g->in->page->block[at].table;
	struct table_reading k = {
		.g = g,
		.t = t,
		.heading = t->caption.n ? t->caption : g->heading,
		.account = { .at = t->at, .rows = t->rows },
	};
	int r = columns_find(t, g->in->words, g->draft->arena, &k.columns);

	if (k.heading.n)
		k.heading = str_of(text_line(g->draft, k.heading)); /* "" when memory runs out */
	k.account.heading = k.heading;
	k.account.row = arena_array(g->draft->arena, t->rows, sizeof(*k.account.row));
	if (r < 0 || !k.account.row)
		return -ENOMEM;
	if (r == 0 && is_layout(g, at)) {
		read_layout(&k);
	} else if (r == 0) {
		r = read_unknown(&k);
	} else {
		k.account.number = ++g->tables;
		section_lists(&k, at);
		r = tell_columns(&k);
		if (r == 0)
			r = read_known(&k);
	}
	return r < 0 ? r : keep_account(&k);
}
