/* SPDX-License-Identifier: Apache-2.0 */
/* Expressions that do something, as statements. */
#include <errno.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/netfilter/nf_log.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "nft/attrs.h"
#include "nft/decoder.h"
#include "nft/kernel.h"

enum { LIMIT_BURST = 5, LOG_WARN = 4 }; /* what nft does not say */

typedef void (*stmt_fn)(struct reading *rd, const struct raw_expr *x, struct str *a);

static void put_verdict(struct reading *rd, const struct raw_expr *x, struct str *a)
{
	struct str d[NFTA_DATA_MAX + 1];
	struct nft_stmt *s;

	attrs_read(a[NFTA_IMMEDIATE_DATA].p, a[NFTA_IMMEDIATE_DATA].n, d, ARRAY_LEN(d));
	if (!d[NFTA_DATA_VERDICT].p) {
		reading_unknown(rd, x, false);
		return;
	}
	s = reading_stmt(rd, NFT_S_VERDICT);
	if (s)
		rd->r = decode_verdict(rd->dc, d[NFTA_DATA_VERDICT], &s->verdict);
}

static void put_counter(struct reading *rd, const struct raw_expr *x, struct str *a)
{
	struct nft_stmt *s = reading_stmt(rd, NFT_S_COUNTER);

	(void)a;
	if (s)
		decode_counter(x->data, &s->counter);
}

/* The largest unit that says the number exactly. */
static uint64_t in_unit(uint64_t bytes, const char **unit)
{
	bool mega = bytes && bytes % (1 << 20) == 0, kilo = bytes && bytes % (1 << 10) == 0;

	*unit = mega ? "mbytes" : kilo ? "kbytes" : "bytes";
	return mega ? bytes >> 20 : kilo ? bytes >> 10 : bytes;
}

static void put_limit(struct reading *rd, const struct raw_expr *x, struct str *a)
{
	struct nft_limit l = { .rate = attrs_u64_or(a[NFTA_LIMIT_RATE], 0),
			       .burst = attrs_u32_or(a[NFTA_LIMIT_BURST], 0) };
	struct nft_stmt *s = reading_stmt(rd, NFT_S_LIMIT);

	(void)x;
	l.per = (uint32_t)attrs_u64_or(a[NFTA_LIMIT_UNIT], 1);
	l.over = attrs_u32_or(a[NFTA_LIMIT_FLAGS], 0) & NFT_LIMIT_F_INV;
	l.bytes = attrs_u32_or(a[NFTA_LIMIT_TYPE], 0) == NFT_LIMIT_PKT_BYTES;
	if (l.bytes) {
		l.rate = in_unit(l.rate, &l.rate_unit);
		l.burst_bytes = l.burst;
		if (l.burst)
			l.burst = in_unit(l.burst, &l.burst_unit);
	} else if (l.burst == LIMIT_BURST) {
		l.burst = 0;
	}
	if (s)
		s->limit = l;
}

static enum nft_reject_type icmp_of(struct reading *rd)
{
	bool ip4 = rd->nfproto == NFT_IP;

	if (rd->dc->family == NFT_INET || rd->dc->family == NFT_BRIDGE)
		reading_drop(rd, rd->nfproto_at);
	return ip4 ? NFT_REJECT_ICMP : NFT_REJECT_ICMPV6;
}

/* What `reject` alone means in tables of one protocol. */
static bool is_default_icmp(const struct reading *rd, uint8_t code)
{
	if (rd->dc->family == NFT_IP)
		return code == ICMP_PORT_UNREACH;
	return rd->dc->family == NFT_IP6 && code == ICMPV6_PORT_UNREACH;
}

