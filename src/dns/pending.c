/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/pending.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/hash.h"
#include "dns/forwarder.h"

static uint64_t hash_of(const struct pending_table *t, const struct dns_question *q)
{
	return hash_mix(hash_bytes(q->name.wire, q->name.n, t->seed), q->type);
}

struct pending *pending_find(const struct pending_table *t, const struct dns_question *q)
{
	struct pending *p = t->slot[hash_of(t, q) % PENDING_SLOTS];

	while (p && !dns_question_equal(&p->q, q))
		p = p->same;
	return p;
}

static void unlink_due(struct pending_table *t, struct pending *p)
{
	if (!p->due)
		return;
	*(p->before ? &p->before->after : &t->first) = p->after;
	*(p->after ? &p->after->before : &t->last) = p->before;
	p->before = p->after = NULL;
	p->due = 0;
}

struct pending *pending_add(struct pending_table *t, const struct dns_question *q)
{
	struct pending *p = t->n < FORWARDER_QUERIES_MAX ? mem_zero(1, sizeof(*p)) : NULL;

	if (!p)
		return NULL;
	p->exchange = EXCHANGE_INIT;
	p->q = *q;
	p->hash = hash_of(t, q);
	p->same = t->slot[p->hash % PENDING_SLOTS];
	t->slot[p->hash % PENDING_SLOTS] = p;
	t->n++;
	return p;
}

int pending_wait(struct pending *p, const struct waiter *w)
{
	struct waiter *copy;
	struct waiter **end = &p->waiter;

	if (p->waiters == FORWARDER_WAITERS_MAX)
		return E_LIMIT;
	copy = mem_alloc(sizeof(*copy));
	if (!copy)
		return -ENOMEM;
	*copy = *w;
	copy->next = NULL;
	while (*end)
		end = &(*end)->next;
	*end = copy;
	p->waiters++;
	return 0;
}

void pending_start(struct pending_table *t, struct pending *p, uint64_t due)
{
	unlink_due(t, p);
	p->due = due;
	p->before = t->last;
	*(t->last ? &t->last->after : &t->first) = p;
	t->last = p;
}

void pending_take(struct pending_table *t, struct pending *p)
{
	struct pending **at = &t->slot[p->hash % PENDING_SLOTS];

	exchange_stop(&p->exchange);
	unlink_due(t, p);
	while (*at != p)
		at = &(*at)->same;
	*at = p->same;
	t->n--;
}

void pending_free(struct pending *p)
{
	while (p->waiter) {
		struct waiter *w = p->waiter;

		p->waiter = w->next;
		mem_free(w);
	}
	mem_free(p);
}
