/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A published list: one prefix or address a line (catalog/list.h has what is accepted). It names
 * addresses and nothing else, so its row waits for protocol and ports.
 */
#include <errno.h>

#include "catalog/list.h"
#include "import/addresses.h"
#include "import/format.h"

static int list_detect(struct str text, const char *file)
{
	(void)file;
	while (text.p) {
		struct str line = str_trim(str_cut(&text, '\n'));
		struct prefix p;

		if (!line.n || line.p[0] == '#')
			continue;
		/* A list with a bad first line is told so by its own reader. */
		return prefix_parse(line, &p) == 0	      ? 60
		       : line.p[0] >= '0' && line.p[0] <= '9' ? 20
							      : 0;
	}
	return 0;
}

static int add_lines(struct str text, const char *file, struct diag *d, struct draft *draft,
		     struct draft_prefixes *p)
{
	struct list l = { 0 };
	int r = list_read(text, file, 0, draft->arena, d, &l);

	for (size_t i = 0; r == 0 && i < l.lines; i++) {
		char line[PREFIX_TEXT_MAX];
		size_t n = prefix_format(l.line[i].prefix, line);

		r = draft_prefixes_add(p, (struct str){ line, n }, NULL);
	}
	prefixlist_release(&l.set);
	return r;
}

static int list_read_draft(struct str text, const char *file, struct draft *draft, struct diag *d)
{
	EG_AUTO(draft_prefixes_release) struct draft_prefixes p = DRAFT_PREFIXES_INIT;
	struct addresses group = { .file = file, .prefixes = &p };
	int r = add_lines(text, file, d, draft, &p);

	if (r == 0)
		r = addresses_names_of_file(draft, file, &group);
	return r < 0 ? r : addresses_add(draft, &group);
}

const struct format format_list = {
	.name = "list",
	.title = "list of prefixes, one a line",
	.detect = list_detect,
	.read = list_read_draft,
};
