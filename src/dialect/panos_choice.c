/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/panos_choice.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/panos_limits.h"
#include "dialect/say.h"
#include "dialect/spans.h"
#include "net/prefixlist.h"
#include "net/proto.h"

static const enum family families[2] = { FAMILY_V4, FAMILY_V6 };

struct saying_rule {
	struct panos_written *w;
	const struct flow_match *match;
	const struct flow_mgr *m;
	struct arena *arena; /* for this rule alone */
};

void panos_written_release(struct panos_written *w)
{
	strmap_release(&w->by_name);
	buf_release(&w->text);
}

/* ---- what can be said ---- */

/* TCP, UDP or both; or all there is. */
static bool protocols_fit(const struct flow_match *match)
{
	struct flow_spans s = match->dim[FLOW_PROTO];

	if (spans_all(s, UINT8_MAX))
		return spans_all(match->dim[FLOW_DPORT], UINT16_MAX) &&
		       spans_all(match->dim[FLOW_SPORT], UINT16_MAX);
	for (size_t i = 0; i < s.n; i++)
		if (s.span[i].lo != s.span[i].hi ||
		    (s.span[i].lo != PROTO_TCP && s.span[i].lo != PROTO_UDP))
			return false;
	return true;
}

static const char *names_why(const struct flow_match *match)
{
	if (match->excepts)
		return "all names but some";
	for (size_t i = 0; i < match->names; i++)
		if (match->name[i].kind != PATTERN_NAME)
			return "PAN-OS resolves whole names alone, not patterns of them";
	if (!match->name)
		return NULL;
	for (size_t v6 = 0; v6 < 2; v6++)
		if (!spans_all(match->dim[FLOW_DST4 + v6], family_max(families[v6])))
			return "a name together with addresses";
	return NULL;
}

/* Zones have letters, digits, blanks, dots, dashes and underscores in their names. */
static bool is_zone_name(const char *name)
{
	size_t n =
		strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ._-");

	return n > 0 && n <= PANOS_ZONE_NAME_MAX && !name[n];
}

static int zones_why(const struct flow_match *match, const struct flow_mgr *m, struct arena *a,
		     const char **ret)
{
	static const enum flow_dim side[] = { FLOW_IIF, FLOW_OIF };
	struct zone_names names;

	for (size_t i = 0; i < ARRAY_LEN(side); i++) {
		int r = match->dim[side[i]].span ? say_zone_names(match->dim[side[i]], m, a, &names)
						 : 0;

		if (r < 0)
			return r;
		if (match->dim[side[i]].span && names.not )
			*ret = "all zones but some";
		for (size_t k = 0; match->dim[side[i]].span && !*ret && k < names.n; k++)
			if (!is_zone_name(names.name[k]))
				*ret = "an interface whose name cannot be a zone's";
	}
	return 0;
}

int panos_why_not(const struct rule *rule, const struct flow_mgr *m, struct arena *a,
		  const char **ret)
{
	int r = say_packet(rule, m, a, ret);

	if (r < 0 || *ret)
		return r;
	if (!protocols_fit(&rule->match))
		*ret = "PAN-OS knows services of TCP and UDP alone; the rest are applications";
	else
		*ret = names_why(&rule->match);
	return *ret ? 0 : zones_why(&rule->match, m, a, ret);
}

bool panos_says_something(const struct flow_match *match)
{
	for (enum flow_dim dim = 0; dim < FLOW_NAME; dim++)
		if (dim != FLOW_DST4 && dim != FLOW_DST6 && dim != FLOW_SRC4 && dim != FLOW_SRC6 &&
		    spans_empty(match->dim[dim]))
			return false;
	return say_holds_family(match, FAMILY_V4) || say_holds_family(match, FAMILY_V6);
}

/* ---- objects ---- */

/* Defines an object once. Lines begin with the second word: "address NAME". */
static int define(struct panos_written *w, const char *name, const char *kind, struct str body)
{
	size_t at;
	int r;

	if (strmap_get(&w->by_name, str_of(name), &at) == 0)
		return 0;
	r = strmap_add(&w->by_name, str_of(name), 0);
	while (r == 0 && body.n) {
		struct str line = str_cut(&body, '\n');

		buf_printf(&w->text, "set %s%s %s %.*s\n", w->scope, kind, name, STR_FMT(line));
	}
	return r < 0 ? r : w->text.r;
}

/* "egret-WHAT", as far as a name may hold it; else a digest. */
static const char *name_of(struct panos_written *w, const char *prefix, const char *what)
{
	char *name = arena_printf(w->arena, "egret-%s%s", prefix, what);

	for (char *p = name; p && *p; p++)
		if (*p == ':')
			*p = '_';
		else if (*p == '/')
			*p = '-';
	if (name && (strlen(name) > PANOS_NAME_MAX || strchr(name, ',')))
		name = arena_printf(w->arena, "egret-%s%016llx", prefix,
				    (unsigned long long)hash_bytes(what, strlen(what), 0));
	return name;
}

/* ---- addresses ---- */

