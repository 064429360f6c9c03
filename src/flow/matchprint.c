/* SPDX-License-Identifier: Apache-2.0 */
/* A match for people, on one line. */
#include "flow/match.h"

#include <string.h>

#include "flow/words.h"
#include "net/proto.h"

enum {
	PREFIXES_A_SPAN = 3, /* more of them read worse than "first-last" */
	WORDS_A_SPAN = 5
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

/* ---- numbers ---- */

typedef void (*print_value)(u128 value, struct buf *out);

static void print_number(u128 value, struct buf *out)
{
	buf_printf(out, "%u", (unsigned)value);
}

static void print_state(u128 value, struct buf *out)
{
	buf_adds(out, flow_state_name((enum flow_state)value));
}

static void print_proto(u128 value, struct buf *out)
{
	const char *name = proto_name((uint8_t)value);

	if (name)
		buf_adds(out, name);
	else
		print_number(value, out);
}

/* What has words is listed word by word when it is not long; "first-last" otherwise. */
static void print_span(struct flow_span s, print_value print, struct items *l)
{
	if (print != print_number && s.hi - s.lo < WORDS_A_SPAN) {
		for (u128 v = s.lo; v <= s.hi; v++)
			if (item_begins(l))
				print(v, l->out);
		return;
	}
	if (!item_begins(l))
		return;
	print_number(s.lo, l->out);
	if (s.lo == s.hi)
		return;
	buf_addc(l->out, '-');
	print_number(s.hi, l->out);
}

static void print_spans(struct flow_spans s, size_t most, print_value print, struct buf *out)
{
	struct items l = { .out = out, .between = ",", .most = most };

	for (size_t i = 0; i < s.n; i++)
		print_span(s.span[i], print, &l);
	items_end(&l);
	if (!s.n)
		buf_adds(out, "none");
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
	for (size_t i = 0; i < s.n; i++)
		print_range((struct addr_range){ family, s.span[i].lo, s.span[i].hi }, l);
	if (!s.span)
		print_range((struct addr_range){ family, 0, family_max(family) }, l);
}

static bool has_family(const struct flow_match *m, unsigned value)
{
	struct flow_spans s = m->dim[FLOW_FAMILY];

	for (size_t i = 0; i < s.n; i++)
		if (s.span[i].lo <= value && value <= s.span[i].hi)
			return true;
	return !s.span;
}

static bool is_icmp(const struct flow_match *m)
{
	struct flow_spans s = m->dim[FLOW_PROTO];

	return s.n == 1 && s.span->lo == s.span->hi &&
	       (s.span->lo == PROTO_ICMP || s.span->lo == PROTO_ICMPV6);
}

/* "any", "10.0.0.0/8", "{10.0.0.0/8, fd00::/8}"; "[fd00::/8]" before a port. */
static void print_addresses(const struct flow_match *m, bool source, size_t most, struct buf *out)
{
	struct flow_spans a4 = m->dim[source ? FLOW_SRC4 : FLOW_DST4];
	struct flow_spans a6 = m->dim[source ? FLOW_SRC6 : FLOW_DST6];
	bool v4 = has_family(m, 0), v6 = has_family(m, 1);
	bool port = m->dim[source ? FLOW_SPORT : FLOW_DPORT].span && (source || !is_icmp(m));
	struct buf text = BUF_INIT;
	struct items l = { .out = &text, .between = ", ", .most = most };

	if (v4 && v6 && !a4.span && !a6.span) {
		buf_adds(out, "any");
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
		buf_addc(out, '{');
	else if (port && memchr(text.data ? text.data : "", ':', text.n))
		buf_addc(out, '[');
	buf_addstr(out, buf_str(&text));
	if (l.n > 1)
		buf_addc(out, '}');
	else if (port && memchr(text.data ? text.data : "", ':', text.n))
		buf_addc(out, ']');
	out->r = text.r < 0 ? text.r : out->r;
	buf_release(&text);
}

/* ---- ports and ICMP types ---- */

static void print_type(u128 value, struct buf *out)
{
	buf_printf(out, "%u/%u", (unsigned)value >> 8, (unsigned)value & 0xff);
}

static void print_types(struct flow_spans s, size_t most, struct buf *out)
{
	struct items l = { .out = out, .between = ",", .most = most };

	buf_adds(out, " type ");
	for (size_t i = 0; i < s.n; i++) {
		bool whole = (s.span[i].lo & 0xff) == 0 && (s.span[i].hi & 0xff) == 0xff;
		print_value print = whole ? print_number : print_type;
		unsigned shift = whole ? 8 : 0;

		if (!item_begins(&l))
			continue;
		print(s.span[i].lo >> shift, out);
		if (s.span[i].lo >> shift == s.span[i].hi >> shift)
			continue;
		buf_addc(out, '-');
		print(s.span[i].hi >> shift, out);
	}
	items_end(&l);
	if (!s.n)
		buf_adds(out, "none");
}

static void print_port(struct flow_spans s, size_t most, struct buf *out)
{
	if (!s.span)
		return;
	buf_addc(out, ':');
	print_spans(s, most, print_number, out);
}

/* ---- the rest ---- */

static void print_patterns(const char *word, const struct pattern *p, size_t n, size_t most,
			   struct buf *out)
{
	struct items l = { .out = out, .between = ", ", .most = most };

	buf_adds(out, word);
	for (size_t i = 0; i < n; i++)
		if (item_begins(&l))
			pattern_print(&p[i], out);
	items_end(&l);
	if (!n)
		buf_adds(out, "none");
}

static void print_names(const struct flow_match *m, size_t most, struct buf *out)
{
	if (m->name)
		print_patterns(" name ", m->name, m->names, most, out);
	if (m->except && m->excepts)
		print_patterns(m->name ? " except " : " name any except ", m->except, m->excepts,
			       most, out);
}

static void print_others(const struct flow_match *m, size_t most, struct buf *out)
{
	static const struct {
		enum flow_dim dim;
		const char *word;
		print_value print;
	} others[] = {
		{ FLOW_STATE, " state ", print_state },
		{ FLOW_IIF, " in ", print_number },
		{ FLOW_OIF, " out ", print_number },
		{ FLOW_FRAG, " fragment ", print_number },
	};

	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		if (!m->dim[others[i].dim].span)
			continue;
		buf_adds(out, others[i].word);
		print_spans(m->dim[others[i].dim], most, others[i].print, out);
	}
}

void flow_match_print(const struct flow_match *m, size_t most, struct buf *out)
{
	if (m->dim[FLOW_PROTO].span)
		print_spans(m->dim[FLOW_PROTO], most, print_proto, out);
	else
		buf_adds(out, "any");
	buf_addc(out, ' ');
	print_addresses(m, true, most, out);
	print_port(m->dim[FLOW_SPORT], most, out);
	buf_adds(out, " -> ");
	print_addresses(m, false, most, out);
	if (!is_icmp(m))
		print_port(m->dim[FLOW_DPORT], most, out);
	else if (m->dim[FLOW_DPORT].span)
		print_types(m->dim[FLOW_DPORT], most, out);
	print_names(m, most, out);
	print_others(m, most, out);
}
