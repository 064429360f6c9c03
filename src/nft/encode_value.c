/* SPDX-License-Identifier: Apache-2.0 */
/* Constants of the model as the bytes of registers and keys. */
#include "nft/kernel.h"
#include <errno.h>
#include <grp.h>
#include <linux/netfilter.h>
#include <pwd.h>
#include <string.h>

#include "base/err.h"
#include "nft/encoder.h"

enum { NAME_ROOM = 4096 }; /* for getpwnam_r() and getgrnam_r() */

static int resolve_user(const char *name, u128 *ret)
{
	struct passwd pw, *found = NULL;
	char room[NAME_ROOM];

	if (getpwnam_r(name, &pw, room, sizeof(room), &found) != 0 || !found)
		return E_UNKNOWN;
	*ret = found->pw_uid;
	return 0;
}

static int resolve_group(const char *name, u128 *ret)
{
	struct group gr, *found = NULL;
	char room[NAME_ROOM];

	if (getgrnam_r(name, &gr, room, sizeof(room), &found) != 0 || !found)
		return E_UNKNOWN;
	*ret = found->gr_gid;
	return 0;
}

/* A name that only this host knows the number of. */
static bool resolve(struct encoder *e, const char *name, enum nft_type type, u128 *ret)
{
	uint32_t index = 0;
	int r = E_UNSUPPORTED;

	if (type == NFT_T_IFINDEX && e->names) {
		r = nft_link_ifindex(e->names, name, &index);
		*ret = index;
	} else if (type == NFT_T_UID) {
		r = resolve_user(name, ret);
	} else if (type == NFT_T_GID) {
		r = resolve_group(name, ret);
	}
	if (r < 0)
		encode_fail(e, r, e->at, "cannot find the %s \"%s\" here",
			    nft_type_info(type)->name, name);
	return r == 0;
}

static bool text_bounds(struct encoder *e, const struct nft_expr *v, u128 *ret_lo, u128 *ret_hi)
{
	uint8_t lo[WIRE_IFNAME] = { 0 }, hi[WIRE_IFNAME] = { 0 };
	size_t n = strlen(v->value.text);

	if (n >= WIRE_IFNAME) {
		encode_fail(e, E_LIMIT, e->at, "\"%s\" is longer than %d bytes", v->value.text,
			    WIRE_IFNAME - 1);
		return false;
	}
	memset(hi, v->wildcard ? 0xff : 0, sizeof(hi));
	memcpy(lo, v->value.text, n);
	memcpy(hi, v->value.text, n);
	*ret_lo = wire_read(lo, sizeof(lo), false);
	*ret_hi = wire_read(hi, sizeof(hi), false);
	return true;
}

bool encode_number(struct encoder *e, const struct nft_expr *v, struct shape s, u128 *ret_lo,
		   u128 *ret_hi)
{
	bool named = v->kind == NFT_E_VALUE && v->value.text;

	if (named && s.text)
		return text_bounds(e, v, ret_lo, ret_hi);
	if (named) {
		if (!resolve(e, v->value.text, s.type, ret_lo))
			return false;
		*ret_hi = *ret_lo;
		return true;
	}
	if (wire_bounds(v, s, ret_lo, ret_hi))
		return true;
	encode_fail(e, E_UNSUPPORTED, e->at, "this is not a constant that the kernel can compare");
	return false;
}

/* Puts part `i` of a key at its place; the parts of a concatenation begin at words. */
static bool put_part(struct encoder *e, struct shape s, bool host_order, u128 v,
		     struct wire_value *out)
{
	size_t n = shape_bytes(s), room = shape_room(s);

	if (!n || out->n + room > sizeof(out->byte)) {
		encode_fail(e, E_UNSUPPORTED, e->at,
			    "the kernel has no room for a value of %u bits", s.bits);
		return false;
	}
	memset(out->byte + out->n, 0, room);
	if (!wire_number(v, n, host_order, out->byte + out->n)) {
		encode_fail(e, E_LIMIT, e->at, "a number is too large for %u bits", s.bits);
		return false;
	}
	out->n += room;
	return true;
}

static const struct nft_expr *part_of(struct encoder *e, const struct nft_expr *v, size_t i,
				      size_t n)
{
	if (n == 1 && v->kind != NFT_E_CONCAT)
		return v;
	if (v->kind == NFT_E_CONCAT && v->concat.n == n)
		return v->concat.part[i];
	encode_fail(e, E_CONFLICT, e->at, "a key of %zu parts was expected", n);
	return NULL;
}

/* A key of one part is as long as its bytes; only concatenations are filled to words. */
static void trim_single(const struct shape *part, size_t n, struct wire_value *v)
{
	if (n == 1)
		v->n = shape_bytes(part[0]);
}

bool encode_value(struct encoder *e, const struct nft_expr *v, const struct shape *part, size_t n,
		  struct wire_value *ret)
{
	ret->n = 0;
	for (size_t i = 0; i < n; i++) {
		const struct nft_expr *x = part_of(e, v, i, n);
		u128 lo, hi;

		if (!x || !encode_number(e, x, part[i], &lo, &hi))
			return false;
		if (lo != hi) {
			encode_fail(e, E_UNSUPPORTED, e->at,
				    "a range stands where one value is needed");
			return false;
		}
		if (!put_part(e, part[i], part[i].host_order && !part[i].text, lo, ret))
			return false;
	}
	trim_single(part, n, ret);
	return true;
}

bool encode_bounds(struct encoder *e, const struct nft_expr *v, const struct shape *part, size_t n,
		   struct wire_value ret[static 2])
{
	ret[0].n = ret[1].n = 0;
	for (size_t i = 0; i < n; i++) {
		const struct nft_expr *x = part_of(e, v, i, n);
		u128 lo, hi;

		if (!x || !encode_number(e, x, part[i], &lo, &hi))
			return false;
		if (!put_part(e, part[i], false, lo, &ret[0]) ||
		    !put_part(e, part[i], false, hi, &ret[1]))
			return false;
	}
	trim_single(part, n, &ret[0]);
	trim_single(part, n, &ret[1]);
	return true;
}

void encode_data(struct batch *b, unsigned type, const struct wire_value *v)
{
	size_t nest = batch_nest(b, type);

	batch_bytes(b, NFTA_DATA_VALUE, v->byte, v->n);
	batch_unnest(b, nest);
}

void encode_verdict(struct batch *b, unsigned type, const struct nft_verdict *v)
{
	static const int32_t codes[] = {
		[NFT_V_ACCEPT] = NF_ACCEPT,	 [NFT_V_DROP] = NF_DROP,
		[NFT_V_CONTINUE] = NFT_CONTINUE, [NFT_V_RETURN] = NFT_RETURN,
		[NFT_V_JUMP] = NFT_JUMP,	 [NFT_V_GOTO] = NFT_GOTO,
		[NFT_V_QUEUE] = NF_QUEUE,
	};
	size_t data = batch_nest(b, type), verdict = batch_nest(b, NFTA_DATA_VERDICT);

	batch_u32(b, NFTA_VERDICT_CODE, (uint32_t)codes[v->kind]);
	if (v->chain)
		batch_text(b, NFTA_VERDICT_CHAIN, v->chain);
	batch_unnest(b, verdict);
	batch_unnest(b, data);
}
