/* SPDX-License-Identifier: Apache-2.0 */
/* Statements other than matches and address translation. */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/netfilter/nf_log.h>
#include <netinet/in.h>
#include <string.h>

#include "base/err.h"
#include "nft/encoder.h"
#include "nft/kernel.h"

enum { LIMIT_BURST = 5 }; /* packets, where none is said: nft's default */

static void put_counter(struct encoder *e, const struct nft_counter *c)
{
	struct expr_nest x = expr_begin(e, "counter");

	encode_counter(&e->expr, c);
	expr_end(e, x);
}

/* "kbytes" are 1024 bytes, "mbytes" 1024 of those. */
static uint64_t bytes_of(uint64_t n, const char *unit)
{
	if (unit && !strcmp(unit, "kbytes"))
		return n << 10;
	return unit && !strcmp(unit, "mbytes") ? n << 20 : n;
}

static void put_limit(struct encoder *e, const struct nft_limit *l)
{
	struct expr_nest x = expr_begin(e, "limit");
	uint64_t burst = bytes_of(l->burst, l->burst_unit);

	if (!burst && !l->bytes)
		burst = LIMIT_BURST;
	batch_u64(&e->expr, NFTA_LIMIT_RATE, bytes_of(l->rate, l->rate_unit));
	batch_u64(&e->expr, NFTA_LIMIT_UNIT, l->per);
	batch_u32(&e->expr, NFTA_LIMIT_BURST, (uint32_t)burst);
	batch_u32(&e->expr, NFTA_LIMIT_TYPE, l->bytes ? NFT_LIMIT_PKT_BYTES : NFT_LIMIT_PKTS);
	batch_u32(&e->expr, NFTA_LIMIT_FLAGS, l->over ? NFT_LIMIT_F_INV : 0);
	expr_end(e, x);
}

static void put_reject(struct encoder *e, uint32_t type, uint8_t code)
{
	struct expr_nest x = expr_begin(e, "reject");

	batch_u32(&e->expr, NFTA_REJECT_TYPE, type);
	batch_u8(&e->expr, NFTA_REJECT_ICMP_CODE, code);
	expr_end(e, x);
}

static void reject(struct encoder *e, const struct nft_stmt *s)
{
	switch (s->reject.type) {
	case NFT_REJECT_TCP_RESET:
		need_l4proto(e, IPPROTO_TCP);
		put_reject(e, NFT_REJECT_TCP_RST, 0);
		break;
	case NFT_REJECT_ICMP:
		need_nfproto(e, NFT_IP);
		put_reject(e, NFT_REJECT_ICMP_UNREACH, s->reject.code);
		break;
	case NFT_REJECT_ICMPV6:
		need_nfproto(e, NFT_IP6);
		put_reject(e, NFT_REJECT_ICMP_UNREACH, s->reject.code);
		break;
	case NFT_REJECT_ICMPX:
		put_reject(e, NFT_REJECT_ICMPX_UNREACH, s->reject.code);
		break;
	case NFT_REJECT_DEFAULT:
		if (e->facts.nfproto == NFT_IP)
			put_reject(e, NFT_REJECT_ICMP_UNREACH, ICMP_PORT_UNREACH);
		else if (e->facts.nfproto == NFT_IP6)
			put_reject(e, NFT_REJECT_ICMP_UNREACH, ICMPV6_PORT_UNREACH);
		else
			put_reject(e, NFT_REJECT_ICMPX_UNREACH, NFT_REJECT_ICMPX_PORT_UNREACH);
		break;
	}
}

static uint32_t log_level(struct encoder *e, const char *name)
{
	static const char *const names[] = { "emerg",  "alert", "crit",	 "err",	 "warn",
					     "notice", "info",	"debug", "audit" };

	for (uint32_t i = 0; i < ARRAY_LEN(names); i++)
		if (!strcmp(name, names[i]))
			return i;
	encode_fail(e, E_UNKNOWN, e->at, "no log level is called \"%s\"", name);
	return 0;
}

