/* SPDX-License-Identifier: Apache-2.0 */
/* Statements that do something: counter, limit, log, reject, queue, set updates, objects. */
#include <errno.h>

#include "base/err.h"
#include "nft/normal.h"
#include "nft/parse.h"
#include "nft/value.h"
#include "nft/word.h"

static struct nft_stmt *stmt_new(struct parser *p, enum nft_stmt_kind kind)
{
	struct nft_stmt *s = nft_stmt_new(p->rs, kind);

	if (!s)
		parse_nomem(p);
	return s;
}

/* The name of an object: a word, or a map lookup that gives one. */
static struct nft_stmt *read_object(struct parser *p, enum nft_object_kind kind)
{
	struct nft_stmt *s = stmt_new(p, NFT_S_OBJECT);

	if (!s)
		return NULL;
	s->object.kind = kind;
	if (at_expr(p)) {
		struct want none = { 0 };
		struct place at = here(p);

		s->object.name = parse_value(p, &none);
		if (s->object.name && s->object.name->kind != NFT_E_UNKNOWN &&
		    (s->object.name->kind != NFT_E_MAP || !parse_is_observed(s->object.name)))
			parse_error(p, at,
				    "expected the name of an object, or a map that gives one");
		return s;
	}
	s->object.name = nft_object_name(p->rs->arena, need_name(p, "the name of an object"));
	if (!s->object.name)
		parse_nomem(p);
	return s;
}

static struct nft_stmt *read_counter(struct parser *p)
{
	struct nft_stmt *s;

	if (take_word(p, "name"))
		return read_object(p, NFT_O_COUNTER);
	s = stmt_new(p, NFT_S_COUNTER);
	if (!s)
		return NULL;
	if (take_word(p, "packets")) {
		s->counter.packets = need_number(p, UINT64_MAX, "a number of packets");
		need_word(p, "bytes");
		s->counter.bytes = need_number(p, UINT64_MAX, "a number of bytes");
	}
	return s;
}

/* `10/second`, `1 mbytes/second`: the scanner makes one word of "mbytes/second". */
static void read_rate(struct parser *p, struct nft_limit *l)
{
	struct place at;
	struct str unit, bytes;

	l->rate = need_number(p, UINT64_MAX, "a rate");
	at = here(p);
	if (take_punct(p, "/")) {
		unit = need_name(p, "second, minute, hour, day or week");
	} else {
		unit = need_name(p, "a unit such as kbytes/second");
		bytes = str_cut(&unit, '/');
		if (!unit.p && take_punct(p, "/"))
			unit = need_name(p, "second, minute, hour, day or week");
		l->bytes = true;
		l->rate_unit = nft_byte_unit(bytes);
	}
	l->per = nft_unit_seconds(unit);
	if (p->lex.r >= 0 && (!l->per || (l->bytes && !l->rate_unit)))
		parse_error(p, at, "this is no rate: write 10/second or 1 mbytes/second");
}

static struct nft_stmt *read_limit(struct parser *p)
{
	struct nft_stmt *s;

	if (take_word(p, "name"))
		return read_object(p, NFT_O_LIMIT);
	s = stmt_new(p, NFT_S_LIMIT);
	if (!s)
		return NULL;
	need_word(p, "rate");
	s->limit.over = take_word(p, "over");
	if (!s->limit.over)
		(void)take_word(p, "until");
	read_rate(p, &s->limit);
	if (take_word(p, "burst")) {
		s->limit.burst = need_number(p, UINT32_MAX, "a burst");
		if (!take_word(p, "packets")) {
			s->limit.burst_bytes = true;
			s->limit.burst_unit = nft_byte_unit(lex_peek(&p->lex)->text);
			(void)need_name(p, "packets, bytes, kbytes or mbytes");
			if (p->lex.r >= 0 && !s->limit.burst_unit)
				parse_error(p, here(p), "expected packets or bytes");
		}
	}
	nft_limit_normal(&s->limit);
	return s;
}

static struct nft_stmt *read_quota(struct parser *p)
{
	struct nft_stmt *s;

	if (take_word(p, "name"))
		return read_object(p, NFT_O_QUOTA);
	s = stmt_new(p, NFT_S_QUOTA);
	if (!take_word(p, "over"))
		(void)take_word(p, "until");
	(void)need_number(p, UINT64_MAX, "a number of bytes");
	(void)need_name(p, "bytes, kbytes or mbytes");
	if (take_word(p, "used")) {
		(void)need_number(p, UINT64_MAX, "a number of bytes");
		(void)need_name(p, "bytes, kbytes or mbytes");
	}
	return s;
}

