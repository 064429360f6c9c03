/* SPDX-License-Identifier: Apache-2.0 */
#include "base/show.h"

#include <stdio.h>
#include <string.h>

/* Bytes of the printable UTF-8 sequence at the front of `s`, or 0. RFC 3629 section 4. */
static size_t printable(struct str s)
{
	static const uint32_t smallest[] = { 0, 0x20, 0x80, 0x800, 0x10000 };
	unsigned char lead = (unsigned char)s.p[0];
	size_t n = lead < 0x80 ? 1 : lead < 0xc0 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	uint32_t c = n == 1 ? lead : lead & (0x7fu >> n);

	if (n == 0 || n > s.n || lead > 0xf4)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if (((unsigned char)s.p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | ((unsigned char)s.p[i] & 0x3f);
	}
	if (c < smallest[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	/* DEL, C1 controls, and the marks that turn the direction of text around. */
	if ((c >= 0x7f && c < 0xa0) || (c >= 0x200b && c <= 0x200f) ||
	    (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff)
		return 0;
	return n;
}

struct shown show(struct str s)
{
	struct shown out = { 0 };
	size_t used = 0;

	while (s.n) {
		size_t n = printable(s);
		size_t width = n ? n : 4;

		/* Room for what follows the last whole piece: "..." and the NUL. */
		if (used + width + 4 > sizeof(out.text)) {
			memcpy(out.text + used, "...", 4);
			break;
		}
		if (n)
			memcpy(out.text + used, s.p, n);
		else
			(void)snprintf(out.text + used, 5, "\\x%02x", (unsigned char)s.p[0]);
		used += width;
		s.p += n ? n : 1;
		s.n -= n ? n : 1;
	}
	return out;
}
