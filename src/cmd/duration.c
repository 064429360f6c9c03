/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/duration.h"

#include <stdio.h>

#include "base/err.h"

int duration_parse(struct str text, int64_t *ret)
{
	uint64_t n, unit = 60;
	int r;

	if (str_ends(text, "s"))
		unit = 1;
	else if (str_ends(text, "h"))
		unit = 3600;
	if (unit != 60 || str_ends(text, "m"))
		text.n--;
	r = str_u64(text, DURATION_MAX, &n);
	if (r == 0 && (!n || n * unit > DURATION_MAX))
		r = E_LIMIT;
	if (r == 0)
		*ret = (int64_t)(n * unit);
	return r;
}

void duration_print(int64_t seconds, char text[static DURATION_TEXT_MAX])
{
	long long min = seconds / 60, s = seconds % 60;

	if (min >= 60)
		(void)snprintf(text, DURATION_TEXT_MAX, "%lld h %lld min", min / 60, min % 60);
	else if (min && s)
		(void)snprintf(text, DURATION_TEXT_MAX, "%lld min %lld s", min, s);
	else if (min)
		(void)snprintf(text, DURATION_TEXT_MAX, "%lld min", min);
	else
		(void)snprintf(text, DURATION_TEXT_MAX, "%lld s", s);
}
