/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Building the model of table inet egret piece by piece, with a sticky error: after the first
 * failed allocation or limit every call does nothing, and `r` says so at the end.
 */
#pragma once

#include "dialect/nftables_lookup.h"
#include "dialect/nftables_targets.h"
#include "nft/model.h"

struct emit {
	struct nft_ruleset *rs; /* borrowed */
	struct nft_table *table;
	int r;
};

EG_CHECK int emit_begin(struct emit *e, struct nft_ruleset *rs);

struct nft_chain *emit_chain(struct emit *e, const char *name);
struct nft_chain *emit_base_chain(struct emit *e, const char *name, const char *hook,
				  int32_t priority);
struct nft_rule *emit_rule(struct emit *e, struct nft_chain *c, const char *comment);

struct nft_expr *emit_value(struct emit *e, enum nft_type type, u128 num);
struct nft_expr *emit_span(struct emit *e, enum nft_type type, u128 lo, u128 hi);
struct nft_expr *emit_payload(struct emit *e, const char *header, const char *field);
struct nft_expr *emit_meta(struct emit *e, const char *key);
struct nft_expr *emit_ct(struct emit *e, const char *key);

/* A verdict map with interval keys of these types; an anonymous set or verdict map. */
struct nft_set *emit_map(struct emit *e, const char *name, const enum nft_type *type, size_t n);
struct nft_set *emit_anonymous(struct emit *e, bool verdicts);
/* A map from keys as they are to counters, for elements that time out. */
struct nft_set *emit_counter_map(struct emit *e, const char *name, const enum nft_type *type,
				 size_t n);
void emit_elem(struct emit *e, struct nft_set *s, struct nft_expr *key, enum nft_verdict_kind kind,
	       const char *chain);

void emit_equal(struct emit *e, struct nft_rule *rule, struct nft_expr *left,
		struct nft_expr *right);
void emit_verdict(struct emit *e, struct nft_rule *rule, enum nft_verdict_kind kind,
		  const char *chain);
void emit_reject(struct emit *e, struct nft_rule *rule);
void emit_vmap(struct emit *e, struct nft_rule *rule, struct nft_expr *key, const char *map);
void emit_vmap_here(struct emit *e, struct nft_rule *rule, struct nft_expr *key,
		    struct nft_set *map);
/* A rule's use of an object; emit_counter() makes the counter too. */
void emit_object(struct emit *e, struct nft_rule *rule, enum nft_object_kind kind,
		 const char *name);
void emit_counter(struct emit *e, struct nft_rule *rule, const char *name);
/* The counter alone, and a rule that counts with the one it finds in a map. */
void emit_counter_object(struct emit *e, const char *name);
void emit_counter_by(struct emit *e, struct nft_rule *rule, struct nft_expr *key, const char *map);
/* A rule's condition that `left` is in one of these spans. */
void emit_spans(struct emit *e, struct nft_rule *rule, struct nft_expr *left, enum nft_type type,
		struct flow_spans spans);
/* `iifname "lan"`, `oifname != { "guest", "dmz" }`: key is "iifname" or "oifname". */
void emit_zones(struct emit *e, struct nft_rule *rule, const char *key, struct flow_spans zones,
		const struct flow_mgr *m);
void emit_udp_timeout(struct emit *e, const char *name, unsigned nfproto);

/* A rule that accepts these types of an ICMP header. */
void emit_types(struct emit *e, struct nft_chain *c, const char *header, const uint8_t *type,
		size_t n);
