/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/known.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"

struct known {
	const char *name;
	enum known_kind kind;
};

#define KNOWN(kind, name) { name, KNOWN_##kind },
static const struct known all[] = {
#include "dns/known.def"
};
#undef KNOWN

static int by_name(const void *key, const void *entry)
{
	return strcmp(key, ((const struct known *)entry)->name);
}

enum known_kind known_kind(const struct name *n)
{
	for (const char *rest = n->text; rest; rest = strchr(rest, '.')) {
		const struct known *k;

		rest += *rest == '.'; /* one label less */
		k = bsearch(rest, all, ARRAY_LEN(all), sizeof(all[0]), by_name);
		if (k)
			return k->kind;
	}
	return KNOWN_NOT;
}

const char *known_name(size_t i)
{
	return i < ARRAY_LEN(all) ? all[i].name : NULL;
}
