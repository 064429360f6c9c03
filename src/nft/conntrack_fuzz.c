/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A conversation as any bytes: the family, then the attributes of one message. What is read lies
 * inside the bytes, is of one family, and reads as the same once more.
 */
#include <assert.h>
#include <string.h>
#include <sys/socket.h>

#include "nft/conntrack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool inside(struct str s, const uint8_t *data, size_t size)
{
	const char *end = (const char *)data + size;

	return !s.p || (s.p >= (const char *)data && s.p <= end && s.n <= (size_t)(end - s.p));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct conversation v, again;

	if (!size || !conversation_read(data[0], data + 1, size - 1, &v))
		return 0;
	assert(data[0] == AF_INET || data[0] == AF_INET6);
	assert(v.src.family == v.dst.family);
	assert(v.src.family == (data[0] == AF_INET ? FAMILY_V4 : FAMILY_V6));
	assert(v.src.value <= family_max(v.src.family) && v.dst.value <= family_max(v.dst.family));
	assert(inside(v.tuple, data, size) && inside(v.zone, data, size) &&
	       inside(v.id, data, size));
	assert(v.tuple.p); /* without it nothing could be forgotten */
	assert(conversation_read(data[0], data + 1, size - 1, &again));
	assert(v.proto == again.proto && v.sport == again.sport && v.dport == again.dport);
	assert(addr_cmp(v.src, again.src) == 0 && addr_cmp(v.dst, again.dst) == 0);
	return 0;
}
