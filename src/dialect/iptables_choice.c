/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/iptables_choice.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "dialect/iptables_limits.h"
#include "dialect/iptables_value.h"
#include "dialect/say.h"
#include "dialect/spans.h"
#include "net/prefixlist.h"
#include "net/proto.h"

enum { ICMP_ANY = 255, CODES = 256 };

struct choosing {
	const struct rule *rule;
	enum family family;
	const struct flow_mgr *m;
	struct set_texts *sets;
	struct arena *arena;
	struct rule_choices *out;
	const char *why;
};

static int add(struct choosing *k, struct choices *c, const char *text)
{
	if (!text)
		return -ENOMEM;
	if (c->n == IPTABLES_LINES_MAX) {
		k->why = "it would be more than 4096 lines";
		return 0;
	}
	if (c->n == c->cap) {
		size_t cap = c->cap ? c->cap * 2 : 4;
		const char **more = arena_array(k->arena, cap, sizeof(*more));

		if (!more)
			return -ENOMEM;
		if (c->n)
			memcpy(more, c->text, c->n * sizeof(*more));
		c->text = more;
		c->cap = cap;
	}
	c->text[c->n++] = text;
	return 0;
}

/* ---- addresses ---- */

void set_texts_release(struct set_texts *s)
{
	strmap_release(&s->by_name);
	mem_free(s->text);
	s->text = NULL;
}

/* Is it a name in a file that the text stands beside? */
static bool is_taken(const struct set_texts *s, const char *name)
{
	for (size_t i = 0; i < s->files; i++)
		if (memmem(s->beside[i].text.p, s->beside[i].text.n, name, strlen(name)))
			return true;
	return false;
}

static int set_named(struct set_texts *s, const char *name, const char *text)
{
	size_t at;
	int r;

	if (is_taken(s, name))
		return -EEXIST;
	if (strmap_get(&s->by_name, str_of(name), &at) == 0)
		return strcmp(s->text[at], text) == 0 ? 0 : -EEXIST;
	r = mem_grow(&s->text, &s->cap, s->n + 1, sizeof(*s->text));
	if (r == 0)
		r = strmap_add(&s->by_name, str_of(name), s->n);
	if (r == 0)
		s->text[s->n++] = text;
	return r;
}

/* The set of these entries: what is in it, line by line, without its name. */
static int make_set(struct choosing *k, const struct buf *entries, size_t n, const char **ret)
{
	bool v6 = k->family == FAMILY_V6;
	uint64_t digest = hash_bytes(entries->data, entries->n, v6);
	int r = -EEXIST;

	/* Two contents with one digest are as good as impossible, but a wrong set is not an option.
	 */
	for (unsigned again = 0; r == -EEXIST; again++) {
		EG_AUTO(buf_release) struct buf text = BUF_INIT;
		struct str rest = buf_str(entries);
		const char *name = arena_printf(k->sets->arena, "egret%d-%016llx", k->family,
						(unsigned long long)hash_mix(digest, again)),
			   *copy;

		if (!name)
			return -ENOMEM;
		buf_printf(&text, "create %s hash:net family %s hashsize 1024 maxelem %zu\n", name,
			   v6 ? "inet6" : "inet",
			   n > IPTABLES_SET_ELEMENTS_MAX ? n : (size_t)IPTABLES_SET_ELEMENTS_MAX);
		while (rest.n) {
			struct str entry = str_cut(&rest, '\n');

			buf_printf(&text, "add %s %.*s\n", name, STR_FMT(entry));
		}
		copy = text.r < 0 ? NULL : arena_str(k->sets->arena, buf_str(&text));
		if (!copy)
			return -ENOMEM;
		r = set_named(k->sets, name, copy);
		*ret = name;
	}
	return r;
}

static int add_set(struct choosing *k, struct choices *c, const struct buf *entries, size_t n,
		   const char *direction)
{
	const char *name = "";
	int r = entries->r;

	if (r == 0 && k->sets)
		r = make_set(k, entries, n, &name);
	return r < 0 ? r
		     : add(k, c,
			   arena_printf(k->arena, "-m set --match-set %s %s", name, direction));
}

static bool is_all(const struct choosing *k, struct flow_spans s)
{
	return spans_all(s, family_max(k->family));
}

/* Entries of the set in hand. */
struct adding {
	struct choosing *k;
	struct choices *c;
	const char *direction;
	struct buf entries;
	size_t n;
};

static int add_entry(void *data, struct prefix p)
{
	struct adding *g = data;
	int r = 0;

	prefix_print(p, &g->entries);
	buf_addc(&g->entries, '\n');
	if (++g->n == IPTABLES_SET_ELEMENTS_MAX) {
		r = add_set(g->k, g->c, &g->entries, g->n, g->direction);
		buf_clear(&g->entries);
		g->n = 0;
	}
	return r;
}

