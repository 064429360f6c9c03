/* SPDX-License-Identifier: Apache-2.0 */
#include "control/offerrows.h"

#include <errno.h>

#include "base/file.h"
#include "catalog/yaml.h"
#include "import/merge.h"

enum { ROWS_NAMED = 5 }; /* the others are counted */

static bool differs(const struct merge_row *row)
{
	return row->kind == MERGE_NEW || row->kind == MERGE_CHANGED || row->kind == MERGE_GONE;
}

static size_t name_rows(const struct merge *m, struct buf *out)
{
	size_t n = 0;

	for (size_t i = 0; i < m->rows; i++) {
		if (!differs(&m->row[i]) || n++ >= ROWS_NAMED)
			continue;
		buf_printf(out, "%s%s (%s)", n > 1 ? ", " : "", m->row[i].id,
			   merge_kind_name(m->row[i].kind));
	}
	if (n > ROWS_NAMED)
		buf_printf(out, ", %zu more", n - ROWS_NAMED);
	return n;
}

static int tell(const struct feed *f, const struct merge *m, const char *path, struct diag *d,
		size_t *ret)
{
	EG_AUTO(buf_release) struct buf names = BUF_INIT;
	size_t n = name_rows(m, &names);

	if (names.r < 0)
		return names.r;
	if (n) {
		diag_warning(d, (struct place){ .file = path },
			     "%s: rows that are not those of the catalog: %s", f->name, names.data);
		diag_hint(d,
			  "addresses are taken over, names and ports are not: egret import %s "
			  "--merge %s",
			  path, f->catalog->path);
	}
	*ret = n;
	return 0;
}

int offer_rows(const struct feed *f, struct offer *o, const char *path, struct diag *d, size_t *ret)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	struct catalog_text base = { 0 };
	struct merge merge = { 0 };
	int r;

	if (!f->format) {
		*ret = 0;
		return 0;
	}
	r = file_read(f->catalog->path, YAML_BYTES_MAX, &text, d);
	if (r == 0)
		r = catalog_text_read(buf_str(&text), f->catalog->path, TEXT_WHOLE, o->arena, d,
				      &base);
	if (r == 0)
		r = merge_draft(&o->draft, &base, TEXT_WHOLE, d, &merge);
	return r < 0 ? r : tell(f, &merge, path, d, ret);
}
