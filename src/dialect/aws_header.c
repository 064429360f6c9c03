/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The header of a stateful rule, in Suricata's words: any, a value, a variable of the rule group,
 * or a list of them in brackets, each perhaps negated. HOME_NET and EXTERNAL_NET may be the
 * policy's: they are looked up when the rule is walked. Lists in lists are not modelled.
 */
#include <errno.h>

#include "base/err.h"
#include "base/show.h"
#include "dialect/aws_parsing.h"
#include "dialect/spans.h"
#include "net/proto.h"

void aws_note_unknown(struct aws_rule *rule, const char *what)
{
	rule->unknown = rule->unknown ? rule->unknown : what;
}

/* The items of "[a,b]", or the one of "a"; false: another form. */
static bool open_list(struct str text, struct str *ret)
{
	bool open = str_starts(text, "["), closed = str_ends(text, "]");

	if (open && closed && text.n > 2)
		*ret = (struct str){ text.p + 1, text.n - 2 };
	else
		*ret = text;
	return open == closed && text.n;
}

/* What a variable of the group is defined as; NULL: it is not. */
static json_t *definition(struct aws_parsing *p, const char *kind, struct str name)
{
	const json_t *sets = aws_get_object(p, p->variables, kind);
	const char *text = arena_str(p->arena, name);

	aws_keep(p, text ? 0 : -ENOMEM);
	return text ? aws_get_list(p, aws_get_object(p, sets, text), "Definition") : NULL;
}

/* ---- addresses ---- */

static bool add_prefix(struct aws_parsing *p, struct str text, struct aws_ends *ret)
{
	struct prefix prefix;

	if (prefix_parse(text, &prefix) < 0)
		return false;
	aws_add_end(p, prefix, ret);
	return true;
}

/* A prefix, or all of a variable. */
static bool add_item(struct aws_parsing *p, struct str item, struct aws_ends *ret)
{
	json_t *list, *one;
	size_t i;

	if (!str_starts(item, "$"))
		return add_prefix(p, item, ret);
	list = definition(p, "IPSets", (struct str){ item.p + 1, item.n - 1 });
	json_array_foreach(list, i, one)
	{
		if (!add_prefix(p, str_of(json_string_value(one)), ret))
			return false;
	}
	return list != NULL;
}

/* What is in the one and not in the other; nothing in the one: everything. */
static void subtract(struct aws_parsing *p, struct spanlist *in, struct spanlist *out, u128 max,
		     struct flow_spans *ret)
{
	struct flow_spans not_out;

	*ret = in->n ? spanlist_seal(in) : SPANS_ANY;
	aws_keep(p, spans_not(spanlist_seal(out), max, p->arena, &not_out));
	if (p->r == 0)
		aws_keep(p, spans_and(*ret, not_out, p->arena, ret));
}

static bool read_items(struct aws_parsing *p, struct str rest, struct aws_ends *in,
		       struct aws_ends *out)
{
	while (rest.p) {
		struct str item = str_trim(str_cut(&rest, ','));
		bool not = str_starts(item, "!");

		if (not )
			item = (struct str){ item.p + 1, item.n - 1 };
		if (!add_item(p, item, not ? out : in))
			return false;
	}
	return true;
}

static enum aws_net read_end(struct aws_parsing *p, const char *text, struct aws_rule *rule,
			     struct flow_spans *ret4, struct flow_spans *ret6)
{
	struct aws_ends in = { SPANLIST_INIT(p->arena), SPANLIST_INIT(p->arena), false };
	struct aws_ends out = { SPANLIST_INIT(p->arena), SPANLIST_INIT(p->arena), false };
	struct str rest;

	if (str_is_nocase(str_of(text), "any"))
		return AWS_NET_GIVEN;
	if (strcmp(text, "$HOME_NET") == 0)
		return AWS_NET_HOME;
	if (strcmp(text, "$EXTERNAL_NET") == 0)
		return AWS_NET_EXTERNAL;
	if (!open_list(str_of(text), &rest) || !read_items(p, rest, &in, &out)) {
		aws_note_unknown(rule, text);
		return AWS_NET_GIVEN;
	}
	if (out.v4.n || out.v6.n) {
		bool all = !in.v4.n && !in.v6.n;

		if (all) {
			aws_keep(p, spanlist_add(&in.v4, 0, family_max(FAMILY_V4)));
			aws_keep(p, spanlist_add(&in.v6, 0, family_max(FAMILY_V6)));
		}
		*ret4 = *ret6 = spans_none();
		if (in.v4.n)
			subtract(p, &in.v4, &out.v4, family_max(FAMILY_V4), ret4);
		if (in.v6.n)
			subtract(p, &in.v6, &out.v6, family_max(FAMILY_V6), ret6);
	} else {
		aws_seal_ends(&in, ret4, ret6);
	}
	return AWS_NET_GIVEN;
}

