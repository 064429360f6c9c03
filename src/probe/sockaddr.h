/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses and ports as the socket interface wants them. */
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include "probe/probe.h"

union sockaddr_any {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_storage room;
};

/* Returns the length. `end.addr.family` must be set. */
socklen_t sockaddr_of(struct probe_end end, union sockaddr_any *ret);

/* An end with family 0 for other families. A v4-mapped IPv6 address becomes IPv4. */
struct probe_end sockaddr_end(const union sockaddr_any *sa);

/* "192.0.2.1:443", "[2001:db8::1]:443" */
void probe_end_print(struct probe_end end, struct buf *out);
enum { PROBE_END_TEXT_MAX = ADDR_TEXT_MAX + 8 };
void probe_end_format(struct probe_end end, char text[static PROBE_END_TEXT_MAX]);
