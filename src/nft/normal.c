/* SPDX-License-Identifier: Apache-2.0 */
#include "nft/normal.h"

#include <errno.h>

#include "base/alloc.h"
#include "nft/print.h"
#include "nft/value.h"

static bool number(const struct nft_expr *e)
{
	return e->kind == NFT_E_VALUE && !e->value.text;
}

/* X & mask == value with a mask that is a prefix: X value/len. */
static int mask_to_prefix(struct arena *a, struct nft_stmt *s)
{
	struct nft_expr *left = s->match.left, *right = s->match.right, *prefix;
	const struct nft_expr *mask;
	int len;

	if (left->kind != NFT_E_BITS || left->op != NFT_BIT_AND || !number(right))
		return 0;
	mask = left->bits_of.b;
	if ((left->type != NFT_T_IPV4_ADDR && left->type != NFT_T_IPV6_ADDR) || !number(mask))
		return 0;
	len = nft_mask_len(mask->value.num, left->bits);
	if (len <= 0 || len == (int)left->bits || right->value.num & ~mask->value.num)
		return 0;
	prefix = nft_prefix(a, left->type, right->value.num, (unsigned)len);
	if (!prefix)
		return -ENOMEM;
	s->match.left = left->bits_of.a;
	s->match.right = prefix;
	return 0;
}

/* X & flags != 0 tests any of the flags, X & flags == 0 none. */
static void mask_to_bits(struct nft_stmt *s)
{
	struct nft_expr *left = s->match.left;

	if (left->kind != NFT_E_BITS || left->op != NFT_BIT_AND || !number(s->match.right) ||
	    s->match.right->value.num || !number(left->bits_of.b) ||
	    !nft_type_info(left->type)->bitmask)
		return;
	s->match.op = s->match.op == NFT_NE ? NFT_ANY_BIT : NFT_NO_BIT;
	s->match.right = left->bits_of.b;
	s->match.left = left->bits_of.a;
}

int nft_match_normal(struct arena *a, struct nft_stmt *s, bool said)
{
	const struct nft_expr *right = s->match.right;

	if (!said && s->match.op == NFT_EQ && number(right) && nft_type_info(right->type)->bitmask)
		s->match.op = NFT_ANY_BIT;
	if (s->match.op != NFT_EQ && s->match.op != NFT_NE)
		return 0;
	mask_to_bits(s);
	if (s->match.op == NFT_EQ || s->match.op == NFT_NE)
		return mask_to_prefix(a, s);
	return 0;
}

void nft_reject_default(enum nft_family family, struct nft_stmt *s)
{
	enum { ICMP_PORT = 3, ICMPV6_PORT = 4, ICMPX_PORT = 1 };

	if (family == NFT_IP) {
		s->reject.type = NFT_REJECT_ICMP;
		s->reject.code = ICMP_PORT;
	} else if (family == NFT_IP6) {
		s->reject.type = NFT_REJECT_ICMPV6;
		s->reject.code = ICMPV6_PORT;
	} else {
		s->reject.type = NFT_REJECT_ICMPX;
		s->reject.code = ICMPX_PORT;
	}
}

void nft_limit_normal(struct nft_limit *l)
{
	enum { DEFAULT_BURST = 5 };

	if (!l->bytes && l->burst == DEFAULT_BURST && !l->burst_bytes)
		l->burst = 0;
	if (!l->burst) {
		l->burst_bytes = false;
		l->burst_unit = NULL;
	}
}

static int sort_set(struct nft_set *s)
{
	EG_AUTO(mem_freep)
	const struct nft_elem **order = nft_print_order(s, NFT_PRINT_SORTED);
	EG_AUTO(mem_freep) struct nft_elem *sorted = mem_zero(s->elems, sizeof(*sorted));

	if (!order || !sorted)
		return -ENOMEM;
	for (size_t i = 0; i < s->elems; i++)
		sorted[i] = *order[i];
	memcpy(s->elem, sorted, s->elems * sizeof(*sorted));
	return 0;
}

int nft_table_sort(struct nft_table *t)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < t->sets; i++)
		r = t->set[i]->elems ? sort_set(t->set[i]) : 0;
	return r;
}
