/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include <string.h>

#include "base/attr.h"

static const struct {
	int code;
	const char *text;
} own[] = {
	{ E_SYNTAX, "not understood" },
	{ E_TRUNCATED, "data ends too early" },
	{ E_INEXACT, "cannot be said exactly" },
	{ E_CONFLICT, "conflicting statements" },
	{ E_BUDGET, "too complex" },
	{ E_LIMIT, "above a limit" },
	{ E_UNKNOWN, "not defined" },
	{ E_REFUSED, "refused" },
	{ E_UNSUPPORTED, "not supported here" },
};

const char *err_text(int code)
{
	const char *text;

	for (size_t i = 0; i < ARRAY_LEN(own); i++)
		if (own[i].code == code)
			return own[i].text;
	text = code < 0 ? strerrordesc_np(-code) : NULL;
	return text ? text : "unknown error";
}
