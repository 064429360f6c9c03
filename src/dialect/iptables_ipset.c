/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of ipset save: create NAME TYPE ..., add NAME ENTRY ... */
#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/show.h"
#include "dialect/iptables_parsing.h"
#include "dialect/iptables_value.h"
#include "net/prefix.h"
#include "net/proto.h"

static const struct {
	const char *word;
	enum ipt_part_kind kind;
} part_words[] = {
	{ "ip", PART_IP },	     { "net", PART_NET }, { "port", PART_PORT },
	{ "iface", PART_INTERFACE }, { "set", PART_SET },
};

/* Words of create and add with how many words follow; those not here are refused. */
static const struct {
	const char *word;
	unsigned args;
} extras[] = {
	{ "family", 1 },     { "hashsize", 1 }, { "maxelem", 1 },  { "netmask", 1 },
	{ "bitmask", 1 },    { "timeout", 1 },	{ "range", 1 },	   { "size", 1 },
	{ "bucketsize", 1 }, { "initval", 1 },	{ "counters", 0 }, { "comment", 0 },
	{ "skbinfo", 0 },    { "forceadd", 0 }, { "markmask", 1 }, { "probes", 1 },
	{ "resize", 1 },     { "gc", 1 },	{ "-exist", 0 },
};

static const struct {
	const char *word;
	unsigned args;
} entry_extras[] = {
	{ "timeout", 1 }, { "packets", 1 },  { "bytes", 1 },   { "comment", 1 },  { "skbmark", 1 },
	{ "skbprio", 1 }, { "skbqueue", 1 }, { "nomatch", 0 }, { "wildcard", 0 }, { "-exist", 0 },
};

bool ipt_is_set_line(struct str line)
{
	return str_starts(line, "create ") || str_starts(line, "add ");
}

int ipt_mark_filled(struct ipt_config *c, struct str name)
{
	int r = strmap_add(&c->filled, name, 0);

	return r == -EEXIST ? 0 : r;
}

static struct str word(const struct parsing *p, size_t i)
{
	return i < p->words.n ? p->words.word[i].text : STR("");
}

/* ---- create ---- */

static int parse_type(struct parsing *p, struct ipt_set *s)
{
	struct str rest = s->type, method = str_cut(&rest, ':');

	s->bitmap = str_is(method, "bitmap");
	while (rest.p) {
		struct str part = str_cut(&rest, ',');
		enum ipt_part_kind kind = PART_OTHER;

		if (s->parts == IPT_PARTS_MAX)
			return ipt_refuse(p, E_SYNTAX, NULL, "%s is no type of a set",
					  show(s->type).text);
		for (size_t i = 0; i < ARRAY_LEN(part_words); i++)
			if (str_is(part, part_words[i].word))
				kind = part_words[i].kind;
		s->part[s->parts++] = kind;
	}
	if (!s->parts)
		return ipt_refuse(p, E_SYNTAX, "hash:net, list:set, ...", "%s is no type of a set",
				  show(s->type).text);
	return 0;
}

static int create_option(struct parsing *p, size_t i, struct ipt_set *s)
{
	struct str key = word(p, i), value = word(p, i + 1);
	uint64_t n = 0;

	if (str_is(key, "family")) {
		s->family = str_is(value, "inet6") ? FAMILY_V6 : FAMILY_V4;
		return str_is(value, "inet6") || str_is(value, "inet")
			       ? 0
			       : ipt_refuse(p, E_SYNTAX, "inet or inet6", "%s is no family",
					    show(value).text);
	}
	if (str_is(key, "netmask") || str_is(key, "timeout")) {
		if (str_u64(value, UINT32_MAX, &n) < 0)
			return ipt_refuse(p, E_SYNTAX, NULL, "%s %s is no number", show(key).text,
					  show(value).text);
		if (str_is(key, "netmask"))
			s->netmask = (unsigned)n;
		else
			s->timeout = n > 0;
	}
	if (str_is(key, "bitmask")) /* an address with holes: what is in it is not modelled */
		return ipt_mark_filled(p->config, s->name);
	return 0;
}

static int create_options(struct parsing *p, struct ipt_set *s)
{
	for (size_t i = 3; i < p->words.n;) {
		size_t k = 0;
		int r;

		while (k < ARRAY_LEN(extras) && !str_is(word(p, i), extras[k].word))
			k++;
		if (k == ARRAY_LEN(extras) || i + extras[k].args >= p->words.n)
			return ipt_refuse(p, E_SYNTAX, NULL, "create: %s is not understood",
					  show(word(p, i)).text);
		r = create_option(p, i, s);
		if (r < 0)
			return r;
		i += 1 + extras[k].args;
	}
	return s->netmask <= family_bits(s->family)
		       ? 0
		       : ipt_refuse(p, E_SYNTAX, NULL, "netmask %u is too long", s->netmask);
}

