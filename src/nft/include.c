/* SPDX-License-Identifier: Apache-2.0 */
/* Included files of a script, from the file system. */
#include <errno.h>
#include <glob.h>
#include <stdbool.h>

#include "base/err.h"
#include "base/file.h"
#include "nft/text.h"

enum { INCLUDES_MAX = 1000 };

static bool has_magic(struct str s)
{
	return str_find(s, '*') < s.n || str_find(s, '?') < s.n || str_find(s, '[') < s.n;
}

/* Names without a folder are looked for beside the file that includes them, then in /etc. */
static const char *beside(struct arena *a, const char *pattern, const char *from)
{
	size_t n = from ? strlen(from) : 0;

	if (pattern[0] == '/')
		return pattern;
	while (n && from[n - 1] != '/')
		n--;
	return arena_printf(a, "%.*s%s", (int)n, from ? from : "", pattern);
}

static int copy_paths(const glob_t *g, struct arena *a, const char *const **ret_path, size_t *ret_n)
{
	const char **path;
	size_t n = g->gl_pathc;

	if (n > INCLUDES_MAX)
		return E_LIMIT;
	path = arena_array(a, n + 1, sizeof(*path));
	if (!path)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		path[i] = arena_strdup(a, g->gl_pathv[i]);
		if (!path[i])
			return -ENOMEM;
	}
	*ret_path = path;
	*ret_n = n;
	return 0;
}

static int find(const char *pattern, struct arena *a, const char *const **ret_path, size_t *ret_n)
{
	glob_t g = { 0 };
	int r = glob(pattern, 0, NULL, &g);

	if (r == GLOB_NOMATCH) {
		globfree(&g);
		*ret_n = 0;
		return has_magic(str_of(pattern)) ? 0 : -ENOENT;
	}
	r = r == 0 ? copy_paths(&g, a, ret_path, ret_n) : -EIO;
	globfree(&g);
	return r;
}

static int list_files(void *data, const char *pattern, const char *from, struct arena *a,
		      const char *const **ret_path, size_t *ret_n)
{
	const char *near = beside(a, pattern, from);
	int r = near ? find(near, a, ret_path, ret_n) : -ENOMEM;

	(void)data;
	if (pattern[0] == '/' || (r < 0 && r != -ENOENT) || (r == 0 && *ret_n))
		return r;
	near = arena_printf(a, "/etc/%s", pattern);
	return near ? find(near, a, ret_path, ret_n) : -ENOMEM;
}

static int read_file(void *data, const char *path, struct buf *out, struct diag *d)
{
	(void)data;
	return file_read(path, FILE_LIMIT, out, d);
}

const struct nft_includes nft_includes_files = { .list = list_files, .read = read_file };
