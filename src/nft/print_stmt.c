/* SPDX-License-Identifier: Apache-2.0 */
#include "nft/normal.h"
#include "nft/print.h"
#include "nft/symbol.h"
#include "nft/value.h"
#include "nft/word.h"

static bool is_flags(const struct nft_expr *e)
{
	return e->kind == NFT_E_VALUE && !e->value.text && nft_type_info(e->type)->bitmask;
}

/* a,b,c instead of a | b | c: the form that tests any of them. */
static void flag_list(const struct nft_expr *e, struct buf *out)
{
	struct buf text = BUF_INIT;
	struct str rest;

	nft_value_print(e, &text);
	rest = buf_str(&text);
	if (text.r < 0)
		out->r = text.r;
	for (bool first = true; text.r >= 0 && rest.p; first = false) {
		if (!first)
			buf_addc(out, ',');
		buf_addstr(out, str_trim(str_cut(&rest, '|')));
	}
	buf_release(&text);
}

static void list_print(const struct nft_expr *e, unsigned flags, struct buf *out)
{
	if (is_flags(e))
		flag_list(e, out);
	else
		nft_print_expr(e, flags, out);
}

static bool one_bit(const struct nft_expr *e)
{
	return is_flags(e) && e->value.num && (e->value.num & (e->value.num - 1)) == 0;
}

static void no_bit_print(const struct nft_stmt *s, unsigned flags, struct buf *out)
{
	struct nft_expr both = { .kind = NFT_E_BITS,
				 .op = NFT_BIT_AND,
				 .type = s->match.left->type,
				 .bits_of = { s->match.left, s->match.right } };

	/* Of labels, `0x0` would be the first. */
	if (s->match.right->type == NFT_T_CT_LABEL ||
	    (one_bit(s->match.right) && s->match.left->kind != NFT_E_BITS)) {
		nft_print_expr(s->match.left, flags, out);
		buf_adds(out, " ! ");
		list_print(s->match.right, flags, out);
		return;
	}
	nft_print_expr(&both, flags, out);
	buf_adds(out, " == 0x0");
}

static void match_print(const struct nft_stmt *s, unsigned flags, struct buf *out)
{
	static const char *const ops[] = {
		[NFT_EQ] = "== ", [NFT_NE] = "!= ", [NFT_LT] = "< ",	[NFT_GT] = "> ",
		[NFT_LE] = "<= ", [NFT_GE] = ">= ", [NFT_ANY_BIT] = "", [NFT_NO_BIT] = "! ",
	};
	const struct nft_expr *right = s->match.right;

	if (s->match.op == NFT_NO_BIT) {
		no_bit_print(s, flags, out);
		return;
	}
	nft_print_expr(s->match.left, flags, out);
	buf_addc(out, ' ');
	if (s->match.op != NFT_EQ || is_flags(right) || s->match.left->kind == NFT_E_BITS)
		buf_adds(out, ops[s->match.op]);
	if (s->match.op == NFT_ANY_BIT)
		list_print(right, flags, out);
	else
		nft_print_expr(right, flags, out);
}

static void limit_print(const struct nft_limit *l, struct buf *out)
{
	buf_printf(out, "limit rate %s%llu", l->over ? "over " : "", (unsigned long long)l->rate);
	if (l->bytes)
		buf_printf(out, " %s", l->rate_unit ? l->rate_unit : "bytes");
	buf_printf(out, "/%s", nft_unit_word(l->per));
	if (l->burst)
		buf_printf(out, " burst %llu %s", (unsigned long long)l->burst,
			   !l->burst_bytes ? "packets"
			   : l->burst_unit ? l->burst_unit
					   : "bytes");
}

static void log_print(const struct nft_stmt *s, struct buf *out)
{
	buf_adds(out, "log");
	if (s->log.prefix)
		buf_printf(out, " prefix \"%s\"", s->log.prefix);
	if (s->log.group >= 0)
		buf_printf(out, " group %d", s->log.group);
	if (s->log.snaplen)
		buf_printf(out, " snaplen %u", s->log.snaplen);
	if (s->log.threshold)
		buf_printf(out, " queue-threshold %u", s->log.threshold);
	if (s->log.level)
		buf_printf(out, " level %s", s->log.level);
	if (s->log.flags)
		buf_printf(out, " flags %s", s->log.flags);
}

