/* SPDX-License-Identifier: Apache-2.0 */
#include "import/links.h"

#include "catalog/schema.h"

bool link_is_list(struct str href, struct str *ret)
{
	static const char *const endings[] = { ".txt", ".json", ".csv" };
	struct str path = str_cut(&href, '?');
	struct str file;

	path = str_cut(&path, '#');
	file = path;
	for (size_t i = 0; i < path.n; i++) {
		if (path.p[i] == '/')
			file = (struct str){ path.p + i + 1, path.n - i - 1 };
	}
	for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
		if (file.n > strlen(endings[i]) && str_ends(file, endings[i])) {
			*ret = file;
			return true;
		}
	}
	return false;
}

static bool holds(struct str text, const char *part)
{
	size_t n = strlen(part);

	for (size_t i = 0; i + n <= text.n; i++) {
		if (str_is_nocase((struct str){ text.p + i, n }, part))
			return true;
	}
	return false;
}

unsigned link_family(struct str file)
{
	if (holds(file, "ipv6") || holds(file, "-v6") || holds(file, "_v6"))
		return FAMILY_BIT_V6;
	if (holds(file, "ipv4") || holds(file, "-v4") || holds(file, "_v4"))
		return FAMILY_BIT_V4;
	return 0;
}

bool link_has_word(struct str text, struct str word)
{
	for (size_t i = 0; word.n && i + word.n <= text.n; i++) {
		bool starts = i == 0 || strchr(" \t\n(", text.p[i - 1]);
		bool ends = i + word.n == text.n || strchr(" \t\n),;.", text.p[i + word.n]);

		if (starts && ends && memcmp(text.p + i, word.p, word.n) == 0)
			return true;
	}
	return false;
}
