/* SPDX-License-Identifier: Apache-2.0 */
#include "import/draft.h"

#include <errno.h>
#include <stdarg.h>

#include "base/alloc.h"
#include "base/err.h"
#include "catalog/fields.h"

const char *problem_name(enum problem_kind k)
{
	static const char *const name[] = {
		[PROBLEM_LOST] = "lost",       [PROBLEM_CUT] = "cut",
		[PROBLEM_UNKNOWN] = "unknown", [PROBLEM_AMBIGUOUS] = "ambiguous",
		[PROBLEM_UNSAID] = "unsaid",
	};

	return name[k];
}

int draft_init(struct draft *d, struct diag *diag)
{
	*d = DRAFT_INIT;
	d->diag = diag;
	d->arena = arena_new();
	return d->arena ? 0 : -ENOMEM;
}

void draft_release(struct draft *d)
{
	mem_free(d->service);
	mem_free(d->list);
	mem_free(d->row);
	mem_free(d->problem);
	strmap_release(&d->ids);
	arena_free(d->arena);
	*d = DRAFT_INIT;
}

char *draft_str(struct draft *d, struct str s)
{
	return arena_str(d->arena, s);
}

static int too_many(struct draft *d, const char *what, int limit)
{
	diag_error(d->diag, NOWHERE, "the input has more than %d %s", limit, what);
	diag_hint(d->diag, "import it in parts, each as a catalog of its own");
	return E_LIMIT;
}

/* ---- ids ---- */

static bool is_id_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* Letters and digits of `title`, a single '-' for anything between them. */
static size_t slug_of(struct str title, char text[static FIELD_ID_MAX + 1])
{
	size_t n = 0;

	for (size_t i = 0; i < title.n && n < FIELD_ID_MAX; i++) {
		char c = ascii_lower(title.p[i]);

		if (is_id_char(c))
			text[n++] = c;
		else if (n && text[n - 1] != '-')
			text[n++] = '-';
	}
	while (n && text[n - 1] == '-')
		n--;
	text[n] = '\0';
	return n;
}

int draft_slug(struct draft *d, struct str title, const char **ret)
{
	char text[FIELD_ID_MAX + 1];
	uint64_t h = hash_bytes(title.p, title.n, 0);
	size_t n = slug_of(title, text);
	char *id = n ? arena_str(d->arena, (struct str){ text, n })
		     : arena_printf(d->arena, "x%08x", (unsigned)(h ^ h >> 32));

	if (!id)
		return -ENOMEM;
	*ret = id;
	return 0;
}

/* `id`, or the first of id-2, id-3, ... that nothing has yet; kept in the map as `index`. */
static int unique_id(struct draft *d, const char *prefix, const char *id, size_t index,
		     const char **ret)
{
	for (unsigned k = 1;; k++) {
		int room = FIELD_ID_MAX - (k == 1 ? 0 : 6);
		char *text = k == 1 ? arena_printf(d->arena, "%s%.*s", prefix, room, id)
				    : arena_printf(d->arena, "%s%.*s-%u", prefix, room, id, k);
		int r = text ? strmap_add(&d->ids, str_of(text), index) : -ENOMEM;

		if (r == -EEXIST)
			continue; /* there are fewer parts than numbers */
		if (r == 0)
			*ret = text + strlen(prefix);
		return r;
	}
}

/* ---- parts ---- */

int draft_add_service(struct draft *d, const char *id, const char *title, size_t *ret)
{
	int r;

	for (size_t i = 0; i < d->services; i++) {
		if (str_is(str_of(id), d->service[i].id)) {
			*ret = i;
			return 0;
		}
	}
	if (d->services >= CATALOG_SERVICES_MAX)
		return too_many(d, "services", CATALOG_SERVICES_MAX);
	r = mem_grow(&d->service, &d->service_cap, d->services + 1, sizeof(*d->service));
	if (r < 0)
		return r;
	d->service[d->services] = (struct draft_service){
		.id = draft_str(d, str_of(id)),
		.title = draft_str(d, str_of(title)),
	};
	if (!d->service[d->services].id || !d->service[d->services].title)
		return -ENOMEM;
	*ret = d->services++;
	return 0;
}