static uint32_t log_flags(struct encoder *e, const char *text)
{
	static const struct {
		const char *word;
		uint32_t flag;
	} words[] = {
		{ "all", NF_LOG_MASK },	       { "tcp", 0 },	 { "ip", 0 },
		{ "sequence", NF_LOG_TCPSEQ }, { "options", 0 }, { "skuid", NF_LOG_UID },
		{ "ether", NF_LOG_MACDECODE },
	};
	struct str rest = str_of(text);
	bool ip = false;
	uint32_t flags = 0;

	while (rest.p && rest.n) {
		size_t end = 0, i = 0;
		struct str word;

		while (end < rest.n && rest.p[end] != ' ' && rest.p[end] != ',')
			end++;
		word = (struct str){ rest.p, end };
		rest.p += end + (end < rest.n);
		rest.n -= end + (end < rest.n);
		if (!word.n)
			continue;
		while (i < ARRAY_LEN(words) && !str_is(word, words[i].word))
			i++;
		if (i == ARRAY_LEN(words)) {
			encode_fail(e, E_UNKNOWN, e->at, "no log flag is called \"%.*s\"",
				    STR_FMT(word));
			return 0;
		}
		if (str_is(word, "options"))
			flags |= ip ? NF_LOG_IPOPT : NF_LOG_TCPOPT;
		ip = str_is(word, "ip") || (ip && !str_is(word, "tcp"));
		flags |= words[i].flag;
	}
	return flags;
}

static void put_log(struct encoder *e, const struct nft_stmt *s)
{
	struct expr_nest x = expr_begin(e, "log");

	if (s->log.prefix)
		batch_text(&e->expr, NFTA_LOG_PREFIX, s->log.prefix);
	if (s->log.group >= 0) {
		batch_u16(&e->expr, NFTA_LOG_GROUP, (uint16_t)s->log.group);
		batch_u32(&e->expr, NFTA_LOG_SNAPLEN, s->log.snaplen);
		batch_u16(&e->expr, NFTA_LOG_QTHRESHOLD, (uint16_t)s->log.threshold);
	}
	if (s->log.level)
		batch_u32(&e->expr, NFTA_LOG_LEVEL, log_level(e, s->log.level));
	if (s->log.flags)
		batch_u32(&e->expr, NFTA_LOG_FLAGS, log_flags(e, s->log.flags));
	expr_end(e, x);
}

static void put_queue(struct encoder *e, const struct nft_stmt *s)
{
	struct expr_nest x;
	uint16_t flags = (s->queue.bypass ? NFT_QUEUE_FLAG_BYPASS : 0) |
			 (s->queue.fanout ? NFT_QUEUE_FLAG_CPU_FANOUT : 0);

	if (s->queue.to_expr) {
		encode_fail(e, E_UNSUPPORTED, e->at, "`queue to` an expression cannot be sent");
		return;
	}
	x = expr_begin(e, "queue");
	batch_u16(&e->expr, NFTA_QUEUE_NUM, s->queue.from);
	batch_u16(&e->expr, NFTA_QUEUE_TOTAL, (uint16_t)(s->queue.to - s->queue.from + 1));
	if (flags)
		batch_u16(&e->expr, NFTA_QUEUE_FLAGS, flags);
	expr_end(e, x);
}

static void put_object(struct encoder *e, const struct nft_stmt *s)
{
	const struct nft_expr *n = s->object.name;
	struct set_name set = { 0 };
	struct expr_nest x;

	if (n->kind == NFT_E_MAP) {
		set = encode_set_name(e, n->map.map, n->map.key);
		(void)encode_load(e, n->map.key, 0, set.network);
	}
	x = expr_begin(e, "objref");
	if (n->kind == NFT_E_OBJECT) {
		batch_u32(&e->expr, NFTA_OBJREF_IMM_TYPE, encode_object_kind(s->object.kind));
		batch_text(&e->expr, NFTA_OBJREF_IMM_NAME, n->name);
	} else if (set.name) {
		batch_u32(&e->expr, NFTA_OBJREF_SET_SREG, encode_register(0));
		batch_text(&e->expr, NFTA_OBJREF_SET_NAME, set.name);
		if (set.id)
			batch_u32(&e->expr, NFTA_OBJREF_SET_ID, set.id);
	} else {
		encode_fail(e, E_UNSUPPORTED, e->at, "this object reference cannot be sent");
	}
	expr_end(e, x);
}

static void put_update_counter(struct encoder *e, const struct nft_stmt *s)
{
	size_t nest, data;

	if (!s->update.stmts)
		return;
	if (s->update.stmts > 1 || s->update.stmt[0]->kind != NFT_S_COUNTER) {
		encode_fail(e, E_UNSUPPORTED, e->at, "only a counter in a new element can be sent");
		return;
	}
	nest = batch_nest(&e->expr, NFTA_DYNSET_EXPR);
	batch_text(&e->expr, NFTA_EXPR_NAME, "counter");
	data = batch_nest(&e->expr, NFTA_EXPR_DATA);
	encode_counter(&e->expr, &s->update.stmt[0]->counter);
	batch_unnest(&e->expr, data);
	batch_unnest(&e->expr, nest);
}

