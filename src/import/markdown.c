/* SPDX-License-Identifier: Apache-2.0 */
/* GitHub's Markdown, with pipe tables (import/md_page.h). */
#include "import/format.h"
#include "import/md_page.h"
#include "import/md_table.h"

static int markdown_detect(struct str text, const char *file)
{
	struct md_lines l = md_lines_over(text, true);
	struct md_line line;

	for (struct md_lines at = l; md_lines_next(&l, &line); at = l) {
		if (md_header_at(&at, false, false))
			return 70;
	}
	return str_ends(str_of(file), ".md") || str_ends(str_of(file), ".markdown") ? 30 : 0;
}

static int markdown_page(struct str text, const char *file, struct arena *a, struct diag *d,
			 struct page **ret)
{
	return md_page(text, file, false, a, d, ret);
}

const struct format format_markdown = {
	.name = "markdown",
	.title = "Markdown page with pipe tables",
	.detect = markdown_detect,
	.page = markdown_page,
};