/* All prefixes of the spans, in sets of what one takes. */
static int add_sets(struct choosing *k, struct choices *c, struct flow_spans s,
		    const char *direction)
{
	struct adding g = { .k = k, .c = c, .direction = direction, .entries = BUF_INIT };
	int r = 0;

	for (size_t i = 0; r == 0 && i < s.n; i++)
		r = range_prefixes((struct addr_range){ k->family, s.span[i].lo, s.span[i].hi },
				   add_entry, &g);
	if (r == 0 && g.n)
		r = add_set(k, c, &g.entries, g.n, direction);
	buf_release(&g.entries);
	return r;
}

static int choose_addresses(struct choosing *k, struct choices *c, enum flow_dim dim4, bool src)
{
	struct flow_spans s = k->rule->match.dim[k->family == FAMILY_V6 ? dim4 + 1 : dim4];
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	struct prefix p;

	if (is_all(k, s))
		return add(k, c, "");
	if (s.n != 1 ||
	    !range_prefix((struct addr_range){ k->family, s.span[0].lo, s.span[0].hi }, &p))
		return add_sets(k, c, s, src ? "src" : "dst");
	buf_adds(&text, src ? "-s " : "-d ");
	prefix_print(p, &text);
	return text.r < 0 ? text.r : add(k, c, arena_str(k->arena, buf_str(&text)));
}

/* ---- interfaces ---- */

static bool name_fits(const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < n; i++)
		if ((unsigned char)name[i] <= ' ' || strchr("\"\\!#", name[i]))
			return false;
	return n > 0 && n <= IPTABLES_INTERFACE_NAME_MAX && name[n - 1] != '+';
}

static int choose_interface(struct choosing *k, struct choices *c, enum flow_dim dim)
{
	const char *option = dim == FLOW_IIF ? "-i" : "-o";
	struct zone_names names = { 0 };
	int r = 0;

	if (!k->rule->match.dim[dim].span)
		return add(k, c, "");
	r = say_zone_names(k->rule->match.dim[dim], k->m, k->arena, &names);
	for (size_t i = 0; r == 0 && i < names.n; i++)
		if (!name_fits(names.name[i]))
			k->why = "an interface whose name iptables does not take";
	if (r == 0 && names.not &&names.n == 1)
		return add(k, c, arena_printf(k->arena, "! %s %s", option, names.name[0]));
	for (size_t i = 0; r == 0 && i < names.n; i++)
		r = add(k, names.not ? &k->out->leave : c,
			arena_printf(k->arena, "%s %s", option, names.name[i]));
	return r == 0 && names.not ? add(k, c, "") : r;
}

/* ---- protocols, ports and ICMP types ---- */

/* "-m tcp --dport 443", or multiport lists of what one takes. */
static int choose_ports(struct choosing *k, unsigned proto, struct flow_spans s, bool src,
			struct choices *ret)
{
	bool own = proto == PROTO_TCP || proto == PROTO_UDP || proto == PROTO_SCTP;
	EG_AUTO(buf_release) struct buf list = BUF_INIT;
	size_t slots = 0;
	int r = 0;

	if (!s.span)
		return add(k, ret, "");
	for (size_t i = 0; r == 0 && i < s.n; i++) {
		unsigned lo = (unsigned)s.span[i].lo, hi = (unsigned)s.span[i].hi;
		size_t need = lo == hi ? 1 : 2;

		if (slots + need > IPTABLES_MULTIPORT_MAX) {
			r = add(k, ret,
				arena_printf(k->arena, " -m multiport --%s %s",
					     src ? "sports" : "dports", list.data));
			buf_clear(&list);
			slots = 0;
		}
		buf_printf(&list, slots ? ",%u" : "%u", lo);
		if (lo != hi)
			buf_printf(&list, ":%u", hi);
		slots += need;
	}
	if (list.r < 0)
		return list.r;
	if (r == 0 && slots && own && s.n == 1)
		return add(k, ret,
			   arena_printf(k->arena, " -m %s --%s %s", proto_name((uint8_t)proto),
					src ? "sport" : "dport", list.data));
	return r < 0 || !slots ? r
			       : add(k, ret,
				     arena_printf(k->arena, " -m multiport --%s %s",
						  src ? "sports" : "dports", list.data));
}

/* Whole types where all their codes are meant, else type and code. */
static int choose_types(struct choosing *k, struct flow_spans s, struct choices *ret)
{
	bool v6 = k->family == FAMILY_V6;
	const char *option = v6 ? " -m icmp6 --icmpv6-type" : " -m icmp --icmp-type";
	int r = 0;

	if (spans_all(s, UINT16_MAX))
		return add(k, ret, "");
	for (size_t i = 0; r == 0 && !k->why && i < s.n; i++) {
		for (u128 v = s.span[i].lo; r == 0 && !k->why && v <= s.span[i].hi;) {
			unsigned type = (unsigned)(v / CODES), code = (unsigned)(v % CODES);
			bool whole = code == 0 && v + CODES - 1 <= s.span[i].hi;

			if (type == ICMP_ANY && !v6)
				k->why = "ICMP type 255, which iptables takes for any";
			r = whole ? add(k, ret, arena_printf(k->arena, "%s %u", option, type))
				  : add(k, ret,
					arena_printf(k->arena, "%s %u/%u", option, type, code));
			v += whole ? CODES : 1;
		}
	}
	return r;
}