/* `all`, `tcp sequence,options`, `ip options`, `skuid`, `ether`; several `flags` add up. */
static void read_log_flags(struct parser *p, struct nft_stmt *s)
{
	enum { FLAGS_MAX = 256 };
	size_t from = p->lex.pos;
	const char *flags;

	(void)need_name(p, "all, tcp, ip, skuid or ether");
	if (str_is(p->lex.pos ? p->lex.tok[p->lex.pos - 1].text : STR(""), "tcp") ||
	    str_is(p->lex.pos ? p->lex.tok[p->lex.pos - 1].text : STR(""), "ip")) {
		do {
			(void)need_name(p, "sequence or options");
		} while (take_punct(p, ","));
	}
	flags = parse_text(p, from, 0);
	if (!flags)
		return;
	if (s->log.flags && strlen(s->log.flags) > FLAGS_MAX) {
		parse_expected(p, "fewer flags");
		return;
	}
	s->log.flags = s->log.flags ? arena_printf(p->rs->arena, "%s flags %s", s->log.flags, flags)
				    : flags;
	if (!s->log.flags)
		parse_nomem(p);
}

static struct nft_stmt *read_log(struct parser *p)
{
	static const char *const levels[] = { "emerg",	"alert", "crit",  "err",   "warn",
					      "notice", "info",	 "debug", "audit", NULL };
	struct nft_stmt *s = stmt_new(p, NFT_S_LOG);

	if (!s)
		return NULL;
	s->log.group = -1;
	while (p->lex.r >= 0) {
		if (take_word(p, "prefix"))
			s->log.prefix = need_string(p, "a prefix in quotes");
		else if (take_word(p, "level"))
			s->log.level = need_one_of(p, levels, "a level such as info");
		else if (take_word(p, "group"))
			s->log.group = (int32_t)need_number(p, UINT16_MAX, "a group");
		else if (take_word(p, "snaplen"))
			s->log.snaplen = (uint32_t)need_number(p, UINT32_MAX, "a length");
		else if (take_word(p, "queue-threshold"))
			s->log.threshold = (uint32_t)need_number(p, UINT32_MAX, "a threshold");
		else if (take_word(p, "flags"))
			read_log_flags(p, s);
		else
			break;
	}
	if (s->log.level && str_is(str_of(s->log.level), "warn"))
		s->log.level = NULL; /* the default */
	return s;
}

static void read_reject_code(struct parser *p, struct nft_stmt *s)
{
	enum nft_type type = nft_reject_code_type(s->reject.type);
	struct nft_keypart part = { .type = type, .bits = 8 };
	struct nft_expr *code;

	if (!take_word(p, "type"))
		(void)take_word(p, "code");
	code = parse_const(p, &part);
	if (p->lex.r >= 0)
		s->reject.code = (uint8_t)code->value.num;
}

static struct nft_stmt *read_reject(struct parser *p)
{
	struct nft_stmt *s = stmt_new(p, NFT_S_REJECT);

	if (!s)
		return NULL;
	nft_reject_default(p->table ? p->table->family : NFT_INET, s);
	if (!take_word(p, "with"))
		return s;
	if (take_word(p, "tcp")) {
		need_word(p, "reset");
		s->reject.type = NFT_REJECT_TCP_RESET;
		s->reject.code = 0;
		return s;
	}
	if (take_word(p, "icmpx")) {
		s->reject.type = NFT_REJECT_ICMPX;
	} else if (take_word(p, "icmpv6")) {
		s->reject.type = NFT_REJECT_ICMPV6;
	} else if (take_word(p, "icmp")) {
		s->reject.type = NFT_REJECT_ICMP;
	} else {
		parse_expected(p, "icmp, icmpv6, icmpx or tcp reset");
		return NULL;
	}
	read_reject_code(p, s);
	return s;
}

static void read_queue_flags(struct parser *p, struct nft_stmt *s)
{
	do {
		if (take_word(p, "bypass"))
			s->queue.bypass = true;
		else if (take_word(p, "fanout"))
			s->queue.fanout = true;
		else
			parse_expected(p, "bypass or fanout");
	} while (take_punct(p, ","));
}

static void read_queue_numbers(struct parser *p, struct nft_stmt *s)
{
	s->queue.from = (uint16_t)need_number(p, UINT16_MAX, "a queue's number");
	s->queue.to = s->queue.from;
	if (take_punct(p, "-"))
		s->queue.to = (uint16_t)need_number(p, UINT16_MAX, "a queue's number");
	if (s->queue.to < s->queue.from)
		parse_error(p, here(p), "this range ends before it begins");
}

/* `queue to numgen inc mod 4`, `queue to symhash mod 2 map { ... }` */
static void read_queue_expr(struct parser *p, struct nft_stmt *s)
{
	struct want w = want_type(NFT_T_INTEGER, 16);
	struct place at = here(p);

	s->queue.to_expr = parse_value(p, &w);
	if (!parse_check_parts(p, s->queue.to_expr, &w, at))
		return;
	if (!parse_is_observed(s->queue.to_expr))
		parse_error(p, at, "expected a queue's number, or what gives one");
}

static struct nft_stmt *read_queue(struct parser *p)
{
	struct nft_stmt *s = stmt_new(p, NFT_S_QUEUE);

