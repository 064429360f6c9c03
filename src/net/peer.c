/* SPDX-License-Identifier: Apache-2.0 */
#include "net/peer.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"

int peer_parse(struct str text, uint16_t port, struct peer *ret)
{
	struct peer p = { .port = port };
	uint64_t number = port;
	int r;

	if (str_starts(text, "[")) {
		text.p++;
		text.n--;
		r = addr_parse(str_cut(&text, ']'), &p.addr);
		if (p.addr.family != FAMILY_V6 || !text.p || (text.n && text.p[0] != ':'))
			return E_SYNTAX;
		if (text.n) {
			text.p++;
			text.n--;
			number = 0;
		}
	} else if (addr_parse(text, &p.addr) == 0) {
		text.n = 0;
		r = 0;
	} else {
		r = addr_parse(str_cut(&text, ':'), &p.addr);
		number = 0;
	}
	if (r == 0 && number == 0)
		r = str_u64(text, UINT16_MAX, &number);
	if (r < 0 || number == 0)
		return E_SYNTAX;
	p.port = (uint16_t)number;
	*ret = p;
	return 0;
}

void peer_format(const struct peer *p, char text[static PEER_TEXT_MAX])
{
	char addr[ADDR_TEXT_MAX];
	bool v6 = p->addr.family == FAMILY_V6;

	addr_format(p->addr, addr);
	(void)snprintf(text, PEER_TEXT_MAX, "%s%s%s:%u", v6 ? "[" : "", addr, v6 ? "]" : "",
		       p->port);
}

socklen_t peer_to_wire(const struct peer *p, union peer_wire *ret)
{
	uint8_t wire[16];
	unsigned n = addr_to_wire(p->addr, wire);

	memset(ret, 0, sizeof(*ret));
	if (p->addr.family == FAMILY_V4) {
		ret->v4.sin_family = AF_INET;
		ret->v4.sin_port = htons(p->port);
		memcpy(&ret->v4.sin_addr, wire, n);
		return sizeof(ret->v4);
	}
	ret->v6.sin6_family = AF_INET6;
	ret->v6.sin6_port = htons(p->port);
	memcpy(&ret->v6.sin6_addr, wire, n);
	return sizeof(ret->v6);
}

int peer_from_wire(const union peer_wire *w, struct peer *ret)
{
	const uint8_t *wire = w->v6.sin6_addr.s6_addr;

	if (w->any.sa_family == AF_INET) {
		ret->addr = addr_from_wire(FAMILY_V4, (const uint8_t *)&w->v4.sin_addr);
		ret->port = ntohs(w->v4.sin_port);
		return 0;
	}
	if (w->any.sa_family != AF_INET6)
		return E_SYNTAX;
	ret->addr = IN6_IS_ADDR_V4MAPPED(&w->v6.sin6_addr) ? addr_from_wire(FAMILY_V4, wire + 12)
							   : addr_from_wire(FAMILY_V6, wire);
	ret->port = ntohs(w->v6.sin6_port);
	return 0;
}
