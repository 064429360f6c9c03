/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/iptables_option.h"

#include <errno.h>

#include "base/err.h"
#include "base/show.h"
#include "dialect/iptables_value.h"
#include "net/proto.h"

int ipt_add_cond(struct rule_parse *k, struct ipt_cond c)
{
	if (k->conds == CONDS_MAX)
		return ipt_refuse(k->p, E_LIMIT, NULL, "a rule of more than %d conditions",
				  CONDS_MAX);
	k->cond[k->conds++] = c;
	return 0;
}

struct str ipt_option_text(const struct rule_parse *k, size_t args)
{
	return words_raw(&k->p->words, k->from, k->at + args);
}

static int not_a(struct rule_parse *k, const char *what, struct str value)
{
	return ipt_refuse(k->p, E_SYNTAX, NULL, "%s is no %s", show(value).text, what);
}

/* A value of one dimension, turned round if the option was. */
static int add_spans(struct rule_parse *k, enum flow_dim dim, struct spanlist *list, bool transport)
{
	struct ipt_cond c = { .kind = COND_SPANS,
			      .dim = dim,
			      .transport = transport,
			      .spans = spanlist_seal(list),
			      .text = ipt_option_text(k, 1) };
	int r = k->not ? spans_not(c.spans, flow_dim_max(dim), k->p->arena, &c.spans) : 0;

	return r < 0 ? r : ipt_add_cond(k, c);
}

/* ---- options of every rule ---- */

static bool v6(const struct rule_parse *k)
{
	return k->p->table->family == FAMILY_V6;
}

static int add_addresses(struct rule_parse *k, struct str value, enum flow_dim dim4)
{
	struct spanlist list = SPANLIST_INIT(k->p->arena);
	enum flow_dim dim = v6(k) ? dim4 + 1 : dim4;
	struct str rest = value;

	while (rest.p) {
		int r = ipt_address(str_cut(&rest, ','), k->p->table->family, k->p->arena, &list);

		if (r == E_UNKNOWN || r == E_LIMIT)
			return ipt_add_cond(k, (struct ipt_cond){ .kind = COND_UNKNOWN,
								  .text = ipt_option_text(k, 1) });
		if (r == E_CONFLICT)
			return ipt_refuse(k->p, r,
					  "IPv4 rules are of iptables-save, IPv6 rules of "
					  "ip6tables-save",
					  "%s is of the other family than this table",
					  show(value).text);
		if (r < 0)
			return r == -ENOMEM ? r : not_a(k, "address", value);
	}
	return add_spans(k, dim, &list, false);
}

static int take_source(struct rule_parse *k, struct str value)
{
	return add_addresses(k, value, FLOW_SRC4);
}

static int take_destination(struct rule_parse *k, struct str value)
{
	return add_addresses(k, value, FLOW_DST4);
}

static int add_interface(struct rule_parse *k, struct str value, enum flow_dim dim)
{
	if (value.n > IPTABLES_INTERFACE_NAME_MAX)
		return ipt_refuse(k->p, E_LIMIT, NULL, "interface name %s: more than %d bytes",
				  show(value).text, IPTABLES_INTERFACE_NAME_MAX);
	return ipt_add_cond(k, (struct ipt_cond){ .kind = COND_INTERFACE,
						  .dim = dim,
						  .name = value,
						  .not = k->not,
						  .text = ipt_option_text(k, 1) });
}

static int take_in(struct rule_parse *k, struct str value)
{
	return add_interface(k, value, FLOW_IIF);
}

static int take_out(struct rule_parse *k, struct str value)
{
	return add_interface(k, value, FLOW_OIF);
}

static int take_protocol(struct rule_parse *k, struct str value)
{
	struct spanlist list = SPANLIST_INIT(k->p->arena);
	unsigned proto;
	int r;

	if (ipt_protocol(value, &proto) < 0)
		return not_a(k, "protocol", value);
	r = proto ? spanlist_add(&list, proto, proto) : spanlist_add(&list, 0, UINT8_MAX);
	if (!k->not &&proto)
		k->proto = (int)proto;
	return r < 0 ? r : add_spans(k, FLOW_PROTO, &list, false);
}

static int take_fragment(struct rule_parse *k, struct str value)
{
	(void)value;
	return ipt_add_cond(k, (struct ipt_cond){ .kind = COND_FRAGMENT,
						  .not = k->not,
						  .text = ipt_option_text(k, 0) });
}

