/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The decoder of one table, for the decode_*.c files among themselves.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/int128.h"
#include "base/str.h"
#include "nft/decode.h"
#include "nft/link.h"
#include "nft/model.h"
#include "nft/wire.h"

/* A set as the kernel describes it, with what the model does not keep. */
struct read_set {
	const char *name; /* the kernel's, also of anonymous ones */
	struct nft_set *set;
	struct shape key[NFT_CONCAT_MAX], data[NFT_CONCAT_MAX];
	size_t keys, datas;
	bool ranges, concat, anonymous;
	struct border *border; /* of a set with ranges: sorted and joined at the end */
	size_t borders, cap;
	bool done;
};

/* An element of a tree of ranges: where one begins, or just behind its end. */
struct border {
	u128 key;
	bool end;
	struct nft_elem rest; /* key is still NULL */
};

struct decoder {
	struct nft_ruleset *rs;
	struct nft_table *table; /* NULL until it was seen */
	enum nft_family family;
	const char *name;
	struct nft_link *names;
	struct read_set **set;
	size_t sets, cap;
	bool starved; /* memory was short somewhere: decode_answer() tells */
};

/* `e`, or NULL with the decoder marked as starved. */
struct nft_expr *decoder_need(struct decoder *dc, struct nft_expr *e);

struct read_set *decoder_set(const struct decoder *dc, struct str name);

/* ---- decode_value.c ---- */

/* The constant in `data`, one part. NULL: out of memory. `network`: whatever its type is. */
struct nft_expr *decode_number(struct decoder *dc, struct shape s, u128 v);
struct nft_expr *decode_value(struct decoder *dc, struct shape s, struct str data, bool network);
/* lo..hi as value, prefix (addresses only) or range. */
struct nft_expr *decode_span(struct decoder *dc, struct shape s, u128 lo, u128 hi);
/* A key or data of `n` parts; `end` (may be empty) is the highest key of a concatenation. */
struct nft_expr *decode_key(struct decoder *dc, const struct shape *part, size_t n,
			    const struct str bounds[static 2], bool network);
/* The verdict in NFTA_DATA_VERDICT. E_SYNTAX, -ENOMEM. */
EG_CHECK int decode_verdict(struct decoder *dc, struct str verdict, struct nft_verdict *ret);
/* Text of an attribute as a string of the arena; NULL: absent or out of memory. */
const char *decode_text(struct decoder *dc, struct str value);
/* The comment in user data. */
const char *decode_comment(struct decoder *dc, struct str userdata, unsigned type);
void decode_counter(struct str data, struct nft_counter *ret);
/* The parts of a type number as nft notes it; `length` is that of the whole. */
size_t decode_types(uint32_t number, uint32_t length, struct shape ret[static NFT_CONCAT_MAX]);

/* ---- one answer each ---- */

EG_CHECK int decode_set(struct decoder *dc, const struct nft_answer *a);
EG_CHECK int decode_elems(struct decoder *dc, const struct nft_answer *a);
EG_CHECK int decode_object(struct decoder *dc, const struct nft_answer *a);
EG_CHECK int decode_rule(struct decoder *dc, const struct nft_answer *a);
enum nft_object_kind decode_object_kind(uint32_t number); /* NFT_O_KINDS: not known */

/* ---- decode_rule.c, decode_load.c, decode_match.c, decode_stmt.c ---- */

/*
 * What a register holds, while a rule is followed expression by expression. A packet field is kept
 * as the bytes that were loaded: which field they are may depend on tests seen before or after.
 */
struct held {
	bool known;		/* false: nothing we can name */
	bool payload, constant; /* else expr */
	struct nft_expr *expr;	/* meta, ct, map, ... */
	struct str bytes;	/* constant */
	unsigned base, at, n;	/* payload: bytes n from byte at */
	bool network;		/* was converted to network order */
	bool masked;
	u128 mask, flip;     /* (value & mask) ^ flip */
	unsigned shift;	     /* then to the right by so many bits */
	size_t size;	     /* bytes in the register */
	const char *unknown; /* text of what was loaded when not known, or NULL */
};

