/* SPDX-License-Identifier: Apache-2.0 */
#include "net/addr.h"
#include "nft/symbol.h"
#include "nft/value.h"

static void decimal(u128 num, struct buf *out)
{
	char text[40];
	size_t at = sizeof(text);

	do {
		text[--at] = (char)('0' + (int)(num % 10));
		num /= 10;
	} while (num);
	buf_add(out, text + at, sizeof(text) - at);
}

static void hex(u128 num, struct buf *out)
{
	bool any = false;

	buf_adds(out, "0x");
	for (int shift = 124; shift >= 0; shift -= 4) {
		unsigned digit = (unsigned)(num >> shift) & 15;

		any |= digit != 0 || shift == 0;
		if (any)
			buf_addc(out, "0123456789abcdef"[digit]);
	}
}

/* The words of all bits, or one number when a bit has none. Labels are numbers of bits. */
static void flags(enum nft_type type, u128 num, struct buf *out)
{
	const char *gap = "";

	for (unsigned i = 0; type != NFT_T_CT_LABEL && i < 128; i++) {
		u128 bit = (u128)1 << i;

		if (!num || (num & bit && !nft_symbol_name(type, bit))) {
			hex(num, out);
			return;
		}
	}
	for (unsigned i = 0; i < 128; i++) {
		u128 bit = (u128)1 << i;

		if (!(num & bit))
			continue;
		if (type == NFT_T_CT_LABEL)
			buf_printf(out, "%s%u", gap, i);
		else
			buf_printf(out, "%s%s", gap, nft_symbol_name(type, bit));
		gap = " | ";
	}
	if (!*gap)
		buf_addc(out, '0');
}

static void mac(u128 num, struct buf *out)
{
	for (int shift = 40; shift >= 0; shift -= 8)
		buf_printf(out, "%02x%s", (unsigned)(num >> shift) & 255, shift ? ":" : "");
}

static void number(enum nft_type type, u128 num, struct buf *out)
{
	const char *name;

	switch (type) {
	case NFT_T_IPV4_ADDR:
	case NFT_T_IPV6_ADDR:
		addr_print((struct addr){ type == NFT_T_IPV4_ADDR ? FAMILY_V4 : FAMILY_V6, num },
			   out);
		return;
	case NFT_T_ETHER_ADDR:
	case NFT_T_LLADDR:
		mac(num, out);
		return;
	case NFT_T_TIME:
		nft_time_print((uint64_t)num, out);
		return;
	case NFT_T_MARK:
		buf_printf(out, "0x%08x", (unsigned)num);
		return;
	case NFT_T_CLASSID:
		if (num == 0 || num == UINT32_MAX)
			buf_adds(out, num ? "root" : "none");
		else
			buf_printf(out, "%x:%x", (unsigned)(num >> 16) & 0xffff,
				   (unsigned)num & 0xffff);
		return;
	default:
		break;
	}
	if (nft_type_info(type)->bitmask) {
		flags(type, num, out);
		return;
	}
	name = nft_symbol_name(type, num);
	if (name)
		buf_adds(out, name);
	else
		decimal(num, out);
}

/* A word in a range would run into the dash: `a-b` is one word. */
static void range_end(enum nft_type type, u128 num, struct buf *out)
{
	if (nft_symbol_name(type, num) || type == NFT_T_CLASSID)
		decimal(num, out);
	else
		number(type, num, out);
}

void nft_value_print(const struct nft_expr *e, struct buf *out)
{
	switch ((enum nft_expr_kind)e->kind) {
	case NFT_E_PREFIX:
		range_end(e->type, e->range.lo, out);
		buf_printf(out, "/%u", e->len);
		return;
	case NFT_E_RANGE:
		range_end(e->type, e->range.lo, out);
		buf_addc(out, '-');
		range_end(e->type, e->range.hi, out);
		return;
	default:
		break;
	}
	if (!e->value.text) {
		number(e->type, e->value.num, out);
		return;
	}
	buf_printf(out, "\"%s%s\"", e->value.text, e->wildcard ? "*" : "");
}
