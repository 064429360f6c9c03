/* SPDX-License-Identifier: Apache-2.0 */
/* Named objects: counters and conntrack timeouts. */
#include <linux/netfilter/nfnetlink_cttimeout.h>
#include <netinet/in.h>
#include <string.h>

#include "base/err.h"
#include "nft/encoder.h"
#include "nft/kernel.h"
#include "nft/timeout.h"
#include "nft/userdata.h"

uint32_t encode_object_kind(enum nft_object_kind kind)
{
	static const uint8_t kinds[NFT_O_KINDS] = {
		[NFT_O_COUNTER] = NFT_OBJECT_COUNTER,
		[NFT_O_QUOTA] = NFT_OBJECT_QUOTA,
		[NFT_O_LIMIT] = NFT_OBJECT_LIMIT,
		[NFT_O_CT_HELPER] = NFT_OBJECT_CT_HELPER,
		[NFT_O_CT_TIMEOUT] = NFT_OBJECT_CT_TIMEOUT,
		[NFT_O_CT_EXPECTATION] = NFT_OBJECT_CT_EXPECT,
		[NFT_O_SYNPROXY] = NFT_OBJECT_SYNPROXY,
		[NFT_O_SECMARK] = NFT_OBJECT_SECMARK,
	};

	return kinds[kind];
}

static void put_timeout(struct encoder *e, const struct nft_object *o)
{
	size_t nest;

	if (o->timeout.l3proto)
		batch_u16(e->out, NFTA_CT_TIMEOUT_L3PROTO, o->timeout.l3proto);
	else if (e->table->family == NFT_IP || e->table->family == NFT_IP6)
		batch_u16(e->out, NFTA_CT_TIMEOUT_L3PROTO, (uint16_t)e->table->family);
	batch_u8(e->out, NFTA_CT_TIMEOUT_L4PROTO, o->timeout.l4proto);
	nest = batch_nest(e->out, NFTA_CT_TIMEOUT_DATA);
	for (size_t i = 0; i < o->timeout.policies; i++) {
		const struct nft_timeout_policy *p = &o->timeout.policy[i];
		unsigned state = timeout_state(o->timeout.l4proto, str_of(p->state));

		if (!state)
			encode_fail(e, E_UNKNOWN, o->at, "ct timeout %s: no state \"%s\" here",
				    o->name, p->state);
		else
			batch_u32(e->out, state, p->seconds);
	}
	batch_unnest(e->out, nest);
}

void encode_object(struct encoder *e, const struct nft_object *o)
{
	struct userdata u = USERDATA_INIT;
	size_t nest;

	e->at = o->at;
	if (o->kind != NFT_O_COUNTER && o->kind != NFT_O_CT_TIMEOUT) {
		encode_fail(e, E_UNSUPPORTED, o->at, "%s %s cannot be sent",
			    nft_object_word(o->kind), o->name);
		return;
	}
	batch_message(e->out, NFT_MSG_NEWOBJ, NLM_F_CREATE,
		      (struct batch_part){ .kind = nft_object_word(o->kind),
					   .name = o->name,
					   .note = o->comment });
	batch_text(e->out, NFTA_OBJ_TABLE, e->table->name);
	batch_text(e->out, NFTA_OBJ_NAME, o->name);
	batch_u32(e->out, NFTA_OBJ_TYPE, encode_object_kind(o->kind));
	nest = batch_nest(e->out, NFTA_OBJ_DATA);
	if (o->kind == NFT_O_COUNTER)
		encode_counter(e->out, &o->counter);
	else
		put_timeout(e, o);
	batch_unnest(e->out, nest);
	if (o->comment && !userdata_text(&u, USERDATA_COMMENT, o->comment))
		encode_fail(e, E_LIMIT, o->at, "the comment of %s is too long", o->name);
	if (u.n)
		batch_bytes(e->out, NFTA_OBJ_USERDATA, u.byte, u.n);
}
