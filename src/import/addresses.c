/* SPDX-License-Identifier: Apache-2.0 */
#include "import/addresses.h"

#include <errno.h>

static const char no_ports[] = "the publication names addresses, not protocols and ports: which "
			       "traffic is meant is for the site to say";

int addresses_names_of_file(struct draft *d, const char *file, struct addresses *ret)
{
	const char *slash = strrchr(file, '/');
	const char *base = slash ? slash + 1 : file;
	const char *dot = strrchr(base, '.');
	struct str stem = { base, dot && dot > base ? (size_t)(dot - base) : strlen(base) };

	ret->title = draft_str(d, stem);
	ret->page = ret->title;
	return ret->title ? draft_slug(d, stem, &ret->id) : -ENOMEM;
}

int addresses_add(struct draft *d, const struct addresses *g)
{
	struct draft_row row = {
		.text = { .id = g->id,
			  .title = g->title,
			  .page = g->page,
			  .note = g->note,
			  .incomplete = no_ports },
		.at = { .file = g->file, .line = g->line },
	};
	const char *slash = strrchr(g->file, '/');
	int r;

	if (!g->prefixes->n4 && !g->prefixes->n6)
		return 0;
	r = draft_add_service(d, g->id, g->title, &row.service);
	if (r == 0)
		r = draft_add_prefixes(d, g->prefixes, g->id, g->date ? g->date : d->page_date,
				       slash ? slash + 1 : g->file, &row.text.list,
				       &row.text.lists);
	return r < 0 ? r : draft_add_row(d, &row, NULL);
}
