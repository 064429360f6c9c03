/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/held.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/err.h"
#include "dns/forwarder.h"

int held_add(struct held_table *t, uint64_t ticket, const struct waiter *w, const uint8_t *packet,
	     size_t n, uint64_t due)
{
	struct held **slot = &t->slot[ticket % HELD_SLOTS];
	struct held *h;

	if (t->n == FORWARDER_HELD_MAX)
		return E_LIMIT;
	h = mem_alloc(sizeof(*h) + n);
	if (!h)
		return -ENOMEM;
	*h = (struct held){ .ticket = ticket,
			    .due = due,
			    .client = w->client,
			    .query = w->query,
			    .same = *slot,
			    .before = t->last,
			    .n = n };
	memcpy(h->packet, packet, n);
	*slot = h;
	*(t->last ? &t->last->after : &t->first) = h;
	t->last = h;
	t->n++;
	return 0;
}

struct held *held_take(struct held_table *t, uint64_t ticket)
{
	struct held **at = &t->slot[ticket % HELD_SLOTS];
	struct held *h;

	while (*at && (*at)->ticket != ticket)
		at = &(*at)->same;
	h = *at;
	if (!h)
		return NULL;
	*at = h->same;
	*(h->before ? &h->before->after : &t->first) = h->after;
	*(h->after ? &h->after->before : &t->last) = h->before;
	t->n--;
	return h;
}

void held_free(struct held *h)
{
	mem_free(h);
}
