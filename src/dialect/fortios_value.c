/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/fortios_value.h"

#include <errno.h>

#include "base/err.h"
#include "base/show.h"
#include "dialect/spans.h"
#include "net/prefix.h"

enum { PORT_MAX = 65535 };

static int refuse(const struct fos_values *v, const struct fos_field *f, const char *what,
		  const char *hint)
{
	struct str word = f->n ? f->value[0] : STR("");

	diag_error(v->d, f->at, "%s: '%s' is no %s", show(f->key).text, show(word).text, what);
	diag_hint(v->d, "%s", hint);
	return E_SYNTAX;
}

/* ---- addresses ---- */

static bool parse(struct str word, enum family family, u128 *ret)
{
	struct addr a;

	if (addr_parse(word, &a) < 0 || a.family != family)
		return false;
	*ret = a.value;
	return true;
}

static int prefix_spans(const struct fos_values *v, u128 value, unsigned len, enum family family,
			struct flow_spans *ret)
{
	struct addr_range range = prefix_range(prefix_masked((struct addr){ family, value }, len));

	return spans_one(range.lo, range.hi, v->config->arena, ret);
}

/* The ones of a netmask, which come first; -1: it has holes. */
static int mask_length(uint32_t mask)
{
	uint32_t rest = ~mask;

	return rest & (rest + 1) ? -1 : 32 - __builtin_popcount(rest);
}

int fos_subnet(const struct fos_values *v, const struct fos_field *f, enum family family,
	       struct flow_spans *ret)
{
	static const char hint[] = "ADDRESS MASK or ADDRESS/LENGTH";
	struct str rest = f->n ? f->value[0] : STR(""), address = str_cut(&rest, '/');
	uint64_t len = family_bits(family);
	u128 value, mask = 0;

	if (!parse(address, family, &value))
		return refuse(v, f, family == FAMILY_V6 ? "IPv6 prefix" : "IPv4 subnet", hint);
	if (f->n == 2 && family == FAMILY_V4 && !rest.p) {
		if (!parse(f->value[1], family, &mask) || mask_length((uint32_t)mask) < 0)
			return refuse(v, f, "subnet with a netmask", hint);
		len = (uint64_t)mask_length((uint32_t)mask);
	} else if (f->n != 1 || (rest.p && str_u64(rest, len, &len) < 0)) {
		return refuse(v, f, "subnet", hint);
	}
	return prefix_spans(v, value, (unsigned)len, family, ret);
}

int fos_wildcard(const struct fos_values *v, const struct fos_field *f, struct flow_spans *ret,
		 bool *ret_vague)
{
	struct spanlist l = SPANLIST_INIT(v->config->arena);
	u128 value, mask;
	uint32_t base, wild, low, high, part = 0;
	int r = 0;

	if (f->n != 2 || !parse(f->value[0], FAMILY_V4, &value) ||
	    !parse(f->value[1], FAMILY_V4, &mask))
		return refuse(v, f, "wildcard", "ADDRESS MASK");
	wild = ~(uint32_t)mask;
	base = (uint32_t)value & ~wild;
	low = wild & ~(wild + 1);
	high = wild & ~low;
	*ret_vague = (uint64_t)1 << __builtin_popcount(high) > FOS_MASK_SPANS_MAX;
	if (wild == UINT32_MAX || *ret_vague)
		return spans_one(base, base | wild, v->config->arena, ret);
	v->config->spans += (size_t)1 << __builtin_popcount(high);
	if (v->config->spans > FOS_SPANS_MAX) {
		diag_error(v->d, f->at, "addresses stand for more than %d ranges", FOS_SPANS_MAX);
		return E_LIMIT;
	}
	do {
		r = spanlist_add(&l, base | part, base | part | low);
		part = (part - high) & high;
	} while (r == 0 && part);
	if (r == 0)
		*ret = spanlist_seal(&l);
	return r;
}

int fos_address(const struct fos_values *v, const struct fos_field *f, enum family family,
		u128 *ret)
{
	if (f->n != 1 || !parse(f->value[0], family, ret))
		return refuse(v, f, family == FAMILY_V6 ? "IPv6 address" : "IPv4 address",
			      "one address");
	return 0;
}

int fos_address_range(const struct fos_values *v, const struct fos_field *f, struct str word,
		      enum family family, struct flow_spans *ret)
{
	struct str rest = word, first = str_cut(&rest, '-');
	u128 lo, hi;

	if (!parse(first, family, &lo) || !parse(rest.p ? rest : first, family, &hi) || lo > hi)
		return refuse(v, f, "address or range of addresses", "ADDRESS or ADDRESS-ADDRESS");
	return spans_one(lo, hi, v->config->arena, ret);
}

/* ---- numbers ---- */

int fos_number(const struct fos_values *v, const struct fos_field *f, uint64_t max, uint64_t *ret)
{
	if (f->n != 1 || str_u64(f->value[0], max, ret) < 0)
		return refuse(v, f, "number that fits here", "a number");
	return 0;
}

static int port_range(struct str text, struct arena *a, struct flow_spans *ret)
{
	struct str rest = text, first = str_cut(&rest, '-');
	uint64_t lo, hi;

	if (str_u64(first, PORT_MAX, &lo) < 0 ||
	    str_u64(rest.p ? rest : first, PORT_MAX, &hi) < 0 || lo > hi)
		return E_SYNTAX;
	return spans_one(lo, hi, a, ret);
}

int fos_ports(const struct fos_values *v, const struct fos_field *f, struct str word,
	      struct flow_spans *ret_dport, struct flow_spans *ret_sport)
{
	struct str rest = word, dst = str_cut(&rest, ':');
	int r = port_range(dst, v->config->arena, ret_dport);

	*ret_sport = SPANS_ANY;
	if (r == 0 && rest.p)
		r = port_range(rest, v->config->arena, ret_sport);
	return r == E_SYNTAX ? refuse(v, f, "port range",
				      "PORT, PORT-PORT, or either with "
				      ":SOURCE-SOURCE behind it")
			     : r;
}
