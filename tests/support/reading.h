/* SPDX-License-Identifier: Apache-2.0 */
/* One reading of a publication by its format, with everything it needs. After "support/test.h". */
#pragma once

#include "base/file.h"
#include "import/format.h"

struct reading {
	struct draft draft;
	struct diag *diag;
	struct buf text, told; /* of a file; the messages */
	int r;
};

static inline void reading_tell(struct reading *t)
{
	buf_clear(&t->told);
	diag_format(t->diag, &t->told);
	buf_addc(&t->told, '\0');
}

static inline struct reading reading_begin(void)
{
	struct reading t = { .diag = diag_new() };

	assert_non_null(t.diag);
	assert_int_equal(draft_init(&t.draft, t.diag), 0);
	return t;
}

static inline void reading_run(struct reading *t, const char *format, struct str text)
{
	const struct format *f = format_find(str_of(format));

	assert_non_null(f);
	t->r = f->read(text, "x.json", &t->draft, t->diag);
	reading_tell(t);
}

static inline struct reading reading_of(const char *format, struct str text)
{
	struct reading t = reading_begin();

	reading_run(&t, format, text);
	return t;
}

static inline struct reading reading_of_file(const char *format, const char *path)
{
	struct reading t = reading_begin();

	assert_int_equal(file_read(path, FILE_LIMIT, &t.text, t.diag), 0);
	reading_run(&t, format, buf_str(&t.text));
	if (t.r < 0)
		fail_msg("%s: %s", path, t.told.data);
	return t;
}

static inline void reading_end(struct reading *t)
{
	draft_release(&t->draft);
	diag_free(t->diag);
	buf_release(&t->text);
	buf_release(&t->told);
}

/* "KIND TEXT\n" for each problem, into `told`. */
static inline void reading_tell_problems(struct reading *t)
{
	buf_clear(&t->told);
	for (size_t i = 0; i < t->draft.problems; i++)
		buf_printf(&t->told, "%s %s\n", problem_name(t->draft.problem[i].kind),
			   t->draft.problem[i].text);
	buf_addc(&t->told, '\0');
}