static void put_reject(struct reading *rd, const struct raw_expr *x, struct str *a)
{
	uint32_t type = attrs_u32_or(a[NFTA_REJECT_TYPE], ~0U);
	uint8_t code = a[NFTA_REJECT_ICMP_CODE].n == 1 ? (uint8_t)a[NFTA_REJECT_ICMP_CODE].p[0] : 0;
	enum nft_reject_type kind = NFT_REJECT_DEFAULT;
	struct nft_stmt *s;

	if (type == NFT_REJECT_TCP_RST) {
		kind = NFT_REJECT_TCP_RESET;
	} else if (type == NFT_REJECT_ICMPX_UNREACH) {
		kind = code == NFT_REJECT_ICMPX_PORT_UNREACH ? NFT_REJECT_DEFAULT
							     : NFT_REJECT_ICMPX;
	} else if (type == NFT_REJECT_ICMP_UNREACH && rd->nfproto >= 0) {
		kind = is_default_icmp(rd, code) ? NFT_REJECT_DEFAULT : icmp_of(rd);
	} else {
		reading_unknown(rd, x, false);
		return;
	}
	s = reading_stmt(rd, NFT_S_REJECT);
	if (s) {
		s->reject.type = kind;
		s->reject.code = code;
	}
}

static const char *log_flags(struct reading *rd, uint32_t flags)
{
	struct buf b = BUF_INIT;
	const char *text = NULL;

	if (flags == NF_LOG_MASK)
		return "all";
	if (flags & (NF_LOG_TCPSEQ | NF_LOG_TCPOPT))
		buf_printf(&b, "tcp %s%s%s", flags & NF_LOG_TCPSEQ ? "sequence" : "",
			   (flags & NF_LOG_TCPSEQ) && (flags & NF_LOG_TCPOPT) ? "," : "",
			   flags & NF_LOG_TCPOPT ? "options" : "");
	if (flags & NF_LOG_IPOPT)
		buf_printf(&b, "%sip options", b.n ? " " : "");
	if (flags & NF_LOG_UID)
		buf_printf(&b, "%sskuid", b.n ? " " : "");
	if (flags & NF_LOG_MACDECODE)
		buf_printf(&b, "%sether", b.n ? " " : "");
	if (b.n)
		text = arena_str(rd->dc->rs->arena, buf_str(&b));
	if (b.r < 0 || (b.n && !text))
		rd->r = -ENOMEM;
	buf_release(&b);
	return text;
}

static uint16_t u16_or(struct str v, uint16_t otherwise)
{
	if (v.n != sizeof(uint16_t))
		return otherwise;
	return (uint16_t)wire_read((const uint8_t *)v.p, v.n, false);
}

static void put_log(struct reading *rd, const struct raw_expr *x, struct str *a)
{
	static const char *const levels[] = { "emerg",	"alert", "crit",  "err",  "warn",
					      "notice", "info",	 "debug", "audit" };
	uint32_t level = attrs_u32_or(a[NFTA_LOG_LEVEL], LOG_WARN);
	struct nft_stmt *s = reading_stmt(rd, NFT_S_LOG);

	(void)x;
	if (!s)
		return;
	s->log.prefix = decode_text(rd->dc, a[NFTA_LOG_PREFIX]);
	s->log.group = a[NFTA_LOG_GROUP].p ? u16_or(a[NFTA_LOG_GROUP], 0) : -1;
	s->log.snaplen = attrs_u32_or(a[NFTA_LOG_SNAPLEN], 0);
	s->log.threshold = u16_or(a[NFTA_LOG_QTHRESHOLD], 0);
	if (level != LOG_WARN && level < ARRAY_LEN(levels))
		s->log.level = levels[level];
	s->log.flags = log_flags(rd, attrs_u32_or(a[NFTA_LOG_FLAGS], 0) & NF_LOG_MASK);
}

static void put_queue(struct reading *rd, const struct raw_expr *x, struct str *a)
{
	uint16_t flags = u16_or(a[NFTA_QUEUE_FLAGS], 0), total = u16_or(a[NFTA_QUEUE_TOTAL], 1);
	struct nft_stmt *s;

	if (a[NFTA_QUEUE_SREG_QNUM].p) {
		reading_unknown(rd, x, false);
		return;
	}
	s = reading_stmt(rd, NFT_S_QUEUE);
	if (!s)
		return;
	s->queue.from = u16_or(a[NFTA_QUEUE_NUM], 0);
	s->queue.to = (uint16_t)(s->queue.from + (total ? total - 1 : 0));
	s->queue.bypass = flags & NFT_QUEUE_FLAG_BYPASS;
	s->queue.fanout = flags & NFT_QUEUE_FLAG_CPU_FANOUT;
}

/* The kind of objects in a map of them. */
static enum nft_object_kind map_object_kind(const struct read_set *s)
{
	return s && s->set->object >= 0 ? (enum nft_object_kind)s->set->object : NFT_O_KINDS;
}

