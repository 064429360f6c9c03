/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/iptables_value.h"

#include "base/err.h"
#include "dialect/iptables_limits.h"
#include "net/prefix.h"
#include "net/proto.h"
#include "nft/symbol.h"

/* ---- addresses ---- */

static bool is_host_name(struct str text)
{
	bool letter = false;

	for (size_t i = 0; i < text.n; i++) {
		char c = ascii_lower(text.p[i]);

		if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '.' && c != '-' &&
		    c != '_')
			return false;
		letter = letter || (c >= 'a' && c <= 'z');
	}
	return letter;
}

static int one_address(struct str text, enum family family, u128 *ret)
{
	struct addr addr;

	if (addr_parse(text, &addr) < 0)
		return is_host_name(text) ? E_UNKNOWN : E_SYNTAX;
	if (addr.family != family)
		return E_CONFLICT;
	*ret = addr.value;
	return 0;
}

static int parse_mask(struct str text, enum family family, u128 *ret)
{
	unsigned bits = family_bits(family);
	uint64_t len;
	int r;

	if (str_u64(text, bits, &len) < 0) {
		r = one_address(text, family, ret);
		return r == E_UNKNOWN ? E_SYNTAX : r;
	}
	*ret = family_mask(family, (unsigned)len);
	return 0;
}

/* Every choice of the bits that a mask leaves open above its lowest run of such bits. */
static int open_bits(u128 value, u128 open, struct spanlist *into)
{
	u128 low = 0, holes, pick = 0;
	unsigned n = 0;

	while (low + 1 != 0 && (open & (low + 1)))
		low = low << 1 | 1;
	holes = open & ~low;
	for (u128 rest = holes; rest; rest &= rest - 1)
		n++;
	if (n > 12 || (1U << n) > IPTABLES_MASK_SPANS_MAX)
		return E_LIMIT;
	do {
		int r = spanlist_add(into, value | pick, value | pick | low);

		if (r < 0)
			return r;
		pick = (pick - holes) & holes; /* the next subset of the holes */
	} while (pick);
	return 0;
}

int ipt_address(struct str text, enum family family, struct arena *a, struct spanlist *into)
{
	struct str host = str_cut(&text, '/');
	u128 value, mask = family_max(family);
	int r = one_address(host, family, &value);

	(void)a;
	if (r == 0 && text.p)
		r = parse_mask(text, family, &mask);
	return r < 0 ? r : open_bits(value & mask, family_max(family) & ~mask, into);
}

int ipt_range(struct str text, enum family family, u128 *ret_lo, u128 *ret_hi)
{
	struct str first = str_cut(&text, '-');
	u128 lo, hi;
	int r = one_address(first, family, &lo);

	hi = lo;
	if (r == 0 && text.p)
		r = one_address(text, family, &hi);
	if (r == E_UNKNOWN || (r == 0 && lo > hi))
		r = E_SYNTAX;
	if (r == 0) {
		*ret_lo = lo;
		*ret_hi = hi;
	}
	return r;
}

/* ---- ports and protocols ---- */

static int one_port(struct str text, unsigned *ret)
{
	uint64_t port;
	u128 named;

	if (str_u64(text, UINT16_MAX, &port) == 0) {
		*ret = (unsigned)port;
		return 0;
	}
	if (nft_symbol_number(NFT_T_INET_SERVICE, text, &named) < 0)
		return E_SYNTAX;
	*ret = (unsigned)named;
	return 0;
}

int ipt_port(struct str text, char sep, unsigned *ret_lo, unsigned *ret_hi)
{
	unsigned lo = 0, hi = UINT16_MAX;
	size_t at = str_find(text, sep);
	struct str end = { text.p + at + 1, text.n - at - 1 };
	int r;

	/* Some services' names have a dash. */
	if (at == text.n || one_port(text, &lo) == 0) {
		r = one_port(text, &lo);
		hi = lo;
	} else {
		r = at ? one_port((struct str){ text.p, at }, &lo) : 0;
		if (r == 0 && end.n)
			r = one_port(end, &hi);
	}
	if (r < 0 || lo > hi)
		return E_SYNTAX;
	*ret_lo = lo;
	*ret_hi = hi;
	return 0;
}

