/* SPDX-License-Identifier: Apache-2.0 */
#include "nft/batch.h"

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>

#include "base/alloc.h"

void batch_release(struct batch *b)
{
	buf_release(&b->out);
	mem_free(b->part);
	*b = BATCH_INIT;
}

void batch_clear(struct batch *b)
{
	buf_clear(&b->out);
	b->n = 0;
	b->message = 0;
}

struct batch_mark batch_mark(const struct batch *b)
{
	return (struct batch_mark){ b->out.n, b->n };
}

void batch_rewind(struct batch *b, struct batch_mark to)
{
	b->out.n = b->message = to.size;
	b->n = to.n;
}

static void put_header(struct batch *b, unsigned type, unsigned flags)
{
	struct {
		struct nlmsghdr nl;
		struct nfgenmsg nf;
	} h = {
		.nl = { .nlmsg_type = (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | type),
			.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags) },
		.nf = { .nfgen_family = b->family, .version = NFNETLINK_V0 },
	};

	b->message = b->out.n;
	buf_add(&b->out, &h, sizeof(h));
}

void batch_message(struct batch *b, unsigned type, unsigned flags, struct batch_part what)
{
	int r;

	batch_end(b);
	what.at = b->out.n;
	r = mem_grow(&b->part, &b->cap, b->n + 1, sizeof(*b->part));
	if (r < 0) {
		b->out.r = r; /* sticky: the commit fails cleanly */
		return;
	}
	b->part[b->n++] = what;
	put_header(b, type, flags);
}

void batch_end(struct batch *b)
{
	uint32_t size = (uint32_t)(b->out.n - b->message);

	if (b->out.r < 0 || !b->n || !size)
		return;
	memcpy(b->out.data + b->message + offsetof(struct nlmsghdr, nlmsg_len), &size,
	       sizeof(size));
	b->message = b->out.n;
}

bool batch_full(const struct batch *b)
{
	return b->out.n - b->message > BATCH_LIST_MAX;
}

void batch_bytes(struct batch *b, unsigned type, const void *data, size_t n)
{
	struct nlattr a = { .nla_len = (uint16_t)(MNL_ATTR_HDRLEN + n),
			    .nla_type = (uint16_t)type };

	if (n > UINT16_MAX - MNL_ATTR_HDRLEN) {
		b->out.r = -EMSGSIZE;
		return;
	}
	buf_add(&b->out, &a, sizeof(a));
	buf_add(&b->out, data, n);
	buf_pad(&b->out, 0, MNL_ALIGN(n) - n);
}

void batch_u8(struct batch *b, unsigned type, uint8_t v)
{
	batch_bytes(b, type, &v, sizeof(v));
}

void batch_u16(struct batch *b, unsigned type, uint16_t v)
{
	v = htons(v);
	batch_bytes(b, type, &v, sizeof(v));
}

void batch_u32(struct batch *b, unsigned type, uint32_t v)
{
	v = htonl(v);
	batch_bytes(b, type, &v, sizeof(v));
}

void batch_u64(struct batch *b, unsigned type, uint64_t v)
{
	v = htobe64(v);
	batch_bytes(b, type, &v, sizeof(v));
}

void batch_text(struct batch *b, unsigned type, const char *text)
{
	batch_bytes(b, type, text, strlen(text) + 1);
}

size_t batch_nest(struct batch *b, unsigned type)
{
	size_t at = b->out.n;
	struct nlattr a = { .nla_len = MNL_ATTR_HDRLEN,
			    .nla_type = (uint16_t)(type | NLA_F_NESTED) };

	buf_add(&b->out, &a, sizeof(a));
	return at;
}

void batch_unnest(struct batch *b, size_t nest)
{
	size_t size = b->out.n - nest;
	uint16_t len = (uint16_t)size;

	if (b->out.r < 0)
		return;
	if (size > UINT16_MAX) {
		b->out.r = -EMSGSIZE;
		return;
	}
	memcpy(b->out.data + nest + offsetof(struct nlattr, nla_len), &len, sizeof(len));
}