	if (!s)
		return NULL;
	if (take_word(p, "flags"))
		read_queue_flags(p, s);
	if (take_word(p, "num") || (take_word(p, "to") && lex_peek(&p->lex)->kind == TOK_NUM))
		read_queue_numbers(p, s);
	else if (!at_end(p) && at_expr(p))
		read_queue_expr(p, s);
	if (at_word(p, "bypass") || at_word(p, "fanout"))
		read_queue_flags(p, s);
	return s;
}

/* ---- sets and objects ---- */

static void read_update_stmts(struct parser *p, struct nft_stmt *s)
{
	enum { MOST = 8 };
	struct nft_stmt *stmt[MOST];

	while (p->lex.r >= 0 && !at_punct(p, "}") && !at_punct(p, ":")) {
		if (take_word(p, "timeout")) {
			s->update.timeout_ms = need_time(p);
			continue;
		}
		if (take_word(p, "comment")) {
			(void)need_string(p, "a comment in quotes");
			continue;
		}
		if (s->update.stmts == MOST || !(stmt[s->update.stmts++] = parse_elem_stmt(p))) {
			parse_expected(p, "timeout, counter, limit or `}`");
			return;
		}
	}
	if (!s->update.stmts)
		return;
	s->update.stmt = arena_copy(p->rs->arena, stmt, s->update.stmts * sizeof(*stmt));
	if (!s->update.stmt)
		parse_nomem(p);
}

/* Does it mean the same whatever the type of the set is? */
static bool is_settled(const struct nft_expr *e)
{
	return !e || (parse_is_observed(e) && e->kind != NFT_E_MAP);
}

/* add|update|delete @set { key timeout 1h counter : data } */
static struct nft_stmt *read_update(struct parser *p, enum nft_set_op op)
{
	struct nft_stmt *s = stmt_new(p, NFT_S_SET);
	const struct nft_set *set;
	struct want key = { 0 }, data = { 0 };

	if (!s)
		return NULL;
	s->update.op = op;
	need_punct(p, "@");
	s->update.set = need_string(p, "the name of a set");
	set = p->table && s->update.set ? nft_set_find(p->table, str_of(s->update.set)) : NULL;
	if (set) {
		key = want_key(set);
		data = want_data(set);
	}
	need_punct(p, "{");
	if (!parse_deeper(p))
		return NULL;
	s->update.key = parse_expr(p, &key);
	read_update_stmts(p, s);
	if (take_punct(p, ":"))
		s->update.data = parse_value(p, &data);
	p->depth--;
	need_punct(p, "}");
	p->unsettled |= !is_settled(s->update.key) || !is_settled(s->update.data);
	return s;
}

/* Is the token after `n` others this word or sign of the language, not a string? */
static bool ahead_is(struct parser *p, size_t n, const char *word)
{
	const struct tok *t = lex_peek_at(&p->lex, n);

	return (t->kind == TOK_WORD || t->kind == TOK_PUNCT) && str_is(t->text, word);
}

/* `ct helper set "ftp"`, `ct timeout set "x"`, `ct expectation set "x"`, `ct count over 3`. */
static struct nft_stmt *read_ct(struct parser *p)
{
	static const struct {
		const char *word;
		enum nft_object_kind kind;
	} objects[] = { { "helper", NFT_O_CT_HELPER },
			{ "timeout", NFT_O_CT_TIMEOUT },
			{ "expectation", NFT_O_CT_EXPECTATION } };

	if (ahead_is(p, 1, "count")) {
		struct nft_stmt *s = stmt_new(p, NFT_S_CT_COUNT);

		(void)lex_next(&p->lex);
		(void)lex_next(&p->lex);
		(void)take_word(p, "over");
		(void)need_number(p, UINT32_MAX, "a number of connections");
		return s;
	}
	for (size_t i = 0; i < ARRAY_LEN(objects); i++) {
		if (!ahead_is(p, 1, objects[i].word) || !ahead_is(p, 2, "set"))
			continue;
		for (int n = 0; n < 3; n++)
			(void)lex_next(&p->lex);
		return read_object(p, objects[i].kind);
	}
	return NULL;
}

struct nft_stmt *parse_action(struct parser *p)
{
	static const struct {
		const char *word;
		struct nft_stmt *(*read)(struct parser *p);
	} actions[] = {
		{ "counter", read_counter }, { "limit", read_limit },	{ "quota", read_quota },
		{ "log", read_log },	     { "reject", read_reject }, { "queue", read_queue },
	};
	static const char *const updates[] = { "add", "update", "delete" };

	for (size_t i = 0; i < ARRAY_LEN(actions); i++)
		if (take_word(p, actions[i].word))
			return actions[i].read(p);
	for (size_t i = 0; i < ARRAY_LEN(updates); i++) {
		if (at_word(p, updates[i]) && ahead_is(p, 1, "@")) {
			(void)lex_next(&p->lex);
			return read_update(p, (enum nft_set_op)i);
		}
	}
	if (take_word(p, "notrack"))
		return stmt_new(p, NFT_S_NOTRACK);
	if (at_word(p, "ct"))
		return read_ct(p);
	return parse_nat(p);
}
