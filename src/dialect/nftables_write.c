/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shape of the table (man egret-build shows a sample):
 *
 *   forward   base chain, policy drop: what belongs to an accepted conversation passes by state,
 *             of RELATED packets only ICMP errors; the rest looks its destination up, once a
 *             family, in an interval map to4 / to6 that leads to the chain of its class
 *             At its end one rule for each side and family looks up learned addresses of names
 *             (nftables_learned.h)
 *   to4-N     one destination class: concatenated lookups of the other fields, whose verdicts lead
 *             to the chain of the requirement
 *   VENDOR/SERVICE/REQUIREMENT   counts and accepts
 *
 * Neighbour discovery and multicast listener messages are link-local: they are never forwarded,
 * so nothing here lets them through; the gateway's own are not this table's business.
 */
#include <errno.h>

#include "base/err.h"
#include "dialect/nftables.h"
#include "dialect/nftables_classes.h"
#include "dialect/nftables_emit_lookup.h"
#include "dialect/nftables_learned.h"
#include "dialect/nftables_lookup.h"
#include "dialect/nftables_say.h"
#include "dialect/nftables_targets.h"
#include "net/proto.h"

enum { PRIORITY_FILTER = 0 };

enum { CT_INVALID = 1, CT_ESTABLISHED = 2, CT_RELATED = 4, CT_UNTRACKED = 64 };

struct writing {
	const struct rulelist *rules;
	struct flow_mgr *m;
	struct arena *arena; /* of the caller */
	enum say *say;
	struct targets targets;
	struct learned_places places;
	struct emit e;
	struct nft_chain *forward;
};

/* ---- targets ---- */

static void write_target(struct writing *w, const struct target *t)
{
	struct nft_chain *chain;
	struct nft_rule *rule;

	if (!t->chain) {
		emit_counter_object(&w->e, t->name);
		return;
	}
	chain = emit_chain(&w->e, t->name);
	rule = emit_rule(&w->e, chain, t->comment);
	emit_counter(&w->e, rule, t->name);
	if (t->verdict == VERDICT_REJECT)
		emit_reject(&w->e, rule);
	else
		emit_verdict(&w->e, rule, t->verdict == VERDICT_ACCEPT ? NFT_V_ACCEPT : NFT_V_DROP,
			     NULL);
}

/* ---- destination classes ---- */

/* The rules of one class as lookup.h wants them. */
static int class_rules(const struct writing *w, const struct dst_class *class, enum family family,
		       struct arena *a, struct lookup_class *ret)
{
	struct flow_match *match = arena_array(a, class->n, sizeof(*match));
	uint32_t *target = arena_array(a, class->n, sizeof(*target));

	if (!match || !target)
		return -ENOMEM;
	for (size_t i = 0; i < class->n; i++) {
		struct flow_match *m = &match[i];
		int r;

		*m = w->rules->rule[class->rule[i]].match;
		target[i] = (uint32_t)w->targets.of[class->rule[i]];
		m->dim[FLOW_STATE] = m->dim[FLOW_FRAG] = (struct flow_spans){ 0 };
		m->dim[FLOW_DST4] = m->dim[FLOW_DST6] = (struct flow_spans){ 0 };
		m->dim[family == FAMILY_V4 ? FLOW_SRC6 : FLOW_SRC4] = (struct flow_spans){ 0 };
		r = match_one(m, FLOW_FAMILY, family == FAMILY_V6, family == FAMILY_V6, a);
		if (r < 0)
			return r;
	}
	*ret = (struct lookup_class){ match, target, class->n, family };
	return 0;
}

/* The chain of each class; classes that turn out to say the same share one. */
struct class_chains {
	const char **name; /* NULL: nothing is said */
	flow_ref *diagram;
	size_t n;
};

