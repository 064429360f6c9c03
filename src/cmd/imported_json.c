/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "cmd/imported.h"
#include "cmd/print.h"
#include "net/proto.h"

/* ---- values ---- */

static json_t *json_str(struct str s)
{
	return s.n ? json_stringn(s.p, s.n) : json_null();
}

/* "80,443", or null. */
static json_t *json_ports(const struct ports *p)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;

	ports_print(p, &text);
	return text.r < 0 ? NULL : text.n ? json_string(text.data) : json_null();
}

static int json_names(const struct requirement_text *q, json_t **ret)
{
	EG_AUTO(json_freep) json_t *list = json_array();
	int r = list ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < q->names; i++) {
		EG_AUTO(buf_release) struct buf text = BUF_INIT;

		pattern_print(&q->name[i], &text);
		r = text.r < 0 ? text.r : json_push(list, json_string(text.data));
	}
	if (r == 0)
		*ret = EG_TAKE(list);
	return r;
}

static int json_texts(const char *const *text, size_t n, json_t **ret)
{
	EG_AUTO(json_freep) json_t *list = json_array();
	int r = list ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < n; i++)
		r = json_push(list, json_text(text[i]));
	if (r == 0)
		*ret = EG_TAKE(list);
	return r;
}

/* ---- requirements ---- */

static int json_far_end(const struct requirement_text *q, json_t *o)
{
	EG_AUTO(json_freep) json_t *lists = json_array();
	json_t *names = NULL, *tags = NULL;
	int r = lists ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < q->lists; i++)
		r = json_push(lists, json_text(q->list[i].id));
	if (r == 0)
		r = json_put(o, "lists", EG_TAKE(lists));
	if (r == 0)
		r = json_names(q, &names);
	if (r == 0)
		r = json_put(o, "names", names);
	if (r == 0)
		r = json_texts(q->tag, q->tags, &tags);
	return r < 0 ? r : json_put(o, "tags", tags);
}

static int json_requirement(const struct requirement_text *q, const char *service, json_t *list)
{
	EG_AUTO(buf_release) struct buf roles = BUF_INIT;
	EG_AUTO(json_freep) json_t *o = NULL;
	const char *proto = proto_name(q->proto);
	int r;

	roles_print(q->roles, &roles);
	if (roles.r < 0)
		return roles.r;
	o = json_pack("{s:s, s:s, s:s, s:s, s:s?, s:s?, s:b, s:s, s:s?, s:o, s:s, s:b, s:b, s:s?, "
		      "s:s?, s:s?, s:s?}",
		      "id", q->id, "service", service, "title", q->title, "page", q->page, "also",
		      q->also, "roles", roles.n ? roles.data : NULL, "roles cut", q->roles_cut,
		      "direction", direction_name(q->direction), "protocol",
		      q->proto && proto ? proto : NULL, "ports", json_ports(&q->ports),
		      "application", application_name(q->application), "ipv4",
		      (q->families & FAMILY_BIT_V4) != 0, "ipv6",
		      (q->families & FAMILY_BIT_V6) != 0, "endpoint", q->endpoint, "incomplete",
		      q->incomplete, "unverified", q->unverified, "note", q->note);
	r = o ? json_far_end(q, o) : -ENOMEM;
	return r < 0 ? r : json_push(list, EG_TAKE(o));
}

static int json_lists(const struct draft *d, json_t **ret)
{
	EG_AUTO(json_freep) json_t *list = json_array();
	int r = list ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < d->lists; i++) {
		const struct list_text *t = &d->list[i].text;
		size_t lines = 0;

		for (size_t k = 0; k < d->list[i].content.n; k++)
			lines += d->list[i].content.p[k] == '\n';
		r = json_push(list, json_pack("{s:s, s:s, s:s, s:s?, s:s?, s:s?, s:I}", "id", t->id,
					      "file", t->file, "family",
					      t->family == FAMILY_BIT_V6 ? "ipv6" : "ipv4", "url",
					      t->url, "date", t->date, "missing", t->missing,
					      "lines", (json_int_t)lines));
	}
	if (r == 0)
		*ret = EG_TAKE(list);
	return r;
}

static int json_problems(const struct draft *d, json_t **ret)
{
	EG_AUTO(json_freep) json_t *list = json_array();
	int r = list ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < d->problems; i++) {
		const struct problem *p = &d->problem[i];

		r = json_push(list,
			      json_pack("{s:s, s:s?, s:I, s:I, s:s?, s:s}", "kind",
					problem_name(p->kind), "file", p->at.file, "line",
					(json_int_t)p->at.line, "column", (json_int_t)p->at.column,
					"requirement", p->row, "text", p->text));
	}
	if (r == 0)
		*ret = EG_TAKE(list);
	return r;
}