/* Names that iptables and /etc/protocols are sure to agree on; NULL: the number says it. */
static const char *well_known(uint8_t proto)
{
	return proto_has_ports(proto) || proto == PROTO_ICMP || proto == PROTO_ICMPV6 ||
			       proto == PROTO_GRE || proto == PROTO_ESP || proto == PROTO_AH
		       ? proto_name(proto)
		       : NULL;
}

static int choose_protocol(struct choosing *k, struct choices *c, unsigned proto)
{
	const struct flow_match *match = &k->rule->match;
	struct choices src = { 0 }, dst = { 0 };
	const char *name = well_known((uint8_t)proto);
	const char *option = name ? arena_printf(k->arena, "-p %s", name)
				  : arena_printf(k->arena, "-p %u", proto);
	bool icmp = proto == (k->family == FAMILY_V6 ? PROTO_ICMPV6 : PROTO_ICMP);
	int r = option ? 0 : -ENOMEM;

	if (proto == 0)
		k->why = "protocol 0, which iptables takes for any";
	if (r == 0 && !icmp && !proto_has_ports((uint8_t)proto))
		return add(k, c, option);
	if (r == 0 && icmp)
		r = choose_types(k, match->dim[FLOW_DPORT], &dst);
	else if (r == 0)
		r = choose_ports(k, proto, match->dim[FLOW_DPORT], false, &dst);
	if (r == 0)
		r = icmp ? add(k, &src, "")
			 : choose_ports(k, proto, match->dim[FLOW_SPORT], true, &src);
	for (size_t i = 0; r == 0 && !k->why && i < src.n * dst.n; i++)
		r = add(k, c,
			arena_printf(k->arena, "%s%s%s", option, src.text[i % src.n],
				     dst.text[i / src.n]));
	return r;
}

/* All protocols but one are said so. */
static int choose_but_one(struct choosing *k, struct choices *c, struct flow_spans s, bool *ret)
{
	struct flow_spans others;
	int r = spans_not(s, UINT8_MAX, k->arena, &others);

	*ret = r == 0 && others.n == 1 && others.span[0].lo == others.span[0].hi &&
	       others.span[0].lo != 0;
	return r < 0 || !*ret
		       ? r
		       : add(k, c, arena_printf(k->arena, "! -p %u", (unsigned)others.span[0].lo));
}

static int choose_protocols(struct choosing *k, struct choices *c)
{
	const struct flow_match *match = &k->rule->match;
	struct flow_spans s = match->dim[FLOW_PROTO];
	bool ports = match->dim[FLOW_DPORT].span || match->dim[FLOW_SPORT].span, done = false;
	int r = 0;

	if (!s.span || (s.n == 1 && s.span[0].lo == 0 && s.span[0].hi == UINT8_MAX && !ports))
		return add(k, c, "");
	if (!ports)
		r = choose_but_one(k, c, s, &done);
	for (size_t i = 0; r == 0 && !done && i < s.n; i++)
		for (u128 p = s.span[i].lo; r == 0 && !k->why && p <= s.span[i].hi; p++)
			r = choose_protocol(k, c, (unsigned)p);
	return r;
}

size_t rule_choices_lines(const struct rule_choices *c)
{
	size_t n = 1;

	for (size_t i = 0; i < CHOICE_FIELDS; i++) {
		n *= c->field[i].n;
		if (n > IPTABLES_LINES_MAX)
			return n;
	}
	return n;
}

int rule_choices(const struct rule *rule, enum family family, const struct flow_mgr *m,
		 struct set_texts *sets, struct arena *a, struct rule_choices *ret,
		 const char **ret_why)
{
	struct rule_choices out = { 0 };
	struct choosing k = { rule, family, m, sets, a, &out, NULL };
	int r = choose_addresses(&k, &out.field[CHOICE_SRC], FLOW_SRC4, true);

	if (r == 0)
		r = choose_addresses(&k, &out.field[CHOICE_DST], FLOW_DST4, false);
	if (r == 0)
		r = choose_interface(&k, &out.field[CHOICE_IN], FLOW_IIF);
	if (r == 0)
		r = choose_interface(&k, &out.field[CHOICE_OUT], FLOW_OIF);
	if (r == 0)
		r = choose_protocols(&k, &out.field[CHOICE_PROTO]);
	if (r < 0)
		return r;
	if (!k.why && rule_choices_lines(&out) > IPTABLES_LINES_MAX)
		k.why = "it would be more than 4096 lines";
	*ret = out;
	*ret_why = k.why;
	return 0;
}
