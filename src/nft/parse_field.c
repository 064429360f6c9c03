/* SPDX-License-Identifier: Apache-2.0 */
/* What a rule can look at: ip saddr, tcp dport, meta mark, ct state, @th,0,16, fib, socket, ... */
#include "base/err.h"
#include "nft/parse.h"

static struct nft_expr *checked(struct parser *p, struct nft_expr *e)
{
	if (!e)
		parse_nomem(p);
	return e;
}

/* A known expression whose value is not modelled: its text since token `from`. */
static struct nft_expr *other(struct parser *p, const char *name, size_t from, enum nft_type type,
			      unsigned bits)
{
	struct nft_expr *e = checked(p, nft_expr_new(p->rs->arena, NFT_E_OTHER));

	if (!e)
		return NULL;
	e->type = (uint8_t)type;
	e->bits = (uint16_t)(bits ? bits : nft_type_info(type)->bits);
	e->other.name = name;
	e->other.text = parse_text(p, from, 0);
	return p->lex.r < 0 ? NULL : e;
}

/* ---- the known expressions that are not modelled, one function each; the word is taken ---- */

static struct nft_expr *read_fib(struct parser *p, size_t from)
{
	do {
		(void)need_name(p, "saddr, daddr, mark, iif or oif");
	} while (take_punct(p, "."));
	if (take_word(p, "type"))
		return other(p, "fib", from, NFT_T_FIB_ADDR, 0);
	if (take_word(p, "oifname"))
		return other(p, "fib", from, NFT_T_IFNAME, 0);
	need_word(p, "oif");
	return other(p, "fib", from, NFT_T_IFINDEX, 0);
}

static struct nft_expr *read_socket(struct parser *p, size_t from)
{
	if (take_word(p, "mark"))
		return other(p, "socket", from, NFT_T_MARK, 0);
	if (take_word(p, "cgroupv2")) {
		need_word(p, "level");
		(void)need_number(p, 255, "a level");
		return other(p, "socket", from, NFT_T_CGROUPV2, 0);
	}
	(void)need_name(p, "transparent, wildcard, mark or cgroupv2");
	return other(p, "socket", from, NFT_T_INTEGER, 8);
}

static struct nft_expr *read_osf(struct parser *p, size_t from)
{
	if (take_word(p, "ttl"))
		(void)need_name(p, "loose or skip");
	(void)need_name(p, "name or version");
	return other(p, "osf", from, NFT_T_STRING, 0);
}

static void need_mod(struct parser *p)
{
	need_word(p, "mod");
	(void)need_number(p, UINT32_MAX, "a modulus");
	if (take_word(p, "seed"))
		(void)need_number(p, UINT32_MAX, "a seed");
	if (take_word(p, "offset"))
		(void)need_number(p, UINT32_MAX, "an offset");
}

static struct nft_expr *read_numgen(struct parser *p, size_t from)
{
	(void)need_name(p, "inc or random");
	need_mod(p);
	return other(p, "numgen", from, NFT_T_INTEGER, 32);
}

static struct nft_expr *read_jhash(struct parser *p, size_t from)
{
	if (!parse_deeper(p))
		return NULL;
	(void)parse_expr(p, NULL);
	p->depth--;
	need_mod(p);
	return other(p, "jhash", from, NFT_T_INTEGER, 32);
}

static struct nft_expr *read_symhash(struct parser *p, size_t from)
{
	need_mod(p);
	return other(p, "symhash", from, NFT_T_INTEGER, 32);
}

/* `addr[1]`: the index of a field that stands more than once. */
static void skip_index(struct parser *p)
{
	if (!take_punct(p, "["))
		return;
	(void)need_number(p, 255, "an index");
	need_punct(p, "]");
}

/* Routing data (`rt classid`), and the IPv6 routing header (`rt type`). */
static struct nft_expr *read_rt(struct parser *p, size_t from)
{
	bool v6 = take_word(p, "ip6"), v4 = !v6 && take_word(p, "ip");

