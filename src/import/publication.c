/* SPDX-License-Identifier: Apache-2.0 */
#include "import/publication.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"

struct group {
	const char *name;
	struct draft_prefixes prefixes;
};

void publication_fill(struct draft *d, const struct publication *p)
{
	d->vendor = d->vendor ? d->vendor : p->vendor;
	d->title = d->title ? d->title : p->title;
	d->page = d->page ? d->page : p->page;
	d->page_date = d->page_date ? d->page_date : p->date;
}

void publication_group(struct jsonin *in, const char *name, const char *page, const char *date,
		       const struct draft_prefixes *prefixes)
{
	struct draft *draft = in->draft;
	struct addresses group = {
		.file = in->file,
		.title = draft_str(draft, str_of(name)),
		.page = draft_str(draft, str_of(page)),
		.date = date,
		.prefixes = prefixes,
	};
	int r;

	if (!group.title || !group.page) {
		jsonin_keep(in, -ENOMEM);
		return;
	}
	r = draft_slug(draft, str_of(name), &group.id);
	jsonin_keep(in, r < 0 ? r : addresses_add(draft, &group));
}

/* ---- groups ---- */

void groups_release(struct groups *g)
{
	for (size_t i = 0; i < g->n; i++)
		draft_prefixes_release(&g->group[i].prefixes);
	mem_free(g->group);
	strmap_release(&g->index);
	*g = GROUPS_INIT;
}

/* The limit is told here and not by the draft: the table is for few keys. */
static int add_group(struct jsonin *in, struct groups *g, const char *name)
{
	int r;

	if (g->n >= CATALOG_SERVICES_MAX) {
		diag_error(in->diag, jsonin_place(in), "more than %d services",
			   CATALOG_SERVICES_MAX);
		diag_hint(in->diag, "import it in parts, each as a catalog of its own");
		return E_LIMIT;
	}
	r = mem_grow(&g->group, &g->cap, g->n + 1, sizeof(*g->group));
	if (r == 0)
		r = strmap_add(&g->index, str_of(name), g->n);
	if (r == 0)
		g->group[g->n++] = (struct group){ name, DRAFT_PREFIXES_INIT };
	return r;
}

struct draft_prefixes *groups_get(struct jsonin *in, struct groups *g, const char *name)
{
	size_t i = g->n;

	if (strmap_get(&g->index, str_of(name), &i) < 0) {
		int r = add_group(in, g, name);

		if (r < 0) {
			jsonin_keep(in, r);
			return NULL;
		}
	}
	return &g->group[i].prefixes;
}

void groups_add(struct jsonin *in, const struct groups *g, const char *date)
{
	for (size_t i = 0; i < g->n && !jsonin_over(in); i++) {
		char page[sizeof("service ") + JSONIN_NAME_MAX];

		(void)snprintf(page, sizeof(page), "service %s", g->group[i].name); /* it fits */
		publication_group(in, g->group[i].name, page, date, &g->group[i].prefixes);
	}
}
