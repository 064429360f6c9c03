/* SPDX-License-Identifier: Apache-2.0 */
/* A page flattened to text: Markdown whose table rows go over several lines (import/md_page.h). */
#include "import/format.h"
#include "import/md_page.h"
#include "import/md_table.h"

/* Is the next line of `at` the start of a row that is whole, but not on this line? */
static bool is_long_row(const struct md_lines *at, const struct md_line *line, size_t columns)
{
	return md_starts(line, '|') && md_pipes(line->text) <= columns &&
	       md_row_fit(at, columns + 1) == MD_FITS;
}

static int flat_detect(struct str text, const char *file)
{
	struct md_lines l = md_lines_over(text, false);
	struct md_line line;
	size_t columns = 0, any;

	(void)file;
	for (struct md_lines at = l; md_lines_next(&l, &line); at = l) {
		if (md_separator(line.text, &columns, &any))
			continue;
		if (columns && is_long_row(&at, &line, columns))
			return 80;
	}
	return 0;
}

static int flat_page(struct str text, const char *file, struct arena *a, struct diag *d,
		     struct page **ret)
{
	return md_page(text, file, true, a, d, ret);
}

const struct format format_flat = {
	.name = "flat",
	.title = "page flattened to text, table cells over several lines",
	.detect = flat_detect,
	.page = flat_page,
};
