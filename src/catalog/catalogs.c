/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/err.h"
#include "catalog/build.h"
#include "catalog/catalog.h"

/* The sub-folders that have a catalog.yaml, by name; names live in the arena. */
struct folders {
	const char **name;
	size_t n, cap;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int add_folder(struct arena *a, const char *folder, const char *name, struct folders *f)
{
	const char *path = arena_printf(a, "%s/%s/catalog.yaml", folder, name);
	int r;

	if (!path)
		return -ENOMEM;
	if (access(path, F_OK) < 0)
		return 0; /* a README, an editor's backup: not a vendor's folder */
	if (f->n == CATALOGS_MAX)
		return E_LIMIT;
	r = mem_grow(&f->name, &f->cap, f->n + 1, sizeof(*f->name));
	if (r < 0)
		return r;
	f->name[f->n] = arena_strdup(a, name);
	return f->name[f->n++] ? 0 : -ENOMEM;
}

static int list_folders(struct arena *a, const char *folder, struct folders *ret)
{
	DIR *dir = opendir(folder);
	int r = 0;

	if (!dir)
		return -errno;
	while (r == 0) {
		const struct dirent *e = readdir(dir);

		if (!e)
			break;
		if (e->d_name[0] != '.')
			r = add_folder(a, folder, e->d_name, ret);
	}
	(void)closedir(dir); /* only read */
	if (r == 0 && ret->n)
		qsort(ret->name, ret->n, sizeof(*ret->name), by_name);
	return r;
}

static int load_one(struct arena *a, const char *folder, const char *name, struct diag *d,
		    struct catalog *ret)
{
	const char *path = arena_printf(a, "%s/%s/catalog.yaml", folder, name);
	int r = path ? catalog_load(path, d, ret) : -ENOMEM;

	if (r < 0 || strcmp(ret->vendor, name) == 0)
		return r;
	diag_error(d, (struct place){ .file = path }, "the catalog of '%s' lies in the folder '%s'",
		   ret->vendor, name);
	diag_hint(d, "the folder has the vendor's name");
	return E_CONFLICT;
}

static int load_all(struct arena *a, const char *folder, const struct folders *f, struct diag *d,
		    struct catalogs *ret)
{
	int r = 0;

	ret->catalog = mem_zero(f->n, sizeof(*ret->catalog));
	if (!ret->catalog)
		return -ENOMEM;
	ret->n = f->n;
	for (size_t i = 0; i < f->n && r != -ENOMEM; i++)
		r = build_keep(r, load_one(a, folder, f->name[i], d, &ret->catalog[i]));
	return r;
}

static int load(struct arena *a, const char *folder, struct folders *f, struct diag *d,
		struct catalogs *ret)
{
	struct place at = { .file = folder };
	int r = list_folders(a, folder, f);

	if (r == E_LIMIT) {
		diag_error(d, at, "more than %d catalogs", CATALOGS_MAX);
		return r;
	}
	if (r < 0) {
		diag_error(d, at, "cannot read: %s", err_text(r));
		diag_hint(d, "expected the folder of catalogs, with one folder a vendor");
		return r;
	}
	if (f->n)
		return load_all(a, folder, f, d, ret);
	diag_error(d, at, "no catalog in this folder");
	diag_hint(d, "expected VENDOR/catalog.yaml in it");
	return E_UNKNOWN;
}

int catalogs_load(const char *folder, struct diag *d, struct catalogs *ret)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	struct folders f = { 0 };
	int r;

	*ret = CATALOGS_INIT;
	r = a ? load(a, folder, &f, d, ret) : -ENOMEM;
	mem_free(f.name);
	if (r < 0)
		catalogs_release(ret);
	return r;
}

void catalogs_release(struct catalogs *c)
{
	for (size_t i = 0; i < c->n; i++)
		catalog_release(&c->catalog[i]);
	mem_free(c->catalog);
	*c = CATALOGS_INIT;
}

const struct catalog *catalogs_vendor(const struct catalogs *c, struct str vendor)
{
	for (size_t i = 0; i < c->n; i++) {
		if (str_is(vendor, c->catalog[i].vendor))
			return &c->catalog[i];
	}
	return NULL;
}