static void put_update(struct encoder *e, const struct nft_stmt *s)
{
	static const uint32_t ops[] = { [NFT_SET_ADD] = NFT_DYNSET_OP_ADD,
					[NFT_SET_UPDATE] = NFT_DYNSET_OP_UPDATE,
					[NFT_SET_DELETE] = NFT_DYNSET_OP_DELETE };
	const struct nft_set *set = nft_set_find(e->table, str_of(s->update.set));
	struct expr_nest x;

	if (!set || s->update.data) {
		encode_fail(e, set ? E_UNSUPPORTED : E_UNKNOWN, e->at, "cannot update set %s%s",
			    s->update.set, set ? " with data" : ": there is none");
		return;
	}
	(void)encode_load(e, s->update.key, 0, set->flags & NFT_SET_INTERVAL);
	x = expr_begin(e, "dynset");
	batch_u32(&e->expr, NFTA_DYNSET_SREG_KEY, encode_register(0));
	batch_u32(&e->expr, NFTA_DYNSET_OP, ops[s->update.op]);
	batch_text(&e->expr, NFTA_DYNSET_SET_NAME, set->name);
	if (s->update.timeout_ms)
		batch_u64(&e->expr, NFTA_DYNSET_TIMEOUT, s->update.timeout_ms);
	put_update_counter(e, s);
	expr_end(e, x);
}

/* meta KEY set VALUE, ct KEY set VALUE. A constant takes the shape of what it is written to. */
static void put_mangle(struct encoder *e, const struct nft_stmt *s)
{
	const struct nft_expr *to = s->mangle.target, *from = s->mangle.value;
	struct shape shape = shape_of(to);
	struct wire_value v;
	struct expr_nest x;

	if (to->kind != NFT_E_META && to->kind != NFT_E_CT) {
		encode_fail(e, E_UNSUPPORTED, e->at, "writing into packets cannot be sent");
		return;
	}
	if (from->kind != NFT_E_VALUE)
		(void)encode_load(e, from, 0, false);
	else if (encode_value(e, from, &shape, 1, &v))
		encode_immediate(e, 0, &v);
	if (to->kind == NFT_E_META) {
		x = expr_begin(e, "meta");
		batch_u32(&e->expr, NFTA_META_KEY, to->key->number);
		batch_u32(&e->expr, NFTA_META_SREG, encode_register(0));
	} else {
		x = expr_begin(e, "ct");
		batch_u32(&e->expr, NFTA_CT_KEY, to->key->number);
		if (to->ct_dir != NFT_CT_DIR_NONE)
			batch_u8(&e->expr, NFTA_CT_DIRECTION, (uint8_t)to->ct_dir);
		batch_u32(&e->expr, NFTA_CT_SREG, encode_register(0));
	}
	expr_end(e, x);
}

void encode_stmt(struct encoder *e, const struct nft_stmt *s)
{
	struct expr_nest x;

	switch (s->kind) {
	case NFT_S_MATCH:
		encode_match(e, s);
		break;
	case NFT_S_LIMIT:
		put_limit(e, &s->limit);
		break;
	case NFT_S_VERDICT:
		encode_immediate_verdict(e, &s->verdict);
		break;
	case NFT_S_VMAP:
		encode_lookup(e, s->vmap.map, s->vmap.key, NFT_REG_VERDICT, false);
		break;
	case NFT_S_REJECT:
		reject(e, s);
		break;
	case NFT_S_QUEUE:
		put_queue(e, s);
		break;
	case NFT_S_COUNTER:
		put_counter(e, &s->counter);
		break;
	case NFT_S_OBJECT:
		put_object(e, s);
		break;
	case NFT_S_LOG:
		put_log(e, s);
		break;
	case NFT_S_SET:
		put_update(e, s);
		break;
	case NFT_S_MANGLE:
		put_mangle(e, s);
		break;
	case NFT_S_NOTRACK:
		x = expr_begin(e, "notrack");
		expr_end(e, x);
		break;
	case NFT_S_NAT:
		encode_nat(e, s);
		break;
	default:
		encode_fail(e, E_UNSUPPORTED, s->at, "no netlink form here for `%s`",
			    s->text ? s->text : "this statement");
	}
}
