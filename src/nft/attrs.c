/* SPDX-License-Identifier: Apache-2.0 */
#include "nft/attrs.h"

#include <arpa/inet.h>
#include <endian.h>
#include <libmnl/libmnl.h>
#include <string.h>

bool attrs_next_message(struct str *list, const struct nlmsghdr **ret)
{
	const struct nlmsghdr *h = (const void *)list->p;
	size_t step;

	if (list->n < sizeof(*h) || h->nlmsg_len < sizeof(*h) || h->nlmsg_len > list->n)
		return false;
	step = MNL_ALIGN((size_t)h->nlmsg_len);
	step = step < list->n ? step : list->n;
	*ret = h;
	list->p += step;
	list->n -= step;
	return true;
}

bool attrs_next(struct str *list, unsigned *ret_type, struct str *ret)
{
	struct nlattr a;
	size_t step;

	if (list->n < sizeof(a))
		return false;
	memcpy(&a, list->p, sizeof(a));
	if (a.nla_len < sizeof(a) || a.nla_len > list->n)
		return false;
	step = MNL_ALIGN(a.nla_len);
	step = step < list->n ? step : list->n;
	*ret_type = a.nla_type & NLA_TYPE_MASK;
	*ret = (struct str){ list->p + sizeof(a), a.nla_len - sizeof(a) };
	list->p += step;
	list->n -= step;
	return true;
}

void attrs_read(const void *data, size_t size, struct str *table, size_t n)
{
	struct str list = { data, size }, value;
	unsigned type;

	memset(table, 0, n * sizeof(*table));
	while (attrs_next(&list, &type, &value))
		if (type < n)
			table[type] = value;
}

bool attrs_u32(struct str value, uint32_t *ret)
{
	uint32_t v;

	if (!value.p || value.n != sizeof(v))
		return false;
	memcpy(&v, value.p, sizeof(v));
	*ret = ntohl(v);
	return true;
}

bool attrs_u64(struct str value, uint64_t *ret)
{
	uint64_t v;

	if (!value.p || value.n != sizeof(v))
		return false;
	memcpy(&v, value.p, sizeof(v));
	*ret = be64toh(v);
	return true;
}

uint32_t attrs_u32_or(struct str value, uint32_t otherwise)
{
	uint32_t v;

	return attrs_u32(value, &v) ? v : otherwise;
}

uint64_t attrs_u64_or(struct str value, uint64_t otherwise)
{
	uint64_t v;

	return attrs_u64(value, &v) ? v : otherwise;
}

struct str attrs_text(struct str value)
{
	return (struct str){ value.p, value.p ? strnlen(value.p, value.n) : 0 };
}
