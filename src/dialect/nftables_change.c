/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/nftables_change.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/nftables_emit.h"
#include "dialect/say.h"
#include "dialect/spans.h"
#include "net/proto.h"
#include "nft/json.h"
#include "nft/print.h"
#include "nft/text.h"

/* What a new packet's state is to the kernel: NF_CT_STATE_BIT(IP_CT_NEW). */
enum { CT_NEW = 8 };

struct changing {
	const struct change *change;
	struct flow_mgr *m;
	struct arena *arena;
	const char **why; /* by rule */
	struct nft_ruleset *scratch;
	struct emit e;
	struct nft_chain *made; /* its rules, in their order */
	struct buf text;
};

/* ---- one rule, of one family ---- */

struct piece {
	const struct rule *rule;
	enum family family;
	struct flow_spans proto, dport; /* empty: nothing of this piece */
	bool icmp;
};

static struct nft_rule *begin_rule(struct changing *g, const struct piece *p)
{
	bool v4 = p->family == FAMILY_V4;
	const struct flow_match *match = &p->rule->match;
	enum nft_type address = v4 ? NFT_T_IPV4_ADDR : NFT_T_IPV6_ADDR;
	struct flow_spans src = match->dim[v4 ? FLOW_SRC4 : FLOW_SRC6];
	struct flow_spans dst = match->dim[v4 ? FLOW_DST4 : FLOW_DST6];
	EG_AUTO(buf_release) struct buf origin = BUF_INIT;
	struct emit *e = &g->e;
	struct nft_rule *rule;

	origin_print(&p->rule->origin, &origin);
	rule = emit_rule(e, g->made, comment_fit(buf_str(&origin).p, g->arena));
	if (!src.span && !dst.span)
		emit_equal(e, rule, emit_meta(e, "nfproto"),
			   emit_value(e, NFT_T_NF_PROTO, v4 ? NFT_IP : NFT_IP6));
	if (match->dim[FLOW_IIF].span)
		emit_zones(e, rule, "iifname", match->dim[FLOW_IIF], g->m);
	if (match->dim[FLOW_OIF].span)
		emit_zones(e, rule, "oifname", match->dim[FLOW_OIF], g->m);
	if (src.span)
		emit_spans(e, rule, emit_payload(e, v4 ? "ip" : "ip6", "saddr"), address, src);
	if (dst.span)
		emit_spans(e, rule, emit_payload(e, v4 ? "ip" : "ip6", "daddr"), address, dst);
	emit_equal(e, rule, emit_ct(e, "state"), emit_value(e, NFT_T_CT_STATE, CT_NEW));
	return rule;
}

static void end_rule(struct changing *g, const struct piece *p, struct nft_rule *rule)
{
	if (p->rule->verdict == VERDICT_REJECT)
		emit_reject(&g->e, rule);
	else
		emit_verdict(&g->e, rule,
			     p->rule->verdict == VERDICT_ACCEPT ? NFT_V_ACCEPT : NFT_V_DROP, NULL);
}

/* Types and codes of one span of type * 256 + code: at most three rectangles, a rule each. */
static void put_icmp(struct changing *g, const struct piece *p, struct flow_span s)
{
	bool v4 = p->family == FAMILY_V4;
	const char *header = v4 ? "icmp" : "icmpv6";

	while (s.lo <= s.hi && g->e.r == 0) {
		u128 type = s.lo >> 8, to = type, end = s.hi;
		struct nft_rule *rule = begin_rule(g, p);

		if ((s.lo & 0xff) == 0 && s.hi >> 8 > type)
			to = (s.hi & 0xff) == 0xff ? s.hi >> 8 : (s.hi >> 8) - 1;
		if (end >> 8 > to)
			end = to << 8 | 0xff;
		emit_equal(&g->e, rule, emit_payload(&g->e, header, "type"),
			   emit_span(&g->e, v4 ? NFT_T_ICMP_TYPE : NFT_T_ICMPV6_TYPE, type, to));
		if ((s.lo & 0xff) != 0 || (end & 0xff) != 0xff)
			emit_equal(&g->e, rule, emit_payload(&g->e, header, "code"),
				   emit_span(&g->e, v4 ? NFT_T_ICMP_CODE : NFT_T_ICMPV6_CODE,
					     s.lo & 0xff, end & 0xff));
		end_rule(g, p, rule);
		s.lo = end + 1;
	}
}