static void reject_print(const struct nft_stmt *s, enum nft_family family, struct buf *out)
{
	static const char *const types[] = { "", "icmp", "icmpv6", "icmpx", "" };
	struct nft_stmt usual = { .kind = NFT_S_REJECT };
	struct nft_expr code = { .kind = NFT_E_VALUE,
				 .type = nft_reject_code_type(s->reject.type) };

	buf_adds(out, "reject");
	nft_reject_default(family, &usual);
	if (s->reject.type == NFT_REJECT_DEFAULT ||
	    (s->reject.type == usual.reject.type && s->reject.code == usual.reject.code))
		return;
	if (s->reject.type == NFT_REJECT_TCP_RESET) {
		buf_adds(out, " with tcp reset");
		return;
	}
	code.value.num = s->reject.code;
	buf_printf(out, " with %s type ", types[s->reject.type]);
	nft_value_print(&code, out);
}

static void queue_print(const struct nft_stmt *s, unsigned flags, struct buf *out)
{
	buf_adds(out, "queue");
	if (s->queue.bypass || s->queue.fanout)
		buf_printf(out, " flags %s%s%s", s->queue.bypass ? "bypass" : "",
			   s->queue.bypass && s->queue.fanout ? "," : "",
			   s->queue.fanout ? "fanout" : "");
	buf_adds(out, " to ");
	if (s->queue.to_expr)
		nft_print_expr(s->queue.to_expr, flags, out);
	else if (s->queue.from == s->queue.to)
		buf_printf(out, "%u", s->queue.from);
	else
		buf_printf(out, "%u-%u", s->queue.from, s->queue.to);
}

static void object_print(const struct nft_stmt *s, unsigned flags, struct buf *out)
{
	bool ct = s->object.kind == NFT_O_CT_HELPER || s->object.kind == NFT_O_CT_TIMEOUT ||
		  s->object.kind == NFT_O_CT_EXPECTATION;

	buf_printf(out, "%s %s ", nft_object_word(s->object.kind), ct ? "set" : "name");
	nft_print_expr(s->object.name, flags, out);
}

static void update_print(const struct nft_stmt *s, enum nft_family family, unsigned flags,
			 struct buf *out)
{
	static const char *const ops[] = { "add", "update", "delete" };

	buf_printf(out, "%s @", ops[s->update.op]);
	nft_print_name(s->update.set, out);
	buf_adds(out, " { ");
	nft_print_expr(s->update.key, flags, out);
	if (s->update.timeout_ms) {
		buf_adds(out, " timeout ");
		nft_time_print(s->update.timeout_ms, out);
	}
	for (size_t i = 0; i < s->update.stmts; i++) {
		buf_addc(out, ' ');
		nft_print_stmt(s->update.stmt[i], family, flags, out);
	}
	if (s->update.data) {
		buf_adds(out, " : ");
		nft_print_expr(s->update.data, flags, out);
	}
	buf_adds(out, " }");
}

static bool needs_brackets(const struct nft_stmt *s)
{
	const struct nft_expr *a = s->nat.addr;

	return s->nat.port && a->type == NFT_T_IPV6_ADDR &&
	       (a->kind == NFT_E_RANGE || a->kind == NFT_E_PREFIX ||
		(a->kind == NFT_E_VALUE && !a->value.text));
}

/* Brackets around both ends of a range: [a]-[b]:port. */
static void nat_addr_print(const struct nft_stmt *s, unsigned flags, struct buf *out)
{
	const struct nft_expr *a = s->nat.addr;
	struct nft_expr end = { .kind = NFT_E_VALUE, .type = a->type };

	if (!needs_brackets(s)) {
		nft_print_expr(a, flags, out);
		return;
	}
	buf_addc(out, '[');
	if (a->kind == NFT_E_RANGE) {
		end.value.num = a->range.lo;
		nft_value_print(&end, out);
		buf_adds(out, "]-[");
		end.value.num = a->range.hi;
		nft_value_print(&end, out);
	} else {
		nft_print_expr(a, flags, out);
	}
	buf_addc(out, ']');
}

