/* SPDX-License-Identifier: Apache-2.0 */
/* Statements that change or steal packets: snat, dnat, masquerade, redirect, tproxy, dup, ... */
#include "base/err.h"
#include "nft/parse.h"

static enum nft_type addr_type(const struct parser *p, unsigned nfproto)
{
	enum nft_family family = p->table ? p->table->family : NFT_INET;

	if (!nfproto && (family == NFT_IP || family == NFT_IP6))
		nfproto = (unsigned)family;
	if (!nfproto)
		return NFT_T_INVALID;
	return nfproto == NFT_IP ? NFT_T_IPV4_ADDR : NFT_T_IPV6_ADDR;
}

static bool is_address(const struct nft_expr *e)
{
	return e->kind == NFT_E_VALUE && !e->value.text &&
	       (e->type == NFT_T_IPV4_ADDR || e->type == NFT_T_IPV6_ADDR);
}

static bool is_constant6(const struct nft_expr *e)
{
	return nft_expr_constant(e) && e->type == NFT_T_IPV6_ADDR &&
	       (e->kind != NFT_E_VALUE || !e->value.text);
}

/* Can packets be sent there? An address, a range or prefix of such, a name, or what gives one. */
static bool is_target(const struct nft_expr *e)
{
	switch ((enum nft_expr_kind)e->kind) {
	case NFT_E_VALUE:
		return e->value.text || is_address(e);
	case NFT_E_RANGE:
	case NFT_E_PREFIX:
		return e->type == NFT_T_IPV4_ADDR || e->type == NFT_T_IPV6_ADDR;
	case NFT_E_CONCAT:
		return e->concat.n == 2 && is_target(e->concat.part[0]);
	default:
		return true;
	}
}

/* The second half of [LO]-[HI]. */
static void read_end(struct parser *p, struct nft_stmt *s, const struct want *addr)
{
	struct nft_expr *lo = s->nat.addr, *hi;

	need_punct(p, "[");
	hi = parse_value(p, addr);
	need_punct(p, "]");
	if (p->lex.r < 0)
		return;
	if (!is_address(lo) || !is_address(hi) || lo->value.num > hi->value.num) {
		parse_expected(p, "a range of two addresses");
		return;
	}
	if (lo->value.num == hi->value.num)
		return;
	s->nat.addr = nft_range(p->rs->arena, lo->type, lo->value.num, hi->value.num);
	if (!s->nat.addr)
		parse_nomem(p);
}

static void read_port(struct parser *p, struct nft_stmt *s)
{
	struct want port = want_type(NFT_T_INET_SERVICE, 16);
	struct place at = here(p);

	s->nat.port = parse_value(p, &port);
	(void)parse_check_parts(p, s->nat.port, &port, at); /* the error is sticky */
}

/* What stands in brackets or not, and the second half of such a range. */
static void read_addr(struct parser *p, struct nft_stmt *s)
{
	enum nft_type type = addr_type(p, s->nat.nfproto);
	bool bracket = take_punct(p, "[");
	struct place at = here(p);
	struct want addr = { 0 };

	if (bracket && type == NFT_T_IPV4_ADDR)
		parse_expected(p, "an IPv4 address");
	if (bracket)
		type = NFT_T_IPV6_ADDR;
	if (type != NFT_T_INVALID) {
		addr = want_type(type, 0);
		addr.part[1].type = NFT_T_INET_SERVICE;
		addr.part[1].bits = 16;
		addr.n = 2;
	}
	s->nat.addr = parse_value(p, &addr);
	if (p->lex.r < 0)
		return;
	if (!is_target(s->nat.addr) || (bracket && !is_constant6(s->nat.addr))) {
		parse_error(p, at, "expected an address");
		return;
	}
	if (!bracket)
		return;
	need_punct(p, "]");
	if (take_punct(p, "-")) /* [a]-[b] */
		read_end(p, s, &addr);
}

/* [ADDR][:PORT], [v6]:PORT, or a map that gives both; for redirect and masquerade only a port. */
static void read_target(struct parser *p, struct nft_stmt *s)
{
	if (s->nat.kind == NFT_MASQUERADE && !at_punct(p, ":"))
		parse_expected(p, "`:` and a port");
	if ((s->nat.kind == NFT_SNAT || s->nat.kind == NFT_DNAT) && !at_punct(p, ":"))
		read_addr(p, s);
	if (p->lex.r < 0 || (!take_punct(p, ":") && s->nat.kind != NFT_REDIRECT))
		return;
	if (s->nat.addr && s->nat.addr->kind == NFT_E_CONCAT)
		parse_expected(p, "one port, not two");
	else
		read_port(p, s);
}

