/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/asa_choice.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "dialect/asa_limits.h"
#include "dialect/say.h"
#include "dialect/spans.h"
#include "net/prefix.h"
#include "net/prefixlist.h"
#include "net/proto.h"

enum { CODES = 256 };

static const char too_many[] = "an object group of it would have more than 500000 members";

/* Texts of one kind, as members of a group; the first one inline too, should it stay alone. */
struct members {
	struct buf text; /* one a line */
	const char *only;
	size_t n;
};

/* What an entry says between its ends. */
struct service {
	const char *proto, *sport, *dport;
};

struct choosing {
	const struct rule *rule;
	struct asa_groups *groups;
	struct arena *arena;
	struct buf *out;
	const char *why;
};

void asa_groups_release(struct asa_groups *g)
{
	strmap_release(&g->by_name);
	mem_free(g->text);
	buf_release(&g->out);
}

/* ---- groups ---- */

/* `head` is the command before its name. -EEXIST: the name is that of something else. */
static int define(struct asa_groups *g, const char *head, const char *name, struct str body)
{
	const char *text = arena_printf(g->arena, "%s\n%.*s", head, STR_FMT(body));
	size_t at;
	int r = 0;

	if (!text)
		return -ENOMEM;
	if (strmap_get(&g->by_name, str_of(name), &at) == 0)
		return strcmp(g->text[at], text) == 0 ? 0 : -EEXIST;
	r = mem_grow(&g->text, &g->cap, g->n + 1, sizeof(*g->text));
	if (r == 0)
		r = strmap_add(&g->by_name, str_of(name), g->n);
	if (r < 0)
		return r;
	g->text[g->n++] = text;
	buf_printf(&g->out, "%s %s\n%.*s", head, name, STR_FMT(body));
	return g->out.r;
}

/* Two contents with one digest are as good as impossible, but a wrong group is not an option. */
static int define_group(struct choosing *k, const char *head, struct str body, const char **ret)
{
	uint64_t digest = hash_bytes(body.p, body.n, 0);
	int r = -EEXIST;

	for (unsigned again = 0; r == -EEXIST; again++) {
		const char *name = arena_printf(
			k->groups->arena, "EGRET-%016llx",
			(unsigned long long)(again ? hash_mix(digest, again) : digest));

		*ret = arena_printf(k->arena, "object-group %s", name ? name : "");
		r = name && *ret ? define(k->groups, head, name, body) : -ENOMEM;
	}
	return r;
}

/* The one member inline, or a group of all. */
static int use_members(struct choosing *k, const char *head, struct members *m, const char **ret)
{
	int r = m->text.r;

	*ret = m->only;
	if (r == 0 && m->n > 1 && k->groups)
		r = define_group(k, head, buf_str(&m->text), ret);
	return r;
}

static int add_member(struct choosing *k, struct members *m, const char *line, const char *inline_)
{
	if (!line || !inline_)
		return -ENOMEM;
	if (m->n == ASA_GROUP_MAX)
		k->why = too_many;
	m->n++;
	m->only = inline_;
	if (k->groups)
		buf_printf(&m->text, " %s\n", line);
	return 0;
}

/* ---- addresses ---- */

struct adding {
	struct choosing *k;
	struct members *m;
};

/* "host A", "A MASK" or "P/LEN" */
static int add_prefix(void *data, struct prefix p)
{
	struct adding *to = data;
	struct addr mask = { FAMILY_V4, family_mask(FAMILY_V4, p.len) };
	char address[PREFIX_TEXT_MAX], ones[ADDR_TEXT_MAX];
	const char *text;

	if (to->k->why)
		return 0;
	if (p.len == family_bits(p.family)) {
		addr_format((struct addr){ p.family, p.value }, address);
		text = arena_printf(to->k->arena, "host %s", address);
	} else if (p.family == FAMILY_V6) {
		prefix_format(p, address);
		text = arena_str(to->k->arena, str_of(address));
	} else {
		addr_format((struct addr){ p.family, p.value }, address);
		addr_format(mask, ones);
		text = arena_printf(to->k->arena, "%s %s", address, ones);
	}
	return add_member(to->k, to->m,
			  text ? arena_printf(to->k->arena, "network-object %s", text) : NULL,
			  text);
}

static int choose_addresses(struct choosing *k, enum family family, bool source, const char **ret)
{
	enum flow_dim dim4 = source ? FLOW_SRC4 : FLOW_DST4, dim6 = source ? FLOW_SRC6 : FLOW_DST6;
	struct flow_spans s = k->rule->match.dim[family == FAMILY_V6 ? dim6 : dim4];
	struct members m = { .text = BUF_INIT };
	struct adding to = { k, &m };
	int r = 0;

	*ret = family == FAMILY_V6 ? "any6" : "any4";
	if (spans_all(s, family_max(family)))
		return 0;
	for (size_t i = 0; r == 0 && !k->why && i < s.n; i++)
		r = range_prefixes((struct addr_range){ family, s.span[i].lo, s.span[i].hi },
				   add_prefix, &to);
	if (r == 0)
		r = use_members(k, "object-group network", &m, ret);
	buf_release(&m.text);
	return r;
}

