/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/dialect.h"

#define DIALECT(id) &dialect_##id,
static const struct dialect *const dialects[] = {
#include "dialect/dialects.def"
	NULL
};
#undef DIALECT

const struct dialect *dialect_at(size_t i)
{
	return i < ARRAY_LEN(dialects) ? dialects[i] : NULL;
}

const struct dialect *dialect_find(struct str name)
{
	for (size_t i = 0; dialects[i]; i++) {
		if (str_is(name, dialects[i]->name))
			return dialects[i];
	}
	return NULL;
}

const struct dialect *dialect_detect(struct str text)
{
	const struct dialect *surest = NULL;
	int most = 0;

	for (size_t i = 0; dialects[i]; i++) {
		int sure = dialects[i]->detect ? dialects[i]->detect(text) : 0;

		if (sure > most) {
			most = sure;
			surest = dialects[i];
		}
	}
	return surest;
}
