/* SPDX-License-Identifier: Apache-2.0 */
/* Matches as rules of a firewall, in the language of Suricata, for a text of JSON. */
#include <errno.h>
#include <string.h>

#include "dialect/aws_choice.h"
#include "dialect/aws_limits.h"
#include "dialect/aws_named.h"
#include "dialect/say.h"
#include "dialect/spans.h"
#include "net/proto.h"

enum {
	FIELD_PREFIXES_V4 = 40, /* of a field: Suricata reads lines of 8191 characters */
	FIELD_PREFIXES_V6 = 20,
	FIELD_PORTS = 80
};

/* Some of the sources, some of the destinations, some of the ports. */
struct header {
	const char *word; /* "tcp" */
	const struct prefix *src, *dst;
	size_t srcs, dsts;
	struct flow_spans ports; /* NULL: any */
};

struct printing {
	struct arena *arena;
	const char *verb; /* "pass", "drop" */
	struct buf *out;
	size_t *sids;
	const struct rule *rule; /* of names */
	void (*print)(struct printing *p, const struct header *h);
};

/* ---- fields ---- */

static void print_prefixes(const struct prefix *prefix, size_t n, struct buf *out)
{
	char text[PREFIX_TEXT_MAX];

	if (n == 1 && prefix->len == 0 && prefix->family == FAMILY_V4) {
		buf_adds(out, "0.0.0.0/0");
		return;
	}
	for (size_t i = 0; i < n; i++) {
		prefix_format(prefix[i], text);
		buf_printf(out, "%s%s", i ? "," : n > 1 ? "[" : "", text);
	}
	buf_adds(out, n > 1 ? "]" : "");
}

static void print_ports(struct flow_spans s, struct buf *out)
{
	if (!s.span)
		buf_adds(out, "any");
	for (size_t i = 0; i < s.n; i++) {
		unsigned lo = (unsigned)s.span[i].lo, hi = (unsigned)s.span[i].hi;

		buf_adds(out, i ? "," : s.n > 1 ? "[" : "");
		if (lo == hi)
			buf_printf(out, "%u", lo);
		else
			buf_printf(out, "%u:%u", lo, hi);
	}
	buf_adds(out, s.n > 1 ? "]" : "");
}

/* All combinations, as many in one header as its fields hold. */
static int each_header(struct printing *p, const char *word, const struct flow_match *match,
		       bool v6)
{
	const size_t most = v6 ? FIELD_PREFIXES_V6 : FIELD_PREFIXES_V4;
	enum family family = v6 ? FAMILY_V6 : FAMILY_V4;
	bool ported = strcmp(word, "tcp") == 0 || strcmp(word, "udp") == 0;
	struct flow_spans ports = ported ? match->dim[FLOW_DPORT] : SPANS_ANY;
	struct header h = { .word = word };
	struct prefix *src = NULL, *dst = NULL;
	size_t srcs = 0, dsts = 0;
	int r = aws_prefixes(match->dim[v6 ? FLOW_SRC6 : FLOW_SRC4], family, AWS_PRODUCTS_MAX,
			     p->arena, &src, &srcs);

	if (r == 0)
		r = aws_prefixes(match->dim[v6 ? FLOW_DST6 : FLOW_DST4], family, AWS_PRODUCTS_MAX,
				 p->arena, &dst, &dsts);
	if (spans_all(ports, UINT16_MAX))
		ports = SPANS_ANY;
	for (size_t i = 0; r == 0 && i < srcs; i += most)
		for (size_t k = 0; k < dsts; k += most)
			for (size_t port = 0; port == 0 || port < ports.n; port += FIELD_PORTS) {
				size_t left = ports.n - port;

				h.src = src + i;
				h.srcs = srcs - i < most ? srcs - i : most;
				h.dst = dst + k;
				h.dsts = dsts - k < most ? dsts - k : most;
				h.ports = ports;
				if (ports.span)
					h.ports = (struct flow_spans){ ports.span + port,
								       left < FIELD_PORTS
									       ? left
									       : FIELD_PORTS };
				p->print(p, &h);
			}
	return r < 0 ? r : p->out->r;
}

/* ---- rules of Suricata ---- */

bool aws_names_apex(const struct flow_match *match, const struct pattern *under)
{
	for (size_t i = 0; i < match->names; i++)
		if (match->name[i].kind == PATTERN_NAME &&
		    strcmp(match->name[i].name.text, under->name.text) == 0)
			return true;
	return false;
}

