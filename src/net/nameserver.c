/* SPDX-License-Identifier: Apache-2.0 */
#include "net/nameserver.h"

#include <stdio.h>

#include "base/err.h"

static const char scheme[] = "tls://";

int nameserver_parse(struct str text, struct nameserver *ret)
{
	struct nameserver n = { .tls = str_starts(text, scheme) };
	struct str at;

	if (n.tls) {
		text.p += sizeof(scheme) - 1;
		text.n -= sizeof(scheme) - 1;
	}
	at = str_cut(&text, '#');
	if (peer_parse(at, n.tls ? NAMESERVER_TLS_PORT : NAMESERVER_PORT, &n.peer) < 0)
		return E_SYNTAX;
	if (n.tls != (text.p != NULL))
		return E_REFUSED;
	if (n.tls && name_parse(text, &n.name) < 0)
		return E_SYNTAX;
	*ret = n;
	return 0;
}

void nameserver_format(const struct nameserver *n, char text[static NAMESERVER_TEXT_MAX])
{
	char peer[PEER_TEXT_MAX];

	peer_format(&n->peer, peer);
	(void)snprintf(text, NAMESERVER_TEXT_MAX, "%s%s%s%s", n->tls ? scheme : "", peer,
		       n->tls ? "#" : "", n->name.text);
}
