/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing a DNS message into memory of a fixed size. Sticky: once something did not fit, `full`
 * stays true and nothing more is written.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "dns/message.h"

struct out {
	uint8_t *data;
	size_t size, n;
	bool full;
};

void out_u8(struct out *o, uint8_t v);
void out_u16(struct out *o, uint16_t v);
void out_u32(struct out *o, uint32_t v);
void out_bytes(struct out *o, const void *data, size_t n);

/*
 * The data of a record, names in it without compression. `c` is over the whole message. E_SYNTAX:
 * it is not what its type says. Types with names that are not known here are bytes.
 */
EG_CHECK int out_rdata(struct out *o, const struct cursor *c, const struct dns_record *record);

enum {
	OUT_PADDING = 128, /* what questions are filled up to multiples of (RFC 8467) */
	OUT_OPTIONS_MAX = 11 + 4 + OUT_PADDING
};

/*
 * A question of ours for an upstream, with EDNS. Padded, so that the length of what is encrypted
 * does not tell the name.
 */
void out_question(struct out *o, uint16_t id, const struct dns_question *q, bool padded);