static bool is_under_too(const struct flow_match *match, const struct pattern *apex)
{
	for (size_t i = 0; i < match->names; i++)
		if (match->name[i].kind == PATTERN_UNDER &&
		    strcmp(match->name[i].name.text, apex->name.text) == 0)
			return true;
	return false;
}

static void print_header(struct printing *p, const char *word, const struct header *h)
{
	buf_printf(p->out, "%s %s ", p->verb, word);
	print_prefixes(h->src, h->srcs, p->out);
	buf_adds(p->out, " any -> ");
	print_prefixes(h->dst, h->dsts, p->out);
	buf_addc(p->out, ' ');
	print_ports(h->ports, p->out);
}

static void print_line(struct printing *p, const struct header *h, const struct pattern *name,
		       bool tls)
{
	bool under = name->kind == PATTERN_UNDER;
	bool both = under && aws_names_apex(&p->rule->match, name);

	print_header(p, tls ? "tls" : "http", h);
	buf_printf(p->out,
		   " (%s; %scontent:\\\"%s%s\\\"; %s%sendswith; flow:to_server; sid:%zu;)\\n",
		   tls ? "tls.sni" : "http.host", both ? "dotprefix; " : "", under ? "." : "",
		   name->name.text, under ? "" : "startswith; ", tls ? "nocase; " : "", ++*p->sids);
}

static void print_lines(struct printing *p, const struct header *h)
{
	const struct flow_match *match = &p->rule->match;

	for (size_t i = 0; i < match->names; i++) {
		const struct pattern *name = &match->name[i];

		if (name->kind == PATTERN_NAME && is_under_too(match, name))
			continue; /* with the names under it */
		print_line(p, h, name, true);
		print_line(p, h, name, false);
	}
}

int aws_print_suricata(const struct rule *rule, const char *verb, struct arena *a, struct buf *out,
		       size_t *sids)
{
	struct printing p = { .arena = a,
			      .verb = verb,
			      .out = out,
			      .sids = sids,
			      .rule = rule,
			      .print = print_lines };
	int r = 0;

	for (size_t v6 = 0; r == 0 && v6 < 2; v6++)
		if (say_holds_family(&rule->match, v6 ? FAMILY_V6 : FAMILY_V4))
			r = each_header(&p, "tcp", &rule->match, v6);
	return r;
}

/* ---- rules by address ---- */

static void print_plain(struct printing *p, const struct header *h)
{
	print_header(p, h->word, h);
	buf_printf(p->out, " (sid:%zu;)\\n", ++*p->sids);
}

/* What the header has a word for. */
static const char *word_of(unsigned proto, bool v6)
{
	if (proto == PROTO_TCP || proto == PROTO_UDP)
		return proto == PROTO_TCP ? "tcp" : "udp";
	return proto == (v6 ? PROTO_ICMPV6 : PROTO_ICMP) ? "icmp" : NULL;
}

bool aws_named_strange(const struct flow_match *match)
{
	struct flow_spans proto = match->dim[FLOW_PROTO];

	if (spans_all(proto, UINT8_MAX))
		return !spans_all(match->dim[FLOW_DPORT], UINT16_MAX);
	for (size_t i = 0; i < proto.n; i++)
		for (u128 p = proto.span[i].lo; p <= proto.span[i].hi; p++)
			if (!word_of((unsigned)p, false) && !word_of((unsigned)p, true))
				return true;
	return false;
}

/* Types of ICMP are left to the groups. */
static int print_family(struct printing *p, const struct flow_match *match, bool v6)
{
	static const unsigned known[] = { PROTO_TCP, PROTO_UDP, PROTO_ICMP, PROTO_ICMPV6 };
	int r = 0;

	if (!say_holds_family(match, v6 ? FAMILY_V6 : FAMILY_V4))
		return 0;
	if (spans_all(match->dim[FLOW_PROTO], UINT8_MAX))
		return each_header(p, "ip", match, v6);
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(known); i++) {
		const char *word = word_of(known[i], v6);

		if (word && spans_have(match->dim[FLOW_PROTO], known[i]))
			r = each_header(p, word, match, v6);
	}
	return r;
}

int aws_print_packets(const struct flow_match *match, const char *verb, struct arena *a,
		      struct buf *out, size_t *sids)
{
	struct printing p = {
		.arena = a, .verb = verb, .out = out, .sids = sids, .print = print_plain
	};
	int r = print_family(&p, match, false);

	return r < 0 ? r : print_family(&p, match, true);
}
