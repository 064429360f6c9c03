/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Access lists to measure with: protocol, destination port, destination and source (IPv4).
 *
 * ACL_REALISTIC: services on few hundred source networks and many destinations, one port mostly,
 * broad rules at the end, as people write them. ACL_RANDOM: prefixes of any length and port ranges
 * of any width; they overlap everywhere and most rules are hidden by earlier ones.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum acl_kind { ACL_REALISTIC, ACL_RANDOM };
enum acl_dim { ACL_PROTO, ACL_DPORT, ACL_DST, ACL_SRC, ACL_DIMS };

struct acl_rule {
	uint32_t lo[ACL_DIMS], hi[ACL_DIMS]; /* both included */
	bool permit;
};

extern const uint32_t acl_max[ACL_DIMS];

/* `n` rules, to be freed with mem_free(); NULL: out of memory. */
struct acl_rule *acl_new(enum acl_kind kind, size_t n, uint64_t seed);

/* First match; false when no rule matches. */
bool acl_permits(const struct acl_rule *acl, size_t n, const uint32_t point[ACL_DIMS]);