/* ---- the account of a page ---- */

static int json_row(const struct row_account *row, json_t *list)
{
	json_t *ids = NULL;
	int r = json_texts(row->id, row->ids, &ids);

	return r < 0 ? r
		     : json_push(list,
				 json_pack("{s:I, s:I, s:s, s:s?, s:o, s:s?, s:s?}", "line",
					   (json_int_t)row->at.line, "last line",
					   (json_int_t)row->last_line, "is",
					   row_fate_name(row->fate), "position", row->position,
					   "requirements", ids, "of", row->of, "why", row->why));
}

static int json_table(const struct table_account *t, json_t *tables)
{
	EG_AUTO(json_freep) json_t *rows = json_array();
	EG_AUTO(json_freep) json_t *columns = json_array();
	EG_AUTO(json_freep) json_t *o = NULL;
	int r = rows && columns ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < t->columns; i++)
		r = json_push(columns,
			      json_pack("{s:o, s:s}", "heading", json_str(t->column[i].heading),
					"is", column_name(t->column[i].column)));
	for (size_t i = 0; r == 0 && i < t->rows; i++)
		r = json_row(&t->row[i], rows);
	if (r < 0)
		return r;
	o = json_pack("{s:I, s:I, s:o}", "table", (json_int_t)t->number, "line",
		      (json_int_t)t->at.line, "heading", json_str(t->heading));
	r = json_put(o, "columns", EG_TAKE(columns));
	if (r == 0)
		r = json_put(o, "rows", EG_TAKE(rows));
	return r < 0 ? r : json_push(tables, EG_TAKE(o));
}

static int json_text_account(const struct text_account *t, json_t *list)
{
	static const char *const kind[] = {
		[TEXT_HEADING] = "heading",
		[TEXT_PLAIN] = "text",
		[TEXT_NOTE] = "note",
		[TEXT_NOTE_LOST] = "lost note",
	};

	return json_push(list, json_pack("{s:I, s:s, s:o, s:o}", "line", (json_int_t)t->at.line,
					 "is", kind[t->fate], "text", json_str(t->text), "table",
					 t->table ? json_integer(t->table) : json_null()));
}

static int json_source(const struct source *s, json_t *list)
{
	EG_AUTO(json_freep) json_t *tables = json_array();
	EG_AUTO(json_freep) json_t *texts = json_array();
	EG_AUTO(json_freep)
	json_t *o = json_pack("{s:s, s:s, s:s, s:s}", "file", s->path, "format", s->format->name,
			      "encoding", s->encoding, "sha256", s->sha256);
	int r = tables && texts && o ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < s->account.tables; i++)
		r = json_table(&s->account.table[i], tables);
	for (size_t i = 0; r == 0 && i < s->account.texts; i++)
		r = json_text_account(&s->account.text[i], texts);
	if (r == 0)
		r = json_put(o, "tables", EG_TAKE(tables));
	if (r == 0)
		r = json_put(o, "texts", EG_TAKE(texts));
	return r < 0 ? r : json_push(list, EG_TAKE(o));
}

static int json_rows(const struct imported *i, json_t **ret)
{
	EG_AUTO(json_freep) json_t *list = json_array();
	int r = list ? 0 : -ENOMEM;

	for (size_t s = 0; r == 0 && s < i->text.services; s++) {
		const struct service_text *t = &i->text.service[s];

		for (size_t k = 0; r == 0 && k < t->requirements; k++)
			r = json_requirement(&t->requirement[k], t->id, list);
	}
	if (r == 0)
		*ret = EG_TAKE(list);
	return r;
}

int imported_json(const struct imported *i, json_t **ret)
{
	EG_AUTO(json_freep) json_t *sources = json_array();
	EG_AUTO(json_freep)
	json_t *o = json_pack("{s:s?, s:s?, s:s?, s:s?}", "vendor", i->text.vendor, "title",
			      i->text.title, "page", i->text.page, "date", i->text.page_date);
	json_t *rows = NULL, *lists = NULL, *problems = NULL;
	int r = sources && o ? 0 : -ENOMEM;

	for (size_t k = 0; r == 0 && k < i->sources; k++)
		r = json_source(&i->source[k], sources);
	if (r == 0)
		r = json_put(o, "sources", EG_TAKE(sources));
	if (r == 0)
		r = json_rows(i, &rows);
	if (r == 0)
		r = json_put(o, "requirements", rows);
	if (r == 0)
		r = json_lists(&i->draft, &lists);
	if (r == 0)
		r = json_put(o, "lists", lists);
	if (r == 0)
		r = json_problems(&i->draft, &problems);
	if (r == 0)
		r = json_put(o, "problems", problems);
	if (r == 0)
		*ret = EG_TAKE(o);
	return r;
}
