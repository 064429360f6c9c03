/* SPDX-License-Identifier: Apache-2.0 */
/* The values of ports, methods, protocols, dstdomain and dstdom_regex. */
#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/show.h"
#include "dialect/spans.h"
#include "dialect/squid_acl.h"
#include "dialect/squid_name.h"

static int refuse(struct squid_world *w, const struct squid_value *value, const char *expected)
{
	diag_error(w->d, value->at, "expected %s, not '%s'", expected, show(value->text).text);
	diag_hint(w->d, "squid does not start with it");
	return E_SYNTAX;
}

/* ---- ports ---- */

static int read_port(struct squid_world *w, const struct squid_value *value, struct spanlist *out)
{
	struct str rest = value->text, first = str_cut(&rest, '-');
	uint64_t lo, hi;

	if (str_u64(first, UINT16_MAX, &lo) < 0)
		return refuse(w, value, "a port or a range of ports");
	hi = lo;
	if (rest.p && (str_u64(rest, UINT16_MAX, &hi) < 0 || hi < lo))
		return refuse(w, value, "a port or a range of ports");
	return spanlist_add(out, lo, hi);
}

int squid_ports(struct squid_world *w, struct squid_acl *acl, struct bounds *ret)
{
	EG_AUTO(arena_freep) struct arena *arena = arena_new();
	struct spanlist ports = SPANLIST_INIT(arena);
	struct flow_match match = FLOW_MATCH_ANY;
	bool unread = false;
	int r = arena ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < acl->n; i++) {
		unread = unread || acl->value[i].unread;
		if (acl->value[i].unread)
			r = squid_doubt(w, acl, acl->value[i].at, acl->value[i].text, FLOW_ALL);
		else
			r = read_port(w, &acl->value[i], &ports);
	}
	match.dim[FLOW_DPORT] = spanlist_seal(&ports);
	if (r == 0)
		r = flow_of_match(w->m, &match, 1, &ret->lo);
	ret->hi = unread ? FLOW_ALL : ret->lo;
	return r;
}

/* ---- words ---- */

/* What one word says of all requests that are looked at. */
typedef struct bounds word_judge(const struct squid_world *w, struct str word);

static int read_words(struct squid_world *w, struct squid_acl *acl, word_judge *judge,
		      struct bounds *ret)
{
	struct bounds any = BOUNDS_NONE;
	int r = 0;

	for (size_t i = 0; r == 0 && i < acl->n; i++) {
		const struct squid_value *value = &acl->value[i];
		struct bounds one = value->unread ? BOUNDS_UNKNOWN : judge(w, value->text);

		if (one.lo != one.hi)
			r = squid_doubt(w, acl, value->at, value->text, FLOW_ALL);
		if (r == 0)
			r = bounds_or(w->m, any, one, &any);
	}
	*ret = any;
	return r;
}

/* Squid 5 does not mind the case of letters; the standard does. */
static struct bounds judge_method(const struct squid_world *w, struct str word)
{
	if (str_is(word, w->method))
		return BOUNDS_ALL;
	return str_is_nocase(word, w->method) ? BOUNDS_UNKNOWN : BOUNDS_NONE;
}

int squid_methods(struct squid_world *w, struct squid_acl *acl, struct bounds *ret)
{
	return read_words(w, acl, judge_method, ret);
}

/* A GET is for an http URL. CONNECT has no protocol, for which versions have several words. */
static struct bounds judge_protocol(const struct squid_world *w, struct str word)
{
	static const char *const known[] = { "HTTP", "HTTPS", "FTP",	"COAP",	       "COAPS",
					     "URN",  "WAIS",  "GOPHER", "cache_object" };
	bool get = strcmp(w->method, "GET") == 0;

	if (str_is_nocase(word, "HTTP") && get)
		return BOUNDS_ALL;
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (str_is_nocase(word, known[i]))
			return BOUNDS_NONE;
	return BOUNDS_UNKNOWN;
}

int squid_protocols(struct squid_world *w, struct squid_acl *acl, struct bounds *ret)
{
	return read_words(w, acl, judge_protocol, ret);
}