static void read_nat_flags(struct parser *p, struct nft_stmt *s)
{
	size_t from = p->lex.pos;

	if (!at_word(p, "random") && !at_word(p, "fully-random") && !at_word(p, "persistent"))
		return;
	do {
		(void)need_name(p, "random, fully-random or persistent");
	} while (take_punct(p, ","));
	s->nat.flags = parse_text(p, from, 0);
}

/* `snat ip to ...`, not `snat ip saddr map ...` or `masquerade` before another statement? */
static bool next_is_family(struct parser *p)
{
	static const char *const words[] = { "to", "prefix", "addr" };
	const struct tok *t = lex_peek_at(&p->lex, 1);

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (t->kind == TOK_WORD && str_is(t->text, words[i]))
			return true;
	return false;
}

static struct nft_stmt *read_nat(struct parser *p, enum nft_nat_kind kind)
{
	struct nft_stmt *s = nft_stmt_new(p->rs, NFT_S_NAT);

	if (!s) {
		parse_nomem(p);
		return NULL;
	}
	s->nat.kind = kind;
	if (next_is_family(p)) {
		if (take_word(p, "ip"))
			s->nat.nfproto = NFT_IP;
		else if (take_word(p, "ip6"))
			s->nat.nfproto = NFT_IP6;
	}
	if (s->nat.nfproto && take_word(p, "addr")) { /* `dnat ip addr . port to` */
		need_punct(p, ".");
		need_word(p, "port");
	}
	s->nat.prefix = take_word(p, "prefix");
	if (take_word(p, "to") || at_punct(p, ":") || kind == NFT_SNAT || kind == NFT_DNAT)
		read_target(p, s);
	read_nat_flags(p, s);
	return s;
}

/* ---- known statements that are kept as text ---- */

static void read_place(struct parser *p)
{
	struct want none = { 0 };

	if (take_punct(p, "[")) {
		(void)parse_value(p, &none);
		need_punct(p, "]");
	} else if (!at_punct(p, ":")) {
		(void)parse_value(p, &none);
	}
	if (take_punct(p, ":"))
		(void)parse_value(p, &none);
}

static void read_to_device(struct parser *p)
{
	(void)(take_word(p, "ip") || take_word(p, "ip6"));
	need_word(p, "to");
	read_place(p);
	if (take_word(p, "device"))
		(void)need_name(p, "a device");
}

static void read_flow(struct parser *p)
{
	(void)(take_word(p, "add") || take_word(p, "offload"));
	need_punct(p, "@");
	(void)need_name(p, "the name of a flowtable");
}

static void read_synproxy(struct parser *p)
{
	if (take_word(p, "name")) {
		(void)need_name(p, "the name of an object");
		return;
	}
	for (bool more = true; more && p->lex.r >= 0;) {
		more = take_word(p, "timestamp") || take_word(p, "sack-perm");
		if (take_word(p, "mss") || take_word(p, "wscale")) {
			(void)need_number(p, UINT16_MAX, "a number");
			more = true;
		}
	}
}

static void read_reset(struct parser *p)
{
	need_word(p, "tcp");
	need_word(p, "option");
	(void)need_name(p, "an option's name");
}

struct nft_stmt *parse_nat(struct parser *p)
{
	static const struct {
		const char *word;
		enum nft_nat_kind kind;
	} nats[] = { { "snat", NFT_SNAT },
		     { "dnat", NFT_DNAT },
		     { "masquerade", NFT_MASQUERADE },
		     { "redirect", NFT_REDIRECT } };
	static const struct {
		const char *word;
		void (*read)(struct parser *p);
	} others[] = {
		{ "tproxy", read_to_device },  { "dup", read_to_device },
		{ "fwd", read_to_device },     { "flow", read_flow },
		{ "synproxy", read_synproxy }, { "reset", read_reset },
	};
	size_t from = p->lex.pos;

	for (size_t i = 0; i < ARRAY_LEN(nats); i++)
		if (take_word(p, nats[i].word))
			return read_nat(p, nats[i].kind);
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		struct nft_stmt *s;

		if (!take_word(p, others[i].word))
			continue;
		s = nft_stmt_new(p->rs, NFT_S_OTHER);
		if (!s) {
			parse_nomem(p);
			return NULL;
		}
		others[i].read(p);
		s->other.name = others[i].word;
		s->text = parse_text(p, from, 0);
		return s;
	}
	return NULL;
}