static int take_module(struct rule_parse *k, struct str value)
{
	if (k->modules == MODULES_MAX)
		return ipt_refuse(k->p, E_LIMIT, NULL, "a rule of more than %d -m", MODULES_MAX);
	k->module[k->modules++] = value;
	k->owner = OWNER_MATCH;
	return 0;
}

static int take_target(struct rule_parse *k, struct str value)
{
	(void)value;
	if (k->target_at)
		return ipt_refuse(k->p, E_SYNTAX, NULL, "a rule has one target");
	k->target_at = k->at + 1;
	k->target_end = k->at + 1;
	k->owner = OWNER_TARGET;
	return 0;
}

static int take_goto(struct rule_parse *k, struct str value)
{
	k->go = true;
	return take_target(k, value);
}

static int take_nothing(struct rule_parse *k, struct str value)
{
	(void)k;
	(void)value;
	return 0;
}

/* ---- options of modules ---- */

static int take_comment(struct rule_parse *k, struct str value)
{
	k->rule->comment = arena_str(k->p->arena, value);
	return k->rule->comment ? 0 : -ENOMEM;
}

/* Ports are only of protocols that have them. */
static int need_ports(struct rule_parse *k)
{
	if (k->proto >= 0 && proto_has_ports((uint8_t)k->proto))
		return 0;
	return ipt_refuse(k->p, E_SYNTAX, "write -p tcp, -p udp, ... before it",
			  "ports without a protocol that has them");
}

static int list_ports(struct rule_parse *k, struct str value, size_t most, struct spanlist *list)
{
	size_t slots = 0;
	struct str rest = value;
	int r = need_ports(k);

	while (r == 0 && rest.p) {
		unsigned lo, hi;

		if (ipt_port(str_cut(&rest, ','), ':', &lo, &hi) < 0)
			return not_a(k, "port", value);
		slots += lo == hi ? 1 : 2;
		r = spanlist_add(list, lo, hi);
	}
	if (r == 0 && slots > most)
		return ipt_refuse(k->p, E_LIMIT, "write several rules",
				  "more than %zu ports (a range takes two)", most);
	return r;
}

static int add_ports(struct rule_parse *k, struct str value, size_t most, enum flow_dim dim)
{
	struct spanlist list = SPANLIST_INIT(k->p->arena);
	int r = list_ports(k, value, most, &list);

	return r < 0 ? r : add_spans(k, dim, &list, true);
}

static int take_sport(struct rule_parse *k, struct str value)
{
	return add_ports(k, value, 2, FLOW_SPORT);
}

static int take_dport(struct rule_parse *k, struct str value)
{
	return add_ports(k, value, 2, FLOW_DPORT);
}

static int take_sports(struct rule_parse *k, struct str value)
{
	return add_ports(k, value, IPTABLES_MULTIPORT_MAX, FLOW_SPORT);
}

static int take_dports(struct rule_parse *k, struct str value)
{
	return add_ports(k, value, IPTABLES_MULTIPORT_MAX, FLOW_DPORT);
}

static int take_either(struct rule_parse *k, struct str value)
{
	struct spanlist list = SPANLIST_INIT(k->p->arena);
	int r = list_ports(k, value, IPTABLES_MULTIPORT_MAX, &list);

	return r < 0 ? r
		     : ipt_add_cond(k, (struct ipt_cond){ .kind = COND_EITHER_PORT,
							  .not = k->not,
							  .transport = true,
							  .spans = spanlist_seal(&list),
							  .text = ipt_option_text(k, 1) });
}

static int add_range(struct rule_parse *k, struct str value, enum flow_dim dim4)
{
	struct spanlist list = SPANLIST_INIT(k->p->arena);
	u128 lo, hi;
	int r;

	if (ipt_range(value, k->p->table->family, &lo, &hi) < 0)
		return not_a(k, v6(k) ? "range of IPv6 addresses" : "range of IPv4 addresses",
			     value);
	r = spanlist_add(&list, lo, hi);
	return r < 0 ? r : add_spans(k, v6(k) ? dim4 + 1 : dim4, &list, false);
}

static int take_src_range(struct rule_parse *k, struct str value)
{
	return add_range(k, value, FLOW_SRC4);
}

static int take_dst_range(struct rule_parse *k, struct str value)
{
	return add_range(k, value, FLOW_DST4);
}