/* What else iptables-save and ipset call protocols by name (the names of /etc/protocols). */
static const struct protocol_word {
	const char *name;
	uint8_t proto;
} protocol_words[] = {
	{ "ip", 0 },
	{ "hopopt", 0 },
	{ "ipip", 94 }, /* not 4, which is ipencap */
	{ "ggp", 3 },
	{ "st", 5 },
	{ "pup", 12 },
	{ "hmp", 20 },
	{ "xns-idp", 22 },
	{ "rdp", 27 },
	{ "iso-tp4", 29 },
	{ "xtp", 36 },
	{ "ddp", 37 },
	{ "idpr-cmtp", 38 },
	{ "ipv6-route", 43 },
	{ "ipv6-frag", 44 },
	{ "idrp", 45 },
	{ "rsvp", 46 },
	{ "skip", 57 },
	{ "ipv6-nonxt", 59 },
	{ "ipv6-opts", 60 },
	{ "rspf", 73 },
	{ "vmtp", 81 },
	{ "ax.25", 93 },
	{ "etherip", 97 },
	{ "encap", 98 },
	{ "isis", 124 },
	{ "fc", 133 },
	{ "mobility-header", 135 },
	{ "manet", 138 },
	{ "hip", 139 },
	{ "shim6", 140 },
	{ "wesp", 141 },
	{ "rohc", 142 },
	{ "ethernet", 143 },
};

int ipt_protocol(struct str text, unsigned *ret)
{
	uint8_t proto;

	if (str_is_nocase(text, "all")) {
		*ret = 0;
		return 0;
	}
	for (size_t i = 0; i < ARRAY_LEN(protocol_words); i++) {
		if (str_is_nocase(text, protocol_words[i].name)) {
			*ret = protocol_words[i].proto;
			return 0;
		}
	}
	if (proto_parse(text, &proto) < 0)
		return E_UNKNOWN;
	*ret = proto;
	return 0;
}

/* ---- ICMP ---- */

enum { ANY_CODE = -1, ANY_TYPE = 255 };

