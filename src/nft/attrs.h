/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading netlink attributes: a list of (length, type, value), each aligned to four bytes.
 *
 * attrs_read() spreads one level of them over a table indexed by type; values stay where they are.
 * A type beyond the table is passed over (a newer kernel), a length that does not fit ends the
 * list. So whatever the bytes are, every str of the table lies inside them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/netlink.h>

#include "base/str.h"

/*
 * The next message of what one datagram held; false at its end, or when a length does not fit.
 * (mnl_nlmsg_ok() of libmnl 1.0.4 takes a length above 2^31 for a negative, so a fitting one.)
 */
bool attrs_next_message(struct str *list, const struct nlmsghdr **ret);

/* Absent attributes have p == NULL. Of two with the same type the last one counts. */
void attrs_read(const void *data, size_t size, struct str *table, size_t n);

/* The next attribute of a list whose members are meant in order: false at its end. */
bool attrs_next(struct str *list, unsigned *ret_type, struct str *ret);

/* Values in network order. False: absent or of another size. */
bool attrs_u32(struct str value, uint32_t *ret);
bool attrs_u64(struct str value, uint64_t *ret);

/* The number, or `otherwise` when it is absent or malformed. */
uint32_t attrs_u32_or(struct str value, uint32_t otherwise);
uint64_t attrs_u64_or(struct str value, uint64_t otherwise);

/* Text without its NUL and whatever follows it. */
struct str attrs_text(struct str value);