static int write_class(struct writing *w, const struct lookup_class *c, struct class_chains *done)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	const char *map = c->family == FAMILY_V4 ? "to4" : "to6";
	struct lookups lookups = { 0 };
	size_t n = done->n;
	int r = a ? lookup_diagram(c, w->m, &done->diagram[n]) : -ENOMEM;

	if (r < 0)
		return r;
	done->name[n] = NULL;
	done->n++;
	for (size_t i = 0; i < n; i++) {
		if (done->diagram[i] == done->diagram[n]) {
			done->name[n] = done->name[i];
			return 0;
		}
	}
	r = lookups_make(c, done->diagram[n], w->m, a, &lookups);
	if (r < 0 || !lookups.n)
		return r;
	done->name[n] = arena_printf(w->arena, "%s-%zu", map, n + 1);
	if (!done->name[n])
		return -ENOMEM;
	struct nft_chain *chain = emit_chain(&w->e, done->name[n]);

	struct emit_class class = { chain, c->family, w->targets.target, w->m };

	for (size_t i = 0; i < lookups.n && w->e.r == 0; i++)
		emit_lookup(&w->e, &class, &lookups.lookup[i], i);
	return w->e.r;
}

/* The interval map from destinations to classes and the rule that looks it up. */
static void write_pieces(struct writing *w, enum family family, const struct dst_classes *classes,
			 const struct class_chains *chains)
{
	const char *map = family == FAMILY_V4 ? "to4" : "to6";
	enum nft_type type = family == FAMILY_V4 ? NFT_T_IPV4_ADDR : NFT_T_IPV6_ADDR;
	struct nft_set *set = NULL;

	for (size_t i = 0; w->e.r == 0 && i < classes->pieces; i++) {
		const struct dst_piece *p = &classes->piece[i];
		u128 hi = p->hi;

		if (!chains->name[p->class])
			continue;
		while (i + 1 < classes->pieces && hi + 1 == classes->piece[i + 1].lo &&
		       chains->name[classes->piece[i + 1].class] == chains->name[p->class])
			hi = classes->piece[++i].hi;
		if (!set)
			set = emit_map(&w->e, map, &type, 1);
		emit_elem(&w->e, set, emit_span(&w->e, type, p->lo, hi), NFT_V_JUMP,
			  chains->name[p->class]);
	}
	if (set)
		emit_vmap(&w->e, emit_rule(&w->e, w->forward, NULL),
			  emit_payload(&w->e, family == FAMILY_V4 ? "ip" : "ip6", "daddr"), map);
}

static int write_family(struct writing *w, enum family family)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	const struct flow_match **match = a ? arena_array(a, w->rules->n, sizeof(*match)) : NULL;
	struct dst_classes classes = { 0 };
	struct class_chains chains = { 0 };
	int r = match ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < w->rules->n; i++)
		match[i] = w->say[i] == SAY_ADDRESS ? &w->rules->rule[i].match : NULL;
	if (r == 0)
		r = dst_classes(match, w->rules->n, family, a, &classes);
	if (r < 0)
		return r;
	chains.name = arena_array(a, classes.classes, sizeof(*chains.name));
	chains.diagram = arena_array(a, classes.classes, sizeof(*chains.diagram));
	if (!chains.name || !chains.diagram)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < classes.classes; i++) {
		struct lookup_class c = { 0 };

		r = class_rules(w, &classes.class[i], family, a, &c);
		if (r == 0)
			r = write_class(w, &c, &chains);
	}
	if (r == 0)
		write_pieces(w, family, &classes, &chains);
	return r < 0 ? r : w->e.r;
}

/* ---- the frame ---- */

