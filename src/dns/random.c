/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/random.h"

#include <errno.h>
#include <sys/random.h>

int random_u16(struct random *r, uint16_t *ret)
{
	if (!r->left) {
		ssize_t n = getrandom(r->number, sizeof(r->number), 0);

		if (n < 0)
			return -errno;
		r->left = (size_t)n / sizeof(r->number[0]);
		if (!r->left)
			return -EAGAIN;
	}
	*ret = r->number[--r->left];
	r->number[r->left] = 0;
	return 0;
}

int random_u64(struct random *r, uint64_t *ret)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < 4; i++) {
		uint16_t part;
		int e = random_u16(r, &part);

		if (e < 0)
			return e;
		v = v << 16 | part;
	}
	*ret = v;
	return 0;
}
