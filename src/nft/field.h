/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The named fields that an nft expression can look at: protocol headers (`tcp dport`), packet
 * metadata (`meta iifname`) and conntrack (`ct state`), each as one table.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "nft/type.h"

/* The values are those of the kernel's enum nft_payload_bases. */
enum nft_base {
	NFT_BASE_LINK = 0,
	NFT_BASE_NETWORK = 1,
	NFT_BASE_TRANSPORT = 2,
	NFT_BASE_INNER = 3
};

/*
 * A header a field belongs to. Reading `tcp dport` carries an implicit "and the packet is TCP":
 * `l4proto` (meta l4proto), `nfproto` (meta nfproto) or `ethertype` (meta protocol / ether type)
 * say what of; -1: nothing of that kind.
 */
struct nft_header {
	const char *name; /* "tcp"; `th` is any transport header and implies nothing */
	enum nft_base base;
	int l4proto, nfproto, ethertype;
};

struct nft_field {
	const struct nft_header *header;
	const char *name;      /* "dport" */
	uint16_t offset, bits; /* in bits from the start of the header, most significant first */
	enum nft_type type;
};

/* NULL: no such header, or it has no such field. */
const struct nft_header *nft_header_find(struct str name);
const struct nft_field *nft_field_find(struct str header, struct str name);

/* The i-th field of all, or NULL past the end: to find a field by its place. */
const struct nft_field *nft_field_at(size_t i);

/* A key of `meta` or `ct`. `number` is the kernel's NFT_META_* or NFT_CT_*. */
struct nft_key {
	const char *name;
	uint16_t number;
	uint16_t bits;
	enum nft_type type; /* for ct addresses and ports see struct nft_ct_expr */
};

const struct nft_key *nft_meta_find(struct str name);
const struct nft_key *nft_ct_find(struct str name);
const struct nft_key *nft_meta_at(size_t i); /* NULL past the end */
const struct nft_key *nft_ct_at(size_t i);