static void put_plain(struct changing *g, const struct piece *p)
{
	struct emit *e = &g->e;
	struct flow_spans sport = p->rule->match.dim[FLOW_SPORT];
	struct nft_rule *rule = begin_rule(g, p);

	if (p->proto.span)
		emit_spans(e, rule, emit_meta(e, "l4proto"), NFT_T_INET_PROTO, p->proto);
	if (sport.span)
		emit_spans(e, rule, emit_payload(e, "th", "sport"), NFT_T_INET_SERVICE, sport);
	if (p->dport.span)
		emit_spans(e, rule, emit_payload(e, "th", "dport"), NFT_T_INET_SERVICE, p->dport);
	end_rule(g, p, rule);
}

/* ICMP has no ports: where they are spoken of, its types are a piece of their own. */
static int put_family(struct changing *g, const struct rule *rule, enum family family)
{
	uint8_t number = family == FAMILY_V4 ? PROTO_ICMP : PROTO_ICMPV6;
	const struct flow_match *match = &rule->match;
	struct piece p = { .rule = rule,
			   .family = family,
			   .proto = match->dim[FLOW_PROTO],
			   .dport = match->dim[FLOW_DPORT] };
	struct flow_spans others;
	int r;

	if (p.dport.span && spans_have(p.proto, number)) {
		for (size_t i = 0; i < p.dport.n && !match->dim[FLOW_SPORT].span; i++)
			put_icmp(g, &p, p.dport.span[i]);
		r = spans_one(number, number, g->arena, &others);
		if (r == 0)
			r = spans_not(others, UINT8_MAX, g->arena, &others);
		if (r == 0)
			r = spans_and(p.proto, others, g->arena, &p.proto);
		if (r < 0)
			return r;
	}
	if (!spans_empty(p.proto))
		put_plain(g, &p);
	return g->e.r;
}

/* ---- a chain ---- */

/* A table and a chain of our own to make the rules in. */
static int begin_scratch(struct changing *g)
{
	nft_ruleset_free(g->scratch);
	g->scratch = nft_ruleset_new();
	if (!g->scratch)
		return -ENOMEM;

	int r = emit_begin(&g->e, g->scratch);

	if (r == 0)
		g->made = emit_chain(&g->e, "change");
	return g->e.r;
}

/* `insert` goes in front: the last rule is the first command. */
static void print_chain(struct changing *g, const struct nft_table *t, const struct nft_chain *c)
{
	static const char *const family[] = {
		[NFT_INET] = "inet", [NFT_IP] = "ip", [NFT_IP6] = "ip6"
	};

	for (size_t i = g->made->rules; i > 0; i--) {
		buf_printf(&g->text, "insert rule %s ", family[t->family]);
		nft_print_name(t->name, &g->text);
		buf_addc(&g->text, ' ');
		nft_print_name(c->name, &g->text);
		buf_addc(&g->text, ' ');
		nft_print_rule(g->made->rule[i - 1], t->family, NFT_PRINT_STATELESS, &g->text);
		buf_addc(&g->text, '\n');
	}
}

