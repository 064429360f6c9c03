/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DNS messages as text, for tests:
 *
 *   "NOERROR; www.zoom.us A; www.zoom.us 60 CNAME x.example; x.example 5 A 192.0.2.1 | zoom.us 9
 * SOA 7"
 *
 * Code and flags (TC, AA), question, answer section, "|" authority, "|" additional. Data: an
 * address, a name (CNAME), preference and name (MX), priority, weight, port and name (SRV), a word
 * (TXT), the last number (SOA), priority, target and KEY=HEX, ... (HTTPS, SVCB), "OPT" alone with
 * its size as TTL. The same text comes back from dnstext_show(), with the extended error of an OPT
 * behind it ("OPT 1232 why 18").
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "dns/message.h"

enum { DNSTEXT_MAX = 65535 };

/* Aborts the test when the text is not understood. QR is set; "QUERY" as code: it is not. */
size_t dnstext_make(const char *text, uint16_t id, uint8_t out[static DNSTEXT_MAX]);

struct dns_question dnstext_question(const char *name, uint16_t type);

/* The text of a message; "broken" when it cannot be read. */
void dnstext_show(const uint8_t *packet, size_t n, struct buf *out);

uint16_t dnstext_type(struct str word); /* "A", "TYPE65" */