int draft_add_list(struct draft *d, const struct draft_list *list, const char **ret)
{
	struct draft_list copy = *list;
	int r;

	if (d->lists >= CATALOG_LISTS_MAX)
		return too_many(d, "lists", CATALOG_LISTS_MAX);
	r = mem_grow(&d->list, &d->list_cap, d->lists + 1, sizeof(*d->list));
	if (r == 0)
		r = unique_id(d, "list:", list->text.id, d->lists, &copy.text.id);
	if (r == 0)
		r = unique_id(d, "file:", list->text.file, d->lists, &copy.text.file);
	if (r < 0)
		return r;
	d->list[d->lists++] = copy;
	*ret = copy.text.id;
	return 0;
}

int draft_add_row(struct draft *d, const struct draft_row *row, const char **ret)
{
	struct draft_row copy = *row;
	int r;

	if (d->rows >= CATALOG_REQUIREMENTS_MAX)
		return too_many(d, "rows", CATALOG_REQUIREMENTS_MAX);
	r = mem_grow(&d->row, &d->row_cap, d->rows + 1, sizeof(*d->row));
	if (r == 0)
		r = unique_id(d, "row:", row->text.id, d->rows, &copy.text.id);
	if (r < 0)
		return r;
	d->row[d->rows++] = copy;
	if (ret)
		*ret = copy.text.id;
	return 0;
}

int draft_problem(struct draft *d, enum problem_kind kind, struct place at, const char *row,
		  const char *fmt, ...)
{
	struct problem p = { .kind = kind, .at = at, .row = row };
	char line[1024];
	va_list args;
	int r;

	if (d->problems >= DRAFT_PROBLEMS_MAX)
		return too_many(d, "problems", DRAFT_PROBLEMS_MAX);
	va_start(args, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, args); /* cut at the end if it is longer */
	va_end(args);
	p.text = arena_strdup(d->arena, line);
	r = p.text ? mem_grow(&d->problem, &d->problem_cap, d->problems + 1, sizeof(p)) : -ENOMEM;
	if (r == 0)
		d->problem[d->problems++] = p;
	return r;
}

/* ---- the whole ---- */

static int service_rows(struct draft *d, size_t service, struct service_text *ret)
{
	size_t n = 0;

	for (size_t i = 0; i < d->rows; i++)
		n += d->row[i].service == service;
	*ret = (struct service_text){
		.id = d->service[service].id,
		.title = d->service[service].title,
		.bypass = d->service[service].bypass,
		.bypasses = d->service[service].bypasses,
		.requirement = arena_array(d->arena, n, sizeof(*ret->requirement)),
	};
	if (!ret->requirement)
		return -ENOMEM;
	for (size_t i = 0; i < d->rows; i++) {
		if (d->row[i].service == service)
			ret->requirement[ret->requirements++] = d->row[i].text;
	}
	return 0;
}

int draft_catalog(struct draft *d, struct catalog_text *ret)
{
	struct catalog_text text = {
		.vendor = d->vendor,
		.title = d->title,
		.page = d->page,
		.page_date = d->page_date,
		.page_sha256 = d->sha256,
		.list = arena_array(d->arena, d->lists, sizeof(*text.list)),
		.lists = d->lists,
		.service = arena_array(d->arena, d->services, sizeof(*text.service)),
	};

	if (!text.list || !text.service)
		return -ENOMEM;
	for (size_t i = 0; i < d->lists; i++)
		text.list[i] = d->list[i].text;
	for (size_t i = 0; i < d->services; i++) {
		struct service_text *s = &text.service[text.services];
		int r = service_rows(d, i, s);

		if (r < 0)
			return r;
		text.services += s->requirements > 0;
	}
	*ret = text;
	return 0;
}
