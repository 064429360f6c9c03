/* SPDX-License-Identifier: Apache-2.0 */
/* Is a draft, written as catalog.yaml and lists/, the catalog that it says? */
#pragma once

#include "base/err.h"
#include "catalog/write.h"
#include "import/draft.h"

/* A list's file, out of the draft: "somewhere/lists/FILE". */
static inline int readback_list(void *data, const char *path, struct buf *out, struct diag *d)
{
	const struct draft *draft = data;
	const char *file = strrchr(path, '/') + 1;

	(void)d;
	for (size_t i = 0; i < draft->lists; i++) {
		if (strcmp(draft->list[i].text.file, file) == 0) {
			buf_addstr(out, draft->list[i].content);
			return out->r;
		}
	}
	return E_UNKNOWN;
}

/* Both the text and what it denotes. Messages of the reader are in `d`. */
static inline int readback(struct draft *draft, struct diag *d)
{
	EG_AUTO(buf_release) struct buf yaml = BUF_INIT;
	const struct list_source lists = { .read = readback_list, .data = draft };
	struct catalog catalog = CATALOG_INIT;
	struct catalog_text text, again;
	int r = draft_catalog(draft, &text);

	if (r == 0)
		r = catalog_write(&text, NULL, &yaml);
	if (r == 0)
		r = catalog_text_read(buf_str(&yaml), "x/catalog.yaml", TEXT_WHOLE, draft->arena, d,
				      &again);
	if (r == 0 && !catalog_text_same(&text, &again))
		r = E_INEXACT;
	if (r == 0)
		r = catalog_read(buf_str(&yaml), "x/catalog.yaml", &lists, d, &catalog);
	if (r == 0)
		catalog_release(&catalog);
	return r;
}