/* ---- names ---- */

/* An object of one name; what it is called says which, as long as that fits. */
static int add_name(struct choosing *k, struct members *m, const struct pattern *p)
{
	struct str text = str_of(p->name.text);
	uint64_t digest = hash_bytes(text.p, text.n, 0);
	bool fits = text.n + sizeof("EGRET-") - 1 <= ASA_OBJECT_NAME_MAX;
	const char *body = arena_printf(k->arena, " fqdn %s\n", p->name.text);
	const char *name =
		fits ? arena_printf(k->arena, "EGRET-%s", p->name.text)
		     : arena_printf(k->arena, "EGRET-name-%016llx", (unsigned long long)digest);
	int r = body && name ? 0 : -ENOMEM;

	if (r == 0 && k->groups) {
		name = arena_str(k->groups->arena, str_of(name));
		r = name ? define(k->groups, "object network", name, str_of(body)) : -ENOMEM;
		k->groups->names = true;
	}
	if (r == -EEXIST) {
		k->why = "two names with one digest";
		r = 0;
	}
	return r < 0 ? r
		     : add_member(k, m, arena_printf(k->arena, "network-object object %s", name),
				  arena_printf(k->arena, "object %s", name));
}

static int choose_names(struct choosing *k, const char **ret)
{
	const struct flow_match *match = &k->rule->match;
	struct members m = { .text = BUF_INIT };
	int r = 0;

	if (match->excepts)
		k->why = "all names but some";
	if (!spans_all(match->dim[FLOW_DST4], family_max(FAMILY_V4)) ||
	    !spans_all(match->dim[FLOW_DST6], family_max(FAMILY_V6)))
		k->why = "a name and an address at once";
	for (size_t i = 0; r == 0 && !k->why && i < match->names; i++) {
		if (match->name[i].kind != PATTERN_NAME)
			k->why = "an fqdn object is one whole name: * cannot be said";
		else if (strcmp(match->name[i].name.text, "v4") == 0 ||
			 strcmp(match->name[i].name.text, "v6") == 0)
			k->why = "a name that the device would take for a family";
		else
			r = add_name(k, &m, &match->name[i]);
	}
	if (r == 0 && !k->why)
		r = use_members(k, "object-group network", &m, ret);
	buf_release(&m.text);
	return r;
}

/* ---- services ---- */

static const char *span_text(struct choosing *k, const struct flow_span *s)
{
	return s->lo == s->hi
		       ? arena_printf(k->arena, "eq %u", (unsigned)s->lo)
		       : arena_printf(k->arena, "range %u %u", (unsigned)s->lo, (unsigned)s->hi);
}

static const struct flow_span *span_at(struct flow_spans s, size_t i)
{
	return spans_all(s, UINT16_MAX) ? NULL : &s.span[i];
}

static size_t span_count(struct flow_spans s)
{
	return spans_all(s, UINT16_MAX) ? 1 : s.n;
}

static int add_ports(struct choosing *k, const char *proto, struct members *m, struct service *only)
{
	struct flow_spans sports = k->rule->match.dim[FLOW_SPORT];
	struct flow_spans dports = k->rule->match.dim[FLOW_DPORT];
	size_t n = span_count(sports) * span_count(dports);
	int r = 0;

	if (n > ASA_GROUP_MAX) {
		k->why = too_many;
		return 0;
	}
	for (size_t i = 0; r == 0 && i < n; i++) {
		const struct flow_span *s = span_at(sports, i % span_count(sports));
		const struct flow_span *d = span_at(dports, i / span_count(sports));
		const char *from = s ? span_text(k, s) : "", *to = d ? span_text(k, d) : "";

		if (!from || !to)
			return -ENOMEM;
		*only = (struct service){ proto, from, to };
		r = add_member(k, m,
			       arena_printf(k->arena, "service-object %s%s%s%s%s", proto,
					    s ? " source " : "", from, d ? " destination " : "",
					    to),
			       "");
	}
	return r;
}

/* Whole types where all their codes are meant, else type and code. */
static int add_messages(struct choosing *k, const char *proto, struct members *m,
			struct service *only)
{
	struct flow_spans s = k->rule->match.dim[FLOW_DPORT];
	int r = 0;

	*only = (struct service){ proto, "", "" };
	if (spans_all(s, UINT16_MAX))
		return add_member(k, m, arena_printf(k->arena, "service-object %s", proto), "");
	for (size_t i = 0; i < s.n; i++) {
		for (u128 v = s.span[i].lo; r == 0 && !k->why && v <= s.span[i].hi;) {
			unsigned type = (unsigned)(v / CODES), code = (unsigned)(v % CODES);
			bool whole = code == 0 && v + CODES - 1 <= s.span[i].hi;

			only->dport = whole ? arena_printf(k->arena, "%u", type)
					    : arena_printf(k->arena, "%u %u", type, code);
			r = add_member(k, m,
				       only->dport ? arena_printf(k->arena, "service-object %s %s",
								  proto, only->dport)
						   : NULL,
				       "");
			v += whole ? CODES : 1;
		}
	}
	return r;
}

