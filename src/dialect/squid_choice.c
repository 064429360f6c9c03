/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/squid_choice.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/say.h"
#include "dialect/spans.h"
#include "dialect/squid_address.h"
#include "dialect/squid_limits.h"
#include "net/prefixlist.h"
#include "net/proto.h"

enum { TLS_PORT = 443, PARTS = 2 };

/* Values of one ACL. */
struct values {
	const char **text;
	size_t n, cap;
};

/* Conditions that stand together in a line; NULL: none. */
struct part {
	const char *src, *dst, *family;
};

struct choosing {
	const struct rule *rule;
	struct squid_acls *acls; /* NULL: only look */
	struct arena *arena;
	struct part part[PARTS];
	size_t parts;
	const char *port[PARTS]; /* "CONNECT NAME", "NAME" or "" */
	size_t ports;
	const char *names, *apexes;
	const char *why;
};

static int add(struct choosing *k, struct values *v, const char *text)
{
	if (!text)
		return -ENOMEM;
	if (v->n == v->cap) {
		size_t cap = v->cap ? v->cap * 2 : 8;
		const char **more = arena_array(k->arena, cap, sizeof(*more));

		if (!more)
			return -ENOMEM;
		if (v->n)
			memcpy(more, v->text, v->n * sizeof(*more));
		v->text = more;
		v->cap = cap;
	}
	v->text[v->n++] = text;
	return 0;
}

/* ---- ACLs ---- */

void squid_acls_release(struct squid_acls *acls)
{
	strmap_release(&acls->by_text);
	buf_release(&acls->text);
}

/* "acl NAME TYPE VALUE ...", in lines that people can read. */
static void write_acl(struct buf *out, const char *name, const char *type, const struct values *v)
{
	size_t length = 0;

	for (size_t i = 0; i < v->n; i++) {
		if (i == 0 || length + strlen(v->text[i]) > SQUID_WRITTEN_MAX) {
			buf_printf(out, "%sacl %s %s", i ? "\n" : "", name, type);
			length = 0;
		}
		buf_printf(out, " %s", v->text[i]);
		length += strlen(v->text[i]) + 1;
	}
	buf_addc(out, '\n');
}

/* The name of an ACL of these values; the same again for the same values. */
static int acl_of(struct choosing *k, const char *kind, const char *type, const struct values *v,
		  const char **ret)
{
	EG_AUTO(buf_release) struct buf key = BUF_INIT;
	struct squid_acls *acls = k->acls;
	const char *name;
	size_t at;
	char *text;
	int r;

	*ret = "";
	if (!acls)
		return 0;
	buf_adds(&key, type);
	for (size_t i = 0; i < v->n; i++)
		buf_printf(&key, " %s", v->text[i]);
	if (key.r < 0)
		return key.r;
	r = strmap_get(&acls->by_text, buf_str(&key), &at);
	if (r < 0 && r != -ENOENT)
		return r;
	name = arena_printf(acls->arena, "%s_%s_%zu", acls->prefix, kind,
			    r == 0 ? at : acls->by_text.n + 1);
	if (!name)
		return -ENOMEM;
	*ret = name;
	if (r == 0)
		return 0;
	text = arena_str(acls->arena, buf_str(&key));
	if (!text)
		return -ENOMEM;
	r = strmap_add(&acls->by_text, (struct str){ text, key.n }, acls->by_text.n + 1);
	write_acl(&acls->text, name, type, v);
	return r < 0 ? r : acls->text.r;
}

/* ---- addresses ---- */

static const char *range_text(struct choosing *k, enum family family, u128 lo, u128 hi)
{
	char first[ADDR_TEXT_MAX], last[ADDR_TEXT_MAX], whole[PREFIX_TEXT_MAX];
	struct prefix prefix;

	if (range_prefix((struct addr_range){ family, lo, hi }, &prefix)) {
		prefix_format(prefix, whole);
		return arena_str(k->arena, str_of(whole));
	}
	addr_format((struct addr){ family, lo }, first);
	addr_format((struct addr){ family, hi }, last);
	return arena_printf(k->arena, "%s-%s", first, last);
}

static int add_spans(struct choosing *k, enum family family, struct flow_spans s, struct values *v)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < s.n; i++) {
		u128 lo = s.span[i].lo, hi = s.span[i].hi;

		if (family == FAMILY_V6 && lo <= SQUID_V4 + UINT32_MAX && hi >= SQUID_V4)
			k->why = "IPv6 addresses among which squid keeps IPv4";
		r = add(k, v, range_text(k, family, lo, hi));
	}
	return r;
}

