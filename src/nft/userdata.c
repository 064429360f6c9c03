/* SPDX-License-Identifier: Apache-2.0 */
#include "nft/userdata.h"

#include <string.h>

enum { HEADER = 2, VALUE_MAX = UINT8_MAX };

bool userdata_bytes(struct userdata *u, unsigned type, const void *data, size_t n)
{
	if (n > VALUE_MAX || u->n + HEADER + n > sizeof(u->byte))
		return false;
	u->byte[u->n] = (uint8_t)type;
	u->byte[u->n + 1] = (uint8_t)n;
	memcpy(u->byte + u->n + HEADER, data, n);
	u->n += HEADER + n;
	return true;
}

bool userdata_text(struct userdata *u, unsigned type, const char *text)
{
	return userdata_bytes(u, type, text, strlen(text) + 1);
}

void userdata_u32(struct userdata *u, unsigned type, uint32_t v)
{
	(void)userdata_bytes(u, type, &v, sizeof(v)); /* numbers come first: there is room */
}

void userdata_read(struct str data, struct str table[static USERDATA_TYPES])
{
	memset(table, 0, USERDATA_TYPES * sizeof(*table));
	while (data.n >= HEADER) {
		unsigned type = (uint8_t)data.p[0];
		size_t n = (uint8_t)data.p[1];

		if (n > data.n - HEADER)
			return;
		if (type < USERDATA_TYPES)
			table[type] = (struct str){ data.p + HEADER, n };
		data.p += HEADER + n;
		data.n -= HEADER + n;
	}
}

uint32_t userdata_u32_or(struct str value, uint32_t otherwise)
{
	uint32_t v;

	if (!value.p || value.n != sizeof(v))
		return otherwise;
	memcpy(&v, value.p, sizeof(v));
	return v;
}