static const struct icmp_word {
	const char *name;
	enum family family;
	int type, code;
} icmp_words[] = {
	{ "any", FAMILY_V4, ANY_TYPE, ANY_CODE },
	{ "echo-reply", FAMILY_V4, 0, ANY_CODE },
	{ "pong", FAMILY_V4, 0, ANY_CODE },
	{ "destination-unreachable", FAMILY_V4, 3, ANY_CODE },
	{ "network-unreachable", FAMILY_V4, 3, 0 },
	{ "host-unreachable", FAMILY_V4, 3, 1 },
	{ "protocol-unreachable", FAMILY_V4, 3, 2 },
	{ "port-unreachable", FAMILY_V4, 3, 3 },
	{ "fragmentation-needed", FAMILY_V4, 3, 4 },
	{ "source-route-failed", FAMILY_V4, 3, 5 },
	{ "network-unknown", FAMILY_V4, 3, 6 },
	{ "host-unknown", FAMILY_V4, 3, 7 },
	{ "network-prohibited", FAMILY_V4, 3, 9 },
	{ "host-prohibited", FAMILY_V4, 3, 10 },
	{ "TOS-network-unreachable", FAMILY_V4, 3, 11 },
	{ "TOS-host-unreachable", FAMILY_V4, 3, 12 },
	{ "communication-prohibited", FAMILY_V4, 3, 13 },
	{ "host-precedence-violation", FAMILY_V4, 3, 14 },
	{ "precedence-cutoff", FAMILY_V4, 3, 15 },
	{ "source-quench", FAMILY_V4, 4, ANY_CODE },
	{ "redirect", FAMILY_V4, 5, ANY_CODE },
	{ "network-redirect", FAMILY_V4, 5, 0 },
	{ "host-redirect", FAMILY_V4, 5, 1 },
	{ "TOS-network-redirect", FAMILY_V4, 5, 2 },
	{ "TOS-host-redirect", FAMILY_V4, 5, 3 },
	{ "echo-request", FAMILY_V4, 8, ANY_CODE },
	{ "ping", FAMILY_V4, 8, ANY_CODE },
	{ "router-advertisement", FAMILY_V4, 9, ANY_CODE },
	{ "router-solicitation", FAMILY_V4, 10, ANY_CODE },
	{ "time-exceeded", FAMILY_V4, 11, ANY_CODE },
	{ "ttl-exceeded", FAMILY_V4, 11, ANY_CODE },
	{ "ttl-zero-during-transit", FAMILY_V4, 11, 0 },
	{ "ttl-zero-during-reassembly", FAMILY_V4, 11, 1 },
	{ "parameter-problem", FAMILY_V4, 12, ANY_CODE },
	{ "ip-header-bad", FAMILY_V4, 12, 0 },
	{ "required-option-missing", FAMILY_V4, 12, 1 },
	{ "timestamp-request", FAMILY_V4, 13, ANY_CODE },
	{ "timestamp-reply", FAMILY_V4, 14, ANY_CODE },
	{ "address-mask-request", FAMILY_V4, 17, ANY_CODE },
	{ "address-mask-reply", FAMILY_V4, 18, ANY_CODE },
	{ "destination-unreachable", FAMILY_V6, 1, ANY_CODE },
	{ "no-route", FAMILY_V6, 1, 0 },
	{ "communication-prohibited", FAMILY_V6, 1, 1 },
	{ "beyond-scope", FAMILY_V6, 1, 2 },
	{ "address-unreachable", FAMILY_V6, 1, 3 },
	{ "port-unreachable", FAMILY_V6, 1, 4 },
	{ "failed-policy", FAMILY_V6, 1, 5 },
	{ "reject-route", FAMILY_V6, 1, 6 },
	{ "packet-too-big", FAMILY_V6, 2, ANY_CODE },
	{ "time-exceeded", FAMILY_V6, 3, ANY_CODE },
	{ "ttl-exceeded", FAMILY_V6, 3, ANY_CODE },
	{ "ttl-zero-during-transit", FAMILY_V6, 3, 0 },
	{ "ttl-zero-during-reassembly", FAMILY_V6, 3, 1 },
	{ "parameter-problem", FAMILY_V6, 4, ANY_CODE },
	{ "bad-header", FAMILY_V6, 4, 0 },
	{ "unknown-header-type", FAMILY_V6, 4, 1 },
	{ "unknown-option", FAMILY_V6, 4, 2 },
	{ "echo-request", FAMILY_V6, 128, ANY_CODE },
	{ "ping", FAMILY_V6, 128, ANY_CODE },
	{ "echo-reply", FAMILY_V6, 129, ANY_CODE },
	{ "pong", FAMILY_V6, 129, ANY_CODE },
	{ "router-solicitation", FAMILY_V6, 133, ANY_CODE },
	{ "router-advertisement", FAMILY_V6, 134, ANY_CODE },
	{ "neighbour-solicitation", FAMILY_V6, 135, ANY_CODE },
	{ "neighbor-solicitation", FAMILY_V6, 135, ANY_CODE },
	{ "neighbour-advertisement", FAMILY_V6, 136, ANY_CODE },
	{ "neighbor-advertisement", FAMILY_V6, 136, ANY_CODE },
	{ "redirect", FAMILY_V6, 137, ANY_CODE },
};

static int icmp_number(struct str text, int *ret_type, int *ret_code)
{
	struct str type = str_cut(&text, '/');
	uint64_t t, c;

	if (str_u64(type, UINT8_MAX, &t) < 0)
		return E_SYNTAX;
	*ret_type = (int)t;
	*ret_code = ANY_CODE;
	if (!text.p)
		return 0;
	if (str_u64(text, UINT8_MAX, &c) < 0)
		return E_SYNTAX;
	*ret_code = (int)c;
	return 0;
}

int ipt_icmp(struct str text, enum family family, struct spanlist *into)
{
	int type = -1, code = ANY_CODE;

	for (size_t i = 0; i < ARRAY_LEN(icmp_words); i++) {
		if (icmp_words[i].family == family && str_is(text, icmp_words[i].name)) {
			type = icmp_words[i].type;
			code = icmp_words[i].code;
		}
	}
	if (type < 0 && icmp_number(text, &type, &code) < 0)
		return E_SYNTAX;
	if (type == ANY_TYPE && family == FAMILY_V4) /* icmp_type_code_match() of the kernel */
		return spanlist_add(into, 0, UINT16_MAX);
	if (code == ANY_CODE)
		return spanlist_add(into, (u128)type << 8, (u128)type << 8 | 0xff);
	return spanlist_add(into, (u128)type << 8 | (u128)code, (u128)type << 8 | (u128)code);
}
