/* SPDX-License-Identifier: Apache-2.0 */
#include "nft/timeout.h"

#include <netinet/in.h>
#include <stddef.h>

static const char *const tcp[] = { NULL,       "syn_sent",   "syn_recv", "established",
				   "fin_wait", "close_wait", "last_ack", "time_wait",
				   "close",    "syn_sent2",  "retrans",	 "unack",
				   NULL };
static const char *const udp[] = { NULL, "unreplied", "replied", NULL };

static const char *const *states_of(uint8_t l4proto)
{
	if (l4proto == IPPROTO_TCP)
		return tcp;
	return l4proto == IPPROTO_UDP || l4proto == IPPROTO_UDPLITE ? udp : NULL;
}

unsigned timeout_state(uint8_t l4proto, struct str name)
{
	const char *const *states = states_of(l4proto);

	for (unsigned i = 1; states && states[i]; i++)
		if (str_is(name, states[i]))
			return i;
	return 0;
}

const char *timeout_name(uint8_t l4proto, unsigned state)
{
	const char *const *states = states_of(l4proto);

	for (unsigned i = 1; states && states[i]; i++)
		if (i == state)
			return states[i];
	return NULL;
}