/* "10.0.0.0/8", or "10.0.0.1-10.0.0.9" where no one prefix is it. */
static const char *address_text(struct arena *a, enum family family, struct flow_span span)
{
	char lo[ADDR_TEXT_MAX], hi[ADDR_TEXT_MAX], whole[PREFIX_TEXT_MAX];
	struct prefix prefix;

	if (range_prefix((struct addr_range){ family, span.lo, span.hi }, &prefix)) {
		prefix_format(prefix, whole);
		return arena_str(a, str_of(whole));
	}
	addr_format((struct addr){ family, span.lo }, lo);
	addr_format((struct addr){ family, span.hi }, hi);
	return arena_printf(a, "%s-%s", lo, hi);
}

struct texts {
	const char **text;
	size_t n;
};

/* All addresses of an end, one text each; `ret_any`: it is any. */
static int list_end(struct saying_rule *s, enum flow_dim dim4, struct texts *ret, bool *ret_any)
{
	static const struct flow_span whole[2] = { { 0, UINT32_MAX }, { 0, ~(u128)0 } };
	struct flow_spans by_family[2];
	size_t n = 0;

	*ret_any = true;
	for (size_t v6 = 0; v6 < 2; v6++) {
		bool open = spans_all(s->match->dim[dim4 + v6], family_max(families[v6]));

		by_family[v6] =
			open ? (struct flow_spans){ &whole[v6], 1 } : s->match->dim[dim4 + v6];
		if (!say_holds_family(s->match, families[v6]))
			by_family[v6].n = 0;
		*ret_any = *ret_any && open && by_family[v6].n;
		n += by_family[v6].n;
	}
	ret->n = 0;
	ret->text = arena_array(s->arena, n, sizeof(*ret->text));
	if (!ret->text)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		bool v6 = i >= by_family[0].n;
		struct flow_span span = by_family[v6].span[v6 ? i - by_family[0].n : i];

		ret->text[ret->n] = address_text(s->arena, families[v6], span);
		if (!ret->text[ret->n++])
			return -ENOMEM;
	}
	return 0;
}

static int define_address(struct saying_rule *s, const char *text, const char **ret)
{
	EG_AUTO(buf_release) struct buf body = BUF_INIT;

	*ret = name_of(s->w, "", text);
	buf_printf(&body, "%s %s", strchr(text, '-') ? "ip-range" : "ip-netmask", text);
	return !*ret	    ? -ENOMEM
	       : body.r < 0 ? body.r
			    : define(s->w, *ret, "address", buf_str(&body));
}

/* One group of these members. */
static int define_group(struct saying_rule *s, const char *const *member, size_t n,
			const char **ret)
{
	EG_AUTO(buf_release) struct buf body = BUF_INIT;

	for (size_t i = 0; i < n; i++)
		buf_printf(&body, "%sstatic %s", i ? "\n" : "", member[i]);
	if (body.r < 0)
		return body.r;
	*ret = arena_printf(s->w->arena, "egret-%016llx",
			    (unsigned long long)hash_bytes(body.data, body.n, 0));
	return *ret ? define(s->w, *ret, "address-group", buf_str(&body)) : -ENOMEM;
}

/* As few words as a rule's list takes: one address by itself, several as groups. */
static int gather(struct saying_rule *s, struct texts *list)
{
	size_t groups = 0;
	int r = 0;

	if (list->n < 2)
		return 0;
	for (size_t i = 0; r == 0 && i < list->n; i++)
		r = define_address(s, list->text[i], &list->text[i]);
	for (size_t i = 0; r == 0 && i < list->n; i += PANOS_GROUP_MEMBERS_MAX) {
		size_t n = list->n - i < PANOS_GROUP_MEMBERS_MAX ? list->n - i
								 : PANOS_GROUP_MEMBERS_MAX;

		r = define_group(s, &list->text[i], n, &list->text[groups++]);
	}
	list->n = groups;
	return r;
}

static void say_list(const char *field, const struct texts *list, struct buf *out)
{
	buf_printf(out, " %s%s", field, list->n > 1 ? " [" : "");
	for (size_t i = 0; i < list->n; i++)
		buf_printf(out, strchr(list->text[i], ' ') ? " \"%s\"" : " %s", list->text[i]);
	buf_adds(out, list->n > 1 ? " ]\n" : "\n");
}

static int say_end(struct saying_rule *s, enum flow_dim dim4, const char *field, struct buf *out)
{
	struct texts list;
	bool any;
	int r = list_end(s, dim4, &list, &any);

	if (r == 0 && any) {
		buf_printf(out, " %s any\n", field);
		return 0;
	}
	if (r == 0)
		r = gather(s, &list);
	if (r == 0)
		say_list(field, &list, out);
	return r;
}

