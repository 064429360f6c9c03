/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/framed.h"

#include <errno.h>
#include <string.h>

void framed_clear(struct framed *f)
{
	f->got = 0;
}

uint8_t *framed_room(struct framed *f, size_t *ret)
{
	*ret = sizeof(f->in) - f->got;
	return f->in + f->got;
}

int framed_add(struct framed *f, size_t n,
	       bool (*each)(void *data, const uint8_t *message, size_t n), void *data)
{
	const size_t got = f->got + n;
	size_t at = 0;

	f->got = got;
	while (got - at >= 2) {
		size_t length = (size_t)f->in[at] << 8 | f->in[at + 1];

		if (length < DNS_HEADER)
			return -EPROTO;
		if (got - at < 2 + length)
			break;
		if (!each(data, f->in + at + 2, length))
			return 1;
		at += 2 + length;
	}
	f->got = got - at;
	if (at)
		memmove(f->in, f->in + at, f->got);
	return 0;
}
