/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a message between the parent and a role. What is read, written again, gives the same
 * bytes; and what the reader promises of counts, names and numbers holds.
 */
#include <assert.h>
#include <string.h>

#include "daemon/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_learn(const struct message_learn *l)
{
	struct name again;

	assert(l->n <= ANSWER_ADDRESSES_MAX);
	assert(name_parse(str_of(l->name.text), &again) == 0);
	for (size_t i = 0; i < l->n; i++)
		assert(l->address[i].seconds &&
		       l->address[i].addr.value <= family_max(l->address[i].addr.family));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct message m;
	uint8_t again[MESSAGE_MAX];

	if (size > MESSAGE_MAX || message_read(data, size, &m) < 0)
		return 0;
	if (m.type == MESSAGE_LEARN)
		check_learn(&m.learn);
	if (m.type == MESSAGE_LEARNED)
		assert(m.learned.n <= MESSAGE_LEARNED_MAX);
	if (m.type == MESSAGE_RESOLVER)
		assert(m.resolver.upstreams <= FORWARDER_UPSTREAMS_MAX);
	assert(message_write(&m, again) == size && memcmp(again, data, size) == 0);
	return 0;
}
