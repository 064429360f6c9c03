/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files of one configuration: a file, standard input, or several, or a folder, that make one
 * device together (the saves of iptables, ip6tables and ipset).
 */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "cmd/env.h"
#include "cmd/view.h"
#include "dialect/dialect.h"

enum { CONFIG_FILES_MAX = 64 };

struct config_files {
	struct arena *arena;
	struct config_file file[CONFIG_FILES_MAX];
	struct buf text[CONFIG_FILES_MAX];
	size_t n;
};

#define CONFIG_FILES_INIT ((struct config_files){ 0 })

/*
 * Reads the files in `path`. Of a folder all files whose names do not begin with a dot, by name;
 * together they may have FILE_LIMIT bytes. Release it whether that worked or not.
 */
EG_CHECK int config_files_read(struct env *env, char *const *path, size_t n,
			       struct config_files *ret);
void config_files_release(struct config_files *f);

/*
 * The dialect of all of them: the one called `from`, or NULL: from what is in them. E_UNKNOWN: one
 * is of none; E_CONFLICT: they are of several. Empty files and files of comments are of any, and so
 * are files of values where the dialect has them (DIALECT_LISTS).
 */
EG_CHECK int config_files_dialect(struct env *env, const struct config_files *f, const char *from,
				  const struct dialect **ret);

/* The same under these assumptions, with messages to `diag`. */
EG_CHECK int config_files_assuming(struct env *env, const struct config_files *f,
				   const struct dialect *d, const struct assume *assume,
				   struct diag *diag, struct reading **ret);

/* Reads them with that dialect, looked at so. */
EG_CHECK int config_files_reading(struct env *env, const struct config_files *f,
				  const struct dialect *d, const struct view *view,
				  struct reading **ret);
