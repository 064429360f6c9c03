/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Property: a state is refused with a message, or it is written as a text that is read as the same
 * and written as the same bytes.
 */
#include <assert.h>
#include <stdint.h>

#include "control/feedstate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_again(const struct feed_state *s, struct arena *a, struct diag *d)
{
	struct buf once = BUF_INIT, twice = BUF_INIT;
	struct feed_state again;
	int r;

	feed_state_write(s, &once);
	r = feed_state_read(buf_str(&once), "again", a, d, &again);
	assert(r == 0);
	assert(again.overrides == s->overrides);
	feed_state_write(&again, &twice);
	assert(str_eq(buf_str(&once), buf_str(&twice)));
	buf_release(&once);
	buf_release(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct diag *d = diag_new();
	struct feed_state s;
	int r;

	assert(a && d);
	r = feed_state_read((struct str){ (const char *)data, size }, "fuzz", a, d, &s);
	assert((r < 0) == (diag_errors(d) > 0));
	if (r == 0)
		check_again(&s, a, d);
	diag_free(d);
	arena_free(a);
	return 0;
}
