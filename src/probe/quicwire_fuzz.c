/* SPDX-License-Identifier: Apache-2.0 */
/* What is understood has its ids in the packet, and no more versions than we keep. */
#include <assert.h>
#include <stdint.h>

#include "probe/quicwire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The ids that this packet would have to echo, read as plainly as possible. */
static struct quic_ids echoed(const uint8_t *data, size_t size)
{
	struct quic_ids ids = { 0 };
	size_t d, s;

	if (size < 7)
		return ids;
	d = data[5];
	if (d > QUIC_ID_MAX || size < 7 + d)
		return ids;
	s = data[6 + d];
	if (s > QUIC_ID_MAX || size < 7 + d + s)
		return ids;
	ids.sources = (unsigned)d;
	ids.destinations = (unsigned)s;
	memcpy(ids.source, data + 6, d);
	memcpy(ids.destination, data + 7 + d, s);
	return ids;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct quic_ids ids = echoed(data, size), first;
	struct quic_versions v;

	if (quic_read_negotiation(data, size, &ids, &v) == 0) {
		assert(v.n > 0 && v.n <= QUIC_VERSIONS_MAX);
		assert(size >= 7U + ids.sources + ids.destinations + 4 * v.n);
	}
	if (quic_read_initial(data, size, &first) == 0)
		assert(size >= QUIC_INITIAL_SIZE && first.destinations <= QUIC_ID_MAX &&
		       first.sources <= QUIC_ID_MAX);
	return 0;
}
