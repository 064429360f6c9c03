/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/guard.h"

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

#define HIGH(v) ((u128)(uint64_t)(v) << 64)

static const struct {
	uint32_t value;
	uint8_t len;
} inner4[] = {
	{ 0x00000000, 8 },  /* 0.0.0.0/8, this host */
	{ 0x0a000000, 8 },  /* 10.0.0.0/8 */
	{ 0x64400000, 10 }, /* 100.64.0.0/10, carrier-grade NAT */
	{ 0x7f000000, 8 },  /* 127.0.0.0/8 */
	{ 0xa9fe0000, 16 }, /* 169.254.0.0/16, link-local: clouds' metadata servers */
	{ 0xac100000, 12 }, /* 172.16.0.0/12 */
	{ 0xc0000000, 24 }, /* 192.0.0.0/24, protocols' own */
	{ 0xc0a80000, 16 }, /* 192.168.0.0/16 */
	{ 0xe0000000, 3 },  /* multicast, reserved, broadcast */
};

static const struct {
	u128 value;
	uint8_t len;
} inner6[] = {
	{ 0, 96 },			   /* ::, ::1, IPv4-compatible */
	{ (u128)0xffff << 32, 96 },	   /* ::ffff:0:0/96, IPv4-mapped */
	{ (u128)0xffff << 48, 96 },	   /* ::ffff:0:0:0/96, IPv4-translated */
	{ HIGH(0x0064ff9b00010000U), 48 }, /* 64:ff9b:1::/48, a site's own NAT64 */
	{ HIGH(0x0100000000000000U), 64 }, /* 100::/64, discard */
	{ HIGH(0xfc00000000000000U), 7 },  /* fc00::/7, unique-local */
	{ HIGH(0xfe80000000000000U), 10 }, /* link-local */
	{ HIGH(0xfec0000000000000U), 10 }, /* site-local, of old */
	{ HIGH(0xff00000000000000U), 8 },  /* multicast */
};

static bool is_public4(uint32_t v)
{
	for (size_t i = 0; i < ARRAY_LEN(inner4); i++) {
		if ((v ^ inner4[i].value) >> (32 - inner4[i].len) == 0)
			return false;
	}
	return true;
}

bool guard_is_public(struct addr a)
{
	if (a.family == FAMILY_V4)
		return is_public4((uint32_t)a.value);
	for (size_t i = 0; i < ARRAY_LEN(inner6); i++) {
		if ((a.value ^ inner6[i].value) >> (128 - inner6[i].len) == 0)
			return false;
	}
	if (a.value >> 32 == HIGH(0x0064ff9b00000000U) >> 32) /* 64:ff9b::/96, NAT64 */
		return is_public4((uint32_t)a.value);
	if (a.value >> 112 == 0x2002) /* 6to4 */
		return is_public4((uint32_t)(a.value >> 80));
	return true;
}