static int create(struct parsing *p)
{
	struct ipt_config *c = p->config;
	struct ipt_set s = { .name = word(p, 1),
			     .type = word(p, 2),
			     .file = p->file,
			     .line = p->line,
			     .family = FAMILY_V4 };
	int r = parse_type(p, &s);

	if (r == 0 && s.name.n > IPTABLES_SET_NAME_MAX)
		r = ipt_refuse(p, E_LIMIT, NULL, "set name %s: more than %d bytes",
			       show(s.name).text, IPTABLES_SET_NAME_MAX);
	if (r == 0)
		r = create_options(p, &s);
	if (r == 0 && c->sets == IPTABLES_SETS_MAX)
		r = ipt_refuse(p, E_LIMIT, NULL, "more than %d sets", IPTABLES_SETS_MAX);
	if (r == 0)
		r = mem_grow(&c->set, &c->set_cap, c->sets + 1, sizeof(*c->set));
	if (r == 0)
		r = strmap_add(&c->set_by_name, s.name, c->sets);
	if (r == -EEXIST)
		return ipt_refuse(p, E_CONFLICT, NULL, "set %s is created twice",
				  show(s.name).text);
	if (r == 0)
		c->set[c->sets++] = s;
	return r;
}

/* ---- entries ---- */

static unsigned common_len(u128 lo, u128 hi, enum family family)
{
	unsigned len = family_bits(family);

	for (u128 differ = lo ^ hi; differ; differ >>= 1)
		len--;
	return len;
}

/* "10.0.0.0/8", "10.0.0.1-10.0.0.9", "10.0.0.1". */
static int address_part(struct parsing *p, const struct ipt_set *s, struct str text,
			struct ipt_part *ret)
{
	struct spanlist list = SPANLIST_INIT(p->arena);
	bool range = str_find(text, '-') < text.n;
	unsigned mask = s->netmask ? s->netmask : family_bits(s->family);
	u128 host = family_max(s->family) &
		    ~(mask ? family_max(s->family) << (family_bits(s->family) - mask) : 0);
	u128 lo, hi;
	int r = range ? ipt_range(text, s->family, &lo, &hi)
		      : ipt_address(text, s->family, p->arena, &list);

	if (r == -ENOMEM)
		return r;
	if (r == 0 && !range && list.n != 1)
		r = E_SYNTAX;
	if (r < 0)
		return ipt_refuse(p, r, NULL, "%s is no address of %s", show(text).text,
				  s->family == FAMILY_V6 ? "IPv6 (family inet6)"
							 : "IPv4 (family inet)");
	if (!range) {
		lo = list.span[0].lo;
		hi = list.span[0].hi;
	}
	ret->len = common_len(lo, hi, s->family);
	return spans_one(lo & ~host, hi | host, p->arena, &ret->spans);
}

/* "tcp:80-90", "80" (then TCP), "icmp:8/0", "gre:0"; of a bitmap "80-90". */
static int port_part(struct parsing *p, const struct ipt_set *s, struct str text,
		     struct ipt_part *ret)
{
	struct spanlist list = SPANLIST_INIT(p->arena);
	struct str rest = text, proto = str_cut(&rest, ':');
	unsigned lo, hi;
	int r;

	ret->proto = PROTO_TCP;
	if (!rest.p)
		rest = proto;
	else if (ipt_protocol(proto, &ret->proto) < 0 || s->bitmap)
		return ipt_refuse(p, E_SYNTAX, NULL, "%s is no protocol", show(proto).text);
	if (ret->proto == (s->family == FAMILY_V6 ? PROTO_ICMPV6 : PROTO_ICMP) && rest.n &&
	    (ascii_lower(rest.p[0]) > '9' || str_find(rest, '/') < rest.n)) {
		r = ipt_icmp(rest, s->family, &list);
		/* A set holds one type and code: a type alone is with code 0. */
		if (r == 0 && list.span[0].lo != list.span[0].hi)
			list.span[0].hi = list.span[0].lo;
	} else {
		r = ipt_port(rest, '-', &lo, &hi);
		if (r == 0)
			r = spanlist_add(&list, lo, hi);
	}
	if (r == E_SYNTAX)
		return ipt_refuse(p, r, "PROTOCOL:PORT", "%s is no port", show(text).text);
	if (r == 0)
		ret->spans = spanlist_seal(&list);
	return r;
}

static int parse_part(struct parsing *p, const struct ipt_set *s, size_t i, struct str text,
		      struct ipt_part *ret)
{
	ret->name = text;
	switch (s->part[i]) {
	case PART_IP:
	case PART_NET:
		return address_part(p, s, text, ret);
	case PART_PORT:
		return port_part(p, s, text, ret);
	default:
		return 0;
	}
}