static struct nft_expr *mapped_object(struct reading *rd, struct str *a)
{
	struct str name = attrs_text(a[NFTA_OBJREF_SET_NAME]);
	struct nft_expr *e = decoder_need(rd->dc, nft_expr_new(rd->dc->rs->arena, NFT_E_MAP));
	const struct read_set *s = decoder_set(rd->dc, name);

	if (!e)
		return NULL;
	e->map.key = decode_held_key(rd, attrs_u32_or(a[NFTA_OBJREF_SET_SREG], 0), s);
	e->map.map = decode_set_expr(rd, name);
	return e->map.key && e->map.map ? e : NULL;
}

static void put_object(struct reading *rd, const struct raw_expr *x, struct str *a)
{
	struct str set = attrs_text(a[NFTA_OBJREF_SET_NAME]);
	enum nft_object_kind kind = decode_object_kind(attrs_u32_or(a[NFTA_OBJREF_IMM_TYPE], 0));
	struct nft_expr *name;
	struct nft_stmt *s;

	if (set.n)
		kind = map_object_kind(decoder_set(rd->dc, set));
	name = set.n ? mapped_object(rd, a)
		     : decoder_need(rd->dc, nft_object_name(rd->dc->rs->arena,
							    attrs_text(a[NFTA_OBJREF_IMM_NAME])));
	if (!name || kind == NFT_O_KINDS) {
		reading_unknown(rd, x, false);
		return;
	}
	s = reading_stmt(rd, NFT_S_OBJECT);
	if (s) {
		s->object.kind = kind;
		s->object.name = name;
	}
}

/* A counter in the new element; anything else makes the update unknown. */
static bool update_counter(struct reading *rd, struct str expr, struct nft_stmt *s)
{
	struct str a[NFTA_EXPR_MAX + 1];

	attrs_read(expr.p, expr.n, a, ARRAY_LEN(a));
	if (!str_is(attrs_text(a[NFTA_EXPR_NAME]), "counter"))
		return false;
	s->update.stmt = arena_array(rd->dc->rs->arena, 1, sizeof(*s->update.stmt));
	if (s->update.stmt)
		s->update.stmt[0] = nft_stmt_new(rd->dc->rs, NFT_S_COUNTER);
	if (!s->update.stmt || !s->update.stmt[0]) {
		rd->r = -ENOMEM;
		return true;
	}
	decode_counter(a[NFTA_EXPR_DATA], &s->update.stmt[0]->counter);
	s->update.stmts = 1;
	return true;
}

static void put_update(struct reading *rd, const struct raw_expr *x, struct str *a)
{
	static const uint8_t ops[] = { [NFT_DYNSET_OP_ADD] = NFT_SET_ADD,
				       [NFT_DYNSET_OP_UPDATE] = NFT_SET_UPDATE,
				       [NFT_DYNSET_OP_DELETE] = NFT_SET_DELETE };
	const struct read_set *set = decoder_set(rd->dc, attrs_text(a[NFTA_DYNSET_SET_NAME]));
	uint32_t op = attrs_u32_or(a[NFTA_DYNSET_OP], ~0U);
	struct nft_expr *key = decode_held_key(rd, attrs_u32_or(a[NFTA_DYNSET_SREG_KEY], 0), set);
	struct nft_stmt *s;

	if (op >= ARRAY_LEN(ops) || !set || !key || a[NFTA_DYNSET_SREG_DATA].p ||
	    a[NFTA_DYNSET_EXPRESSIONS].p) {
		reading_unknown(rd, x, false);
		return;
	}
	s = reading_stmt(rd, NFT_S_SET);
	if (!s)
		return;
	s->update.op = ops[op];
	s->update.set = set->name;
	s->update.key = key;
	s->update.timeout_ms = attrs_u64_or(a[NFTA_DYNSET_TIMEOUT], 0);
	if (a[NFTA_DYNSET_EXPR].p && !update_counter(rd, a[NFTA_DYNSET_EXPR], s)) {
		s->kind = NFT_S_UNKNOWN;
		s->text = "dynset";
	}
}

