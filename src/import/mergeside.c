/* SPDX-License-Identifier: Apache-2.0 */
#include "import/mergeside.h"

#include <errno.h>
#include <stdlib.h>

/* ---- places ---- */

/* Cuts a number and the word before it off the end: "table 3 row 2", "row " -> 2. */
static bool cut_number(struct str *s, const char *word, unsigned *ret)
{
	struct str digits = { s->p + s->n, 0 };
	struct str rest = *s;
	uint64_t v;

	while (rest.n && digits.n < 9 && rest.p[rest.n - 1] >= '0' && rest.p[rest.n - 1] <= '9') {
		rest.n--;
		digits.p--;
		digits.n++;
	}
	if (!str_ends(rest, word) || str_u64(digits, UINT32_MAX, &v) < 0)
		return false;
	*s = rest;
	*ret = (unsigned)v;
	return true;
}

static void read_place(struct side_row *row)
{
	struct str whole = str_of(row->text->page), rest = whole;
	unsigned table, number;

	if (!cut_number(&rest, " row ", &number))
		return;
	rest.n -= strlen(" row ");

	struct str until_row = rest;

	if (!cut_number(&rest, "table ", &table))
		return;
	rest.n -= strlen("table ");
	if (rest.n && rest.p[rest.n - 1] != ' ')
		return;
	row->table = until_row;
	row->before = rest;
	row->number = number;
}

/* ---- names ---- */

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int print_sorted(const struct requirement_text *t, struct arena *a, struct buf *out)
{
	const char **text = arena_array(a, t->names, sizeof(*text));

	if (!text)
		return -ENOMEM;
	for (size_t i = 0; i < t->names; i++) {
		text[i] = arena_printf(a, "%s%s", t->name[i].kind == PATTERN_UNDER ? "*." : "",
				       t->name[i].name.text);
		if (!text[i])
			return -ENOMEM;
	}
	qsort(text, t->names, sizeof(*text), by_text);
	for (size_t i = 0; i < t->names; i++)
		buf_printf(out, "%s ", text[i]);
	return out->r;
}

static int intern_names(struct merging *m, struct side_row *row)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	struct arena *a = m->draft->arena;
	const char *key;
	int r = row->text->names ? print_sorted(row->text, a, &text) : 0;

	if (r < 0 || !row->text->names)
		return r;
	if (strmap_get(&m->names, buf_str(&text), &row->names) == 0)
		return 0;
	key = arena_str(a, buf_str(&text));
	row->names = m->names.n + 1;
	return key ? strmap_add(&m->names, str_of(key), row->names) : -ENOMEM;
}

/* ---- lists ---- */

const struct list_text *side_list(const struct side *s, const char *id)
{
	for (size_t i = 0; i < s->lists; i++) {
		if (strcmp(s->list[i].id, id) == 0)
			return &s->list[i];
	}
	return NULL;
}

bool list_is_printed(const struct list_text *l)
{
	return str_starts(str_of(l->source), "printed on the page") ||
	       str_starts(str_of(l->missing), "the page prints");
}

static unsigned families_of(const struct side *s, const struct requirement_text *t)
{
	unsigned families = t->families;

	for (size_t i = 0; i < t->lists; i++) {
		const struct list_text *l = side_list(s, t->list[i].id);

		families |= l ? l->family : 0;
	}
	return families;
}

/* ---- tables ---- */

/* qsort() hands over no context: the rows in order of their place. */
struct placed {
	const struct side_row *row;
	size_t index;
};

static int by_place(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;
	int c = str_cmp(x->row->table, y->row->table);

	if (c == 0)
		c = (x->row->number > y->row->number) - (x->row->number < y->row->number);
	return c ? c : (x->index > y->index) - (x->index < y->index);
}

static int find_tables(struct side *s, struct arena *a)
{
	struct placed *placed = arena_array(a, s->rows, sizeof(*placed));
	size_t n = 0;

	s->order = arena_array(a, s->rows, sizeof(*s->order));
	s->table = arena_array(a, s->rows, sizeof(*s->table));
	if (!placed || !s->order || !s->table)
		return -ENOMEM;
	for (size_t i = 0; i < s->rows; i++) {
		if (s->row[i].table.n)
			placed[n++] = (struct placed){ &s->row[i], i };
	}
	qsort(placed, n, sizeof(*placed), by_place);
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || !str_eq(placed[i].row->table, placed[i - 1].row->table))
			s->table[s->tables++].first = i;
		s->table[s->tables - 1].n++;
		s->order[i] = placed[i].index;
	}
	return 0;
}

/* ---- sides ---- */

static int add_row(struct merging *m, struct side *s, const struct requirement_text *t,
		   size_t service)
{
	struct side_row *row = &s->row[s->rows++];

	*row = (struct side_row){ .text = t, .service = service, .mate = NO_MATE };
	row->families = families_of(s, t);
	read_place(row);
	return intern_names(m, row);
}

static int open_base(struct merging *m)
{
	const struct catalog_text *text = m->text;
	size_t n = 0;
	int r = 0;

	for (size_t i = 0; i < text->services; i++)
		n += text->service[i].requirements;
	m->base.list = text->list;
	m->base.lists = text->lists;
	m->base.row = arena_array(m->draft->arena, n, sizeof(*m->base.row));
	if (!m->base.row)
		return -ENOMEM;
	for (size_t i = 0; i < text->services; i++) {
		for (size_t k = 0; r == 0 && k < text->service[i].requirements; k++)
			r = add_row(m, &m->base, &text->service[i].requirement[k], i);
	}
	return r < 0 ? r : find_tables(&m->base, m->draft->arena);
}

static int open_page(struct merging *m)
{
	struct draft *d = m->draft;
	struct list_text *list = arena_array(d->arena, d->lists, sizeof(*list));
	int r = 0;

	m->page.row = arena_array(d->arena, d->rows, sizeof(*m->page.row));
	if (!list || !m->page.row)
		return -ENOMEM;
	for (size_t i = 0; i < d->lists; i++)
		list[i] = d->list[i].text;
	m->page.list = list;
	m->page.lists = d->lists;
	for (size_t i = 0; r == 0 && i < d->rows; i++)
		r = add_row(m, &m->page, &d->row[i].text, d->row[i].service);
	return r < 0 ? r : find_tables(&m->page, d->arena);
}

int sides_open(struct merging *m)
{
	int r = open_base(m);

	return r < 0 ? r : open_page(m);
}
