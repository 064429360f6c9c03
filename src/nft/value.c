/* SPDX-License-Identifier: Apache-2.0 */
#include "nft/value.h"

#include <errno.h>

#include "base/err.h"
#include "net/addr.h"
#include "nft/symbol.h"

u128 nft_bits_max(unsigned bits)
{
	return bits >= 128 || !bits ? U128_MAX : ((u128)1 << bits) - 1;
}

int nft_mask_len(u128 mask, unsigned bits)
{
	u128 host = nft_bits_max(bits) & ~mask;
	int len = (int)bits;

	if (mask & ~nft_bits_max(bits) || (host & (host + 1)) != 0)
		return -1;
	for (; host; host >>= 1)
		len--;
	return len;
}

int nft_number_read(struct str text, u128 *ret)
{
	unsigned base = 10;
	size_t i = 0;
	u128 v = 0;

	if (text.n > 2 && text.p[0] == '0' && (text.p[1] == 'x' || text.p[1] == 'X')) {
		base = 16;
		i = 2;
	} else if (text.n > 1 && text.p[0] == '0') {
		base = 8;
		i = 1;
	}
	if (i == text.n)
		return E_SYNTAX;
	for (; i < text.n; i++) {
		unsigned digit = (unsigned)ascii_hex(text.p[i]);

		if (digit >= base)
			return E_SYNTAX;
		if (v > (U128_MAX - digit) / base)
			return E_LIMIT;
		v = v * base + digit;
	}
	*ret = v;
	return 0;
}

static const struct {
	const char *word;
	uint64_t ms;
} time_units[] = {
	{ "d", 86400000 }, { "h", 3600000 }, { "m", 60000 }, { "s", 1000 }, { "ms", 1 },
};

int nft_time_read(struct str text, uint64_t *ret_ms)
{
	uint64_t ms = 0, n;
	size_t unit = 0;

	if (str_u64(text, UINT64_MAX / 2000, &n) == 0) {
		*ret_ms = n * 1000;
		return 0;
	}
	if (!text.n)
		return E_SYNTAX;
	while (text.n) {
		size_t digits = 0, letters;
		struct str word;

		while (digits < text.n && text.p[digits] >= '0' && text.p[digits] <= '9')
			digits++;
		letters = digits;
		while (letters < text.n && text.p[letters] >= 'a')
			letters++;
		word = (struct str){ text.p + digits, letters - digits };
		while (unit < ARRAY_LEN(time_units) && !str_is(word, time_units[unit].word))
			unit++;
		if (unit == ARRAY_LEN(time_units))
			return E_SYNTAX;
		if (str_u64((struct str){ text.p, digits }, UINT64_MAX / 2000, &n) < 0 ||
		    n > (UINT64_MAX / 2 - ms) / time_units[unit].ms)
			return digits ? E_LIMIT : E_SYNTAX;
		ms += n * time_units[unit++].ms;
		text = (struct str){ text.p + letters, text.n - letters };
	}
	*ret_ms = ms;
	return 0;
}

void nft_time_print(uint64_t ms, struct buf *out)
{
	if (!ms) {
		buf_adds(out, "0s");
		return;
	}
	for (size_t u = 0; u < ARRAY_LEN(time_units); u++) {
		uint64_t n = ms / time_units[u].ms;

		ms %= time_units[u].ms;
		if (n)
			buf_printf(out, "%llu%s", (unsigned long long)n, time_units[u].word);
	}
}

static int mac_read(struct str text, u128 *ret)
{
	u128 v = 0;

	if (text.n != 17)
		return E_SYNTAX;
	for (size_t i = 0; i < text.n; i++) {
		if (i % 3 == 2) {
			if (text.p[i] != ':')
				return E_SYNTAX;
			continue;
		}
		if (ascii_hex(text.p[i]) < 0)
			return E_SYNTAX;
		v = v << 4 | (unsigned)ascii_hex(text.p[i]);
	}
	*ret = v;
	return 0;
}

/* "1:20": two hexadecimal halves, either may be empty. */
static int classid_read(struct str text, u128 *ret)
{
	struct str major = str_cut(&text, ':');
	u128 half[2] = { 0, 0 };

	if (str_is(major, "none") || str_is(major, "root")) {
		*ret = str_is(major, "root") ? UINT32_MAX : 0;
		return text.p ? E_SYNTAX : 0;
	}
	if (!text.p)
		return E_SYNTAX;
	for (int h = 0; h < 2; h++) {
		struct str part = h ? text : major;

		if (part.n > 4)
			return E_SYNTAX;
		for (size_t i = 0; i < part.n; i++) {
			if (ascii_hex(part.p[i]) < 0)
				return E_SYNTAX;
			half[h] = half[h] << 4 | (unsigned)ascii_hex(part.p[i]);
		}
	}
	*ret = half[0] << 16 | half[1];
	return 0;
}