	if (take_word(p, "nexthop")) {
		v6 |= !v4 && p->table && p->table->family == NFT_IP6;
		return other(p, "rt", from, v6 ? NFT_T_IPV6_ADDR : NFT_T_IPV4_ADDR, 0);
	}
	if (take_word(p, "classid"))
		return other(p, "rt", from, NFT_T_REALM, 0);
	if (take_word(p, "mtu"))
		return other(p, "rt", from, NFT_T_INTEGER, 16);
	if (take_word(p, "ipsec"))
		return other(p, "rt", from, NFT_T_BOOLEAN, 0);
	(void)need_name(p, "a key of rt");
	skip_index(p);
	return other(p, "exthdr", from, NFT_T_INTEGER, 8);
}

static struct nft_expr *read_ipsec(struct parser *p, size_t from)
{
	(void)need_name(p, "in or out");
	if (take_word(p, "spnum"))
		(void)need_number(p, 255, "a number");
	if (take_word(p, "ip") || take_word(p, "ip6")) {
		bool v6 = str_is(p->lex.tok[p->lex.pos - 1].text, "ip6");

		(void)need_name(p, "saddr or daddr");
		return other(p, "ipsec", from, v6 ? NFT_T_IPV6_ADDR : NFT_T_IPV4_ADDR, 0);
	}
	(void)need_name(p, "reqid or spi");
	return other(p, "ipsec", from, NFT_T_INTEGER, 32);
}

static struct nft_expr *read_exthdr(struct parser *p, size_t from)
{
	(void)need_name(p, "a header");
	return other(p, "exthdr", from, NFT_T_BOOLEAN, 0);
}

/* A field of an IPv6 extension header: hbh, dst, frag, mh, srh. */
static struct nft_expr *read_extension(struct parser *p, size_t from)
{
	struct str field = need_name(p, "a field of the header");

	skip_index(p);
	if (str_is(field, "sid") || str_is(field, "addr"))
		return other(p, "exthdr", from, NFT_T_IPV6_ADDR, 0);
	if (str_is(field, "nexthdr"))
		return other(p, "exthdr", from, NFT_T_INET_PROTO, 0);
	if (str_is(field, "type"))
		return other(p, "exthdr", from, NFT_T_MH_TYPE, 0);
	return other(p, "exthdr", from, NFT_T_INTEGER, 0);
}

static const struct {
	const char *word;
	struct nft_expr *(*read)(struct parser *p, size_t from);
} others[] = {
	{ "fib", read_fib },	   { "socket", read_socket }, { "osf", read_osf },
	{ "numgen", read_numgen }, { "jhash", read_jhash },   { "symhash", read_symhash },
	{ "rt", read_rt },	   { "ipsec", read_ipsec },   { "exthdr", read_exthdr },
	{ "hbh", read_extension }, { "dst", read_extension }, { "frag", read_extension },
	{ "mh", read_extension },  { "srh", read_extension }, { "rt0", read_extension },
	{ "rt2", read_extension }, { "rt4", read_extension },
};

/* json "...": an expression that the JSON reader did not understand. */
static bool at_json(struct parser *p)
{
	return at_word(p, "json") && lex_peek_at(&p->lex, 1)->kind == TOK_QUOTED;
}

