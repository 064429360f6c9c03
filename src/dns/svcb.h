/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What of an HTTPS or SVCB record (RFC 9460) a client may have.
 *
 * Such a record can lead around everything that a name was allowed for: to another name (alias and
 * target), another port, addresses that nobody learned (hints), and a server name that nobody
 * can see (`ech`). Kept is what is about the name itself: that it speaks HTTPS, and over which
 * protocols (`alpn`). A record that says more than that of something else is dropped whole,
 * for without its other parts it would say something that nobody said. The client then does what
 * those do that know no such records: it uses A and AAAA.
 */
#pragma once

#include <stdbool.h>

#include "base/attr.h"
#include "dns/message.h"
#include "dns/out.h"

enum {
	SVCB_PARAMS_MAX = 64, /* of one record */
	SVCB_PORT = 443	      /* the one that HTTPS has anyway */
};

/*
 * Writes the data of a record, with their length before them; its target is its owner ("."). 1: it
 * is there; 0: there is nothing that the client may have; E_SYNTAX: it is no such record; E_LIMIT.
 * `c` is over the whole message, `owner` the name at the end of the chain, `asked` the one at its
 * beginning.
 */
EG_CHECK int svcb_strip(const struct cursor *c, const struct dns_record *record,
			const struct dns_name *owner, const struct dns_name *asked, struct out *o);
