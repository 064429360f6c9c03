/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/ios_choice.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/ios_limits.h"
#include "dialect/spans.h"
#include "net/prefixlist.h"
#include "net/proto.h"

enum { CODES = 256 };

struct texts {
	const char **text;
	size_t n, cap;
};

/* A protocol with what its entries say behind the addresses. */
struct said {
	const char *proto;
	struct texts sport, dport;
	const char *tail;
};

struct choosing {
	const struct rule *rule;
	enum family family;
	struct ios_groups *groups;
	struct arena *arena;
	struct texts src, dst;
	struct said *said;
	size_t n, lines;
	const char *why;
};

static int add(struct choosing *k, struct texts *t, const char *text)
{
	if (!text)
		return -ENOMEM;
	if (t->n == IOS_PREFIXES_MAX) {
		k->why = "it has more than a million prefixes";
		return 0;
	}
	if (t->n == t->cap) {
		size_t cap = t->cap ? t->cap * 2 : 4;
		const char **more = arena_array(k->arena, cap, sizeof(*more));

		if (!more)
			return -ENOMEM;
		if (t->n)
			memcpy(more, t->text, t->n * sizeof(*more));
		t->text = more;
		t->cap = cap;
	}
	t->text[t->n++] = text;
	return 0;
}

/* ---- addresses ---- */

void ios_groups_release(struct ios_groups *g)
{
	strmap_release(&g->by_name);
	buf_release(&g->text);
}

static const char *prefix_text(struct choosing *k, struct prefix p)
{
	struct addr open = { FAMILY_V4, UINT32_MAX & ~family_mask(FAMILY_V4, p.len) };
	char text[ADDR_TEXT_MAX], wild[ADDR_TEXT_MAX], whole[PREFIX_TEXT_MAX];

	addr_format((struct addr){ p.family, p.value }, text);
	if (p.len == family_bits(p.family))
		return arena_printf(k->arena, "host %s", text);
	if (p.family == FAMILY_V6) {
		prefix_format(p, whole);
		return arena_str(k->arena, str_of(whole));
	}
	addr_format(open, wild);
	return arena_printf(k->arena, "%s %s", text, wild);
}

/* A member of an object group: those have netmasks. */
static const char *member_text(struct choosing *k, struct prefix p)
{
	struct addr mask = { FAMILY_V4, family_mask(FAMILY_V4, p.len) };
	char text[ADDR_TEXT_MAX], ones[ADDR_TEXT_MAX];

	addr_format((struct addr){ FAMILY_V4, p.value }, text);
	addr_format(mask, ones);
	return p.len == family_bits(FAMILY_V4) ? arena_printf(k->arena, "host %s", text)
					       : arena_printf(k->arena, "%s %s", text, ones);
}

struct listing {
	struct choosing *k;
	const char *(*tell)(struct choosing *k, struct prefix p);
	struct texts *out;
};

static int list_prefix(void *data, struct prefix p)
{
	struct listing *l = data;

	return l->k->why ? 0 : add(l->k, l->out, l->tell(l->k, p));
}

/* Every prefix of the spans, as `tell` writes it. */
static int list_prefixes(struct choosing *k, struct flow_spans s,
			 const char *(*tell)(struct choosing *k, struct prefix p),
			 struct texts *ret)
{
	struct listing l = { k, tell, ret };
	int r = 0;

	for (size_t i = 0; r == 0 && !k->why && i < s.n; i++)
		r = range_prefixes((struct addr_range){ k->family, s.span[i].lo, s.span[i].hi },
				   list_prefix, &l);
	return r;
}

/* One object group for all of them. */
static int make_group(struct choosing *k, const struct texts *member, const char **ret)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	struct ios_groups *g = k->groups;
	const char *name;
	size_t at;
	int r;

	for (size_t i = 0; i < member->n; i++)
		buf_printf(&text, " %s\n", member->text[i]);
	if (text.r < 0)
		return text.r;
	name = arena_printf(g->arena, "EGRET-%016llx",
			    (unsigned long long)hash_bytes(text.data, text.n, 0));
	if (!name)
		return -ENOMEM;
	*ret = arena_printf(k->arena, "object-group %s", name);
	if (strmap_get(&g->by_name, str_of(name), &at) == 0)
		return *ret ? 0 : -ENOMEM;
	r = strmap_add(&g->by_name, str_of(name), 0);
	buf_printf(&g->text, "object-group network %s\n%.*s", name, STR_FMT(buf_str(&text)));
	return r < 0 ? r : !*ret ? -ENOMEM : g->text.r;
}

