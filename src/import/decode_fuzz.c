/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first byte says which encoding is asked for (none, or one of the table), the others are the
 * input. Property: it is refused with a message, or the text is valid UTF-8, has none of the
 * characters that are to be gone, and decodes as UTF-8 into itself with nothing odd about it.
 */
#include <assert.h>
#include <stdint.h>

#include "import/decode.h"
#include "import/encoding.h"
#include "import/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_clean(struct str text)
{
	assert(strlen(text.p) == text.n);
	while (text.n) {
		uint32_t c = 0;
		size_t n = utf8_at(text, &c);

		assert(n && c != 0xfeff && c != 0x200b && c != 0xad && c != 0x202e && c != 0x2066);
		assert(c != 0xe000 && c != 0xe001 && (c >= ' ' || c == '\n' || c == '\t'));
		assert(c < 0x7f || c >= 0xa0);
		text.p += n;
		text.n -= n;
	}
}

static void check_again(const struct decoded *once, struct arena *a, struct diag *d)
{
	struct decoded twice;

	assert(decode(once->text, "fuzz", "utf-8", a, d, &twice) == 0);
	assert(str_eq(once->text, twice.text));
	assert(twice.all_odds == 0 && twice.widthless == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct encoding *said = size ? encoding_at(data[0]) : NULL;
	struct str bytes = { (const char *)data + (size > 0), size - (size > 0) };
	struct arena *a = arena_new();
	struct diag *d = diag_new();
	struct decoded text;
	int r;

	assert(a && d);
	r = decode(bytes, "fuzz", said ? said->name : NULL, a, d, &text);
	assert((r < 0) == (diag_errors(d) > 0));
	if (r == 0) {
		assert(text.odds <= text.all_odds && text.odds <= DECODE_ODD_MAX);
		check_clean(text.text);
		check_again(&text, a, d);
	}
	arena_free(a);
	diag_free(d);
	return 0;
}
