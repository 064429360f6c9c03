/* SPDX-License-Identifier: Apache-2.0 */
#include "import/format.h"

#define FORMAT(id) &format_##id,
static const struct format *const formats[] = {
#include "import/formats.def"
	NULL
};
#undef FORMAT

const struct format *format_at(size_t i)
{
	return i < ARRAY_LEN(formats) ? formats[i] : NULL;
}

const struct format *format_find(struct str name)
{
	for (size_t i = 0; formats[i]; i++) {
		if (str_is(name, formats[i]->name))
			return formats[i];
	}
	return NULL;
}

const struct format *format_detect(struct str text, const char *file)
{
	const struct format *surest = NULL;
	int most = 0;

	for (size_t i = 0; formats[i]; i++) {
		int sure = formats[i]->detect(text, file);

		if (sure > most) {
			most = sure;
			surest = formats[i];
		}
	}
	return surest;
}
