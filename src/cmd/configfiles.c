/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/configfiles.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/file.h"
#include "cmd/config.h"

void config_files_release(struct config_files *f)
{
	for (size_t i = 0; i < f->n; i++)
		buf_release(&f->text[i]);
	arena_free(f->arena);
	*f = CONFIG_FILES_INIT;
}

static int add_file(struct env *env, const char *path, struct config_files *f)
{
	size_t limit = FILE_LIMIT;
	int r;

	if (f->n == CONFIG_FILES_MAX) {
		diag_error(env->diag, (struct place){ .file = path }, "more than %d files",
			   CONFIG_FILES_MAX);
		return E_LIMIT;
	}
	for (size_t i = 0; i < f->n; i++)
		limit -= f->text[i].n;
	f->text[f->n] = BUF_INIT;
	r = file_read(path, limit, &f->text[f->n], env->diag);
	f->file[f->n] = (struct config_file){ path, buf_str(&f->text[f->n]) };
	f->n++;
	return r;
}

static int visible(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static int add_folder(struct env *env, const char *path, struct config_files *f)
{
	struct dirent **entry = NULL;
	int n = scandir(path, &entry, visible, alphasort), r = n < 0 ? -errno : 0;

	if (r < 0)
		diag_error(env->diag, (struct place){ .file = path }, "cannot read: %s",
			   err_text(r));
	for (int i = 0; i < n; i++) {
		const char *file = arena_printf(f->arena, "%s/%s", path, entry[i]->d_name);

		free(entry[i]); /* scandir()'s own */
		if (r == 0)
			r = file ? add_file(env, file, f) : -ENOMEM;
	}
	free(entry);
	if (r == 0 && n == 0) {
		diag_error(env->diag, (struct place){ .file = path }, "no file in this folder");
		diag_hint(env->diag, "expected the files of a configuration");
		r = E_UNKNOWN;
	}
	return r;
}

int config_files_read(struct env *env, char *const *path, size_t n, struct config_files *ret)
{
	struct stat st;
	int r = 0;

	*ret = CONFIG_FILES_INIT;
	ret->arena = arena_new();
	if (!ret->arena)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < n; i++) {
		bool folder =
			strcmp(path[i], "-") != 0 && stat(path[i], &st) == 0 && S_ISDIR(st.st_mode);

		r = folder ? add_folder(env, path[i], ret) : add_file(env, path[i], ret);
	}
	return r;
}

/* Blank lines and comments only. */
static bool says_nothing(struct str text)
{
	while (text.p) {
		struct str line = str_trim(str_cut(&text, '\n'));

		if (line.n && line.p[0] != '#')
			return false;
	}
	return true;
}

static int refuse_other(struct env *env, const struct config_files *f, size_t i)
{
	diag_error(env->diag, (struct place){ .file = f->file[i].file },
		   "not a firewall configuration that egret knows");
	diag_hint(env->diag, f->n > 1 ? "all files together make one device: leave this one out"
				      : "name its language with --from DIALECT");
	return E_UNKNOWN;
}

int config_files_dialect(struct env *env, const struct config_files *f, const char *from,
			 const struct dialect **ret)
{
	const struct dialect *all = NULL;
	size_t other = f->n; /* the first file of no language */

	if (from)
		return config_dialect(env, from, DIALECT_READ, ret);
	for (size_t i = 0; i < f->n; i++) {
		const struct place at = { .file = f->file[i].file };
		const struct dialect *d = dialect_detect(f->file[i].text);

		if (!d && f->n > 1 && says_nothing(f->file[i].text))
			continue;
		if (!d) {
			other = other < f->n ? other : i;
			continue;
		}
		if (all && d != all) {
			diag_error(env->diag, at, "a %s, but the files before it are of %s",
				   d->title, all->name);
			diag_hint(env->diag, "all files together make one device");
			return E_CONFLICT;
		}
		all = d;
	}
	if (other < f->n && !(all && (all->can & DIALECT_LISTS)))
		return refuse_other(env, f, other);
	if (!all) {
		diag_error(env->diag, (struct place){ .file = f->file[0].file },
			   "neither this file nor the others hold anything");
		return E_UNKNOWN;
	}
	*ret = all;
	return 0;
}

/* A megabyte takes about a second at worst. */
static void show_progress(struct env *env, const struct config_files *f)
{
	enum { LARGE = 1 << 20 };
	size_t bytes = 0;

	for (size_t i = 0; i < f->n; i++)
		bytes += f->text[i].n;
	if (bytes >= LARGE)
		env_progress(env, "reading %s%s: %zu MB", f->file[0].file, f->n > 1 ? ", ..." : "",
			     bytes / LARGE);
}

int config_files_assuming(struct env *env, const struct config_files *f, const struct dialect *d,
			  const struct assume *assume, struct diag *diag, struct reading **ret)
{
	show_progress(env, f);
	if (f->n == 1)
		return d->read(f->file[0].text, f->file[0].file, assume, env->m, diag, ret);
	if (d->read_files)
		return d->read_files(f->file, f->n, assume, env->m, diag, ret);
	diag_error(diag, (struct place){ .file = f->file[1].file }, "of %s a device is one file",
		   d->name);
	diag_hint(diag, "name that file alone");
	return E_REFUSED;
}

int config_files_reading(struct env *env, const struct config_files *f, const struct dialect *d,
			 const struct view *view, struct reading **ret)
{
	struct assume assume;
	int r = view_assume(env, view, &assume);

	return r < 0 ? r : config_files_assuming(env, f, d, &assume, env->diag, ret);
}