static int take_icmp(struct rule_parse *k, struct str value)
{
	struct spanlist list = SPANLIST_INIT(k->p->arena);
	int wanted = v6(k) ? PROTO_ICMPV6 : PROTO_ICMP, r;

	if (k->proto != wanted)
		return ipt_refuse(k->p, E_SYNTAX, v6(k) ? "write -p icmpv6" : "write -p icmp",
				  "ICMP types without their protocol");
	r = ipt_icmp(value, k->p->table->family, &list);
	if (r == E_SYNTAX)
		return not_a(k, "ICMP type", value);
	return r < 0 ? r : add_spans(k, FLOW_DPORT, &list, true);
}

static int take_state(struct rule_parse *k, struct str value)
{
	static const char *const word[STATE_COUNT] = {
		[STATE_NEW] = "NEW",
		[STATE_ESTABLISHED] = "ESTABLISHED",
		[STATE_RELATED] = "RELATED",
		[STATE_INVALID] = "INVALID",
		[STATE_UNTRACKED] = "UNTRACKED",
	};
	struct ipt_cond c = { .kind = COND_STATE, .not = k->not, .text = ipt_option_text(k, 1) };
	struct str rest = value;

	while (rest.p) {
		struct str state = str_cut(&rest, ',');
		unsigned i = 0;

		while (i < STATE_COUNT && !str_is_nocase(state, word[i]))
			i++;
		if (i < STATE_COUNT)
			c.mask |= 1U << i;
		else if (str_is_nocase(state, "SNAT") || str_is_nocase(state, "DNAT"))
			c.want = 1;
		else
			return not_a(k, "connection state", value);
	}
	return ipt_add_cond(k, c);
}

static int take_set(struct rule_parse *k, struct str value)
{
	struct ipt_cond c = {
		.kind = COND_SET, .not = k->not, .name = value, .text = ipt_option_text(k, 2)
	};
	struct str rest = k->p->words.word[k->at + 2].text;

	if (value.n > IPTABLES_SET_NAME_MAX)
		return ipt_refuse(k->p, E_LIMIT, NULL, "set name %s: more than %d bytes",
				  show(value).text, IPTABLES_SET_NAME_MAX);
	while (rest.p) {
		struct str dir = str_cut(&rest, ',');

		if (c.directions == IPT_DIRECTIONS_MAX)
			return ipt_refuse(k->p, E_LIMIT, NULL, "more than %d directions",
					  IPT_DIRECTIONS_MAX);
		if (!str_is(dir, "src") && !str_is(dir, "dst"))
			return not_a(k, "direction: src or dst", dir);
		c.src[c.directions++] = str_is(dir, "src");
	}
	return ipt_add_cond(k, c);
}

/* What turns the test of a set into another one: all of it is not modelled. */
static int take_set_extra(struct rule_parse *k, struct str value)
{
	struct ipt_cond *last = k->conds ? &k->cond[k->conds - 1] : NULL;
	const char *end = value.n ? value.p + value.n
				  : k->p->words.word[k->at].raw.p + k->p->words.word[k->at].raw.n;

	if (!last || (last->kind != COND_SET && last->kind != COND_UNKNOWN))
		return ipt_refuse(k->p, E_SYNTAX, "write it behind --match-set",
				  "an option of a set without the set");
	last->kind = COND_UNKNOWN;
	last->text.n = (size_t)(end - last->text.p);
	return 0;
}

static int flag_bits(struct str value, unsigned *ret)
{
	static const char *const word[] = { "FIN", "SYN", "RST", "PSH", "ACK", "URG" };
	unsigned bits = 0;

	while (value.p) {
		struct str flag = str_cut(&value, ',');
		size_t i = 0;

		while (i < ARRAY_LEN(word) && !str_is_nocase(flag, word[i]))
			i++;
		if (i < ARRAY_LEN(word))
			bits |= 1U << i;
		else if (str_is_nocase(flag, "ALL"))
			bits |= 0x3f;
		else if (!str_is_nocase(flag, "NONE"))
			return E_SYNTAX;
	}
	*ret = bits;
	return 0;
}

static int add_flags(struct rule_parse *k, unsigned mask, unsigned want, size_t args)
{
	if (k->proto != PROTO_TCP)
		return ipt_refuse(k->p, E_SYNTAX, "write -p tcp", "TCP flags without TCP");
	return ipt_add_cond(k, (struct ipt_cond){ .kind = COND_TCP_FLAGS,
						  .not = k->not,
						  .transport = true,
						  .mask = mask,
						  .want = want,
						  .text = ipt_option_text(k, args) });
}

