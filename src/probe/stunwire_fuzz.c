/* SPDX-License-Identifier: Apache-2.0 */
/* A success response that is understood says an address; writing that address reads back equal. */
#include <assert.h>
#include <stdint.h>

#include "probe/stunwire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t none[STUN_ID];
	const uint8_t *id = size >= 20 ? data + 8 : none; /* its own id: deeper than a refusal */
	uint8_t out[STUN_ANSWER_MAX], asked[STUN_ID];
	struct stun_answer a, again;
	size_t n;

	if (stun_read_request(data, size, asked) == 0)
		assert(memcmp(asked, id, STUN_ID) == 0);
	if (stun_read_answer(data, size, id, &a) < 0)
		return 0;
	if (a.error) {
		assert(a.code >= 300 && a.code <= 699);
		return 0;
	}
	assert(a.seen.addr.family == FAMILY_V4 || a.seen.addr.family == FAMILY_V6);
	n = stun_write_answer(id, a.seen, out);
	assert(stun_read_answer(out, n, id, &again) == 0);
	assert(addr_cmp(a.seen.addr, again.seen.addr) == 0 && a.seen.port == again.seen.port);
	return 0;
}
