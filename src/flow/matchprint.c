/* SPDX-License-Identifier: Apache-2.0 */
/* A match for people, on one line. */

#include "flow/flowset.h"
#include "flow/match.h"
#include "flow/words.h"
#include "net/proto.h"

enum {
	PREFIXES_A_SPAN = 3, /* more of them read worse than "first-last" */
	WORDS_A_SPAN = 5
};

struct printer {
	const struct flow_mgr *mgr; /* knows zones; may be NULL */
	const struct flow_match *match;
	size_t most; /* items of a list */
	struct buf *out;
};

/* A list being printed: at most `most` items, then how many more. */
struct items {
	struct buf *out;
	const char *between;
	size_t most, n;
};

/* Is this item to be printed? Then its separator has been. */
static bool item_begins(struct items *l)
{
	if (l->n++ >= l->most)
		return false;
	if (l->n > 1)
		buf_adds(l->out, l->between);
	return true;
}

static void items_end(const struct items *l)
{
	if (l->n > l->most)
		buf_printf(l->out, "%s(+%zu more)", l->most ? l->between : "", l->n - l->most);
}

/* ---- numbers and words ---- */

typedef void (*print_value)(const struct printer *p, u128 value);

static void print_number(const struct printer *p, u128 value)
{
	buf_printf(p->out, "%u", (unsigned)value);
}

static void print_word(const struct printer *p, const char *word, u128 value)
{
	if (word)
		buf_adds(p->out, word);
	else
		print_number(p, value);
}

static void print_state(const struct printer *p, u128 value)
{
	print_word(p, flow_state_name((enum flow_state)value), value);
}

static void print_proto(const struct printer *p, u128 value)
{
	print_word(p, proto_name((uint8_t)value), value);
}

static const char *zone_name(const struct printer *p, u128 value)
{
	return p->mgr ? flow_zone_name(p->mgr, (uint16_t)value) : NULL;
}

static void print_zone(const struct printer *p, u128 value)
{
	print_word(p, zone_name(p, value), value);
}

/* What has words is listed word by word when it is not long; "first-last" otherwise. */
static void print_span(const struct printer *p, struct flow_span s, print_value print,
		       struct items *l)
{
	if (print != print_number && s.hi - s.lo < WORDS_A_SPAN) {
		for (u128 v = s.lo; v <= s.hi; v++)
			if (item_begins(l))
				print(p, v);
		return;
	}
	if (!item_begins(l))
		return;
	print_number(p, s.lo);
	if (s.lo == s.hi)
		return;
	buf_addc(p->out, '-');
	print_number(p, s.hi);
}

static void print_spans(const struct printer *p, enum flow_dim dim, print_value print)
{
	struct items l = { .out = p->out, .between = ",", .most = p->most };
	struct flow_spans s = p->match->dim[dim];

	for (size_t i = 0; i < s.n; i++)
		print_span(p, s.span[i], print, &l);
	items_end(&l);
	if (!s.n)
		buf_adds(p->out, "none");
}

/* ---- addresses ---- */

struct few_prefixes {
	struct prefix prefix[PREFIXES_A_SPAN];
	size_t n;
};

static int keep_prefix(void *data, struct prefix p)
{
	struct few_prefixes *few = data;

	if (few->n == PREFIXES_A_SPAN)
		return -1;
	few->prefix[few->n++] = p;
	return 0;
}

static void print_prefix(struct prefix p, struct buf *out)
{
	if (p.len == family_bits(p.family))
		addr_print((struct addr){ p.family, p.value }, out);
	else
		prefix_print(p, out);
}

static void print_range(struct addr_range range, struct items *l)
{
	struct few_prefixes few = { .n = 0 };

	if (range_prefixes(range, keep_prefix, &few) == 0) {
		for (size_t i = 0; i < few.n; i++)
			if (item_begins(l))
				print_prefix(few.prefix[i], l->out);
	} else if (item_begins(l)) {
		addr_print((struct addr){ range.family, range.lo }, l->out);
		buf_addc(l->out, '-');
		addr_print((struct addr){ range.family, range.hi }, l->out);
	}
}