/* Puts the rules in front of one chain. `drops`: also those that let nothing through, by family. */
static int change_chain(struct changing *g, const struct nft_table *t, const struct nft_chain *c,
			const bool drops[static 2])
{
	static const enum family families[2] = { FAMILY_V4, FAMILY_V6 };
	const struct rulelist *rules = g->change->rules;
	int r = begin_scratch(g);

	for (size_t i = 0; r == 0 && i < rules->n; i++) {
		const struct rule *rule = &rules->rule[i];

		for (size_t v6 = 0; r == 0 && !g->why[i] && v6 < 2; v6++) {
			bool here = t->family == NFT_INET || t->family == (v6 ? NFT_IP6 : NFT_IP);

			if (here && say_holds_family(&rule->match, families[v6]) &&
			    (rule->verdict == VERDICT_ACCEPT || drops[v6]))
				r = put_family(g, rule, families[v6]);
		}
	}
	if (r == 0)
		print_chain(g, t, c);
	return r < 0 ? r : g->text.r;
}

static bool is_filter_at(const struct nft_table *t, const struct nft_chain *c, const char *hook)
{
	return !t->dormant && c->base && strcmp(c->hook, hook) == 0 &&
	       strcmp(c->type, "filter") == 0 &&
	       (t->family == NFT_INET || t->family == NFT_IP || t->family == NFT_IP6);
}

static int change_chains(struct changing *g, const struct nft_ruleset *rs, struct diag *d)
{
	const struct assume *assume = g->change->assume;
	const char *hook = assume && assume->hook ? assume->hook : "forward";
	bool drops[2] = { true, true };
	bool found = false;
	int r = 0;

	for (size_t i = 0; i < rs->tables; i++) {
		const struct nft_table *t = rs->table[i];

		for (size_t k = 0; r == 0 && k < t->chains; k++) {
			if (!is_filter_at(t, t->chain[k], hook))
				continue;
			r = change_chain(g, t, t->chain[k], drops);
			drops[0] = drops[0] && t->family == NFT_IP6;
			drops[1] = drops[1] && t->family == NFT_IP;
			found = true;
		}
	}
	if (r == 0 && !found) {
		diag_error(d, (struct place){ .file = g->change->source[0].file },
			   "no chain looks at packets at hook %s: there is nothing to put rules in",
			   hook);
		r = E_UNSUPPORTED;
	}
	return r;
}

/* ---- the text ---- */

static int why_not(void *data, const struct rule *rule, const char **ret)
{
	const struct changing *g = data;

	*ret = rule->match.name || rule->match.excepts ? "a packet filter cannot see names" : NULL;
	return *ret ? 0 : say_packet(rule, g->m, g->arena, ret);
}

static int find_lost(struct changing *g, struct diag *d, struct losses *lost)
{
	const struct saying saying = { g->m, why_not, g };
	const struct rulelist *rules = g->change->rules;

	g->why = arena_array(g->arena, rules->n, sizeof(*g->why));
	return g->why ? say_lose_all(&saying, rules, "nftables", g->why, g->arena, d, lost)
		      : -ENOMEM;
}

int nftables_change(const struct change *c, struct flow_mgr *m, struct arena *a, struct diag *d,
		    struct buf *out, struct losses *lost)
{
	EG_AUTO(nft_ruleset_freep) struct nft_ruleset *rs = NULL;
	const struct config_file *file = &c->source[0];
	struct changing g = { .change = c, .m = m, .arena = a, .text = BUF_INIT };
	int r;

	if (nft_json_detect(file->text) > nft_text_detect(file->text)) {
		diag_error(d, (struct place){ .file = file->file },
			   "a change of a ruleset in JSON cannot be read back");
		diag_hint(d, "take the text: nft list ruleset");
		return E_UNSUPPORTED;
	}
	r = nft_text_read(file->text, file->file, &nft_includes_files, d, &rs);
	if (r == 0)
		r = find_lost(&g, d, lost);
	if (r == 0)
		r = change_chains(&g, rs, d);
	if (r == 0) {
		buf_adds(out, "# A change of the ruleset, written by egret. Load it with: nft -f "
			      "FILE\n");
		buf_addstr(out, buf_str(&g.text));
	}
	nft_ruleset_free(g.scratch);
	buf_release(&g.text);
	return r < 0 ? r : out->r;
}