/* One end, of the families that the part is about. */
static int choose_end(struct choosing *k, enum flow_dim dim4, const bool family[2],
		      const char **ret)
{
	const struct flow_match *match = &k->rule->match;
	bool any4 = !family[0] || spans_all(match->dim[dim4], UINT32_MAX);
	bool any6 = !family[1] || spans_all(match->dim[dim4 + 1], family_max(FAMILY_V6));
	struct values v = { 0 };
	int r = 0;

	if (any4 && any6)
		return 0;
	if (family[0])
		r = add_spans(k, FAMILY_V4, match->dim[dim4], &v);
	if (r == 0 && family[1])
		r = add_spans(k, FAMILY_V6, match->dim[dim4 + 1], &v);
	return r < 0 ? r
		     : acl_of(k, dim4 == FLOW_SRC4 ? "src" : "dst",
			      dim4 == FLOW_SRC4 ? "src" : "dst", &v, ret);
}

/* IPv4, or what is not IPv4. */
static int choose_family(struct choosing *k, bool v6, const char **ret)
{
	static const char *halves[] = { "0.0.0.0/1", "128.0.0.0/1" };
	const struct values v = { halves, 2, 2 };
	const char *name = NULL;
	int r = acl_of(k, "ipv4", "dst", &v, &name);

	if (r < 0)
		return r;
	*ret = v6 ? arena_printf(k->arena, "!%s", name) : name;
	return *ret ? 0 : -ENOMEM;
}

static int add_part(struct choosing *k, bool v4, bool v6)
{
	struct part *p = &k->part[k->parts++];
	const bool family[2] = { v4, v6 };
	int r;

	*p = (struct part){ 0 };
	r = choose_end(k, FLOW_SRC4, family, &p->src);
	if (r == 0)
		r = choose_end(k, FLOW_DST4, family, &p->dst);
	if (r == 0 && v4 != v6 && !p->src && !p->dst)
		r = choose_family(k, v6, &p->family);
	return r;
}

/* Is an end any of one family, and not of the other? */
static bool mixed(const struct flow_match *match, enum flow_dim dim4)
{
	return spans_all(match->dim[dim4], UINT32_MAX) !=
	       spans_all(match->dim[dim4 + 1], family_max(FAMILY_V6));
}

static int choose_addresses(struct choosing *k)
{
	const struct flow_match *match = &k->rule->match;
	bool v4 = say_holds_family(match, FAMILY_V4), v6 = say_holds_family(match, FAMILY_V6);
	int r = 0;

	if (v4 && v6 && !mixed(match, FLOW_SRC4) && !mixed(match, FLOW_DST4))
		return add_part(k, true, true);
	if (v4)
		r = add_part(k, true, false);
	if (r == 0 && v6)
		r = add_part(k, false, true);
	return r;
}

/* ---- ports ---- */

static int add_port_list(struct choosing *k, struct flow_spans s, const char *before)
{
	struct values v = { 0 };
	const char *name = NULL;
	int r = 0;

	for (size_t i = 0; r == 0 && i < s.n; i++) {
		unsigned lo = (unsigned)s.span[i].lo, hi = (unsigned)s.span[i].hi;

		r = add(k, &v,
			lo == hi ? arena_printf(k->arena, "%u", lo)
				 : arena_printf(k->arena, "%u-%u", lo, hi));
	}
	if (r == 0)
		r = acl_of(k, "port", "port", &v, &name);
	if (r < 0)
		return r;
	k->port[k->ports] = arena_printf(k->arena, " %s%s", before, name);
	return k->port[k->ports++] ? 0 : -ENOMEM;
}

/* Where TLS is spoken, a proxy is asked by CONNECT; a stop is meant for whatever method. */
static int choose_ports(struct choosing *k)
{
	struct flow_spans s = k->rule->match.dim[FLOW_DPORT], tls, others;
	int r;

	if (spans_all(s, UINT16_MAX)) {
		k->port[k->ports++] = "";
		return 0;
	}
	if (k->rule->verdict != VERDICT_ACCEPT)
		return add_port_list(k, s, "");
	r = spans_one(TLS_PORT, TLS_PORT, k->arena, &tls);
	if (r == 0)
		r = spans_not(tls, UINT16_MAX, k->arena, &others);
	if (r == 0)
		r = spans_and(s, tls, k->arena, &tls);
	if (r == 0)
		r = spans_and(s, others, k->arena, &others);
	if (r == 0 && tls.n)
		r = add_port_list(k, tls, "CONNECT ");
	if (r == 0 && others.n)
		r = add_port_list(k, others, "");
	return r;
}

/* ---- names ---- */