static void print_family(enum family family, struct flow_spans s, struct items *l)
{
	if (!s.span)
		print_range((struct addr_range){ family, 0, family_max(family) }, l);
	for (size_t i = 0; s.span && i < s.n; i++)
		print_range((struct addr_range){ family, s.span[i].lo, s.span[i].hi }, l);
}

static bool has_family(const struct flow_match *m, unsigned value)
{
	struct flow_spans s = m->dim[FLOW_FAMILY];

	for (size_t i = 0; i < s.n; i++)
		if (s.span[i].lo <= value && value <= s.span[i].hi)
			return true;
	return !s.span;
}

static void wrap(const char *before, const struct buf *text, const char *after, struct buf *out)
{
	buf_adds(out, before);
	buf_addstr(out, buf_str(text));
	buf_adds(out, after);
	if (text->r < 0)
		out->r = text->r;
}

/* "any", "10.0.0.0/8", "{10.0.0.0/8, fd00::/8}"; "[fd00::/8]" where a port follows. */
static void print_addresses(const struct printer *p, bool source, bool port)
{
	struct flow_spans a4 = p->match->dim[source ? FLOW_SRC4 : FLOW_DST4];
	struct flow_spans a6 = p->match->dim[source ? FLOW_SRC6 : FLOW_DST6];
	bool v4 = has_family(p->match, 0), v6 = has_family(p->match, 1);
	struct buf text = BUF_INIT;
	struct items l = { .out = &text, .between = ", ", .most = p->most };

	if (v4 && v6 && !a4.span && !a6.span) {
		buf_adds(p->out, "any");
		return;
	}
	if (v4)
		print_family(FAMILY_V4, a4, &l);
	if (v6)
		print_family(FAMILY_V6, a6, &l);
	items_end(&l);
	if (!l.n)
		buf_adds(&text, "none");
	if (l.n > 1)
		wrap("{", &text, "}", p->out);
	else if (port && str_find(buf_str(&text), ':') < text.n)
		wrap("[", &text, "]", p->out);
	else
		wrap("", &text, "", p->out);
	buf_release(&text);
}

/* ---- ports and ICMP types ---- */

static bool is_icmp(const struct flow_match *m)
{
	struct flow_spans s = m->dim[FLOW_PROTO];

	return s.span && s.n == 1 && s.span->lo == s.span->hi &&
	       (s.span->lo == PROTO_ICMP || s.span->lo == PROTO_ICMPV6);
}

static void print_type(const struct printer *p, u128 value)
{
	buf_printf(p->out, "%u/%u", (unsigned)value >> 8, (unsigned)value & 0xff);
}

/* "type 8", "type 3/4": without a code where all codes are meant. */
static void print_types(const struct printer *p)
{
	struct items l = { .out = p->out, .between = ",", .most = p->most };
	struct flow_spans s = p->match->dim[FLOW_DPORT];

	buf_adds(p->out, " type ");
	for (size_t i = 0; i < s.n; i++) {
		bool whole = (s.span[i].lo & 0xff) == 0 && (s.span[i].hi & 0xff) == 0xff;
		print_value print = whole ? print_number : print_type;
		unsigned shift = whole ? 8 : 0;

		if (!item_begins(&l))
			continue;
		print(p, s.span[i].lo >> shift);
		if (s.span[i].lo >> shift == s.span[i].hi >> shift)
			continue;
		buf_addc(p->out, '-');
		print(p, s.span[i].hi >> shift);
	}
	items_end(&l);
	if (!s.n)
		buf_adds(p->out, "none");
}