static void put_mangle(struct reading *rd, const struct raw_expr *x, struct nft_expr *target,
		       uint32_t reg)
{
	const struct held *h = reading_held(rd, reg);
	struct nft_expr *value = target && h ? decode_held_as(rd, h, shape_of(target)) : NULL;
	struct nft_stmt *s;

	if (!value) {
		reading_unknown(rd, x, false);
		return;
	}
	s = reading_stmt(rd, NFT_S_MANGLE);
	if (s) {
		s->mangle.target = target;
		s->mangle.value = value;
	}
}

static void put_meta(struct reading *rd, const struct raw_expr *x, struct str *a)
{
	const struct nft_key *k = decode_key_of(nft_meta_at, attrs_u32_or(a[NFTA_META_KEY], ~0U));

	put_mangle(rd, x, k ? decoder_need(rd->dc, nft_meta(rd->dc->rs->arena, k)) : NULL,
		   attrs_u32_or(a[NFTA_META_SREG], 0));
}

static void put_ct(struct reading *rd, const struct raw_expr *x, struct str *a)
{
	const struct nft_key *k = decode_key_of(nft_ct_at, attrs_u32_or(a[NFTA_CT_KEY], ~0U));
	int dir = a[NFTA_CT_DIRECTION].n == 1 ? a[NFTA_CT_DIRECTION].p[0] : NFT_CT_DIR_NONE;

	put_mangle(rd, x, k ? decoder_need(rd->dc, nft_ct(rd->dc->rs->arena, k, dir, 0)) : NULL,
		   attrs_u32_or(a[NFTA_CT_SREG], 0));
}

static void put_notrack(struct reading *rd, const struct raw_expr *x, struct str *a)
{
	(void)x;
	(void)a;
	(void)reading_stmt(rd, NFT_S_NOTRACK); /* its failure is in rd->r */
}

EG_PRINTF(3, 4)
static void put_text(struct reading *rd, enum nft_stmt_kind kind, const char *fmt, ...)
{
	struct nft_stmt *s = reading_stmt(rd, kind);
	char text[128];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args); /* two numbers: they fit */
	va_end(args);
	if (!s)
		return;
	s->text = arena_strdup(rd->dc->rs->arena, text);
	if (!s->text)
		rd->r = -ENOMEM;
}

static void put_quota(struct reading *rd, const struct raw_expr *x, struct str *a)
{
	bool over = attrs_u32_or(a[NFTA_QUOTA_FLAGS], 0) & NFT_QUOTA_F_INV;
	const char *unit;
	uint64_t n = in_unit(attrs_u64_or(a[NFTA_QUOTA_BYTES], 0), &unit);

	(void)x;
	put_text(rd, NFT_S_QUOTA, "quota %s%llu %s", over ? "over " : "", (unsigned long long)n,
		 unit);
}

static void put_connlimit(struct reading *rd, const struct raw_expr *x, struct str *a)
{
	bool over = attrs_u32_or(a[NFTA_CONNLIMIT_FLAGS], 0) & NFT_CONNLIMIT_F_INV;

	(void)x;
	put_text(rd, NFT_S_CT_COUNT, "ct count %s%u", over ? "over " : "",
		 attrs_u32_or(a[NFTA_CONNLIMIT_COUNT], 0));
}

static void put_nat(struct reading *rd, const struct raw_expr *x, struct str *a)
{
	(void)a;
	decode_nat(rd, x);
}

void decode_stmt(struct reading *rd, const struct raw_expr *x)
{
	static const struct {
		const char *name;
		stmt_fn put;
	} kinds[] = {
		{ "immediate", put_verdict },
		{ "counter", put_counter },
		{ "limit", put_limit },
		{ "reject", put_reject },
		{ "log", put_log },
		{ "queue", put_queue },
		{ "objref", put_object },
		{ "dynset", put_update },
		{ "meta", put_meta },
		{ "ct", put_ct },
		{ "notrack", put_notrack },
		{ "quota", put_quota },
		{ "connlimit", put_connlimit },
		{ "nat", put_nat },
		{ "masq", put_nat },
		{ "redir", put_nat },
	};
	struct str a[16];

	attrs_read(x->data.p, x->data.n, a, ARRAY_LEN(a));
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (str_is(x->name, kinds[i].name)) {
			kinds[i].put(rd, x, a);
			return;
		}
	reading_unknown(rd, x, false);
}
