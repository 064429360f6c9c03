/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values of dstdomain and dstdom_regex. Squid compares with the host of the request: its letters
 * are lower, dots at its end are gone. ".x" is x and every name under it, "x" is x alone; there are
 * no stars. A request for an address has its digits for a host, and unless there is -n the name
 * that its reverse lookup gives, too.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/str.h"
#include "net/addr.h"
#include "net/name.h"

enum squid_host {
	SQUID_HOST_NAMES,   /* `pattern`: these names, and no address */
	SQUID_HOST_ADDRESS, /* `addr`: this address when it is asked for as such */
	SQUID_HOST_DIGITS,  /* no name, but perhaps addresses */
	SQUID_HOST_NEVER,   /* nothing */
	SQUID_HOST_UNKNOWN  /* any of it */
};

struct squid_hosts {
	enum squid_host kind;
	struct pattern pattern[2];
	size_t n;
	struct addr addr;
	const char *note; /* NULL, or what people should know of it */
};

void squid_domain(struct str text, struct squid_hosts *ret);
/* Modelled where it is a literal that is anchored at the end and at a label: ^x$, \.x$, (^|\.)x$.
 */
void squid_domain_regex(struct str text, bool nocase, struct squid_hosts *ret);