/* A word that may follow any expression, so that it is no field's name. */
static bool at_operator(struct parser *p)
{
	static const char *const words[] = { "exists", "missing", "set", "map",	   "vmap",  "eq",
					     "ne",     "lt",	  "gt",	 "le",	   "ge",    "not",
					     "or",     "xor",	  "and", "lshift", "rshift" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (at_word(p, words[i]))
			return true;
	return at_json(p);
}

/* tcp option NAME [FIELD], ip option NAME FIELD, sctp chunk NAME [FIELD]. */
static struct nft_expr *read_option(struct parser *p, size_t from, const char *name)
{
	(void)lex_next(&p->lex);
	if (take_punct(p, "@")) {
		(void)need_number(p, 255, "an option's number");
		need_punct(p, ",");
		(void)need_number(p, UINT16_MAX, "an offset");
		need_punct(p, ",");
		(void)need_number(p, UINT16_MAX, "a length");
		return other(p, name, from, NFT_T_INTEGER, 0);
	}
	if (lex_peek(&p->lex)->kind == TOK_NUM)
		(void)lex_next(&p->lex);
	else
		(void)need_name(p, "an option's name");
	if (lex_peek(&p->lex)->kind != TOK_WORD || at_operator(p))
		return other(p, name, from, NFT_T_BOOLEAN, 0);
	(void)lex_next(&p->lex);
	return other(p, name, from, NFT_T_INTEGER, 0);
}

/* ---- headers ---- */

static struct nft_expr *read_header(struct parser *p, const struct nft_header *h, size_t from)
{
	struct tok t = *lex_peek(&p->lex);
	const struct nft_field *f;
	char two[64];

	if (str_is(t.text, "option") && str_is(str_of(h->name), "tcp"))
		return read_option(p, from, "tcp option");
	if (str_is(t.text, "option") && str_is(str_of(h->name), "ip"))
		return read_option(p, from, "ip option");
	if (str_is(t.text, "chunk") && str_is(str_of(h->name), "sctp"))
		return read_option(p, from, "sctp chunk");
	(void)need_name(p, "a field");
	(void)snprintf(two, sizeof(two), "%.*s %.*s", STR_FMT(t.text),
		       STR_FMT(lex_peek(&p->lex)->text));
	f = nft_field_find(str_of(h->name), str_of(two));
	if (f)
		(void)lex_next(&p->lex);
	else
		f = nft_field_find(str_of(h->name), str_is(t.text, "cfi") ? STR("dei") : t.text);
	if (!f) {
		parse_error(p, t.at, "%s has no field %.*s", h->name, STR_FMT(t.text));
		return NULL;
	}
	return checked(p, nft_payload(p->rs->arena, f));
}

/* @base,offset,length */
static struct nft_expr *read_raw(struct parser *p)
{
	static const char *const bases[] = { "ll", "nh", "th", "ih" };
	unsigned base = 0, offset, len;
	struct str name;

	need_punct(p, "@");
	name = need_name(p, "ll, nh, th or ih");
	while (base < ARRAY_LEN(bases) && !str_is(name, bases[base]))
		base++;
	if (base == ARRAY_LEN(bases)) {
		parse_expected(p, "ll, nh, th or ih");
		return NULL;
	}
	need_punct(p, ",");
	offset = (unsigned)need_number(p, UINT16_MAX, "an offset in bits");
	need_punct(p, ",");
	len = (unsigned)need_number(p, 2048, "a length in bits");
	if (p->lex.r < 0)
		return NULL;
	/* The ports of any transport have a name; nft prints it too. */
	if (base == NFT_BASE_TRANSPORT && len == 16 && (offset == 0 || offset == 16))
		return checked(p, nft_payload(p->rs->arena,
					      nft_field_find(STR("th"), offset ? STR("dport")
									       : STR("sport"))));
	return checked(p, nft_raw(p->rs->arena, base, offset, len));
}

/* ---- meta and ct ---- */

/* The keys that may stand without `meta`. */
static const char *const unqualified[] = {
	"mark",	    "iif",     "iifname", "iiftype",   "oif",	   "oifname", "oiftype",
	"skuid",    "skgid",   "nftrace", "rtclassid", "ibrname",  "obrname", "ibriport",
	"obriport", "pkttype", "cpu",	  "iifgroup",  "oifgroup", "cgroup",
};

static bool is_unqualified(struct str word)
{
	for (size_t i = 0; i < ARRAY_LEN(unqualified); i++)
		if (str_is(word, unqualified[i]))
			return true;
	return false;
}

static struct nft_expr *read_meta(struct parser *p, struct tok key)
{
	static const char *const alias[][2] = { { "ibriport", "ibrname" },
						{ "obriport", "obrname" },
						{ "secpath", "ipsec" } };
	const struct nft_key *k;

	for (size_t i = 0; i < ARRAY_LEN(alias); i++)
		if (str_is(key.text, alias[i][0]))
			key.text = str_of(alias[i][1]);
	k = nft_meta_find(key.text);
	if (!k) {
		parse_error(p, key.at, "meta has no key %.*s", STR_FMT(key.text));
		return NULL;
	}
	return checked(p, nft_meta(p->rs->arena, k));
}

static unsigned table_nfproto(const struct parser *p)
{
	enum nft_family family = p->table ? p->table->family : NFT_INET;

	return family == NFT_IP || family == NFT_IP6 ? (unsigned)family : 0;
}

static struct nft_expr *read_ct(struct parser *p)
{
	enum nft_ct_dir dir = NFT_CT_DIR_NONE;
	const struct nft_key *key;
	unsigned nfproto = 0;
	struct tok t;

	if (take_word(p, "original"))
		dir = NFT_CT_DIR_ORIGINAL;
	else if (take_word(p, "reply"))
		dir = NFT_CT_DIR_REPLY;
	if (take_word(p, "ip"))
		nfproto = NFT_IP;
	else if (take_word(p, "ip6"))
		nfproto = NFT_IP6;
	t = *lex_peek(&p->lex);
	(void)need_name(p, "a key of ct");
	key = nft_ct_find(t.text);
	if (p->lex.r < 0)
		return NULL;
	if (!key) {
		parse_error(p, t.at, "ct has no key %.*s", STR_FMT(t.text));
		return NULL;
	}
	if (key->type != NFT_T_INVALID && nfproto) {
		parse_error(p, t.at, "only the addresses of ct belong to ip or ip6");
		return NULL;
	}
	if (key->type == NFT_T_INVALID && !nfproto)
		nfproto = table_nfproto(p);
	return checked(p, nft_ct(p->rs->arena, key, dir, nfproto));
}

/* ---- all ---- */

static size_t other_find(struct str word)
{
	size_t i = 0;

	while (i < ARRAY_LEN(others) && !str_is(word, others[i].word))
		i++;
	return i;
}

static bool at_raw(struct parser *p)
{
	static const char *const bases[] = { "ll", "nh", "th", "ih" };
	const struct tok *comma;
	struct str base;

	if (!at_punct(p, "@"))
		return false;
	base = lex_peek_at(&p->lex, 1)->text;
	comma = lex_peek_at(&p->lex, 2);
	for (size_t i = 0; i < ARRAY_LEN(bases); i++)
		if (str_is(base, bases[i]))
			return comma->kind == TOK_PUNCT && str_is(comma->text, ",");
	return false;
}

static struct nft_expr *read_json(struct parser *p, size_t from)
{
	struct nft_expr *e;

	(void)lex_next(&p->lex);
	e = other(p, NULL, from, NFT_T_INVALID, 0);
	if (e)
		e->kind = NFT_E_UNKNOWN;
	return e;
}

bool at_expr(struct parser *p)
{
	struct tok t = *lex_peek(&p->lex);

	if (t.kind == TOK_PUNCT)
		return str_is(t.text, "(") || at_raw(p);
	if (t.kind != TOK_WORD)
		return false;
	return at_json(p) || str_is(t.text, "meta") || str_is(t.text, "ct") ||
	       is_unqualified(t.text) || nft_header_find(t.text) ||
	       other_find(t.text) < ARRAY_LEN(others);
}

struct nft_expr *parse_field(struct parser *p)
{
	size_t from = p->lex.pos, o;
	struct tok t = *lex_peek(&p->lex);

	if (at_raw(p))
		return read_raw(p);
	if (t.kind != TOK_WORD || !at_expr(p))
		return NULL;
	if (at_json(p)) {
		(void)lex_next(&p->lex);
		return read_json(p, from);
	}
	(void)lex_next(&p->lex);
	if (str_is(t.text, "meta")) {
		t = *lex_peek(&p->lex);
		(void)need_name(p, "a key of meta");
		return p->lex.r < 0 ? NULL : read_meta(p, t);
	}
	if (str_is(t.text, "ct"))
		return read_ct(p);
	o = other_find(t.text);
	if (o < ARRAY_LEN(others))
		return others[o].read(p, from);
	if (nft_header_find(t.text))
		return read_header(p, nft_header_find(t.text), from);
	return read_meta(p, t);
}
