/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tcp and udp probes say, and what the lab's responders understand of it:
 *   egret TOKEN PAUSE_MS CRLF
 * An ordinary server sees a line of text that it does not know. A responder sends it back at once,
 * and once more PAUSE_MS later when that is not 0.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/str.h"

enum { GREETING_MAX = 48 };

/* Writes the line, returns its length. */
size_t greeting_write(uint64_t token, unsigned pause_ms, char out[static GREETING_MAX]);

/* E_SYNTAX: not a greeting. */
EG_CHECK int greeting_read(struct str text, unsigned *ret_pause_ms);
