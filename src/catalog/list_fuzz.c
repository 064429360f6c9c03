/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Property: a list is refused with a message, or every line kept lies in its set and the lines
 * written out again are the same list. Messages are safe for a terminal whatever the text was.
 */
#include <assert.h>
#include <stdint.h>

#include "base/alloc.h"
#include "catalog/list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_messages(const struct diag *d)
{
	struct buf told = BUF_INIT;

	diag_format(d, &told);
	for (size_t i = 0; i < told.n; i++)
		assert((unsigned char)told.data[i] >= 0x20 || told.data[i] == '\n');
	buf_release(&told);
}

static void check_again(const struct list *l, struct arena *a, struct diag *d)
{
	struct buf text = BUF_INIT;
	struct list again = { 0 };
	int r;

	for (size_t i = 0; i < l->lines; i++) {
		assert(prefixlist_has(&l->set, (struct addr){ l->line[i].prefix.family,
							      l->line[i].prefix.value }));
		assert(i == 0 || l->line[i].line > l->line[i - 1].line);
		prefix_print(l->line[i].prefix, &text);
		buf_addc(&text, '\n');
	}
	r = list_read(buf_str(&text), "again", 0, a, d, &again);
	assert(r == 0);
	assert(again.lines == l->lines);
	assert(prefixlist_equal(&again.set, &l->set));
	prefixlist_release(&again.set);
	buf_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned families[] = { 0, 4, 6 };
	struct str text = { (const char *)data, size };

	for (size_t i = 0; i < ARRAY_LEN(families); i++) {
		struct arena *a = arena_new();
		struct diag *d = diag_new();
		struct list l = { 0 };
		int r;

		assert(a && d);
		r = list_read(text, "fuzz.txt", families[i], a, d, &l);
		assert((r < 0) == (diag_errors(d) > 0));
		assert((r < 0) == (l.lines == 0));
		check_messages(d);
		if (r == 0)
			check_again(&l, a, d);
		prefixlist_release(&l.set);
		diag_free(d);
		arena_free(a);
	}
	return 0;
}