/* Which packets pass by the state of the conversation that they belong to. */
static void write_state(struct writing *w)
{
	struct nft_chain *errors = emit_chain(&w->e, "related");
	static const uint8_t icmp[] = { 3, 11, 12 };	/* RFC 792: unreachable, time, parameter */
	static const uint8_t icmpv6[] = { 1, 2, 3, 4 }; /* RFC 4443: these and packet too big */
	struct nft_set *states = emit_anonymous(&w->e, true);

	emit_types(&w->e, errors, "icmp", icmp, ARRAY_LEN(icmp));
	emit_types(&w->e, errors, "icmpv6", icmpv6, ARRAY_LEN(icmpv6));
	emit_verdict(&w->e, emit_rule(&w->e, errors, NULL), NFT_V_DROP, NULL);

	emit_elem(&w->e, states, emit_value(&w->e, NFT_T_CT_STATE, CT_ESTABLISHED), NFT_V_ACCEPT,
		  NULL);
	emit_elem(&w->e, states, emit_value(&w->e, NFT_T_CT_STATE, CT_RELATED), NFT_V_GOTO,
		  "related");
	emit_elem(&w->e, states, emit_value(&w->e, NFT_T_CT_STATE, CT_INVALID), NFT_V_DROP, NULL);
	emit_elem(&w->e, states, emit_value(&w->e, NFT_T_CT_STATE, CT_UNTRACKED), NFT_V_DROP, NULL);
	emit_vmap_here(&w->e, emit_rule(&w->e, w->forward, "replies, and ICMP errors about them"),
		       emit_ct(&w->e, "state"), states);
}

/* A new UDP conversation gets our time limits before it is accepted. */
static void write_timeout(struct writing *w, const char *name, unsigned nfproto)
{
	struct nft_rule *rule = emit_rule(&w->e, w->forward, NULL);

	emit_udp_timeout(&w->e, name, nfproto);
	emit_equal(&w->e, rule, emit_meta(&w->e, "nfproto"),
		   emit_value(&w->e, NFT_T_NF_PROTO, nfproto));
	emit_equal(&w->e, rule, emit_meta(&w->e, "l4proto"),
		   emit_value(&w->e, NFT_T_INET_PROTO, PROTO_UDP));
	emit_object(&w->e, rule, NFT_O_CT_TIMEOUT, name);
}

/* What happens to flows that no rule speaks of; the policy of the chain alone would not count. */
static void write_otherwise(struct writing *w)
{
	struct nft_rule *rule = emit_rule(&w->e, w->forward, "no rule speaks of it");

	emit_counter(&w->e, rule, "otherwise");
	if (w->rules->otherwise == VERDICT_REJECT)
		emit_reject(&w->e, rule);
	else if (w->rules->otherwise == VERDICT_ACCEPT)
		emit_verdict(&w->e, rule, NFT_V_ACCEPT, NULL);
	else
		emit_verdict(&w->e, rule, NFT_V_DROP, NULL);
}

static int write_table(struct writing *w)
{
	int r;

	w->forward = emit_base_chain(&w->e, "forward", "forward", PRIORITY_FILTER);
	write_state(w);
	write_timeout(w, "udp4", NFT_IP);
	write_timeout(w, "udp6", NFT_IP6);
	for (size_t i = 0; i < w->targets.n; i++)
		write_target(w, &w->targets.target[i]);
	r = w->e.r < 0 ? w->e.r : write_family(w, FAMILY_V4);
	if (r == 0)
		r = write_family(w, FAMILY_V6);
	for (size_t i = 0; i < w->places.maps; i++)
		emit_learned(&w->e, w->forward, &w->places.map[i], w->m);
	write_otherwise(w);
	return r < 0 ? r : w->e.r;
}

int nftables_write_model(const struct rulelist *rules, struct flow_mgr *m, struct arena *a,
			 struct nft_ruleset **ret, struct losses *lost)
{
	EG_AUTO(nft_ruleset_freep) struct nft_ruleset *rs = nft_ruleset_new();
	struct writing w = { .rules = rules, .m = m, .arena = a };
	int r = rs ? emit_begin(&w.e, rs) : -ENOMEM;

	if (r == 0)
		r = nftables_say(rules, m, a, &w.say, lost);
	if (r == 0)
		r = targets_make(rules, w.say, a, &w.targets);
	if (r == 0)
		r = learned_places_make(rules, w.say, &w.targets, a, &w.places);
	if (r == 0)
		r = write_table(&w);
	if (r == 0)
		*ret = EG_TAKE(rs);
	return r;
}
