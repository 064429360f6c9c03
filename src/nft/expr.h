/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Expressions: what a rule looks at and what it compares with.
 *
 * Values are normalised, so that text, JSON and the kernel's own form meet in one model:
 *   - numbers, addresses, services, protocols are numbers in `num` (host order, the
 * address 10.0.0.1 is 0x0a000001); `text` is set instead for strings and for names that only the
 * kernel's host can resolve (user names, interface names of iif);
 *   - bit sets (`established,related`, `syn|ack`) are one value, the OR of its bits;
 *   - constant bit arithmetic is folded;
 *   - in an interval set or match, prefix and range stay what they were said to be.
 * What is not modelled is NFT_E_OTHER (a known expression whose value we do not follow, with its
 * type) or NFT_E_UNKNOWN (nothing known), each with the text as it was written.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/int128.h"
#include "base/str.h"
#include "nft/field.h"
#include "nft/type.h"

struct nft_set;

enum nft_expr_kind {
	NFT_E_VALUE,   /* value: a constant */
	NFT_E_PREFIX,  /* prefix: a constant with its `len` leading bits */
	NFT_E_RANGE,   /* range: constants lo..hi, both included */
	NFT_E_ANY,     /* `*`: the catch-all element of a set or map */
	NFT_E_CONCAT,  /* concat: a . b . c */
	NFT_E_SET,     /* set: an anonymous set or map { ... } */
	NFT_E_SETREF,  /* name: @set */
	NFT_E_MAP,     /* map: KEY map { ... } or KEY map @m; its value is the data found */
	NFT_E_PAYLOAD, /* payload: a named field, field->header->name field->name */
	NFT_E_RAW,     /* raw: @base,offset,length */
	NFT_E_META,    /* key: meta KEY */
	NFT_E_CT,      /* ct: ct [original|reply] [ip|ip6] KEY */
	NFT_E_BITS,    /* bits: a & b and its kin */
	NFT_E_VERDICT, /* verdict: data of a verdict map */
	NFT_E_OBJECT,  /* name: an object's name, data of an object map */
	NFT_E_OTHER,   /* other: fib, socket, osf, numgen, jhash, rt, exthdr, tcp option, ... */
	NFT_E_UNKNOWN  /* other.text: not understood at all */
};

enum nft_verdict_kind {
	NFT_V_ACCEPT,
	NFT_V_DROP,
	NFT_V_CONTINUE,
	NFT_V_RETURN,
	NFT_V_JUMP,
	NFT_V_GOTO,
	NFT_V_QUEUE /* only in maps of old kernels; the statement is NFT_S_QUEUE */
};

struct nft_verdict {
	enum nft_verdict_kind kind;
	const char *chain; /* of jump and goto; else NULL */
};

enum nft_bit_op { NFT_BIT_AND, NFT_BIT_OR, NFT_BIT_XOR, NFT_BIT_SHL, NFT_BIT_SHR };

enum nft_ct_dir { NFT_CT_DIR_NONE = -1, NFT_CT_DIR_ORIGINAL = 0, NFT_CT_DIR_REPLY = 1 };

struct nft_expr {
	uint8_t kind;	 /* enum nft_expr_kind */
	uint8_t type;	 /* enum nft_type of its value; NFT_T_INVALID: unknown or a concatenation */
	uint16_t bits;	 /* size of its value; 0: unknown */
	uint8_t len;	 /* NFT_E_PREFIX: leading bits that count */
	bool wildcard;	 /* NFT_E_VALUE with text: an interface prefix, written "eth*" */
	uint8_t op;	 /* NFT_E_BITS: enum nft_bit_op */
	int8_t ct_dir;	 /* NFT_E_CT: enum nft_ct_dir */
	uint8_t nfproto; /* NFT_E_CT: 2 or 10 where the family was said or follows; else 0 */
	uint8_t base;	 /* NFT_E_RAW: enum nft_base */
	union {
		struct {
			u128 num;	  /* unless text */
			const char *text; /* a string, or a name that is not resolved; or NULL */
		} value;
		struct {
			u128 lo, hi; /* NFT_E_RANGE; NFT_E_PREFIX: lo, host bits cleared */
		} range;
		struct {
			struct nft_expr **part;
			size_t n;
		} concat;
		struct nft_set *set; /* anonymous: name NULL */
		const char *name;
		struct {
			struct nft_expr *key, *map; /* map: NFT_E_SET or NFT_E_SETREF */
		} map;
		const struct nft_field *field;
		struct {
			uint16_t offset, len; /* bits */
		} raw;
		const struct nft_key *key; /* NFT_E_META, NFT_E_CT */
		struct {
			struct nft_expr *a, *b;
		} bits_of;
		struct nft_verdict verdict;
		struct {
			const char *name; /* its first word, "fib"; NULL when unknown */
			const char *text; /* all of it, canonical blanks */
		} other;
	};
};

/* Is it a constant (value, prefix, range, or a concatenation of such)? */
bool nft_expr_constant(const struct nft_expr *e);

/* Are these the same constants (values, prefixes, ranges, `*`, concatenations of them)? */
bool nft_expr_same(const struct nft_expr *a, const struct nft_expr *b);

/* An order of constants, by value; 0 does not mean the same. */
int nft_expr_cmp(const struct nft_expr *a, const struct nft_expr *b);

/* ---- building, in an arena; NULL: out of memory ---- */

struct nft_expr *nft_expr_new(struct arena *a, enum nft_expr_kind kind);
struct nft_expr *nft_value(struct arena *a, enum nft_type type, u128 num);
struct nft_expr *nft_range(struct arena *a, enum nft_type type, u128 lo, u128 hi);
struct nft_expr *nft_prefix(struct arena *a, enum nft_type type, u128 num, unsigned len);
/* For NFT_T_IFNAME a final `*` becomes `wildcard`. */
struct nft_expr *nft_string(struct arena *a, enum nft_type type, struct str text);
struct nft_expr *nft_setref(struct arena *a, struct str name);
struct nft_expr *nft_object_name(struct arena *a, struct str name);
struct nft_expr *nft_verdict(struct arena *a, enum nft_verdict_kind kind, struct str chain);
struct nft_expr *nft_bits(struct arena *a, enum nft_bit_op op, struct nft_expr *left,
			  struct nft_expr *right);
struct nft_expr *nft_concat(struct arena *a, struct nft_expr *const *part, size_t n);
struct nft_expr *nft_raw(struct arena *a, enum nft_base base, unsigned offset, unsigned bits);

/* These take what the tables of field.h give; `field` or `key` is never NULL. */
struct nft_expr *nft_payload(struct arena *a, const struct nft_field *field);
struct nft_expr *nft_meta(struct arena *a, const struct nft_key *key);
struct nft_expr *nft_ct(struct arena *a, const struct nft_key *key, enum nft_ct_dir dir,
			unsigned nfproto);
