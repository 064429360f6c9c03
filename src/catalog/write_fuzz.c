/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Properties. The law of write.h: a catalog text that is read, whole or in part, is written as a
 * text that is read as the same and written as the same bytes. And of takeover.h: a new copy of its
 * first list is noted, in the text and in what was written of it, or there is a message.
 */
#include <assert.h>
#include <stdint.h>

#include "base/err.h"
#include "catalog/takeover.h"
#include "catalog/write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_takeover(const struct catalog_text *c, struct str text, enum text_part part)
{
	const struct takeover t = { c->list[0].id, "2026-11-26", "the 'fuzzer': # x" };
	struct diag *d = diag_new();
	struct buf out = BUF_INIT;
	int r = takeover_write(text, "fuzz", part, &t, d, &out);

	assert((r < 0) == (diag_errors(d) > 0));
	buf_release(&out);
	diag_free(d);
}

static void check_law(const struct catalog_text *text, enum text_part part, struct arena *a,
		      struct diag *d)
{
	struct buf once = BUF_INIT, twice = BUF_INIT;
	struct catalog_text again;
	int r = catalog_write(text, "a remark\n%two lines", &once);

	if (r != E_LIMIT) { /* brackets and commas are shorter than lines */
		assert(r == 0);
		r = catalog_text_read(buf_str(&once), "again", part, a, d, &again);
		assert(r == 0);
		assert(catalog_text_same(text, &again));
		r = catalog_write(&again, "a remark\n%two lines", &twice);
		assert(r == 0);
		assert(str_eq(buf_str(&once), buf_str(&twice)));
		if (text->lists)
			check_takeover(text, buf_str(&once), part);
	}
	buf_release(&once);
	buf_release(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str input = { (const char *)data, size };

	for (enum text_part part = TEXT_WHOLE; part <= TEXT_PARTIAL; part++) {
		struct arena *a = arena_new();
		struct diag *d = diag_new();
		struct catalog_text text;

		assert(a && d);
		if (catalog_text_read(input, "fuzz", part, a, d, &text) == 0) {
			check_law(&text, part, a, d);
			if (text.lists)
				check_takeover(&text, input, part);
		}
		diag_free(d);
		arena_free(a);
	}
	return 0;
}