/* Types whose words are resolved by the machine that loads the rules. */
static bool has_local_names(enum nft_type type)
{
	switch (type) {
	case NFT_T_IFINDEX:
	case NFT_T_MARK:
	case NFT_T_REALM:
	case NFT_T_CLASSID:
	case NFT_T_DEVGROUP:
	case NFT_T_UID:
	case NFT_T_GID:
	case NFT_T_CGROUPV2:
	case NFT_T_CT_LABEL:
	case NFT_T_IFTYPE:
	case NFT_T_HOUR:
	case NFT_T_TIME_TYPE:
		return true;
	default:
		return false;
	}
}

static bool starts_with_letter(struct str text)
{
	return text.n && ((text.p[0] >= 'a' && text.p[0] <= 'z') ||
			  (text.p[0] >= 'A' && text.p[0] <= 'Z') || text.p[0] == '_');
}

static int number_of(enum nft_type type, struct str text, u128 *ret)
{
	struct addr a;
	uint64_t ms;
	int r;

	switch (type) {
	case NFT_T_IPV4_ADDR:
	case NFT_T_IPV6_ADDR:
		r = addr_parse(text, &a);
		if (r == 0 && (a.family == FAMILY_V4) != (type == NFT_T_IPV4_ADDR))
			return E_SYNTAX;
		*ret = r == 0 ? a.value : 0;
		return r;
	case NFT_T_ETHER_ADDR:
	case NFT_T_LLADDR:
		return mac_read(text, ret);
	case NFT_T_TIME:
		r = nft_time_read(text, &ms);
		*ret = r == 0 ? ms : 0;
		return r;
	case NFT_T_CT_LABEL: /* the number of its bit */
		r = nft_number_read(text, ret);
		if (r == 0 && *ret > 127)
			return E_LIMIT;
		*ret = r == 0 ? (u128)1 << (int)*ret : 0;
		return r;
	case NFT_T_CLASSID:
		r = classid_read(text, ret);
		return r == 0 ? 0 : nft_number_read(text, ret);
	default:
		r = nft_number_read(text, ret); /* first: most are numbers, and words are many */
		return r == E_SYNTAX && nft_symbol_number(type, text, ret) == 0 ? 0 : r;
	}
}

/* What a word without a known type looks like. */
static enum nft_type guess(struct str text)
{
	struct addr a;
	u128 num;

	if (nft_number_read(text, &num) == 0)
		return NFT_T_INTEGER;
	if (addr_parse(text, &a) == 0)
		return a.family == FAMILY_V4 ? NFT_T_IPV4_ADDR : NFT_T_IPV6_ADDR;
	if (mac_read(text, &num) == 0)
		return NFT_T_ETHER_ADDR;
	return NFT_T_STRING;
}

int nft_value_read(struct arena *a, enum nft_type type, unsigned bits, struct str text,
		   struct nft_expr **ret)
{
	struct nft_expr *e;
	u128 num = 0;
	int r;

	if (type == NFT_T_INVALID)
		type = guess(text);
	if (!bits)
		bits = nft_type_info(type)->bits;
	if (nft_type_info(type)->text) {
		if (type == NFT_T_IFNAME && text.n > NFT_IFNAME_MAX + (str_ends(text, "*") ? 1 : 0))
			return E_LIMIT;
		if (!text.n)
			return E_SYNTAX;
		e = nft_string(a, type, text);
	} else {
		r = number_of(type, text, &num);
		if (r == E_SYNTAX && text.n &&
		    (has_local_names(type) ||
		     (starts_with_letter(text) &&
		      (type == NFT_T_IPV4_ADDR || type == NFT_T_IPV6_ADDR))))
			e = nft_string(a, type, text);
		else if (r < 0)
			return r;
		else if (num > nft_bits_max(bits))
			return E_LIMIT;
		else
			e = nft_value(a, type, num);
	}
	if (!e)
		return -ENOMEM;
	e->bits = (uint16_t)bits;
	*ret = e;
	return 0;
}