static const char *protocol_text(struct choosing *k, unsigned proto)
{
	switch (proto) {
	case PROTO_TCP:
		return "tcp";
	case PROTO_UDP:
		return "udp";
	case PROTO_SCTP:
		return "sctp";
	case PROTO_ICMP:
		return "icmp";
	case PROTO_ICMPV6:
		return "icmp6";
	default:
		return arena_printf(k->arena, "%u", proto);
	}
}

static int add_protocol(struct choosing *k, unsigned proto, struct members *m, struct service *only)
{
	const struct flow_match *match = &k->rule->match;
	bool ports = proto == PROTO_TCP || proto == PROTO_UDP || proto == PROTO_SCTP;
	const char *text = protocol_text(k, proto);

	if (!text)
		return -ENOMEM;
	if (proto == PROTO_ICMP || proto == PROTO_ICMPV6)
		return add_messages(k, text, m, only);
	if (ports)
		return add_ports(k, text, m, only);
	if (proto == 0)
		k->why = "protocol 0, which the device uses for ip inside";
	else if (!spans_all(match->dim[FLOW_DPORT], UINT16_MAX) ||
		 !spans_all(match->dim[FLOW_SPORT], UINT16_MAX))
		k->why = "ports of a protocol of which the device knows none";
	*only = (struct service){ text, "", "" };
	return add_member(k, m, arena_printf(k->arena, "service-object %s", text), "");
}

static int choose_service(struct choosing *k, struct service *ret)
{
	const struct flow_match *match = &k->rule->match;
	struct flow_spans s = match->dim[FLOW_PROTO];
	struct members m = { .text = BUF_INIT };
	int r = 0;

	*ret = (struct service){ "ip", "", "" };
	if (spans_all(s, UINT8_MAX) && spans_all(match->dim[FLOW_DPORT], UINT16_MAX) &&
	    spans_all(match->dim[FLOW_SPORT], UINT16_MAX))
		return 0;
	for (size_t i = 0; r == 0 && i < s.n; i++)
		for (u128 p = s.span[i].lo; r == 0 && !k->why && p <= s.span[i].hi; p++)
			r = add_protocol(k, (unsigned)p, &m, ret);
	if (r == 0 && m.n > 1) {
		*ret = (struct service){ "", "", "" };
		r = use_members(k, "object-group service", &m, &ret->proto);
	}
	buf_release(&m.text);
	return r;
}

/* ---- entries ---- */

static void write_entry(struct choosing *k, const struct service *s, const char *src,
			const char *dst)
{
	if (!k->groups || k->why)
		return;
	buf_printf(k->out, "extended %s %s %s%s%s %s%s%s\n",
		   k->rule->verdict == VERDICT_ACCEPT ? "permit" : "deny", s->proto, src,
		   *s->sport ? " " : "", s->sport, dst, *s->dport ? " " : "", s->dport);
}

/* Any source, and a destination that is the same in both families? */
static bool is_one_entry(const struct flow_match *m)
{
	return spans_all(m->dim[FLOW_FAMILY], 1) &&
	       spans_all(m->dim[FLOW_SRC4], family_max(FAMILY_V4)) &&
	       spans_all(m->dim[FLOW_SRC6], family_max(FAMILY_V6)) &&
	       spans_all(m->dim[FLOW_DST4], family_max(FAMILY_V4)) &&
	       spans_all(m->dim[FLOW_DST6], family_max(FAMILY_V6));
}

static int choose_family(struct choosing *k, const struct service *s, enum family family,
			 const char *names)
{
	const char *src = "", *dst = names;
	int r = choose_addresses(k, family, true, &src);

	if (r == 0 && !names)
		r = choose_addresses(k, family, false, &dst);
	if (r == 0)
		write_entry(k, s, src, dst);
	return r;
}

static int choose(struct choosing *k)
{
	static const enum family families[] = { FAMILY_V4, FAMILY_V6 };
	const struct flow_match *match = &k->rule->match;
	const char *names = NULL;
	struct service service;
	int r = choose_service(k, &service);

	if (r == 0 && !k->why && (match->name || match->excepts))
		r = choose_names(k, &names);
	if (r < 0 || k->why)
		return r;
	if (is_one_entry(match)) {
		write_entry(k, &service, "any", names ? names : "any");
		return 0;
	}
	for (size_t i = 0; r == 0 && !k->why && i < ARRAY_LEN(families); i++)
		if (say_holds_family(match, families[i]))
			r = choose_family(k, &service, families[i], names);
	return r;
}

int asa_entries(const struct rule *rule, struct asa_groups *groups, struct buf *out,
		const char **ret_why)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	struct choosing k = { .rule = rule, .groups = groups, .arena = a, .out = out };
	int r = a ? choose(&k) : -ENOMEM;

	if (r < 0)
		return r;
	*ret_why = k.why; /* a constant, whatever becomes of the arena */
	return out->r;
}