static int entry_options(struct parsing *p, struct ipt_entry *e)
{
	for (size_t i = 3; i < p->words.n;) {
		size_t k = 0;
		struct str key = word(p, i);

		while (k < ARRAY_LEN(entry_extras) && !str_is(key, entry_extras[k].word))
			k++;
		if (k == ARRAY_LEN(entry_extras) || i + entry_extras[k].args >= p->words.n)
			return ipt_refuse(p, E_SYNTAX, NULL, "add: %s is not understood",
					  show(key).text);
		if (str_is(key, "nomatch"))
			e->nomatch = true;
		if (str_is(key, "timeout"))
			e->maybe = !str_is(word(p, i + 1), "0");
		for (size_t j = 0; str_is(key, "wildcard") && j < IPT_PARTS_MAX; j++)
			e->part[j].wildcard = true;
		i += 1 + entry_extras[k].args;
	}
	return 0;
}

static int add_entry(struct parsing *p, struct ipt_set *s, const struct ipt_entry *e)
{
	int r;

	if (p->config->entries == IPTABLES_ENTRIES_MAX)
		return ipt_refuse(p, E_LIMIT, NULL, "more than %d entries", IPTABLES_ENTRIES_MAX);
	r = mem_grow(&s->entry, &s->cap, s->entries + 1, sizeof(*e));
	if (r == 0) {
		s->entry[s->entries++] = *e;
		p->config->entries++;
	}
	return r;
}

/*
 * How many host bits the widest network has that begins at `lo` and ends at `hi` at most. A set of
 * networks has none of length 0: all addresses are two halves there (so not range_prefixes()).
 */
static unsigned widest(u128 lo, u128 hi, unsigned bits)
{
	unsigned host = 0;

	while (host + 1 < bits && !(lo >> host & 1) && hi - lo >= ((u128)2 << host) - 1)
		host++;
	return host;
}

/*
 * A range in a set of networks is the prefixes that it is made of: which of two entries is looked
 * at first depends on their lengths.
 */
static int add_networks(struct parsing *p, struct ipt_set *s, struct ipt_entry *e, size_t i)
{
	const struct flow_span range = i < s->parts && s->part[i] == PART_NET
					       ? e->part[i].spans.span[0]
					       : (struct flow_span){ 0, 0 };
	unsigned bits = family_bits(s->family);
	u128 lo = range.lo;
	int r;

	if (i == s->parts)
		return add_entry(p, s, e);
	if (s->part[i] != PART_NET)
		return add_networks(p, s, e, i + 1);
	for (;;) {
		unsigned host = widest(lo, range.hi, bits);

		e->part[i].len = bits - host;
		r = spans_one(lo, lo + ((u128)1 << host) - 1, p->arena, &e->part[i].spans);
		if (r == 0)
			r = add_networks(p, s, e, i + 1);
		if (r < 0 || lo + ((u128)1 << host) - 1 >= range.hi)
			return r;
		lo += (u128)1 << host;
	}
}

static bool is_network(const struct ipt_entry *e, const struct ipt_set *s, size_t i)
{
	const struct flow_span *span = e->part[i].spans.span;
	u128 host = span->lo ^ span->hi;

	(void)s;
	return (host & (host + 1)) == 0 && (span->lo & host) == 0;
}

static int add(struct parsing *p)
{
	struct str rest = word(p, 2);
	struct ipt_entry e = { 0 };
	struct ipt_set *s;
	size_t at;
	bool networks = true;
	int r = 0;

	if (strmap_get(&p->config->set_by_name, word(p, 1), &at) < 0)
		return ipt_refuse(p, E_UNKNOWN, "create it before", "there is no set %s",
				  show(word(p, 1)).text);
	s = &p->config->set[at];
	e.maybe = s->timeout;
	for (size_t i = 0; r == 0 && i < s->parts; i++) {
		if (!rest.p)
			return ipt_refuse(p, E_SYNTAX, NULL, "an entry of %s has %zu parts",
					  show(s->type).text, s->parts);
		/* A part that nobody models may hold commas of its own. */
		r = parse_part(p, s, i, i + 1 == s->parts ? rest : str_cut(&rest, ','), &e.part[i]);
	}
	if (r == 0)
		r = entry_options(p, &e);
	for (size_t i = 0; r == 0 && i < s->parts; i++)
		networks = networks && (s->part[i] != PART_NET || is_network(&e, s, i));
	if (r < 0)
		return r;
	return networks ? add_entry(p, s, &e) : add_networks(p, s, &e, 0);
}

int ipt_parse_set_line(struct parsing *p)
{
	if (p->words.n < 3)
		return ipt_refuse(p, E_SYNTAX, NULL,
				  "create NAME TYPE or add NAME ENTRY is expected");
	return str_is(word(p, 0), "create") ? create(p) : add(p);
}
