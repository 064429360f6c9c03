/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/sockaddr.h"

socklen_t sockaddr_of(struct probe_end end, union sockaddr_any *ret)
{
	uint8_t wire[16];
	unsigned n = addr_to_wire(end.addr, wire);

	*ret = (union sockaddr_any){ 0 };
	if (end.addr.family == FAMILY_V4) {
		ret->v4.sin_family = AF_INET;
		ret->v4.sin_port = htons(end.port);
		memcpy(&ret->v4.sin_addr, wire, n);
		return sizeof(ret->v4);
	}
	ret->v6.sin6_family = AF_INET6;
	ret->v6.sin6_port = htons(end.port);
	memcpy(&ret->v6.sin6_addr, wire, n);
	return sizeof(ret->v6);
}

struct probe_end sockaddr_end(const union sockaddr_any *sa)
{
	struct probe_end end = { 0 };

	if (sa->any.sa_family == AF_INET) {
		end.addr = addr_from_wire(FAMILY_V4, (const uint8_t *)&sa->v4.sin_addr);
		end.port = ntohs(sa->v4.sin_port);
	} else if (sa->any.sa_family == AF_INET6) {
		const uint8_t *wire = sa->v6.sin6_addr.s6_addr;

		end.addr = IN6_IS_ADDR_V4MAPPED(&sa->v6.sin6_addr)
				   ? addr_from_wire(FAMILY_V4, wire + 12)
				   : addr_from_wire(FAMILY_V6, wire);
		end.port = ntohs(sa->v6.sin6_port);
	}
	return end;
}

void probe_end_format(struct probe_end end, char text[static PROBE_END_TEXT_MAX])
{
	char addr[ADDR_TEXT_MAX];
	bool v6 = end.addr.family == FAMILY_V6;

	addr_format(end.addr, addr);
	(void)snprintf(text, PROBE_END_TEXT_MAX, "%s%s%s:%u", v6 ? "[" : "", addr, v6 ? "]" : "",
		       end.port);
}

void probe_end_print(struct probe_end end, struct buf *out)
{
	char text[PROBE_END_TEXT_MAX];

	probe_end_format(end, text);
	buf_adds(out, text);
}