/* A destination by names: an object each, as the device resolves them. */
static int say_names(struct saying_rule *s, struct buf *out)
{
	struct texts list = { arena_array(s->arena, s->match->names, sizeof(*list.text)), 0 };
	int r = list.text ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < s->match->names; i++) {
		EG_AUTO(buf_release) struct buf body = BUF_INIT;
		const char *text = s->match->name[i].name.text;

		buf_printf(&body, "fqdn %s", text);
		list.text[i] = name_of(s->w, "fqdn-", text);
		r = !list.text[i] ? -ENOMEM
		    : body.r < 0  ? body.r
				  : define(s->w, list.text[i], "address", buf_str(&body));
		list.n++;
	}
	if (r == 0 && list.n > 1)
		r = define_group(s, list.text, list.n, &list.text[0]);
	list.n = 1;
	if (r == 0)
		say_list("destination", &list, out);
	return r;
}

/* ---- services ---- */

/* The ports from `*at` on, as many as one service holds. */
static int cut_ports(struct saying_rule *s, struct flow_spans ports, size_t *at, const char **ret)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	enum { LONGEST = sizeof(",65535-65535") };

	if (spans_all(ports, UINT16_MAX)) {
		*at = SIZE_MAX;
		*ret = "0-65535";
		return 0;
	}
	for (; *at < ports.n && text.n + LONGEST <= PANOS_PORT_LIST_MAX; ++*at) {
		unsigned lo = (unsigned)ports.span[*at].lo, hi = (unsigned)ports.span[*at].hi;

		buf_printf(&text, "%s%u", text.n ? "," : "", lo);
		if (lo != hi)
			buf_printf(&text, "-%u", hi);
	}
	if (*at == ports.n)
		*at = SIZE_MAX;
	*ret = text.r < 0 ? NULL : arena_str(s->arena, buf_str(&text));
	return *ret ? 0 : -ENOMEM;
}

static int define_service(struct saying_rule *s, unsigned proto, const char *sport,
			  const char *dport, const char **ret)
{
	EG_AUTO(buf_release) struct buf body = BUF_INIT;
	const char *name = proto == PROTO_TCP ? "tcp" : "udp";
	const char *what = sport ? arena_printf(s->arena, "%s-from-%s", dport, sport) : dport;

	buf_printf(&body, "protocol %s port %s", name, dport);
	if (sport)
		buf_printf(&body, "\nprotocol %s source-port %s", name, sport);
	if (!what || body.r < 0)
		return -ENOMEM;
	*ret = name_of(s->w, proto == PROTO_TCP ? "tcp-" : "udp-", what);
	return *ret ? define(s->w, *ret, "service", buf_str(&body)) : -ENOMEM;
}

static int say_service(struct saying_rule *s, unsigned proto, struct buf *out)
{
	struct flow_spans from = s->match->dim[FLOW_SPORT], to = s->match->dim[FLOW_DPORT];
	bool any_source = spans_all(from, UINT16_MAX);
	const char *sport = NULL, *dport, *name;
	int r = 0;

	for (size_t i = 0; r == 0 && i != SIZE_MAX;) {
		if (any_source)
			i = SIZE_MAX;
		else
			r = cut_ports(s, from, &i, &sport);
		for (size_t k = 0; r == 0 && k != SIZE_MAX;) {
			r = cut_ports(s, to, &k, &dport);
			if (r == 0)
				r = define_service(s, proto, sport, dport, &name);
			if (r == 0)
				buf_printf(out, " service %s\n", name);
		}
	}
	return r;
}

static int say_services(struct saying_rule *s, struct buf *out)
{
	static const unsigned known[] = { PROTO_TCP, PROTO_UDP };
	struct flow_spans proto = s->match->dim[FLOW_PROTO];
	int r = 0;

	if (spans_all(proto, UINT8_MAX)) {
		buf_adds(out, " service any\n");
		return 0;
	}
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(known); i++)
		if (spans_have(proto, known[i]))
			r = say_service(s, known[i], out);
	return r;
}

/* ---- the rule ---- */

static int say_zones(struct saying_rule *s, enum flow_dim side, const char *field, struct buf *out)
{
	struct flow_spans zones = s->match->dim[side];
	struct zone_names names;
	struct texts list;
	int r;

	if (!zones.span) {
		buf_printf(out, " %s any\n", field);
		return 0;
	}
	r = say_zone_names(zones, s->m, s->arena, &names);
	if (r < 0)
		return r;
	list = (struct texts){ names.name, names.n };
	say_list(field, &list, out);
	return 0;
}

int panos_say_rule(struct panos_written *w, const struct rule *rule, const struct flow_mgr *m,
		   struct buf *out)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	struct saying_rule s = { w, &rule->match, m, a };
	int r = a ? say_zones(&s, FLOW_IIF, "from", out) : -ENOMEM;

	if (r == 0)
		r = say_zones(&s, FLOW_OIF, "to", out);
	if (r == 0)
		r = say_end(&s, FLOW_SRC4, "source", out);
	if (r == 0)
		r = rule->match.name ? say_names(&s, out)
				     : say_end(&s, FLOW_DST4, "destination", out);
	buf_adds(out, " application any\n");
	if (r == 0)
		r = say_services(&s, out);
	return r < 0 ? r : out->r;
}