/* ---- names ---- */

struct domains {
	struct squid_world *w;
	struct squid_acl *acl;
	struct arena *arena;
	struct pattern *pattern;
	size_t patterns;
	struct spanlist v4; /* addresses that are asked for as such */
	bool all;	    /* some value may be any name */
	bool digits;	    /* some value may be addresses */
};

static int doubt_value(struct domains *g, const struct squid_value *value, bool all)
{
	g->all = g->all || all;
	g->digits = true;
	return squid_doubt(g->w, g->acl, value->at, value->text, all ? FLOW_ALL : g->w->unnamed);
}

static int read_domain(struct domains *g, const struct squid_value *value)
{
	struct squid_hosts h;

	if (value->unread)
		return doubt_value(g, value, true);
	if (g->acl->kind == SQUID_REGEX)
		squid_domain_regex(value->text, value->nocase, &h);
	else
		squid_domain(value->text, &h);
	if (h.note)
		diag_warning(g->w->d, value->at, "%s: %s", show(value->text).text, h.note);
	switch (h.kind) {
	case SQUID_HOST_NAMES:
		for (size_t i = 0; i < h.n; i++)
			g->pattern[g->patterns++] = h.pattern[i];
		return 0;
	case SQUID_HOST_ADDRESS:
		return spanlist_add(&g->v4, h.addr.value, h.addr.value);
	case SQUID_HOST_DIGITS:
		return doubt_value(g, value, false);
	case SQUID_HOST_UNKNOWN:
		return doubt_value(g, value, true);
	case SQUID_HOST_NEVER:
		break;
	}
	return 0;
}

/* What is certain: names of the patterns, and addresses that are written out. */
static int domain_set(struct domains *g, flow_ref *ret)
{
	struct flow_match name = FLOW_MATCH_ANY, literal = FLOW_MATCH_ANY;
	flow_ref names = FLOW_NONE, literals = FLOW_NONE;
	int r = 0;

	name.name = g->pattern;
	name.names = g->patterns;
	literal.dim[FLOW_DST4] = spanlist_seal(&g->v4);
	literal.dim[FLOW_DST6] = spans_none();
	if (g->patterns)
		r = flow_of_match(g->w->m, &name, 1, &names);
	if (r == 0)
		r = flow_of_match(g->w->m, &literal, 1, &literals);
	if (r == 0)
		r = flow_restrict(g->w->m, literals, g->w->unnamed, &literals);
	return r < 0 ? r : flow_override(g->w->m, names, literals, ret);
}

/* What could be besides. A reverse lookup may give an address any name. */
static int loosen(struct domains *g, struct bounds *b)
{
	struct squid_acl *acl = g->acl;
	flow_ref set;
	int r;

	b->hi = b->lo;
	if (g->all)
		b->hi = FLOW_ALL;
	if (acl->n && acl->no_lookups != acl->lines) {
		g->digits = true;
		r = flow_minus(g->w->m, g->w->unnamed, b->lo, &set);
		if (r == 0)
			r = squid_doubt(g->w, acl, acl->at,
					STR("(the name of an address, without -n)"), set);
		if (r < 0)
			return r;
	}
	return g->digits ? flow_override(g->w->m, b->hi, g->w->unnamed, &b->hi) : 0;
}

int squid_domains(struct squid_world *w, struct squid_acl *acl, struct bounds *ret)
{
	EG_AUTO(arena_freep) struct arena *arena = arena_new();
	struct domains g = { .w = w, .acl = acl, .arena = arena, .v4 = SPANLIST_INIT(arena) };
	struct bounds b = BOUNDS_NONE;
	int r = 0;

	g.pattern = arena ? arena_array(arena, 2 * acl->n, sizeof(*g.pattern)) : NULL;
	if (!g.pattern)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < acl->n; i++)
		r = read_domain(&g, &acl->value[i]);
	if (r == 0)
		r = domain_set(&g, &b.lo);
	if (r == 0)
		r = loosen(&g, &b);
	if (r == 0)
		*ret = b;
	return r;
}