static void print_end(const struct printer *p, bool source)
{
	enum flow_dim dim = source ? FLOW_SPORT : FLOW_DPORT;
	bool port = p->match->dim[dim].span && (source || !is_icmp(p->match));

	print_addresses(p, source, port);
	if (!port)
		return;
	buf_addc(p->out, ':');
	print_spans(p, dim, print_number);
}

/* ---- the rest ---- */

static void print_patterns(const struct printer *p, const char *word, const struct pattern *pattern,
			   size_t n)
{
	struct items l = { .out = p->out, .between = ", ", .most = p->most };

	buf_adds(p->out, word);
	for (size_t i = 0; i < n; i++)
		if (item_begins(&l))
			pattern_print(&pattern[i], p->out);
	items_end(&l);
	if (!n)
		buf_adds(p->out, "none");
}

static void print_names(const struct printer *p)
{
	const struct flow_match *m = p->match;

	if (m->name)
		print_patterns(p, " name ", m->name, m->names);
	if (m->except && m->excepts)
		print_patterns(p, m->name ? " except " : " name any except ", m->except,
			       m->excepts);
}

/* Zones with a name one by one; of the rest, first and last number. */
static void print_zone_span(const struct printer *p, struct flow_span s, struct items *l)
{
	for (; s.lo <= s.hi && (s.lo == 0 || zone_name(p, s.lo)); s.lo++)
		if (item_begins(l))
			print_zone(p, s.lo);
	if (s.lo <= s.hi)
		print_span(p, s, print_number, l);
}

/* Everything but the spans, and but 0, which is no interface. */
static void print_other_zones(const struct printer *p, struct flow_spans s)
{
	struct items l = { .out = p->out, .between = ",", .most = p->most };
	u128 next = 1;

	buf_adds(p->out, "any");
	for (size_t i = 0; i < s.n; i++) {
		if (s.span[i].lo > next) {
			buf_adds(p->out, l.n ? "" : " but ");
			print_zone_span(p, (struct flow_span){ next, s.span[i].lo - 1 }, &l);
		}
		next = s.span[i].hi + 1;
	}
	items_end(&l);
}

/* "lan,dmz", or "any but lan" when interfaces that nobody named are in it too. */
static void print_zones(const struct printer *p, const char *word, enum flow_dim dim)
{
	struct items l = { .out = p->out, .between = ",", .most = p->most };
	struct flow_spans s = p->match->dim[dim];

	if (!s.span)
		return;
	buf_adds(p->out, word);
	if (s.n && s.span[s.n - 1].hi == ZONE_MAX) {
		print_other_zones(p, s);
		return;
	}
	for (size_t i = 0; i < s.n; i++)
		print_zone_span(p, s.span[i], &l);
	items_end(&l);
	if (!s.n)
		buf_adds(p->out, "none");
}

static void print_others(const struct printer *p)
{
	if (p->match->dim[FLOW_STATE].span) {
		buf_adds(p->out, " state ");
		print_spans(p, FLOW_STATE, print_state);
	}
	print_zones(p, " in ", FLOW_IIF);
	print_zones(p, " out ", FLOW_OIF);
	if (p->match->dim[FLOW_FRAG].span) {
		buf_adds(p->out, " fragment ");
		print_spans(p, FLOW_FRAG, print_number);
	}
}

void flow_match_show(const struct flow_mgr *m, const struct flow_match *match, size_t most,
		     struct buf *out)
{
	struct printer p = { m, match, most, out };

	if (match->dim[FLOW_PROTO].span)
		print_spans(&p, FLOW_PROTO, print_proto);
	else
		buf_adds(out, "any");
	buf_addc(out, ' ');
	print_end(&p, true);
	buf_adds(out, " -> ");
	print_end(&p, false);
	if (is_icmp(match) && match->dim[FLOW_DPORT].span)
		print_types(&p);
	print_names(&p);
	print_others(&p);
}

void flow_match_print(const struct flow_match *m, size_t most, struct buf *out)
{
	flow_match_show(NULL, m, most, out);
}
