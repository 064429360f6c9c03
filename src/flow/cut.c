/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/cut.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/hash.h"

enum { FIRST_SLOTS = 64 };

void cuts_release(struct cuts *c)
{
	mem_free(c->cut);
	mem_free(c->byte);
	mem_free(c->slot);
	*c = (struct cuts){ 0 };
}

static uint64_t head_of(const unsigned char *byte, size_t n)
{
	uint64_t head = 0;

	for (size_t i = 0; i < sizeof(head); i++)
		head = head << 8 | (i < n ? byte[i] : 0);
	return head;
}

static int compare(const unsigned char *a, size_t an, const unsigned char *b, size_t bn)
{
	int order = memcmp(a, b, an < bn ? an : bn);

	return order ? order : (an > bn) - (an < bn);
}

/* The slot that holds these bytes, or the free one where they belong. */
static uint32_t *find(const struct cuts *c, const unsigned char *byte, size_t n)
{
	size_t i = (size_t)hash_bytes(byte, n, 0) & (c->slots - 1);

	for (; c->slot[i]; i = (i + 1) & (c->slots - 1)) {
		const struct cut *have = &c->cut[c->slot[i] - 1];

		if (have->n == n && memcmp(c->byte + have->at, byte, n) == 0)
			break;
	}
	return &c->slot[i];
}

static void fill_slots(struct cuts *c)
{
	for (size_t i = 0; i < c->n; i++)
		*find(c, c->byte + c->cut[i].at, c->cut[i].n) = (uint32_t)i + 1;
}

static int grow_slots(struct cuts *c)
{
	struct cuts bigger = *c;

	bigger.slots = c->slots ? c->slots * 2 : FIRST_SLOTS;
	bigger.slot = mem_zero(bigger.slots, sizeof(*bigger.slot));
	if (!bigger.slot)
		return -ENOMEM;
	fill_slots(&bigger);
	mem_free(c->slot);
	*c = bigger;
	return 0;
}

static int reserve(struct cuts *c, size_t n)
{
	int r = mem_grow(&c->cut, &c->cap, c->n + 1, sizeof(*c->cut));

	if (r == 0)
		r = mem_grow(&c->byte, &c->byte_cap, c->bytes + n, 1);
	if (r == 0 && (c->n + 1) * 2 > c->slots)
		r = grow_slots(c);
	return r;
}

int cut_number(struct cuts *c, const unsigned char *byte, size_t n, uint32_t *ret)
{
	uint32_t *slot = c->slots ? find(c, byte, n) : NULL;
	int r;

	if (slot && *slot) {
		*ret = *slot;
		return 0;
	}
	if (c->n >= CUTS_MAX || c->bytes + n > UINT32_MAX)
		return E_BUDGET;
	r = reserve(c, n);
	if (r < 0)
		return r;
	memcpy(c->byte + c->bytes, byte, n);
	c->cut[c->n++] = (struct cut){ head_of(byte, n), (uint32_t)c->bytes, (uint32_t)n };
	c->bytes += n;
	*find(c, byte, n) = (uint32_t)c->n;
	*ret = (uint32_t)c->n;
	return 0;
}

int cut_cmp(const struct cuts *c, uint32_t a, uint32_t b)
{
	const struct cut *x, *y;

	if (a == b)
		return 0;
	if (a == CUT_TOP || b == CUT_TOP)
		return a == CUT_TOP ? 1 : -1;
	x = &c->cut[a - 1];
	y = &c->cut[b - 1];
	if (x->head != y->head)
		return x->head < y->head ? -1 : 1;
	return compare(c->byte + x->at, x->n, c->byte + y->at, y->n);
}

bool cut_above(const struct cuts *c, uint32_t cut, const unsigned char *byte, size_t n)
{
	const struct cut *x;

	if (cut == CUT_TOP)
		return true;
	x = &c->cut[cut - 1];
	return compare(c->byte + x->at, x->n, byte, n) > 0;
}

const unsigned char *cut_bytes(const struct cuts *c, uint32_t cut, size_t *ret_n)
{
	*ret_n = c->cut[cut - 1].n;
	return c->byte + c->cut[cut - 1].at;
}

/* ---- collection: meanwhile slot[i] is the mark, then the new number, of cut number i + 1 ---- */

static void clear_slots(struct cuts *c)
{
	if (c->slots)
		memset(c->slot, 0, c->slots * sizeof(*c->slot));
}

void cuts_collect_begin(struct cuts *c)
{
	clear_slots(c);
}

void cuts_keep(struct cuts *c, uint32_t cut)
{
	if (cut != CUT_TOP)
		c->slot[cut - 1] = 1;
}

void cuts_compact(struct cuts *c)
{
	size_t to = 0, bytes = 0;

	for (size_t i = 0; i < c->n; i++) {
		struct cut cut = c->cut[i];

		if (!c->slot[i])
			continue;
		memmove(c->byte + bytes, c->byte + cut.at, cut.n);
		cut.at = (uint32_t)bytes;
		bytes += cut.n;
		c->cut[to++] = cut;
		c->slot[i] = (uint32_t)to;
	}
	c->n = to;
	c->bytes = bytes;
}

uint32_t cuts_moved(const struct cuts *c, uint32_t cut)
{
	return cut == CUT_TOP ? CUT_TOP : c->slot[cut - 1];
}

void cuts_collect_end(struct cuts *c)
{
	clear_slots(c);
	fill_slots(c);
}
