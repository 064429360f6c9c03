/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A resolver that is asked: where it is, and whether over TLS (RFC 7858) as whom it must prove
 * itself.
 *
 *	192.0.2.53  192.0.2.53:5353  [2001:db8::53]:5353      in the clear, port 53
 *	tls://192.0.2.53#dns.example  tls://[2001:db8::53]:8853#dns.example    TLS, port 853
 *
 * The address is said, not looked up: whoever needs a resolver to find the resolver has none. The
 * name is what its certificate must say: TLS without one would talk to anybody.
 */
#pragma once

#include <stdbool.h>

#include "base/attr.h"
#include "base/str.h"
#include "net/name.h"
#include "net/peer.h"

enum {
	NAMESERVER_PORT = 53,
	NAMESERVER_TLS_PORT = 853,
	NAMESERVER_TEXT_MAX = PEER_TEXT_MAX + NAME_TEXT_MAX + 7
};

struct nameserver {
	struct peer peer;
	bool tls;
	struct name name; /* of its certificate; empty without TLS */
};

/* E_SYNTAX: none of the above; E_REFUSED: TLS without a name, or a name without TLS. */
EG_CHECK int nameserver_parse(struct str text, struct nameserver *ret);
void nameserver_format(const struct nameserver *n, char text[static NAMESERVER_TEXT_MAX]);