/* May the port's colon follow at once? After 10.0.0.1, not where it could become an address. */
static bool joins_port(const struct nft_expr *addr)
{
	if (!addr)
		return true;
	return addr->kind == NFT_E_VALUE || addr->kind == NFT_E_RANGE || addr->kind == NFT_E_PREFIX;
}

static void nat_print(const struct nft_stmt *s, unsigned flags, struct buf *out)
{
	static const char *const words[] = { "snat", "dnat", "masquerade", "redirect" };

	buf_adds(out, words[s->nat.kind]);
	if (s->nat.nfproto)
		buf_adds(out, s->nat.nfproto == NFT_IP ? " ip" : " ip6");
	if (s->nat.prefix)
		buf_adds(out, " prefix");
	if (s->nat.addr || s->nat.port)
		buf_adds(out, " to ");
	if (s->nat.addr)
		nat_addr_print(s, flags, out);
	if (s->nat.port) {
		buf_adds(out, joins_port(s->nat.addr) ? ":" : " :");
		nft_print_expr(s->nat.port, flags, out);
	}
	if (s->nat.flags)
		buf_printf(out, " %s", s->nat.flags);
}

static void counter_print(const struct nft_stmt *s, unsigned flags, struct buf *out)
{
	bool state = !(flags & NFT_PRINT_STATELESS);

	buf_printf(out, "counter packets %llu bytes %llu",
		   (unsigned long long)(state ? s->counter.packets : 0),
		   (unsigned long long)(state ? s->counter.bytes : 0));
}

static void pair_print(const struct nft_expr *a, const char *word, const struct nft_expr *b,
		       unsigned flags, struct buf *out)
{
	nft_print_expr(a, flags, out);
	buf_printf(out, " %s ", word);
	nft_print_expr(b, flags, out);
}

void nft_print_stmt(const struct nft_stmt *s, enum nft_family family, unsigned flags,
		    struct buf *out)
{
	switch (s->kind) {
	case NFT_S_MATCH:
		match_print(s, flags, out);
		break;
	case NFT_S_LIMIT:
		limit_print(&s->limit, out);
		break;
	case NFT_S_VERDICT:
		nft_print_verdict(&s->verdict, out);
		break;
	case NFT_S_VMAP:
		pair_print(s->vmap.key, "vmap", s->vmap.map, flags, out);
		break;
	case NFT_S_REJECT:
		reject_print(s, family, out);
		break;
	case NFT_S_QUEUE:
		queue_print(s, flags, out);
		break;
	case NFT_S_COUNTER:
		counter_print(s, flags, out);
		break;
	case NFT_S_OBJECT:
		object_print(s, flags, out);
		break;
	case NFT_S_LOG:
		log_print(s, out);
		break;
	case NFT_S_SET:
		update_print(s, family, flags, out);
		break;
	case NFT_S_MANGLE:
		pair_print(s->mangle.target, "set", s->mangle.value, flags, out);
		break;
	case NFT_S_NOTRACK:
		buf_adds(out, "notrack");
		break;
	case NFT_S_NAT:
		nat_print(s, flags, out);
		break;
	case NFT_S_QUOTA:
	case NFT_S_CT_COUNT:
	case NFT_S_UNKNOWN_MATCH:
	case NFT_S_OTHER:
	case NFT_S_UNKNOWN:
		buf_adds(out, s->text ? s->text : "unknown");
		break;
	}
}

void nft_print_rule(const struct nft_rule *r, enum nft_family family, unsigned flags,
		    struct buf *out)
{
	if (r->verbatim)
		buf_adds(out, r->verbatim);
	for (size_t i = 0; i < r->stmts && !r->verbatim; i++) {
		if (i)
			buf_addc(out, ' ');
		nft_print_stmt(r->stmt[i], family, flags, out);
	}
	if (r->comment)
		buf_printf(out, "%scomment \"%s\"", r->stmts ? " " : "", r->comment);
}