/* ---- ports ---- */

/* "80", "80:90", ":90", "80:" */
static int read_port(struct str text, struct flow_span *ret)
{
	struct str from = str_cut(&text, ':');
	uint64_t lo = 0, hi = UINT16_MAX;
	int r = from.n || !text.p ? str_u64(from, UINT16_MAX, &lo) : 0;

	if (r == 0 && !text.p)
		hi = lo;
	else if (r == 0 && text.n)
		r = str_u64(text, UINT16_MAX, &hi);
	*ret = (struct flow_span){ lo, hi };
	return r == 0 && lo > hi ? E_SYNTAX : r;
}

static bool add_port(struct aws_parsing *p, struct str text, struct spanlist *ret)
{
	struct flow_span span;

	if (read_port(text, &span) < 0)
		return false;
	aws_keep(p, spanlist_add(ret, span.lo, span.hi));
	return true;
}

static bool add_ports(struct aws_parsing *p, struct str item, struct spanlist *ret)
{
	json_t *list, *one;
	size_t i;

	if (!str_starts(item, "$"))
		return add_port(p, item, ret);
	list = definition(p, "PortSets", (struct str){ item.p + 1, item.n - 1 });
	json_array_foreach(list, i, one)
	{
		if (!add_port(p, str_of(json_string_value(one)), ret))
			return false;
	}
	return list != NULL;
}

static void read_ports(struct aws_parsing *p, const char *text, struct aws_rule *rule,
		       struct flow_spans *ret)
{
	struct spanlist in = SPANLIST_INIT(p->arena), out = SPANLIST_INIT(p->arena);
	struct str rest;
	bool good;

	if (str_is_nocase(str_of(text), "any"))
		return;
	good = open_list(str_of(text), &rest);
	while (good && rest.p) {
		struct str item = str_trim(str_cut(&rest, ','));
		bool not = str_starts(item, "!");

		if (not )
			item = (struct str){ item.p + 1, item.n - 1 };
		good = add_ports(p, item, not ? &out : &in);
	}
	if (!good) {
		aws_note_unknown(rule, text);
		return;
	}
	subtract(p, &in, &out, UINT16_MAX, ret);
	rule->transport = true;
}

/* Those above TCP and UDP are found from what a conversation says, later. */
static void read_protocol(struct aws_parsing *p, const char *text, struct aws_rule *rule)
{
	struct str name = str_of(text);
	struct spanlist spans = SPANLIST_INIT(p->arena);
	bool tcp = str_is_nocase(name, "tcp"), udp = str_is_nocase(name, "udp");
	bool tls = str_is_nocase(name, "tls"), http = str_is_nocase(name, "http");

	if (str_is_nocase(name, "ip"))
		return;
	if (str_is_nocase(name, "icmp")) {
		aws_keep(p, spanlist_add(&spans, PROTO_ICMP, PROTO_ICMP));
		aws_keep(p, spanlist_add(&spans, PROTO_ICMPV6, PROTO_ICMPV6));
	} else {
		if (!udp)
			aws_keep(p, spanlist_add(&spans, PROTO_TCP, PROTO_TCP));
		if (!tcp && !tls && !http)
			aws_keep(p, spanlist_add(&spans, PROTO_UDP, PROTO_UDP));
		rule->layer = tls ? AWS_TLS : http ? AWS_HTTP : AWS_PACKETS;
		if (!tcp && !udp && !tls && !http)
			aws_note_unknown(rule, text);
	}
	rule->proto = spanlist_seal(&spans);
}

static void read_action(struct aws_parsing *p, const json_t *at, const char *text,
			struct aws_rule *rule)
{
	static const struct {
		const char *name;
		enum aws_action action;
	} known[] = {
		{ "pass", AWS_PASS },
		{ "drop", AWS_DROP },
		{ "reject", AWS_DROP },
		{ "alert", AWS_ALERT },
	};

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (str_is_nocase(str_of(text), known[i].name)) {
			rule->action = known[i].action;
			return;
		}
	aws_refuse(p, at, E_SYNTAX, "expected pass, drop, reject or alert",
		   "'%s' is no action that egret knows", show(str_of(text)).text);
}

void aws_read_header(struct aws_parsing *p, const json_t *at, const struct aws_header *h,
		     struct aws_rule *ret)
{
	if (p->r < 0)
		return;
	read_action(p, at, h->action, ret);
	read_protocol(p, h->proto, ret);
	ret->src_net = read_end(p, h->src, ret, &ret->src4, &ret->src6);
	ret->dst_net = read_end(p, h->dst, ret, &ret->dst4, &ret->dst6);
	read_ports(p, h->sport, ret, &ret->sport);
	read_ports(p, h->dport, ret, &ret->dport);
	ret->both_ways = h->both_ways;
}
