/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/greeting.h"

#include <inttypes.h>

#include "base/err.h"

enum { PAUSE_MAX_MS = 10 * 60 * 1000 };

size_t greeting_write(uint64_t token, unsigned pause_ms, char out[static GREETING_MAX])
{
	return (size_t)snprintf(out, GREETING_MAX, "egret %016" PRIx64 " %u\r\n", token, pause_ms);
}

int greeting_read(struct str text, unsigned *ret_pause_ms)
{
	uint64_t pause;
	int r;

	if (!str_ends(text, "\r\n") || !str_is(str_cut(&text, ' '), "egret"))
		return E_SYNTAX;
	if (str_cut(&text, ' ').n != 16)
		return E_SYNTAX;
	r = str_u64(str_trim(text), PAUSE_MAX_MS, &pause);
	if (r < 0)
		return E_SYNTAX;
	*ret_pause_ms = (unsigned)pause;
	return 0;
}
