/* SPDX-License-Identifier: Apache-2.0 */
/* Named objects of a dump. */
#include <errno.h>

#include "base/err.h"
#include "nft/attrs.h"
#include "nft/decoder.h"
#include "nft/kernel.h"
#include "nft/timeout.h"
#include "nft/userdata.h"

enum { TIMEOUT_STATES = 16 };

enum nft_object_kind decode_object_kind(uint32_t number)
{
	static const uint8_t kinds[] = {
		[NFT_OBJECT_COUNTER] = NFT_O_COUNTER + 1,
		[NFT_OBJECT_QUOTA] = NFT_O_QUOTA + 1,
		[NFT_OBJECT_CT_HELPER] = NFT_O_CT_HELPER + 1,
		[NFT_OBJECT_LIMIT] = NFT_O_LIMIT + 1,
		[NFT_OBJECT_CT_TIMEOUT] = NFT_O_CT_TIMEOUT + 1,
		[NFT_OBJECT_SECMARK] = NFT_O_SECMARK + 1,
		[NFT_OBJECT_CT_EXPECT] = NFT_O_CT_EXPECTATION + 1,
		[NFT_OBJECT_SYNPROXY] = NFT_O_SYNPROXY + 1,
	};

	if (number >= ARRAY_LEN(kinds) || !kinds[number])
		return NFT_O_KINDS;
	return kinds[number] - 1;
}

static int read_timeout(struct decoder *dc, struct nft_object *o, struct str data)
{
	struct str a[NFTA_CT_TIMEOUT_DATA + 1], list, value;
	unsigned state;

	attrs_read(data.p, data.n, a, ARRAY_LEN(a));
	if (a[NFTA_CT_TIMEOUT_L3PROTO].n == 2)
		o->timeout.l3proto = (uint8_t)a[NFTA_CT_TIMEOUT_L3PROTO].p[1];
	if (a[NFTA_CT_TIMEOUT_L4PROTO].n == 1)
		o->timeout.l4proto = (uint8_t)a[NFTA_CT_TIMEOUT_L4PROTO].p[0];
	o->timeout.policy = arena_array(dc->rs->arena, TIMEOUT_STATES, sizeof(*o->timeout.policy));
	if (!o->timeout.policy)
		return -ENOMEM;
	list = a[NFTA_CT_TIMEOUT_DATA];
	while (o->timeout.policies < TIMEOUT_STATES && attrs_next(&list, &state, &value)) {
		const char *name = timeout_name(o->timeout.l4proto, state);

		if (name)
			o->timeout.policy[o->timeout.policies++] =
				(struct nft_timeout_policy){ .state = name,
							     .seconds = attrs_u32_or(value, 0) };
	}
	return 0;
}

int decode_object(struct decoder *dc, const struct nft_answer *m)
{
	struct str a[NFTA_OBJ_USERDATA + 1], name;
	enum nft_object_kind kind;
	struct nft_object *o;

	attrs_read(m->attrs, m->size, a, ARRAY_LEN(a));
	name = attrs_text(a[NFTA_OBJ_NAME]);
	kind = decode_object_kind(attrs_u32_or(a[NFTA_OBJ_TYPE], 0));
	if (!str_is(attrs_text(a[NFTA_OBJ_TABLE]), dc->name) || !name.n || kind == NFT_O_KINDS ||
	    nft_object_find(dc->table, kind, name))
		return 0;
	o = nft_object_add(dc->rs, dc->table, kind, name);
	if (!o)
		return -ENOMEM;
	o->handle = attrs_u64_or(a[NFTA_OBJ_HANDLE], 0);
	o->comment = decode_comment(dc, a[NFTA_OBJ_USERDATA], USERDATA_COMMENT);
	if (kind == NFT_O_COUNTER)
		decode_counter(a[NFTA_OBJ_DATA], &o->counter);
	else if (kind == NFT_O_CT_TIMEOUT)
		return read_timeout(dc, o, a[NFTA_OBJ_DATA]);
	return 0;
}
