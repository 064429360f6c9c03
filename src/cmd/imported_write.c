/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "catalog/write.h"
#include "cmd/imported.h"

/* The lists of the draft, as if they lay in the folder already; the rest is read from there. */
struct written {
	const struct draft *draft;
};

static const struct draft_list *draft_list_of(const struct draft *d, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *file = slash ? slash + 1 : path;

	for (size_t i = 0; i < d->lists; i++) {
		if (d->list[i].content.p && strcmp(d->list[i].text.file, file) == 0)
			return &d->list[i];
	}
	return NULL;
}

static int read_list(void *data, const char *path, struct buf *out, struct diag *d)
{
	const struct written *w = data;
	const struct draft_list *list = draft_list_of(w->draft, path);

	if (!list)
		return file_read(path, FILE_LIMIT, out, d);
	buf_addstr(out, list->content);
	return out->r;
}

int imported_catalog(const struct imported *i, struct str text, const char *folder, struct diag *d,
		     struct catalog *ret)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	struct written w = { &i->draft };
	const struct list_source lists = { .read = read_list, .data = &w };
	const char *path = a ? arena_printf(a, "%s/catalog.yaml", folder) : NULL;

	return path ? catalog_read(text, path, &lists, d, ret) : -ENOMEM;
}

static int make_folder(const char *path, struct diag *d)
{
	if (mkdir(path, 0777) == 0 || errno == EEXIST)
		return 0;
	diag_error(d, (struct place){ .file = path }, "cannot make the folder: %s",
		   err_text(-errno));
	return -errno;
}

static int put_file(const char *path, struct str text, struct diag *d)
{
	int r = replace_whole(path, text);

	if (r < 0)
		diag_error(d, (struct place){ .file = path }, "cannot be written: %s", err_text(r));
	return r;
}

/* Lists that came with the draft; the others are copied from where the base has them. */
static int put_list(const struct imported *i, const char *file, struct arena *a, const char *folder,
		    struct diag *d)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	const char *path = arena_printf(a, "%s/lists/%s", folder, file);
	const struct draft_list *list = path ? draft_list_of(&i->draft, path) : NULL;
	const char *from;
	int r;

	if (!path)
		return -ENOMEM;
	if (list)
		return put_file(path, list->content, d);
	if (!i->folder || strcmp(i->folder, folder) == 0)
		return 0;
	from = arena_printf(a, "%s/lists/%s", i->folder, file);
	r = from ? file_read(from, FILE_LIMIT, &text, d) : -ENOMEM;
	return r < 0 ? r : put_file(path, buf_str(&text), d);
}

static int put_lists(const struct imported *i, struct arena *a, const char *folder, struct diag *d)
{
	int r = 0;

	for (size_t k = 0; r == 0 && k < i->text.lists; k++) {
		if (!i->text.list[k].missing)
			r = put_list(i, i->text.list[k].file, a, folder, d);
	}
	return r;
}

/* What is written must read back: an importer's slip is found here and not at the next start. */
static int read_back(struct env *env, const struct imported *i, struct str text, const char *folder)
{
	struct catalog c;
	int r = imported_catalog(i, text, i->folder ? i->folder : folder, env->diag, &c);

	if (r == 0)
		catalog_release(&c);
	else if (r != -ENOMEM)
		diag_hint(env->diag, "the draft does not read back: nothing was written");
	return r;
}

int imported_write(struct env *env, const struct imported *i, const char *folder)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	const char *lists = a ? arena_printf(a, "%s/lists", folder) : NULL;
	const char *path = a ? arena_printf(a, "%s/catalog.yaml", folder) : NULL;
	int r = lists && path ? imported_text(i, &text) : -ENOMEM;

	if (r == 0)
		r = read_back(env, i, buf_str(&text), folder);
	if (r == 0)
		r = make_folder(folder, env->diag);
	if (r == 0)
		r = make_folder(lists, env->diag);
	if (r == 0)
		r = put_lists(i, a, folder, env->diag);
	return r < 0 ? r : put_file(path, buf_str(&text), env->diag);
}

int imported_text(const struct imported *i, struct buf *out)
{
	EG_AUTO(buf_release) struct buf remark = BUF_INIT;

	buf_adds(&remark, "Written by egret import from:\n");
	for (size_t k = 0; k < i->sources; k++) {
		const char *slash = strrchr(i->source[k].path, '/');

		buf_printf(&remark, "  %s\n", slash ? slash + 1 : i->source[k].path);
	}
	if (i->base)
		buf_printf(&remark, "and %s, which people reviewed: change that one.\n", i->base);
	buf_adds(&remark, "Format: man egret.catalog");
	return remark.r < 0 ? remark.r : catalog_write(&i->text, remark.data, out);
}