static int take_flags(struct rule_parse *k, struct str value)
{
	unsigned mask, want;

	if (flag_bits(value, &mask) < 0 || flag_bits(k->p->words.word[k->at + 2].text, &want) < 0)
		return not_a(k, "list of TCP flags", value);
	return add_flags(k, mask, want, 2);
}

static int take_syn(struct rule_parse *k, struct str value)
{
	(void)value;
	return add_flags(k, 0x17, 0x02, 0); /* FIN,SYN,RST,ACK SYN */
}

/* ---- the table of options ---- */

static const struct ipt_option options[] = {
	{ "-s", NULL, 1, take_source },
	{ "--source", NULL, 1, take_source },
	{ "--src", NULL, 1, take_source },
	{ "-d", NULL, 1, take_destination },
	{ "--destination", NULL, 1, take_destination },
	{ "--dst", NULL, 1, take_destination },
	{ "-i", NULL, 1, take_in },
	{ "--in-interface", NULL, 1, take_in },
	{ "-o", NULL, 1, take_out },
	{ "--out-interface", NULL, 1, take_out },
	{ "-p", NULL, 1, take_protocol },
	{ "--protocol", NULL, 1, take_protocol },
	{ "-f", NULL, 0, take_fragment },
	{ "--fragment", NULL, 0, take_fragment },
	{ "-m", NULL, 1, take_module },
	{ "--match", NULL, 1, take_module },
	{ "-j", NULL, 1, take_target },
	{ "--jump", NULL, 1, take_target },
	{ "-g", NULL, 1, take_goto },
	{ "--goto", NULL, 1, take_goto },
	{ "-c", NULL, 2, take_nothing },
	{ "--set-counters", NULL, 2, take_nothing },
	{ "--comment", "comment", 1, take_comment },
	{ "--sports", "multiport", 1, take_sports },
	{ "--source-ports", "multiport", 1, take_sports },
	{ "--dports", "multiport", 1, take_dports },
	{ "--destination-ports", "multiport", 1, take_dports },
	{ "--ports", "multiport", 1, take_either },
	{ "--src-range", "iprange", 1, take_src_range },
	{ "--dst-range", "iprange", 1, take_dst_range },
	{ "--ctstate", "conntrack", 1, take_state },
	{ "--state", "state", 1, take_state },
	{ "--match-set", "set", 2, take_set },
	{ "--return-nomatch", "set", 0, take_set_extra },
	{ "--packets-eq", "set", 1, take_set_extra },
	{ "--packets-lt", "set", 1, take_set_extra },
	{ "--packets-gt", "set", 1, take_set_extra },
	{ "--bytes-eq", "set", 1, take_set_extra },
	{ "--bytes-lt", "set", 1, take_set_extra },
	{ "--bytes-gt", "set", 1, take_set_extra },
	{ "--update-counters", "set", 0, take_nothing },
	{ "--update-subcounters", "set", 0, take_nothing },
	{ "--tcp-flags", "tcp", 2, take_flags },
	{ "--syn", "tcp", 0, take_syn },
	{ "--icmp-type", "icmp", 1, take_icmp },
	{ "--icmpv6-type", "icmp6", 1, take_icmp },
	{ "--icmpv6-type", "icmpv6", 1, take_icmp },
	/* of each protocol with ports */
	{ "--sport", "ports", 1, take_sport },
	{ "--source-port", "ports", 1, take_sport },
	{ "--dport", "ports", 1, take_dport },
	{ "--destination-port", "ports", 1, take_dport },
};

static bool has_module(const struct rule_parse *k, const char *name)
{
	for (size_t i = 0; i < k->modules; i++)
		if (str_is(k->module[i], name))
			return true;
	return false;
}

/* Is the module loaded: by -m, or by -p whose protocol has the name? */
static bool is_loaded(const struct rule_parse *k, const char *module)
{
	const char *proto = k->proto < 0 ? NULL : proto_name((uint8_t)k->proto);

	if (strcmp(module, "ports") == 0)
		return has_module(k, "tcp") || has_module(k, "udp") || has_module(k, "sctp") ||
		       has_module(k, "dccp") || has_module(k, "udplite") ||
		       (k->proto >= 0 && proto_has_ports((uint8_t)k->proto));
	return has_module(k, module) || (proto && strcmp(proto, module) == 0);
}

const struct ipt_option *ipt_option_find(const struct rule_parse *k, struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(options); i++)
		if (str_is(name, options[i].name) &&
		    (!options[i].module || is_loaded(k, options[i].module)))
			return &options[i];
	return NULL;
}