static int choose_end(struct choosing *k, enum flow_dim dim4, struct texts *ret)
{
	bool v6 = k->family == FAMILY_V6;
	struct flow_spans s = k->rule->match.dim[v6 ? dim4 + 1 : dim4];
	struct texts member = { 0 };
	const char *group = "";
	int r;

	if (spans_all(s, family_max(k->family)))
		return add(k, ret, "any");
	r = list_prefixes(k, s, prefix_text, ret);
	if (r < 0 || v6 || ret->n < 2 || k->why)
		return r;
	r = list_prefixes(k, s, member_text, &member);
	if (r == 0 && k->groups)
		r = make_group(k, &member, &group);
	*ret = (struct texts){ 0 };
	return r < 0 ? r : add(k, ret, group);
}

/* ---- protocols, ports and ICMP messages ---- */

static struct said *new_said(struct choosing *k, const char *proto)
{
	struct said *s = &k->said[k->n++];

	*s = (struct said){ .proto = proto, .tail = "" };
	return s;
}

/* " eq 80 443", of as many as one entry takes, and " range 8801 8810". */
static int choose_ports(struct choosing *k, struct flow_spans s, struct texts *ret)
{
	EG_AUTO(buf_release) struct buf eq = BUF_INIT;
	size_t n = 0;
	int r = 0;

	if (spans_all(s, UINT16_MAX))
		return add(k, ret, "");
	for (size_t i = 0; r == 0 && i < s.n; i++) {
		unsigned lo = (unsigned)s.span[i].lo, hi = (unsigned)s.span[i].hi;

		if (lo != hi) {
			r = add(k, ret, arena_printf(k->arena, " range %u %u", lo, hi));
			continue;
		}
		buf_printf(&eq, n ? " %u" : " eq %u", lo);
		if (++n == IOS_EQ_PORTS_MAX && eq.r == 0) {
			r = add(k, ret, arena_str(k->arena, buf_str(&eq)));
			buf_clear(&eq);
			n = 0;
		}
	}
	if (r == 0 && n)
		r = eq.r < 0 ? eq.r : add(k, ret, arena_str(k->arena, buf_str(&eq)));
	return r;
}

/* Whole types where all their codes are meant, else type and code. */
static int choose_messages(struct choosing *k, struct flow_spans s, struct texts *ret)
{
	int r = 0;

	if (spans_all(s, UINT16_MAX))
		return add(k, ret, "");
	for (size_t i = 0; i < s.n; i++) {
		for (u128 v = s.span[i].lo; r == 0 && !k->why && v <= s.span[i].hi;) {
			unsigned type = (unsigned)(v / CODES), code = (unsigned)(v % CODES);
			bool whole = code == 0 && v + CODES - 1 <= s.span[i].hi;

			r = add(k, ret,
				whole ? arena_printf(k->arena, " %u", type)
				      : arena_printf(k->arena, " %u %u", type, code));
			v += whole ? CODES : 1;
		}
	}
	return r;
}

