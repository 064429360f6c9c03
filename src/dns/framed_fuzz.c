/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any stream of bytes, in pieces whose sizes the first 16 bytes say, in turn: the messages that
 * come out, one behind the other with their lengths, are the bytes that went in, as far as whole
 * messages go; and so they are when each byte comes alone.
 */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "dns/framed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PIECES = 16 };

static struct framed framed;

struct following {
	const uint8_t *data;
	size_t size, at;
};

static bool is_next(void *data, const uint8_t *message, size_t n)
{
	struct following *f = data;

	assert(n >= DNS_HEADER && f->size - f->at >= 2 + n);
	assert(((size_t)f->data[f->at] << 8 | f->data[f->at + 1]) == n);
	assert(memcmp(f->data + f->at + 2, message, n) == 0);
	f->at += 2 + n;
	return true;
}

/* Returns how far whole messages went; `r` is what was said last. */
static size_t feed(const uint8_t *piece, const uint8_t *data, size_t size, int *r)
{
	struct following f = { .data = data, .size = size };
	size_t at = 0;

	framed_clear(&framed);
	*r = 0;
	for (unsigned i = 0; *r == 0 && at < size; i++) {
		size_t room;
		uint8_t *to = framed_room(&framed, &room);
		size_t n = piece ? 1 + (size_t)piece[i % PIECES] * piece[(i + 1) % PIECES] : 1;

		assert(data && room > 0);
		n = n > room ? room : n;
		n = n > size - at ? size - at : n;
		memcpy(to, data + at, n);
		at += n;
		*r = framed_add(&framed, n, is_next, &f);
	}
	assert(*r == 0 || *r == -EPROTO);
	return f.at;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int r = 0, alone = 0;

	if (size < PIECES)
		return 0;
	assert(feed(data, data + PIECES, size - PIECES, &r) ==
	       feed(NULL, data + PIECES, size - PIECES, &alone));
	assert(r == alone);
	return 0;
}
