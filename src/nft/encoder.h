/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The encoder of one table, for the encode_*.c files among themselves.
 *
 * A rule's expressions grow in `expr` while the sets it brings along (anonymous ones) are written
 * to `out` as they are met; the rule's own message comes last. Errors are sticky: after the first
 * nothing more is told, and encode_table() gives `r`.
 *
 * `facts` is what the statements of the rule so far have established about the packet. Reading a
 * header implies "and the packet has it": need_*() writes that test unless it is known.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/diag.h"
#include "nft/batch.h"
#include "nft/link.h"
#include "nft/model.h"
#include "nft/wire.h"

enum { NOT_KNOWN = -1 };

struct facts {
	int nfproto;   /* NFPROTO_IPV4, NFPROTO_IPV6 */
	int l4proto;   /* IPPROTO_* */
	int ethertype; /* what follows the Ethernet header */
	bool ethernet; /* there is one */
};

struct encoder {
	struct batch *out;
	struct batch expr; /* attributes only */
	const struct nft_table *table;
	struct nft_link *names;
	struct diag *d;
	struct place at; /* of what is being encoded, for messages */
	struct facts facts;
	uint32_t set_id; /* the newest */
	int r;
};

/* Notes the first error and its story. */
EG_PRINTF(4, 5)
void encode_fail(struct encoder *e, int code, struct place at, const char *fmt, ...);

/* ---- encode_set.c ---- */

void encode_set(struct encoder *e, const struct nft_set *s);

/* A set as a rule refers to it. An anonymous one is written first, its key like `left`. */
struct set_name {
	const char *name;
	uint32_t id;  /* 0: the name says enough */
	bool network; /* keys are in network order whatever their type is: it has ranges */
};

struct set_name encode_set_name(struct encoder *e, const struct nft_expr *set,
				const struct nft_expr *left);

enum { NO_DATA = -1 };

/* Loads `left` and looks it up; the data of a map goes to register `data`, a NFT_REG_*. */
void encode_lookup(struct encoder *e, const struct nft_expr *set, const struct nft_expr *left,
		   int data, bool inverted);

/* ---- encode_elem.c ---- */

/* A set on its way to the kernel. */
struct set_plan {
	const struct nft_set *set;
	const char *name; /* as sent: "__set%d" for anonymous ones */
	uint32_t id;
	uint32_t flags; /* NFT_SET_* of the kernel */
	bool merge;	/* ranges that touch become one */
	struct shape key[NFT_CONCAT_MAX], data[NFT_CONCAT_MAX];
	size_t keys, datas;
};

void encode_elems(struct encoder *e, const struct set_plan *p);

/* ---- encode_value.c ---- */

/* The bytes of a constant (value or concatenation) made of `n` parts; false: failed and told. */
struct wire_value {
	uint8_t byte[WIRE_REGISTERS];
	size_t n;
};

bool encode_value(struct encoder *e, const struct nft_expr *v, const struct shape *part, size_t n,
		  struct wire_value *ret);
/* The lowest and the highest key that a constant with ranges covers, in network order. */
bool encode_bounds(struct encoder *e, const struct nft_expr *v, const struct shape *part, size_t n,
		   struct wire_value ret[static 2]);
/* One part as numbers. Text counts as a number of WIRE_IFNAME bytes. */
bool encode_number(struct encoder *e, const struct nft_expr *v, struct shape s, u128 *ret_lo,
		   u128 *ret_hi);
/* The attribute `type` holding NFTA_DATA_VALUE. */
void encode_data(struct batch *b, unsigned type, const struct wire_value *v);
void encode_verdict(struct batch *b, unsigned type, const struct nft_verdict *v);

/* ---- encode_expr.c ---- */

/* An expression with its attributes between the two calls. */
struct expr_nest {
	size_t outer, inner;
};

struct expr_nest expr_begin(struct encoder *e, const char *name);
void expr_end(struct encoder *e, struct expr_nest n);

/* The number of the register that begins at the n-th word of the data registers. */
uint32_t encode_register(size_t word);

void encode_counter(struct batch *b, const struct nft_counter *c); /* a whole expression's inside */
void encode_cmp(struct encoder *e, size_t word, uint32_t op, const void *data, size_t n);
void encode_mask(struct encoder *e, size_t word, const void *mask, const void *flip, size_t n);
void encode_immediate(struct encoder *e, size_t word, const struct wire_value *v);
void encode_immediate_verdict(struct encoder *e, const struct nft_verdict *v);
void encode_to_network(struct encoder *e, size_t word, struct shape s);

/* Like encode_load() of part of a header, at word 0, but the bits stay where they are in their
 * bytes: returns how far above bit 0 of its last byte the value ends. `ret_n`: bytes loaded. */
unsigned encode_load_in_place(struct encoder *e, const struct nft_expr *x, size_t *ret_n);

/* Loads the value of `x` into the registers from `word` on, with what it implies about the packet.
 * `network`: in network order whatever its type is. Returns the number of words taken. */
size_t encode_load(struct encoder *e, const struct nft_expr *x, size_t word, bool network);

/* ---- encode_need.c ---- */

struct facts facts_of_table(enum nft_family family);
void need_nfproto(struct encoder *e, int nfproto);
void need_l4proto(struct encoder *e, int l4proto);
void need_header(struct encoder *e, const struct nft_header *h);
void learn_match(struct encoder *e, const struct nft_expr *left, const struct nft_expr *right);

/* ---- encode_match.c, encode_stmt.c, encode_nat.c, encode_object.c ---- */

void encode_match(struct encoder *e, const struct nft_stmt *s);
void encode_stmt(struct encoder *e, const struct nft_stmt *s);
void encode_nat(struct encoder *e, const struct nft_stmt *s);
void encode_object(struct encoder *e, const struct nft_object *o);
uint32_t encode_object_kind(enum nft_object_kind kind); /* NFT_OBJECT_* */