static int choose_protocol(struct choosing *k, unsigned proto)
{
	const struct flow_match *match = &k->rule->match;
	bool icmp = proto == (k->family == FAMILY_V6 ? PROTO_ICMPV6 : PROTO_ICMP);
	bool ports = proto == PROTO_TCP || proto == PROTO_UDP || proto == PROTO_SCTP;
	struct flow_spans state = match->dim[FLOW_STATE];
	struct said *s = new_said(k, icmp			   ? "icmp"
				     : ports && proto == PROTO_TCP ? "tcp"
				     : ports && proto == PROTO_UDP ? "udp"
				     : ports			   ? "sctp"
					     : arena_printf(k->arena, "%u", proto));
	int r = s->proto ? 0 : -ENOMEM;

	if (proto == 0)
		k->why = "protocol 0, which IOS may take for any";
	if (proto_has_ports((uint8_t)proto) && !ports &&
	    !(spans_all(match->dim[FLOW_DPORT], UINT16_MAX) &&
	      spans_all(match->dim[FLOW_SPORT], UINT16_MAX)))
		k->why = "ports of a protocol of which IOS knows none";
	if (proto == PROTO_TCP && state.span && !spans_have(state, STATE_NEW))
		s->tail = " established";
	if (r == 0)
		r = ports ? choose_ports(k, match->dim[FLOW_SPORT], &s->sport)
			  : add(k, &s->sport, "");
	if (r == 0 && icmp)
		return choose_messages(k, match->dim[FLOW_DPORT], &s->dport);
	return r < 0   ? r
	       : ports ? choose_ports(k, match->dim[FLOW_DPORT], &s->dport)
		       : add(k, &s->dport, "");
}

/* One more entry of a protocol as a whole. */
static int say_whole(struct choosing *k, const char *proto)
{
	struct said *s = new_said(k, proto);
	int r = add(k, &s->sport, "");

	return r < 0 ? r : add(k, &s->dport, "");
}

static int choose_protocols(struct choosing *k)
{
	const struct flow_match *match = &k->rule->match;
	struct flow_spans s = match->dim[FLOW_PROTO];
	int r = 0;

	k->said = arena_array(k->arena, UINT8_MAX + 1, sizeof(*k->said));
	if (!k->said)
		return -ENOMEM;
	if (spans_all(s, UINT8_MAX) && spans_all(match->dim[FLOW_DPORT], UINT16_MAX) &&
	    spans_all(match->dim[FLOW_SPORT], UINT16_MAX))
		return say_whole(k, k->family == FAMILY_V6 ? "ipv6" : "ip");
	for (size_t i = 0; r == 0 && i < s.n; i++)
		for (u128 p = s.span[i].lo; r == 0 && !k->why && p <= s.span[i].hi; p++)
			r = choose_protocol(k, (unsigned)p);
	return r;
}

/* ---- entries ---- */

static void write_said(struct choosing *k, const struct said *s, struct buf *out)
{
	const char *verb = k->rule->verdict == VERDICT_ACCEPT ? "permit" : "deny";

	for (size_t i = 0; i < k->src.n * k->dst.n * s->sport.n * s->dport.n; i++) {
		size_t at = i;
		const char *src = k->src.text[at % k->src.n];
		const char *dst = k->dst.text[(at /= k->src.n) % k->dst.n];
		const char *sport = s->sport.text[(at /= k->dst.n) % s->sport.n];
		const char *dport = s->dport.text[at / s->sport.n];

		buf_printf(out, " %s %s %s%s %s%s%s\n", verb, s->proto, src, sport, dst, dport,
			   s->tail);
	}
}

static int choose(struct choosing *k)
{
	int r = choose_end(k, FLOW_SRC4, &k->src);

	if (r == 0)
		r = choose_end(k, FLOW_DST4, &k->dst);
	if (r == 0)
		r = choose_protocols(k);
	for (size_t i = 0; r == 0 && !k->why && i < k->n; i++) {
		k->lines += k->src.n * k->dst.n * k->said[i].sport.n * k->said[i].dport.n;
		if (k->src.n * k->dst.n > IOS_LINES_MAX || k->lines > IOS_LINES_MAX)
			k->why = "it would be more than 4096 entries";
	}
	return r;
}

int ios_entries(const struct rule *rule, enum family family, struct ios_groups *groups,
		struct buf *out, const char **ret_why)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	struct choosing k = { .rule = rule, .family = family, .groups = groups, .arena = a };
	int r = a ? choose(&k) : -ENOMEM;

	for (size_t i = 0; r == 0 && !k.why && groups && i < k.n; i++)
		write_said(&k, &k.said[i], out);
	if (r < 0)
		return r;
	*ret_why = k.why; /* a constant, whatever becomes of the arena */
	return out->r;
}
