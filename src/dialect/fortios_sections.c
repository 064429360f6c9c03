/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/fortios_sections.h"

#include <string.h>

static const struct {
	const char *path;
	enum fos_role role;
} kept[] = {
#define FOS_TABLE(id, path) { path, FOS_ROLE_MODELLED },
#define FOS_STOPPER(id, path) { path, FOS_ROLE_STOPPER },
#define FOS_OTHER(id, path) { path, FOS_ROLE_OTHER },
#define FOS_QUIET(path)
#include "dialect/fortios_sections.def"
#undef FOS_TABLE
#undef FOS_STOPPER
#undef FOS_OTHER
#undef FOS_QUIET
};

static const char *const quiet[] = {
#define FOS_TABLE(id, path)
#define FOS_STOPPER(id, path)
#define FOS_OTHER(id, path)
#define FOS_QUIET(path) path,
#include "dialect/fortios_sections.def"
#undef FOS_TABLE
#undef FOS_STOPPER
#undef FOS_OTHER
#undef FOS_QUIET
};

enum fos_section fos_section_find(struct str path)
{
	for (size_t i = 0; i < ARRAY_LEN(kept); i++)
		if (str_is(path, kept[i].path))
			return (enum fos_section)i;
	for (size_t i = 0; i < ARRAY_LEN(quiet); i++) {
		size_t n = strlen(quiet[i]);

		if (str_starts(path, quiet[i]) && (path.n == n || path.p[n] == ' '))
			return FOS_SECTION_QUIET;
	}
	return FOS_SECTION_UNKNOWN;
}

const char *fos_section_path(enum fos_section s)
{
	return kept[s].path;
}

enum fos_role fos_section_role(enum fos_section s)
{
	return kept[s].role;
}