enum { HELD_WORDS = WIRE_REGISTERS / 4 };

/* A rule under translation. */
struct reading {
	struct decoder *dc;
	struct nft_rule *rule;
	struct held held[HELD_WORDS];
	int nfproto, l4proto, ethertype;		     /* known of the packet, or -1 */
	size_t nfproto_at, l4proto_at, ethernet_at, vlan_at; /* 1 + index of the statement that
						       tested it; 0: none */
	struct str rest;				     /* expressions to come */
	int r;
};

/* One expression: its name and attributes. */
struct raw_expr {
	struct str name, data;
};

bool reading_next(struct reading *rd, struct raw_expr *ret);
bool reading_peek(const struct reading *rd, struct raw_expr *ret);
struct nft_stmt *reading_stmt(struct reading *rd, enum nft_stmt_kind kind);
/* A statement nobody understood; `match`: it can only end the rule. */
void reading_unknown(struct reading *rd, const struct raw_expr *x, bool match);
/* Takes statement `at` (counted from 1) out again, unless a statement with an effect follows it. */
void reading_drop(struct reading *rd, size_t at);
/* The held value at a NFT_REG_* number, or NULL when there is no such register. */
struct held *reading_held(struct reading *rd, uint32_t reg);

/* Follows an expression that only fills registers. False: it does something else. */
bool decode_load(struct reading *rd, const struct raw_expr *x);
/* The kernel's number of a key as a key of the tables of field.h, or NULL. */
const struct nft_key *decode_key_of(const struct nft_key *(*at)(size_t i), uint32_t number);
/* The expression in a register, complete with masks; NULL: not known (or out of memory). */
struct nft_expr *decode_held(struct reading *rd, const struct held *h);
/* The field at these bits, with what it implies dropped from the rule; NULL: none known. */
struct nft_expr *decode_field(struct reading *rd, unsigned base, unsigned bit, unsigned bits);
/* That expression for a field. */
struct nft_expr *decode_payload_of(struct reading *rd, const struct nft_field *f);
/* The length of the longest whole field of at most `bits` bits that begins there; 0: none. */
unsigned decode_field_bits(const struct reading *rd, unsigned base, unsigned bit, unsigned bits);
/* Is the mask one piece of ones? How many bits of `bits` lie above it, and how many it has. */
bool decode_one_piece(u128 mask, unsigned bits, unsigned *ret_above, unsigned *ret_n);
/* The longer field that begins there, or NULL. */
const struct nft_field *decode_field_begin(const struct reading *rd, unsigned base, unsigned bit,
					   unsigned bits);
/* The key in the registers from `reg` on, for a lookup in `s`. */
struct nft_expr *decode_held_key(struct reading *rd, uint32_t reg, const struct read_set *s);
/* A set as an expression: @name, or { ... }. */
struct nft_expr *decode_set_expr(struct reading *rd, struct str name);
/* The field, or the expression, before any mask. NULL as above. */
struct nft_expr *decode_held_plain(struct reading *rd, const struct held *h);
/* `x` masked and flipped as bit arithmetic. */
struct nft_expr *decode_bits(struct reading *rd, struct nft_expr *x, u128 mask, u128 flip);
/* A register that may hold a constant, to be written where values look like `s`. */
struct nft_expr *decode_held_as(struct reading *rd, const struct held *h, struct shape s);

void decode_cmp(struct reading *rd, const struct raw_expr *x);
void decode_range(struct reading *rd, const struct raw_expr *x);
void decode_lookup(struct reading *rd, const struct raw_expr *x);
void decode_implied(struct reading *rd, const struct nft_stmt *s); /* a match tells of the packet */

void decode_stmt(struct reading *rd, const struct raw_expr *x);
void decode_nat(struct reading *rd, const struct raw_expr *x);