static int by_name(const void *a, const void *b)
{
	const struct pattern *x = a, *y = b;
	struct name_key kx, ky;
	int order;

	name_key(&x->name, &kx);
	name_key(&y->name, &ky);
	order = name_key_cmp(&kx, &ky);
	/* of one name, what is under it comes first */
	return order ? order : (int)(y->kind == PATTERN_UNDER) - (int)(x->kind == PATTERN_UNDER);
}

/* Every name: the host is no address. */
static int choose_any_name(struct choosing *k)
{
	static const char *all[] = { "all" };
	const struct values v = { all, 1, 1 };
	const char *name = NULL;
	int r = acl_of(k, "address", "dst -n", &v, &name);

	if (r < 0)
		return r;
	k->names = arena_printf(k->arena, " !%s", name);
	return k->names ? 0 : -ENOMEM;
}

/*
 * Sorted, what lies under a name follows it: of names in one another the outermost is written,
 * since squid 5 does not start with both.
 */
static int list_names(struct choosing *k, const struct pattern *p, size_t n, struct values *names,
		      struct values *apexes)
{
	const struct pattern *top = NULL;
	bool apex = false;
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++) {
		bool same = i > 0 && strcmp(p[i].name.text, p[i - 1].name.text) == 0;

		if (top && strcmp(p[i].name.text, top->name.text) == 0) {
			apex = apex || p[i].kind == PATTERN_NAME;
			continue;
		}
		if (top && pattern_covers(top, &p[i]))
			continue;
		if (top && !apex)
			r = add(k, apexes, top->name.text);
		top = NULL;
		if (r < 0 || same)
			continue;
		if (p[i].kind == PATTERN_UNDER) {
			top = &p[i];
			apex = false;
			r = add(k, names, arena_printf(k->arena, ".%s", top->name.text));
		} else {
			r = add(k, names, p[i].name.text);
		}
	}
	return r == 0 && top && !apex ? add(k, apexes, top->name.text) : r;
}

static int choose_names(struct choosing *k)
{
	const struct flow_match *match = &k->rule->match;
	struct values names = { 0 }, apexes = { 0 };
	const char *name = NULL, *apex = NULL;
	struct pattern *p;
	int r;

	k->names = k->apexes = "";
	if (match->excepts)
		k->why = "all names but some";
	if (!match->name || k->why)
		return 0;
	for (size_t i = 0; i < match->names; i++)
		if (match->name[i].kind == PATTERN_ANY)
			return choose_any_name(k);
	p = arena_array(k->arena, match->names, sizeof(*p));
	if (!p)
		return -ENOMEM;
	memcpy(p, match->name, match->names * sizeof(*p));
	qsort(p, match->names, sizeof(*p), by_name);
	r = list_names(k, p, match->names, &names, &apexes);
	if (r == 0)
		r = acl_of(k, "names", "dstdomain -n", &names, &name);
	if (r == 0 && apexes.n)
		r = acl_of(k, "names", "dstdomain -n", &apexes, &apex);
	if (r < 0)
		return r;
	k->names = arena_printf(k->arena, " %s", name);
	k->apexes = apex ? arena_printf(k->arena, " !%s", apex) : "";
	return k->names && k->apexes ? 0 : -ENOMEM;
}

/* ---- lines ---- */

static void write_line(const struct choosing *k, const struct part *p, const char *port,
		       struct buf *out)
{
	bool any = !p->src && !p->dst && !p->family && !*port && !*k->names;

	buf_printf(out, "http_access %s%s%s%s%s%s%s%s%s%s%s\n",
		   k->rule->verdict == VERDICT_ACCEPT ? "allow" : "deny", port, p->src ? " " : "",
		   p->src ? p->src : "", p->dst ? " " : "", p->dst ? p->dst : "",
		   p->family ? " " : "", p->family ? p->family : "", k->names, k->apexes,
		   any ? " all" : "");
}

static int choose(struct choosing *k)
{
	int r = choose_addresses(k);

	if (r == 0)
		r = choose_ports(k);
	return r < 0 || k->why ? r : choose_names(k);
}

int squid_lines(const struct rule *rule, struct squid_acls *acls, struct buf *out,
		const char **ret_why)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	struct choosing k = { .rule = rule, .acls = acls, .arena = a };
	int r = a ? choose(&k) : -ENOMEM;

	for (size_t i = 0; r == 0 && !k.why && acls && i < k.parts; i++)
		for (size_t j = 0; j < k.ports; j++)
			write_line(&k, &k.part[i], k.port[j], out);
	if (r < 0)
		return r;
	*ret_why = k.why; /* a constant, whatever becomes of the arena */
	return out->r;
}
